//! How things look in answers. What answers a write is made from its entry alone, so that a replay says the same.

mod account;
mod balance;
mod custom_quote;
mod entry;
mod entry_sold;
mod grant;
mod hold;
mod order;
mod spend;
mod subscription;
#[cfg(test)]
pub(crate) mod tests;
mod top_up;
mod webhook;

use std::fmt;
use std::sync::Arc;

use ::account::attribute_value;
use ledger::{AccountNo, Part};
use moment::Instant;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::ids::{Id, Kind};
use crate::json::Json;

pub(crate) use self::account::{Account, AccountInShort};
pub(crate) use balance::{Balance, UnitBalance};
pub(crate) use custom_quote::{CustomQuote, QuoteState};
pub(crate) use entry::{Entry, KINDS, kind};
pub(crate) use grant::{Grant, GrantState, Whose};
pub(crate) use hold::Hold;
pub(crate) use order::{Buyer, Order};
pub(crate) use spend::Charge;
pub(crate) use subscription::{PaymentMethod, Subscription, SubscriptionInShort, under_way};
pub(crate) use top_up::AutoTopUp;
pub(crate) use webhook::{STATES, WebhookDelivery, WebhookEndpoint, delivery_id};

/// An instant, as RFC 3339 writes it, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Time(pub Instant);

impl Time {
    /// The instant, unless it is never.
    pub fn unless_never(instant: Instant) -> Option<Time> {
        (!instant.is_never()).then_some(Time(instant))
    }
}

/// What is written by hand, because it is written often.
pub(crate) trait Written {
    /// Writes it, as its serde form says, but for the opening brace.
    fn write(&self, json: &mut Json);
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

impl<'a> Parts<'a> {
    /// What is shown, one after another.
    fn drawn(self) -> impl Iterator<Item = DrawnPart> + 'a {
        let mut parts = self.first.iter().chain(self.second).peekable();
        std::iter::from_fn(move || {
            let part = parts.next()?;
            let mut credits = part.credits;
            // What is drawn beyond a hold may begin where the hold had stopped.
            while let Some(more) = parts.next_if(|next| next.grant == part.grant) {
                credits = credits.plus(more.credits);
            }
            Some(DrawnPart { grant: Id::new(Kind::Grant, part.grant, self.account), credits: credits.0 })
        })
    }

    fn write(self, json: &mut Json) {
        json.raw("[");
        for DrawnPart { grant, credits } in self.drawn() {
            json.separate();
            json.raw("{\"grant\":").plain(grant.as_bytes()).raw(",\"credits\":").number(credits).raw("}");
        }
        json.raw("]");
    }
}

impl Serialize for Parts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.drawn())
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
