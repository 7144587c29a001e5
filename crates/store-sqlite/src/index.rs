//! Which chunk has each account's saved state: in memory, made from the heads of all chunks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use engine::StoreError;
use rusqlite::Connection;

use crate::failed;
use crate::packed::{Place, visit_heads};

/// How many states a chunk has, and how many of them are still the account's latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Count {
    live: u32,
    all: u32,
}

impl Count {
    /// Fewer than half are of use: the rest is better moved than kept.
    fn is_sparse(self) -> bool {
        self.live * 2 < self.all
    }
}

/// Where the latest state of each account is. Eight bytes an account.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Index {
    places: Vec<Place>,
    counts: BTreeMap<u64, Count>,
    /// Chunks of which less than half is live.
    sparse: BTreeSet<u64>,
    /// Chunks of which nothing is. They stay until the next put has been committed: who has looked up a place in one
    /// just before finds it there.
    dead: Vec<u64>,
    /// The last chunk. Numbers only grow.
    last_chunk: u64,
}

/// What a put changes here, once it is committed.
#[derive(Debug, Default)]
pub(crate) struct Change {
    /// Where states are now; of an account that is there twice, the later counts.
    pub placed: Vec<(u64, Place)>,
    /// New chunks, in order, and how many states each has.
    pub chunks: Vec<(u64, u32)>,
    /// Chunks that could not be read, and stay as they are.
    pub unreadable: Vec<u64>,
}

impl Index {
    /// Reads the heads of all chunks; later ones override earlier ones.
    pub fn load(connection: &Connection, path: &Path) -> Result<Index, StoreError> {
        let mut index = Index::default();
        let behind = accounts(connection).map_err(failed("can't read", path))?;
        let room = usize::try_from(behind).is_ok_and(|all| index.places.try_reserve_exact(all).is_ok());
        if !room {
            return Err(StoreError::damage(format!("{} has account {behind}, or says so", path.display())));
        }
        let mut damaged = None;
        index.read_heads(connection, behind, &mut damaged).map_err(failed("can't read", path))?;
        if let Some(chunk) = damaged {
            return Err(damaged_heads(chunk, path));
        }
        index.count();
        Ok(index)
    }

