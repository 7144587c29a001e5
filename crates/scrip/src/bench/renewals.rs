//! `scrip bench renewals`: many subscriptions that renew at one instant, while others spend; and a test clock that moves
//! years in one call.

use std::path::PathBuf;
use std::sync::Arc;

use account::{Buy, Command, Open, Wanted};
use dispatch::Dispatch;
use engine::{
    Clock, Engine, Failure, ManualClock, Op, Options, Published, Step, Stopwatch, SystemClock, Target,
};
use ledger::{AccountNo, NameId};
use moment::{Instant, Period};
use money::Money;
use payments::test::Form;
use serde::Serialize;
use store_sqlite::SqliteStore;

use super::engine::Scratch;
use super::figures::Latencies;
use super::load;
use crate::Trouble;
use crate::outside::OutsideArgs;

/// The options of the bench.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// How many subscriptions renew at one instant.
    #[arg(long, default_value_t = 100_000)]
    subscriptions: u64,
    /// How many requests of others are under way at a time.
    #[arg(long, default_value_t = 16)]
    in_flight: usize,
    /// Seconds of the others' requests before, for comparison.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// How many subscribed accounts a test clock moves through time.
    #[arg(long, default_value_t = 1_000)]
    accounts: u64,
    /// How many years it moves, in one call.
    #[arg(long, default_value_t = 3)]
    years: i32,
    /// The folder of the database: made for the run and removed behind it.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    subscriptions: u64,
    /// From the instant that they fell due until the last one was paid and credited.
    storm_seconds: f64,
    renewals_per_second: f64,
    /// Of the others' charges, in microseconds.
    p99_before_us: f64,
    p99_during_us: f64,
    /// `p99_during_us / p99_before_us`.
    p99_ratio: f64,
    charges_before_per_second: f64,
    charges_during_per_second: f64,
    /// Accounts on a plan, moved through time by one call.
    accounts: u64,
    years: i32,
    advance_seconds: f64,
    /// Renewals that it booked.
    advance_renewals: u64,
}

impl Found {
    /// The figures for a person.
    pub fn print(&self) {
        println!("bench renewals: {} subscriptions at one instant", self.subscriptions);
        println!("  {:>12.0} renewals/s   ({:.1} s in all)", self.renewals_per_second, self.storm_seconds);
        println!(
            "  {:>12.0} µs p99 of charges before, {:.0} during: {:.2} of it",
            self.p99_before_us, self.p99_during_us, self.p99_ratio
        );
        println!(
            "  {:>12.0} charges/s before, {:.0} during",
            self.charges_before_per_second, self.charges_during_per_second
        );
        println!(
            "  {:>12.1} s for {} years of {} accounts in one call ({} renewals)",
            self.advance_seconds, self.years, self.accounts, self.advance_renewals
        );
    }
}

const PLAN: &str = "
[plans.monthly]
name = \"Monthly\"
credits = 1_000
price = \"9 USD\"
period = \"1 month\"
";

/// Runs the bench.
pub fn run(args: &Args) -> Result<Found, Trouble> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Trouble::new(format!("no runtime: {error}")))?;
    // A stage is set outside of the runtime, as that blocks.
    let start = SystemClock.now();
    let clock = Arc::new(ManualClock::at(start));
    let stage = Stage::new(args, Arc::clone(&clock) as Arc<dyn Clock>, None)?;
    let mut found = runtime.block_on(storm(args, stage, &clock))?;
    let start: Instant = Instant::from_millis(1_800_000_000_000);
    let stage = Stage::new(args, Arc::new(SystemClock), Some(start))?;
    (found.advance_seconds, found.advance_renewals) = runtime.block_on(advance(args, stage, start))?;
    Ok(found)
}

/// A database with a program, subscribed accounts, and all that answers for them.
struct Stage {
    engine: Engine,
    dispatch: Dispatch,
    published: Arc<Published>,
    by: NameId,
    _scratch: Scratch,
}

