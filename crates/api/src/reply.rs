//! Answers.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use engine::Written;
use ledger::Position;
use serde::Serialize;

use crate::json::Json;
use crate::problem::{Code, Problem};
use crate::show;

/// What a handler comes to.
pub(crate) type Answer = Result<Response, Problem>;

const POSITION: HeaderName = HeaderName::from_static("scrip-position");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// An answer with a body of JSON.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    let mut body = Vec::with_capacity(512);
    match serde_json::to_writer(&mut body, value) {
        Ok(()) => bytes(status, body),
        Err(error) => {
            // All that is shown has texts for keys, so this is never the case.
            tracing::error!(%error, "an answer could not be written");
            let problem = Problem::new(Code::Unavailable, "The answer could not be written.");
            axum::response::IntoResponse::into_response(problem)
        }
    }
}

/// An answer with this body, which is JSON.
pub(crate) fn bytes(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The answer to a read.
pub(crate) fn read(value: &impl Serialize) -> Response {
    json(StatusCode::OK, value)
}

/// The answer to a write that is written by hand.
pub(crate) fn shown(status: StatusCode, value: &impl show::Written, written: &Written) -> Response {
    let status = if written.already { StatusCode::OK } else { status };
    let mut json = Json::with_capacity(512);
    json.raw("{");
    value.write(&mut json);
    mark(bytes(status, json.finish()), written.position, written.replayed)
}

/// The answer to a write: 201 for what is new, 200 for what was there before.
pub(crate) fn written(status: StatusCode, value: &impl Serialize, written: &Written) -> Response {
    let status = if written.already { StatusCode::OK } else { status };
    mark(json(status, value), written.position, written.replayed)
}

/// The answer with what it says about the write in its headers.
pub(crate) fn mark(mut response: Response, position: Position, replayed: bool) -> Response {
    let headers = response.headers_mut();
    headers.insert(POSITION, HeaderValue::from(position.0));
    if replayed {
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// A list, whole or in part.
#[derive(Debug, Serialize)]
pub(crate) struct List<T> {
    pub data: Vec<T>,
    /// Send it as `cursor` for what follows; `null` at the end.
    pub next_cursor: Option<String>,
}
