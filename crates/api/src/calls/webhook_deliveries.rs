//! The log of what was sent to webhook endpoints.

use axum::http::StatusCode;
use engine::outbox::TaskFilter;
use serde::Serialize;
use utoipa::ToSchema;

use super::once::{failed, made};
use super::webhook_moves::{Nothing, disabled};
use crate::access::{Rule, Scope};
use crate::ids::{Id, Kind, read as read_id};
use crate::incoming::{Call, Incoming};
use crate::problem::{Code, Problem};
use crate::query::Query;
use crate::reply::{Answer, List, read};
use crate::show::{STATES, WebhookDelivery, delivery_id};
use crate::target;

pub(crate) const LIST_WEBHOOK_DELIVERIES: Rule = Rule {
    operation: "list_webhook_deliveries",
    scope: Scope::Read,
    changes: false,
    clients: &[],
    problems: &[Code::NotFound],
};
pub(crate) const GET_WEBHOOK_DELIVERY: Rule = Rule {
    operation: "get_webhook_delivery",
    scope: Scope::Read,
    changes: false,
    clients: &[],
    problems: &[Code::NotFound],
};
pub(crate) const RESEND_WEBHOOK_DELIVERY: Rule = Rule {
    operation: "resend_webhook_delivery",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound, Code::EndpointDisabled],
};

/// A list of deliveries.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookDeliveryList {
    /// Newest first.
    data: Vec<WebhookDelivery>,
    /// Send it as `cursor` for what follows; `null` at the end.
    next_cursor: Option<String>,
}

async fn filter(call: &Call, query: &mut Query<'_>) -> Result<TaskFilter, Problem> {
    let state = match query.text("state") {
        None => None,
        Some(text) => {
            let codes = STATES.map(|(code, _)| code).join(", ");
            let wrong = || Problem::invalid("?state", format!("must be one of {codes}"));
            Some(STATES.iter().find(|(code, _)| *code == text).ok_or_else(wrong)?.1)
        }
    };
    let before = match query.text("cursor") {
        None => None,
        Some(text) => {
            let wrong = || Problem::invalid("?cursor", "must be the next_cursor of an earlier answer");
            Some(read_id(Kind::Delivery, &text).ok_or_else(wrong)?.position.0)
        }
    };
    let account = match query.text("account") {
        None => None,
        Some(text) => {
            let wrong = || Problem::invalid("?account", "must be an id of an account (acct_…), or your own");
            let (account, opened) = call.find(target::account(&text).ok_or_else(wrong)?).await?;
            Some(Id::new(Kind::Account, opened, account).to_string())
        }
    };
    let to = query.text("endpoint").map(std::borrow::Cow::into_owned);
    Ok(TaskFilter { to, account, state, before, ..TaskFilter::default() })
}

/// The number of the delivery that a path names.
fn number(call: &Call) -> Result<u64, Problem> {
    let named = target::path_id(Kind::Delivery, "webhook delivery", &call.segment(2)?)?;
    Ok(named.position.0)
}

/// List webhook deliveries
///
/// Newest first: what was sent to endpoints, and what is still to be.
#[utoipa::path(
    get,
    path = "/v1/webhook_deliveries",
    tag = "Webhooks",
    params(
        ("endpoint" = Option<String>, Query, description = "Only those to this endpoint."),
        ("state" = Option<String>, Query, description = "Only those that are `waiting`, `delivered` or `failed`."),
        ("account" = Option<String>, Query, description = "Only those about this account: Scrip's id or your own."),
    ),
    responses((status = 200, description = "Deliveries, newest first.", body = WebhookDeliveryList))
)]
pub(crate) async fn list_webhook_deliveries(incoming: Incoming) -> Answer {
    let call = incoming.enter(&LIST_WEBHOOK_DELIVERIES).await?;
    let mut query = call.query()?;
    let limit = query.whole("limit", 1, 200)?.unwrap_or(50) as usize;
    let filter = filter(&call, &mut query).await?;
    query.finish(&["endpoint", "state", "account", "limit", "cursor"])?;
    let filter = TaskFilter { limit: limit + 1, ..filter };
    let program = call.known.program().id.clone();
    let mut found = call.outside(move |dispatch| dispatch.deliveries(&program, filter)).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next_cursor = found.last().filter(|_| more).map(|last| delivery_id(last.task.id).to_string());
    let data: Vec<WebhookDelivery> = found.into_iter().map(WebhookDelivery::of).collect();
    Ok(read(&List { data, next_cursor }))
}

/// Look at a webhook delivery
#[utoipa::path(
    get,
    path = "/v1/webhook_deliveries/{delivery}",
    tag = "Webhooks",
    responses((status = 200, description = "The delivery, with what is sent.", body = WebhookDelivery))
)]
pub(crate) async fn get_webhook_delivery(incoming: Incoming) -> Answer {
    let call = incoming.enter(&GET_WEBHOOK_DELIVERY).await?;
    call.no_query()?;
    let (program, number) = (call.known.program().id.clone(), number(&call)?);
    let found = call.outside(move |dispatch| dispatch.delivery(&program, number)).await?;
    let found = found.ok_or_else(|| Problem::not_found("webhook delivery"))?;
    Ok(read(&WebhookDelivery::whole(found)))
}

/// Send a webhook delivery again
///
/// Now, whatever came of it before, with the id that it had. It keeps its attempts: one that was given up is tried once.
#[utoipa::path(
    post,
    path = "/v1/webhook_deliveries/{delivery}/resend",
    tag = "Webhooks",
    request_body(content = Nothing, example = json!({})),
    responses((status = 200, description = "The delivery, on its way again.", body = WebhookDelivery))
)]
pub(crate) async fn resend_webhook_delivery(incoming: Incoming) -> Answer {
    let call = incoming.enter(&RESEND_WEBHOOK_DELIVERY).await?;
    call.no_query()?;
    let body: Nothing = call.body()?;
    let (program, number) = (call.known.program().id.clone(), number(&call)?);
    call.once(&body, move |dispatch| {
        let none = || Problem::not_found("webhook delivery");
        let found = dispatch.delivery(&program, number).map_err(|error| failed(&error))?.ok_or_else(none)?;
        let to = dispatch.endpoints().get(&program, &found.task.new.to).map_err(|error| failed(&error))?;
        if !to.ok_or_else(|| Problem::not_found("webhook endpoint"))?.endpoint.enabled {
            return Err(disabled());
        }
        let sent = dispatch.resend(&program, number).map_err(|error| failed(&error))?.ok_or_else(none)?;
        made(StatusCode::OK, &WebhookDelivery::whole(sent))
    })
    .await
}
