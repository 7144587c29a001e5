//! `scrip doctor`: whether this machine and this folder are fit, and what to do where they are not.

use std::path::PathBuf;
use std::process::ExitCode;

use engine::{Clock, Control, Store, SystemClock};
use store_sqlite::{SqliteControl, SqliteStore};

use crate::bench::figures::fdatasync_us;

/// `scrip doctor`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The folder of the database.
    #[arg(long)]
    data: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

struct Finding {
    what: &'static str,
    fine: bool,
    says: String,
}

/// Runs `scrip doctor`: exit 1 where something is not fine.
pub fn run(args: &Args) -> ExitCode {
    let findings = look(args);
    let fine = findings.iter().all(|finding| finding.fine);
    if args.json {
        let all: Vec<serde_json::Value> = findings
            .iter()
            .map(|finding| serde_json::json!({ "what": finding.what, "fine": finding.fine, "says": finding.says }))
            .collect();
        println!("{}", serde_json::json!({ "fine": fine, "findings": all }));
    } else {
        for finding in &findings {
            println!("{} {:<10} {}", if finding.fine { "ok " } else { "NO " }, finding.what, finding.says);
        }
    }
    if fine { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

fn look(args: &Args) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut say = |what, found: Result<String, String>| {
        let fine = found.is_ok();
        findings.push(Finding { what, fine, says: found.unwrap_or_else(|says| says) });
    };
    let folder = args.data.display();
    let exists = args.data.is_dir();
    say(
        "folder",
        if exists {
            Ok(format!("{folder}"))
        } else {
            Err(format!("{folder} is no folder; `scrip serve` makes it"))
        },
    );
    if !exists {
        return findings;
    }
    say(
        "disk",
        match fdatasync_us(&args.data) {
            Ok(micros) if micros < 20_000.0 => {
                Ok(format!("4 KiB are durable in {micros:.0} µs (median of 256)"))
            }
            Ok(micros) => {
                Err(format!("4 KiB need {micros:.0} µs to be durable: a faster disk answers faster"))
            }
            Err(error) => Err(format!("can't write in the folder: {error}; the server needs to")),
        },
    );
    say("clock", {
        let now = SystemClock.now();
        let year_2025 = moment::Instant::from_millis(1_735_689_600_000);
        if now > year_2025 {
            Ok(format!("{now}"))
        } else {
            Err(format!("{now} is in the past: set the machine's clock"))
        }
    });
    say("programs", programs(args));
    say(
        "owner",
        match SqliteStore::open(&args.data) {
            Ok(_) => Ok("no server runs on it".into()),
            // That a server runs is fine; that the folder can't be opened is not.
            Err(error) if error.to_string().contains("in use") => Ok(error.to_string()),
            Err(error) => Err(error.to_string()),
        },
    );
    say(
        "files",
        match SqliteStore::inspect(&args.data) {
            Ok(store) => match store.damaged().first() {
                None => {
                    Ok(format!("whole, {} bytes; `scrip check` replays all of it", store.bytes_on_disk()))
                }
                Some(place) => Err(format!("damaged: {place}; restore a copy")),
            },
            Err(error) => Err(error.to_string()),
        },
    );
    findings
}

fn programs(args: &Args) -> Result<String, String> {
    let control = SqliteControl::open(&args.data).map_err(|error| error.to_string())?;
    let programs = control.programs().map_err(|error| error.to_string())?;
    if programs.is_empty() {
        return Err("none is published: `scrip serve --program FILE`".into());
    }
    for stored in &programs {
        if let Err(problems) = catalog::load(&stored.id, &stored.text) {
            return Err(format!(
                "{} can't be read: {}",
                stored.id,
                problems.first().map(ToString::to_string).unwrap_or_default()
            ));
        }
    }
    Ok(programs
        .iter()
        .map(|stored| format!("{} version {}", stored.id, stored.version))
        .collect::<Vec<_>>()
        .join(", "))
}
