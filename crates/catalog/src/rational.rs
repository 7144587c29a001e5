use std::cmp::Ordering;
use std::fmt;

/// A fraction, in lowest terms. What does not fit is `None`, never a rounded number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Rational {
    numerator: i128,
    /// Above zero.
    denominator: i128,
}

/// The most digits that a number may have before its point, and after it.
pub(crate) const WHOLE_DIGITS: usize = 18;
pub(crate) const DECIMAL_DIGITS: usize = 9;

impl Rational {
    pub(crate) const ONE: Rational = Rational { numerator: 1, denominator: 1 };

    pub(crate) const fn whole(number: i64) -> Rational {
        Rational { numerator: number as i128, denominator: 1 }
    }

    /// An exact decimal: an optional `-`, 1 to 18 digits, and optionally a point and 1 to 9 digits.
    pub(crate) fn parse(text: &str) -> Option<Rational> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, decimals) = match digits.split_once('.') {
            Some((whole, decimals)) if !decimals.is_empty() => (whole, decimals),
            Some(_) => return None,
            None => (digits, ""),
        };
        let fits = (1..=WHOLE_DIGITS).contains(&whole.len()) && decimals.len() <= DECIMAL_DIGITS;
        if !fits || !whole.bytes().chain(decimals.bytes()).all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut numerator: i128 = 0;
        let mut denominator: i128 = 1;
        for digit in whole.bytes() {
            numerator = numerator * 10 + i128::from(digit - b'0');
        }
        for digit in decimals.bytes() {
            numerator = numerator * 10 + i128::from(digit - b'0');
            denominator *= 10;
        }
        Rational::new(if negative { -numerator } else { numerator }, denominator)
    }

    fn new(numerator: i128, denominator: i128) -> Option<Rational> {
        let shared = common_divisor(numerator.unsigned_abs(), denominator.unsigned_abs());
        let shared = i128::try_from(shared).ok()?;
        let sign = if denominator < 0 { -1 } else { 1 };
        let numerator = numerator.checked_div(shared)?.checked_mul(sign)?;
        let denominator = denominator.checked_div(shared)?.checked_mul(sign)?;
        Some(Rational { numerator, denominator })
    }

    pub(crate) fn plus(self, other: Rational) -> Option<Rational> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        Rational::new(left.checked_add(right)?, self.denominator.checked_mul(other.denominator)?)
    }

    pub(crate) fn minus(self, other: Rational) -> Option<Rational> {
        self.plus(other.negated()?)
    }

    pub(crate) fn times(self, other: Rational) -> Option<Rational> {
        let numerator = self.numerator.checked_mul(other.numerator)?;
        Rational::new(numerator, self.denominator.checked_mul(other.denominator)?)
    }

    /// The quotient; `None` also for a divisor of zero, which callers look for before.
    pub(crate) fn over(self, other: Rational) -> Option<Rational> {
        if other.is_zero() {
            return None;
        }
        let numerator = self.numerator.checked_mul(other.denominator)?;
        Rational::new(numerator, self.denominator.checked_mul(other.numerator)?)
    }

    pub(crate) fn negated(self) -> Option<Rational> {
        Some(Rational { numerator: self.numerator.checked_neg()?, ..self })
    }

    pub(crate) fn compare(self, other: Rational) -> Option<Ordering> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        Some(left.cmp(&right))
    }

    /// The largest whole number that is not above it.
    pub(crate) fn floor(self) -> i128 {
        self.numerator.div_euclid(self.denominator)
    }

    /// The smallest whole number that is not below it.
    pub(crate) fn ceil(self) -> i128 {
        let floor = self.floor();
        if self.is_whole() { floor } else { floor.saturating_add(1) }
    }

    /// The whole number beside it, towards zero.
    pub(crate) fn truncated(self) -> i128 {
        if self.is_negative() { self.ceil() } else { self.floor() }
    }

    /// Below, at or above the middle between the whole numbers beside it.
    pub(crate) fn half(self) -> Ordering {
        let beyond = self.numerator.rem_euclid(self.denominator);
        beyond.cmp(&self.denominator.saturating_sub(beyond))
    }

    pub(crate) const fn from_whole(numerator: i128) -> Rational {
        Rational { numerator, denominator: 1 }
    }

    pub(crate) const fn is_whole(self) -> bool {
        self.denominator == 1
    }

    pub(crate) const fn is_zero(self) -> bool {
        self.numerator == 0
    }

    pub(crate) const fn is_negative(self) -> bool {
        self.numerator < 0
    }

    /// The whole number that it is, if it is one.
    pub(crate) fn to_whole(self) -> Option<i64> {
        if self.is_whole() { i64::try_from(self.numerator).ok() } else { None }
    }
}

