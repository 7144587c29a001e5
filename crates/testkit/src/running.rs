//! An engine that runs on a store of a test, with the shop's program, asked without a runtime.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use account::{Account, Command};
use engine::{
    Answers, Engine, Failure, Idempotency, ManualClock, Op, Options, Published, Step, Store, StoreError,
    Target, Written,
};
use ledger::{AccountNo, Entry, NameId, Position};
use moment::Instant;

use crate::Shop;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for a future on this thread.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}

/// A request that was sent, and whose answer is waited for later.
pub type Sent<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Sends a request: what the future does first is done now.
pub fn send<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> Sent<T> {
    let mut sent: Sent<T> = Box::pin(future);
    match sent.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Box::pin(std::future::ready(value)),
        Poll::Pending => sent,
    }
}

/// An engine that runs, and the shop that it serves.
#[derive(Clone, Debug)]
pub struct Running {
    /// The engine.
    pub engine: Engine,
    /// The machine's clock, moved by hand.
    pub clock: Arc<ManualClock>,
    /// The shop's program.
    pub shop: Arc<Published>,
    /// Who asks.
    pub by: NameId,
}

/// Few of everything, so that a few hundred accounts meet every part of the engine.
pub const TINY: Options = Options { cached_accounts: 8, snapshot_every: 50, run_size: 64, queue: 4_096 };

/// When tests begin.
pub const START: Instant = Instant::from_millis(1_767_225_600_000);

impl Running {
    /// Starts on a store, with the machine's clock at [`START`]. With `test_clock` the shop has a clock of its own.
    pub fn start(store: Arc<dyn Store>, options: Options, test_clock: bool) -> Result<Running, StoreError> {
        Running::start_at(store, options, test_clock, Arc::new(ManualClock::at(START)))
    }

    /// Starts with a clock.
    pub fn start_at(
        store: Arc<dyn Store>,
        options: Options,
        test_clock: bool,
        clock: Arc<ManualClock>,
    ) -> Result<Running, StoreError> {
        let engine = Engine::start(store, Arc::clone(&clock) as Arc<dyn engine::Clock>, options)?;
        let rules = "overdraft.grace = \"10 days\"\noverdraft.limit = 1000\n";
        let program = Shop::with(rules).program;
        let shop = engine.publish(program, &Shop::text(rules), test_clock.then_some(START))?;
        let by =
            engine.name("key_test").map_err(|failure| StoreError::new(format!("no name: {failure:?}")))?;
        Ok(Running { engine, clock, shop, by })
    }

    /// An op of one step.
    pub fn op(&self, target: Target, command: Command, idempotency: Option<Idempotency>) -> Op {
        self.group(target, vec![Step { command, idempotency }])
    }

    /// An op of several steps.
    pub fn group(&self, target: Target, steps: Vec<Step>) -> Op {
        Op { target, published: Arc::clone(&self.shop), by: self.by, steps: steps.into() }
    }

    /// Does an op, and waits for it.
    pub fn write(&self, op: Op) -> Result<Answers, Failure> {
        block_on(self.engine.write(op))
    }

    /// Sends an op.
    pub fn send(&self, op: Op) -> Sent<Result<Answers, Failure>> {
        let engine = self.engine.clone();
        send(async move { engine.write(op).await })
    }

    /// Asks one account for one thing.
    pub fn ask(
        &self,
        target: Target,
        command: Command,
        key: Option<Idempotency>,
    ) -> Result<Written, Failure> {
        let answers = self.write(self.op(target, command, key))?;
        answers.into_iter().next().unwrap_or(Err(Failure::Unavailable))
    }

    /// Opens an account with the host's id.
    ///
    /// # Panics
    /// Where that fails.
    pub fn open(&self, host_id: &str) -> AccountNo {
        let written = self.ask(Target::Host(host_id.into()), Command::Open(Box::default()), None);
        written.unwrap_or_else(|failure| panic!("{host_id} can't be opened: {failure:?}")).entry.account
    }

    /// The account as it is now.
    pub fn read(&self, target: Target) -> Result<Account, Failure> {
        block_on(self.engine.read(target, Arc::clone(&self.shop), |account, _| account.clone()))
    }

    /// What an account can spend of the first unit now.
    ///
    /// # Panics
    /// Where it can't be read.
    pub fn available(&self, account: AccountNo) -> i64 {
        let account = self.read(Target::Number(account)).unwrap_or_else(|failure| panic!("{failure:?}"));
        account.book(0).map_or(0, |book| book.available().0)
    }

    /// Moves the shop's test clock to so many milliseconds behind the start.
    pub fn advance_to(&self, millis: i64) -> Result<Instant, Failure> {
        block_on(self.engine.advance(&self.shop, START.plus_millis(millis)))
    }

    /// All entries of an account, oldest first, when what was committed up to now, and up to `position`, is shown.
    pub fn history(&self, account: AccountNo, position: Position) -> Result<Vec<(Position, Entry)>, Failure> {
        self.engine.drain()?;
        block_on(self.engine.wait_for(position))?;
        let listed = self.engine.entries_after(account, Position(0), usize::MAX)?;
        Ok(listed.into_iter().map(|listed| (listed.position, listed.entry)).collect())
    }
}

/// The idempotency key of this number, with a request's digest.
pub fn key(number: u64, request: u64) -> Idempotency {
    let mut key = [0; 16];
    // Mixed, as hashes are.
    key[..8].copy_from_slice(&number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    key[8..].copy_from_slice(&number.to_be_bytes());
    Idempotency { key, digest: request.to_le_bytes() }
}
