//! `scrip keys`: secret keys of hosts. Works while a server runs.

use std::path::PathBuf;

use engine::{Clock, Control, Scopes, SystemClock};
use store_sqlite::SqliteControl;

use crate::Trouble;

/// What may be done with keys.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Keys {
    /// Make a key; its secret is shown once.
    Create {
        /// The folder of the database.
        #[arg(long)]
        data: PathBuf,
        /// The program that it is for.
        #[arg(long)]
        program: String,
        /// What it may do: spend, read, manage.
        #[arg(long, value_delimiter = ',', default_value = "spend,read", value_parser = Scopes::NAMES)]
        scopes: Vec<String>,
        /// What people call it.
        #[arg(long, default_value = "")]
        label: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show the keys of a program, without their secrets.
    List {
        /// The folder of the database.
        #[arg(long)]
        data: PathBuf,
        /// The program.
        #[arg(long)]
        program: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Withdraw a key. A server that runs forgets it within seconds.
    Revoke {
        /// The folder of the database.
        #[arg(long)]
        data: PathBuf,
        /// The key's id: `key_…`.
        id: String,
    },
}

/// Runs `scrip keys`.
pub fn run(keys: &Keys) -> Result<(), Trouble> {
    let now = SystemClock.now();
    match keys {
        Keys::Create { data, program, scopes, label, json } => {
            let control = SqliteControl::open(data)?;
            let scopes = Scopes::named(scopes.iter().map(String::as_str));
            if !control.programs()?.iter().any(|stored| stored.id == *program) {
                eprintln!("scrip: note: no program {program} has been published in {} yet", data.display());
            }
            let (key, secret) = api::keys::create(&control, program, scopes, label, now)?;
            if *json {
                let told = serde_json::json!({
                    "id": key.id, "key": secret, "program": key.program, "scopes": scopes.names(), "label": key.label,
                });
                println!("{told}");
            } else {
                println!(
                    "{secret}\n\nkey {} of program {program}, for {}.",
                    key.id,
                    scopes.names().join(", ")
                );
                println!("Keep the secret: it is not shown again.");
            }
        }
        Keys::List { data, program, json } => {
            let control = SqliteControl::open(data)?;
            for key in control.keys(program)? {
                let revoked = key.revoked_at.map(|at| at.to_string());
                if *json {
                    let told = serde_json::json!({
                        "id": key.id, "scopes": key.scopes.names(), "label": key.label,
                        "created_at": key.created_at.to_string(), "revoked_at": revoked,
                    });
                    println!("{told}");
                } else {
                    let state = revoked.map_or_else(String::new, |at| format!("  revoked {at}"));
                    println!(
                        "{}  {:<18}  {}  {}{state}",
                        key.id,
                        key.scopes.names().join(","),
                        key.created_at,
                        key.label
                    );
                }
            }
        }
        Keys::Revoke { data, id } => {
            if !SqliteControl::open(data)?.revoke_key(id, now)? {
                return Err(Trouble::new(format!(
                    "there is no key {id} that could be revoked; `scrip keys list` shows them"
                )));
            }
            println!("revoked {id}");
        }
    }
    Ok(())
}
