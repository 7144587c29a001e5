//! The demo's own files in its folder: `seed.json`, what it has to remember, and `demo.json`, what it tells others.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use engine::{Clock, Engine, Scopes, SystemClock};
use moment::Instant;
use operators::{Operators, Role};
use serde::{Deserialize, Serialize};

use super::welcome::Shown;
use crate::Trouble;

/// Who the console's operator is.
pub const OPERATOR: &str = "operator@demo.example";

const HOUR_MILLIS: i64 = 3_600_000;

/// A folder that the demo has made.
pub struct DemoFolder {
    folder: PathBuf,
    memory: Memory,
}

/// What the demo has to remember from one start to the next.
#[derive(Debug, Serialize, Deserialize)]
struct Memory {
    /// Where its history ends: the full hour of its first start.
    today: String,
    /// A secret key for each program.
    keys: BTreeMap<String, String>,
    /// The password of the console's operator.
    #[serde(default)]
    operator: Option<String>,
}

#[derive(Serialize)]
struct Told<'a> {
    url: &'a str,
    programs: BTreeMap<&'a str, ToldProgram<'a>>,
}

#[derive(Serialize)]
struct ToldProgram<'a> {
    key: &'a str,
    accounts: &'a [String],
    links: BTreeMap<&'static str, String>,
}

impl DemoFolder {
    /// Opens the folder that the engine runs on. One that has a database which the demo did not make is refused.
    pub fn open(folder: &Path, engine: &Engine) -> Result<DemoFolder, Trouble> {
        let path = folder.join("seed.json");
        let memory = match fs::read(&path) {
            Ok(bytes) => {
                let memory: Memory =
                    serde_json::from_slice(&bytes).map_err(|error| unreadable(&path, &error.to_string()))?;
                let _: Instant =
                    memory.today.parse().map_err(|_| unreadable(&path, "today is no instant"))?;
                memory
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                if !engine.programs().is_empty() {
                    return Err(Trouble::new(format!(
                        "{} has a database that `scrip demo` did not make, and the demo does not touch it. \
                         Name another folder with --data, or serve this one with `scrip serve`",
                        folder.display()
                    )));
                }
                let now = SystemClock.now().millis();
                let hour = Instant::from_millis(now - now.rem_euclid(HOUR_MILLIS));
                Memory { today: hour.to_string(), keys: BTreeMap::new(), operator: None }
            }
            Err(error) => return Err(unreadable(&path, &error.to_string())),
        };
        let folder = DemoFolder { folder: folder.to_owned(), memory };
        folder.save()?;
        // The address in it is that of an earlier run. It is written again when this one is ready.
        match fs::remove_file(folder.folder.join("demo.json")) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(Trouble::new(format!("can't write in {}: {error}", folder.folder.display())))
            }
            _ => Ok(folder),
        }
    }

    /// Where the history ends.
    pub fn today(&self) -> Instant {
        self.memory.today.parse().unwrap_or_default()
    }

    /// Sees to it that there is a key of the program that works, and that its secret is known.
    pub fn make_key(&mut self, engine: &Engine, program: &str) -> Result<(), Trouble> {
        let known = self.memory.keys.get(program);
        if let Some(secret) = known
            && key_id(engine, secret)?.is_some()
        {
            return Ok(());
        }
        let scopes = Scopes { spend: true, read: true, manage: true };
        let (_, secret) = api::keys::create(&*engine.control(), program, scopes, "demo", SystemClock.now())?;
        self.memory.keys.insert(program.to_owned(), secret);
        Ok(())
    }

    /// Sees to it that there is an operator of the console whose password is known: a new one for each folder.
    pub fn make_operator(&mut self, engine: &Engine) -> Result<(), Trouble> {
        let operators = Operators::of(engine)?;
        if self.memory.operator.is_none() || operators.get(OPERATOR)?.is_none() {
            let password = operators::fresh_password()?;
            // Whoever tries it out has no authenticator app at hand.
            operators.set(OPERATOR, Role::Admin, &password, false, SystemClock.now())?;
            self.memory.operator = Some(password);
        }
        Ok(())
    }

    /// The password of the console's operator.
    pub fn password(&self) -> &str {
        self.memory.operator.as_deref().unwrap_or_default()
    }

    /// The secret key of a program.
    pub fn key(&self, program: &str) -> &str {
        self.memory.keys.get(program).map_or("", String::as_str)
    }

    /// Keeps what has to be remembered.
    pub fn save(&self) -> Result<(), Trouble> {
        write(&self.folder.join("seed.json"), &self.memory)
    }

    /// Says in `demo.json` that the demo is ready, and how to reach it.
    pub fn tell(&self, url: &str, shown: &[Shown]) -> Result<(), Trouble> {
        let programs = shown.iter().map(|shown| {
            let Shown { program, key, accounts, .. } = shown;
            (program.as_str(), ToldProgram { key, accounts, links: shown.links(url).into_iter().collect() })
        });
        let told = Told { url, programs: programs.collect() };
        write(&self.folder.join("demo.json"), &told)
    }
}

/// The id of the key with that secret, unless it was withdrawn.
pub fn key_id(engine: &Engine, secret: &str) -> Result<Option<String>, Trouble> {
    let found = engine.control().key_by_hash(blake3::hash(secret.as_bytes()).as_bytes())?;
    Ok(found.filter(|key| key.revoked_at.is_none()).map(|key| key.id))
}

/// Writes a file that its owner alone can read, all of it or nothing.
fn write(path: &Path, what: &impl Serialize) -> Result<(), Trouble> {
    let failed = |error: std::io::Error| Trouble::new(format!("can't write {}: {error}", path.display()));
    let mut bytes = serde_json::to_vec_pretty(what).map_err(|error| failed(error.into()))?;
    bytes.push(b'\n');
    let new = path.with_extension("json.tmp");
    match fs::remove_file(&new) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new).map_err(failed)?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&new, path).map_err(failed)
}

fn unreadable(path: &Path, why: &str) -> Trouble {
    Trouble::new(format!(
        "can't read {}: {why}. Without it the demo can't go on in this folder: delete the folder, or name another with --data",
        path.display()
    ))
}
