use ledger::{AccountNo, Back, Entry, Event, Part, Position, Work};
use money::Amount;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Attributes, Balance, Name, Pairs, Parts, Time, Written};
use crate::ids::{Id, Kind};
use crate::json::Json;
use crate::known::Known;

/// Credits set aside for work under way.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Hold<'a> {
    /// Its id.
    #[schema(value_type = String, example = "hold_00000001000000000z0c")]
    pub id: Id,
    /// Whose credits.
    #[schema(value_type = String, example = "acct_00000001000000000w3c")]
    pub account: Id,
    /// Where it is in its life.
    pub state: HoldState,
    /// What for; `null` where the request named credits.
    #[schema(value_type = Option<String>, example = "image.upscale")]
    pub action: Option<Name>,
    /// The unit's code.
    #[schema(example = "credit")]
    pub unit: &'a str,
    /// How many of the action.
    #[schema(example = 1)]
    pub quantity: i64,
    /// How many credits were set aside, in the unit's smallest part.
    #[schema(example = 5)]
    pub credits: i64,
    /// How many of them were consumed.
    #[schema(example = 0)]
    pub captured: i64,
    /// How many of them came back.
    #[schema(example = 0)]
    pub released: i64,
    /// The charge that it became.
    #[schema(value_type = Option<String>, example = json!(null))]
    pub charge: Option<Id>,
    /// Which grants are drawn on: what is set aside while it is open, what was consumed when it was captured.
    #[schema(value_type = Vec<super::DrawnPart>)]
    pub drawn: Parts<'a>,
    /// What no grant covers: a debt.
    #[schema(example = 0)]
    pub owed: i64,
    /// When it is released by itself; `null` when it is no longer open.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T10:30:00Z")]
    pub expires_at: Option<Time>,
    /// When it was captured, released or expired.
    #[schema(value_type = Option<String>, format = DateTime, example = json!(null))]
    pub resolved_at: Option<Time>,
    /// The version of the prices that it was priced by.
    #[schema(example = 1)]
    pub price_version: u32,
    /// Why it was released; left out where nobody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'a str>,
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
    /// When it was placed; left out in the answers to capture and release.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T09:30:00Z")]
    pub created_at: Option<Time>,
}

impl Written for Hold<'_> {
    fn write(&self, json: &mut Json) {
        json.raw("\"id\":").plain(self.id.as_bytes());
        json.raw(",\"account\":").plain(self.account.as_bytes());
        json.raw(",\"state\":").plain(self.state.code().as_bytes());
        json.raw(",\"action\":");
        match &self.action {
            Some(action) => json.text(&action.0),
            None => json.raw("null"),
        };
        json.raw(",\"unit\":").text(self.unit);
        json.raw(",\"quantity\":").number(self.quantity);
        json.raw(",\"credits\":").number(self.credits);
        json.raw(",\"captured\":").number(self.captured);
        json.raw(",\"released\":").number(self.released);
        json.raw(",\"charge\":");
        match &self.charge {
            Some(charge) => json.plain(charge.as_bytes()),
            None => json.raw("null"),
        };
        json.raw(",\"drawn\":");
        self.drawn.write(json);
        json.raw(",\"owed\":").number(self.owed);
        for (name, time) in [(",\"expires_at\":", self.expires_at), (",\"resolved_at\":", self.resolved_at)] {
            json.raw(name);
            match time {
                Some(time) => json.time(time.0),
                None => json.raw("null"),
            };
        }
        json.raw(",\"price_version\":").number(self.price_version.into());
        json.maybe_text(",\"reason\":", self.reason);
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

impl HoldState {
    /// What it is called.
    const fn code(self) -> &'static str {
        match self {
            HoldState::Open => "open",
            HoldState::Captured => "captured",
            HoldState::Released => "released",
            HoldState::Expired => "expired",
        }
    }
}

/// Where a hold is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HoldState {
    /// Its credits are set aside.
    Open,
    /// It was consumed, whole or in part.
    Captured,
    /// It was given back by request.
    Released,
    /// Its time ran out, and it was given back.
    Expired,
}

impl<'a> Hold<'a> {
    /// The hold that an entry made or resolved, as it is after it. `None` for other entries.
    pub fn of(
        known: &'a Known,
        position: Position,
        account_id: Position,
        entry: &'a Entry,
    ) -> Option<Hold<'a>> {
        let account = entry.account;
        let new = |id, work| Hold::new(known, id, (account_id, account), entry, work);
        Some(match &entry.event {
            Event::Held(held) => Hold {
                credits: held.credits.0,
                drawn: Parts::of(account, &held.parts),
                owed: held.owed.0,
                expires_at: Time::unless_never(held.deadline),
                created_at: Some(Time(entry.effective_at)),
                ..new(position, &held.work)
            },
            Event::Captured(captured) => {
                let rest = captured.back.as_deref().map_or(Amount::ZERO, Back::credits);
                let excess: &[Part] = &captured.excess;
                Hold {
                    state: HoldState::Captured,
                    credits: captured.held().0,
                    captured: captured.credits.0,
                    released: rest.0,
                    charge: Some(Id::new(Kind::Charge, position, account)),
                    drawn: Parts::of(account, &captured.taken).and(excess),
                    owed: captured.taken_owed.plus(captured.excess_owed).0,
                    resolved_at: Some(Time(entry.effective_at)),
                    ..new(captured.hold, &captured.work)
                }
            }
            Event::Released(released) => Hold {
                state: if released.expired { HoldState::Expired } else { HoldState::Released },
                credits: released.credits.0,
                released: released.credits.0,
                resolved_at: Some(Time(entry.effective_at)),
                reason: released.reason.as_deref(),
                ..new(released.hold, &released.work)
            },
            _ => return None,
        })
    }

    fn new(
        known: &'a Known,
        id: Position,
        (account_id, account): (Position, AccountNo),
        entry: &'a Entry,
        work: &'a Work,
    ) -> Hold<'a> {
        let tags = work.tags.as_deref();
        Hold {
            id: Id::new(Kind::Hold, id, account),
            account: Id::new(Kind::Account, account_id, account),
            state: HoldState::Open,
            action: known.name(work.action),
            unit: known.unit(entry.unit),
            quantity: work.quantity,
            credits: 0,
            captured: 0,
            released: 0,
            charge: None,
            drawn: Parts::of(account, &[]),
            owed: 0,
            expires_at: None,
            resolved_at: None,
            price_version: work.price_version,
            reason: None,
            attributes: tags.and_then(|tags| Attributes::some(&tags.attributes)),
            reference: tags.and_then(|tags| tags.reference.as_deref()),
            member: tags.and_then(|tags| tags.member.as_deref()),
            department: tags.and_then(|tags| tags.department.as_deref()),
            metadata: tags.and_then(|tags| Pairs::some(&tags.metadata)),
            balance: Balance::of(known, entry.unit, entry.after),
            created_at: None,
        }
    }
}
