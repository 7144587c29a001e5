//! Ids as clients see them: a prefix, and twenty digits that hold a position, an account's number and a check.
//!
//! They sort by time within a kind, say which account they belong to (so no index is needed to find it), and a
//! mistyped one is told from one that does not exist. They are names, not secrets: what a key may see is decided
//! by the program that the account belongs to.

pub mod base32;

use std::fmt;

use ledger::{AccountNo, Position};
use serde::{Serialize, Serializer};

/// What an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An account.
    Account,
    /// A hold.
    Hold,
    /// A charge.
    Charge,
    /// A grant.
    Grant,
    /// An entry of the journal.
    Entry,
    /// An order.
    Order,
    /// A quote that was made for an account.
    Quote,
    /// A subscription.
    Subscription,
    /// A message.
    Message,
    /// A message on its way to one endpoint: its number instead of a position, and no account.
    Delivery,
}

impl Kind {
    /// What an id of this kind begins with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Kind::Account => "acct_",
            Kind::Hold => "hold_",
            Kind::Charge => "chrg_",
            Kind::Grant => "grnt_",
            Kind::Entry => "entry_",
            Kind::Order => "ord_",
            Kind::Quote => "quot_",
            Kind::Subscription => "sub_",
            Kind::Message => "msg_",
            Kind::Delivery => "dlv_",
        }
    }
}

const DIGITS: usize = 20;
const POSITION_BITS: u32 = 53;
const ACCOUNT_BITS: u32 = 35;
const CHECK_BITS: u32 = 12;
const HALF_BITS: u32 = 50;

/// An id, as text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Id {
    text: [u8; Id::LONGEST],
    length: u8,
}

/// What an id says: the entry that made the thing, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// The entry.
    pub position: Position,
    /// The account.
    pub account: AccountNo,
}

impl Id {
    const LONGEST: usize = 6 + DIGITS;

    /// The id of what the entry at `position` made in the account.
    pub fn new(kind: Kind, position: Position, account: AccountNo) -> Id {
        let position = position.0 & ((1 << POSITION_BITS) - 1);
        let account = account.0 & ((1 << ACCOUNT_BITS) - 1);
        let payload = u128::from(position) << ACCOUNT_BITS | u128::from(account);
        let bits = payload << CHECK_BITS | u128::from(check(kind, position, account));
        // Two halves of ten digits: cheaper than shifting all of it for each.
        let halves = [(bits >> HALF_BITS) as u64, bits as u64];
        let prefix = kind.prefix().as_bytes();
        let mut id = Id { text: [0; Id::LONGEST], length: (prefix.len() + DIGITS) as u8 };
        let (head, tail) = id.text.split_at_mut(prefix.len());
        head.copy_from_slice(prefix);
        for (digits, mut bits) in tail.chunks_exact_mut(DIGITS / 2).zip(halves) {
            for pair in digits.rchunks_exact_mut(2) {
                pair.copy_from_slice(&base32::pair(bits));
                bits >>= 10;
            }
        }
        id
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The text, as bytes: letters, digits and an underscore.
    pub fn as_bytes(&self) -> &[u8] {
        self.text.get(..usize::from(self.length)).unwrap_or_default()
    }
}

/// What the text names, if it is an id of that kind, letter for letter.
pub fn read(kind: Kind, text: &str) -> Option<Named> {
    let digits = text.strip_prefix(kind.prefix()).filter(|digits| digits.len() == DIGITS)?;
    let mut bits = 0_u128;
    for digit in digits.bytes() {
        bits = bits << 5 | u128::from(base32::value(digit)?);
    }
    let payload = bits >> CHECK_BITS;
    let position = (payload >> ACCOUNT_BITS) as u64;
    let account = payload as u64 & ((1 << ACCOUNT_BITS) - 1);
    let told = bits as u16 & ((1 << CHECK_BITS) - 1);
    (told == check(kind, position, account))
        .then_some(Named { position: Position(position), account: AccountNo(account) })
}

/// Twelve bits that a slip of the finger changes. Two rounds of a multiplicative mix; part of the format of ids.
fn check(kind: Kind, position: u64, account: u64) -> u16 {
    let mix = |value: u64| {
        let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ value >> 31
    };
    let salt = kind.prefix().bytes().fold(0, |sum: u64, byte| sum << 8 | u64::from(byte));
    (mix(mix(position ^ salt.rotate_left(17)).wrapping_add(account)) >> (64 - CHECK_BITS)) as u16
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [Kind; 10] = [
        Kind::Account,
        Kind::Hold,
        Kind::Charge,
        Kind::Grant,
        Kind::Entry,
        Kind::Order,
        Kind::Quote,
        Kind::Subscription,
        Kind::Message,
        Kind::Delivery,
    ];

    #[test]
    fn ids_say_what_they_name() {
        for kind in KINDS {
            for position in [0, 1, 8_192, 123_456_789_012, (1 << 53) - 1] {
                for account in [0, 1, 77, (1 << 35) - 1] {
                    let named = Named { position: Position(position), account: AccountNo(account) };
                    let id = Id::new(kind, named.position, named.account);
                    assert_eq!(id.as_str().len(), kind.prefix().len() + 20);
                    assert_eq!(read(kind, id.as_str()), Some(named));
                    for other in KINDS.into_iter().filter(|other| *other != kind) {
                        assert_eq!(read(other, id.as_str()), None);
                        let renamed = id.as_str().replacen(kind.prefix(), other.prefix(), 1);
                        let passes = read(other, &renamed).is_some();
                        // One in 4096 does; and there are no deliveries of an account.
                        let none = [kind, other].contains(&Kind::Delivery) && account > 0;
                        assert!(!passes || none, "{renamed}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_slip_is_found() {
        let id = Id::new(Kind::Hold, Position(1 << 20 | 5), AccountNo(42)).to_string();
        let mut found = 0;
        let mut tried = 0;
        for place in 5..id.len() {
            for digit in base32::DIGITS {
                let mut bytes = id.clone().into_bytes();
                if bytes[place] != *digit {
                    bytes[place] = *digit;
                    tried += 1;
                    found += u32::from(read(Kind::Hold, std::str::from_utf8(&bytes).unwrap()).is_none());
                }
            }
        }
        assert!(found * 1_000 >= tried * 990, "{found} of {tried}");
    }

    #[test]
    fn later_ids_sort_behind() {
        let early = Id::new(Kind::Charge, Position(99), AccountNo(9));
        let late = Id::new(Kind::Charge, Position(100), AccountNo(1));
        assert!(early.as_str() < late.as_str());
    }

    #[test]
    fn the_format_stays() {
        let id = Id::new(Kind::Account, Position(8_192), AccountNo(7));
        assert_eq!(id.as_str(), "acct_00000001000000000w3c");
    }

    #[test]
    fn nothing_else_is_an_id() {
        let id = Id::new(Kind::Grant, Position(5), AccountNo(6)).to_string();
        for wrong in [
            "",
            "grnt_",
            "grnt_0",
            &id[..id.len() - 1],
            &format!("{id}0"),
            &id.to_uppercase(),
            &format!(" {id}"),
            "grnt_\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}",
        ] {
            assert_eq!(read(Kind::Grant, wrong), None, "{wrong}");
        }
    }
}
