//! What becomes of a hold: consuming it, or giving it back.

use account::{Command, HowMuch};
use axum::http::StatusCode;
use engine::Target;
use money::Amount;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::holds::shown;
use crate::access::{Rule, Scope};
use crate::body::{Text, label};
use crate::ids::Kind;
use crate::incoming::Incoming;
use crate::problem::{Code, Problem};
use crate::reply::Answer;
use crate::show::Hold;
use crate::target::path_id;

pub(crate) const CAPTURE_HOLD: Rule = Rule {
    operation: "capture_hold",
    scope: Scope::Spend,
    changes: true,
    clients: &[],
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
    clients: &[],
    problems: &[Code::NotFound, Code::HoldAlreadyCaptured, Code::HoldExpired],
};

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

/// How much a capture takes.
pub(crate) fn how_much(credits: Option<i64>, quantity: Option<i64>) -> Result<HowMuch, Problem> {
    match (credits, quantity) {
        (None, None) => Ok(HowMuch::All),
        (Some(credits), None) => Ok(HowMuch::Credits(Amount(credits))),
        (None, Some(quantity)) => Ok(HowMuch::Quantity(quantity)),
        (Some(_), Some(_)) => Err(Problem::invalid("/quantity", "must be left out where there are credits")),
    }
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
