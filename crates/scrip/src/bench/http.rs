//! `scrip bench http`: the whole server, over loopback; beside it, in the same run, the same stack answering an empty
//! handler.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use engine::{Engine, Options, Scopes, Stopwatch, SystemClock};
use store_sqlite::SqliteStore;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::engine::Scratch;
use super::figures::{Figures, Latencies, cpu_us, fdatasync_us, resident_bytes};
use super::load::{self, Distribution, Picker};
use super::served::{Served, Serves, read_answer};
use crate::Trouble;

/// The options of the bench.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// How many connections ask at a time.
    #[arg(long, default_value_t = 64)]
    pub connections: usize,
    /// Charges a request; 1 asks for single charges, more for batches.
    #[arg(long, default_value_t = 1)]
    pub batch: usize,
    /// How many accounts there are, with three grants each.
    #[arg(long, default_value_t = 100_000)]
    pub accounts: u64,
    /// For how long each of the two servers is asked.
    #[arg(long, default_value_t = 10.0)]
    pub seconds: f64,
    /// The folder of the database: made for the run and removed behind it.
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Runs the bench.
pub fn run(args: &Args) -> Result<Figures, Trouble> {
    if !(1..=1_000).contains(&args.batch) {
        return Err(Trouble::new("--batch is 1 to 1000"));
    }
    let scratch = Scratch::new(args.data.clone(), false)?;
    let fdatasync =
        fdatasync_us(&scratch.path).map_err(|error| Trouble::new(format!("can't measure: {error}")))?;
    let store = Arc::new(SqliteStore::open(&scratch.path)?);
    let engine = Engine::start(store, Arc::new(SystemClock), Options::default())?;
    let program =
        catalog::load("bench.toml", load::PROGRAM).map_err(|_| Trouble::new("the bench's program"))?;
    let published = engine.publish(program, load::PROGRAM, None)?;
    let scopes = Scopes { spend: true, read: true, manage: true };
    let (_, secret) =
        api::keys::create(&*engine.control(), "bench", scopes, "bench", moment::Instant::from_millis(0))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Trouble::new(format!("no runtime: {error}")))?;
    let resident = resident_bytes();
    let (handle, delivery) = engine.on_this_runtime();
    let local = tokio::task::LocalSet::new();
    local.spawn_local(delivery);
    let opened = local.block_on(&runtime, load::open_accounts(&handle, &published, args.accounts, |_| {}));
    opened.map_err(|failure| Trouble::new(format!("accounts can't be opened: {failure:?}")))?;
    drain(&engine)?;
    let bytes_per_account = resident_bytes().saturating_sub(resident) as f64 / args.accounts as f64;

    let ask = |address, path: &'static str, batch| {
        local.block_on(
            &runtime,
            Load { args: args.clone(), address, path, batch, secret: secret.clone() }.run(),
        )
    };
    let empty = {
        let served = Served::start(engine.clone(), Serves::Nothing)?;
        let (requests, seconds, _) = ask(served.address, "/v1/empty", 0)?;
        requests as f64 / seconds
    };
    let served = Served::start(engine.clone(), Serves::Api)?;
    let (before, cpu) = (engine.metrics(), cpu_us());
    let path = if args.batch == 1 { "/v1/charges" } else { "/v1/batches" };
    let (requests, seconds, latencies) = ask(served.address, path, args.batch)?;
    let lag_at_end = engine.metrics().projector_lag;
    let draining = Stopwatch::start();
    drain(&engine)?;
    let drain_seconds = draining.nanos() as f64 / 1e9;
    let cpu = cpu_us() - cpu;
    engine.make_runs().map_err(|_| Trouble::new("the projector is gone"))?;
    let after = engine.metrics();
    drop(served);
    engine.stop();
    let done = requests * args.batch as u64;
    if after.entries - before.entries < done {
        return Err(Trouble::new(format!(
            "{done} charges were asked, {} were made",
            after.entries - before.entries
        )));
    }
    let operations_per_second = done as f64 / (seconds + drain_seconds);
    Ok(Figures {
        bench: format!(
            "bench http: {} connections, {} charges a request, {} accounts",
            args.connections, args.batch, args.accounts
        ),
        operations_per_second,
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
        drain_ms: drain_seconds * 1_000.0,
        bytes_per_account,
        accounts: args.accounts,
        empty_per_second: Some(empty),
        ratio: Some(operations_per_second / empty),
    })
}

