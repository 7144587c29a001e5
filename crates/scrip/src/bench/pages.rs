//! `scrip bench pages`: how long the server takes for the pages of the portal, for an account with a long history.

use std::path::PathBuf;
use std::sync::Arc;

use account::Command;
use engine::{Engine, Options, Published, Scopes, Stopwatch, SystemClock};
use ledger::{AccountNo, NameId};
use moment::{Instant, Period, Zone};
use serde::Serialize;
use store_sqlite::SqliteStore;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::engine::Scratch;
use super::figures::Latencies;
use super::load;
use super::served::{Served, Serves, read_answer};
use crate::Trouble;

/// The options of the bench.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// How many entries the account has, spread over two years.
    #[arg(long, default_value_t = 1_000_000)]
    entries: u64,
    /// How often each page is asked for.
    #[arg(long, default_value_t = 300)]
    times: u64,
    /// The folder of the database: made for the run and removed behind it.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// One page.
#[derive(Clone, Debug, Serialize)]
struct Figure {
    page: String,
    p50_ms: f64,
    p99_ms: f64,
    bytes: usize,
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    entries: u64,
    /// The first look at an overview, before anything of the account was looked at: in milliseconds.
    first_ms: f64,
    /// Until the sums of the past were made, as reports and plots show them: in milliseconds.
    counted_ms: f64,
    pages: Vec<Figure>,
}

impl Found {
    /// The figures for a person.
    pub fn print(&self) {
        println!("bench pages: an account with {} entries", self.entries);
        println!(
            "  {:>8.1} ms the first page, {:.0} ms until all was counted",
            self.first_ms, self.counted_ms
        );
        for Figure { page, p50_ms, p99_ms, bytes } in &self.pages {
            println!("  {p50_ms:>8.2} ms p50   {p99_ms:>8.2} ms p99   {bytes:>7} bytes   {page}");
        }
    }
}

const START: Instant = Instant::from_millis(1_735_689_600_000);
const MONTHS: u64 = 24;

/// Runs the bench.
pub fn run(args: &Args) -> Result<Found, Trouble> {
    let scratch = Scratch::new(args.data.clone(), false)?;
    let store = Arc::new(SqliteStore::open(&scratch.path)?);
    let engine = Engine::start(store, Arc::new(SystemClock), Options::default())?;
    let program =
        catalog::load("bench.toml", load::PROGRAM).map_err(|_| Trouble::new("the bench's program"))?;
    let published = engine.publish(program, load::PROGRAM, Some(START))?;
    let scopes = Scopes { spend: true, read: true, manage: true };
    let (_, key) = api::keys::create(&*engine.control(), "bench", scopes, "bench", START)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Trouble::new(format!("no runtime: {error}")))?;
    runtime.block_on(fill(args, &engine, &published))?;
    let served = Served::start(engine.clone(), Serves::Pages)?;
    let found = runtime.block_on(async {
        let stream = TcpStream::connect(served.address).await;
        let stream = stream.map_err(|error| Trouble::new(format!("can't connect: {error}")))?;
        Visitor { stream, headers: String::new(), answer: Vec::new() }.visit(args, &key).await
    });
    drop(served);
    engine.stop();
    found
}

/// An account with grants, and charges of forty members over two years.
async fn fill(args: &Args, engine: &Engine, published: &Arc<Published>) -> Result<(), Trouble> {
    const AT_ONCE: u64 = 1_000;
    let failed = |failure: engine::Failure| Trouble::new(format!("a request failed: {failure:?}"));
    load::open_accounts(engine, published, 1, |_| {}).await.map_err(failed)?;
    let mut number = 0;
    for month in 1..=MONTHS {
        while number < args.entries * month / MONTHS {
            let ops = (number..number + AT_ONCE).map(|number| {
                let mut spend = load::work(published);
                spend.member = Some(format!("member-{}", number % 40).into());
                spend.reference = Some(format!("job-{number}").into());
                let command = Command::Charge(Box::new(spend));
                load::op(published, AccountNo(0).0, NameId::NONE, command, load::idempotency(number, 0))
            });
            for answers in engine.write_many(ops.collect()).await.map_err(failed)? {
                for answer in answers {
                    answer.map_err(failed)?;
                }
            }
            number += AT_ONCE;
        }
        let to = Period::Months(1).after(START, i32::try_from(month).unwrap_or(1), &Zone::utc());
        engine.advance(published, to).await.map_err(failed)?;
    }
    engine.drain().map_err(|_| Trouble::new("the projector is gone"))
}

