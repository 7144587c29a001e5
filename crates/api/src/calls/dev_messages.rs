//! What is sent, to be looked at while it is being written: on servers that run a program on a test clock.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use messages::{Kind, preview, preview_index};

use crate::problem::{Code, Problem};
use crate::reply::Answer;
use crate::state::ApiState;

/// Letters have styles and nothing else: what was put into one must not do anything here.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// The paths of the pages. They are no part of the API, and stand in no document.
pub(crate) fn routes() -> Router<ApiState> {
    Router::new()
        .route("/dev/messages", get(to_index))
        .route("/dev/messages/", get(index))
        .route("/dev/messages/{kind}/{locale}", get(letter))
}

fn tests_only(state: &ApiState) -> Result<(), Problem> {
    if state.engine.programs().iter().any(|published| published.test_clock.is_some()) {
        return Ok(());
    }
    Err(Problem::new(
        Code::NotFound,
        "Previews are shown where a program runs on a test clock, and only there.",
    ))
}

/// The links of the index are relative to a folder.
async fn to_index(State(state): State<ApiState>) -> Answer {
    tests_only(&state)?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("messages/"));
    Ok(response)
}

async fn index(State(state): State<ApiState>) -> Answer {
    tests_only(&state)?;
    Ok(page(preview_index()))
}

async fn letter(State(state): State<ApiState>, Path((kind, locale)): Path<(String, String)>) -> Answer {
    tests_only(&state)?;
    let letter = kind.parse().ok().and_then(|kind: Kind| preview(kind, &locale));
    let none =
        || Problem::new(Code::NotFound, "There is no letter of this kind. Those there are: /dev/messages/.");
    Ok(page(letter.ok_or_else(none)?))
}

fn page(html: String) -> Response {
    let mut response = Response::new(Body::from(html));
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
