//! The pages of the test provider, for customers who pay with money that does not move.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use engine::Published;
use payments::test::{Form, HEADERS, LONGEST, Page, TestProvider, accent_style, style};

use crate::problem::{Code, Problem};
use crate::reply::Answer;
use crate::state::ApiState;

/// The paths of the pages. They are no part of the API, and stand in no document.
pub(crate) fn routes() -> Router<ApiState> {
    Router::new()
        .route("/pay/{program}/test_checkout/{session}", get(show).post(submit))
        .route("/pay/{program}/test_checkout/style.css", get(style_sheet))
        .route("/pay/{program}/test_checkout/accent/{accent}", get(accent))
}

fn provider(state: &ApiState, program: &str) -> Result<(Arc<Published>, Arc<TestProvider>), Problem> {
    let found = state.engine.program(program).zip(state.dispatch.test_provider(program));
    found.ok_or_else(|| Problem::new(Code::NotFound, "There is no such program here."))
}

/// The provider keeps its own books, on disk.
async fn visit(visit: impl FnOnce() -> Page + Send + 'static) -> Result<Page, Problem> {
    let visited = tokio::task::spawn_blocking(visit).await;
    visited.map_err(|_| Problem::new(Code::Unavailable, "The page can't be shown now."))
}

async fn show(State(state): State<ApiState>, Path((program, session)): Path<(String, String)>) -> Answer {
    let (_, test) = provider(&state, &program)?;
    visit(move || test.page(&session)).await.map(page)
}

async fn submit(
    State(state): State<ApiState>,
    Path((program, session)): Path<(String, String)>,
    request: Request,
) -> Answer {
    let (published, test) = provider(&state, &program)?;
    let body = to_bytes(request.into_body(), LONGEST).await.map_err(|_| {
        let detail = format!("A form has at most {LONGEST} bytes.");
        Problem::new(Code::BodyTooLarge, detail).fact("limit", LONGEST)
    })?;
    let now = state.engine.now(&published);
    let shown = visit(move || test.submit(&session, &Form::read(&body), now)).await?;
    // What the page did is booked before the customer is sent on: the credits are there when they arrive.
    state.dispatch.hear(&published).await;
    Ok(page(shown))
}

fn page(page: Page) -> Response {
    let mut response = of("text/html; charset=utf-8", page.html);
    *response.status_mut() = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(url) = page.redirect.and_then(|url| HeaderValue::try_from(url).ok()) {
        response.headers_mut().insert(header::LOCATION, url);
    }
    response
}

async fn style_sheet() -> Response {
    of("text/css; charset=utf-8", style().to_owned())
}

async fn accent(Path((_, accent)): Path<(String, String)>) -> Answer {
    let style = accent.strip_suffix(".css").and_then(accent_style);
    let style = style.ok_or_else(|| Problem::new(Code::NotFound, "There is no such style sheet."))?;
    Ok(of("text/css; charset=utf-8", style))
}

fn of(kind: &'static str, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}
