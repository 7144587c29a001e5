use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use engine::{Control, Scopes, StoreError, StoredKey, StoredProgram};
use moment::Instant;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{TABLES_VERSION, failed, open_file};

const TABLES: &str = "
    CREATE TABLE programs (
        id TEXT NOT NULL, version INTEGER NOT NULL, text TEXT NOT NULL, published_at INTEGER NOT NULL,
        PRIMARY KEY (id, version)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE keys (
        id TEXT PRIMARY KEY, program TEXT NOT NULL, hash BLOB NOT NULL UNIQUE, scopes INTEGER NOT NULL,
        label TEXT NOT NULL, created_at INTEGER NOT NULL, revoked_at INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE clocks (program TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE secrets (name TEXT PRIMARY KEY, secret BLOB NOT NULL) STRICT, WITHOUT ROWID;
";

/// Programs, keys, test clocks and secrets, in `control.db`.
#[derive(Debug)]
pub struct SqliteControl {
    connection: Mutex<Connection>,
    path: PathBuf,
}

impl SqliteControl {
    /// Opens it in a folder that is made if it is not there. Several processes may.
    pub fn open(folder: &Path) -> Result<SqliteControl, StoreError> {
        std::fs::create_dir_all(folder).map_err(|error| {
            StoreError::with(format!("can't make the folder {}", folder.display()), error)
        })?;
        let path = folder.join("control.db");
        let connection = open_file(&path, "FULL", TABLES, TABLES_VERSION)?;
        Ok(SqliteControl { connection: Mutex::new(connection), path })
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, what: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        what(&self.lock()).map_err(failed("can't use", &self.path))
    }
}

fn program(row: &Row<'_>) -> rusqlite::Result<StoredProgram> {
    Ok(StoredProgram {
        id: row.get(0)?,
        version: row.get(1)?,
        text: row.get(2)?,
        published_at: Instant::from_millis(row.get(3)?),
    })
}

const KEY: &str = "SELECT id, program, hash, scopes, label, created_at, revoked_at FROM keys";

fn key(row: &Row<'_>) -> rusqlite::Result<StoredKey> {
    let scopes: u8 = row.get(3)?;
    Ok(StoredKey {
        id: row.get(0)?,
        program: row.get(1)?,
        hash: row.get(2)?,
        scopes: Scopes { spend: scopes & 1 != 0, read: scopes & 2 != 0, manage: scopes & 4 != 0 },
        label: row.get(4)?,
        created_at: Instant::from_millis(row.get(5)?),
        revoked_at: row.get::<_, Option<i64>>(6)?.map(Instant::from_millis),
    })
}

impl Control for SqliteControl {
    fn programs(&self) -> Result<Vec<StoredProgram>, StoreError> {
        self.with(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT id, version, text, published_at FROM programs p
                 WHERE version = (SELECT max(version) FROM programs WHERE id = p.id) ORDER BY id",
            )?;
            select.query_map([], program)?.collect()
        })
    }

    fn versions(
        &self,
        program: &str,
        before: Option<u32>,
        limit: usize,
    ) -> Result<Vec<(u32, Instant)>, StoreError> {
        let before = before.map_or(i64::MAX, i64::from);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.with(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT version, published_at FROM programs WHERE id = ?1 AND version < ?2
                 ORDER BY version DESC LIMIT ?3",
            )?;
            let versions = select.query_map(params![program, before, limit], |row| {
                Ok((row.get(0)?, Instant::from_millis(row.get(1)?)))
            })?;
            versions.collect()
        })
    }

    fn version(&self, id: &str, version: u32) -> Result<Option<StoredProgram>, StoreError> {
        self.with(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT id, version, text, published_at FROM programs WHERE id = ?1 AND version = ?2",
            )?;
            select.query_row(params![id, version], program).optional()
        })
    }

    fn publish(&self, program: &StoredProgram) -> Result<(), StoreError> {
        self.with(|connection| {
            let values = params![program.id, program.version, program.text, program.published_at.millis()];
            connection.execute("INSERT INTO programs VALUES (?1, ?2, ?3, ?4)", values).map(drop)
        })
    }

    fn add_key(&self, key: &StoredKey) -> Result<(), StoreError> {
        let Scopes { spend, read, manage } = key.scopes;
        let scopes = u8::from(spend) | u8::from(read) << 1 | u8::from(manage) << 2;
        self.with(|connection| {
            let revoked_at = key.revoked_at.map(Instant::millis);
            connection
                .execute(
                    "INSERT INTO keys VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    params![
                        key.id,
                        key.program,
                        key.hash,
                        scopes,
                        key.label,
                        key.created_at.millis(),
                        revoked_at
                    ],
                )
                .map(drop)
        })
    }

    fn key_by_hash(&self, hash: &[u8; 32]) -> Result<Option<StoredKey>, StoreError> {
        self.with(|connection| {
            connection.prepare_cached(&format!("{KEY} WHERE hash = ?1"))?.query_row([hash], key).optional()
        })
    }

    fn keys(&self, program: &str) -> Result<Vec<StoredKey>, StoreError> {
        self.with(|connection| {
            let mut select =
                connection.prepare_cached(&format!("{KEY} WHERE program = ?1 ORDER BY created_at, id"))?;
            select.query_map([program], key)?.collect()
        })
    }

    fn revoke_key(&self, id: &str, at: Instant) -> Result<bool, StoreError> {
        self.with(|connection| {
            let revoke = "UPDATE keys SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL";
            Ok(connection.execute(revoke, params![id, at.millis()])? > 0)
        })
    }

    fn test_clock(&self, program: &str) -> Result<Option<Instant>, StoreError> {
        self.with(|connection| {
            let at: Option<i64> = connection
                .query_row("SELECT at FROM clocks WHERE program = ?1", [program], |row| row.get(0))
                .optional()?;
            Ok(at.map(Instant::from_millis))
        })
    }

    fn set_test_clock(&self, program: &str, at: Instant) -> Result<(), StoreError> {
        self.with(|connection| {
            let set =
                "INSERT INTO clocks VALUES (?1, ?2) ON CONFLICT (program) DO UPDATE SET at = excluded.at";
            connection.execute(set, params![program, at.millis()]).map(drop)
        })
    }

    fn secret(&self, name: &str, fresh: [u8; 32]) -> Result<[u8; 32], StoreError> {
        self.with(|connection| {
            connection.execute("INSERT OR IGNORE INTO secrets VALUES (?1, ?2)", params![name, fresh])?;
            connection.query_row("SELECT secret FROM secrets WHERE name = ?1", [name], |row| row.get(0))
        })
    }
}
