//! How entries are kept on disk.
//!
//! A **record** is an entry with what the journal adds to it: the hash of the account's entry before it, and the
//! idempotency key it answers. A **row** is the records of one group commit, sealed:
//!
//! ```text
//! row     version 1 · seal of the row before 16 · time varint · records × (length varint, record) · count 2 · seal 16
//! record  flags 1 · account varint · previous hash 16 · [key 16 · request digest 8] · core
//! core    postcard of (effective − time, recorded − effective, by, unit, after, event)
//! ```
//!
//! The seal is BLAKE3 over all of the row before it. An entry's hash is BLAKE3 over the row's time and the record.
//! Both are cut to 16 bytes: a second text with the same hash is as hard to find as before, and a charge is a
//! third smaller on disk.

use ledger::{AccountNo, Balance, Entry, Event, NameId, Position};
use moment::Instant;
use money::Amount;
use postcard::ser_flavors::Flavor;
use serde::{Deserialize, Serialize};

use crate::{Idempotency, StoreError};

/// The version of the row format that is written.
const VERSION: u8 = 1;
const HAS_KEY: u8 = 1;
/// Length of a seal and of an entry's hash.
pub(crate) const HASH: usize = 16;

/// An entry as the journal keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The hash of the account's entry before this one; zeros at the first.
    pub previous: [u8; HASH],
    /// The idempotency key that it answers.
    pub idempotency: Option<Idempotency>,
    /// The entry.
    pub entry: Entry,
}

#[derive(Serialize, Deserialize)]
struct Core<E> {
    effective: i64,
    recorded: i64,
    by: NameId,
    unit: u8,
    settled: Amount,
    held: Amount,
    owed: Amount,
    event: E,
}

struct Push<'a>(&'a mut Vec<u8>);

impl Flavor for Push<'_> {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// Appends the postcard form of a value.
pub(crate) fn put<T: Serialize>(out: &mut Vec<u8>, value: &T) -> Result<(), StoreError> {
    postcard::serialize_with_flavor(value, Push(out)).map_err(|error| StoreError::with("can't encode", error))
}

pub(crate) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub(crate) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

pub(crate) fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// Reads a varint off the front; `None` at a malformed or cut one.
pub(crate) fn take_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let bits = u64::from(byte & 0x7f);
        if shift == 63 && bits > 1 {
            return None;
        }
        value |= bits << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

pub(crate) fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(taken)
}

pub(crate) fn short(hash: blake3::Hash) -> [u8; HASH] {
    let mut short = [0; HASH];
    short.copy_from_slice(&hash.as_bytes()[..HASH]);
    short
}

/// The hash of an entry: over its row's time and its record.
pub(crate) fn record_hash(time: Instant, record: &[u8]) -> [u8; HASH] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&time.millis().to_le_bytes());
    hasher.update(record);
    short(hasher.finalize())
}

/// A row in the making.
#[derive(Debug)]
pub(crate) struct RowBuilder {
    pub seq: u64,
    pub time: Instant,
    pub count: u64,
    bytes: Vec<u8>,
    /// The row's time, and behind it the record that is being made: what an entry's hash is over.
    scratch: Vec<u8>,
}

impl RowBuilder {
    pub fn new(seq: u64, time: Instant, previous_seal: [u8; HASH]) -> RowBuilder {
        let mut bytes = Vec::with_capacity(32 * 1024);
        bytes.push(VERSION);
        bytes.extend_from_slice(&previous_seal);
        put_varint(&mut bytes, zigzag(time.millis()));
        RowBuilder { seq, time, count: 0, bytes, scratch: time.millis().to_le_bytes().to_vec() }
    }

