//! `scrip bench engine`: the engine by itself, in this process.

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use account::{Command, HowMuch};
use engine::{Engine, Failure, Options, Published, Stopwatch, SystemClock};
use ledger::NameId;
use store_sqlite::SqliteStore;

use super::figures::{Figures, Latencies, cpu_us, fdatasync_us, resident_bytes};
use super::load::{self, Distribution, Picker};
use crate::Trouble;

/// What is asked of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Operation {
    /// A charge at once.
    Charge,
    /// A hold, and its capture: counted as one.
    HoldCapture,
}

/// The options of the bench.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// How many requests are under way at a time.
    #[arg(long, default_value_t = 256)]
    pub in_flight: usize,
    /// How many accounts there are, with three grants each.
    #[arg(long, default_value_t = 100_000)]
    pub accounts: u64,
    /// How accounts are picked.
    #[arg(long, value_enum, default_value = "uniform")]
    pub distribution: Distribution,
    /// What is asked.
    #[arg(long, value_enum, default_value = "charge")]
    pub op: Operation,
    /// For how long.
    #[arg(long, default_value_t = 10.0)]
    pub seconds: f64,
    /// Charges that are made before the measurement.
    #[arg(long, default_value_t = 0)]
    pub before: u64,
    /// The folder of the database: made for the run and removed behind it.
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// Keep the folder.
    #[arg(long)]
    pub keep: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// A folder that is removed when it is dropped.
pub struct Scratch {
    /// Where it is.
    pub path: PathBuf,
    keep: bool,
}

