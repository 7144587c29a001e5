//! Signing in at a provider of OpenID Connect: the way out, and the way back.

use std::sync::{Mutex, PoisonError};

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use moment::Instant;
use oidc::{Attempt, Attempts, Distrust, Failure, Foreign, Provider};
use operators::{Admitted, Identity, Noted};

use super::federation_pages::{Refused, onward, page};
use super::layout::plain;
use super::sign_in::{say_to, with_cookie};
use crate::answer::see;
use crate::portal::cookie;
use crate::state::Web;

/// Where the way out begins.
pub(super) const START: &str = "/console/oidc/start";
/// Where it leads back to.
pub(crate) const RETURN: &str = "/console/oidc/return";
/// What binds an attempt to the browser. It has to come along when the provider sends the browser back, so it is not
/// `Strict`, as the session's is.
const COOKIE: &str = "scrip_console_oidc";

/// The provider by which operators sign in, and who is on the way.
#[derive(Debug)]
pub(crate) struct Federation {
    name: String,
    provider: Provider,
    attempts: Attempts,
    strangers: Strangers,
}

impl Federation {
    pub(crate) fn new(name: &str, provider: Provider, key: [u8; 32]) -> Federation {
        let attempts = Attempts::with(key);
        Federation { name: name.to_owned(), provider, attempts, strangers: Strangers::default() }
    }

    /// What the button calls the provider.
    pub(crate) fn name(&self) -> String {
        self.name.clone()
    }
}

/// What somebody did of whom no provider told anything: anybody could fill the audit log with it.
#[derive(Debug, Default)]
struct Strangers(Mutex<Option<(Instant, u32)>>);

/// So many of them are noted in a minute.
const STRANGERS: u32 = 60;
const MINUTE: i64 = 60_000;

impl Strangers {
    fn may_be_noted(&self, now: Instant) -> bool {
        let mut since = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (from, count) = since
            .filter(|(from, _)| (0..MINUTE).contains(&now.millis_since(*from)))
            .map_or((now, 1), |(from, count)| (from, count.saturating_add(1)));
        *since = Some((from, count));
        count <= STRANGERS
    }
}

