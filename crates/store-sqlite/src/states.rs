//! Saved states: an append-only log of chunks in `views.db`, with an index in memory that readers and the writer share.

use std::path::PathBuf;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use engine::StoreError;
use engine::port::{Snapshot, VisitSnapshot};
use ledger::AccountNo;
use rusqlite::{Connection, OptionalExtension};

use crate::append::Append;
use crate::failed;
use crate::index::{Index, accounts, damaged_heads};
use crate::packed::{Place, state_at, visit_heads};

/// Where the saved states of one folder are.
#[derive(Debug)]
pub(crate) struct States {
    /// `None`: it is to be read from the file, when it is asked for.
    index: RwLock<Option<Index>>,
    path: PathBuf,
    /// Nobody else writes: what is not where the index says is damaged, rather than moved by another process.
    owned: bool,
}

impl States {
    pub fn new(path: PathBuf, owned: bool) -> States {
        States { index: RwLock::new(None), path, owned }
    }

    fn read(&self) -> RwLockReadGuard<'_, Option<Index>> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Option<Index>> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks something up in the index, which is read first if it has to be.
    fn look<T>(&self, connection: &Connection, look: impl Fn(&Index) -> T) -> Result<T, StoreError> {
        if let Some(index) = self.read().as_ref() {
            return Ok(look(index));
        }
        let mut index = self.write();
        if let Some(index) = index.as_ref() {
            return Ok(look(index));
        }
        Ok(look(index.insert(Index::load(connection, &self.path)?)))
    }

    /// Reads the index, if that was not done.
    pub fn load(&self, connection: &Connection) -> Result<(), StoreError> {
        self.look(connection, |_| ())
    }

    /// Makes the index be read again when it is asked for next.
    fn forget(&self) {
        *self.write() = None;
    }

    /// The highest account with a saved state.
    pub fn last_account(&self, connection: &Connection) -> Result<Option<AccountNo>, StoreError> {
        self.look(connection, |index| index.last_account().map(AccountNo))
    }

    /// An account's saved state.
    pub fn state(&self, connection: &Connection, account: AccountNo) -> Result<Option<Vec<u8>>, StoreError> {
        let place_now = || self.look(connection, |index| index.place(account.0));
        let mut reloaded = self.owned;
        let mut place = place_now()?;
        while let Some(at) = place {
            if let Some(state) = self.state_at(connection, at, account)? {
                return Ok(Some(state));
            }
            // A put may have moved it between the two looks.
            place = place_now()?;
            if place == Some(at) && !reloaded {
                reloaded = true;
                self.forget();
                place = place_now()?;
            }
            if place == Some(at) {
                return Err(StoreError::damage(format!(
                    "the snapshot of account {} is not in chunk {} of {}, where it should be; \
                     delete the views, they are made again",
                    account.0,
                    at.chunk(),
                    self.path.display()
                )));
            }
        }
        Ok(None)
    }

    fn state_at(
        &self,
        connection: &Connection,
        at: Place,
        account: AccountNo,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let read = || {
            let mut select = connection.prepare_cached("SELECT chunk FROM state_chunks WHERE id = ?1")?;
            let found = select.query_row([at.chunk() as i64], |row| {
                let state = state_at(row.get_ref(0)?.as_blob()?, at.offset(), account.0);
                Ok(state.map(<[u8]>::to_vec))
            });
            Ok(found.optional()?.flatten())
        };
        read().map_err(failed("can't read", &self.path))
    }

    /// Visits the latest state of every account, chunk by chunk, the newest first. One that can't be made out is
    /// visited as an empty one, which nobody takes for a state.
    pub fn visit(&self, connection: &Connection, visit: &mut VisitSnapshot<'_>) -> Result<(), StoreError> {
        let mut failure = None;
        let read = self.visit_chunks(connection, visit, &mut failure);
        read.map_err(failed("can't read", &self.path))?;
        if !self.owned {
            // What was visited may be newer than what the index was made of.
            self.forget();
        }
        failure.map_or(Ok(()), Err)
    }

    fn visit_chunks(
        &self,
        connection: &Connection,
        visit: &mut VisitSnapshot<'_>,
        failure: &mut Option<StoreError>,
    ) -> rusqlite::Result<()> {
        // The file as it is at one moment: so it needs no index.
        let transaction = connection.unchecked_transaction()?;
        let behind = accounts(&transaction)?;
        let mut seen: Vec<u64> = Vec::new();
        let mut heads = Vec::new();
        let mut select = transaction.prepare(
            "SELECT h.id, h.heads, c.chunk FROM state_heads h LEFT JOIN state_chunks c ON c.id = h.id
             ORDER BY h.id DESC",
        )?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            heads.clear();
            let read = visit_heads(row.get_ref(1)?.as_blob()?, &mut |head| {
                heads.push(head);
                (head.account < behind).then_some(())
            });
            if read.is_none() {
                *failure = Some(damaged_heads(row.get(0)?, &self.path));
                return Ok(());
            }
            let chunk = row.get_ref(2)?.as_blob_or_null()?.unwrap_or_default();
            for head in heads.iter().rev() {
                let (word, bit) = ((head.account / 64) as usize, 1 << (head.account % 64));
                if word >= seen.len() {
                    seen.resize((word + 1).next_power_of_two(), 0);
                }
                if seen[word] & bit != 0 {
                    continue;
                }
                seen[word] |= bit;
                let state = state_at(chunk, head.offset, head.account).unwrap_or_default();
                match visit(AccountNo(head.account), state) {
                    Ok(true) => {}
                    Ok(false) => return Ok(()),
                    Err(error) => {
                        *failure = Some(error);
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// Keeps states: one transaction, and the index is changed only when it is committed.
    pub fn put(&self, connection: &mut Connection, snapshots: &[Snapshot]) -> Result<(), StoreError> {
        if snapshots.is_empty() {
            return Ok(());
        }
        if !self.owned {
            let what = "is written only by the process that owns the folder";
            return Err(StoreError::new(format!("{} {what}", self.path.display())));
        }
        self.load(connection)?;
        let mut append = || {
            // Others may look up places meanwhile; only this thread changes any.
            let index = self.read();
            let Some(index) = index.as_ref() else { return Ok(None) };
            let transaction = connection.transaction()?;
            let change = Append::all(&transaction, index, snapshots)?;
            transaction.commit()?;
            Ok(Some(change))
        };
        match append() {
            Ok(Some(change)) => {
                if let Some(index) = self.write().as_mut() {
                    index.apply(change);
                }
                Ok(())
            }
            Ok(None) => Err(StoreError::new("nobody but a put drops the index of the saved states")),
            Err(error) => {
                // Whether it was committed is not known to everyone who fails: the file says it.
                self.forget();
                Err(failed("can't write", &self.path)(error))
            }
        }
    }
}
