//! How saved states are packed: about 16 KiB of them one behind the other are a chunk, and its heads say whose they
//! are.
//!
//! ```text
//! chunk   frames, each: account varint · length varint · state
//! heads   CRC-32 of the rest 4 · for each frame: (account − the one before) zigzag varint · the frame's length varint
//! ```
//!
//! Heads are read at the start, all of them, and take a fiftieth of what the states do. A frame says again whose it
//! is, so that a place that is out of date is noticed.

/// A chunk that has so many bytes gets no more states.
const FULL: usize = 16 << 10;

/// Where a state is: its chunk, and where in it its frame begins. Eight bytes, as there is one for each account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place(u64);

impl Place {
    /// Where an account without a saved state has it. There is no chunk 0.
    pub const NONE: Place = Place(0);
    const OFFSET_BITS: u32 = 24;
    /// Chunks have numbers below this one.
    pub const CHUNKS: u64 = 1 << (64 - Place::OFFSET_BITS);

    /// `None`: there is no such place.
    pub fn new(chunk: u64, offset: usize) -> Option<Place> {
        let exists = chunk > 0 && chunk < Place::CHUNKS && offset < 1 << Place::OFFSET_BITS;
        exists.then_some(Place(chunk << Place::OFFSET_BITS | offset as u64))
    }

    pub fn chunk(self) -> u64 {
        self.0 >> Place::OFFSET_BITS
    }

    pub fn offset(self) -> usize {
        (self.0 & ((1 << Place::OFFSET_BITS) - 1)) as usize
    }
}

/// What heads say of one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub account: u64,
    pub offset: usize,
    pub length: usize,
}

impl Head {
    /// The frame, if the chunk is long enough to have it.
    pub fn frame(self, chunk: &[u8]) -> Option<&[u8]> {
        chunk.get(self.offset..self.offset.checked_add(self.length)?)
    }
}

/// A chunk in the making, and its heads.
#[derive(Debug)]
pub(crate) struct Packer {
    chunk: Vec<u8>,
    heads: Vec<u8>,
    last: u64,
    count: u32,
}

const SUM: usize = 4;

impl Packer {
    pub fn new() -> Packer {
        let mut heads = Vec::with_capacity(512);
        heads.extend_from_slice(&[0; SUM]);
        // The last state goes over the end.
        Packer { chunk: Vec::with_capacity(FULL + 2_048), heads, last: 0, count: 0 }
    }

    /// How many states it has.
    pub fn count(&self) -> u32 {
        self.count
    }

    pub fn is_full(&self) -> bool {
        self.chunk.len() >= FULL
    }

    /// Adds a state; returns where its frame begins.
    pub fn push(&mut self, account: u64, state: &[u8]) -> usize {
        let offset = self.chunk.len();
        put_varint(&mut self.chunk, account);
        put_varint(&mut self.chunk, state.len() as u64);
        self.chunk.extend_from_slice(state);
        self.head(account, offset)
    }

    /// Adds a frame of another chunk as it is; returns where it begins.
    pub fn push_frame(&mut self, account: u64, frame: &[u8]) -> usize {
        let offset = self.chunk.len();
        self.chunk.extend_from_slice(frame);
        self.head(account, offset)
    }

    fn head(&mut self, account: u64, offset: usize) -> usize {
        let step = account.wrapping_sub(self.last) as i64;
        put_varint(&mut self.heads, (step << 1 ^ step >> 63) as u64);
        put_varint(&mut self.heads, (self.chunk.len() - offset) as u64);
        self.last = account;
        self.count += 1;
        offset
    }

    /// The chunk and its heads, as they are kept.
    pub fn sealed(&mut self) -> (&[u8], &[u8]) {
        let sum = crc32fast::hash(&self.heads[SUM..]).to_le_bytes();
        self.heads[..SUM].copy_from_slice(&sum);
        (&self.chunk, &self.heads)
    }

    /// Begins another chunk.
    pub fn clear(&mut self) {
        self.chunk.clear();
        self.heads.truncate(SUM);
        self.last = 0;
        self.count = 0;
    }
}

