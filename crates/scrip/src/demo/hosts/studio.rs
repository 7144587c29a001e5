//! A staging service: many photos in one request, each of which may fail.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::backend::{Backend, once, text};
use super::refused;

/// How long the staging of a photo takes here.
const WORK: Duration = Duration::from_millis(350);
/// How many photos one request may have.
const MOST: usize = 50;

/// What each service costs: said in the program file, and nowhere else.
pub async fn prices(backend: &Backend) -> (StatusCode, Value) {
    let (status, program) = backend.call(Method::GET, "/v1/program", None, None).await;
    (status, json!({ "services": program["actions"] }))
}

/// Stages photos: all of their credits are reserved, or none; then each is staged, or gives its credits back.
pub async fn stage(backend: &Backend, account: &str, asked: &Value) -> (StatusCode, Value) {
    let photos: Vec<&Value> = asked["photos"].as_array().into_iter().flatten().take(MOST).collect();
    let operations: Vec<Value> = photos
        .iter()
        .map(|photo| {
            let (service, name) = (text(photo, "service"), text(photo, "name"));
            json!({ "op": "hold", "account": account, "action": service, "reference": name })
        })
        .collect();
    let batch = json!({ "atomic": true, "operations": operations });
    let (status, answer) = backend.call(Method::POST, "/v1/batches", Some(&once(asked)), Some(&batch)).await;
    let Some(results) = answer["results"].as_array() else {
        return (status, refused("Staging these photos", &answer));
    };
    let mut staged = Vec::new();
    for (photo, result) in photos.iter().zip(results) {
        let Some(hold) = result["id"].as_str() else { continue };
        tokio::time::sleep(WORK).await;
        let works = photo["dark"] != true;
        backend.settle(hold, works).await;
        let state = if works { "staged" } else { "failed" };
        staged.push(json!({ "name": photo["name"], "state": state, "credits": result["credits"] }));
    }
    (StatusCode::OK, json!({ "state": "done", "photos": staged }))
}
