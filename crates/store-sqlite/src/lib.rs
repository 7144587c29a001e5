//! The engine's ports on SQLite: three files in one folder.
//!
//! - `journal.db`, the truth: a row a commit, in WAL mode with `synchronous=FULL`.
//! - `views.db`, what is made from it: snapshots and sorted runs. Delete it, and it is made again.
//! - `control.db`: programs, keys, test clocks, secrets. Several processes may use it.
//!
//! One process owns the folder: `lock` says which.

mod checkpoint;
mod control;
mod journal;
mod views;

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::port::{Journal, JournalReader, Store, Views, ViewsReader};
use engine::{Control, StoreError};
use rusqlite::{Connection, OpenFlags};

use checkpoint::Checkpointer;
pub use control::SqliteControl;

/// A database folder, owned by this process.
#[derive(Debug)]
pub struct SqliteStore {
    folder: PathBuf,
    control: Arc<SqliteControl>,
    checkpointer: Arc<Checkpointer>,
    /// Held as long as the store lives.
    _lock: Option<File>,
}

/// The identity of our files, in SQLite's header: "Scrp".
const APPLICATION_ID: i32 = 0x5363_7270;
/// The version of the tables. There are no others yet.
const TABLES_VERSION: i32 = 1;

impl SqliteStore {
    /// Opens the folder, made if it is not there, for the one process that owns it.
    ///
    /// The error says what is in the way: another process (with its number), a folder that can't be written, a file
    /// that is not ours.
    pub fn open(folder: &Path) -> Result<SqliteStore, StoreError> {
        std::fs::create_dir_all(folder).map_err(|error| {
            StoreError::with(format!("can't make the folder {}", folder.display()), error)
        })?;
        let lock = own(folder)?;
        let store = SqliteStore::over(folder, Some(lock))?;
        // Tables are made here, once, so that readers find them.
        drop(journal::SqliteJournal::open(&store.journal_path(), &store.checkpointer)?);
        drop(views::SqliteViews::open(&store.views_path())?);
        Ok(store)
    }

    /// Opens a folder to look at it, while another process may own it.
    pub fn inspect(folder: &Path) -> Result<SqliteStore, StoreError> {
        let journal = folder.join("journal.db");
        if !journal.exists() {
            return Err(StoreError::new(format!("there is no database in {}", folder.display())));
        }
        let views = folder.join("views.db");
        if !views.exists() {
            // Views that are not there are empty ones: a copy of the journal is a whole database.
            drop(views::SqliteViews::open(&views)?);
        }
        SqliteStore::over(folder, None)
    }

    fn over(folder: &Path, lock: Option<File>) -> Result<SqliteStore, StoreError> {
        let control = Arc::new(SqliteControl::open(folder)?);
        let checkpointer = Arc::new(Checkpointer::new(folder.join("journal.db")));
        Ok(SqliteStore { folder: folder.to_owned(), control, checkpointer, _lock: lock })
    }

    fn journal_path(&self) -> PathBuf {
        self.folder.join("journal.db")
    }

    fn views_path(&self) -> PathBuf {
        self.folder.join("views.db")
    }
}

impl Store for SqliteStore {
    fn journal(&self) -> Result<Box<dyn Journal>, StoreError> {
        Ok(Box::new(journal::SqliteJournal::open(&self.journal_path(), &self.checkpointer)?))
    }

    fn journal_reader(&self) -> Result<Box<dyn JournalReader>, StoreError> {
        Ok(Box::new(journal::Reader::open(&self.journal_path())?))
    }

    fn views(&self) -> Result<Box<dyn Views>, StoreError> {
        Ok(Box::new(views::SqliteViews::open(&self.views_path())?))
    }

    fn views_reader(&self) -> Result<Box<dyn ViewsReader>, StoreError> {
        Ok(Box::new(views::SqliteViews::reader(&self.views_path())?))
    }

    fn control(&self) -> Arc<dyn Control> {
        Arc::clone(&self.control) as Arc<dyn Control>
    }

