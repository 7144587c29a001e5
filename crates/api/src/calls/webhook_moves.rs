//! A new secret for an endpoint, and a test of it.

use axum::http::StatusCode;
use dispatch::EndpointChange;
use messages::Kind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::once::{failed, made};
use super::webhook_endpoints::{endpoint_id, event, new_secret, random_id};
use crate::access::{Rule, Scope};
use crate::body::Text;
use crate::incoming::Incoming;
use crate::problem::{Code, Problem};
use crate::reply::Answer;
use crate::show::{WebhookDelivery, WebhookEndpoint};

pub(crate) const ROTATE_WEBHOOK_SECRET: Rule = Rule {
    operation: "rotate_webhook_secret",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound],
};
pub(crate) const TEST_WEBHOOK_ENDPOINT: Rule = Rule {
    operation: "test_webhook_endpoint",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound, Code::EndpointDisabled],
};

/// Nothing is to be said.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Nothing {}

/// What a test sends.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct WebhookTest<'a> {
    /// The event, also one that the endpoint is not told of; `balance.low` where it is left out.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "order.credited")]
    pub event: Option<Text<'a>>,
}

/// The problem with an endpoint to which nothing is sent.
pub(super) fn disabled() -> Problem {
    Problem::new(
        Code::EndpointDisabled,
        "The webhook endpoint is disabled, so nothing is sent to it. Enable it first, with PATCH of the endpoint.",
    )
}

/// Replace an endpoint's secret
///
/// The new secret is shown here and never again. Until it is replaced again, messages are signed with both, so the
/// receiver can change over at leisure.
#[utoipa::path(
    post,
    path = "/v1/webhook_endpoints/{endpoint}/rotate_secret",
    tag = "Webhooks",
    request_body(content = Nothing, example = json!({})),
    responses((status = 200, description = "The endpoint, with its new secret.", body = WebhookEndpoint))
)]
pub(crate) async fn rotate_webhook_secret(incoming: Incoming) -> Answer {
    let call = incoming.enter(&ROTATE_WEBHOOK_SECRET).await?;
    call.no_query()?;
    let body: Nothing = call.body()?;
    let change = EndpointChange { secret: Some(new_secret()?), ..EndpointChange::default() };
    let (program, id) = (call.known.program().id.clone(), endpoint_id(&call)?);
    call.once(&body, move |dispatch| {
        let changed = dispatch.endpoints().change(&program, &id, change).map_err(|error| failed(&error))?;
        let changed = changed.ok_or_else(|| Problem::not_found("webhook endpoint"))?;
        made(StatusCode::OK, &WebhookEndpoint::with_secret(&changed))
    })
    .await
}

/// Send a test to an endpoint
///
/// A sample of an event, with `data.test` set to `true`, and ids that name nothing. It goes the way of all messages: it is in
/// the log, and tried again where it fails.
#[utoipa::path(
    post,
    path = "/v1/webhook_endpoints/{endpoint}/test",
    tag = "Webhooks",
    request_body(content = WebhookTest<'static>, example = json!({ "event": "order.credited" })),
    responses((status = 201, description = "The delivery, on its way.", body = WebhookDelivery))
)]
pub(crate) async fn test_webhook_endpoint(incoming: Incoming) -> Answer {
    let call = incoming.enter(&TEST_WEBHOOK_ENDPOINT).await?;
    call.no_query()?;
    let body: WebhookTest<'_> = call.body()?;
    let kind =
        body.event.as_deref().map(|name| event("/event", name)).transpose()?.unwrap_or(Kind::BalanceLow);
    let message = random_id("msg_test_")?;
    let (program, id) = (call.known.program().id.clone(), endpoint_id(&call)?);
    call.once(&body, move |dispatch| {
        let stored = dispatch.endpoints().get(&program, &id).map_err(|error| failed(&error))?;
        let stored = stored.ok_or_else(|| Problem::not_found("webhook endpoint"))?;
        if !stored.endpoint.enabled {
            return Err(disabled());
        }
        let sent = dispatch.send_test(&program, &id, kind, &message).map_err(|error| failed(&error))?;
        let sent = sent.ok_or_else(|| Problem::not_found("webhook delivery"))?;
        made(StatusCode::CREATED, &WebhookDelivery::whole(sent))
    })
    .await
}
