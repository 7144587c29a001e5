//! Signing in: a password, then a code; setting the codes up the first time.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use maud::{Markup, html};
use operators::{Code, Noted, Operator, Session, SignIn, enrol_url};

use super::desk::{Begun, COOKIE, fields};
use super::layout::{alone, plain};
use super::{Desk, Signed};
use crate::answer::see;
use crate::portal::accept_language;
use crate::say::Say;
use crate::state::Web;

pub(super) fn say_to(headers: &HeaderMap) -> Say {
    Say::to(None, accept_language(headers))
}

pub(super) async fn page(State(web): State<Web>, headers: HeaderMap) -> Response {
    password_page(&web, &say_to(&headers), StatusCode::OK, None)
}

fn wrong(text: Option<String>) -> Markup {
    html! { @if let Some(text) = text { p.notice.bad role="alert" { (text) } } }
}

fn password_page(web: &Web, say: &Say, status: StatusCode, told: Option<String>) -> Response {
    let body = html! {
        (wrong(told))
        form.stack method="post" action="/console/sign_in" {
            div.field {
                label for="email" { (say.t("sign-in-email")) }
                input #email name="email" type="email" autocomplete="username" required autofocus;
            }
            div.field {
                label for="password" { (say.t("sign-in-password")) }
                input #password name="password" type="password" autocomplete="current-password" required;
            }
            p { button type="submit" { (say.t("sign-in")) } }
        }
        @if let Some(federation) = web.staff.federation.get() { (by_provider(say, federation.name())) }
        p.small { (say.t("sign-in-lost")) }
    };
    alone(say, status, &say.t("sign-in-title"), &body)
}

/// The way to the provider. It is a link, as the policy lets no form lead elsewhere.
fn by_provider(say: &Say, name: String) -> Markup {
    html! {
        p.or { span { (say.t("sign-in-or")) } }
        p { a.button.second href=(super::federation::START) { (say.with("sign-in-with", [("name", name.into())])) } }
    }
}

