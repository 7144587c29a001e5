use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Amount;

/// How many decimals a unit has: 0 to 6.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Scale(u8);

impl Scale {
    /// The scale of `decimals`, if that is 0 to 6.
    pub const fn new(decimals: u8) -> Option<Scale> {
        if decimals <= 6 { Some(Scale(decimals)) } else { None }
    }

    /// 0 to 6.
    pub const fn decimals(self) -> u8 {
        self.0
    }

    /// How many smallest parts make one: 10^decimals.
    pub const fn parts(self) -> i64 {
        10_i64.pow(self.0 as u32)
    }
}

impl TryFrom<u8> for Scale {
    type Error = &'static str;

    fn try_from(decimals: u8) -> Result<Self, Self::Error> {
        Scale::new(decimals).ok_or("a unit's scale is 0 to 6 decimals")
    }
}

impl From<Scale> for u8 {
    fn from(scale: Scale) -> u8 {
        scale.0
    }
}

/// A kind of credit.
///
/// ```
/// use money::{Amount, Scale, Unit};
/// let unit = Unit { code: "credit".into(), name: "credits".into(), scale: Scale::new(2).unwrap() };
/// assert_eq!(unit.format(Amount(-1_234_505)).to_string(), "-12,345.05 credits");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// What a program and an API call it: `credit`.
    pub code: String,
    /// What people read behind a number: `credits`.
    pub name: String,
    /// Its decimals.
    pub scale: Scale,
}

impl Unit {
    /// The amount for a person to read, grouped by thousands.
    pub fn format(&self, amount: Amount) -> impl fmt::Display {
        Formatted { unit: self, amount }
    }
}

struct Formatted<'a> {
    unit: &'a Unit,
    amount: Amount,
}

impl fmt::Display for Formatted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.unit.scale.parts().unsigned_abs();
        let magnitude = self.amount.0.unsigned_abs();
        if self.amount.is_negative() {
            f.write_str("-")?;
        }
        let digits = (magnitude / parts).to_string();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        if parts > 1 {
            write!(f, ".{:0width$}", magnitude % parts, width = usize::from(self.unit.scale.decimals()))?;
        }
        write!(f, " {}", self.unit.name)
    }
}
