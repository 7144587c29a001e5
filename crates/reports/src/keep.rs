//! What is kept, and how: a head for each account, and a sheet for each of its months.

use std::collections::BTreeMap;

use engine::StoreError;
use engine::outbox::Shelf;
use ledger::AccountNo;
use money::Amount;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::Month;
use crate::sheet::{Mark, Sheet};

/// Changes with what is kept: what another version kept is counted anew.
const VERSION: u8 = 1;

/// What is known of an account's sums as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Head {
    /// The time zone that days are of.
    pub zone: String,
    /// The entries that were counted: without a gap, the newest first.
    pub seen: Option<Mark>,
    /// Whether it goes back to the account's first entry.
    pub complete: bool,
    /// The months that have a sheet, and where their entries stand.
    pub months: BTreeMap<Month, Mark>,
    /// What can be spent of each unit after the newest entry that was counted.
    pub available: BTreeMap<u8, Amount>,
}

fn head_key(account: AccountNo) -> String {
    format!("{:016x}/head", account.0)
}

fn sheet_key(account: AccountNo, month: Month) -> String {
    format!("{:016x}/{month}", account.0)
}

/// FNV-1a: a byte that changed on the disk is noticed.
fn sum(bytes: &[u8]) -> [u8; 8] {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step).to_le_bytes()
}

fn open<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let (version, rest) = bytes.split_first()?;
    let (told, body) = rest.split_at_checked(8)?;
    let sound = *version == VERSION && told == sum(body);
    sound.then(|| postcard::from_bytes(body).ok()).flatten()
}

fn put(shelf: &dyn Shelf, key: &str, value: &impl Serialize) -> Result<(), StoreError> {
    let body = postcard::to_allocvec(value)
        .map_err(|error| StoreError::with("the sums of an account can't be written", error))?;
    let mut bytes = Vec::with_capacity(body.len() + 9);
    bytes.push(VERSION);
    bytes.extend_from_slice(&sum(&body));
    bytes.extend_from_slice(&body);
    shelf.put(key, &bytes)
}

/// The head of an account; `None` where there is none that can be read.
pub(crate) fn head(shelf: &dyn Shelf, account: AccountNo) -> Result<Option<Head>, StoreError> {
    Ok(shelf.get(&head_key(account))?.and_then(|bytes| open(&bytes)))
}

/// The sheet of a month; `None` where there is none that can be read.
pub(crate) fn sheet(
    shelf: &dyn Shelf,
    account: AccountNo,
    month: Month,
) -> Result<Option<Sheet>, StoreError> {
    let sheet = shelf.get(&sheet_key(account, month))?.and_then(|bytes| open::<Sheet>(&bytes));
    Ok(sheet.and_then(|mut sheet| sheet.is_sound().then_some(sheet)))
}

/// Keeps what changed: the head last, as it says that the rest is there.
pub(crate) fn save(
    shelf: &dyn Shelf,
    account: AccountNo,
    head: &Head,
    sheets: &BTreeMap<Month, Sheet>,
) -> Result<(), StoreError> {
    for (month, sheet) in sheets {
        put(shelf, &sheet_key(account, *month), sheet)?;
    }
    put(shelf, &head_key(account), head)
}

/// Throws away all that is kept of an account: the head first.
pub(crate) fn clear(shelf: &dyn Shelf, account: AccountNo) -> Result<(), StoreError> {
    shelf.remove(&head_key(account))?;
    for (key, _) in shelf.list(&format!("{:016x}/", account.0))? {
        shelf.remove(&key)?;
    }
    Ok(())
}