/// Euclid's; 1 for two zeros.
fn common_divisor(mut a: u128, mut b: u128) -> u128 {
    while let Some(rest) = a.checked_rem(b) {
        a = b;
        b = rest;
    }
    a.max(1)
}

/// As a decimal where it is one of at most nine digits, else as a fraction.
impl fmt::Display for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const TENS: i128 = 1_000_000_000;
        let parts = self.times(Rational::from_whole(TENS)).filter(|parts| parts.is_whole());
        let Some(parts) = parts else {
            return write!(f, "{}/{}", self.numerator, self.denominator);
        };
        let sign = if self.is_negative() { "-" } else { "" };
        let magnitude = parts.numerator.unsigned_abs();
        let (whole, decimals) = (magnitude / TENS.unsigned_abs(), magnitude % TENS.unsigned_abs());
        if decimals == 0 {
            return write!(f, "{sign}{whole}");
        }
        let decimals = format!("{decimals:09}");
        write!(f, "{sign}{whole}.{}", decimals.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_as_written_and_shown_in_lowest_form() {
        for (text, shown) in [
            ("0", "0"),
            ("-0", "0"),
            ("2.50", "2.5"),
            ("-0.1", "-0.1"),
            ("007", "7"),
            ("0.000000001", "0.000000001"),
            ("999999999999999999", "999999999999999999"),
            ("0.30000", "0.3"),
        ] {
            assert_eq!(
                Rational::parse(text).map(|number| number.to_string()).as_deref(),
                Some(shown),
                "{text}"
            );
        }
        for text in [
            "",
            "-",
            ".",
            "1.",
            ".5",
            "+1",
            "1e3",
            "1_000",
            " 1",
            "--1",
            "1.2.3",
            "0.1234567890",
            "1000000000000000000",
            "٣",
            "inf",
            "nan",
        ] {
            assert_eq!(Rational::parse(text), None, "{text}");
        }
    }

    #[test]
    fn arithmetic_is_exact_or_nothing() {
        let number = |text: &str| Rational::parse(text).unwrap();
        assert_eq!(number("0.1").plus(number("0.2")), Some(number("0.3")));
        assert_eq!(number("1").over(number("3")).unwrap().to_string(), "1/3");
        assert_eq!(number("1").over(number("-3")).unwrap().times(number("3")), Some(number("-1")));
        assert_eq!(number("1").over(Rational::whole(0)), None);
        let big = Rational::from_whole(i128::MAX);
        assert_eq!(big.plus(Rational::ONE), None);
        assert_eq!(big.times(big), None);
        assert_eq!(Rational::from_whole(i128::MIN).negated(), None);
        assert_eq!(Rational::from_whole(i128::MIN).over(Rational::from_whole(i128::MIN)), None);
    }

    #[test]
    fn rounding_looks_at_both_sides_of_zero() {
        for (text, floor, ceil, truncated) in
            [("2.5", 2, 3, 2), ("-2.5", -3, -2, -2), ("3", 3, 3, 3), ("-0.1", -1, 0, 0)]
        {
            let number = Rational::parse(text).unwrap();
            assert_eq!(
                (number.floor(), number.ceil(), number.truncated()),
                (floor, ceil, truncated),
                "{text}"
            );
        }
    }
}
