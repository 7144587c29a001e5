//! `scrip`: the credits system, in one program.

mod bench;
mod trouble;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use trouble::Trouble;

#[derive(Debug, Parser)]
#[command(name = "scrip", version, about = "Credits that are exact, durable and metered.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure how fast it is on this machine.
    Bench {
        #[command(subcommand)]
        what: Bench,
    },
}

#[derive(Debug, Subcommand)]
enum Bench {
    /// The engine by itself, in this process.
    Engine(bench::engine::Args),
}

fn main() -> ExitCode {
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
        Command::Bench { what: Bench::Engine(args) } => {
            let figures = bench::engine::run(&args)?;
            print_figures(&figures, args.json)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn print_figures(figures: &bench::figures::Figures, json: bool) -> Result<(), Trouble> {
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, figures).map_err(|error| Trouble::new(error.to_string()))?;
        println!();
        Ok(())
    } else {
        figures.print(&mut out).map_err(|error| Trouble::new(error.to_string()))
    }
}
