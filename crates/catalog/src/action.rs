use std::fmt;

use crate::{AttributeRule, Price};

/// Something that a host sells. A staged action is several of these: `photo.generate`, `photo.accept`.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// What requests call it.
    pub code: String,
    /// What people read.
    pub name: String,
    /// Index into [`crate::Program::units`].
    pub unit: u8,
    /// What it costs.
    pub price: Price,
    /// What a request may say about the work, in the file's order.
    pub attributes: Vec<AttributeRule>,
    /// Whether it may take `available` below zero.
    pub may_overdraw: bool,
    /// Whether a capture may exceed its hold (`settle = "may_exceed"`).
    pub may_exceed_hold: bool,
    /// Whether it is metered by session: a span in which it counts once.
    pub session: bool,
}

/// What a request says about the work, for its price.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work<'a> {
    /// How many; 1 where a request does not say.
    pub quantity: i64,
    /// Named properties, such as `resolution`; sorted by name, no name twice.
    pub attributes: &'a [(String, Attribute)],
    /// The plan that the account is on.
    pub plan: Option<&'a str>,
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum Attribute {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text, which may also be an exact decimal where a price reads it as a number.
    Text(String),
}

/// Why there is no price. Facts, for an error that says what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoPrice {
    /// The quantity is below 1, or above what the price is made for.
    Quantity,
    /// An attribute that the price needs is not there, or not of its kind: its name and what is expected.
    Attribute {
        /// Which.
        name: String,
        /// What would be right, as a phrase: `one of "hd", "4k"`.
        expected: String,
    },
    /// The result is negative or beyond [`money::Amount::MAX`].
    OutOfRange,
    /// The expression has no result for this work (a division by zero).
    Undefined,
}

impl fmt::Display for NoPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoPrice::Quantity => f.write_str("the quantity must be at least 1"),
            NoPrice::Attribute { name, expected } => write!(f, "the attribute {name:?} must be {expected}"),
            NoPrice::OutOfRange => f.write_str("the price of this work is negative or too large"),
            NoPrice::Undefined => f.write_str("the price of this work divides by zero"),
        }
    }
}

impl std::error::Error for NoPrice {}