    fn bytes_on_disk(&self) -> u64 {
        let files = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        files.filter_map(|file| file.metadata().ok()).map(|metadata| metadata.len()).sum()
    }

    fn damaged(&self) -> Vec<String> {
        let files = [self.journal_path(), self.views_path(), self.folder.join("control.db")];
        files.iter().flat_map(|path| damaged(path).unwrap_or_else(|error| vec![error.to_string()])).collect()
    }
}

/// What SQLite finds damaged in a file.
fn damaged(path: &Path) -> Result<Vec<String>, StoreError> {
    let connection = open_reader(path)?;
    let read = || {
        let mut check = connection.prepare("PRAGMA quick_check(20)")?;
        let lines = check.query_map([], |row| row.get::<_, String>(0))?;
        lines.collect::<rusqlite::Result<Vec<_>>>()
    };
    let lines = read().map_err(failed("can't read", path))?;
    Ok(lines
        .into_iter()
        .filter(|line| line != "ok")
        .map(|line| format!("{}: {line}", path.display()))
        .collect())
}

/// Takes the folder's lock, or says who has it.
fn own(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join("lock");
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
    let mut file = opened.map_err(|error| {
        StoreError::with(format!("can't write in the folder {}", folder.display()), error)
    })?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut owner = String::new();
            // Who it is helps; that somebody has it is enough.
            let _ = file.read_to_string(&mut owner);
            let owner = owner.trim();
            let by = if owner.is_empty() { "another process".to_owned() } else { format!("process {owner}") };
            return Err(StoreError::new(format!(
                "{} is in use by {by}: one process serves a database. Stop it first, or use another folder",
                folder.display()
            )));
        }
        Err(TryLockError::Error(error)) => {
            return Err(StoreError::with(format!("can't lock {}", path.display()), error));
        }
    }
    let noted = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| {
        write!(file, "{}", std::process::id())?;
        file.flush()
    });
    noted.map_err(|error| {
        StoreError::with(format!("can't write in the folder {}", folder.display()), error)
    })?;
    Ok(file)
}

fn failed(what: &str, path: &Path) -> impl FnOnce(rusqlite::Error) -> StoreError {
    let what = format!("{what} {}", path.display());
    move |error| StoreError::with(what, error)
}

/// Opens one of our files for writing, with its tables.
fn open_file(path: &Path, synchronous: &str, tables: &str) -> Result<Connection, StoreError> {
    let bad = || failed("can't open", path);
    let connection = Connection::open(path).map_err(bad())?;
    connection.set_prepared_statement_cache_capacity(32);
    connection.busy_timeout(std::time::Duration::from_secs(10)).map_err(bad())?;
    let id: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0)).map_err(bad())?;
    let version: i32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(bad())?;
    let empty: bool =
        connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0)).map_err(bad())?;
    if !empty && (id != APPLICATION_ID || version != TABLES_VERSION) {
        return Err(StoreError::new(format!(
            "{} is no database of this version of Scrip (id {id:#x}, version {version})",
            path.display()
        )));
    }
    let mode: String = connection.query_row("PRAGMA journal_mode=WAL", [], |row| row.get(0)).map_err(bad())?;
    if mode != "wal" {
        return Err(StoreError::new(format!(
            "{}: this file system has no WAL mode ({mode})",
            path.display()
        )));
    }
    connection.execute_batch(&format!("PRAGMA synchronous={synchronous};")).map_err(bad())?;
    if empty {
        let make = format!(
            "BEGIN IMMEDIATE; PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={TABLES_VERSION}; {tables} COMMIT;"
        );
        connection.execute_batch(&make).map_err(bad())?;
    }
    Ok(connection)
}

/// Opens one of our files for reading.
fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failed("can't open", path))?;
    connection.busy_timeout(std::time::Duration::from_secs(10)).map_err(failed("can't open", path))?;
    Ok(connection)
}
