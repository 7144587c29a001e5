//! Amounts as people write them.

use money::Amount;

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAmount {
    /// It is no plain number.
    NoNumber,
    /// It is below zero.
    Negative,
    /// It has more decimals.
    TooFine,
    /// It is more than an amount may be.
    TooLarge,
}

/// A whole or decimal number, in parts of which `10^decimals` make one. No float touches it.
pub fn parts(text: &str, decimals: u8) -> Result<i64, NoAmount> {
    let (negative, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if !plain(whole) || !plain(fraction) {
        return Err(NoAmount::NoNumber);
    }
    if negative && digits.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
        return Err(NoAmount::Negative);
    }
    let kept = fraction.len().min(usize::from(decimals));
    let (kept, rest) = fraction.split_at(kept);
    // Programs for sheets write 100.00 where there are no decimals.
    if rest.bytes().any(|digit| digit != b'0') {
        return Err(NoAmount::TooFine);
    }
    let zeros = usize::from(decimals).saturating_sub(kept.len());
    let digits = whole.bytes().chain(kept.bytes()).chain(std::iter::repeat_n(b'0', zeros));
    digits
        .map(|digit| i64::from(digit - b'0'))
        .try_fold(0_i64, |sum, digit| sum.checked_mul(10)?.checked_add(digit))
        .filter(|parts| *parts <= Amount::MAX.0)
        .ok_or(NoAmount::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_by_their_digits() {
        for (text, decimals, expected) in [
            ("0", 0, Ok(0)),
            ("-0.0", 0, Ok(0)),
            ("007", 0, Ok(7)),
            ("100.00", 0, Ok(100)),
            ("0.1", 2, Ok(10)),
            ("12.34", 2, Ok(1_234)),
            ("12.340", 2, Ok(1_234)),
            ("1000000000000000", 0, Ok(1_000_000_000_000_000)),
            ("12.345", 2, Err(NoAmount::TooFine)),
            ("0.5", 0, Err(NoAmount::TooFine)),
            ("-1", 0, Err(NoAmount::Negative)),
            ("-0.5", 0, Err(NoAmount::Negative)),
            ("1000000000000001", 0, Err(NoAmount::TooLarge)),
            ("99999999999999999999999999", 6, Err(NoAmount::TooLarge)),
            ("", 0, Err(NoAmount::NoNumber)),
            (".", 0, Err(NoAmount::NoNumber)),
            (".5", 1, Err(NoAmount::NoNumber)),
            ("1.", 0, Err(NoAmount::NoNumber)),
            ("1,000", 0, Err(NoAmount::NoNumber)),
            ("1e3", 0, Err(NoAmount::NoNumber)),
            ("+1", 0, Err(NoAmount::NoNumber)),
            ("NaN", 0, Err(NoAmount::NoNumber)),
        ] {
            assert_eq!(parts(text, decimals), expected, "{text}");
        }
    }
}
