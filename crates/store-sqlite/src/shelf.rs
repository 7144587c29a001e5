use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::StoreError;
use engine::outbox::{Shelf, is_shelf_name};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{failed, for_scattered_writes, open_file};

/// The version of the tables.
const VERSION: i32 = 1;

const TABLES: &str = "
    CREATE TABLE entries (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
";

/// Values by key, in a file of their own. Several processes may use it.
#[derive(Debug)]
pub(crate) struct SqliteShelf {
    connection: Mutex<Connection>,
    /// How many have begun something that is to be kept at once.
    begun: Mutex<u32>,
    path: PathBuf,
}

/// The shelves that are open: one connection each, however often one is asked for.
#[derive(Debug, Default)]
pub(crate) struct Shelves(Mutex<BTreeMap<String, Arc<SqliteShelf>>>);

impl Shelves {
    pub fn open(&self, folder: &Path, name: &str, durable: bool) -> Result<Arc<dyn Shelf>, StoreError> {
        if !is_shelf_name(name) {
            return Err(StoreError::new(format!(
                "{name:?} is no name of a shelf: 1 to 32 small letters, digits, _ or -"
            )));
        }
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shelf) = open.get(name) {
            if durable {
                // Who asked first may have asked for less.
                let all = |connection: &Connection| connection.execute_batch("PRAGMA synchronous=FULL");
                shelf.with(all)?;
            }
            return Ok(Arc::clone(shelf) as Arc<dyn Shelf>);
        }
        let path = folder.join(format!("shelf-{name}.db"));
        let connection = open_file(&path, if durable { "FULL" } else { "NORMAL" }, TABLES, VERSION)?;
        for_scattered_writes(&connection, &path)?;
        let shelf =
            Arc::new(SqliteShelf { connection: Mutex::new(connection), begun: Mutex::default(), path });
        open.insert(name.to_owned(), Arc::clone(&shelf));
        Ok(shelf)
    }
}

/// Opens a shelf of a folder, whether a server runs on it or not. One that is not there is made.
pub fn open_shelf(folder: &Path, name: &str, durable: bool) -> Result<Arc<dyn Shelf>, StoreError> {
    std::fs::create_dir_all(folder)
        .map_err(|error| StoreError::with(format!("can't make {}", folder.display()), error))?;
    Shelves::default().open(folder, name, durable)
}

/// The files of the shelves in a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let all = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    let mut shelves: Vec<PathBuf> = all.filter(|path| is_file(path)).collect();
    shelves.sort();
    shelves
}

fn is_file(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.strip_prefix("shelf-").and_then(|name| name.strip_suffix(".db")).is_some_and(is_shelf_name)
}

impl SqliteShelf {
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, what: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        what(&self.lock()).map_err(failed("can't use", &self.path))
    }
}

impl Shelf for SqliteShelf {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.with(|connection| {
            let mut select = connection.prepare_cached("SELECT value FROM entries WHERE key = ?1")?;
            select.query_row([key], |row| row.get(0)).optional()
        })
    }

    fn put(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.with(|connection| {
            let put =
                "INSERT INTO entries VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
            connection.prepare_cached(put)?.execute(params![key, value]).map(drop)
        })
    }

    fn begin(&self) -> Result<(), StoreError> {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        if *begun == 0 {
            self.with(|connection| connection.execute_batch("BEGIN IMMEDIATE"))?;
        }
        *begun += 1;
        Ok(())
    }

    fn commit(&self) -> Result<(), StoreError> {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        *begun = begun.saturating_sub(1);
        if *begun == 0 {
            if self.lock().is_autocommit() {
                // As on a full disk, where SQLite gives up all of it with the statement that failed.
                return Err(StoreError::new(format!(
                    "{} has lost what was put together",
                    self.path.display()
                )));
            }
            let done = self.with(|connection| connection.execute_batch("COMMIT"));
            if done.is_err() {
                // What can't be kept must not stay open.
                let _ = self.with(|connection| connection.execute_batch("ROLLBACK"));
            }
            return done;
        }
        Ok(())
    }

    fn remove(&self, key: &str) -> Result<bool, StoreError> {
        self.with(|connection| {
            Ok(connection.prepare_cached("DELETE FROM entries WHERE key = ?1")?.execute([key])? > 0)
        })
    }

    fn list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.with(|connection| {
            let mut select =
                connection.prepare_cached("SELECT key, value FROM entries WHERE key >= ?1 ORDER BY key")?;
            let mut rows = select.query([prefix])?;
            let mut found = Vec::new();
            // Keys that begin so stand together. A bound in the statement would need the text that comes after a prefix.
            while let Some(row) = rows.next()? {
                let key: String = row.get(0)?;
                if !key.starts_with(prefix) {
                    break;
                }
                found.push((key, row.get(1)?));
            }
            Ok(found)
        })
    }
}
