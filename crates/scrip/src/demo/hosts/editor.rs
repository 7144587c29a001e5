//! An editor with generative tools: a generation works, fails, or is never heard of again.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::backend::{Backend, once, text};
use super::refused;

/// How long a worker has. What it does not report by then counts as failed, and its credits come back by themselves.
const PATIENCE: &str = "10 min";
/// How far the button on the page turns the test clock.
const WOUND: &str = "11 min";

/// Runs a tool. `outcome` says what becomes of it: `works`, `fails`, or `never` reports.
pub async fn generate(backend: &Backend, account: &str, asked: &Value) -> (StatusCode, Value) {
    let mut hold = json!({ "account": account, "action": text(asked, "tool"), "expires_in": PATIENCE });
    if asked["attributes"].is_object() {
        hold["attributes"] = asked["attributes"].clone();
    }
    let (status, answer) = backend.hold(&once(asked), &hold).await;
    let Some(id) = answer["id"].as_str() else {
        return (status, refused("This tool", &answer));
    };
    match text(asked, "outcome") {
        "never" => {}
        outcome => backend.settle(id, outcome != "fails").await,
    }
    look(backend, id).await
}

/// How a generation stands.
pub async fn look(backend: &Backend, hold: &str) -> (StatusCode, Value) {
    let path = format!("/v1/holds/{hold}");
    if !hold.starts_with("hold_") {
        return (StatusCode::NOT_FOUND, json!({ "message": "There is no such page." }));
    }
    let (status, answer) = backend.call(Method::GET, &path, None, None).await;
    if !status.is_success() {
        return (status, refused("This tool", &answer));
    }
    let state = match answer["state"].as_str() {
        Some("open") => "running",
        Some("captured") => "done",
        Some("expired") => "timed_out",
        _ => "failed",
    };
    (StatusCode::OK, json!({ "id": hold, "state": state, "credits": answer["credits"] }))
}

/// Turns the test clock on, so that nobody has to wait for a worker that is gone.
pub async fn wind(backend: &Backend) -> (StatusCode, Value) {
    let (_, clock) = backend.call(Method::GET, "/v1/test_clock", None, None).await;
    let key = format!("wind-{}", clock["now"].as_str().unwrap_or_default());
    let body = json!({ "by": WOUND });
    backend.call(Method::POST, "/v1/test_clock/advance", Some(&key), Some(&body)).await
}
