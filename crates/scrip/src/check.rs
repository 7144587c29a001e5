//! `scrip check`: replays everything, and says what it looked at.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use engine::{Checked, Store};
use ledger::NameId;
use store_sqlite::SqliteStore;

use crate::Trouble;

/// `scrip check`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The folder of the database.
    #[arg(long)]
    data: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs `scrip check`: exit 0 where all is clean, 1 where something is off.
pub fn run(args: &Args) -> Result<ExitCode, Trouble> {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::inspect(&args.data)?);
    let names = store.journal_reader()?.names()?;
    let checked = engine::check(&store)?;
    let name = |id: NameId| {
        names
            .iter()
            .find(|(other, _)| *other == id)
            .map_or_else(|| format!("#{}", id.0), |(_, text)| text.clone())
    };
    if args.json {
        println!("{}", json(&checked, &name));
    } else {
        print(&checked, &name);
    }
    Ok(if checked.places.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn json(checked: &Checked, name: &dyn Fn(NameId) -> String) -> serde_json::Value {
    let books: Vec<serde_json::Value> = checked
        .books
        .iter()
        .map(|((program, unit), book)| {
            let accounts: serde_json::Map<String, serde_json::Value> = book
                .iter()
                .map(|(account, sum)| {
                    (format!("{account:?}").to_lowercase(), serde_json::json!(sum.to_string()))
                })
                .collect();
            serde_json::json!({ "program": name(*program), "unit": unit, "accounts": accounts })
        })
        .collect();
    let money: Vec<serde_json::Value> = checked
        .sold
        .money
        .iter()
        .map(|((program, currency), sum)| {
            serde_json::json!({ "program": name(*program), "currency": currency.code(), "amount": sum.to_string() })
        })
        .collect();
    serde_json::json!({
        "clean": checked.places.is_empty(),
        "rows": checked.rows, "entries": checked.entries, "accounts": checked.accounts,
        "orders": checked.sold.orders, "receipts": checked.sold.receipts, "money": money,
        "snapshots": checked.snapshots, "runs": checked.runs, "books": books,
        "places": checked.places, "more": checked.more,
    })
}

fn print(checked: &Checked, name: &dyn Fn(NameId) -> String) {
    println!(
        "journal    {} rows, {} entries: seals, order, hash chains, legal flows, balances",
        checked.rows, checked.entries
    );
    println!("accounts   {} replayed: grants, holds and debts add up", checked.accounts);
    println!("snapshots  {} equal the replay", checked.snapshots);
    println!("runs       {} compared with the journal", checked.runs);
    println!(
        "orders     {} with their grants, {} receipts without a gap",
        checked.sold.orders, checked.sold.receipts
    );
    for ((program, unit), book) in &checked.books {
        let sums: Vec<String> = book
            .iter()
            .map(|(account, sum)| format!("{} {sum}", format!("{account:?}").to_lowercase()))
            .collect();
        println!("books      {} unit {unit}: {} = 0", name(*program), sums.join(", "));
    }
    for ((program, currency), sum) in &checked.sold.money {
        println!("money      {} {sum} {currency}, in its minor unit: paid less paid back", name(*program));
    }
    if checked.places.is_empty() {
        println!("clean");
    } else {
        println!("\n{} OFF:", checked.places.len() as u64 + checked.more);
        for place in &checked.places {
            println!("  {place}");
        }
        if checked.more > 0 {
            println!("  and {} more", checked.more);
        }
    }
}
