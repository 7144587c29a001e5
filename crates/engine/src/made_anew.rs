//! A journal made anew of its entries, whatever they say: what the tests of `check` damage journals by.

use ledger::{AccountNo, Entry};
use moment::Instant;
use rustc_hash::FxHashMap;

use crate::StoreError;
use crate::codec::RowBuilder;
use crate::op::Idempotency;

/// What is to be in a row: its number, the lane's time, and its entries with their idempotency keys.
pub type RowOf = (u64, Instant, Vec<(Entry, Option<Idempotency>)>);

/// The rows, with seals and hashes that follow each other as in a journal that the engine wrote.
pub fn rows_of(rows: &[RowOf]) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
    let mut heads: FxHashMap<AccountNo, [u8; 16]> = FxHashMap::default();
    let mut seal = [0; 16];
    let mut made = Vec::with_capacity(rows.len());
    for (seq, time, entries) in rows {
        let mut row = RowBuilder::new(*seq, *time, seal);
        for (entry, key) in entries {
            let head = heads.entry(entry.account).or_default();
            *head = row.push(entry, *head, *key)?;
        }
        let (bytes, sealed) = row.seal();
        seal = sealed;
        made.push((*seq, bytes));
    }
    Ok(made)
}
