//! Consuming credits at once, and giving them back.

use account::Command;
use axum::http::StatusCode;
use engine::{Engine, Failure, Target, Written};
use ledger::{Event, EventKind};
use money::Amount;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::holds::{or_expired, spend};
use super::spend::Asks;
use crate::access::{Rule, Scope};
use crate::body::{Attributes, Metadata, Text, reason};
use crate::ids::{Kind, Named};
use crate::incoming::{Call, Incoming};
use crate::problem::{Code, Problem};
use crate::reply::{self, Answer, read};
use crate::show::{Balance, Charge};
use crate::target::{body_account, path_id};

pub(crate) const CREATE_CHARGE: Rule = Rule {
    operation: "create_charge",
    scope: Scope::Spend,
    changes: true,
    clients: &[],
    problems: &[
        Code::InsufficientCredits,
        Code::AccountSuspended,
        Code::NotFound,
        Code::AccountClosed,
        Code::UnknownAction,
        Code::QuoteExpired,
        Code::AmountOutOfRange,
    ],
};
pub(crate) const GET_CHARGE: Rule = Rule {
    operation: "get_charge",
    scope: Scope::Read,
    changes: false,
    clients: &[],
    problems: &[Code::NotFound],
};
pub(crate) const RETURN_CHARGE: Rule = Rule {
    operation: "return_charge",
    scope: Scope::Spend,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound, Code::ExceedsCharge, Code::AmountOutOfRange],
};

/// Credits to be consumed: for an action, at its price, or as many as are named.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NewCharge<'a> {
    /// Whose credits: Scrip's id or your own.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, min_length = 1, max_length = 128, example = "shop-1")]
    pub account: Option<Text<'a>>,
    /// The code of an action; this or `credits`.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "image.upscale")]
    pub action: Option<Text<'a>>,
    /// How many of the action; 1 where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    pub quantity: Option<i64>,
    /// What the action's price is made by: strings (decimals among them), whole numbers and booleans, by name.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, crate::openapi::AttributeValue>>)]
    pub attributes: Option<Attributes<'a>>,
    /// How many credits, in the unit's smallest part; this or `action`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    pub credits: Option<i64>,
    /// The unit's code, with `credits`; the program's first where it is left out.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub unit: Option<Text<'a>>,
    /// The id of a quote, whose price is honoured.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub quote: Option<Text<'a>>,
    /// Your own reference: 1 to 200 characters.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, example = "job-881")]
    pub reference: Option<Text<'a>>,
    /// Which person: 1 to 128 characters.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 128)]
    pub member: Option<Text<'a>>,
    /// Which part of the organisation: 1 to 128 characters.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 128)]
    pub department: Option<Text<'a>>,
    /// Your own facts, by name: at most 20, of at most 500 characters.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub metadata: Option<Metadata<'a>>,
}

/// Credits to be given back.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Return<'a> {
    /// How many, in the unit's smallest part; all that is left where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 2)]
    pub credits: Option<i64>,
    /// For the history: 1 to 500 characters.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, min_length = 1, max_length = 500, example = "The result was unusable")]
    pub reason: Option<Text<'a>>,
}

impl<'a> NewCharge<'a> {
    fn asks(&'a self) -> Asks<'a> {
        Asks {
            action: self.action.as_ref(),
            quantity: self.quantity,
            attributes: self.attributes.as_ref(),
            unit: self.unit.as_ref(),
            credits: self.credits,
            quote: self.quote.as_ref(),
            expires_in: None,
            reference: self.reference.as_ref(),
            member: self.member.as_ref(),
            department: self.department.as_ref(),
            metadata: self.metadata.as_ref(),
        }
    }
}

pub(crate) fn shown(call: &Call, status: StatusCode, done: &Written) -> Answer {
    let charge = Charge::written(&call.known, done);
    Ok(reply::shown(status, &charge.ok_or_else(|| call.failed(Failure::Unavailable))?, done))
}

/// Consume credits at once
///
/// It draws on several grants where one does not do; a charge that can't be met in full takes nothing, unless the
/// action may overdraw.
#[utoipa::path(
    post,
    path = "/v1/charges",
    tag = "Spending",
    request_body(content = NewCharge<'static>,
        example = json!({ "account": "shop-1", "action": "image.upscale", "reference": "job-881" })),
    responses((status = 201, description = "The charge.", body = Charge<'static>))
)]
pub(crate) async fn create_charge(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CREATE_CHARGE).await?;
    call.no_query()?;
    let body: NewCharge<'_> = call.body()?;
    let target = body_account(body.account.as_deref())?;
    let asks = body.asks();
    let (command, expired) = spend(&call, &target, &asks, Command::Charge).await?;
    let done = call.write(target, command, call.idempotency(&body), asks.action()).await;
    shown(&call, StatusCode::CREATED, &done.map_err(|problem| or_expired(problem, expired))?)
}

