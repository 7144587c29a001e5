//! Publishing programs whose instant has come.

use engine::{Engine, StoreError};
use moment::Instant;
use publishing::Schedule;
use tokio::sync::oneshot;

use crate::Shared;

/// The schedule, when what fell due while nobody served was published: before the first request is answered.
pub(crate) fn overdue(engine: &Engine) -> Result<Schedule, StoreError> {
    let schedule = Schedule::of(engine)?;
    // The caller may be a runtime's thread, on which nothing may wait for the lane.
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for published in engine.programs() {
                schedule.run_due(&published.program.id, engine.now(&published));
            }
        });
    });
    Ok(schedule)
}

/// Publishes what is due of a program: when it returns, that runs.
pub(crate) async fn due(shared: &Shared, program: &str, now: Instant) {
    if shared.schedule.next_due(program).is_none_or(|due| due > now) {
        return;
    }
    let (done, wait) = oneshot::channel();
    let (schedule, program) = (shared.schedule.clone(), program.to_owned());
    let run = move || {
        schedule.run_due(&program, now);
        // Whoever asked may have gone.
        let _ = done.send(());
    };
    match std::thread::Builder::new().name("publish".into()).spawn(run) {
        Ok(_) => drop(wait.await),
        Err(error) => tracing::error!(%error, "a program can't be published now: trying again"),
    }
}
