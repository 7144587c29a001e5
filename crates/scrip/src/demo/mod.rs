//! `scrip demo`: three programs with months of history, on a test clock, served from a folder.

mod agenda;
mod diary;
mod dice;
mod errand;
mod folder;
mod hosts;
mod picsart;
mod pictastic;
mod pictofit;
mod seed;
mod welcome;

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;

use engine::{Engine, Stopwatch};
use moment::Instant;

use crate::Trouble;
use crate::oidc::OidcArgs;
use crate::outside::OutsideArgs;
use crate::server::{Beside, ProgramFile, Server, publish, start_engine};
use folder::DemoFolder;
use hosts::Host;
use seed::{History, Story};
use welcome::Shown;

/// `scrip demo`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The folder of the demo; made and filled if it is not there.
    #[arg(long, value_name = "DIR", default_value = "./scrip-demo")]
    data: PathBuf,
    /// Where to listen; port 0 picks a free one.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// How what is outside is reached.
    #[command(flatten)]
    outside: OutsideArgs,
    /// Where operators sign in.
    #[command(flatten)]
    oidc: OidcArgs,
}

/// One of the demo's programs: its file, as it is in this repository, and who uses it.
struct Tale {
    id: &'static str,
    text: &'static str,
    /// The account that is shown first.
    hero: &'static str,
    cast: fn(&History) -> Vec<Box<dyn Story>>,
}

const TALES: [Tale; 3] = [
    Tale {
        id: "pictofit",
        text: include_str!("../../../../programs/pictofit.toml"),
        hero: pictofit::HERO,
        cast: pictofit::cast,
    },
    Tale {
        id: "pictastic",
        text: include_str!("../../../../programs/pictastic.toml"),
        hero: pictastic::HERO,
        cast: pictastic::cast,
    },
    Tale {
        id: "picsart",
        text: include_str!("../../../../programs/picsart.toml"),
        hero: picsart::HERO,
        cast: picsart::cast,
    },
];

/// Runs `scrip demo`: returns when it is told to stop.
pub fn run(args: &Args) -> Result<(), Trouble> {
    must_be_free(args.listen)?;
    let engine = start_engine(&args.data)?;
    let prepared = prepare(args, &engine);
    let (folder, shown) = match prepared {
        Ok(prepared) => prepared,
        Err(trouble) => {
            engine.stop();
            return Err(trouble);
        }
    };
    let beside = beside(&shown);
    let (outside, oidc) = (args.outside.for_demo(), args.oidc.clone());
    let server = Server { engine, listen: args.listen, outside, oidc, beside: Some(beside) };
    server.run(|url, out| {
        folder.tell(url, &shown)?;
        let told = welcome::print(out, url, &args.data, &shown, folder.password()).and_then(|()| out.flush());
        told.map_err(|error| Trouble::new(format!("can't write: {error}")))
    })
}

/// The pages of hosts that use the programs, and live examples of what they are made of.
fn beside(shown: &[Shown]) -> Beside {
    let hosts: Vec<Host> = shown
        .iter()
        .filter_map(|shown| {
            let Shown { program, key, .. } = shown;
            let hero = shown.accounts.first()?.clone();
            let (_, name) = hosts::NAMES.iter().find(|(of, _)| of == program)?;
            Some(Host { name, program: program.clone(), hero, key: key.clone() })
        })
        .collect();
    Box::new(move |api, pages| {
        pages.show(web::Examples {
            token_url: format!("/demo/tokens/picsart/{}", picsart::HERO),
            action: "expand".to_owned(),
            low_token_url: format!("/demo/tokens/pictofit/{}", pictofit::LOW),
        });
        hosts::routes(api, hosts)
    })
}

/// Finds out that the address can't be had before months of history are made for nothing.
fn must_be_free(listen: SocketAddr) -> Result<(), Trouble> {
    let Err(error) = TcpListener::bind(listen) else { return Ok(()) };
    if error.kind() != ErrorKind::AddrInUse {
        return Err(Trouble::new(format!(
            "can't listen on {listen}: {error}; --listen names another address"
        )));
    }
    let other = SocketAddr::new(listen.ip(), listen.port().checked_add(1).unwrap_or(8081));
    Err(Trouble::new(format!(
        "{listen} is taken, by another demo perhaps. Choose another port, such as --listen {other}; port 0 picks a free one"
    )))
}

/// Publishes the programs, makes keys, and fills the folder, where that has not been done.
fn prepare(args: &Args, engine: &Engine) -> Result<(DemoFolder, Vec<Shown>), Trouble> {
    let mut folder = DemoFolder::open(&args.data, engine)?;
    let history = History::until(folder.today());
    for tale in &TALES {
        let file = ProgramFile::parse(&format!("programs/{}.toml", tale.id), tale.text.to_owned())?;
        publish(engine, file, Some(history.start()))?;
        folder.make_key(engine, tale.id)?;
    }
    folder.make_operator(engine)?;
    folder.save()?;
    seed_all(args, &folder, engine, &history)?;
    let mut shown = Vec::new();
    for tale in &TALES {
        let key = folder.key(tale.id);
        let accounts: Vec<String> =
            (tale.cast)(&history).iter().map(|story| story.host_id().to_owned()).collect();
        shown.push(welcome::look(engine, tale.id, tale.hero, accounts, key)?);
    }
    Ok((folder, shown))
}

fn seed_all(args: &Args, folder: &DemoFolder, engine: &Engine, history: &History) -> Result<(), Trouble> {
    let missing: Vec<&Tale> = TALES.iter().filter(|tale| !history.is_told(engine, tale.id)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    eprintln!("scrip: making {} days of history, up to {}", seed::DAYS, day_of(history.end()));
    let watch = Stopwatch::start();
    let before = engine.metrics().entries;
    // Customers of a story get no mail, wherever that of the demo goes. The server starts another one.
    let outside = OutsideArgs { smtp: None, ..args.outside.for_demo() };
    let dispatch = outside.start(engine, &format!("http://{}", args.listen))?;
    let told = missing.iter().try_for_each(|tale| {
        history.tell((engine, &dispatch), tale.id, folder.key(tale.id), (tale.cast)(history))
    });
    dispatch.stop();
    told?;
    let entries = engine.metrics().entries - before;
    eprintln!("scrip: {entries} entries in {} ms", watch.nanos() / 1_000_000);
    Ok(())
}

fn day_of(at: Instant) -> String {
    at.to_string().chars().take_while(|letter| *letter != 'T').collect()
}