    /// Adds an entry, and returns its hash: what the account's next entry carries.
    pub fn push(
        &mut self,
        entry: &Entry,
        previous: [u8; HASH],
        key: Option<Idempotency>,
    ) -> Result<[u8; HASH], StoreError> {
        self.scratch.truncate(8);
        let scratch = &mut self.scratch;
        scratch.push(if key.is_some() { HAS_KEY } else { 0 });
        put_varint(scratch, entry.account.0);
        scratch.extend_from_slice(&previous);
        if let Some(key) = key {
            scratch.extend_from_slice(&key.key);
            scratch.extend_from_slice(&key.digest);
        }
        put(
            scratch,
            &Core {
                effective: entry.effective_at.millis().wrapping_sub(self.time.millis()),
                recorded: entry.recorded_at.millis().wrapping_sub(entry.effective_at.millis()),
                by: entry.by,
                unit: entry.unit,
                settled: entry.after.settled,
                held: entry.after.held,
                owed: entry.after.owed,
                event: &entry.event,
            },
        )?;
        let hash = short(blake3::hash(scratch));
        put_varint(&mut self.bytes, (scratch.len() - 8) as u64);
        self.bytes.extend_from_slice(&scratch[8..]);
        self.count += 1;
        Ok(hash)
    }

    /// How long the row is so far.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The records so far, for what has to look at them before they are sealed.
    pub fn raw_records(&self) -> impl Iterator<Item = RawRecord<'_>> {
        let mut rest = &self.bytes[1 + HASH..];
        take_varint(&mut rest);
        records(rest, self.seq, self.time)
    }

    /// The row, sealed, and its seal.
    pub fn seal(mut self) -> (Vec<u8>, [u8; HASH]) {
        self.bytes.extend_from_slice(&(self.count as u16).to_le_bytes());
        let seal = short(blake3::hash(&self.bytes));
        self.bytes.extend_from_slice(&seal);
        (self.bytes, seal)
    }
}

/// A row that is read: its seal has been checked.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Its number.
    pub seq: u64,
    /// The lane's time when it was written.
    pub time: Instant,
    /// The seal of the row before.
    pub previous_seal: [u8; HASH],
    /// Its own seal.
    pub seal: [u8; HASH],
    count: u64,
    records: &'a [u8],
}

/// A record that has not been decoded yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawRecord<'a> {
    pub position: Position,
    pub time: Instant,
    pub account: AccountNo,
    pub key: Option<Idempotency>,
    pub previous: [u8; HASH],
    /// The whole record.
    pub bytes: &'a [u8],
    /// The part behind the idempotency key.
    pub core: &'a [u8],
}

impl<'a> Row<'a> {
    /// Reads a row; the error names what is wrong with it.
    pub fn open(seq: u64, bytes: &'a [u8]) -> Result<Row<'a>, StoreError> {
        if let Some((body, seal)) = bytes.split_last_chunk::<HASH>()
            && short(blake3::hash(body)) != *seal
        {
            let what = "its seal does not fit its content: the row was changed or damaged";
            return Err(StoreError::new(format!("journal row {seq}: {what}")));
        }
        Row::trusted(seq, bytes)
    }

    /// Reads a row that this process has sealed, or whose seal it has checked.
    pub(crate) fn trusted(seq: u64, bytes: &'a [u8]) -> Result<Row<'a>, StoreError> {
        let bad = |what: &str| StoreError::damage(format!("journal row {seq}: {what}"));
        let (body, seal) = bytes.split_last_chunk::<HASH>().ok_or_else(|| bad("too short"))?;
        let mut rest = body;
        match take(&mut rest, 1) {
            Some([VERSION]) => {}
            Some([other]) => return Err(bad(&format!("format version {other} is newer than this program"))),
            _ => return Err(bad("empty")),
        }
        let previous = take(&mut rest, HASH).and_then(|bytes| bytes.try_into().ok());
        let previous_seal = previous.ok_or_else(|| bad("cut off"))?;
        let time = take_varint(&mut rest).map(unzigzag).ok_or_else(|| bad("cut off"))?;
        let (records, count) = rest.split_last_chunk::<2>().ok_or_else(|| bad("cut off"))?;
        let (time, count) = (Instant::from_millis(time), u64::from(u16::from_le_bytes(*count)));
        Ok(Row { seq, time, previous_seal, seal: *seal, count, records })
    }

    /// How many records it has.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    pub(crate) fn raw_records(&self) -> impl Iterator<Item = RawRecord<'a>> {
        records(self.records, self.seq, self.time)
    }

    /// The records, in order, each with its position. A malformed one is an error, and the last.
    pub fn records(&self) -> impl Iterator<Item = Result<(Position, Record), StoreError>> {
        let mut expected = self.records;
        let mut index = 0;
        let seq = self.seq;
        let mut raws = self.raw_records();
        std::iter::from_fn(move || {
            if expected.is_empty() {
                return None;
            }
            let Some(raw) = raws.next() else {
                expected = &[];
                return Some(Err(StoreError::damage(format!(
                    "journal row {seq}, record {index}: malformed"
                ))));
            };
            index += 1;
            expected = raws_rest(expected);
            Some(raw.decode().map(|record| (raw.position, record)))
        })
    }
}

fn raws_rest(mut bytes: &[u8]) -> &[u8] {
    match take_varint(&mut bytes) {
        Some(length) if length as usize <= bytes.len() => &bytes[length as usize..],
        _ => &[],
    }
}

fn records(mut rest: &[u8], seq: u64, time: Instant) -> impl Iterator<Item = RawRecord<'_>> {
    let mut index = 0;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let length = take_varint(&mut rest)? as usize;
        let bytes = take(&mut rest, length)?;
        let raw = RawRecord::parse(bytes, Position::new(seq, index), time)?;
        index += 1;
        Some(raw)
    })
}

