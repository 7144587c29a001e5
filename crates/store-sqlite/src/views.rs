use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::StoreError;
use engine::port::{Marks, RunKind, RunMeta, Snapshot, Views, ViewsReader};
use ledger::{AccountNo, NameId};
use moment::Instant;
use rusqlite::{Connection, OptionalExtension, params};

use crate::states::States;
use crate::{failed, open_file, open_reader};

/// The version of the tables. Views of another version are made again.
pub(crate) const VERSION: i32 = 4;

pub(crate) const TABLES: &str = "
    CREATE TABLE accounts (
        no INTEGER PRIMARY KEY, program INTEGER NOT NULL, host TEXT NOT NULL, due INTEGER -- NULL: never
    ) STRICT;
    CREATE INDEX by_host ON accounts (program, host) WHERE host <> '';
    CREATE INDEX by_due ON accounts (program, due) WHERE due IS NOT NULL;
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, first INTEGER NOT NULL, behind INTEGER NOT NULL,
        newest INTEGER NOT NULL, items INTEGER NOT NULL, fences BLOB NOT NULL
    ) STRICT;
    CREATE TABLE chunks (id INTEGER PRIMARY KEY, chunk BLOB NOT NULL) STRICT;
    CREATE TABLE state_chunks (id INTEGER PRIMARY KEY, chunk BLOB NOT NULL) STRICT;
    CREATE TABLE state_heads (id INTEGER PRIMARY KEY, heads BLOB NOT NULL) STRICT;
    CREATE TABLE marks (snapshots INTEGER NOT NULL, projected INTEGER NOT NULL) STRICT;
    INSERT INTO marks VALUES (1, 1);
";

/// What is made from the journal.
pub(crate) struct SqliteViews {
    connection: Connection,
    path: PathBuf,
    states: Arc<States>,
}

// One bound on each side: SQLite takes the first upper bound that it finds for the index, and only that.
const DUE: &str = "
    SELECT due, no FROM accounts
    WHERE program = ?1 AND (due, no) > (?2, ?3) AND due <= ?4
    ORDER BY due, no LIMIT ?5
";

/// A run has at most 2^24 chunks.
const CHUNK_BITS: u32 = 24;

impl SqliteViews {
    pub fn open(path: &Path, states: &Arc<States>) -> Result<SqliteViews, StoreError> {
        let connection = open_file(path, "NORMAL", TABLES, VERSION)?;
        let set = connection.execute_batch("PRAGMA wal_autocheckpoint=2000; PRAGMA cache_size=-32000");
        set.map_err(failed("can't open", path))?;
        Ok(SqliteViews { connection, path: path.to_owned(), states: Arc::clone(states) })
    }

    pub fn reader(path: &Path, states: &Arc<States>) -> Result<SqliteViews, StoreError> {
        Ok(SqliteViews { connection: open_reader(path)?, path: path.to_owned(), states: Arc::clone(states) })
    }

    /// Reads where the saved states are.
    pub fn load_states(&self) -> Result<(), StoreError> {
        self.states.load(&self.connection)
    }

    fn read<T>(
        &mut self,
        read: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        read(&mut self.connection).map_err(failed("can't read", &self.path))
    }

    fn write(
        &mut self,
        write: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        let done = || {
            let transaction = self.connection.transaction()?;
            write(&transaction)?;
            transaction.commit()
        };
        done().map_err(failed("can't write", &self.path))
    }
}

impl ViewsReader for SqliteViews {
    fn marks(&mut self) -> Result<Marks, StoreError> {
        self.read(|connection| {
            connection.query_row("SELECT snapshots, projected FROM marks", [], |row| {
                Ok(Marks { snapshots: row.get::<_, i64>(0)? as u64, projected: row.get::<_, i64>(1)? as u64 })
            })
        })
    }

    fn last_account(&mut self) -> Result<Option<AccountNo>, StoreError> {
        self.states.last_account(&self.connection)
    }

    fn snapshot(&mut self, account: AccountNo) -> Result<Option<Vec<u8>>, StoreError> {
        self.states.state(&self.connection, account)
    }

    fn find(&mut self, program: NameId, host_id: &str) -> Result<Option<AccountNo>, StoreError> {
        self.read(|connection| {
            let mut select = connection
                .prepare_cached("SELECT no FROM accounts WHERE program = ?1 AND host = ?2 AND host <> ''")?;
            let no: Option<i64> =
                select.query_row(params![program.0, host_id], |row| row.get(0)).optional()?;
            Ok(no.map(|no| AccountNo(no as u64)))
        })
    }

