//! Requests of browsers from the pages of hosts, which are of another origin (CORS). Answers to tokens of browsers may be
//! read there. An answer to a secret key may not: a key that is in a page is known to all who visit it.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use serde_json::Value;

use crate::access::is_client_token;

/// The calls that browsers may make: each path as the document has it, and its methods.
#[derive(Debug, Default)]
pub(crate) struct Browsers(Vec<(String, String)>);

impl Browsers {
    /// The calls of the API's document that a token of a browser is good for.
    pub fn of(document: &Value) -> Browsers {
        let paths = document["paths"].as_object().into_iter().flatten();
        let open = paths.filter_map(|(path, methods)| {
            let methods = methods.as_object()?.iter().filter(|(_, operation)| {
                let schemes = operation["security"].as_array().into_iter().flatten();
                schemes.filter_map(Value::as_object).any(|scheme| !scheme.contains_key("secret_key"))
            });
            let methods: Vec<String> = methods.map(|(method, _)| method.to_uppercase()).collect();
            (!methods.is_empty()).then(|| (path.clone(), methods.join(", ")))
        });
        Browsers(open.collect())
    }

    /// The answer to a browser that asks whether it may send a request. It can't say by which token, so that is seen later.
    pub fn preflight(&self, request: &Request) -> Option<Response> {
        let asks = |name| request.headers().contains_key(name);
        if request.method() != Method::OPTIONS
            || !asks(header::ORIGIN)
            || !asks(header::ACCESS_CONTROL_REQUEST_METHOD)
        {
            return None;
        }
        let (_, methods) = self.0.iter().find(|(path, _)| fits(path, request.uri().path()))?;
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::try_from(methods).ok()?);
        let allowed = "authorization, content-type, idempotency-key, last-event-id";
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(allowed));
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        Some(response)
    }
}

/// Whether a path is one of these: `/v1/accounts/{account}/balance`.
fn fits(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given))
                if wanted == given || (wanted.starts_with('{') && !given.is_empty()) => {}
            _ => return false,
        }
    }
}

/// Whether a request comes with what looks like a token of a browser.
pub(crate) fn has_token(request: &Request) -> bool {
    let value = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    value.is_some_and(is_client_token)
}

/// Lets the page that sent the request read the answer.
pub(crate) fn open(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let exposed = "request-id, retry-after, scrip-position, idempotent-replayed";
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(exposed));
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_path_fits_its_template_and_no_other() {
        let template = "/v1/accounts/{account}/balance";
        assert!(fits(template, "/v1/accounts/anna/balance"));
        for wrong in [
            "/v1/accounts//balance",
            "/v1/accounts/anna",
            "/v1/accounts/anna/balance/",
            "/v1/accounts/a/b/balance",
        ] {
            assert!(!fits(template, wrong), "{wrong}");
        }
    }
}
