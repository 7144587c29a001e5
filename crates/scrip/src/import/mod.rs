//! `scrip import`: accounts and balances of a host that moves to Scrip.

mod amount;
mod begin;
mod begun;
mod header;
mod keys;
mod lines;
mod objects;
mod progress;
mod quotes;
mod report;
mod row;
mod sheet;
mod source;
mod tally;
mod there;
mod wanted;
mod write;

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use crate::Trouble;
use begin::{Import, prepare};
use keys::Keys;
use progress::Progress;
use source::Format;
use tally::Tally;
use write::{Job, Writer};

/// So many lines are written in one go.
const AT_ONCE: usize = 250;
/// Nothing was begun.
const USAGE: u8 = 2;

/// `scrip import`. Exit 0: all lines were taken; 1: some were refused, or it broke off; 2: nothing was begun.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The folder of the database. No server may run on it.
    #[arg(long)]
    data: PathBuf,
    /// The program that the accounts are of.
    #[arg(long)]
    program: String,
    /// The file: CSV with a header, or JSON lines.
    file: PathBuf,
    /// Its format; as its name ends, or as it begins, where this is left out.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// What this import is called: what was issued under a name is not issued again. The file's name where this is left
    /// out.
    #[arg(long)]
    name: Option<String>,
    /// Check all, and say what would be done, but do nothing.
    #[arg(long)]
    dry_run: bool,
    /// Write refused lines into this file, to be mended and imported.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Give accounts that are there the names, addresses and so on of the file.
    #[arg(long)]
    update: bool,
    /// Give the program's starter credits to new accounts, too.
    #[arg(long)]
    starter: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs `scrip import`.
pub fn run(args: &Args) -> ExitCode {
    let (code, trouble) = match prepare(args) {
        Err(trouble) => (ExitCode::from(USAGE), trouble),
        Ok(import) => {
            let engine = import.engine.clone();
            let imported = import.run();
            engine.stop();
            match imported {
                Ok(code) => return code,
                Err(trouble) => (ExitCode::FAILURE, trouble),
            }
        }
    };
    eprintln!("scrip: {trouble}");
    code
}

impl Import<'_> {
    fn run(mut self) -> Result<ExitCode, Trouble> {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.map_err(|error| Trouble::new(format!("no runtime: {error}")))?;
        let mut tally = Tally::default();
        let imported = runtime.block_on(self.lines(&mut tally));
        // Also where it broke off: what was done until then, and what was refused, is worth knowing.
        let Import { args, name, source, report, published, .. } = self;
        let program = &published.program;
        let reported = report.finish();
        if source.open_end {
            eprintln!(
                "scrip: note: the last line has no line end; see to it that the file was not cut there"
            );
        }
        if !program.starter.is_empty() && tally.has_opened() && !args.starter {
            eprintln!("scrip: note: imported accounts get no starter credits; --starter gives them");
        }
        if args.json {
            println!("{}", tally.json(program, &name, args.dry_run));
        } else {
            tally.print(program, args.dry_run);
        }
        imported.and(reported)?;
        Ok(if tally.refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    async fn lines(&mut self, tally: &mut Tally) -> Result<(), Trouble> {
        let Import { args, name, source, report, engine, published, by } = self;
        let reason = format!("Imported from {name}");
        let mut keys = Keys::new(&published.program.id, name);
        let writer = Writer {
            engine,
            published: Arc::clone(published),
            by: *by,
            starter: args.starter,
            update: args.update,
            dry_run: args.dry_run,
        };
        let progress = Progress::new(source.size);
        let mut going = true;
        while going {
            let mut jobs: Vec<Job> = Vec::with_capacity(AT_ONCE);
            let mut here: HashSet<Box<str>> = HashSet::new();
            while jobs.len() < AT_ONCE {
                let Some(row) = source.next()? else {
                    going = false;
                    break;
                };
                tally.lines += 1;
                let checked = row.cells.as_ref().map_err(Clone::clone);
                match checked.and_then(|cells| wanted::check(cells, &published.program, &reason)) {
                    Ok(wanted) => {
                        let key = keys.next(&wanted);
                        let first = !tally.has_met(&wanted.host_id) && here.insert(wanted.host_id.clone());
                        jobs.push(Job { row, wanted, key, first });
                    }
                    Err(wrong) => {
                        tally.refused += 1;
                        report.refuse(&row, &wrong)?;
                    }
                }
            }
            if jobs.is_empty() {
                continue;
            }
            let results = writer.write(&jobs).await?;
            for (job, result) in jobs.iter().zip(results) {
                match result {
                    Ok(done) => tally.count(&job.wanted, done),
                    Err(wrong) => {
                        tally.refused += 1;
                        report.refuse(&job.row, &wrong)?;
                    }
                }
            }
            progress.at(source.read(), tally.lines);
        }
        Ok(())
    }
}
