//! Setting credits aside for work under way.

use account::Command;
use axum::http::StatusCode;
use engine::{Failure, Target, Written};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::quotes::{Quoted, quoted};
use super::spend::Asks;
use crate::access::{Rule, Scope};
use crate::body::{Attributes, Metadata, Text};
use crate::incoming::{Call, Incoming};
use crate::problem::{Code, Problem};
use crate::reply::{self, Answer};
use crate::show::Hold;
use crate::target::body_account;

pub(crate) const CREATE_HOLD: Rule = Rule {
    operation: "create_hold",
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
    Ok(reply::shown(status, &hold.ok_or_else(|| call.failed(Failure::Unavailable))?, done))
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
