//! Where a host is told of events: making and changing endpoints.

use axum::http::StatusCode;
use dispatch::{EndpointChange, StoredEndpoint};
use messages::Kind;
use messages::webhook::{Endpoint, Secret, check_url};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::once::{failed, made};
use super::webhook_moves::Nothing;
use crate::access::{Rule, Scope};
use crate::base32;
use crate::body::{Field, Text, label};
use crate::incoming::{Call, Incoming};
use crate::problem::{Code, Problem};
use crate::reply::{Answer, List, read};
use crate::show::WebhookEndpoint;

pub(crate) const CREATE_WEBHOOK_ENDPOINT: Rule = Rule {
    operation: "create_webhook_endpoint",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::TooManyEndpoints],
};
pub(crate) const LIST_WEBHOOK_ENDPOINTS: Rule = Rule {
    operation: "list_webhook_endpoints",
    scope: Scope::Read,
    changes: false,
    clients: &[],
    problems: &[],
};
pub(crate) const GET_WEBHOOK_ENDPOINT: Rule = Rule {
    operation: "get_webhook_endpoint",
    scope: Scope::Read,
    changes: false,
    clients: &[],
    problems: &[Code::NotFound],
};
pub(crate) const CHANGE_WEBHOOK_ENDPOINT: Rule = Rule {
    operation: "change_webhook_endpoint",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound],
};
pub(crate) const DELETE_WEBHOOK_ENDPOINT: Rule = Rule {
    operation: "delete_webhook_endpoint",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound],
};

/// So many endpoints has a program at most: each event goes to all that want it.
const MOST: usize = 20;

/// An endpoint that is to be.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NewWebhookEndpoint<'a> {
    /// Where messages go: `https`, to an address that everybody can reach.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, max_length = 2000, example = "https://example.com/webhooks")]
    pub url: Option<Text<'a>>,
    /// The events that it is told of; all, and those to come, where it is left out.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>, min_items = 1, example = json!(["balance.low", "order.credited"]))]
    pub events: Option<Vec<Text<'a>>>,
    /// For yourselves: 1 to 200 characters.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub description: Option<Text<'a>>,
}

/// What is to change: fields that are left out stay.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct WebhookEndpointChange<'a> {
    /// Where messages go.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 2000)]
    pub url: Option<Text<'a>>,
    /// The events that it is told of; `null`: all, those to come as well.
    #[serde(borrow, skip_serializing_if = "Field::is_kept")]
    #[schema(value_type = Option<Vec<String>>, min_items = 1, example = json!(["balance.low"]))]
    pub events: Field<Vec<Text<'a>>>,
    /// Whether anything is sent to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// For yourselves; `null` takes it away.
    #[serde(borrow, skip_serializing_if = "Field::is_kept")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub description: Field<Text<'a>>,
}

/// A program's endpoints.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookEndpointList {
    /// All of them, oldest first.
    data: Vec<WebhookEndpoint>,
    /// Always `null`: there are 20 at most.
    next_cursor: Option<String>,
}

fn url(call: &Call, text: &str) -> Result<String, Problem> {
    let checked = check_url(text, call.state.dispatch.allows_private());
    checked.map(String::from).map_err(|bad| Problem::invalid("/url", bad.to_string()))
}

fn events(names: &[Text<'_>]) -> Result<Vec<Kind>, Problem> {
    if names.is_empty() {
        return Err(Problem::invalid("/events", "must name one at least, or be left out for all"));
    }
    let mut kinds = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let kind = event(&format!("/events/{place}"), name)?;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    Ok(kinds)
}

/// The event of that name; else the problem lists those there are.
pub(super) fn event(pointer: &str, name: &str) -> Result<Kind, Problem> {
    name.parse().map_err(|unknown: messages::UnknownKind| Problem::invalid(pointer, unknown.to_string()))
}

fn description(text: &str) -> Result<String, Problem> {
    label("/description", text, 200).map(String::from)
}

/// The id of the endpoint that a path names. It is looked up, so it is not looked at.
pub(super) fn endpoint_id(call: &Call) -> Result<String, Problem> {
    call.segment(2).map(std::borrow::Cow::into_owned)
}

/// A new random name, and a problem where the machine has no random numbers.
pub(super) fn random_id(prefix: &str) -> Result<String, Problem> {
    let mut bits = [0; 10];
    getrandom::fill(&mut bits).map_err(|_| no_random())?;
    let mut id = prefix.to_owned();
    base32::encode(&bits, &mut id);
    Ok(id)
}

pub(super) fn new_secret() -> Result<Secret, Problem> {
    Secret::generate().map_err(|_| no_random())
}

fn no_random() -> Problem {
    Problem::new(Code::Unavailable, "The server has no random numbers now. Send the same request again.")
}

/// Make a webhook endpoint
///
/// Events are sent to it by the specification Standard Webhooks, signed with its `secret`, which is shown here and never
/// again. A program has 20 endpoints at most.
#[utoipa::path(
    post,
    path = "/v1/webhook_endpoints",
    tag = "Webhooks",
    request_body(content = NewWebhookEndpoint<'static>,
        example = json!({ "url": "https://example.com/webhooks", "events": ["balance.low", "order.credited"] })),
    responses((status = 201, description = "The endpoint, with its secret.", body = WebhookEndpoint))
)]
pub(crate) async fn create_webhook_endpoint(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CREATE_WEBHOOK_ENDPOINT).await?;
    call.no_query()?;
    let body: NewWebhookEndpoint<'_> = call.body()?;
    let missing = || Problem::invalid("/url", "must be given: where messages are to be sent");
    let endpoint = Endpoint {
        id: random_id("end_")?,
        url: url(&call, body.url.as_deref().ok_or_else(missing)?)?,
        secret: new_secret()?,
        old_secret: None,
        events: body.events.as_deref().map(events).transpose()?,
        enabled: true,
    };
    let stored = StoredEndpoint {
        endpoint,
        description: body.description.as_deref().map(description).transpose()?.unwrap_or_default(),
        created_at: call.state.clock.now(),
        failing_since: None,
        disabled_by_us: false,
    };
    let program = call.known.program().id.clone();
    call.once(&body, move |dispatch| {
        if !dispatch.endpoints().add(&program, &stored, MOST).map_err(|error| failed(&error))? {
            let detail =
                format!("The program has {MOST} webhook endpoints, and may have no more. Delete one first.");
            return Err(Problem::new(Code::TooManyEndpoints, detail).fact("limit", MOST));
        }
        made(StatusCode::CREATED, &WebhookEndpoint::with_secret(&stored))
    })
    .await
}

