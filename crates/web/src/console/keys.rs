//! Secret keys of hosts, of all programs: who has which, one that is made, one that is revoked.

mod make;
mod revoke;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use engine::{Published, StoreError, StoredKey};
use maud::{Markup, html};
use operators::Role;

use super::layout::{framed, plain};
use super::{Desk, Page};
use crate::state::Web;
use make::Draft;

/// Where they are.
const HERE: &str = "/console/keys";
/// So many of a program are shown, live ones and revoked ones each.
const SHOWN: usize = 200;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(HERE, get(page).post(make::make))
        .route("/console/keys/{key}/revoke", get(revoke::ask).post(revoke::revoke))
}

/// The keys of a program, newest first.
struct Of {
    published: Arc<Published>,
    live: Vec<StoredKey>,
    revoked: Vec<StoredKey>,
}

/// All keys, by program.
async fn all(desk: &Desk) -> Result<Vec<Of>, Response> {
    let engine = desk.web.engine.clone();
    let found = tokio::task::spawn_blocking(move || {
        let control = engine.control();
        let of = |published: Arc<Published>| {
            let keys = control.keys(&published.program.id)?.into_iter().rev();
            let (live, revoked) = keys.partition(|key| key.revoked_at.is_none());
            Ok(Of { published, live, revoked })
        };
        engine.programs().into_iter().map(of).collect::<Result<Vec<_>, StoreError>>()
    });
    let trouble = || plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble");
    found.await.ok().and_then(Result::ok).ok_or_else(trouble)
}

/// How many keys there are, of all programs.
fn count(all: &[Of]) -> usize {
    all.iter().map(|of| of.live.len() + of.revoked.len()).sum()
}

async fn page(desk: Desk) -> Response {
    list(&desk, StatusCode::OK, &Draft::default(), None).await.unwrap_or_else(IntoResponse::into_response)
}

/// The list, with the form as it was filled in, and what is wrong about that.
async fn list(
    desk: &Desk,
    status: StatusCode,
    draft: &Draft,
    wrong: Option<&str>,
) -> Result<Response, Response> {
    let all = all(desk).await?;
    let say = &desk.say;
    let body = html! {
        p.lead { (say.t("keys-how")) }
        @if let Some(wrong) = wrong { p.notice.bad role="alert" { (say.t(wrong)) } }
        @for of in &all {
            section {
                h2 { (words::one_line(&of.published.program.name)) }
                @if of.live.is_empty() { p.empty { (say.t("keys-none")) } } @else { (table(desk, &of.live)) }
                @if !of.revoked.is_empty() {
                    details {
                        summary { (say.with("keys-revoked", [("count", say.count(of.revoked.len() as i64).into())])) }
                        (table(desk, &of.revoked))
                    }
                }
            }
        }
        @if desk.operator.role.may(Role::Admin) { (make::form(desk, &all, draft)) }
    };
    Ok(framed(desk, status, &Page { name: "console-keys", title: say.t("console-keys"), body }))
}

fn table(desk: &Desk, keys: &[StoredKey]) -> Markup {
    let say = &desk.say;
    let may = desk.operator.role.may(Role::Admin);
    html! {
        div.scroll.console-list tabindex="0" role="group" aria-label=(say.t("table")) { table.figures {
            thead { tr {
                th scope="col" { (say.t("key")) }
                th scope="col" { (say.t("key-label")) }
                th scope="col" { (say.t("key-scopes")) }
                th scope="col" { (say.t("key-made-at")) }
                th scope="col" { (say.t("state")) }
                @if may { th scope="col" { span.unseen { (say.t("key-revoke")) } } }
            } }
            tbody { @for key in keys.iter().take(SHOWN) { tr {
                th scope="row" { code { (key.id) } }
                td { (words::one_line(&key.label)) }
                td { (key.scopes.names().join(", ")) }
                td { (say.day(key.created_at)) }
                td { @match key.revoked_at {
                    None => span.tag.good { (say.t("key-live")) },
                    Some(at) => { span.tag { (say.t("key-revoked")) } " " span.small { (say.moment(at)) } },
                } }
                @if may { td { @if key.revoked_at.is_none() {
                    a href={ (HERE) "/" (key.id) "/revoke" } aria-label=(say.with("key-revoke-of", [("id", key.id.clone().into())])) { (say.t("key-revoke")) }
                } } }
            } } }
        } }
        @if keys.len() > SHOWN { p.small { (say.with("keys-newest", [("count", say.count(SHOWN as i64).into())])) } }
    }
}
