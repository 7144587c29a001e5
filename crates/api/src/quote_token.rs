//! Quotes carry what they promise, and a mark that only this server can make: nothing is kept of them.

use ledger::{AccountNo, NameId};
use moment::Instant;
use money::Amount;

use crate::base32;
use crate::body::Attributes;

const PREFIX: &str = "quot_";
const MARK: usize = 16;
const PAYLOAD: usize = 4 + 5 + 4 + 8 + 8 + 8 + 4 + 8;

/// What a quote promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QuoteToken {
    pub program: NameId,
    pub account: AccountNo,
    pub action: NameId,
    pub quantity: i64,
    pub attributes: [u8; 8],
    pub credits: Amount,
    pub price_version: u32,
    pub expires_at: Instant,
}

impl QuoteToken {
    /// The text, marked with the key.
    pub fn write(&self, key: &[u8; 32]) -> String {
        let mut bytes = Vec::with_capacity(PAYLOAD + MARK);
        bytes.extend_from_slice(&self.program.0.to_be_bytes());
        bytes.extend(self.account.0.to_be_bytes().into_iter().skip(3));
        bytes.extend_from_slice(&self.action.0.to_be_bytes());
        bytes.extend_from_slice(&self.quantity.to_be_bytes());
        bytes.extend_from_slice(&self.attributes);
        bytes.extend_from_slice(&self.credits.0.to_be_bytes());
        bytes.extend_from_slice(&self.price_version.to_be_bytes());
        bytes.extend_from_slice(&self.expires_at.millis().to_be_bytes());
        bytes.extend(blake3::keyed_hash(key, &bytes).as_bytes().iter().take(MARK));
        let mut text = PREFIX.to_owned();
        base32::encode(&bytes, &mut text);
        text
    }

    /// What the text promises, if it was marked with the key.
    pub fn read(text: &str, key: &[u8; 32]) -> Option<QuoteToken> {
        let digits =
            text.strip_prefix(PREFIX).filter(|digits| digits.len() == ((PAYLOAD + MARK) * 8).div_ceil(5))?;
        let bytes = base32::decode(digits)?;
        let (payload, mark) = bytes.split_at_checked(PAYLOAD)?;
        if !same(mark, &blake3::keyed_hash(key, payload).as_bytes()[..MARK]) {
            return None;
        }
        let (program, rest) = payload.split_first_chunk::<4>()?;
        let (account, rest) = rest.split_first_chunk::<5>()?;
        let (action, rest) = rest.split_first_chunk::<4>()?;
        let (quantity, rest) = rest.split_first_chunk::<8>()?;
        let (attributes, rest) = rest.split_first_chunk::<8>()?;
        let (credits, rest) = rest.split_first_chunk::<8>()?;
        let (price_version, rest) = rest.split_first_chunk::<4>()?;
        let (expires_at, _) = rest.split_first_chunk::<8>()?;
        let account = account.iter().fold(0, |number: u64, byte| number << 8 | u64::from(*byte));
        Some(QuoteToken {
            program: NameId(u32::from_be_bytes(*program)),
            account: AccountNo(account),
            action: NameId(u32::from_be_bytes(*action)),
            quantity: i64::from_be_bytes(*quantity),
            attributes: *attributes,
            credits: Amount(i64::from_be_bytes(*credits)),
            price_version: u32::from_be_bytes(*price_version),
            expires_at: Instant::from_millis(i64::from_be_bytes(*expires_at)),
        })
    }
}

/// Compares without telling by its time how much is the same.
fn same(one: &[u8], other: &[u8]) -> bool {
    let differs = one.iter().zip(other).fold(0, |differs, (a, b)| differs | (a ^ b));
    one.len() == other.len() && std::hint::black_box(differs) == 0
}

/// What a quote keeps of the attributes that it is for.
pub(crate) fn attributes_digest(attributes: Option<&Attributes<'_>>) -> [u8; 8] {
    let none = Attributes::default();
    let text = serde_json::to_vec(attributes.unwrap_or(&none)).unwrap_or_default();
    let mut digest = [0; 8];
    digest.copy_from_slice(&blake3::hash(&text).as_bytes()[..8]);
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> QuoteToken {
        QuoteToken {
            program: NameId(3),
            account: AccountNo((1 << 35) - 1),
            action: NameId(9),
            quantity: 4,
            attributes: [7; 8],
            credits: Amount(120),
            price_version: 2,
            expires_at: Instant::from_millis(1_790_000_000_000),
        }
    }

    #[test]
    fn a_quote_says_what_it_promises() {
        let text = token().write(&[1; 32]);
        assert_eq!(QuoteToken::read(&text, &[1; 32]), Some(token()));
        assert_eq!(QuoteToken::read(&text, &[2; 32]), None, "another server's");
    }

    #[test]
    fn a_changed_quote_is_none() {
        let text = token().write(&[1; 32]);
        for place in PREFIX.len()..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[place] = if changed[place] == b'0' { b'1' } else { b'0' };
            assert_eq!(QuoteToken::read(std::str::from_utf8(&changed).unwrap(), &[1; 32]), None);
        }
        for wrong in ["", "quot_", "quot_00", &text[..text.len() - 1], &format!("{text}0")] {
            assert_eq!(QuoteToken::read(wrong, &[1; 32]), None);
        }
    }

    #[test]
    fn no_attributes_and_none_given_are_the_same() {
        let none: Attributes<'_> = serde_json::from_str("{}").unwrap();
        let some: Attributes<'_> = serde_json::from_str(r#"{"b":1,"a":"x"}"#).unwrap();
        let same: Attributes<'_> = serde_json::from_str(r#"{ "a": "x", "b": 1 }"#).unwrap();
        assert_eq!(attributes_digest(None), attributes_digest(Some(&none)));
        assert_eq!(attributes_digest(Some(&some)), attributes_digest(Some(&same)));
        assert_ne!(attributes_digest(None), attributes_digest(Some(&some)));
    }
}