/// Visits what heads say, in order. `None`: they are damaged, and nothing or only the first of them was visited.
pub(crate) fn visit_heads(heads: &[u8], visit: &mut dyn FnMut(Head) -> Option<()>) -> Option<()> {
    let (sum, mut rest) = heads.split_first_chunk::<SUM>()?;
    if crc32fast::hash(rest).to_le_bytes() != *sum {
        return None;
    }
    let (mut account, mut offset) = (0_u64, 0_usize);
    while !rest.is_empty() {
        let step = take_varint(&mut rest)?;
        account = account.wrapping_add(step >> 1 ^ (step & 1).wrapping_neg());
        let length = usize::try_from(take_varint(&mut rest)?).ok()?;
        visit(Head { account, offset, length })?;
        offset = offset.checked_add(length)?;
    }
    Some(())
}

/// The account's state in the frame at `offset`. `None`: that is no frame of the account's.
pub(crate) fn state_at(chunk: &[u8], offset: usize, account: u64) -> Option<&[u8]> {
    let mut rest = chunk.get(offset..)?;
    if take_varint(&mut rest)? != account {
        return None;
    }
    let length = usize::try_from(take_varint(&mut rest)?).ok()?;
    rest.get(..length)
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Reads a varint off the front; `None` at a malformed or cut one.
fn take_varint(bytes: &mut &[u8]) -> Option<u64> {
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

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNTS: [u64; 6] = [7, 300, 12, 0, u64::MAX, 1 << 40];

    fn packed() -> Packer {
        let mut packer = Packer::new();
        for (number, account) in ACCOUNTS.into_iter().enumerate() {
            packer.push(account, &vec![number as u8; number * 90]);
        }
        packer
    }

    fn heads_of(heads: &[u8]) -> Option<Vec<Head>> {
        let mut all = Vec::new();
        let visited = visit_heads(heads, &mut |head| {
            all.push(head);
            Some(())
        });
        visited.map(|()| all)
    }

    #[test]
    fn states_are_found_by_the_heads() {
        let mut packer = packed();
        assert_eq!(packer.count(), 6);
        let (chunk, heads) = packer.sealed();
        let all = heads_of(heads).unwrap();
        assert_eq!(all.iter().map(|head| head.account).collect::<Vec<_>>(), ACCOUNTS);
        let mut copy = Packer::new();
        for (number, head) in all.iter().enumerate() {
            let state = vec![number as u8; number * 90];
            assert_eq!(state_at(chunk, head.offset, head.account), Some(state.as_slice()));
            assert_eq!(state_at(chunk, head.offset, head.account ^ 1), None, "another account's");
            assert_eq!(copy.push_frame(head.account, head.frame(chunk).unwrap()), head.offset);
        }
        assert_eq!(copy.sealed(), (chunk, heads), "frames are moved as they are");
        assert_eq!(state_at(chunk, chunk.len(), 7), None);
        assert_eq!(Head { account: 7, offset: 1, length: usize::MAX }.frame(chunk), None);
        copy.clear();
        assert_eq!((copy.push(3, b"x"), copy.count()), (0, 1));
        let only = Head { account: 3, offset: 0, length: 3 };
        assert_eq!(heads_of(copy.sealed().1), Some(vec![only]));
    }

    #[test]
    fn damaged_heads_are_noticed() {
        let mut packer = packed();
        let heads = packer.sealed().1.to_vec();
        for at in 0..heads.len() {
            for bit in 0..8 {
                let mut damaged = heads.clone();
                damaged[at] ^= 1 << bit;
                assert_eq!(heads_of(&damaged), None, "bit {bit} of byte {at}");
            }
            assert_eq!(heads_of(&heads[..at]), None, "cut after {at}");
        }
        // With a sum that fits: a varint that does not end, and one that is too long.
        for rest in [vec![0x80], vec![0x02], vec![0xff; 11]] {
            let damaged = [crc32fast::hash(&rest).to_le_bytes().as_slice(), &rest].concat();
            assert_eq!(heads_of(&damaged), None);
        }
    }

    #[test]
    fn a_place_is_a_chunk_and_an_offset() {
        let place = Place::new(Place::CHUNKS - 1, (1 << 24) - 1).unwrap();
        assert_eq!((place.chunk(), place.offset()), (Place::CHUNKS - 1, (1 << 24) - 1));
        assert_eq!(Place::new(1, 0).map(|place| (place.chunk(), place.offset())), Some((1, 0)));
        for (chunk, offset) in [(0, 0), (0, 5), (Place::CHUNKS, 0), (1, 1 << 24)] {
            assert_eq!(Place::new(chunk, offset), None, "{chunk} {offset}");
        }
    }
}
