//! Forms that were sent.

use axum::body::to_bytes;
use axum::extract::{FromRef, FromRequest, Request};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::layout::{Lost, lost};
use super::visit::{accept_language, cookie, cookie_name};
use crate::answer::bytes;
use crate::say::Say;
use crate::state::Web;

/// The longest form that is read.
const LONGEST: usize = 64 * 1_024;

/// A form of the portal that was sent from the portal: its fields, in order.
#[derive(Debug)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// A field's value, without what stands around it; `None` where it is empty or not there.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// All values of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim())
    }

    /// What makes sending it twice harmless.
    pub fn once(&self) -> Option<&str> {
        self.get("once")
    }
}

/// Whether the browser says that another site has sent it.
pub(crate) fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    site.is_some_and(|site| !matches!(site, "same-origin" | "none"))
}

impl<S> FromRequest<S> for Form
where
    Web: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Form, Response> {
        let web = Web::from_ref(state);
        let (parts, body) = request.into_parts();
        let program = parts.uri.path().split('/').nth(2).unwrap_or_default();
        let body = to_bytes(body, LONGEST).await;
        let body = body.map_err(|_| bytes(StatusCode::PAYLOAD_TOO_LARGE, "text/plain", Vec::new()))?;
        let fields: Vec<(String, String)> = url::form_urlencoded::parse(&body).into_owned().collect();
        let form = Form(fields);
        let session = cookie(&parts.headers, &cookie_name(program)).unwrap_or_default();
        let token = form.get("form").unwrap_or_default();
        if is_from_elsewhere(&parts.headers) || !web.tickets.is_form_token(session, token) {
            let say = Say::to(None, accept_language(&parts.headers));
            let published = web.engine.program(program);
            let brand = published.as_ref().map(|published| &published.program);
            return Err(lost(brand, &say, Lost::Form));
        }
        Ok(form)
    }
}
