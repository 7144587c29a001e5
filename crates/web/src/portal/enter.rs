//! Coming in by a link, and going.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use tickets::{Pass, Use};

use super::layout::{Lost, lost};
use super::visit::{accept_language, cookie_name};
use super::{PAGES, Visit, path};
use crate::answer::see;
use crate::say::Say;
use crate::state::Web;

/// How long a session lasts, in milliseconds: eight hours.
const SESSION: i64 = 8 * 3_600_000;

/// Follows a link: its code is used up, and a session begins.
pub(super) async fn enter(
    State(web): State<Web>,
    Path((program, code)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let say = Say::to(None, accept_language(&headers));
    let Some(published) = web.engine.program(&program) else {
        return lost(None, &say, Lost::NoProgram);
    };
    let now = web.now();
    let (links, id) = (web.links.clone(), program.clone());
    let followed = tokio::task::spawn_blocking(move || links.follow(&id, &code, now)).await;
    let link = match followed {
        Ok(Ok(Some(link))) => link,
        Ok(Ok(None)) => return lost(Some(&published.program), &say, Lost::LinkUsed),
        Ok(Err(_)) | Err(_) => return lost(Some(&published.program), &say, Lost::Trouble),
    };
    let until = now.plus_millis(SESSION);
    let pass = Pass { program: program.clone(), account: link.account, member: link.member, until };
    let token = web.tickets.sign(Use::Portal, &pass);
    let page = link.page.as_deref().filter(|page| PAGES.contains(page)).unwrap_or_default();
    let mut response = see(&path(&program, page));
    let framed = !published.program.brand.origins.is_empty();
    set_cookie(&mut response, &web, &program, &token, SESSION / 1_000, framed);
    response
}

/// Ends the session.
pub(super) async fn leave(visit: Visit, form: super::Form) -> Response {
    let _ = form;
    let program = visit.program();
    let mut response = lost(Some(program), &visit.say, Lost::Left);
    set_cookie(&mut response, &visit.web, &program.id, "", 0, !program.brand.origins.is_empty());
    response
}

fn set_cookie(response: &mut Response, web: &Web, program: &str, token: &str, seconds: i64, framed: bool) {
    // In a frame of another site a cookie comes along only if it says so, which browsers take by https only.
    let site = match (web.secure, framed) {
        (true, true) => "SameSite=None; Secure; Partitioned",
        (true, false) => "SameSite=Lax; Secure",
        (false, _) => "SameSite=Lax",
    };
    let name = cookie_name(program);
    let value = format!("{name}={token}; Path=/portal/{program}; Max-Age={seconds}; HttpOnly; {site}");
    if let Ok(value) = HeaderValue::from_str(&value) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
