//! `scrip operators`: who may use the console. Works while a server runs.

use std::io::Read;
use std::path::{Path, PathBuf};

use engine::{Clock, SystemClock};
use operators::{Operators, Role};
use store_sqlite::open_shelf;

use crate::Trouble;

/// What may be done with operators.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Staff {
    /// Add an operator, or set the password and the role of one. The password is made, and shown once.
    Set {
        /// The folder of the database.
        #[arg(long)]
        data: PathBuf,
        /// The address that they sign in by.
        #[arg(long)]
        email: String,
        /// What they may do: viewer looks, support helps customers, admin does everything.
        #[arg(long, default_value = "viewer", value_parser = ["viewer", "support", "admin"])]
        role: String,
        /// Read the password from standard input, instead of making one.
        #[arg(long)]
        password_stdin: bool,
        /// Do not ask for a code of an authenticator app: for trying things out only.
        #[arg(long)]
        without_code: bool,
        /// Forget their authenticator app: they set it up anew.
        #[arg(long)]
        forget_code: bool,
    },
    /// Show who they are.
    List {
        /// The folder of the database.
        #[arg(long)]
        data: PathBuf,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Remove one. Their sessions end at once.
    Remove {
        /// The folder of the database.
        #[arg(long)]
        data: PathBuf,
        /// The address that they sign in by.
        #[arg(long)]
        email: String,
    },
}

fn open(data: &Path) -> Result<Operators, Trouble> {
    Ok(Operators::on(open_shelf(data, "operators", true)?))
}

/// Runs `scrip operators`.
pub fn run(staff: &Staff) -> Result<(), Trouble> {
    match staff {
        Staff::Set { data, email, role, password_stdin, without_code, forget_code } => {
            let operators = open(data)?;
            let role = Role::from_code(role).ok_or_else(|| Trouble::new("no such role"))?;
            let password = if *password_stdin { typed()? } else { made()? };
            let set = operators.set(email, role, &password, !without_code, SystemClock.now())?;
            if *forget_code {
                operators.forget_code(email)?;
            }
            println!("{} is an operator with the role {}.", set.email, role.code());
            if !password_stdin {
                println!("password: {password}\nIt is not shown again.");
            }
            if !without_code && (set.code.is_none() || *forget_code) {
                println!("They set up an authenticator app when they sign in, at /console.");
            }
        }
        Staff::List { data, json } => {
            for operator in open(data)?.list()? {
                let code = match (operator.code.is_some(), operator.needs_code) {
                    (true, _) => "set up",
                    (false, true) => "to be set up",
                    (false, false) => "not asked for",
                };
                if *json {
                    let told = serde_json::json!({
                        "email": operator.email, "role": operator.role.code(), "code": code,
                        "created_at": operator.created_at.to_string(),
                    });
                    println!("{told}");
                } else {
                    println!("{}  {}  code {code}", operator.email, operator.role.code());
                }
            }
        }
        Staff::Remove { data, email } => {
            if !open(data)?.remove(email)? {
                return Err(Trouble::new(format!("there is no operator {email}")));
            }
            println!("{email} is no operator any more.");
        }
    }
    Ok(())
}

/// The first line of standard input.
fn typed() -> Result<String, Trouble> {
    let mut text = String::new();
    let read = std::io::stdin().take(4_096).read_to_string(&mut text);
    read.map_err(|error| Trouble::new(format!("the password can't be read: {error}")))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// A password that nobody guesses: 100 bits, in groups that can be read out.
pub fn made() -> Result<String, Trouble> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut random = [0; 20];
    getrandom::fill(&mut random).map_err(|error| Trouble::new(format!("no random numbers: {error}")))?;
    let letters: Vec<char> = random.iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect();
    Ok(letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}