impl Stage {
    fn new(args: &Args, clock: Arc<dyn Clock>, test_clock: Option<Instant>) -> Result<Stage, Trouble> {
        let scratch = Scratch::new(args.data.clone(), false)?;
        let store = Arc::new(SqliteStore::open(&scratch.path)?);
        let engine = Engine::start(store, clock, Options::default())?;
        let text = format!("{}{PLAN}", load::PROGRAM);
        let program = catalog::load("bench.toml", &text).map_err(|_| Trouble::new("the bench's program"))?;
        let published = engine.publish(program, &text, test_clock)?;
        let by = engine.name("key_bench").map_err(|_| Trouble::new("the engine is not there"))?;
        let dispatch = OutsideArgs::default().start(&engine, "http://127.0.0.1")?;
        Ok(Stage { engine, dispatch, published, by, _scratch: scratch })
    }

    fn op(&self, target: Target, commands: impl IntoIterator<Item = Command>) -> Op {
        let steps = commands.into_iter().map(|command| Step { command, idempotency: None }).collect();
        Op { target, published: Arc::clone(&self.published), by: self.by, steps }
    }

    /// Opens accounts and puts them on the plan, each paid by a card of its own at the checkout, which is stored.
    async fn subscribe(&self, count: u64) -> Result<(), Trouble> {
        const AT_ONCE: u64 = 500;
        let failed = |failure: Failure| Trouble::new(format!("the accounts can't be made: {failure:?}"));
        let no = |what: &str| Trouble::new(format!("the test provider: {what}"));
        let test = self.dispatch.test_provider("bench").ok_or_else(|| no("is not there"))?;
        let provider = self.dispatch.provider("bench", "test").ok_or_else(|| no("is not there"))?;
        let price = Money { amount: 900, currency: "USD".parse().map_err(Trouble::new)? };
        for first in (0..count).step_by(AT_ONCE as usize) {
            let numbers = first..(first + AT_ONCE).min(count);
            let buy = Buy {
                offer: Wanted::Plan("monthly".into()),
                how_many: None,
                renew: false,
                provider: "test".into(),
                stored: false,
                return_url: None,
            };
            let opens = numbers.map(|number| {
                let host = Target::Host(format!("account-{number:07}").into());
                self.op(host, [Command::Open(Box::<Open>::default()), Command::Buy(Box::new(buy.clone()))])
            });
            for answers in self.engine.write_many(opens.collect()).await.map_err(failed)? {
                let placed = answers.into_iter().next_back().ok_or_else(|| Trouble::new("no answer"))?;
                let placed = placed.map_err(failed)?;
                let account = placed.entry.account;
                let now = self.engine.now(&self.published);
                let order = ids::Id::new(ids::Kind::Order, placed.position, account).to_string();
                let ask = payments::CheckoutAsk {
                    key: format!("checkout_{order}"),
                    order,
                    program: "bench".to_owned(),
                    account: account.0.to_string(),
                    email: None,
                    locale: None,
                    description: "Monthly".to_owned(),
                    lines: vec![("Monthly".to_owned(), price)],
                    amount: price,
                    store_method: true,
                    return_url: None,
                    renews: None,
                    now,
                };
                let checkout =
                    provider.open_checkout(&ask).await.map_err(|outage| no(&outage.to_string()))?;
                let session = checkout.reference;
                test.submit(&session, &Form::read(b"step=pay&card=4242424242424242"), now);
            }
            self.dispatch.hear(&self.published).await;
        }
        Ok(())
    }

    /// How many periods an account's subscription has begun.
    async fn periods(&self, account: u64) -> u32 {
        let look = |account: &account::Account, _| account.subscription().map_or(0, |one| one.count);
        let published = Arc::clone(&self.published);
        self.engine.read(Target::Number(AccountNo(account)), published, look).await.unwrap_or(0)
    }

    fn stop(self) {
        self.dispatch.stop();
        self.engine.stop();
    }
}

