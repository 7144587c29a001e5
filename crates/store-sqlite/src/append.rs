//! One put of saved states: they are appended in new chunks, and so is what is left of chunks that are mostly dead.

use engine::port::Snapshot;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Transaction, params};

use crate::index::{Change, Index};
use crate::packed::{Packer, Place, visit_heads};

/// At most so many chunks are emptied with a put: about 6 000 states, more than a put of the engine makes dead.
const EMPTIED: usize = 256;

/// A put in the making.
pub(crate) struct Append<'t> {
    packer: Packer,
    put_chunk: CachedStatement<'t>,
    put_heads: CachedStatement<'t>,
    /// The chunk in the making.
    chunk: u64,
    change: Change,
}

impl Append<'_> {
    /// Does all that a put does within its transaction; says what that changes in the index.
    pub fn all(
        transaction: &Transaction<'_>,
        index: &Index,
        snapshots: &[Snapshot],
    ) -> rusqlite::Result<Change> {
        let mut append = Append {
            packer: Packer::new(),
            put_chunk: transaction.prepare_cached("INSERT INTO state_chunks VALUES (?1, ?2)")?,
            put_heads: transaction.prepare_cached("INSERT INTO state_heads VALUES (?1, ?2)")?,
            chunk: index.next_chunk(),
            change: Change::default(),
        };
        append.change.placed.reserve(snapshots.len());
        for snapshot in snapshots {
            let offset = append.packer.push(snapshot.account.0, &snapshot.state);
            append.placed(snapshot.account.0, offset)?;
        }
        append.move_what_is_left(transaction, index)?;
        append.close()?;
        delete(transaction, index.dead())?;
        put_accounts(transaction, snapshots)?;
        Ok(append.change)
    }

    fn placed(&mut self, account: u64, offset: usize) -> rusqlite::Result<()> {
        let place =
            Place::new(self.chunk, offset).ok_or(rusqlite::Error::IntegralValueOutOfRange(0, i64::MAX))?;
        self.change.placed.push((account, place));
        if self.packer.is_full() { self.close() } else { Ok(()) }
    }

    fn close(&mut self) -> rusqlite::Result<()> {
        if self.packer.count() == 0 {
            return Ok(());
        }
        let (chunk, heads) = self.packer.sealed();
        self.put_chunk.execute(params![self.chunk as i64, chunk])?;
        self.put_heads.execute(params![self.chunk as i64, heads])?;
        self.change.chunks.push((self.chunk, self.packer.count()));
        self.packer.clear();
        self.chunk += 1;
        Ok(())
    }

    /// Moves the live states of chunks that have become sparse, but for those that this put replaces.
    fn move_what_is_left(&mut self, connection: &Connection, index: &Index) -> rusqlite::Result<()> {
        let mut sparse = index.sparse().take(EMPTIED).peekable();
        if sparse.peek().is_none() {
            return Ok(());
        }
        let mut replaced: Vec<u64> = self.change.placed.iter().map(|(account, _)| *account).collect();
        replaced.sort_unstable();
        let mut select = connection.prepare_cached(
            "SELECT h.heads, c.chunk FROM state_heads h JOIN state_chunks c ON c.id = h.id WHERE h.id = ?1",
        )?;
        for id in sparse {
            let read = select.query_row([id as i64], |row| {
                let chunk = row.get_ref(1)?.as_blob()?;
                let mut live = Vec::new();
                // Frames are moved as they are: a damaged one is found by whoever reads it.
                let whole = visit_heads(row.get_ref(0)?.as_blob()?, &mut |head| {
                    let frame = head.frame(chunk)?;
                    let is_here = index.place(head.account) == Place::new(id, head.offset);
                    if is_here && replaced.binary_search(&head.account).is_err() {
                        live.push((head.account, frame));
                    }
                    Some(())
                });
                if whole.is_none() {
                    return Ok(false);
                }
                for (account, frame) in live {
                    let offset = self.packer.push_frame(account, frame);
                    self.placed(account, offset)?;
                }
                Ok(true)
            });
            if read.optional()? != Some(true) {
                tracing::error!(
                    chunk = id,
                    "saved states can't be moved: their chunk is damaged, and stays as it is"
                );
                self.change.unreadable.push(id);
            }
        }
        Ok(())
    }
}

fn delete(connection: &Connection, chunks: &[u64]) -> rusqlite::Result<()> {
    let mut delete_chunk = connection.prepare_cached("DELETE FROM state_chunks WHERE id = ?1")?;
    let mut delete_heads = connection.prepare_cached("DELETE FROM state_heads WHERE id = ?1")?;
    for chunk in chunks {
        delete_chunk.execute([*chunk as i64])?;
        delete_heads.execute([*chunk as i64])?;
    }
    Ok(())
}

/// Keeps what is looked for other than by number. Most states change without it.
fn put_accounts(connection: &Connection, snapshots: &[Snapshot]) -> rusqlite::Result<()> {
    let mut put = connection.prepare_cached(
        "INSERT INTO accounts (no, program, host, due) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (no) DO UPDATE SET due = excluded.due WHERE due IS NOT excluded.due",
    )?;
    for snapshot in snapshots.iter().filter(|snapshot| snapshot.due_changed) {
        let due = (!snapshot.due.is_never()).then(|| snapshot.due.millis());
        put.execute(params![snapshot.account.0 as i64, snapshot.program.0, snapshot.host_id, due])?;
    }
    Ok(())
}
