//! Giving credits, and taking back what is left of them.

use account::{Command, Issue, Until};
use axum::http::StatusCode;
use engine::{Failure, Target, Written};
use ledger::{Class, Event, Scope as GrantScope};
use money::{Amount, Currency, Money};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::changes::Why;
use crate::access::{Rule, Scope};
use crate::body::{Object, Text, instant, period, reason};
use crate::ids::Kind;
use crate::incoming::Incoming;
use crate::known::Known;
use crate::problem::{Code, Problem};
use crate::reply::{Answer, written};
use crate::show::{Balance, Grant, GrantState, Whose};
use crate::target::path_id;
use crate::units::unit;

pub(crate) const CREATE_GRANT: Rule = Rule {
    operation: "create_grant",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound, Code::AccountClosed, Code::AmountOutOfRange],
};
pub(crate) const VOID_GRANT: Rule = Rule {
    operation: "void_grant",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound],
};

/// Credits to be given.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NewGrant<'a> {
    /// How many, in the unit's smallest part; above zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64, required, minimum = 1, example = 100)]
    pub credits: Option<i64>,
    /// The unit's code; the program's first where it is left out.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "credit")]
    pub unit: Option<Text<'a>>,
    /// Where they come from: `starter`, `plan`, `purchase`, `bonus`, `promotion`, `rollover`, `reissue` or
    /// `adjustment`.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, example = "purchase")]
    pub class: Option<Text<'a>>,
    /// Usable from here on; now where it is left out.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub effective_at: Option<Text<'a>>,
    /// Usable before this. Where this and `expires_in` are left out: as the program says for the class.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Text<'a>>,
    /// Usable for so long from its start, such as `30 days`, `1 month` or `P30D`; `never`: it does not end.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "1 year")]
    pub expires_in: Option<Text<'a>>,
    /// Lower is drawn first, from -32768 to 32767; as the program says for the class where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 0)]
    pub priority: Option<i64>,
    /// What was paid for it.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Paid<'static>>)]
    pub paid: Option<Object<Paid<'a>>>,
    /// The codes of the actions that it may pay for; all where it is left out.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    pub scope: Option<Vec<Text<'a>>>,
    /// For the history: 1 to 500 characters.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, min_length = 1, max_length = 500, example = "Order 1234")]
    pub reason: Option<Text<'a>>,
}

/// What was paid.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paid<'a> {
    /// In the currency's smallest part: `2900` and `USD` are 29 dollars.
    #[schema(minimum = 0, example = 2900)]
    pub amount: i64,
    /// Three letters of ISO 4217.
    #[serde(borrow)]
    #[schema(value_type = String, example = "USD")]
    pub currency: Text<'a>,
}

fn issue(known: &Known, body: &NewGrant<'_>) -> Result<Issue, Problem> {
    let missing = |pointer: &str| Problem::invalid(pointer, "must be given");
    let class = body.class.as_deref().ok_or_else(|| missing("/class"))?;
    let class = Class::from_code(class).ok_or_else(|| {
        let codes: Vec<&str> = Class::ALL.into_iter().map(Class::code).collect();
        Problem::invalid("/class", format!("must be one of {}", codes.join(", ")))
    })?;
    let until = match (body.expires_at.as_deref(), body.expires_in.as_deref()) {
        (None, None) => Until::Default,
        (Some(at), None) => Until::At(instant("/expires_at", at)?),
        (None, Some("never")) => Until::Never,
        (None, Some(text)) => Until::After(period("/expires_in", text)?),
        (Some(_), Some(_)) => {
            return Err(Problem::invalid("/expires_in", "must be left out where there is expires_at"));
        }
    };
    let priority = body.priority.map(|priority| {
        i16::try_from(priority).map_err(|_| Problem::invalid("/priority", "must be from -32768 to 32767"))
    });
    Ok(Issue {
        unit: unit(known, body.unit.as_ref())?,
        class,
        credits: Amount(body.credits.ok_or_else(|| missing("/credits"))?),
        effective_at: body.effective_at.as_deref().map(|at| instant("/effective_at", at)).transpose()?,
        until,
        priority: priority.transpose()?,
        paid: body.paid.as_deref().map(paid).transpose()?,
        scope: GrantScope(body.scope.as_deref().map(|codes| scope(known, codes)).transpose()?),
        reason: reason(body.reason.as_ref())?,
    })
}

