//! `scrip operators`: who may use the console. Works while a server runs.

use std::io::Read;
use std::path::{Path, PathBuf};

use engine::{Clock, SystemClock};
use operators::{Act, CodeState, Known, Operators, People, Role, Sessions, fresh_password};
use store_sqlite::open_shelf;

use crate::Trouble;

/// What may be done with operators.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Staff {
    /// Add an operator, or set the password and the role of one. The password is made, and shown once. With `--oidc` or
    /// `--oidc-subject` no password is made: they sign in at the provider.
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
        /// Let them sign in by OpenID Connect: as whoever has this address at the provider, verified; their own where none is
        /// named. Whoever signs in first is bound to them; saying it again forgets that.
        #[arg(long, value_name = "EMAIL", num_args = 0..=1, default_missing_value = "")]
        oidc: Option<String>,
        /// The same, as whom the provider calls by this subject: where it verifies no addresses.
        #[arg(long, value_name = "SUBJECT", conflicts_with = "oidc")]
        oidc_subject: Option<String>,
        /// Do not let them sign in by OpenID Connect any more.
        #[arg(long, conflicts_with_all = ["oidc", "oidc_subject"])]
        without_oidc: bool,
    },
    /// Keep one out for now, however they sign in. Their sessions end at once.
    Disable {
        /// The folder of the database.
        #[arg(long)]
        data: PathBuf,
        /// The address that they sign in by.
        #[arg(long)]
        email: String,
    },
    /// Let one in again who was disabled.
    Enable {
        /// The folder of the database.
        #[arg(long)]
        data: PathBuf,
        /// The address that they sign in by.
        #[arg(long)]
        email: String,
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

/// The same with their sessions.
fn people(data: &Path) -> Result<People, Trouble> {
    Ok(People::of(&open(data)?, &Sessions::on(open_shelf(data, Sessions::SHELF, false)?)))
}

/// Does something about an operator.
fn act(data: &Path, email: &str, act: &Act) -> Result<(), Trouble> {
    people(data)?.act(email, act, None)?;
    Ok(())
}

/// Runs `scrip operators`.
pub fn run(staff: &Staff) -> Result<(), Trouble> {
    match staff {
        Staff::Set {
            data,
            email,
            role,
            password_stdin,
            without_code,
            forget_code,
            oidc,
            oidc_subject,
            without_oidc,
        } => {
            let operators = open(data)?;
            let role = Role::from_code(role).ok_or_else(|| Trouble::new("no such role"))?;
            let known = match (oidc, oidc_subject) {
                (Some(address), _) => {
                    Some(Known::Email(if address.is_empty() { email } else { address }.clone()))
                }
                (None, Some(subject)) => Some(Known::Subject(subject.clone())),
                (None, None) => None,
            };
            // Who signs in at the provider needs no password, and keeps the one that they have.
            let password = match (*password_stdin, &known) {
                (true, _) => Some(typed()?),
                (false, None) => Some(fresh_password()?),
                (false, Some(_)) => None,
            };
            let now = SystemClock.now();
            let mut set = None;
            if let Some(known) = known {
                set = Some(operators.set_federated(email, role, &known, now)?);
            }
            if let Some(password) = &password {
                set = Some(operators.set(email, role, password, !without_code, now)?);
            }
            let set = set.ok_or_else(|| Trouble::new("there is nothing to set"))?;
            if *forget_code {
                act(data, email, &Act::ForgetCode)?;
            }
            if *without_oidc {
                act(data, email, &Act::NotKnown)?;
            }
            println!("{} is an operator with the role {}.", set.email, role.code());
            if let Some(password) = password.as_ref().filter(|_| !password_stdin) {
                println!("password: {password}\nIt is not shown again.");
            }
            if let Some(federated) = set.federated().filter(|_| !without_oidc) {
                println!("They sign in by OpenID Connect at /console, as {}.", federated.known);
            }
            if password.is_some() && !without_code && (set.code.is_none() || *forget_code) {
                println!("They set up an authenticator app when they sign in, at /console.");
            }
        }
        Staff::List { data, json } => {
            for operator in open(data)?.list()? {
                let code = match operator.code_state() {
                    CodeState::NoPassword => "none, no password",
                    CodeState::SetUp => "set up",
                    CodeState::ToBeSetUp => "to be set up",
                    CodeState::NotAskedFor => "not asked for",
                };
                let oidc = operator.federated().map(|federated| federated.known.to_string());
                let bound = operator.federated().and_then(|federated| federated.bound.as_ref());
                if *json {
                    let told = serde_json::json!({
                        "email": operator.email, "role": operator.role.code(), "code": code,
                        "disabled": operator.is_disabled(), "oidc": oidc,
                        "oidc_subject": bound.map(|(_, subject)| subject), "oidc_issuer": bound.map(|(issuer, _)| issuer),
                        "created_at": operator.created_at.to_string(),
                    });
                    println!("{told}");
                } else {
                    let disabled = if operator.is_disabled() { "  disabled" } else { "" };
                    let signs = match (&oidc, bound) {
                        (Some(known), Some((_, subject))) => {
                            format!("  OpenID Connect as {known}, bound to {subject}")
                        }
                        (Some(known), None) => format!("  OpenID Connect as {known}"),
                        (None, _) => String::new(),
                    };
                    println!("{}  {}  code {code}{signs}{disabled}", operator.email, operator.role.code());
                }
            }
        }
        Staff::Disable { data, email } => {
            act(data, email, &Act::Disable)?;
            println!("{email} is kept out.");
        }
        Staff::Enable { data, email } => {
            act(data, email, &Act::Enable)?;
            println!("{email} may come in again.");
        }
        Staff::Remove { data, email } => {
            act(data, email, &Act::Remove)?;
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
