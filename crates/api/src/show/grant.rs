use ledger::{AccountNo, Class, Position, Source, Terms};
use money::Amount;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Name, Time};
use crate::ids::{Id, Kind};
use crate::known::Known;
use crate::offers::Price;

/// A block of credits with one origin.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Grant<'a> {
    /// Its id.
    #[schema(value_type = String, example = "grnt_00000001000000000y33")]
    pub id: Id,
    /// Whose it is.
    #[schema(value_type = String, example = "acct_00000001000000000w3c")]
    pub account: Id,
    /// Where the credits come from.
    #[schema(example = "purchase")]
    pub class: &'static str,
    /// The unit's code.
    #[schema(example = "credit")]
    pub unit: &'a str,
    /// How many were granted.
    #[schema(example = 100)]
    pub credits: i64,
    /// What has not been spent, held credits among it.
    #[schema(example = 100)]
    pub remaining: i64,
    /// What open holds have set aside of it.
    #[schema(example = 0)]
    pub held: i64,
    /// Where it is in its life.
    pub state: GrantState,
    /// Usable from here on.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T09:30:00Z")]
    pub effective_at: Time,
    /// Usable before this; `null`: it does not end.
    #[schema(value_type = Option<String>, format = DateTime, example = "2027-01-31T09:30:00Z")]
    pub expires_at: Option<Time>,
    /// Lower is drawn first.
    #[schema(example = 0)]
    pub priority: i16,
    /// What was paid for it.
    pub paid: Option<Price<'a>>,
    /// The actions that it may pay for; `null`: all.
    #[schema(value_type = Option<Vec<String>>)]
    pub scope: Option<Vec<Name>>,
    /// What made it: `opening`, `request`, `order`, `subscription` for a period that is free or was paid before,
    /// `rollover`, `adjustment`, or `reissue` for credits that came back too late.
    #[schema(example = "request")]
    pub source: &'static str,
    /// The grant whose place it took, for a reissue.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub reissue_of: Option<Id>,
    /// The order that brought it; left out where none did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub order: Option<Id>,
    /// The subscription whose period it is for, or that it is left over from; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub subscription: Option<Id>,
    /// Why it was issued or voided; in lists left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Order 1234")]
    pub reason: Option<&'a str>,
    /// What the account has of the unit after it; in lists left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balance: Option<super::Balance<'a>>,
}

/// Where a grant is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GrantState {
    /// Its start lies ahead.
    Pending,
    /// It has started, has not ended, and has credits left.
    Live,
    /// Nothing of it is left.
    Spent,
    /// Its end has come.
    Expired,
    /// It was taken back.
    Voided,
}

impl GrantState {
    /// The state of that name.
    pub fn from_code(code: &str) -> Option<GrantState> {
        Some(match code {
            "pending" => GrantState::Pending,
            "live" => GrantState::Live,
            "spent" => GrantState::Spent,
            "expired" => GrantState::Expired,
            "voided" => GrantState::Voided,
            _ => return None,
        })
    }

    /// The state of a grant that an account keeps.
    pub fn of(grant: &ledger::Grant) -> GrantState {
        match grant.state {
            ledger::GrantState::Pending => GrantState::Pending,
            ledger::GrantState::Live if grant.is_empty() => GrantState::Spent,
            ledger::GrantState::Live => GrantState::Live,
            ledger::GrantState::Expired => GrantState::Expired,
            ledger::GrantState::Voided | ledger::GrantState::Reclaimed => GrantState::Voided,
        }
    }
}

/// Which grant: its id and whose it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whose {
    pub grant: Position,
    pub account: AccountNo,
    pub account_id: Position,
    pub unit: u8,
}

impl<'a> Grant<'a> {
    /// A grant of these terms, of which nothing is known but that.
    pub fn of(known: &'a Known, whose: Whose, terms: &'a Terms, state: GrantState) -> Grant<'a> {
        let id = |kind, position| Some(Id::new(kind, position, whose.account));
        let (mut order, mut subscription, mut reissue_of) = (None, None, None);
        let source = match terms.source {
            Source::Opening => "opening",
            Source::Request => "request",
            Source::Reissue { of } => {
                reissue_of = id(Kind::Grant, of);
                "reissue"
            }
            Source::Adjustment => "adjustment",
            Source::Order { order: of } => {
                order = id(Kind::Order, of);
                "order"
            }
            Source::Period { subscription: of } => {
                subscription = id(Kind::Subscription, of);
                "subscription"
            }
            Source::Rollover { subscription: of, .. } => {
                subscription = id(Kind::Subscription, of);
                "rollover"
            }
        };
        let scope = terms.scope.0.as_deref();
        Grant {
            id: Id::new(Kind::Grant, whose.grant, whose.account),
            account: Id::new(Kind::Account, whose.account_id, whose.account),
            class: Class::code(terms.class),
            unit: known.unit(whose.unit),
            credits: terms.credits.0,
            remaining: 0,
            held: 0,
            state,
            effective_at: Time(terms.effective_at),
            expires_at: Time::unless_never(terms.expires_at),
            priority: terms.priority,
            paid: terms.paid.as_ref().map(Price::of),
            scope: scope.map(|names| names.iter().filter_map(|name| known.name(*name)).collect()),
            source,
            reissue_of,
            order,
            subscription,
            reason: None,
            balance: None,
        }
    }

    /// The same with what is left of it.
    pub fn with(self, free: Amount, held: Amount) -> Grant<'a> {
        Grant { remaining: free.plus(held).0, held: held.0, ..self }
    }
}
