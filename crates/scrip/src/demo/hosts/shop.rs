//! A virtual try-on app: the merchant creates garments, shoppers try them on.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::backend::{Backend, once, text};
use super::refused;

/// Creates a garment: its credits are set aside first, and spent when it is there.
pub async fn create(backend: &Backend, account: &str, asked: &Value) -> (StatusCode, Value) {
    let name = text(asked, "name");
    let mut hold = json!({ "account": account, "action": "garment" });
    if !name.is_empty() {
        hold["reference"] = json!(name);
    }
    let (status, answer) = backend.hold(&once(asked), &hold).await;
    let Some(id) = answer["id"].as_str() else {
        return (status, refused("Creating a garment", &answer));
    };
    let works = asked["fails"] != true;
    backend.settle(id, works).await;
    let (_, hold) = backend.call(Method::GET, &format!("/v1/holds/{id}"), None, None).await;
    let state = if works { "made" } else { "failed" };
    (StatusCode::OK, json!({ "state": state, "name": name, "credits": hold["credits"] }))
}
