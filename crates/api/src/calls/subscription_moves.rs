//! Ending a subscription, resting it, and going on.

use account::Command;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{Rule, Scope};
use crate::body::{Text, instant};
use crate::incoming::Incoming;
use crate::problem::Code;
use crate::reply::Answer;
use crate::show::Subscription;

pub(crate) const CANCEL_SUBSCRIPTION: Rule = Rule {
    operation: "cancel_subscription",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound, Code::AccountClosed],
};
pub(crate) const RESUME_SUBSCRIPTION: Rule = Rule {
    operation: "resume_subscription",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound, Code::AccountClosed],
};
pub(crate) const PAUSE_SUBSCRIPTION: Rule = Rule {
    operation: "pause_subscription",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound, Code::AccountClosed, Code::NotForSale],
};

/// Nothing needs to be said.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Nothing {}

/// How long a subscription rests.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PauseUntil<'a> {
    /// Until then at most, which is after the end of the current period; until it is resumed where it is left out.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-06-01T00:00:00Z")]
    pub until: Option<Text<'a>>,
}

/// Cancel an account's subscription
///
/// It ends with its period; at once where it rests, or where the period that has begun is not paid. Credits stay as they
/// are.
#[utoipa::path(
    delete,
    path = "/v1/accounts/{account}/subscription",
    tag = "Subscriptions",
    responses((status = 200, description = "The subscription, with its end.", body = Subscription<'static>))
)]
pub(crate) async fn cancel_subscription(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CANCEL_SUBSCRIPTION).await?;
    call.no_query()?;
    let body: Nothing = call.body()?;
    let key = call.idempotency(&body);
    let done = call.write(call.account()?, Command::CancelSubscription, key, None).await?;
    call.subscribed(&done).await
}

/// Resume an account's subscription
///
/// Withdraws a cancellation or a pause that was planned. One that rests begins a new period, which is paid as any other.
#[utoipa::path(
    post,
    path = "/v1/accounts/{account}/subscription/resume",
    tag = "Subscriptions",
    request_body(content = Nothing, example = json!({})),
    responses((status = 200, description = "The subscription, going on.", body = Subscription<'static>))
)]
pub(crate) async fn resume_subscription(incoming: Incoming) -> Answer {
    let call = incoming.enter(&RESUME_SUBSCRIPTION).await?;
    call.no_query()?;
    let body: Nothing = call.body()?;
    let key = call.idempotency(&body);
    let done = call.write(call.account()?, Command::ResumeSubscription, key, None).await?;
    call.subscribed(&done).await
}

/// Pause an account's subscription
///
/// It rests from the end of its period on: nothing is given, and nothing is paid.
#[utoipa::path(
    post,
    path = "/v1/accounts/{account}/subscription/pause",
    tag = "Subscriptions",
    request_body(content = PauseUntil<'static>, example = json!({ "until": "2026-06-01T00:00:00Z" })),
    responses((status = 200, description = "The subscription, with its pause.", body = Subscription<'static>))
)]
pub(crate) async fn pause_subscription(incoming: Incoming) -> Answer {
    let call = incoming.enter(&PAUSE_SUBSCRIPTION).await?;
    call.no_query()?;
    let body: PauseUntil<'_> = call.body()?;
    let until = body.until.as_deref().map(|until| instant("/until", until)).transpose()?;
    let command = Command::PauseSubscription { until };
    let done = call.write(call.account()?, command, call.idempotency(&body), None).await?;
    call.subscribed(&done).await
}