    fn read_heads(
        &mut self,
        connection: &Connection,
        behind: u64,
        damaged: &mut Option<i64>,
    ) -> rusqlite::Result<()> {
        let mut select = connection.prepare("SELECT id, heads FROM state_heads ORDER BY id")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            let chunk = id as u64;
            let mut all = 0;
            let visited = visit_heads(row.get_ref(1)?.as_blob()?, &mut |head| {
                // Numbers are dense: a greater one is no account's, and would take memory without bound.
                let place = Place::new(chunk, head.offset).filter(|_| head.account < behind)?;
                self.set(head.account, place);
                all += 1;
                Some(())
            });
            if visited.is_none() {
                *damaged = Some(id);
                return Ok(());
            }
            self.counts.insert(chunk, Count { live: 0, all });
            self.last_chunk = chunk;
        }
        Ok(())
    }

    /// Counts what is live, once all places are known.
    fn count(&mut self) {
        for place in &self.places {
            if let Some(count) = self.counts.get_mut(&place.chunk()) {
                count.live += 1;
            }
        }
        self.sparse = self.counts.iter().filter(|(_, count)| count.is_sparse()).map(|(id, _)| *id).collect();
        self.dead = self.counts.iter().filter(|(_, count)| count.live == 0).map(|(id, _)| *id).collect();
        for chunk in &self.dead {
            self.counts.remove(chunk);
            self.sparse.remove(chunk);
        }
    }

    fn set(&mut self, account: u64, place: Place) -> Place {
        let account = account as usize;
        if account >= self.places.len() {
            if account >= self.places.capacity() {
                // A sixteenth to spare, rather than as much again.
                self.places.reserve_exact(account + 1 + account / 16 - self.places.len());
            }
            self.places.resize(account + 1, Place::NONE);
        }
        std::mem::replace(&mut self.places[account], place)
    }

    /// Where the account's state is.
    pub fn place(&self, account: u64) -> Option<Place> {
        let place = self.places.get(usize::try_from(account).ok()?).copied();
        place.filter(|place| *place != Place::NONE)
    }

    /// The highest account with a state.
    pub fn last_account(&self) -> Option<u64> {
        // It grows by need only, and no account loses its state.
        self.places.len().checked_sub(1).map(|last| last as u64)
    }

    /// The number of the next chunk.
    pub fn next_chunk(&self) -> u64 {
        self.last_chunk + 1
    }

    /// Chunks of which less than half is live, oldest first.
    pub fn sparse(&self) -> impl Iterator<Item = u64> {
        self.sparse.iter().copied()
    }

    /// Chunks of which nothing was live at the put before.
    pub fn dead(&self) -> &[u64] {
        &self.dead
    }

    /// Takes over what a put has committed. The chunks that were dead are gone.
    pub fn apply(&mut self, change: Change) {
        self.dead.clear();
        for (chunk, all) in change.chunks {
            self.counts.insert(chunk, Count { live: all, all });
            self.last_chunk = self.last_chunk.max(chunk);
        }
        // Neighbours were saved together before, too: so they are counted together.
        let (mut chunk, mut states) = (0, 0);
        for (account, place) in change.placed {
            let old = self.set(account, place);
            if old.chunk() != chunk {
                self.release(chunk, states);
                (chunk, states) = (old.chunk(), 0);
            }
            states += 1;
        }
        self.release(chunk, states);
        for chunk in change.unreadable {
            self.sparse.remove(&chunk);
        }
    }

    /// So many states of a chunk are no longer the latest.
    fn release(&mut self, chunk: u64, states: u32) {
        let Some(count) = self.counts.get_mut(&chunk) else { return };
        count.live = count.live.saturating_sub(states);
        if count.live == 0 {
            self.counts.remove(&chunk);
            self.sparse.remove(&chunk);
            self.dead.push(chunk);
        } else if count.is_sparse() {
            self.sparse.insert(chunk);
        }
    }
}

/// The number behind the highest account's.
pub(crate) fn accounts(connection: &Connection) -> rusqlite::Result<u64> {
    let last: Option<i64> = connection.query_row("SELECT max(no) FROM accounts", [], |row| row.get(0))?;
    Ok(last.and_then(|last| u64::try_from(last).ok()).map_or(0, |last| last + 1))
}

/// That the heads of a chunk can't be used.
pub(crate) fn damaged_heads(chunk: i64, path: &Path) -> StoreError {
    StoreError::damage(format!(
        "the heads of the saved states in chunk {chunk} of {} are damaged; delete the views, they are made again",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use engine::port::Snapshot;
    use ledger::{AccountNo, NameId};
    use moment::Instant;
    use testkit::story::Dice;

    use super::*;
    use crate::append::Append;
    use crate::views::TABLES;

    fn snapshot(no: u64, length: usize) -> Snapshot {
        Snapshot {
            account: AccountNo(no),
            program: NameId(1),
            host_id: Box::default(),
            due: Instant::NEVER,
            due_changed: true,
            state: vec![no as u8; length],
        }
    }

    #[test]
    fn it_is_after_each_put_as_one_that_is_read_anew() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(TABLES).unwrap();
        let path = Path::new("memory");
        let mut index = Index::load(&connection, path).unwrap();
        let mut dice = Dice::new(1);
        let mut moved = 0;
        for round in 0..200 {
            let count = [1, 30, 300][dice.roll(3) as usize];
            let batch: Vec<_> =
                (0..count).map(|_| snapshot(dice.roll(900), dice.roll(400) as usize)).collect();
            let transaction = connection.transaction().unwrap();
            let change = Append::all(&transaction, &index, &batch).unwrap();
            transaction.commit().unwrap();
            assert!(change.unreadable.is_empty());
            moved += change.placed.len() - batch.len();
            index.apply(change);
            index.dead.sort_unstable();
            assert_eq!(index, Index::load(&connection, path).unwrap(), "round {round}");
        }
        assert!(moved > 1_000, "{moved} states were moved");
    }
}
