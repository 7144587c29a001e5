//! Setting credits aside for work under way; consuming them, or giving them back.

use account::{Command, HowMuch};
use axum::http::StatusCode;
use engine::{Engine, Failure, Target, Written};
use ledger::{Event, EventKind};
use money::Amount;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::quotes::{Quoted, quoted};
use super::spend::Asks;
use crate::access::{Rule, Scope};
use crate::body::{Attributes, Metadata, Text, label};
use crate::ids::{Kind, Named};
use crate::incoming::{Call, Incoming};
use crate::problem::{Code, Problem};
use crate::reply::{Answer, read, written};
use crate::show::{Balance, Hold, Time};
use crate::target::{body_account, path_id};

pub(crate) const CREATE_HOLD: Rule = Rule {
    operation: "create_hold",
    scope: Scope::Spend,
    changes: true,
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
pub(crate) const GET_HOLD: Rule =
    Rule { operation: "get_hold", scope: Scope::Read, changes: false, problems: &[Code::NotFound] };
pub(crate) const CAPTURE_HOLD: Rule = Rule {
    operation: "capture_hold",
    scope: Scope::Spend,
    changes: true,
    problems: &[
        Code::InsufficientCredits,
        Code::AccountSuspended,
        Code::NotFound,
        Code::HoldAlreadyCaptured,
        Code::HoldAlreadyReleased,
        Code::HoldExpired,
        Code::ExceedsHold,
        Code::AmountOutOfRange,
    ],
};
pub(crate) const RELEASE_HOLD: Rule = Rule {
    operation: "release_hold",
    scope: Scope::Spend,
    changes: true,
    problems: &[Code::NotFound, Code::HoldAlreadyCaptured, Code::HoldExpired],
};

/// Credits to be set aside: for an action, at its price, or as many as are named.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NewHold<'a> {
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
    /// How long it stays open, such as `2 h`; as the program says where it is left out.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "2 h")]
    pub expires_in: Option<Text<'a>>,
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

/// How much of a hold is consumed: all of it where nothing is said.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Capture {
    /// So many credits, in the unit's smallest part; 0 releases the hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, example = 3)]
    pub credits: Option<i64>,
    /// What the hold's action costs for so many; this or `credits`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    pub quantity: Option<i64>,
}

/// Why a hold is given back.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Release<'a> {
    /// For the history: 1 to 500 characters.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500, example = "The generation failed")]
    pub reason: Option<Text<'a>>,
}

impl<'a> NewHold<'a> {
    fn asks(&'a self) -> Asks<'a> {
        Asks {
            action: self.action.as_ref(),
            quantity: self.quantity,
            attributes: self.attributes.as_ref(),
            unit: self.unit.as_ref(),
            credits: self.credits,
            quote: self.quote.as_ref(),
            expires_in: self.expires_in.as_ref(),
            reference: self.reference.as_ref(),
            member: self.member.as_ref(),
            department: self.department.as_ref(),
            metadata: self.metadata.as_ref(),
        }
    }
}

/// How much a capture takes.
pub(crate) fn how_much(credits: Option<i64>, quantity: Option<i64>) -> Result<HowMuch, Problem> {
    match (credits, quantity) {
        (None, None) => Ok(HowMuch::All),
        (Some(credits), None) => Ok(HowMuch::Credits(Amount(credits))),
        (None, Some(quantity)) => Ok(HowMuch::Quantity(quantity)),
        (Some(_), Some(_)) => Err(Problem::invalid("/quantity", "must be left out where there are credits")),
    }
}

/// The command of a hold or a charge.
pub(crate) async fn spend(
    call: &Call,
    target: &Target,
    asks: &Asks<'_>,
    make: impl FnOnce(Box<account::Spend>) -> Command,
) -> Result<(Command, Option<Problem>), Problem> {
    let quoted = quoted(call, target, asks).await?;
    let expired = match &quoted {
        Quoted::Expired(problem) => Some(problem.clone()),
        Quoted::No | Quoted::At(..) => None,
    };
    Ok((make(Box::new(asks.spend(&call.known, &quoted)?)), expired))
}

/// The problem of a spend whose quote has expired is that, not the stand-in that it was asked with.
pub(crate) fn or_expired(problem: Problem, expired: Option<Problem>) -> Problem {
    match expired {
        Some(expired) if problem.code() == Code::UnknownAction => expired,
        _ => problem,
    }
}

pub(crate) fn shown(call: &Call, status: StatusCode, done: &Written) -> Answer {
    let hold = Hold::of(&call.known, done.position, done.account, &done.entry);
    Ok(written(status, &hold.ok_or_else(|| call.failed(Failure::Unavailable))?, done))
}

/// Set credits aside
///
/// The credits are out of `available` at once, and come back by themselves when the hold's time runs out. It draws
/// on several grants where one does not do; a hold that can't be met in full takes nothing.
#[utoipa::path(
    post,
    path = "/v1/holds",
    tag = "Spending",
    request_body(content = NewHold<'static>,
        example = json!({ "account": "shop-1", "action": "image.upscale", "reference": "job-881" })),
    responses((status = 201, description = "The hold, open.", body = Hold<'static>))
)]
pub(crate) async fn create_hold(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CREATE_HOLD).await?;
    call.no_query()?;
    let body: NewHold<'_> = call.body()?;
    let target = body_account(body.account.as_deref())?;
    let asks = body.asks();
    let (command, expired) = spend(&call, &target, &asks, Command::Hold).await?;
    let done = call.write(target, command, call.idempotency(&body), asks.action()).await;
    shown(&call, StatusCode::CREATED, &done.map_err(|problem| or_expired(problem, expired))?)
}

