//! Revoking a key.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::StoredKey;
use maud::html;
use operators::Role;

use super::super::layout::plain;
use super::super::sure::{self, Sure};
use super::super::{Desk, Signed};
use super::{HERE, all};
use crate::answer::see;

/// The live key of that id, if whoever asks may revoke one.
async fn find(desk: &Desk, id: &str) -> Result<(String, StoredKey), Response> {
    desk.needs(Role::Admin, "key.revoke", &words::one_line(id)).await?;
    let mine = |of: super::Of| {
        let key = of.live.into_iter().find(|key| key.id == id)?;
        Some((of.published.program.name.clone(), key))
    };
    let found = all(desk).await?.into_iter().find_map(mine);
    found.ok_or_else(|| plain(&desk.say, StatusCode::NOT_FOUND, "console-no-key"))
}

pub(super) async fn ask(Path(id): Path<String>, desk: Desk) -> Response {
    asked(&desk, &id).await.unwrap_or_else(IntoResponse::into_response)
}

async fn asked(desk: &Desk, id: &str) -> Result<Response, Response> {
    let (program, key) = find(desk, id).await?;
    let say = &desk.say;
    let rows = [
        ("key", key.id.clone()),
        ("console-program", words::one_line(&program)),
        ("key-label", words::one_line(&key.label)),
        ("key-scopes", key.scopes.names().join(", ")),
        ("key-made-at", say.day(key.created_at)),
    ];
    let body = html! {
        table.figures.narrow-facts { tbody {
            @for (name, value) in rows { @if !value.is_empty() { tr { th scope="row" { (say.t(name)) } td { (value) } } } }
        } }
        p { (say.t("key-sure-how")) }
    };
    let sure = Sure {
        name: "console-keys",
        title: say.t("key-sure"),
        body,
        action: &format!("{HERE}/{}/revoke", key.id),
        button: say.t("key-revoke-it"),
        back: HERE,
    };
    Ok(sure::ask(desk, sure))
}

pub(super) async fn revoke(Path(id): Path<String>, desk: Desk, form: Signed) -> Response {
    let _ = form;
    revoked(&desk, &id).await.unwrap_or_else(IntoResponse::into_response)
}

async fn revoked(desk: &Desk, id: &str) -> Result<Response, Response> {
    let (_, key) = find(desk, id).await?;
    desk.note("key.revoke", &format!("{} {}", key.program, key.id), &words::one_line(&key.label)).await?;
    let (control, now) = (desk.web.engine.control(), desk.web.now());
    let done = tokio::task::spawn_blocking(move || control.revoke_key(&key.id, now)).await;
    match done.ok().and_then(Result::ok) {
        Some(true) => Ok(see(&format!("{HERE}?done=key-revoked"))),
        // Somebody else was quicker.
        Some(false) => Err(plain(&desk.say, StatusCode::NOT_FOUND, "console-no-key")),
        None => Err(plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble")),
    }
}
