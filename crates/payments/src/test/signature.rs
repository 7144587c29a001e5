//! How messages are signed, and how a signature is read.

use hmac::{Hmac, KeyInit, Mac};
use moment::Instant;
use sha2::Sha256;

use crate::Rejected;

/// The header that carries the signature: `t=<seconds since 1970>,v1=<HMAC-SHA256 of "t.body", in hex>`.
pub const HEADER: &str = "scrip-test-signature";

/// How far the signature's time may be from now, in milliseconds: five minutes.
pub const TOLERANCE: i64 = 5 * 60 * 1_000;

/// The value of [`HEADER`] for a message that is sent now. Public, so that tests can forge one.
pub fn sign(secret: &[u8; 32], body: &[u8], now: Instant) -> String {
    let time = now.millis().div_euclid(1_000).to_string();
    let tag = over(secret, &time, body).finalize().into_bytes();
    format!("t={time},v1={}", hex(&tag))
}

pub(super) fn verify(
    secret: &[u8; 32],
    header: Option<&str>,
    body: &[u8],
    now: Instant,
) -> Result<(), Rejected> {
    let (time, tag) = header.and_then(parts).ok_or(Rejected::Signature)?;
    // First whether it is genuine: nobody else is to learn what our clock says. `verify_slice` takes the same time for
    // every wrong tag.
    over(secret, time, body).verify_slice(&tag).map_err(|_| Rejected::Signature)?;
    let seconds: i64 = time.parse().map_err(|_| Rejected::Signature)?;
    let signed = Instant::from_millis(seconds.saturating_mul(1_000));
    let apart = now.millis_since(signed).saturating_abs();
    // The signature's time is cut to the second, so one more may have passed.
    if apart > TOLERANCE + 999 { Err(Rejected::Stale) } else { Ok(()) }
}

/// A name for something, made from the secret: always the same, and guessed by nobody. 128 bits in hex, behind what its
/// neighbours on the shelf have too: payments that are made together are written together, where names that are random
/// from their first letter would touch a page of the shelf's file each.
pub(super) fn name(secret: &[u8; 32], kind: &str, of: &str) -> String {
    let tag = over(secret, kind, of.as_bytes()).finalize().into_bytes();
    let mut name = neighbourhood(of).to_owned();
    name.extend(hex(&tag).chars().take(32));
    name
}

/// What says most of where something belongs, such as the number of an order in `pay_ord_01h2…_1`: the first longest run of
/// letters and digits, as far as its first few, which change with time.
fn neighbourhood(of: &str) -> &str {
    let runs = of.split(|letter: char| !letter.is_ascii_alphanumeric());
    let longest = runs.fold("", |longest, run| if run.len() > longest.len() { run } else { longest });
    longest.get(..LONGEST_NEIGHBOURHOOD).unwrap_or(longest)
}

/// Whether it could be a [name] behind this prefix. Names come from strangers, as parts of addresses.
pub(super) fn is_name(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| {
        let lengths = 32..=32 + LONGEST_NEIGHBOURHOOD;
        lengths.contains(&rest.len()) && rest.bytes().all(|letter| letter.is_ascii_alphanumeric())
    })
}

/// As much of an order's number as says when it was made.
const LONGEST_NEIGHBOURHOOD: usize = 12;

fn parts(header: &str) -> Option<(&str, Vec<u8>)> {
    let (mut time, mut tag) = (None, None);
    for part in header.split(',').take(8) {
        match part.trim().split_once('=')? {
            ("t", value) => time = Some(value),
            ("v1", value) => tag = Some(unhex(value)?),
            // Other versions may be added beside it, so that they can be changed one after the other.
            _ => {}
        }
    }
    Some((time.filter(|time| time.len() <= 20)?, tag?))
}

