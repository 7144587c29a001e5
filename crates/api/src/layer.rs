//! What is around every handler: the id of the request, and the last word on problems.

use axum::extract::{Request, State};
use axum::http::{HeaderName, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use crate::problem::{Code, Problem};
use crate::state::ApiState;

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

/// Gives the request its id, and writes the problem that it may have ended with.
pub(crate) async fn wrap(State(state): State<ApiState>, mut request: Request, next: Next) -> Response {
    let id = state.request_ids.next();
    request.extensions_mut().insert(id);
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
    }
    response.headers_mut().insert(REQUEST_ID, id.header());
    response
}
