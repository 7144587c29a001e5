use std::fmt;

use serde::{Deserialize, Serialize};

/// A whole number of a unit's smallest part.
///
/// With a scale of 2, `Amount(1_250)` is 12.50 credits. Sums are checked: what does not fit is
/// [`OutOfRange`], never a wrapped number.
///
/// ```
/// use money::Amount;
/// assert_eq!(Amount(40).checked_add(Amount(2)), Ok(Amount(42)));
/// assert!(Amount(i64::MAX).checked_add(Amount(1)).is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(pub i64);

/// An amount, or a sum of amounts, beyond what Scrip keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange;

impl Amount {
    /// Nothing.
    pub const ZERO: Amount = Amount(0);

    /// The most that one request may name: 10^15 smallest parts. Nine thousand of them still fit an `i64`.
    pub const MAX: Amount = Amount(1_000_000_000_000_000);

    /// The most that an account may have been granted, owe or hold in one unit: 4 × 10^18.
    ///
    /// `decide` refuses what would go beyond, so that `apply` can add without failing.
    pub const MAX_TOTAL: Amount = Amount(4_000_000_000_000_000_000);

    /// The sum, or [`OutOfRange`].
    pub fn checked_add(self, other: Amount) -> Result<Amount, OutOfRange> {
        self.0.checked_add(other.0).map(Amount).ok_or(OutOfRange)
    }

    /// The difference, or [`OutOfRange`].
    pub fn checked_sub(self, other: Amount) -> Result<Amount, OutOfRange> {
        self.0.checked_sub(other.0).map(Amount).ok_or(OutOfRange)
    }

    /// The product with a count, or [`OutOfRange`].
    pub fn checked_mul(self, times: i64) -> Result<Amount, OutOfRange> {
        self.0.checked_mul(times).map(Amount).ok_or(OutOfRange)
    }

    /// The sum of two amounts that a decision has checked before; at the bounds it stays there.
    #[must_use]
    pub const fn plus(self, other: Amount) -> Amount {
        Amount(self.0.saturating_add(other.0))
    }

    /// The difference of two amounts that a decision has checked before; at the bounds it stays there.
    #[must_use]
    pub const fn minus(self, other: Amount) -> Amount {
        Amount(self.0.saturating_sub(other.0))
    }

    /// The same amount with the other sign.
    #[must_use]
    pub const fn negated(self) -> Amount {
        Amount(self.0.saturating_neg())
    }

    /// Whether there is nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether it is above zero.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Whether it is below zero.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the amount is out of range")
    }
}

impl std::error::Error for OutOfRange {}
