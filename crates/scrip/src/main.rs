//! `scrip`: the credits system, in one program.

mod bench;
mod check;
mod demo;
mod doctor;
mod import;
mod journal;
mod keys;
mod oidc;
mod operators;
mod outside;
mod program;
mod server;
mod trouble;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use trouble::Trouble;

/// What one thread allocates another frees, a million times a second: this allocator was made for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Debug, Parser)]
#[command(name = "scrip", version, about = "Credits that are exact, durable and metered.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try it: three programs with months of history, served from a folder.
    Demo(demo::Args),
    /// Serve the API on a database folder.
    Serve(server::ServeArgs),
    /// Replay everything and compare; exit 1 where something is off.
    Check(check::Args),
    /// Show the journal, readable.
    Journal(journal::Args),
    /// Look at program files.
    Program {
        #[command(subcommand)]
        what: program::Program,
    },
    /// Make, show and withdraw secret keys.
    Keys {
        #[command(subcommand)]
        what: keys::Keys,
    },
    /// Add, show and remove those who may use the console.
    Operators {
        #[command(subcommand)]
        what: operators::Staff,
    },
    /// Take accounts and balances from a file: CSV, or JSON lines.
    Import(import::Args),
    /// Measure how fast it is on this machine.
    Bench {
        #[command(subcommand)]
        what: Bench,
    },
    /// See whether this machine and a folder are fit.
    Doctor(doctor::Args),
}

#[derive(Debug, Subcommand)]
enum Bench {
    /// The engine by itself, in this process.
    Engine(bench::engine::Args),
    /// The server over loopback, beside an empty handler on the same stack.
    Http(bench::http::Args),
    /// The start after a crash, and what accounts cost in memory.
    Restart(bench::restart::Args),
    /// The pages of the portal, for an account with a long history.
    Pages(bench::pages::Args),
    /// Renewals: many at one instant, and years of them by a test clock.
    Renewals(bench::renewals::Args),
}

fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_target(false).init();
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(trouble) => {
            eprintln!("scrip: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode, Trouble> {
    match cli.command {
        Command::Demo(args) => demo::run(&args)?,
        Command::Serve(args) => server::run(&args)?,
        Command::Check(args) => return check::run(&args),
        Command::Journal(args) => journal::run(&args)?,
        Command::Program { what } => return program::run(&what),
        Command::Keys { what } => keys::run(&what)?,
        Command::Operators { what } => operators::run(&what)?,
        Command::Import(args) => return Ok(import::run(&args)),
        Command::Bench { what: Bench::Engine(args) } => {
            print_figures(&bench::engine::run(&args)?, args.json)?;
        }
        Command::Bench { what: Bench::Http(args) } => print_figures(&bench::http::run(&args)?, args.json)?,
        Command::Bench { what: Bench::Pages(args) } => {
            let found = bench::pages::run(&args)?;
            if args.json {
                println!("{}", serde_json::json!(found));
            } else {
                found.print();
            }
        }
        Command::Bench { what: Bench::Renewals(args) } => {
            let found = bench::renewals::run(&args)?;
            if args.json {
                println!(
                    "{}",
                    serde_json::to_string_pretty(&found).map_err(|error| Trouble::new(error.to_string()))?
                );
            } else {
                found.print();
            }
        }
        Command::Bench { what: Bench::Restart(args) } => {
            if let Some(found) = bench::restart::run(&args)? {
                if args.json {
                    println!("{}", serde_json::json!(found));
                } else {
                    found.print();
                }
            }
        }
        Command::Doctor(args) => return Ok(doctor::run(&args)),
    }
    Ok(ExitCode::SUCCESS)
}

fn print_figures(figures: &bench::figures::Figures, json: bool) -> Result<(), Trouble> {
    let mut out = std::io::stdout().lock();
    let written = if json {
        serde_json::to_writer_pretty(&mut out, figures)
            .map(|()| println!())
            .map_err(|error| error.to_string())
    } else {
        figures.print(&mut out).map_err(|error| error.to_string())
    };
    written.map_err(Trouble::new)
}