/// Takes a password.
pub(super) async fn password(State(web): State<Web>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let say = say_to(&parts.headers);
    // There is no session yet that a token could be bound to: where it comes from is what counts.
    let Some(form) = fields(&parts.headers, body).await else {
        return plain(&say, StatusCode::FORBIDDEN, "lost-form");
    };
    let field = |name: &str| form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value);
    let (email, password) = (field("email").trim().to_lowercase(), field("password").to_owned());
    let now = web.now();
    if let Some(until) = web.staff.lockout.waits(&email, now) {
        let seconds = until.millis_since(now) / 1_000 + 1;
        let told = say.with("sign-in-wait", [("seconds", seconds.into())]);
        return password_page(&web, &say, StatusCode::TOO_MANY_REQUESTS, Some(told));
    }
    // A hash takes memory and time: one at a time, whoever asks.
    let Ok(_one) = web.staff.hashing.acquire().await else {
        return plain(&say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble");
    };
    let (staff, name) = (web.staff.clone(), email.clone());
    let looked = tokio::task::spawn_blocking(move || {
        let found = staff.operators.sign_in(&name, &password)?;
        let begun = match &found {
            SignIn::Wrong => None,
            SignIn::Code(operator) | SignIn::Enrol(operator) => Some((operator, false)),
            SignIn::Done(operator) => Some((operator, true)),
        };
        let token = begun.map(|(operator, complete)| staff.sessions.begin(operator, complete, now));
        let what = if token.is_some() { "sign_in.password" } else { "sign_in.refused" };
        // Of what was typed by somebody unknown, no more than an address's length is kept.
        let who: String = name.chars().take(200).collect();
        staff.audit.note(&Noted {
            at: now,
            who,
            what: what.into(),
            on: String::new(),
            detail: String::new(),
        })?;
        Ok::<_, engine::StoreError>((found, token.transpose()?))
    });
    match looked.await {
        Ok(Ok((SignIn::Wrong, _))) => {
            web.staff.lockout.failed(&email, now);
            password_page(&web, &say, StatusCode::UNAUTHORIZED, Some(say.t("sign-in-wrong")))
        }
        Ok(Ok((found, Some(token)))) => {
            let next = match found {
                SignIn::Code(_) => "/console/code",
                SignIn::Enrol(_) => "/console/enrol",
                _ => "/console",
            };
            if matches!(found, SignIn::Done(_)) {
                web.staff.lockout.succeeded(&email);
            }
            with_cookie(see(next), &web, &token)
        }
        _ => plain(&say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble"),
    }
}

pub(super) fn with_cookie(mut response: Response, web: &Web, token: &str) -> Response {
    let age = if token.is_empty() { "; Max-Age=0" } else { "" };
    let secure = if web.secure { "; Secure" } else { "" };
    let value = format!("{COOKIE}={token}; Path=/console; HttpOnly; SameSite=Strict{secure}{age}");
    if let Ok(value) = HeaderValue::from_str(&value) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

pub(super) async fn code_page(begun: Begun) -> Response {
    ask_code(&begun, StatusCode::OK, None)
}

fn ask_code(begun: &Begun, status: StatusCode, told: Option<String>) -> Response {
    let say = &begun.say;
    let body = html! {
        (wrong(told))
        p.lead { (say.t("code-how")) }
        form.stack method="post" action="/console/code" { (code_field(begun)) }
    };
    alone(say, status, &say.t("code-title"), &body)
}

fn code_field(begun: &Begun) -> Markup {
    let say = &begun.say;
    html! {
        input type="hidden" name="form" value=(begun.web.tickets.form_token(&begun.token));
        div.field {
            label for="code" { (say.t("code")) }
            input #code name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,7}" maxlength="7" required autofocus;
        }
        p { button type="submit" { (say.t("sign-in")) } }
    }
}

/// Takes a code.
pub(super) async fn code(begun: Begun, form: Signed) -> Response {
    let typed = form.get("code").unwrap_or_default().to_owned();
    let told =
        finish(&begun, move |web, session, now| web.staff.operators.take_code(session, &typed, now)).await;
    told.unwrap_or_else(|told| ask_code(&begun, StatusCode::UNAUTHORIZED, Some(told)))
}

/// The secret that is being set up is made of the session's token: it need not be kept, and nobody else can tell it.
fn enrolling(begun: &Begun) -> Code {
    Code::of(begun.web.tickets.derived("enrol", &begun.token))
}

pub(super) async fn enrol_page(begun: Begun) -> Response {
    ask_enrol(&begun, StatusCode::OK, None)
}

fn ask_enrol(begun: &Begun, status: StatusCode, told: Option<String>) -> Response {
    if begun.operator.code.is_some() {
        return see("/console/code");
    }
    let say = &begun.say;
    let code = enrolling(begun);
    let body = html! {
        (wrong(told))
        p.lead { (say.t("enrol-how")) }
        p { a href=(enrol_url(&code, &begun.operator.email)) { (say.t("enrol-open")) } }
        p { (say.t("enrol-by-hand")) " " code { (spaced(&code.text())) } }
        form.stack method="post" action="/console/enrol" { (code_field(begun)) }
    };
    alone(say, status, &say.t("enrol-title"), &body)
}

/// In groups of four, as it is typed.
fn spaced(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// Takes the first code of what is being set up.
pub(super) async fn enrol(begun: Begun, form: Signed) -> Response {
    let typed = form.get("code").unwrap_or_default().to_owned();
    let code = enrolling(&begun);
    let told = finish(&begun, move |web, session, now| {
        web.staff.operators.enrol(session, code.clone(), &typed, now)
    });
    told.await.unwrap_or_else(|told| ask_enrol(&begun, StatusCode::UNAUTHORIZED, Some(told)))
}

/// Goes on with a session that is complete, if the code is right; otherwise says why not.
async fn finish(
    begun: &Begun,
    take: impl Fn(&Web, &Session, moment::Instant) -> Result<Option<Operator>, engine::StoreError>
    + Send
    + 'static,
) -> Result<Response, String> {
    let (web, email, now) = (begun.web.clone(), begun.session.email.clone(), begun.web.now());
    if let Some(until) = web.staff.lockout.waits(&email, now) {
        let seconds = until.millis_since(now) / 1_000 + 1;
        return Err(begun.say.with("sign-in-wait", [("seconds", seconds.into())]));
    }
    let (old, session) = (begun.token.clone(), begun.session.clone());
    let done = tokio::task::spawn_blocking(move || {
        let right = take(&web, &session, now)?;
        let what = if right.is_some() { "sign_in.done" } else { "sign_in.wrong_code" };
        let noted = Noted {
            at: now,
            who: email.clone(),
            what: what.into(),
            on: String::new(),
            detail: String::new(),
        };
        web.staff.audit.note(&noted)?;
        let Some(operator) = right else {
            web.staff.lockout.failed(&email, now);
            return Ok::<_, engine::StoreError>(None);
        };
        web.staff.lockout.succeeded(&email);
        // Another token: one that was known before is worth nothing.
        web.staff.sessions.end(&old)?;
        web.staff.sessions.begin(&operator, true, now).map(Some)
    });
    match done.await {
        Ok(Ok(Some(token))) => Ok(with_cookie(see("/console"), &begun.web, &token)),
        Ok(Ok(None)) => Err(begun.say.t("code-wrong")),
        Ok(Err(_)) | Err(_) => Ok(plain(&begun.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble")),
    }
}

/// Ends the session.
pub(super) async fn sign_out(desk: Desk, headers: HeaderMap, form: Signed) -> Response {
    let _ = form;
    let token = crate::portal::cookie(&headers, COOKIE).unwrap_or_default().to_owned();
    if let Err(response) = desk.note("sign_out", "", "").await {
        return response;
    }
    let staff = desk.web.staff.clone();
    match tokio::task::spawn_blocking(move || staff.sessions.end(&token)).await {
        Ok(Ok(())) => with_cookie(see("/console/sign_in"), &desk.web, ""),
        Ok(Err(_)) | Err(_) => plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble"),
    }
}