fn over(secret: &[u8; 32], first: &str, second: &[u8]) -> Hmac<Sha256> {
    // A key that is shorter than a block is filled up with zeros, by the definition of HMAC.
    let mut key = [0; 64];
    key[..32].copy_from_slice(secret);
    Hmac::<Sha256>::new(&key.into()).chain_update(first).chain_update(b".").chain_update(second)
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|half| char::from_digit(half.into(), 16))
        .collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 {
        return None;
    }
    let halves: Vec<u32> = text.chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    Some(
        halves
            .chunks_exact(2)
            .map(|pair| pair.iter().fold(0, |byte, half| byte << 4 | *half as u8))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: [u8; 32] = [7; 32];
    const BODY: &[u8] = b"{\"paid\":true}";

    fn read(header: &str, body: &[u8], seconds_later: i64) -> Result<(), Rejected> {
        verify(&SECRET, Some(header), body, noon().plus_millis(seconds_later * 1_000))
    }

    fn noon() -> Instant {
        "2026-03-01T12:00:00.500Z".parse().unwrap()
    }

    #[test]
    fn hmac_as_specified() {
        // RFC 4231, case 2, by way of the functions that fill up the key.
        let mut key = [0; 64];
        key[..4].copy_from_slice(b"Jefe");
        let tag = Hmac::<Sha256>::new(&key.into())
            .chain_update(b"what do ya want for nothing?")
            .finalize()
            .into_bytes();
        assert_eq!(hex(&tag), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn only_the_secret_signs_and_only_for_a_while() {
        let good = sign(&SECRET, BODY, noon());
        for seconds in [0, 299, 300, -300] {
            assert_eq!(read(&good, BODY, seconds), Ok(()), "{seconds}");
        }
        for seconds in [302, -302, 86_400, i64::MAX / 1_000_000] {
            assert_eq!(read(&good, BODY, seconds), Err(Rejected::Stale), "{seconds}");
        }
        assert_eq!(read(&good, b"{\"paid\":false}", 0), Err(Rejected::Signature));
        assert_eq!(read(&sign(&[8; 32], BODY, noon()), BODY, 0), Err(Rejected::Signature));
        // A stranger's old one is a stranger's, not an old one.
        assert_eq!(read(&sign(&[8; 32], BODY, noon()), BODY, 9_999), Err(Rejected::Signature));
        assert_eq!(verify(&SECRET, None, BODY, noon()), Err(Rejected::Signature));
    }

    #[test]
    fn headers_that_are_none() {
        let good = sign(&SECRET, BODY, noon());
        let tag = good.split_once("v1=").unwrap().1;
        let long = format!("t={},v1={tag}", "1".repeat(1_000));
        let cut = &good[..good.len() - 1];
        for wrong in ["", "t=", "v1=", "t=1", "t=1,v1=", "t=1,v1=zz", "t", "é=1", cut, &long, &tag.repeat(2)]
        {
            assert_eq!(read(wrong, BODY, 0), Err(Rejected::Signature), "{wrong}");
        }
        assert_eq!(read(&format!("v2=later, {good}"), BODY, 0), Ok(()));
    }

    #[test]
    fn names_stand_together_as_what_they_name_does_and_nobody_guesses_the_rest() {
        let named = |of: &str| name(&SECRET, "charge", of);
        let first = named("pay_ord_00000000007k3m0p4x2a_1");
        assert!(first.starts_with("00000000007k") && first.len() == 44, "{first}");
        assert!(named("pay_ord_00000000006zzzzzzzzz_9") < first, "an earlier order stands before");
        assert_ne!(named("pay_ord_00000000007k3m0p4x2a_2")[12..], first[12..]);
        assert_ne!(name(&[8; 32], "charge", "pay_ord_00000000007k3m0p4x2a_1"), first);
        let own = format!("tp_{first}");
        assert!(is_name(&own, "tp_") && is_name(&format!("tp_{}", named("k")), "tp_"));
        assert!(is_name(&format!("te_{}", name(&SECRET, "event", &format!("{own} paid"))), "te_"));
        assert_eq!(name(&SECRET, "event", &format!("{own} paid"))[..12], first[..12]);
        let long = format!("{own}0");
        for wrong in ["", "tp_", "tp_0123", &own[3..], &long, &own.replace('k', "/"), &own.replace('k', "é")]
        {
            assert!(!is_name(wrong, "tp_"), "{wrong}");
        }
    }
}