impl<'a> RawRecord<'a> {
    fn parse(bytes: &'a [u8], position: Position, time: Instant) -> Option<RawRecord<'a>> {
        let mut rest = bytes;
        let flags = *take(&mut rest, 1)?.first()?;
        let account = AccountNo(take_varint(&mut rest)?);
        let previous = take(&mut rest, HASH)?.try_into().ok()?;
        let key = if flags & HAS_KEY != 0 {
            let key = take(&mut rest, 16)?.try_into().ok()?;
            let digest = take(&mut rest, 8)?.try_into().ok()?;
            Some(Idempotency { key, digest })
        } else {
            None
        };
        Some(RawRecord { position, time, account, key, previous, bytes, core: rest })
    }

    /// The place of the event's kind among the kinds, read without decoding the rest.
    pub fn kind(&self) -> Option<u64> {
        core_kind(self.core)
    }

    /// Whether its kind is one of those that have a bit.
    pub fn is_of(&self, kinds: u64) -> bool {
        self.kind().is_some_and(|kind| kind < 64 && kinds & 1 << kind != 0)
    }

    pub fn decode(&self) -> Result<Record, StoreError> {
        let entry = decode_core(self.account, self.time, self.core)
            .map_err(|error| StoreError::damage(format!("journal entry {}: {error}", self.position)))?;
        Ok(Record { previous: self.previous, idempotency: self.key, entry })
    }

    pub fn hash(&self) -> [u8; HASH] {
        record_hash(self.time, self.bytes)
    }
}

/// The same, of what is behind the idempotency key.
pub(crate) fn core_kind(mut rest: &[u8]) -> Option<u64> {
    // effective, recorded, by
    for _ in 0..3 {
        take_varint(&mut rest)?;
    }
    // unit
    take(&mut rest, 1)?;
    // settled, held, owed
    for _ in 0..3 {
        take_varint(&mut rest)?;
    }
    take_varint(&mut rest)
}

/// Decodes what is behind the idempotency key.
pub(crate) fn decode_core(account: AccountNo, time: Instant, core: &[u8]) -> Result<Entry, StoreError> {
    let (core, rest): (Core<Event>, &[u8]) =
        postcard::take_from_bytes(core).map_err(|error| StoreError::with("can't decode", error))?;
    if !rest.is_empty() {
        return Err(StoreError::new("has more bytes than it says"));
    }
    let effective = time.millis().wrapping_add(core.effective);
    Ok(Entry {
        account,
        effective_at: Instant::from_millis(effective),
        recorded_at: Instant::from_millis(effective.wrapping_add(core.recorded)),
        by: core.by,
        unit: core.unit,
        event: core.event,
        after: Balance { settled: core.settled, held: core.held, owed: core.owed },
    })
}