fn paid(paid: &Paid<'_>) -> Result<Money, Problem> {
    if !(0..=Amount::MAX.0).contains(&paid.amount) {
        return Err(Problem::invalid("/paid/amount", format!("must be from 0 to {}", Amount::MAX)));
    }
    let currency: Result<Currency, _> = paid.currency.parse();
    let wrong =
        |_| Problem::invalid("/paid/currency", "must be three capital letters of ISO 4217, such as USD");
    Ok(Money { amount: paid.amount, currency: currency.map_err(wrong)? })
}

fn scope(known: &Known, codes: &[Text<'_>]) -> Result<Box<[ledger::NameId]>, Problem> {
    if codes.is_empty() {
        return Err(Problem::invalid("/scope", "must name an action at least; leave it out for all"));
    }
    let names = codes.iter().enumerate().map(|(place, code)| {
        let wrong =
            || Problem::invalid(format!("/scope/{place}"), "must be the code of an action of the program");
        known.action(code).map(|(_, name, _)| name).ok_or_else(wrong)
    });
    let mut names = names.collect::<Result<Vec<_>, _>>()?;
    names.sort_unstable();
    names.dedup();
    Ok(names.into())
}

/// The grant that a write issued or voided.
fn shown<'a>(known: &'a Known, written: &'a Written) -> Option<Grant<'a>> {
    let Written { position, entry, account, .. } = written;
    let whose = |grant| Whose { grant, account: entry.account, account_id: *account, unit: entry.unit };
    let balance = Some(Balance::of(known, entry.unit, entry.after));
    match &entry.event {
        Event::Issued(issued) => {
            let terms = &issued.terms;
            let left = terms.credits.minus(issued.settled);
            let (state, free) = if terms.effective_at > entry.effective_at {
                (GrantState::Pending, Amount::ZERO)
            } else if left.is_zero() {
                (GrantState::Spent, left)
            } else {
                (GrantState::Live, left)
            };
            let grant = Grant::of(known, whose(*position), terms, state).with(free, Amount::ZERO);
            Some(Grant { reason: Some(&issued.reason), balance, ..grant })
        }
        Event::Voided(voided) => {
            let grant = Grant::of(known, whose(voided.grant), &voided.terms, GrantState::Voided);
            Some(Grant { reason: Some(&voided.reason), balance, ..grant.with(Amount::ZERO, voided.held) })
        }
        _ => None,
    }
}

/// Give credits
///
/// Credits that arrive settle a debt first, in the same transaction.
#[utoipa::path(
    post,
    path = "/v1/accounts/{account}/grants",
    tag = "Grants",
    request_body(content = NewGrant<'static>, example = json!({ "credits": 100, "class": "purchase",
        "paid": { "amount": 2900, "currency": "USD" }, "reason": "Order 1234" })),
    responses((status = 201, description = "The grant.", body = Grant<'static>))
)]
pub(crate) async fn create_grant(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CREATE_GRANT).await?;
    call.no_query()?;
    let body: NewGrant<'_> = call.body()?;
    let command = Command::Issue(Box::new(issue(&call.known, &body)?));
    let done = call.write(call.account()?, command, call.idempotency(&body), None).await?;
    let grant = shown(&call.known, &done).ok_or_else(|| call.failed(Failure::Unavailable))?;
    Ok(written(StatusCode::CREATED, &grant, &done))
}

/// Take back what is left of a grant
///
/// What open holds have set aside of it stays with them. Voiding it again voids what has come back to it since.
#[utoipa::path(
    post,
    path = "/v1/grants/{grant}/void",
    tag = "Grants",
    request_body(content = Why<'static>, example = json!({ "reason": "Order 1234 was disputed" })),
    responses((status = 200, description = "The grant, voided.", body = Grant<'static>))
)]
pub(crate) async fn void_grant(incoming: Incoming) -> Answer {
    let call = incoming.enter(&VOID_GRANT).await?;
    call.no_query()?;
    let named = path_id(Kind::Grant, "grant", &call.segment(2)?)?;
    let body: Why<'_> = call.body()?;
    let command = Command::Void { grant: named.position, reason: reason(body.reason.as_ref())? };
    let done = call.write(Target::Number(named.account), command, call.idempotency(&body), None).await?;
    let grant = shown(&call.known, &done).ok_or_else(|| call.failed(Failure::Unavailable))?;
    Ok(written(StatusCode::OK, &grant, &done))
}