    fn due(
        &mut self,
        program: NameId,
        after: (Instant, AccountNo),
        until: Instant,
        limit: usize,
    ) -> Result<Vec<(Instant, AccountNo)>, StoreError> {
        self.read(|connection| {
            let mut select = connection.prepare_cached(DUE)?;
            let found = select.query_map(
                params![program.0, after.0.millis(), after.1.0 as i64, until.millis(), limit as i64],
                |row| Ok((Instant::from_millis(row.get(0)?), AccountNo(row.get::<_, i64>(1)? as u64))),
            )?;
            found.collect()
        })
    }

    fn snapshots(&mut self, visit: &mut engine::port::VisitSnapshot<'_>) -> Result<(), StoreError> {
        self.states.visit(&self.connection, visit)
    }

    fn runs(&mut self) -> Result<Vec<RunMeta>, StoreError> {
        self.read(|connection| {
            let mut select = connection
                .prepare("SELECT id, kind, first, behind, newest, items, fences FROM runs ORDER BY id")?;
            let runs = select.query_map([], |row| {
                Ok(RunMeta {
                    id: row.get::<_, i64>(0)? as u64,
                    kind: match row.get::<_, i64>(1)? {
                        0 => RunKind::History,
                        1 => RunKind::Keys,
                        _ => RunKind::Sales,
                    },
                    from: row.get::<_, i64>(2)? as u64,
                    to: row.get::<_, i64>(3)? as u64,
                    newest: Instant::from_millis(row.get(4)?),
                    items: row.get::<_, i64>(5)? as u64,
                    fences: row.get(6)?,
                })
            })?;
            runs.collect()
        })
    }

    fn chunk(&mut self, run: u64, number: u32) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|connection| {
            let mut select = connection.prepare_cached("SELECT chunk FROM chunks WHERE id = ?1")?;
            let id = (run << CHUNK_BITS) as i64 + i64::from(number);
            select.query_row([id], |row| row.get(0)).optional()
        })
    }
}

impl Views for SqliteViews {
    fn put_snapshots(&mut self, snapshots: &[Snapshot]) -> Result<(), StoreError> {
        self.states.put(&mut self.connection, snapshots)
    }

    fn set_snapshot_mark(&mut self, seq: u64) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("UPDATE marks SET snapshots = ?1", [seq as i64]).map(drop)
        })
    }

    fn add_runs(
        &mut self,
        runs: &[(RunMeta, Vec<Vec<u8>>)],
        dropped: &[u64],
        mark: u64,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            let mut put = transaction.prepare_cached("INSERT INTO chunks VALUES (?1, ?2)")?;
            for (run, chunks) in runs {
                let first = (run.id << CHUNK_BITS) as i64;
                for (number, chunk) in chunks.iter().enumerate() {
                    put.execute(params![first + number as i64, chunk])?;
                }
                transaction.execute(
                    "INSERT INTO runs VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    params![
                        run.id as i64,
                        run.kind as i64,
                        run.from as i64,
                        run.to as i64,
                        run.newest.millis(),
                        run.items as i64,
                        run.fences
                    ],
                )?;
            }
            for run in dropped {
                let first = (run << CHUNK_BITS) as i64;
                let behind = ((run + 1) << CHUNK_BITS) as i64;
                transaction.execute("DELETE FROM chunks WHERE id >= ?1 AND id < ?2", [first, behind])?;
                transaction.execute("DELETE FROM runs WHERE id = ?1", [*run as i64])?;
            }
            transaction.execute("UPDATE marks SET projected = ?1", [mark as i64]).map(drop)
        })
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_look_for_what_is_due_does_not_look_at_what_is_not() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(TABLES).unwrap();
        let fill = "
            WITH RECURSIVE every (no) AS (SELECT 0 UNION ALL SELECT no + 1 FROM every WHERE no < 9999)
            INSERT INTO accounts SELECT no, 1, 'host-' || no, 1000000 + no FROM every";
        connection.execute(fill, []).unwrap();
        let looked = |after: (i64, i64), until: i64, limit: i64| {
            let mut select = connection.prepare(DUE).unwrap();
            let params = params![1, after.0, after.1, until, limit];
            let found = select.query_map(params, |row| row.get::<_, i64>(1)).unwrap().count();
            (found, select.get_status(StatementStatus::VmStep))
        };
        for after in [(i64::MIN, 0), (0, 0), (999_999, 5_000)] {
            let (found, steps) = looked(after, 999_999, 256);
            assert_eq!(found, 0);
            assert!(steps < 100, "{steps} steps behind {after:?}");
        }
        let (found, steps) = looked((i64::MIN, 0), 1_004_999, 256);
        assert_eq!(found, 256);
        assert!(steps < 256 * 20, "{steps} steps for a part of what is due");
        let (found, steps) = looked((1_004_989, 4_989), 1_004_999, 256);
        assert_eq!(found, 10);
        assert!(steps < 500, "{steps} steps for the last ones that are due");
    }
}
