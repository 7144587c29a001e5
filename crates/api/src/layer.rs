//! What is around every handler: the id of the request, and the last word on problems.

use std::sync::Arc;

use axum::body::HttpBody;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::browsers::{self, Browsers};
use crate::problem::{Code, Problem};
use crate::state::ApiState;

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
/// What is left of a body is read up to here, so that the connection can be kept.
const LEFT: u64 = 4_096;

/// Gives the request its id, and writes the problem that it may have ended with.
pub(crate) async fn wrap(
    State((state, browsers)): State<(ApiState, Arc<Browsers>)>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(answer) = browsers.preflight(&request) {
        return answer;
    }
    let from_browser = browsers::has_token(&request);
    let id = state.request_ids.next();
    request.extensions_mut().insert(id);
    let large = request.body().size_hint().upper().is_none_or(|bytes| bytes > LEFT);
    let mut response = next.run(request).await;
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        // The router's own answer, which has no body; around this it gets an `Allow` header.
        let detail = "This path does not know the method. The Allow header names those that it knows.";
        response.extensions_mut().insert(Problem::new(Code::MethodNotAllowed, detail));
    }
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        if problem.code().status().is_server_error() {
            tracing::warn!(
                request_id = id.as_str(),
                code = problem.code().code(),
                "a request was not answered"
            );
        }
        response = problem.render(id);
        if large {
            // It may have been refused before all of its body was read; then the connection ends with it, and the
            // client must know that before it sends another.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }
    response.headers_mut().insert(REQUEST_ID, id.header());
    if from_browser {
        browsers::open(&mut response);
    }
    response
}
