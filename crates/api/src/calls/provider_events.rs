//! What payment providers tell.

use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use dispatch::NotTaken;
use engine::Failure;
use payments::Rejected;

use crate::incoming::{Incoming, Open};
use crate::problem::{Asked, Code, Problem, refused};
use crate::reply::Answer;

/// What it may be answered with, beside what every call may. There is no key, so there is no rule for it.
pub(crate) const PROBLEMS: [Code; 9] = [
    Code::InvalidRequest,
    Code::Unauthenticated,
    Code::NotFound,
    Code::MethodNotAllowed,
    Code::AccountClosed,
    Code::BodyTooLarge,
    Code::AmountOutOfRange,
    Code::Overloaded,
    Code::Unavailable,
];

/// The headers of a request, as providers read them.
struct Told<'a>(&'a HeaderMap);

impl payments::Headers for Told<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.to_str().ok()
    }
}

/// Take a payment provider's message
///
/// For payment providers: give them this address. No key is needed, as the message is signed, and what is not signed
/// changes nothing. Each message is booked once, however often and in whichever order they come.
#[utoipa::path(
    post,
    path = "/v1/provider_events/{program}/{provider}",
    tag = "Orders",
    request_body(content = std::collections::HashMap<String, crate::openapi::Anything>,
        description = "As the provider sends it, at most 1 MiB.", example = json!({ "id": "evt_1" })),
    responses((status = 204, description = "It was taken, or was known already."))
)]
pub(crate) async fn take_provider_event(incoming: Incoming) -> Answer {
    let Open { state, parts, body } = incoming.open().await?;
    let mut segments = parts.uri.path().split('/').skip(3);
    let (program, provider) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
    let taken = state.dispatch.take(program, provider, &Told(&parts.headers), &body).await;
    let Err(why) = taken else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    Err(match why {
        NotTaken::NoProvider => {
            Problem::new(Code::NotFound, "There is no such program with such a payment provider here.")
        }
        NotTaken::Rejected(Rejected::Signature | Rejected::Stale) => Problem::new(
            Code::Unauthenticated,
            "The message is not signed by the provider, or was signed at another time.",
        ),
        NotTaken::Rejected(Rejected::Malformed(what)) => {
            Problem::invalid("", format!("can't be read: {what}"))
        }
        NotTaken::Rejected(Rejected::Unknown(what)) => {
            Problem::new(Code::NotFound, format!("The message is about something unknown here: {what}."))
        }
        NotTaken::UnknownOrder(order) => {
            Problem::new(Code::NotFound, format!("There is no order {order:?} in the program."))
        }
        NotTaken::Refused(refusal) => match state.known(program) {
            Some(known) => refused(Failure::Refused(refusal), &known, Asked::default()),
            None => Problem::not_found("program"),
        },
        NotTaken::Later => {
            Problem::new(Code::Unavailable, "It can't be booked now. Send the same message again.")
        }
    })
}