/// List the webhook endpoints
#[utoipa::path(
    get,
    path = "/v1/webhook_endpoints",
    tag = "Webhooks",
    responses((status = 200, description = "All of them, oldest first.", body = WebhookEndpointList))
)]
pub(crate) async fn list_webhook_endpoints(incoming: Incoming) -> Answer {
    let call = incoming.enter(&LIST_WEBHOOK_ENDPOINTS).await?;
    call.no_query()?;
    let program = call.known.program().id.clone();
    let stored = call.outside(move |dispatch| dispatch.endpoints().of(&program)).await?;
    let data: Vec<WebhookEndpoint> = stored.iter().map(WebhookEndpoint::of).collect();
    Ok(read(&List { data, next_cursor: None }))
}

/// Look at a webhook endpoint
#[utoipa::path(
    get,
    path = "/v1/webhook_endpoints/{endpoint}",
    tag = "Webhooks",
    responses((status = 200, description = "The endpoint, as it is now.", body = WebhookEndpoint))
)]
pub(crate) async fn get_webhook_endpoint(incoming: Incoming) -> Answer {
    let call = incoming.enter(&GET_WEBHOOK_ENDPOINT).await?;
    call.no_query()?;
    let (program, id) = (call.known.program().id.clone(), endpoint_id(&call)?);
    let stored = call.outside(move |dispatch| dispatch.endpoints().get(&program, &id)).await?;
    let stored = stored.ok_or_else(|| Problem::not_found("webhook endpoint"))?;
    Ok(read(&WebhookEndpoint::of(&stored)))
}

/// Change a webhook endpoint
///
/// One that was disabled is sent nothing that happened meanwhile; what waited for it is in the log, and can be sent again.
#[utoipa::path(
    patch,
    path = "/v1/webhook_endpoints/{endpoint}",
    tag = "Webhooks",
    request_body(content = WebhookEndpointChange<'static>, example = json!({ "enabled": true })),
    responses((status = 200, description = "The endpoint, as it is with the change.", body = WebhookEndpoint))
)]
pub(crate) async fn change_webhook_endpoint(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CHANGE_WEBHOOK_ENDPOINT).await?;
    call.no_query()?;
    let body: WebhookEndpointChange<'_> = call.body()?;
    let change = EndpointChange {
        url: body.url.as_deref().map(|text| url(&call, text)).transpose()?,
        events: body.events.map(None, |names| events(names).map(Some))?,
        enabled: body.enabled,
        description: body.description.map(String::new(), |text| description(text))?,
        secret: None,
    };
    let (program, id) = (call.known.program().id.clone(), endpoint_id(&call)?);
    call.once(&body, move |dispatch| {
        let changed = dispatch.endpoints().change(&program, &id, change).map_err(|error| failed(&error))?;
        let changed = changed.ok_or_else(|| Problem::not_found("webhook endpoint"))?;
        made(StatusCode::OK, &WebhookEndpoint::of(&changed))
    })
    .await
}

/// Delete a webhook endpoint
///
/// What waits to be sent to it is given up.
#[utoipa::path(
    delete,
    path = "/v1/webhook_endpoints/{endpoint}",
    tag = "Webhooks",
    responses((status = 200, description = "The endpoint, as it was.", body = WebhookEndpoint))
)]
pub(crate) async fn delete_webhook_endpoint(incoming: Incoming) -> Answer {
    let call = incoming.enter(&DELETE_WEBHOOK_ENDPOINT).await?;
    call.no_query()?;
    let body: Nothing = call.body()?;
    let (program, id) = (call.known.program().id.clone(), endpoint_id(&call)?);
    call.once(&body, move |dispatch| {
        let removed = dispatch.endpoints().remove(&program, &id).map_err(|error| failed(&error))?;
        let removed = removed.ok_or_else(|| Problem::not_found("webhook endpoint"))?;
        made(StatusCode::OK, &WebhookEndpoint::of(&removed))
    })
    .await
}