/// Charges of others, until `done`; how many, and how long each took.
async fn charges(
    stage: &Stage,
    args: &Args,
    first: u64,
    done: impl AsyncFn() -> bool,
) -> Result<(u64, f64, Latencies), Trouble> {
    let mut latencies = Latencies::default();
    let watch = Stopwatch::start();
    let mut picker = load::Picker::new(first + 1, args.subscriptions, load::Distribution::Uniform);
    let mut number = first;
    while !done().await {
        // A turn of requests under way at once, each timed by itself.
        let turn = (0..args.in_flight).map(|_| {
            number += 1;
            let (account, number) = (picker.pick(), number);
            let command = Command::Charge(Box::new(load::work(&stage.published)));
            let op =
                load::op(&stage.published, account, stage.by, command, load::idempotency(number, account));
            let engine = stage.engine.clone();
            tokio::spawn(async move {
                let started = Stopwatch::start();
                let answers = engine.write(op).await;
                (started.nanos(), answers)
            })
        });
        for asked in turn.collect::<Vec<_>>() {
            let (nanos, answers) = asked.await.map_err(|error| Trouble::new(error.to_string()))?;
            match answers {
                Ok(answers) if answers.iter().all(Result::is_ok) => latencies.add(nanos),
                // Between the end of a period and the payment for the next one an account has nothing to spend.
                Ok(_) => latencies.add(nanos),
                Err(failure) => return Err(Trouble::new(format!("a charge failed: {failure:?}"))),
            }
        }
    }
    Ok((number - first, watch.nanos() as f64 / 1e9, latencies))
}

async fn storm(args: &Args, stage: Stage, clock: &ManualClock) -> Result<Found, Trouble> {
    let start = clock.now();
    stage.subscribe(args.subscriptions).await?;
    stage.dispatch.work_off().await;
    let watch = Stopwatch::start();
    let quiet = async || watch.nanos() as f64 / 1e9 >= args.seconds;
    let (calm, calm_seconds, before) = charges(&stage, args, 1, quiet).await?;
    // More than a month, and less than two.
    clock.set(start.plus_millis(32 * 24 * 3_600_000));
    let storming = Stopwatch::start();
    let last = args.subscriptions - 1;
    let over = async || stage.periods(last).await >= 2 || storming.nanos() > 600_000_000_000;
    let (busy, busy_seconds, during) = charges(&stage, args, 1 << 40, over).await?;
    let storm_seconds = storming.nanos() as f64 / 1e9;
    stage.dispatch.work_off().await;
    for account in 0..args.subscriptions {
        if stage.periods(account).await != 2 {
            return Err(Trouble::new(format!("account {account} was not renewed once")));
        }
    }
    stage.stop();
    let (p99_before_us, p99_during_us) = (before.quantile_us(0.99), during.quantile_us(0.99));
    Ok(Found {
        subscriptions: args.subscriptions,
        storm_seconds,
        renewals_per_second: args.subscriptions as f64 / storm_seconds,
        p99_before_us,
        p99_during_us,
        p99_ratio: p99_during_us / p99_before_us.max(1.0),
        charges_before_per_second: calm as f64 / calm_seconds,
        charges_during_per_second: busy as f64 / busy_seconds,
        accounts: args.accounts,
        years: args.years,
        advance_seconds: 0.0,
        advance_renewals: 0,
    })
}

async fn advance(args: &Args, stage: Stage, start: Instant) -> Result<(f64, u64), Trouble> {
    stage.subscribe(args.accounts).await?;
    let to = Period::Months(12 * args.years).after(start, 1, &moment::Zone::utc()).plus_millis(1);
    let watch = Stopwatch::start();
    let told = stage.engine.advance(&stage.published, to).await;
    told.map_err(|failure| Trouble::new(format!("the clock can't be moved: {failure:?}")))?;
    let seconds = watch.nanos() as f64 / 1e9;
    let mut renewals = 0;
    for account in 0..args.accounts {
        renewals += u64::from(stage.periods(account).await.saturating_sub(1));
    }
    let expected = args.accounts * 12 * u64::from(args.years.unsigned_abs());
    stage.stop();
    if renewals != expected {
        return Err(Trouble::new(format!("{renewals} renewals were booked, and {expected} fell due")));
    }
    Ok((seconds, renewals))
}
