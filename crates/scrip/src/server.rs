//! A server: the store, the engine, the API, on a socket. `serve` and `demo` are this.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use catalog::{Change, Program};
use engine::{Engine, Options, SystemClock};
use moment::Instant;
use store_sqlite::SqliteStore;

use crate::Trouble;
use crate::oidc::OidcArgs;
use crate::outside::OutsideArgs;

/// A program file that was read.
pub struct ProgramFile {
    /// What it says.
    pub program: Program,
    /// The file.
    pub text: String,
}

impl ProgramFile {
    /// Reads a file; the error tells every problem in it.
    pub fn read(path: &Path) -> Result<ProgramFile, Trouble> {
        let name = path.display().to_string();
        let bytes =
            std::fs::read(path).map_err(|error| Trouble::new(format!("can't read {name}: {error}")))?;
        let text = String::from_utf8(bytes)
            .map_err(|error| Trouble::new(format!("{name} is no UTF-8 text: {error}")))?;
        ProgramFile::parse(&name, text)
    }

    /// Reads a text.
    pub fn parse(name: &str, text: String) -> Result<ProgramFile, Trouble> {
        match catalog::load(name, &text) {
            Ok(program) => Ok(ProgramFile { program, text }),
            Err(problems) => {
                let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
                Err(Trouble::new(format!(
                    "the program file has {}:\n{}",
                    count(lines.len()),
                    lines.join("\n")
                )))
            }
        }
    }
}

fn count(problems: usize) -> String {
    if problems == 1 { "a problem".into() } else { format!("{problems} problems") }
}

/// Opens the folder and starts the engine.
pub fn start_engine(data: &Path) -> Result<Engine, Trouble> {
    let store = SqliteStore::open(data)?;
    Ok(Engine::start(Arc::new(store), Arc::new(SystemClock), Options::default())?)
}

/// Publishes a program, unless it changes what accounts have of the version that runs.
pub fn publish(engine: &Engine, file: ProgramFile, test_clock: Option<Instant>) -> Result<(), Trouble> {
    if let Some(running) = engine.program(&file.program.id) {
        let changes = catalog::diff(&running.program, &file.program);
        let forbidden: Vec<String> = changes.iter().filter_map(refused).collect();
        if !forbidden.is_empty() {
            let id = &file.program.id;
            return Err(Trouble::new(format!(
                "program {id} can't be published over version {}:\n{}",
                running.version,
                forbidden.join("\n")
            )));
        }
    }
    engine.publish(file.program, &file.text, test_clock)?;
    Ok(())
}

fn refused(change: &Change) -> Option<String> {
    change.forbidden.as_ref().map(|_| change.to_string())
}

/// What a server runs with.
pub struct Server {
    /// The engine.
    pub engine: Engine,
    /// Where it listens; port 0 picks a free one.
    pub listen: SocketAddr,
    /// How what is outside is reached.
    pub outside: OutsideArgs,
    /// Where operators sign in.
    pub oidc: OidcArgs,
    /// What else it serves, in front of the API.
    pub beside: Option<Beside>,
}

/// Makes further pages, which ask the API that it gets.
pub type Beside = Box<dyn FnOnce(&axum::Router, &web::Web) -> axum::Router>;

impl Server {
    /// Serves until the process is told to stop. `ready` is told the URL before the first request is taken.
    pub fn run(self, ready: impl FnOnce(&str, &mut dyn Write) -> Result<(), Trouble>) -> Result<(), Trouble> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Trouble::new(format!("no runtime: {error}")))?;
        let Server { engine, listen, outside, oidc, beside } = self;
        let served = runtime.block_on(serve(&engine, listen, (&outside, &oidc), beside, ready));
        // What was decided is durable already; this makes the next start quick.
        engine.stop();
        served
    }
}

