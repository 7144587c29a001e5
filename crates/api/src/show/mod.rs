//! How things look in answers. What answers a write is made from its entry alone, so that a replay says the same.

mod account;
mod balance;
mod entry;
mod grant;
mod hold;
mod spend;
#[cfg(test)]
pub(crate) mod tests;

use std::fmt;
use std::sync::Arc;

use ::account::attribute_value;
use ledger::{AccountNo, Part};
use moment::Instant;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::ids::{Id, Kind};

pub(crate) use self::account::Account;
pub(crate) use balance::{Balance, UnitBalance};
pub(crate) use entry::{Entry, KINDS, kind};
pub(crate) use grant::{Grant, GrantState, Whose};
pub(crate) use hold::Hold;
pub(crate) use spend::Charge;

/// An instant, as RFC 3339 writes it, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Time(pub Instant);

impl Time {
    /// The instant, unless it is never.
    pub fn unless_never(instant: Instant) -> Option<Time> {
        (!instant.is_never()).then_some(Time(instant))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// The text of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name(pub Arc<str>);

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// What was drawn from one grant, or went back to it.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = Part)]
pub(crate) struct DrawnPart {
    /// The grant.
    #[schema(value_type = String, example = "grnt_00000001000000000y33")]
    pub grant: Id,
    /// How many credits, in the unit's smallest part.
    #[schema(example = 5)]
    pub credits: i64,
}

/// Parts of grants, as a list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'a> {
    pub account: AccountNo,
    pub first: &'a [Part],
    pub second: &'a [Part],
}

impl<'a> Parts<'a> {
    /// These parts.
    pub fn of(account: AccountNo, parts: &'a [Part]) -> Parts<'a> {
        Parts { account, first: parts, second: &[] }
    }

    /// These, and then those.
    pub fn and(self, second: &'a [Part]) -> Parts<'a> {
        Parts { second, ..self }
    }
}

impl Serialize for Parts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        let mut parts = self.first.iter().chain(self.second).peekable();
        while let Some(part) = parts.next() {
            let mut credits = part.credits;
            // What is drawn beyond a hold may begin where the hold had stopped.
            while let Some(more) = parts.next_if(|next| next.grant == part.grant) {
                credits = credits.plus(more.credits);
            }
            let grant = Id::new(Kind::Grant, part.grant, self.account);
            list.serialize_element(&DrawnPart { grant, credits: credits.0 })?;
        }
        list.end()
    }
}

type TextPairs = [(Box<str>, Box<str>)];

/// Texts by name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pairs<'a>(pub &'a TextPairs);

impl<'a> Pairs<'a> {
    /// The pairs, if there are any.
    pub fn some(pairs: &'a TextPairs) -> Option<Pairs<'a>> {
        (!pairs.is_empty()).then_some(Pairs(pairs))
    }
}

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// Attributes by name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attributes<'a>(&'a TextPairs);

impl<'a> Attributes<'a> {
    /// The attributes, if there are any.
    pub fn some(pairs: &'a TextPairs) -> Option<Attributes<'a>> {
        (!pairs.is_empty()).then_some(Attributes(pairs))
    }
}

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, attribute_value(value))))
    }
}