/// A customer, on one connection.
struct Visitor {
    stream: TcpStream,
    headers: String,
    answer: Vec<u8>,
}

impl Visitor {
    async fn visit(mut self, args: &Args, key: &str) -> Result<Found, Trouble> {
        let body = "{\"account\":\"account-0000000\"}";
        self.headers = format!(
            "authorization: Bearer {key}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
            body.len()
        );
        let told = self.ask("POST", "/v1/portal_links", body).await?;
        let no_link = || Trouble::new(format!("no link to the portal: {told}"));
        let link =
            told.split("\"url\":\"").nth(1).and_then(|rest| rest.split('"').next()).ok_or_else(no_link)?;
        let path = link.find("/portal/").map(|at| link[at..].to_owned()).ok_or_else(no_link)?;
        self.headers.clear();
        let told = self.ask("GET", &path, "").await?;
        let cookie = told.lines().find_map(|line| line.strip_prefix("set-cookie: "));
        let cookie = cookie.and_then(|cookie| cookie.split(';').next());
        self.headers = format!("cookie: {}\r\n", cookie.ok_or_else(|| Trouble::new("no session"))?);

        let watch = Stopwatch::start();
        let mut overview = self.ask("GET", "/portal/bench", "").await?;
        let first_ms = watch.nanos() as f64 / 1e6;
        // A page that is not counted yet says so, to be asked for again.
        while overview.contains("data-again") {
            overview = self.ask("GET", "/portal/bench", "").await?;
        }
        let counted_ms = watch.nanos() as f64 / 1e6;
        let middle = args.entries / 2 * 16;
        let mut pages = Vec::new();
        for page in [
            String::new(),
            "/history".to_owned(),
            format!("/history?before={middle}"),
            "/history?member=member-7".to_owned(),
            "/history?member=nobody".to_owned(),
            "/history?kind=bought".to_owned(),
            "/history?from=2025-03-01&to=2025-03-31".to_owned(),
            "/reports".to_owned(),
            "/reports/2025-06".to_owned(),
            "/buy".to_owned(),
            "/prices".to_owned(),
            "/alerts".to_owned(),
            "/receipts".to_owned(),
        ] {
            pages.push(self.measure(&page, args.times).await?);
        }
        Ok(Found { entries: args.entries, first_ms, counted_ms, pages })
    }

    async fn measure(&mut self, page: &str, times: u64) -> Result<Figure, Trouble> {
        let path = format!("/portal/bench{page}");
        let mut latencies = Latencies::default();
        let mut bytes = 0;
        for _ in 0..times {
            let watch = Stopwatch::start();
            bytes = self.ask("GET", &path, "").await?.len();
            latencies.add(watch.nanos());
        }
        let millis = |share| latencies.quantile_us(share) / 1_000.0;
        Ok(Figure { page: path, p50_ms: millis(0.5), p99_ms: millis(0.99), bytes })
    }

    async fn ask(&mut self, method: &str, path: &str, body: &str) -> Result<String, Trouble> {
        let request = format!("{method} {path} HTTP/1.1\r\nhost: bench\r\n{}\r\n{body}", self.headers);
        let sent = self.stream.write_all(request.as_bytes()).await;
        sent.map_err(|error| Trouble::new(format!("the connection broke: {error}")))?;
        read_answer(&mut self.stream, &mut self.answer).await?;
        Ok(String::from_utf8_lossy(&self.answer).into_owned())
    }
}
