//! `scrip journal`: the journal, readable.

use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

use engine::{Row, Store, StoreError};
use ledger::AccountNo;
use store_sqlite::SqliteStore;

use crate::Trouble;

/// `scrip journal`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The folder of the database.
    #[arg(long)]
    data: PathBuf,
    /// Only this account: its number, as the journal shows it.
    #[arg(long)]
    account: Option<u64>,
    /// From this row on.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// At most so many entries.
    #[arg(long, default_value_t = u64::MAX, hide_default_value = true)]
    limit: u64,
    /// Print JSON lines.
    #[arg(long)]
    json: bool,
}

/// Runs `scrip journal`.
pub fn run(args: &Args) -> Result<(), Trouble> {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::inspect(&args.data)?);
    let mut reader = store.journal_reader()?;
    let names = reader.names()?;
    let name = |id: ledger::NameId| {
        names.iter().find(|(other, _)| *other == id).map_or("", |(_, text)| text.as_str())
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut left = args.limit;
    reader.scan(args.from, &mut |seq, bytes| {
        for record in Row::open(seq, bytes)?.records() {
            let (position, record) = record?;
            let entry = &record.entry;
            if args.account.is_some_and(|no| entry.account != AccountNo(no)) {
                continue;
            }
            if left == 0 {
                return Ok(false);
            }
            left -= 1;
            let written = if args.json {
                let event = serde_json::to_value(&entry.event)
                    .map_err(|error| StoreError::with(format!("entry {position}"), error))?;
                writeln!(out, "{}", serde_json::json!({
                    "position": position.to_string(), "account": entry.account.0,
                    "effective_at": entry.effective_at.to_string(), "recorded_at": entry.recorded_at.to_string(),
                    "by": name(entry.by), "unit": entry.unit, "kind": entry.event.kind().code(), "event": event,
                    "settled": entry.after.settled.0, "held": entry.after.held.0, "owed": entry.after.owed.0,
                    "previous": hex(&record.previous),
                    "idempotency_key": record.idempotency.map(|key| hex(&key.key)),
                }))
            } else {
                let action = entry.event.work().map_or("", |work| name(work.action));
                writeln!(
                    out,
                    "{position:<12} account {:<8} {} {:<16} {:<20} {:>+8}  settled {} held {} owed {}{}",
                    entry.account.0,
                    entry.effective_at,
                    entry.event.kind().code(),
                    action,
                    entry.change(position).0,
                    entry.after.settled,
                    entry.after.held,
                    entry.after.owed,
                    if entry.by.is_some() { format!("  by {}", name(entry.by)) } else { String::new() },
                )
            };
            written.map_err(|error| StoreError::with("can't write", error))?;
        }
        Ok(true)
    })?;
    out.flush().map_err(|error| Trouble::new(format!("can't write: {error}")))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = std::fmt::Write::write_fmt(&mut text, format_args!("{byte:02x}"));
        text
    })
}