async fn serve(
    engine: &Engine,
    listen: SocketAddr,
    (outside, oidc): (&OutsideArgs, &OidcArgs),
    beside: Option<Beside>,
    ready: impl FnOnce(&str, &mut dyn Write) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let listener = tokio::net::TcpListener::bind(listen).await.map_err(|error| {
        Trouble::new(format!(
            "can't listen on {listen}: {error}; --listen names another address, port 0 picks a free one"
        ))
    })?;
    let address = listener.local_addr().map_err(|error| Trouble::new(format!("no address: {error}")))?;
    let (handle, delivery) = engine.on_this_runtime();
    tokio::spawn(delivery);
    let dispatch = outside.start(engine, &format!("http://{address}"))?;
    let pages = web::Web::new(handle.clone(), dispatch.clone(), dispatch.public_url())?;
    if let Some(oidc) = oidc.provider(dispatch.public_url())? {
        pages.sign_in_by(&oidc.name, oidc.provider);
    }
    let state = api::ApiState::new(handle, dispatch.clone(), api::Options::default())?;
    let api = api::router(state.clone());
    let beside = beside.map(|beside| beside(&api, &pages)).unwrap_or_default();
    let router = api.merge(web::router(pages.clone())).merge(beside);
    let mut told = stop_signal()?;
    ready(&format!("http://{address}"), &mut std::io::stdout().lock())?;
    let shutdown = async move {
        told.recv().await;
        tracing::info!("stopping: what is under way is finished");
        state.close();
        pages.close();
    };
    let served = api::serve(listener, router, shutdown).await;
    dispatch.stop();
    served.map_err(|error| Trouble::new(format!("the server ended: {error}")))
}

/// Tells when the process is asked to stop: SIGTERM, or Ctrl-C.
fn stop_signal() -> Result<tokio::sync::mpsc::Receiver<()>, Trouble> {
    use tokio::signal::unix::{SignalKind, signal};
    let no = |error| Trouble::new(format!("can't listen for signals: {error}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(no)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(no)?;
    let (tell, told) = tokio::sync::mpsc::channel(1);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        // The receiver is there as long as the server is.
        let _ = tell.send(()).await;
    });
    Ok(told)
}

/// `scrip serve`.
#[derive(Clone, Debug, clap::Args)]
pub struct ServeArgs {
    /// The folder of the database; made if it is not there.
    #[arg(long)]
    pub data: PathBuf,
    /// Where to listen; port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Program files to publish. Those that were published before run too.
    #[arg(long, num_args = 1..)]
    pub program: Vec<PathBuf>,
    /// Put every program of this server on a test clock that starts at this instant, such as 2026-01-01T00:00:00Z.
    #[arg(long)]
    pub test_clock: Option<Instant>,
    /// How what is outside is reached.
    #[command(flatten)]
    pub outside: OutsideArgs,
    /// Where operators sign in.
    #[command(flatten)]
    pub oidc: OidcArgs,
}

/// Runs `scrip serve`.
pub fn run(args: &ServeArgs) -> Result<(), Trouble> {
    let files = args.program.iter().map(|path| ProgramFile::read(path)).collect::<Result<Vec<_>, _>>()?;
    let engine = start_engine(&args.data)?;
    for file in files {
        if let Err(trouble) = publish(&engine, file, args.test_clock) {
            engine.stop();
            return Err(trouble);
        }
    }
    let programs = engine.programs();
    if programs.is_empty() {
        engine.stop();
        return Err(Trouble::new("there is no program to serve: name a program file with --program"));
    }
    let (outside, oidc) = (args.outside.clone(), args.oidc.clone());
    let server = Server { engine, listen: args.listen, outside, oidc, beside: None };
    server.run(|url, out| {
        // Written at once, as who reads the address may stop reading behind it.
        let mut lines = Vec::new();
        let told = writeln!(lines, "listening on {url}").and_then(|()| {
            for published in &programs {
                let id = &published.program.id;
                let clock = if published.test_clock.is_some() { ", on a test clock" } else { "" };
                writeln!(lines, "  program {id}, version {}{clock}", published.version)?;
            }
            writeln!(lines, "  API reference: {url}/docs")?;
            out.write_all(&lines)?;
            out.flush()
        });
        told.map_err(|error| Trouble::new(format!("can't write: {error}")))
    })
}