/// Consume a hold
///
/// Whole or in part; the rest comes back. Capturing it again with the same amount answers with the first result.
#[utoipa::path(
    post,
    path = "/v1/holds/{hold}/capture",
    tag = "Spending",
    request_body(content = Capture, example = json!({ "credits": 3 })),
    responses((status = 200, description = "The hold, captured: or released, where 0 credits were captured.",
        body = Hold<'static>))
)]
pub(crate) async fn capture_hold(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CAPTURE_HOLD).await?;
    call.no_query()?;
    let named = path_id(Kind::Hold, "hold", &call.segment(2)?)?;
    let body: Capture = call.body()?;
    let command = Command::Capture { hold: named.position, how_much: how_much(body.credits, body.quantity)? };
    let done = call.write(Target::Number(named.account), command, call.idempotency(&body), None).await?;
    shown(&call, StatusCode::OK, &done)
}

/// Give a hold back
///
/// All of it, to the grants that it was drawn from. Releasing it again answers with the first result.
#[utoipa::path(
    post,
    path = "/v1/holds/{hold}/release",
    tag = "Spending",
    request_body(content = Release<'static>, example = json!({ "reason": "The generation failed" })),
    responses((status = 200, description = "The hold, released.", body = Hold<'static>))
)]
pub(crate) async fn release_hold(incoming: Incoming) -> Answer {
    let call = incoming.enter(&RELEASE_HOLD).await?;
    call.no_query()?;
    let named = path_id(Kind::Hold, "hold", &call.segment(2)?)?;
    let body: Release<'_> = call.body()?;
    let reason = body.reason.as_deref().map(|reason| label("/reason", reason, 500)).transpose()?;
    let command = Command::Release { hold: named.position, reason };
    let done = call.write(Target::Number(named.account), command, call.idempotency(&body), None).await?;
    shown(&call, StatusCode::OK, &done)
}

/// Look at a hold
#[utoipa::path(
    get,
    path = "/v1/holds/{hold}",
    tag = "Spending",
    responses((status = 200, description = "The hold, as it is now.", body = Hold<'static>))
)]
pub(crate) async fn get_hold(incoming: Incoming) -> Answer {
    let call = incoming.enter(&GET_HOLD).await?;
    let named = path_id(Kind::Hold, "hold", &call.segment(2)?)?;
    let mut query = call.query()?;
    call.wait(&mut query).await?;
    query.finish(&["at_least"])?;
    let Named { position, account } = named;
    let look = call.look(Target::Number(account), move |account, _, _| {
        let open = account.books.iter().any(|book| book.hold(position).is_some());
        let recent = account.recent.as_deref().map(|recent| recent.resolved.as_slice()).unwrap_or_default();
        let resolved =
            recent.iter().rev().find(|resolved| resolved.hold == position).map(|resolved| resolved.by);
        let balances: Vec<_> = account.books.iter().map(ledger::Book::balance).collect();
        (account.id, open, resolved, balances)
    });
    let (account_id, open, resolved, balances) = look.await?;
    let not_found = || Problem::not_found("hold");
    let placed = call.block(move |engine| engine.entry(position)).await?;
    let placed = placed.filter(|entry| entry.account == account).ok_or_else(not_found)?;
    let mut hold = Hold::of(&call.known, position, account_id, &placed).ok_or_else(not_found)?;
    if !matches!(placed.event, Event::Held(_)) {
        return Err(not_found());
    }
    let end = if open {
        None
    } else {
        let end = call.block(move |engine| end_of(engine, named, resolved)).await?;
        Some(end.ok_or_else(|| call.failed(Failure::Unavailable))?)
    };
    if let Some((by, entry)) = &end
        && let Some(ended) = Hold::of(&call.known, *by, account_id, entry)
    {
        hold = Hold { created_at: Some(Time(placed.effective_at)), ..ended };
    }
    let balance = balances.get(usize::from(placed.unit)).copied().unwrap_or_default();
    hold.balance = Balance::of(&call.known, placed.unit, balance);
    Ok(read(&hold))
}

/// The entry that resolved a hold.
fn end_of(
    engine: &Engine,
    hold: Named,
    known: Option<ledger::Position>,
) -> Result<Option<(ledger::Position, ledger::Entry)>, Failure> {
    if let Some(by) = known {
        return Ok(engine.entry(by)?.map(|entry| (by, entry)));
    }
    // It was resolved some time ago: it is among the captures and releases after it.
    let mut wanted = engine::Wanted {
        limit: 500,
        kinds: vec![EventKind::Captured, EventKind::Released],
        ..engine::Wanted::default()
    };
    loop {
        let page = engine.entries(hold.account, &wanted)?;
        for listed in &page {
            if listed.entry.resolved(listed.position).is_some_and(|resolved| resolved.hold == hold.position) {
                return Ok(Some((listed.position, listed.entry.clone())));
            }
        }
        match page.last() {
            Some(last) if page.len() == wanted.limit && last.position > hold.position => {
                wanted.before = Some(last.position);
            }
            _ => return Ok(None),
        }
    }
}