/// Give consumed credits back
///
/// Whole or in part, to the grants that paid, last drawn first; never more than was charged, all returns together.
#[utoipa::path(
    post,
    path = "/v1/charges/{charge}/return",
    tag = "Spending",
    request_body(content = Return<'static>, example = json!({ "credits": 2, "reason": "The result was unusable" })),
    responses((status = 200, description = "The charge, with what was returned of it in all.", body = Charge<'static>))
)]
pub(crate) async fn return_charge(incoming: Incoming) -> Answer {
    let call = incoming.enter(&RETURN_CHARGE).await?;
    call.no_query()?;
    let named = path_id(Kind::Charge, "charge", &call.segment(2)?)?;
    let body: Return<'_> = call.body()?;
    let command = Command::Return {
        charge: named.position,
        credits: body.credits.map(Amount),
        reason: reason(body.reason.as_ref())?,
    };
    let done = call.write(Target::Number(named.account), command, call.idempotency(&body), None).await?;
    shown(&call, StatusCode::OK, &done)
}

/// Look at a charge
#[utoipa::path(
    get,
    path = "/v1/charges/{charge}",
    tag = "Spending",
    responses((status = 200, description = "The charge, as it is now.", body = Charge<'static>))
)]
pub(crate) async fn get_charge(incoming: Incoming) -> Answer {
    let call = incoming.enter(&GET_CHARGE).await?;
    let named = path_id(Kind::Charge, "charge", &call.segment(2)?)?;
    let mut query = call.query()?;
    call.wait(&mut query).await?;
    query.finish(&["at_least"])?;
    let Named { position, account } = named;
    let look = call.look(Target::Number(account), move |account, _, _| {
        let recent = account.recent.as_deref();
        let returned = recent.and_then(|recent| {
            let place = recent.returned.binary_search_by_key(&position, |(id, _)| *id).ok()?;
            recent.returned.get(place).map(|(_, total)| *total)
        });
        let remembered = recent.is_none_or(|recent| position > recent.returns_forgotten);
        let balances: Vec<_> = account.books.iter().map(ledger::Book::balance).collect();
        (account.id, returned.or(remembered.then_some(Amount::ZERO)), balances)
    });
    let (account_id, returned, balances) = look.await?;
    let not_found = || Problem::not_found("charge");
    let entry = call.block(move |engine| engine.entry(position)).await?;
    let entry = entry.filter(|entry| entry.account == account && entry.event.kind() != EventKind::Returned);
    let entry = entry.ok_or_else(not_found)?;
    let mut charge = Charge::of(&call.known, position, account_id, &entry).ok_or_else(not_found)?;
    charge.returned = match returned {
        Some(returned) => returned.0,
        None => call.block(move |engine| returned_of(engine, named)).await?.0,
    };
    let balance = balances.get(usize::from(entry.unit)).copied().unwrap_or_default();
    charge.balance = Balance::of(&call.known, entry.unit, balance);
    Ok(read(&charge))
}

/// How much of a charge was returned, by the history: the latest return says it.
fn returned_of(engine: &Engine, charge: Named) -> Result<Amount, Failure> {
    let mut wanted =
        engine::Wanted { limit: 500, kinds: vec![EventKind::Returned], ..engine::Wanted::default() };
    loop {
        let page = engine.entries(charge.account, &wanted)?;
        for listed in &page {
            if let Event::Returned(returned) = &listed.entry.event
                && returned.charge == charge.position
            {
                return Ok(returned.before.plus(returned.credits));
            }
        }
        match page.last() {
            Some(last) if page.len() == wanted.limit && last.position > charge.position => {
                wanted.before = Some(last.position);
            }
            _ => return Ok(Amount::ZERO),
        }
    }
}
