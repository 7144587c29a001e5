use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use engine::Published;
use operators::{Noted, Operator, Role, Session};

use super::layout::plain;
use crate::answer::see;
use crate::portal::{accept_language, cookie, is_from_elsewhere};
use crate::say::Say;
use crate::state::Web;

/// The cookie of the console.
pub(super) const COOKIE: &str = "scrip_console";

/// The longest form: a program file is the longest field.
const LONGEST: usize = 512 * 1_024;
/// How long a form may take to come.
const SLOWEST: std::time::Duration = std::time::Duration::from_mins(1);

/// An operator who has signed in, and what they ask for.
pub(crate) struct Desk {
    pub web: Web,
    pub operator: Operator,
    pub say: Say,
    /// The token of their session.
    pub session: String,
    /// What forms carry.
    pub form_token: String,
    /// The query, as it was sent.
    pub query: String,
    /// The program that the path names.
    pub published: Option<Arc<Published>>,
}

/// A session that may still lack its code.
pub(super) struct Begun {
    pub web: Web,
    pub session: Session,
    pub operator: Operator,
    pub token: String,
    pub say: Say,
}

impl<S> FromRequestParts<S> for Begun
where
    Web: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Begun, Response> {
        let web = Web::from_ref(state);
        let say = Say::to(None, accept_language(&parts.headers));
        let token = cookie(&parts.headers, COOKIE).unwrap_or_default().to_owned();
        let (staff, wanted, now) = (web.staff.clone(), token.clone(), web.now());
        let found = tokio::task::spawn_blocking(move || {
            let Some(session) = staff.sessions.get(&wanted, now)? else { return Ok(None) };
            // Whoever was removed or disabled meanwhile, or has got another way in, is out.
            let operator = staff.operators.get(&session.email)?.filter(|operator| session.goes_for(operator));
            Ok::<_, engine::StoreError>(operator.map(|operator| (session, operator)))
        })
        .await;
        match found {
            Ok(Ok(Some((session, operator)))) => Ok(Begun { web, session, operator, token, say }),
            Ok(Ok(None)) => Err(see("/console/sign_in")),
            Ok(Err(_)) | Err(_) => Err(plain(&say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble")),
        }
    }
}

impl<S> FromRequestParts<S> for Desk
where
    Web: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Desk, Response> {
        let Begun { web, session, operator, token, say } = Begun::from_request_parts(parts, state).await?;
        if !session.complete {
            return Err(see(if operator.code.is_some() { "/console/code" } else { "/console/enrol" }));
        }
        let mut published = None;
        let id = parts.uri.path().split('/').nth(2).unwrap_or_default();
        if !id.is_empty() && !catalog::RESERVED_IDS.contains(&id) {
            published = web.engine.program(id);
            if published.is_none() {
                return Err(plain(&say, StatusCode::NOT_FOUND, "console-no-program"));
            }
        }
        // What a form that comes slowly is allowed is looked up again behind it.
        parts.extensions.insert(operator.role);
        let form_token = web.tickets.form_token(&token);
        let query = parts.uri.query().unwrap_or_default().to_owned();
        Ok(Desk { web, operator, say, session: token, form_token, query, published })
    }
}

impl Desk {
    /// The program that the path names.
    pub fn program(&self) -> Result<&Arc<Published>, Response> {
        self.published.as_ref().ok_or_else(|| plain(&self.say, StatusCode::NOT_FOUND, "console-no-program"))
    }

    /// A parameter of the query.
    pub fn asked(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(self.query.as_bytes());
        let found = pairs.find(|(key, _)| key == name).map(|(_, value)| value.trim().to_owned());
        found.filter(|value| !value.is_empty())
    }

    /// Lets an operator on whose role allows it.
    pub async fn needs(&self, role: Role, what: &str, on: &str) -> Result<(), Response> {
        if self.operator.role.may(role) {
            return Ok(());
        }
        self.note(what, on, "refused: the role does not allow it").await?;
        Err(plain(&self.say, StatusCode::FORBIDDEN, "console-forbidden"))
    }

    /// Notes what the operator does. What can't be noted is not done.
    pub async fn note(&self, what: &str, on: &str, detail: &str) -> Result<(), Response> {
        let noted = Noted {
            at: self.web.now(),
            who: self.operator.email.clone(),
            what: what.to_owned(),
            on: on.to_owned(),
            detail: detail.to_owned(),
        };
        let audit = self.web.staff.audit.clone();
        match tokio::task::spawn_blocking(move || audit.note(&noted)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(plain(&self.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble")),
        }
    }
}

/// A form that was sent from the console, by whoever is signed in.
pub(crate) struct Signed(Vec<(String, String)>);

impl Signed {
    /// A field, without what stands around it; `None` where it is empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// One with these fields.
    #[cfg(test)]
    pub fn with(fields: &[(&str, &str)]) -> Signed {
        Signed(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// A field as it was typed.
    pub fn whole(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

/// The fields of a form, if no other site has sent it.
pub(super) async fn fields(headers: &HeaderMap, body: axum::body::Body) -> Option<Vec<(String, String)>> {
    if is_from_elsewhere(headers) {
        return None;
    }
    let body = tokio::time::timeout(SLOWEST, to_bytes(body, LONGEST)).await.ok()?.ok()?;
    Some(url::form_urlencoded::parse(&body).into_owned().collect())
}

impl<S> FromRequest<S> for Signed
where
    Web: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Signed, Response> {
        let web = Web::from_ref(state);
        let (mut parts, body) = request.into_parts();
        let say = Say::to(None, accept_language(&parts.headers));
        let token = cookie(&parts.headers, COOKIE).unwrap_or_default();
        let signed = fields(&parts.headers, body).await.map(Signed);
        let own = |form: &Signed| web.tickets.is_form_token(token, form.get("form").unwrap_or_default());
        let form = signed.filter(own).ok_or_else(|| plain(&say, StatusCode::FORBIDDEN, "lost-form"))?;
        // Whoever was let in before the form had come, however slowly it came, may be out by now.
        let Begun { operator, .. } = Begun::from_request_parts(&mut parts, state).await?;
        match parts.extensions.get::<Role>() {
            Some(role) if *role != operator.role => {
                Err(plain(&say, StatusCode::FORBIDDEN, "console-forbidden"))
            }
            _ => Ok(form),
        }
    }
}
