//! Numbers that people type: exact, and within bounds.

use money::{Amount, Currency, Money, Unit};

/// Nobody types more than this.
const LONGEST: usize = 24;

/// A number of credits, as it was typed.
pub(super) fn credits(unit: &Unit, text: &str) -> Option<Amount> {
    let parts = parts(text, unit.scale.decimals())?;
    (-Amount::MAX.0..=Amount::MAX.0).contains(&parts).then_some(Amount(parts))
}

/// An amount of money above zero, as it was typed.
pub(super) fn money(currency: Currency, text: &str) -> Option<Money> {
    let amount = parts(text, currency.decimals())?;
    (1..=Amount::MAX.0).contains(&amount).then_some(Money { amount, currency })
}

/// A count above zero.
pub(super) fn count(text: &str) -> Option<i64> {
    parts(text, 0).filter(|count| (1..=Amount::MAX.0).contains(count))
}

/// What a field of numbers is filled with: no groups, and a point, as browsers want it.
pub(super) fn plain(parts: i64, decimals: u8) -> String {
    let digits = format!("{:0>1$}", parts.unsigned_abs(), usize::from(decimals) + 1);
    let sign = if parts < 0 { "-" } else { "" };
    let (whole, fraction) =
        digits.split_at_checked(digits.len() - usize::from(decimals)).unwrap_or((&digits, ""));
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// The step of a field of numbers with so many decimals: `1`, `0.01`.
pub(super) fn step(decimals: u8) -> String {
    plain(1, decimals)
}

/// A decimal number as a whole number of its smallest parts. A comma is a point; more decimals than there are is none.
fn parts(text: &str, decimals: u8) -> Option<i64> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    let (sign, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let all = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fraction = fraction.trim_end_matches('0');
    if whole.is_empty() || !all(whole) || !all(fraction) || fraction.len() > usize::from(decimals) {
        return None;
    }
    let padded = format!("{whole}{fraction:0<0$}", usize::from(decimals));
    padded.parse::<i64>().ok().map(|parts| sign * parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_exactly() {
        for (text, decimals, expected) in [
            ("20", 0, Some(20)),
            (" 20 ", 0, Some(20)),
            ("20.0", 0, Some(20)),
            ("-5", 0, Some(-5)),
            ("12.5", 2, Some(1_250)),
            ("12,5", 2, Some(1_250)),
            ("0.05", 2, Some(5)),
            ("0.005", 2, None),
            ("20.5", 0, None),
            ("", 0, None),
            (".5", 2, None),
            ("1e3", 0, None),
            ("1 000", 0, None),
            ("+5", 0, None),
            ("٢٠", 0, None),
            ("99999999999999999999", 0, None),
        ] {
            assert_eq!(parts(text, decimals), expected, "{text}");
        }
    }

    #[test]
    fn what_a_field_shows_is_read_again() {
        for (number, decimals, shown) in
            [(0, 0, "0"), (-7, 0, "-7"), (5, 2, "0.05"), (-123_456, 2, "-1234.56")]
        {
            assert_eq!(plain(number, decimals), shown);
            assert_eq!(parts(shown, decimals), Some(number));
        }
        assert_eq!((step(0), step(2)), ("1".to_owned(), "0.01".to_owned()));
    }
}