fn drain(engine: &Engine) -> Result<(), Trouble> {
    engine.drain().map_err(|_| Trouble::new("the projector is gone"))
}

/// The clients: connections that ask one request after another.
struct Load {
    args: Args,
    address: SocketAddr,
    path: &'static str,
    /// 0: an empty body; 1: a charge; more: a batch.
    batch: usize,
    secret: String,
}

impl Load {
    /// Returns how many requests were answered, in how many seconds, and how long each took.
    async fn run(self) -> Result<(u64, f64, Latencies), Trouble> {
        let this = Rc::new(self);
        let number = Rc::new(Cell::new(0_u64));
        let latencies = Rc::new(RefCell::new(Latencies::default()));
        let watch = Stopwatch::start();
        let mut tasks = Vec::new();
        for connection in 0..this.args.connections {
            let (this, number, latencies) = (Rc::clone(&this), Rc::clone(&number), Rc::clone(&latencies));
            tasks.push(tokio::task::spawn_local(async move {
                this.connection(connection as u64, watch, &number, &latencies).await
            }));
        }
        for task in tasks {
            task.await.map_err(|error| Trouble::new(error.to_string()))??;
        }
        let seconds = watch.nanos() as f64 / 1e9;
        let latencies = latencies.borrow().clone();
        Ok((number.get(), seconds, latencies))
    }

    async fn connection(
        &self,
        connection: u64,
        watch: Stopwatch,
        number: &Cell<u64>,
        latencies: &RefCell<Latencies>,
    ) -> Result<(), Trouble> {
        let broken = |error: std::io::Error| Trouble::new(format!("a connection broke: {error}"));
        let mut stream = TcpStream::connect(self.address).await.map_err(broken)?;
        stream.set_nodelay(true).map_err(broken)?;
        let mut picker = Picker::new(connection + 1, self.args.accounts, Distribution::Uniform);
        let (mut request, mut body, mut answer) = (Vec::new(), Vec::new(), Vec::with_capacity(64 * 1024));
        while (watch.nanos() as f64) / 1e9 < self.args.seconds {
            let started = Stopwatch::start();
            let mine = number.get();
            number.set(mine + 1);
            self.write_request(&mut request, &mut body, mine, &mut picker);
            stream.write_all(&request).await.map_err(broken)?;
            read_answer(&mut stream, &mut answer).await?;
            latencies.borrow_mut().add(started.nanos());
        }
        Ok(())
    }

    fn write_request(&self, request: &mut Vec<u8>, body: &mut Vec<u8>, number: u64, picker: &mut Picker) {
        use std::io::Write;
        body.clear();
        request.clear();
        // Writing to memory does not fail.
        let _ = match self.batch {
            0 => write!(body, "{{}}"),
            1 => write!(body, "{{\"account\":\"account-{:07}\",\"action\":\"work\"}}", picker.pick()),
            batch => {
                body.extend_from_slice(b"{\"operations\":[");
                for place in 0..batch {
                    let comma = if place > 0 { "," } else { "" };
                    let account = picker.pick();
                    let _ = write!(
                        body,
                        "{comma}{{\"op\":\"charge\",\"account\":\"account-{account:07}\",\"action\":\"work\"}}"
                    );
                }
                body.extend_from_slice(b"]}");
                Ok(())
            }
        };
        let _ = write!(
            request,
            "POST {} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {}\r\nidempotency-key: bench-{number:012}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.path,
            self.secret,
            body.len()
        );
        request.extend_from_slice(body);
    }
}
