use ledger::{AccountNo, Charged, Entry, Event, Part, Position, Tags, Work};
use money::Amount;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Attributes, Balance, Name, Pairs, Parts, Time, Written};
use crate::ids::{Id, Kind};
use crate::json::Json;
use crate::known::Known;

/// Credits that were consumed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Charge<'a> {
    /// Its id.
    #[schema(value_type = String, example = "chrg_00000001000000000zd2")]
    pub id: Id,
    /// Whose credits.
    #[schema(value_type = String, example = "acct_00000001000000000w3c")]
    pub account: Id,
    /// What for; `null` where the request named credits.
    #[schema(value_type = Option<String>, example = "image.upscale")]
    pub action: Option<Name>,
    /// The unit's code.
    #[schema(example = "credit")]
    pub unit: &'a str,
    /// How many of the action.
    #[schema(example = 1)]
    pub quantity: i64,
    /// How many credits, in the unit's smallest part.
    #[schema(example = 5)]
    pub credits: i64,
    /// Which grants paid, in the order in which they were drawn on.
    #[schema(value_type = Vec<super::DrawnPart>)]
    pub drawn: Parts<'a>,
    /// What no grant covered: a debt.
    #[schema(example = 0)]
    pub owed: i64,
    /// How much of it came back, in all.
    #[schema(example = 0)]
    pub returned: i64,
    /// The version of the prices that it was priced by.
    #[schema(example = 1)]
    pub price_version: u32,
    /// The hold that it was made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub hold: Option<Id>,
    /// The key of the session that it paid for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<&'a str>,
    /// What it was priced by; left out where there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub attributes: Option<Attributes<'a>>,
    /// Your own reference; left out where there is none, as are the next three.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "job-881")]
    pub reference: Option<&'a str>,
    /// Which person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<&'a str>,
    /// Which part of the organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<&'a str>,
    /// Your own facts, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub metadata: Option<Pairs<'a>>,
    /// What the account has of the unit: after the write that this answers, or now.
    pub balance: Balance<'a>,
    /// When it was made; left out in the answer to a return.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T09:30:00Z")]
    pub created_at: Option<Time>,
}

impl Written for Charge<'_> {
    fn write(&self, json: &mut Json) {
        json.raw("\"id\":").plain(self.id.as_bytes());
        json.raw(",\"account\":").plain(self.account.as_bytes());
        json.raw(",\"action\":");
        match &self.action {
            Some(action) => json.text(&action.0),
            None => json.raw("null"),
        };
        json.raw(",\"unit\":").text(self.unit);
        json.raw(",\"quantity\":").number(self.quantity);
        json.raw(",\"credits\":").number(self.credits);
        json.raw(",\"drawn\":");
        self.drawn.write(json);
        json.raw(",\"owed\":").number(self.owed);
        json.raw(",\"returned\":").number(self.returned);
        json.raw(",\"price_version\":").number(self.price_version.into());
        if let Some(hold) = self.hold {
            json.raw(",\"hold\":").plain(hold.as_bytes());
        }
        json.maybe_text(",\"session\":", self.session);
        json.maybe_value(",\"attributes\":", self.attributes.as_ref());
        json.maybe_text(",\"reference\":", self.reference);
        json.maybe_text(",\"member\":", self.member);
        json.maybe_text(",\"department\":", self.department);
        json.maybe_value(",\"metadata\":", self.metadata.as_ref());
        json.raw(",\"balance\":");
        self.balance.write(json);
        if let Some(time) = self.created_at {
            json.raw(",\"created_at\":").time(time.0);
        }
        json.raw("}");
    }
}

/// What was consumed, whichever way.
struct Spent<'a> {
    work: &'a Work,
    credits: Amount,
    parts: Parts<'a>,
    owed: Amount,
}

impl<'a> Spent<'a> {
    fn at_once(charged: &'a Charged, account: AccountNo) -> Spent<'a> {
        let Charged { work, credits, parts, owed } = charged;
        Spent { work, credits: *credits, parts: Parts::of(account, parts), owed: *owed }
    }
}

impl<'a> Charge<'a> {
    /// The charge that a write made, or that a return gave something back of. `None` for other entries.
    pub fn written(known: &'a Known, written: &'a engine::Written) -> Option<Charge<'a>> {
        let mut charge = Charge::of(known, written.position, written.account, &written.entry)?;
        charge.balance = Balance::of(known, written.entry.unit, written.entry.after);
        Some(charge)
    }

    /// The charge of an entry, with what is known from it alone.
    pub fn of(
        known: &'a Known,
        position: Position,
        account_id: Position,
        entry: &'a Entry,
    ) -> Option<Charge<'a>> {
        let account = entry.account;
        let (mut id, mut hold, mut session, mut returned, mut created_at) =
            (position, None, None, Amount::ZERO, Some(Time(entry.effective_at)));
        let spent = match &entry.event {
            Event::Charged(charged) => Spent::at_once(charged, account),
            Event::SessionCounted(counted) => {
                session = Some(&*counted.key);
                Spent::at_once(&counted.charged, account)
            }
            Event::Captured(captured) => {
                hold = Some(Id::new(Kind::Hold, captured.hold, account));
                let excess: &[Part] = &captured.excess;
                Spent {
                    work: &captured.work,
                    credits: captured.credits,
                    parts: Parts::of(account, &captured.taken).and(excess),
                    owed: captured.taken_owed.plus(captured.excess_owed),
                }
            }
            Event::Returned(back) => {
                id = back.charge;
                returned = back.before.plus(back.credits);
                created_at = None;
                Spent::at_once(&back.charged, account)
            }
            _ => return None,
        };
        let tags = spent.work.tags.as_deref();
        Some(Charge {
            id: Id::new(Kind::Charge, id, account),
            account: Id::new(Kind::Account, account_id, account),
            action: known.name(spent.work.action),
            unit: known.unit(entry.unit),
            quantity: spent.work.quantity,
            credits: spent.credits.0,
            drawn: spent.parts,
            owed: spent.owed.0,
            returned: returned.0,
            price_version: spent.work.price_version,
            hold,
            session,
            attributes: tags.and_then(|tags| Attributes::some(&tags.attributes)),
            reference: tags.and_then(|tags: &Tags| tags.reference.as_deref()),
            member: tags.and_then(|tags| tags.member.as_deref()),
            department: tags.and_then(|tags| tags.department.as_deref()),
            metadata: tags.and_then(|tags| Pairs::some(&tags.metadata)),
            balance: Balance::of(known, entry.unit, entry.after),
            created_at,
        })
    }
}
