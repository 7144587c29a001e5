use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt;

/// The most that is read of an answer.
const LARGEST: usize = 4 << 20;

/// A host's way to the API: a request with its secret key, as over the network.
#[derive(Clone)]
pub struct Backend {
    api: Router,
    key: Arc<str>,
}

impl Backend {
    pub fn new(api: Router, key: &str) -> Backend {
        Backend { api, key: key.into() }
    }

    /// Asks the API. `once` makes the same request again harmless.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        once: Option<&str>,
        body: Option<&Value>,
    ) -> (StatusCode, Value) {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.key))
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(once) = once {
            request = request.header("idempotency-key", once);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let Ok(request) = request.body(body) else {
            return (StatusCode::BAD_REQUEST, json!({ "detail": "That can't be asked." }));
        };
        let Ok(response) = self.api.clone().oneshot(request).await;
        let status = response.status();
        let bytes = to_bytes(response.into_body(), LARGEST).await.unwrap_or_default();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// A token for a page of an account.
    pub async fn token(&self, account: &str, audience: &str) -> (StatusCode, Value) {
        let body = json!({ "account": account, "for": audience });
        self.call(Method::POST, "/v1/client_tokens", None, Some(&body)).await
    }

    /// Sets credits aside for work that is yet to be done.
    pub async fn hold(&self, once: &str, hold: &Value) -> (StatusCode, Value) {
        self.call(Method::POST, "/v1/holds", Some(once), Some(hold)).await
    }

    /// Says how the work ended. The key is the hold's: told twice, it is done once.
    pub async fn settle(&self, hold: &str, done: bool) {
        let (what, body) =
            if done { ("capture", json!({})) } else { ("release", json!({ "reason": "The work failed" })) };
        let path = format!("/v1/holds/{hold}/{what}");
        self.call(Method::POST, &path, Some(&format!("{what}-{hold}")), Some(&body)).await;
    }
}

/// A text of what a page asks, no longer than a request's may be.
pub fn text<'a>(asked: &'a Value, name: &str) -> &'a str {
    asked[name].as_str().filter(|text| text.len() <= 100).unwrap_or_default()
}

/// The page's own key for what it asks: a second press of a button is the same request.
pub fn once(asked: &Value) -> String {
    let key = text(asked, "once");
    let fine = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
    if fine { format!("page-{key}") } else { String::new() }
}