/// Sends the browser to the provider.
pub(super) async fn start(State(web): State<Web>, headers: HeaderMap) -> Response {
    let say = say_to(&headers);
    let Some(federation) = web.staff.federation.get() else { return see("/console/sign_in") };
    let now = web.now();
    let Some(attempt) = federation.attempts.begin(now) else {
        return plain(&say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble");
    };
    match federation.provider.address(&attempt, now).await {
        Ok(url) => keeping(see(&url), &web, Some(&attempt)),
        Err(failure) => {
            let refused = Refused::Provider(failure);
            match note(&web, federation, &refused, now).await {
                Ok(()) => page(&say, &federation.name, &refused),
                Err(()) => plain(&say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble"),
            }
        }
    }
}

/// Takes whoever comes back from the provider.
pub(super) async fn come_back(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    let say = say_to(&headers);
    let Some(federation) = web.staff.federation.get() else { return see("/console/sign_in") };
    let now = web.now();
    let query = Query::of(uri.query().unwrap_or_default());
    let began = cookie(&headers, COOKIE);
    let attempt = match federation.attempts.take(began, query.get("state").unwrap_or_default(), now) {
        Ok(attempt) => Ok(attempt),
        Err(foreign) => Err(Refused::Foreign(foreign)),
    };
    // Who sends a browser here with a state of their own does not end what the browser has begun.
    let over = !matches!(attempt, Err(Refused::Foreign(Foreign::State | Foreign::None)));
    let token = match attempt {
        Ok(attempt) => identified(&web, federation, &attempt, &query, now).await,
        Err(refused) => Err(refused),
    };
    let response = match token {
        Ok(token) => with_cookie(onward(&say), &web, &token),
        Err(Refused::Trouble) => plain(&say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble"),
        Err(refused) => match note(&web, federation, &refused, now).await {
            Ok(()) => page(&say, &federation.name, &refused),
            Err(()) => plain(&say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble"),
        },
    };
    if over { keeping(response, &web, None) } else { response }
}

/// The session of whoever the provider names, if they may come in.
async fn identified(
    web: &Web,
    federation: &Federation,
    attempt: &Attempt,
    query: &Query,
    now: Instant,
) -> Result<String, Refused> {
    let provider = &federation.provider;
    if query.get("iss").is_some_and(|issuer| issuer != provider.issuer()) {
        return Err(Refused::Provider(Failure::Untrusted(Distrust::Issuer)));
    }
    if let Some(code) = query.get("error") {
        return Err(Refused::Provider(Failure::refused(code)));
    }
    let code = query.get("code").unwrap_or_default();
    let found = provider.identify(attempt, code, query.get("iss"), now).await.map_err(Refused::Provider)?;
    let staff = web.staff.clone();
    let admitted = tokio::task::spawn_blocking(move || {
        let who = Identity {
            issuer: &found.issuer,
            subject: &found.subject,
            email: found.email.as_deref(),
            email_verified: found.email_verified,
        };
        let admitted = staff.operators.admit(&who)?;
        let told = format!("issuer {}, subject {}", words::one_line(&found.issuer), found.subject);
        let named = found.email.as_deref().unwrap_or(&found.subject);
        let person = words::one_line(named).chars().take(200).collect::<String>();
        let refused = |operator: Option<operators::Operator>, why: &str| {
            let who = operator.map_or_else(|| person.clone(), |operator| operator.email);
            (who, "sign_in.oidc_refused", format!("{why}; {told}"))
        };
        let (who, what, detail) = match admitted.clone() {
            Admitted::Done(operator) => (operator.email, "sign_in.oidc", told.clone()),
            Admitted::Unknown => refused(None, "no operator is known by that"),
            Admitted::Unverified(operator) => refused(Some(operator), "the e-mail is not verified"),
            Admitted::Another(operator) => {
                refused(Some(operator), "another subject signed in by that e-mail before")
            }
            Admitted::Disabled(operator) => refused(Some(operator), "the operator is disabled"),
        };
        staff.audit.note(&Noted { at: now, who, what: what.to_owned(), on: String::new(), detail })?;
        Ok::<_, engine::StoreError>(match admitted {
            Admitted::Done(operator) => Ok(staff.sessions.begin(&operator, true, now)?),
            Admitted::Unknown => Err(Refused::Unknown(person)),
            Admitted::Unverified(_) => Err(Refused::Unverified(person)),
            Admitted::Another(_) => Err(Refused::Another(person)),
            Admitted::Disabled(_) => Err(Refused::Disabled(person)),
        })
    });
    match admitted.await {
        Ok(Ok(admitted)) => admitted,
        Ok(Err(_)) | Err(_) => Err(Refused::Trouble),
    }
}

/// Notes why somebody was refused of whom no provider told anything. The others are noted where they are looked up.
async fn note(web: &Web, federation: &Federation, refused: &Refused, now: Instant) -> Result<(), ()> {
    let detail = match refused {
        Refused::Foreign(why) => why.to_string(),
        Refused::Provider(why) => why.to_string(),
        _ => return Ok(()),
    };
    if !federation.strangers.may_be_noted(now) {
        return Ok(());
    }
    if let Refused::Provider(Failure::Unreachable(why)) = refused {
        tracing::warn!(issuer = federation.provider.issuer(), why, "nobody can sign in by OpenID Connect");
    }
    let (who, what, on) = (String::new(), "sign_in.oidc_refused".to_owned(), String::new());
    let (audit, noted) = (web.staff.audit.clone(), Noted { at: now, who, what, on, detail });
    match tokio::task::spawn_blocking(move || audit.note(&noted)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(()),
    }
}

/// Has the browser keep an attempt, or forget it.
fn keeping(mut response: Response, web: &Web, attempt: Option<&Attempt>) -> Response {
    let secure = if web.secure { "; Secure" } else { "" };
    let (value, age) = attempt.map_or((String::new(), 0), |attempt| (attempt.cookie(), Attempt::seconds()));
    let value =
        format!("{COOKIE}={value}; Path=/console/oidc; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
    if let Ok(value) = HeaderValue::from_str(&value) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// What the provider sends along. What is said twice counts as not said.
struct Query(Vec<(String, String)>);

impl Query {
    fn of(text: &str) -> Query {
        Query(
            url::form_urlencoded::parse(text.as_bytes())
                .take(32)
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        )
    }

    fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let first = found.next();
        first.filter(|_| found.next().is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_provider_sends_along_is_said_once() {
        for (query, code) in
            [("state=a&code=b%20c", Some("b c")), ("code=b&code=c", None), ("state=a", None), ("", None)]
        {
            assert_eq!(Query::of(query).get("code"), code, "{query}");
        }
    }

    #[test]
    fn strangers_do_not_fill_the_log() {
        let strangers = Strangers::default();
        let now = Instant::from_millis(1_800_000_000_000);
        let noted = |at: Instant| (0..1_000).filter(|_| strangers.may_be_noted(at)).count();
        assert_eq!(noted(now), 60);
        assert_eq!(noted(now.plus_millis(59_999)), 0);
        assert_eq!(noted(now.plus_millis(60_000)), 60);
    }
}
