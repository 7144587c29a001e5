use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::StoreError;
use engine::port::{Journal, JournalReader};
use ledger::NameId;
use rusqlite::{Connection, OptionalExtension, params};

use crate::checkpoint::{Checkpointer, move_log};
use crate::{TABLES_VERSION, failed, open_file, open_reader};

/// SQLite has one writer, so there is one lane; its rows are numbered from 1.
const TABLES: &str = "
    CREATE TABLE journal (seq INTEGER PRIMARY KEY, row BLOB NOT NULL) STRICT;
    CREATE TABLE names (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
";

/// The journal, to be appended to.
pub(crate) struct SqliteJournal {
    reader: Reader,
    checkpointer: Arc<Checkpointer>,
}

/// The journal, to be read.
pub(crate) struct Reader {
    connection: Connection,
    path: PathBuf,
}

impl SqliteJournal {
    pub fn open(path: &Path, checkpointer: &Arc<Checkpointer>) -> Result<SqliteJournal, StoreError> {
        let connection = open_file(path, "FULL", TABLES, TABLES_VERSION)?;
        connection.execute_batch("PRAGMA wal_autocheckpoint=0").map_err(failed("can't open", path))?;
        let reader = Reader { connection, path: path.to_owned() };
        Ok(SqliteJournal { reader, checkpointer: Arc::clone(checkpointer) })
    }

    fn try_append(&mut self, rows: &[(u64, Vec<u8>)]) -> rusqlite::Result<()> {
        let connection = &mut self.reader.connection;
        if let [(seq, row)] = rows {
            // One statement is a transaction of its own.
            connection
                .prepare_cached("INSERT INTO journal VALUES (?1, ?2)")?
                .execute(params![*seq as i64, row])?;
            return Ok(());
        }
        let transaction = connection.transaction()?;
        {
            let mut insert = transaction.prepare_cached("INSERT INTO journal VALUES (?1, ?2)")?;
            for (seq, row) in rows {
                insert.execute(params![*seq as i64, row])?;
            }
        }
        transaction.commit()
    }
}

impl Reader {
    pub fn open(path: &Path) -> Result<Reader, StoreError> {
        Ok(Reader { connection: open_reader(path)?, path: path.to_owned() })
    }

    fn bad(&self) -> impl FnOnce(rusqlite::Error) -> StoreError {
        failed("can't read", &self.path)
    }
}

impl JournalReader for Reader {
    fn last(&mut self) -> Result<Option<u64>, StoreError> {
        let last: rusqlite::Result<Option<i64>> =
            self.connection.query_row("SELECT max(seq) FROM journal", [], |row| row.get(0));
        Ok(last.map_err(self.bad())?.map(|seq| seq as u64))
    }

    fn row(&mut self, seq: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let read = || {
            let mut select = self.connection.prepare_cached("SELECT row FROM journal WHERE seq = ?1")?;
            select.query_row([seq as i64], |row| row.get(0)).optional()
        };
        read().map_err(failed(&format!("can't read journal row {seq} of"), &self.path))
    }

    fn scan(&mut self, from: u64, visit: &mut engine::port::VisitRow<'_>) -> Result<(), StoreError> {
        let mut last = from;
        let mut failure = None;
        let mut read = || -> rusqlite::Result<()> {
            let mut select = self
                .connection
                .prepare_cached("SELECT seq, row FROM journal WHERE seq >= ?1 ORDER BY seq")?;
            let mut rows = select.query([from as i64])?;
            while let Some(row) = rows.next()? {
                last = row.get::<_, i64>(0)? as u64;
                match visit(last, row.get_ref(1)?.as_blob()?) {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        failure = Some(error);
                        break;
                    }
                }
            }
            Ok(())
        };
        read().map_err(failed(&format!("can't read the journal behind row {last} of"), &self.path))?;
        failure.map_or(Ok(()), Err)
    }

    fn names(&mut self) -> Result<Vec<(NameId, String)>, StoreError> {
        let read = || {
            let mut select = self.connection.prepare("SELECT id, text FROM names ORDER BY id")?;
            let names = select.query_map([], |row| Ok((NameId(row.get(0)?), row.get(1)?)))?;
            names.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(self.bad())
    }
}

impl JournalReader for SqliteJournal {
    fn last(&mut self) -> Result<Option<u64>, StoreError> {
        self.reader.last()
    }

    fn row(&mut self, seq: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.reader.row(seq)
    }

    fn scan(&mut self, from: u64, visit: &mut engine::port::VisitRow<'_>) -> Result<(), StoreError> {
        self.reader.scan(from, visit)
    }

    fn names(&mut self) -> Result<Vec<(NameId, String)>, StoreError> {
        self.reader.names()
    }
}

impl Journal for SqliteJournal {
    fn append(&mut self, rows: &[(u64, Vec<u8>)]) -> Result<(), StoreError> {
        let first = rows.first().map_or(0, |(seq, _)| *seq);
        self.try_append(rows)
            .map_err(failed(&format!("can't append journal row {first} to"), &self.reader.path))?;
        // A commit writes whole pages, two at least: what counts is how long the log gets.
        let pages = 2 * 4_096;
        self.checkpointer.appended(rows.iter().map(|(_, row)| row.len()).sum::<usize>() + pages);
        Ok(())
    }

    fn add_name(&mut self, id: NameId, text: &str) -> Result<(), StoreError> {
        let added = self.reader.connection.execute("INSERT INTO names VALUES (?1, ?2)", params![id.0, text]);
        added.map(drop).map_err(failed("can't keep a name in", &self.reader.path))
    }

    fn maintain(&mut self) -> Result<(), StoreError> {
        if self.checkpointer.step() {
            move_log(&self.reader.connection).map_err(failed("can't checkpoint", &self.reader.path))?;
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), StoreError> {
        // A copy of the file alone is then a copy of the journal. Where a reader keeps the log, it stays.
        let moved: rusqlite::Result<()> =
            self.reader.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        moved.map_err(failed("can't checkpoint", &self.reader.path))
    }
}
