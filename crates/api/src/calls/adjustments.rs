//! Corrections by the operator.

use account::{Command, Issue, Until};
use axum::http::StatusCode;
use engine::Written;
use ledger::{Class, Event, Part, Scope as GrantScope};
use money::Amount;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{Rule, Scope};
use crate::body::{Text, reason};
use crate::ids::{Id, Kind};
use crate::incoming::Incoming;
use crate::known::Known;
use crate::problem::{Code, Problem};
use crate::reply::{Answer, written};
use crate::show::{Balance, DrawnPart, Parts, Time};
use crate::units::unit;

pub(crate) const ADJUST_ACCOUNT: Rule = Rule {
    operation: "adjust_account",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound, Code::InsufficientCredits, Code::AccountClosed, Code::AmountOutOfRange],
};

/// A correction.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NewAdjustment<'a> {
    /// How many credits, in the unit's smallest part: above zero they are given, below zero taken in draw order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64, required, example = -20)]
    pub credits: Option<i64>,
    /// The unit's code; the program's first where it is left out.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "credit")]
    pub unit: Option<Text<'a>>,
    /// For the history: 1 to 500 characters.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, min_length = 1, max_length = 500, example = "Double purchase, order 1234")]
    pub reason: Option<Text<'a>>,
}

/// A correction that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Adjustment<'a> {
    /// The entry's id.
    #[schema(value_type = String, example = "entry_00000001000000000zwg")]
    id: Id,
    /// Whose credits.
    #[schema(value_type = String, example = "acct_00000001000000000w3c")]
    account: Id,
    /// The unit's code.
    #[schema(example = "credit")]
    unit: &'a str,
    /// How many credits were given (above zero) or taken (below).
    #[schema(example = -20)]
    credits: i64,
    /// The grant that was issued, where credits were given.
    #[schema(value_type = Option<String>)]
    grant: Option<Id>,
    /// The grants that credits were taken from.
    #[schema(value_type = Vec<DrawnPart>)]
    drawn: Parts<'a>,
    /// Why.
    reason: &'a str,
    /// What the account has of the unit after it.
    balance: Balance<'a>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T09:30:00Z")]
    created_at: Time,
}

impl<'a> Adjustment<'a> {
    fn of(known: &'a Known, written: &'a Written) -> Option<Adjustment<'a>> {
        let Written { position, entry, account, .. } = written;
        let none: &[Part] = &[];
        let (credits, grant, drawn, reason): (_, _, &[Part], &str) = match &entry.event {
            Event::Issued(issued) => {
                let grant = Id::new(Kind::Grant, *position, entry.account);
                (issued.terms.credits, Some(grant), none, &issued.reason)
            }
            Event::Adjusted(adjusted) => {
                (adjusted.credits.negated(), None, &adjusted.parts, &adjusted.reason)
            }
            _ => return None,
        };
        Some(Adjustment {
            id: Id::new(Kind::Entry, *position, entry.account),
            account: Id::new(Kind::Account, *account, entry.account),
            unit: known.unit(entry.unit),
            credits: credits.0,
            grant,
            drawn: Parts::of(entry.account, drawn),
            reason,
            balance: Balance::of(known, entry.unit, entry.after),
            created_at: Time(entry.effective_at),
        })
    }
}

fn command(known: &Known, body: &NewAdjustment<'_>) -> Result<Command, Problem> {
    let credits = Amount(body.credits.ok_or_else(|| Problem::invalid("/credits", "must be given"))?);
    let unit = unit(known, body.unit.as_ref())?;
    let reason = reason(body.reason.as_ref())?;
    if credits.is_zero() {
        return Err(Problem::invalid("/credits", "must not be zero: above it gives, below it takes"));
    }
    if credits.is_negative() {
        return Ok(Command::Adjust { unit, credits: credits.negated(), reason });
    }
    Ok(Command::Issue(Box::new(Issue {
        unit,
        class: Class::Adjustment,
        credits,
        effective_at: None,
        until: Until::Default,
        priority: None,
        paid: None,
        scope: GrantScope::default(),
        reason,
    })))
}

/// Set an account right
///
/// Gives credits as a grant of the class `adjustment`, or takes credits in draw order. Credits on hold are not taken.
#[utoipa::path(
    post,
    path = "/v1/accounts/{account}/adjustments",
    tag = "Grants",
    request_body(content = NewAdjustment<'static>, example = json!({ "credits": -20, "reason": "Double purchase, order 1234" })),
    responses((status = 201, description = "The correction that was made.", body = Adjustment<'static>))
)]
pub(crate) async fn adjust_account(incoming: Incoming) -> Answer {
    let call = incoming.enter(&ADJUST_ACCOUNT).await?;
    call.no_query()?;
    let body: NewAdjustment<'_> = call.body()?;
    let command = command(&call.known, &body)?;
    let done = call.write(call.account()?, command, call.idempotency(&body), None).await?;
    let shown =
        Adjustment::of(&call.known, &done).ok_or_else(|| call.failed(engine::Failure::Unavailable))?;
    Ok(written(StatusCode::CREATED, &shown, &done))
}