impl Scratch {
    /// Makes the folder; it must not be there.
    pub fn new(path: Option<PathBuf>, keep: bool) -> Result<Scratch, Trouble> {
        let path =
            path.unwrap_or_else(|| std::env::temp_dir().join(format!("scrip-bench-{}", std::process::id())));
        if path.exists() {
            return Err(Trouble::new(format!(
                "{} is there already: name a folder that is not",
                path.display()
            )));
        }
        std::fs::create_dir_all(&path)
            .map_err(|error| Trouble::new(format!("can't make the folder {}: {error}", path.display())))?;
        Ok(Scratch { path, keep })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if !self.keep {
            // What can't be removed stays; the bench has its figures.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

/// Runs the bench.
pub fn run(args: &Args) -> Result<Figures, Trouble> {
    let scratch = Scratch::new(args.data.clone(), args.keep)?;
    let fdatasync =
        fdatasync_us(&scratch.path).map_err(|error| Trouble::new(format!("can't measure: {error}")))?;
    let store = Arc::new(SqliteStore::open(&scratch.path)?);
    let engine = Engine::start(store, Arc::new(SystemClock), Options::default())?;
    let program =
        catalog::load("bench.toml", load::PROGRAM).map_err(|_| Trouble::new("the bench's program"))?;
    let published = engine.publish(program, load::PROGRAM, None)?;
    let by = engine.name("key_bench").map_err(|_| Trouble::new("the engine is not there"))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .map_err(|error| Trouble::new(format!("no runtime: {error}")))?;
    let (handle, delivery) = engine.on_this_runtime();
    let local = tokio::task::LocalSet::new();
    local.spawn_local(delivery);

    let resident = resident_bytes();
    let accounts = if args.distribution == Distribution::Hot { 1 } else { args.accounts };
    let opened = local.block_on(&runtime, load::open_accounts(&handle, &published, accounts, |_| {}));
    opened.map_err(|failure| Trouble::new(format!("accounts can't be opened: {failure:?}")))?;
    engine.drain().map_err(|_| Trouble::new("the projector is gone"))?;
    let bytes_per_account = resident_bytes().saturating_sub(resident) as f64 / accounts as f64;

    let run = Run { args: args.clone(), accounts, published, by, engine: handle };
    let mut number = 0;
    if args.before > 0 {
        let (done, _) = local.block_on(&runtime, run.load(0, Until::Count(args.before)))?;
        number = done;
    }
    engine.drain().map_err(|_| Trouble::new("the projector is gone"))?;

    let (before, cpu) = (engine.metrics(), cpu_us());
    let watch = Stopwatch::start();
    let (done, latencies) = local.block_on(&runtime, run.load(number, Until::Seconds(args.seconds)))?;
    let seconds = watch.nanos() as f64 / 1e9;
    let lag_at_end = engine.metrics().projector_lag;
    let draining = Stopwatch::start();
    engine.drain().map_err(|_| Trouble::new("the projector is gone"))?;
    let drain = draining.nanos() as f64 / 1e9;
    let cpu = cpu_us() - cpu;
    // What is still in memory is put on disk, so that the bytes are all counted.
    engine.make_runs().map_err(|_| Trouble::new("the projector is gone"))?;
    let after = engine.metrics();
    engine.stop();
    Ok(Figures {
        bench: format!(
            "bench engine: {:?}, {:?}, {} in flight, {} accounts, {} charges before",
            args.op, args.distribution, args.in_flight, accounts, args.before
        ),
        operations_per_second: done as f64 / (seconds + drain),
        operations: done,
        seconds,
        p50_us: latencies.quantile_us(0.5),
        p99_us: latencies.quantile_us(0.99),
        p999_us: latencies.quantile_us(0.999),
        max_us: latencies.longest_us(),
        fdatasync_us: fdatasync,
        batch_mean: (after.entries - before.entries) as f64 / (after.commits - before.commits).max(1) as f64,
        longest_append_us: after.longest_append_us,
        cpu_us_per_operation: cpu / done.max(1) as f64,
        bytes_per_operation: (after.bytes_on_disk.saturating_sub(before.bytes_on_disk)) as f64
            / done.max(1) as f64,
        lag_at_end,
        drain_ms: drain * 1_000.0,
        bytes_per_account,
        accounts,
        empty_per_second: None,
        ratio: None,
    })
}

enum Until {
    Seconds(f64),
    Count(u64),
}

struct Run {
    args: Args,
    accounts: u64,
    published: Arc<Published>,
    by: NameId,
    engine: Engine,
}

impl Run {
    /// Keeps requests in flight until the end; returns how many were done, and how long each took.
    async fn load(&self, first: u64, until: Until) -> Result<(u64, Latencies), Trouble> {
        let watch = Stopwatch::start();
        let number = Rc::new(Cell::new(first));
        let latencies = Rc::new(RefCell::new(Latencies::default()));
        let (seconds, count) = match until {
            Until::Seconds(seconds) => (seconds, u64::MAX),
            Until::Count(count) => (f64::MAX, count),
        };
        let mut tasks = Vec::new();
        for task in 0..self.args.in_flight {
            let (number, latencies) = (Rc::clone(&number), Rc::clone(&latencies));
            let (engine, published, by) = (self.engine.clone(), Arc::clone(&self.published), self.by);
            let mut picker = Picker::new(task as u64 + 1 + first, self.accounts, self.args.distribution);
            let op = self.args.op;
            tasks.push(tokio::task::spawn_local(async move {
                loop {
                    let mine = number.get();
                    if mine - first >= count {
                        return Ok(());
                    }
                    let started = Stopwatch::start();
                    if watch.nanos() as f64 / 1e9 >= seconds {
                        return Ok(());
                    }
                    number.set(mine + 1);
                    let account = picker.pick();
                    match op {
                        Operation::Charge => charge(&engine, &published, by, account, mine).await?,
                        Operation::HoldCapture => {
                            hold_and_capture(&engine, &published, by, account, mine).await?;
                        }
                    }
                    latencies.borrow_mut().add(started.nanos());
                }
            }));
        }
        for task in tasks {
            let ended: Result<(), Failure> = task.await.map_err(|error| Trouble::new(error.to_string()))?;
            ended.map_err(|failure| Trouble::new(format!("a request failed: {failure:?}")))?;
        }
        let latencies = latencies.borrow().clone();
        Ok((number.get() - first, latencies))
    }
}

async fn charge(
    engine: &Engine,
    published: &Arc<Published>,
    by: NameId,
    account: u64,
    number: u64,
) -> Result<(), Failure> {
    let command = Command::Charge(Box::new(load::work(published)));
    let op = load::op(published, account, by, command, load::idempotency(number, account));
    engine.write(op).await?.into_iter().next().ok_or(Failure::Unavailable)?.map(drop)
}

async fn hold_and_capture(
    engine: &Engine,
    published: &Arc<Published>,
    by: NameId,
    account: u64,
    number: u64,
) -> Result<(), Failure> {
    let command = Command::Hold(Box::new(load::work(published)));
    let op = load::op(published, account, by, command, load::idempotency(number * 2, account));
    let held = engine.write(op).await?.into_iter().next().ok_or(Failure::Unavailable)??;
    let command = Command::Capture { hold: held.position, how_much: HowMuch::All };
    let op = load::op(published, account, by, command, load::idempotency(number * 2 + 1, account));
    engine.write(op).await?.into_iter().next().ok_or(Failure::Unavailable)?.map(drop)
}
