//! Webhook endpoints and deliveries.

use dispatch::{Delivery, StoredEndpoint};
use engine::outbox::TaskState;
use ledger::{AccountNo, Position};
use messages::webhook::payload;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Time;
use crate::ids::{Id, Kind};

/// Where a host is told of events.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookEndpoint {
    /// Its id.
    #[schema(example = "end_0123456789abcdef")]
    id: String,
    /// Where messages go.
    #[schema(example = "https://example.com/webhooks")]
    url: String,
    /// The events that it is told of; `null`: all, those to come as well.
    #[schema(value_type = Option<Vec<String>>, example = json!(["balance.low", "order.credited"]))]
    events: Option<Vec<&'static str>>,
    /// What you say about it.
    description: Option<String>,
    /// Whether anything is sent to it.
    enabled: bool,
    /// Signs what is sent, and is shown only when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
    secret: Option<String>,
    /// When it was made, by the server's clock.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// Since when nothing has arrived there, by the server's clock; `null` where the last message did.
    #[schema(value_type = Option<String>, format = DateTime)]
    failing_since: Option<Time>,
    /// Whether Scrip has switched it off: it answered 410, or nothing arrived there for three days.
    disabled_by_scrip: bool,
}

impl WebhookEndpoint {
    /// The endpoint, without its secret.
    pub fn of(stored: &StoredEndpoint) -> WebhookEndpoint {
        let endpoint = &stored.endpoint;
        WebhookEndpoint {
            id: endpoint.id.clone(),
            url: endpoint.url.clone(),
            events: endpoint.events.as_ref().map(|events| events.iter().map(|kind| kind.code()).collect()),
            description: Some(stored.description.clone()).filter(|text| !text.is_empty()),
            enabled: endpoint.enabled,
            secret: None,
            created_at: Time(stored.created_at),
            failing_since: stored.failing_since.map(Time),
            disabled_by_scrip: stored.disabled_by_us,
        }
    }

    /// The endpoint with its secret.
    pub fn with_secret(stored: &StoredEndpoint) -> WebhookEndpoint {
        WebhookEndpoint { secret: Some(stored.endpoint.secret.expose()), ..WebhookEndpoint::of(stored) }
    }
}

/// A message on its way to an endpoint, or there.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookDelivery {
    /// Its id.
    #[schema(value_type = String, example = "dlv_00000001000000000wt5")]
    id: Id,
    /// The message's: the header `webhook-id`, the same on every attempt and for every endpoint.
    #[schema(example = "msg_00000001000000000w9y")]
    message: String,
    /// What it is about.
    #[schema(value_type = String, example = "balance.low")]
    event: &'static str,
    /// Where it goes.
    #[schema(example = "end_0123456789abcdef")]
    endpoint: String,
    /// The account that it is about, if it is about one.
    account: Option<String>,
    /// Where it is: `waiting` for an attempt, `delivered`, or `failed`, which is given up.
    #[schema(value_type = String, example = "delivered")]
    state: &'static str,
    /// The last attempts, newest last: at most 12.
    attempts: Vec<WebhookAttempt>,
    /// When it is tried next, by the server's clock; `null` where it has ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_attempt_at: Option<Time>,
    /// When it happened, by the program's clock.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// The body as it is sent. Lists leave it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, crate::openapi::Anything>>)]
    payload: Option<Map<String, Value>>,
}

/// An attempt at a delivery.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookAttempt {
    /// When, by the server's clock.
    #[schema(value_type = String, format = DateTime)]
    at: Time,
    /// What came of it.
    #[schema(example = "answered with 503 Service Unavailable")]
    said: String,
}

/// What states of deliveries are called.
pub(crate) const STATES: [(&str, TaskState); 3] =
    [("waiting", TaskState::Waiting), ("delivered", TaskState::Done), ("failed", TaskState::Dead)];

impl WebhookDelivery {
    /// The delivery, as lists show it.
    pub fn of(delivery: Delivery) -> WebhookDelivery {
        let Delivery { task, message } = delivery;
        let code = STATES.iter().find(|(_, state)| *state == task.state).map_or("", |(code, _)| code);
        let attempts = task.log.into_iter();
        WebhookDelivery {
            id: delivery_id(task.id),
            event: message.kind.code(),
            message: message.id,
            endpoint: task.new.to,
            account: Some(task.new.account).filter(|account| !account.is_empty()),
            state: code,
            attempts: attempts
                .map(|attempt| WebhookAttempt { at: Time(attempt.at), said: attempt.said })
                .collect(),
            next_attempt_at: Some(Time(task.new.due)).filter(|_| task.state == TaskState::Waiting),
            created_at: Time(task.new.at),
            payload: None,
        }
    }

    /// The delivery with what is sent.
    pub fn whole(delivery: Delivery) -> WebhookDelivery {
        let payload = serde_json::from_slice(&payload(&delivery.message)).ok();
        WebhookDelivery { payload, ..WebhookDelivery::of(delivery) }
    }
}

/// The id of the delivery of that number.
pub(crate) fn delivery_id(number: u64) -> Id {
    Id::new(Kind::Delivery, Position(number), AccountNo(0))
}
