//! `scrip bench restart`: how soon a server is ready after a crash, and what accounts cost in memory.
//!
//! Each part is a process of its own, as memory that was used once tells nothing of what is needed.

use std::path::{Path, PathBuf};
use std::process::{Command as Child, Stdio};
use std::sync::Arc;

use account::Command;
use engine::{Engine, Options, Published, Stopwatch, SystemClock, Target};
use ledger::{AccountNo, NameId};
use serde::{Deserialize, Serialize};
use store_sqlite::SqliteStore;

use super::engine::Scratch;
use super::figures::resident_bytes;
use super::load::{self, Distribution, Picker};
use crate::Trouble;

/// The options of the bench.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// How many accounts there are, with three grants each.
    #[arg(long, default_value_t = 1_000_000)]
    accounts: u64,
    /// Charges that are made behind the opening, before the crash.
    #[arg(long, default_value_t = 400_000)]
    charges: u64,
    /// The folder of the database: made for the run and removed behind it.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// What this process does in the bench.
    #[arg(long, hide = true, value_enum)]
    part: Option<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Opens the accounts, charges, and crashes.
    Fill,
    /// Starts on what the crash left, and stops.
    Start,
    /// Starts, and looks at the memory: cold, and with every account loaded.
    Look,
}

/// What was found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Found {
    accounts: u64,
    /// From the start of the engine until it answers, after a crash.
    ready_ms: f64,
    /// Until the first charge on an account that was changed before the crash was durable.
    first_charge_ms: f64,
    /// Memory for all accounts while none is loaded, less that of an engine without accounts.
    cold_bytes: u64,
    /// Memory for each account that is loaded.
    bytes_per_cached_account: f64,
}

impl Found {
    /// The figures for a person.
    pub fn print(&self) {
        println!("bench restart: {} accounts", self.accounts);
        println!(
            "  {:>12.0} ms until it answers, after a crash ({:.0} ms until the first charge)",
            self.ready_ms, self.first_charge_ms
        );
        println!("  {:>12.1} MB of memory while no account is loaded", self.cold_bytes as f64 / 1e6);
        println!("  {:>12.0} bytes of memory for each account that is", self.bytes_per_cached_account);
    }
}

/// Runs the bench, or a part of it; `None`: this was a part.
pub fn run(args: &Args) -> Result<Option<Found>, Trouble> {
    if let (Some(part), Some(data)) = (args.part, &args.data) {
        let told = match part {
            Part::Fill => fill(args, data)?,
            Part::Start => start(args, data)?,
            Part::Look => look(args, data)?,
        };
        println!("{told}");
        return Ok(None);
    }
    let scratch = Scratch::new(args.data.clone(), false)?;
    let empty = scratch.path.join("empty");
    let full = scratch.path.join("full");
    let (baseline, _): (u64, f64) = part(args, Part::Look, &empty, 0)?;
    child(args, Part::Fill, &full, args.accounts)?;
    let (ready_ms, first_charge_ms) = part(args, Part::Start, &full, args.accounts)?;
    let (cold, bytes_per_cached_account): (u64, f64) = part(args, Part::Look, &full, args.accounts)?;
    let cold_bytes = cold.saturating_sub(baseline);
    Ok(Some(Found {
        accounts: args.accounts,
        ready_ms,
        first_charge_ms,
        cold_bytes,
        bytes_per_cached_account,
    }))
}

fn part<T: serde::de::DeserializeOwned>(
    args: &Args,
    part: Part,
    data: &Path,
    accounts: u64,
) -> Result<T, Trouble> {
    let told = child(args, part, data, accounts)?;
    serde_json::from_str(&told).map_err(|error| Trouble::new(format!("{part:?} told {told:?}: {error}")))
}

fn child(args: &Args, part: Part, data: &Path, accounts: u64) -> Result<String, Trouble> {
    let program = std::env::current_exe().map_err(|error| Trouble::new(format!("no program: {error}")))?;
    let mut child = Child::new(program);
    child.args(["bench", "restart", "--part", &format!("{part:?}").to_lowercase()]);
    child.args(["--accounts", &accounts.to_string(), "--charges", &args.charges.to_string()]);
    let output = child.arg("--data").arg(data).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| Trouble::new(format!("can't start {part:?}: {error}")))?;
    // Filling ends in a crash.
    if !output.status.success() && part != Part::Fill {
        return Err(Trouble::new(format!("{part:?} failed")));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn open(data: &Path) -> Result<(Engine, Arc<Published>), Trouble> {
    let store = Arc::new(SqliteStore::open(data)?);
    let engine = Engine::start(store, Arc::new(SystemClock), Options::default())?;
    let program =
        catalog::load("bench.toml", load::PROGRAM).map_err(|_| Trouble::new("the bench's program"))?;
    let published = engine.publish(program, load::PROGRAM, None)?;
    Ok((engine, published))
}

fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Trouble> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    Ok(runtime.map_err(|error| Trouble::new(format!("no runtime: {error}")))?.block_on(future))
}

fn fill(args: &Args, data: &Path) -> Result<String, Trouble> {
    let (engine, published) = open(data)?;
    let failed = |failure: engine::Failure| Trouble::new(format!("a request failed: {failure:?}"));
    block_on(async {
        load::open_accounts(&engine, &published, args.accounts, |_| {}).await?;
        let mut picker = Picker::new(1, args.accounts, Distribution::Uniform);
        let mut number = 0;
        while number < args.charges {
            let ops = (0..1_000).map(|place| {
                let account = picker.pick();
                let command = Command::Charge(Box::new(load::work(&published)));
                load::op(
                    &published,
                    account,
                    NameId::NONE,
                    command,
                    load::idempotency(number + place, account),
                )
            });
            for answers in engine.write_many(ops.collect()).await? {
                for answer in answers {
                    answer?;
                }
            }
            number += 1_000;
        }
        Ok(())
    })?
    .map_err(failed)?;
    std::process::abort()
}

fn start(args: &Args, data: &Path) -> Result<String, Trouble> {
    let watch = Stopwatch::start();
    let (engine, published) = open(data)?;
    let answer = block_on(engine.read(Target::Number(AccountNo(0)), Arc::clone(&published), |_, _| ()))?;
    answer.map_err(|failure| Trouble::new(format!("it does not answer: {failure:?}")))?;
    let ready = watch.nanos() as f64 / 1e6;
    let command = Command::Charge(Box::new(load::work(&published)));
    let op = load::op(&published, args.accounts / 2, NameId::NONE, command, load::idempotency(u64::MAX, 0));
    block_on(engine.write(op))?
        .map_err(|failure| Trouble::new(format!("it does not charge: {failure:?}")))?;
    let charged = watch.nanos() as f64 / 1e6;
    engine.stop();
    Ok(format!("[{ready},{charged}]"))
}

fn look(args: &Args, data: &Path) -> Result<String, Trouble> {
    let (engine, published) = open(data)?;
    engine.drain().map_err(|_| Trouble::new("the projector is gone"))?;
    let cold = resident_bytes();
    let read = block_on(async {
        for account in 0..args.accounts {
            engine.read(Target::Number(AccountNo(account)), Arc::clone(&published), |_, _| ()).await?;
        }
        Ok::<(), engine::Failure>(())
    })?;
    read.map_err(|failure| Trouble::new(format!("a read failed: {failure:?}")))?;
    let cached = resident_bytes().saturating_sub(cold) as f64 / args.accounts.max(1) as f64;
    engine.stop();
    Ok(format!("[{cold},{cached}]"))
}
