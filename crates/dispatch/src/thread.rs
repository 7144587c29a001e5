//! The thread that does it: one after another, as far as order matters.

use std::sync::Arc;
use std::time::Duration;

use engine::outbox::{PRUNED_AT_ONCE, Queue};
use engine::{Follower, StoreError};
use moment::Instant;
use tokio::sync::{mpsc, oneshot};

use crate::{Shared, deliver, derive, incoming, pay, publish};

/// What is asked of the thread.
pub(crate) enum Ask {
    /// There may be something to do.
    Look,
    /// Make tasks of the journal up to this row, and ask for all payments that are due.
    Answer { row: u64, done: oneshot::Sender<()> },
    /// Do all that is due.
    WorkOff(oneshot::Sender<()>),
    /// No more.
    Stop,
}

/// The longest that it rests: what is due by the machine's clock is found out by then.
const REST: Duration = Duration::from_secs(1);
/// How long deliveries, letters and payments that ended are kept in the log, in milliseconds: 30 days.
const KEPT: i64 = 30 * 24 * 3_600_000;
/// How often those that are older are dropped, and how much at a time.
const TIDY_EVERY: i64 = 3_600_000;
const TIDY_ROUNDS: usize = 8;
/// How long it rests after the outbox failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// The follower that goes on where tasks were made last.
pub(crate) fn follower(shared: &Shared) -> Result<Follower, StoreError> {
    let from = shared.outbox().next_row()?;
    shared.engine.follower(from, &derive::kinds())
}

/// How far tasks were made.
struct At {
    follower: Follower,
    /// As far as the outbox has it.
    kept: u64,
    /// When what is old was dropped last.
    tidied: Instant,
}

/// Runs until it is told to stop.
pub(crate) fn run(shared: &Arc<Shared>, follower: Follower, asked: mpsc::UnboundedReceiver<Ask>) {
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(serve(shared, follower, asked)),
        Err(error) => tracing::error!(%error, "nothing outside can be reached: no runtime"),
    }
}

async fn serve(shared: &Arc<Shared>, follower: Follower, mut asked: mpsc::UnboundedReceiver<Ask>) {
    let mut at = At { kept: follower.next(), follower, tidied: Instant::from_millis(i64::MIN) };
    // Messages are sent beside the rest: an endpoint that is slow must not hold up payments. Months are counted first, as
    // that makes messages.
    let sending = [Queue::Report, Queue::Webhook, Queue::Mail].map(|queue| {
        let (wake, woken) = mpsc::channel(64);
        tokio::spawn(deliver::serve(Arc::clone(shared), queue, woken));
        wake
    });
    loop {
        let looked = look(shared, &mut at).await;
        let rest = match &looked {
            Ok(()) => REST,
            Err(error) => {
                tracing::error!(%error, "the outbox: trying again");
                AFTER_FAILURE
            }
        };
        for wake in &sending {
            // A full channel is awake already.
            let _ = wake.try_send(None);
        }
        let ask = tokio::select! {
            ask = asked.recv() => ask.unwrap_or(Ask::Stop),
            // What could not be done is heard of already: it must not be tried without a rest.
            () = shared.engine.heard(at.follower.next()), if looked.is_ok() => Ask::Look,
            () = tokio::time::sleep(rest) => Ask::Look,
        };
        match ask {
            Ask::Look => {}
            Ask::Answer { row, done } => {
                if let Err(error) = answer(shared, &mut at, row).await {
                    tracing::error!(%error, "payments can't be asked for now");
                }
                // Whoever asked may have gone.
                let _ = done.send(());
            }
            Ask::WorkOff(done) => {
                if let Err(error) = look(shared, &mut at).await {
                    tracing::error!(%error, "the outbox: trying again");
                }
                for wake in &sending {
                    let (sent, wait) = oneshot::channel();
                    if wake.send(Some(sent)).await.is_ok() {
                        // It ends with the queue that it waits for.
                        let _ = wait.await;
                    }
                }
                let _ = done.send(());
            }
            Ask::Stop => return,
        }
    }
}

/// Makes tasks of what is new in the journal, takes what the test providers tell, publishes programs whose instant has come,
/// asks for payments.
async fn look(shared: &Arc<Shared>, at: &mut At) -> Result<(), StoreError> {
    while derive::derive(shared, &mut at.follower, &mut at.kept).await? {}
    for published in shared.engine.programs() {
        let now = shared.engine.now(&published);
        incoming::take_due(shared, &published.program.id, now).await;
        publish::due(shared, &published.program.id, now).await;
    }
    while pay::pay(shared).await? {}
    tidy(shared, at)
}

/// Drops what ended long ago, now and then: a log of some weeks is kept.
fn tidy(shared: &Shared, at: &mut At) -> Result<(), StoreError> {
    let now = shared.now();
    if now.millis_since(at.tidied).abs() < TIDY_EVERY {
        return Ok(());
    }
    at.tidied = now;
    // Tasks have the time of their program, and programs on test clocks have times of their own: the earliest counts.
    let programs = shared.engine.programs();
    let Some(earliest) = programs.iter().map(|published| shared.engine.now(published)).min() else {
        return Ok(());
    };
    for _ in 0..TIDY_ROUNDS {
        if shared.outbox().prune(earliest.plus_millis(-KEPT))? < PRUNED_AT_ONCE {
            return Ok(());
        }
    }
    // There is more: the next look goes on.
    at.tidied = Instant::from_millis(i64::MIN);
    Ok(())
}

async fn answer(shared: &Arc<Shared>, at: &mut At, row: u64) -> Result<(), StoreError> {
    while at.follower.next() <= row {
        let before = at.follower.next();
        derive::derive(shared, &mut at.follower, &mut at.kept).await?;
        if at.follower.next() == before {
            break;
        }
    }
    while pay::pay(shared).await? {}
    Ok(())
}
