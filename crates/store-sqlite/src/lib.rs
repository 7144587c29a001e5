//! The engine's ports on SQLite: files in one folder, each with a writer of its own.
//!
//! - `journal.db`, the truth: a row a commit, in WAL mode with `synchronous=FULL`.
//! - `views.db`, what is made from it: snapshots and sorted runs. Delete it, and it is made again.
//! - `control.db`: programs, keys, test clocks, secrets. Several processes may use it.
//! - `outbox.db`: what is to be done outside. Another process may look at it, and ask for a task again.
//! - `shelf-<name>.db`: what is set, by key. Several processes may use one.
//!
//! One process owns the folder: `lock` says which.

mod append;
mod checkpoint;
mod control;
mod index;
mod journal;
mod outbox;
mod outdated;
mod packed;
mod shelf;
mod states;
mod views;

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::outbox::{Outbox, Shelf};
use engine::port::{Journal, JournalReader, Store, Views, ViewsReader};
use engine::{Control, StoreError};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use checkpoint::Checkpointer;
pub use control::SqliteControl;
use shelf::Shelves;
pub use shelf::open_shelf;
use states::States;

/// A database folder, owned by this process.
#[derive(Debug)]
pub struct SqliteStore {
    folder: PathBuf,
    control: Arc<SqliteControl>,
    checkpointer: Arc<Checkpointer>,
    states: Arc<States>,
    shelves: Shelves,
    /// Held as long as the store lives.
    _lock: Option<File>,
}

/// The identity of our files, in SQLite's header: "Scrp".
const APPLICATION_ID: i32 = 0x5363_7270;
/// The version of the tables of the journal and of the control. There are no others yet.
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
        drop(outbox::SqliteOutbox::open(&store.outbox_path())?);
        outdated::delete(&store.views_path())?;
        views::SqliteViews::open(&store.views_path(), &store.states)?.load_states()?;
        Ok(store)
    }

    /// Opens a folder to look at it, while another process may own it.
    pub fn inspect(folder: &Path) -> Result<SqliteStore, StoreError> {
        let journal = folder.join("journal.db");
        if !journal.exists() {
            return Err(StoreError::new(format!("there is no database in {}", folder.display())));
        }
        let store = SqliteStore::over(folder, None)?;
        let views = store.views_path();
        if !views.exists() {
            // Views that are not there are empty ones: a copy of the journal is a whole database.
            drop(views::SqliteViews::open(&views, &store.states)?);
        } else if let Some(version) = outdated::version(&views)? {
            return Err(StoreError::new(format!(
                "{} is of version {version} of Scrip's tables: it is made again when a server starts on it",
                views.display()
            )));
        }
        Ok(store)
    }

    fn over(folder: &Path, lock: Option<File>) -> Result<SqliteStore, StoreError> {
        let control = Arc::new(SqliteControl::open(folder)?);
        let checkpointer = Arc::new(Checkpointer::new(folder.join("journal.db")));
        let states = Arc::new(States::new(folder.join("views.db"), lock.is_some()));
        let shelves = Shelves::default();
        Ok(SqliteStore { folder: folder.to_owned(), control, checkpointer, states, shelves, _lock: lock })
    }

    fn journal_path(&self) -> PathBuf {
        self.folder.join("journal.db")
    }

    fn views_path(&self) -> PathBuf {
        self.folder.join("views.db")
    }

    fn outbox_path(&self) -> PathBuf {
        self.folder.join("outbox.db")
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
        Ok(Box::new(views::SqliteViews::open(&self.views_path(), &self.states)?))
    }

    fn views_reader(&self) -> Result<Box<dyn ViewsReader>, StoreError> {
        Ok(Box::new(views::SqliteViews::reader(&self.views_path(), &self.states)?))
    }

    fn control(&self) -> Arc<dyn Control> {
        Arc::clone(&self.control) as Arc<dyn Control>
    }

    fn outbox(&self) -> Result<Box<dyn Outbox>, StoreError> {
        Ok(Box::new(outbox::SqliteOutbox::open(&self.outbox_path())?))
    }

    fn shelf(&self, name: &str, durable: bool) -> Result<Arc<dyn Shelf>, StoreError> {
        self.shelves.open(&self.folder, name, durable)
    }

    fn bytes_on_disk(&self) -> u64 {
        let files = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        files.filter_map(|file| file.metadata().ok()).map(|metadata| metadata.len()).sum()
    }

    fn damaged(&self) -> Vec<String> {
        let mut files = vec![self.journal_path(), self.views_path(), self.folder.join("control.db")];
        // Not in a copy of the journal, or not yet.
        files.extend(Some(self.outbox_path()).filter(|outbox| outbox.exists()));
        files.extend(shelf::files(&self.folder));
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
fn open_file(
    path: &Path,
    synchronous: &str,
    tables: &str,
    its_version: i32,
) -> Result<Connection, StoreError> {
    let bad = || failed("can't open", path);
    let mut connection = Connection::open(path).map_err(bad())?;
    connection.set_prepared_statement_cache_capacity(32);
    connection.busy_timeout(std::time::Duration::from_secs(10)).map_err(bad())?;
    let empty = is_empty(&connection, path, its_version)?;
    let mode: String = connection.query_row("PRAGMA journal_mode=WAL", [], |row| row.get(0)).map_err(bad())?;
    if mode != "wal" {
        return Err(StoreError::new(format!(
            "{}: this file system has no WAL mode ({mode})",
            path.display()
        )));
    }
    connection.execute_batch(&format!("PRAGMA synchronous={synchronous};")).map_err(bad())?;
    if empty {
        let making = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(bad())?;
        // Another process may have made them meanwhile.
        if is_empty(&making, path, its_version)? {
            let ours = format!("PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={its_version};");
            making.execute_batch(&format!("{ours} {tables}")).map_err(bad())?;
        }
        making.commit().map_err(bad())?;
    }
    Ok(connection)
}

/// For files whose entries stand in no order, so that many small writes touch pages all over them: what is read again soon
/// is kept (in KiB, below 0), and a page that is written again soon is put into its place once (in pages of 4 KiB).
fn for_scattered_writes(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let pragmas = "PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint=8192;";
    connection.execute_batch(pragmas).map_err(failed("can't open", path))
}

/// Lets others go first who wait for a processor: what is kept of work for the outside is kept in long rows of small steps,
/// and a customer's request should wait for one step, not for what the system gives to whoever is at work. Whoever waits
/// for the outbox itself waits a little longer for it.
fn after_others() {
    std::thread::yield_now();
}

/// Whether a file has no tables yet. An error, if it has those of others, or of another version.
fn is_empty(connection: &Connection, path: &Path, its_version: i32) -> Result<bool, StoreError> {
    // One statement sees the file as it is at one moment.
    let look = "SELECT (SELECT count(*) FROM sqlite_schema) = 0, application_id, user_version
                FROM pragma_application_id, pragma_user_version";
    let looked = connection.query_row(look, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let (empty, id, version): (bool, i32, i32) = looked.map_err(failed("can't open", path))?;
    if !empty && (id != APPLICATION_ID || version != its_version) {
        return Err(StoreError::new(format!(
            "{} is no database of this version of Scrip (id {id:#x}, version {version})",
            path.display()
        )));
    }
    Ok(empty)
}

/// Opens one of our files for reading.
fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failed("can't open", path))?;
    connection.busy_timeout(std::time::Duration::from_secs(10)).map_err(failed("can't open", path))?;
    Ok(connection)
}
