//! What an admin does about an operator: as the command line does it, but noted, and nobody locks out themselves or all.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use operators::{Act, By, NotDone, Operator, Role, fresh_password};

use super::super::layout::plain;
use super::super::{Desk, Signed};
use super::add::{known, shown};
use super::one::find;
use super::{HERE, has_provider, href};
use crate::answer::see;

pub(super) async fn act(Path((email, what)): Path<(String, String)>, desk: Desk, form: Signed) -> Response {
    done(&desk, &email, &what, &form).await.unwrap_or_else(IntoResponse::into_response)
}

/// What can be done, by the end of the path, and what the audit log calls it.
const ACTS: [(&str, &str); 8] = [
    ("role", "operator.role"),
    ("password", "operator.password"),
    ("forget-code", "operator.forget_code"),
    ("oidc", "operator.oidc"),
    ("without-oidc", "operator.without_oidc"),
    ("disable", "operator.disable"),
    ("enable", "operator.enable"),
    ("remove", "operator.remove"),
];

async fn done(desk: &Desk, email: &str, what: &str, form: &Signed) -> Result<Response, Response> {
    let none = || plain(&desk.say, StatusCode::NOT_FOUND, "console-no-person");
    let (what, noted) = ACTS.into_iter().find(|(code, _)| *code == what).ok_or_else(none)?;
    let before = find(desk, email, noted).await?;
    let (act, detail) = wanted(desk, &before, what, form)?;
    desk.note(noted, &before.email, &detail).await?;
    let trouble = || plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble");
    let (staff, email, provider) = (desk.web.staff.clone(), before.email.clone(), has_provider(desk));
    let (own, session, doing) = (desk.operator.email.clone(), desk.session.clone(), act.clone());
    // A hash takes memory and time: one at a time, whoever asks.
    let hashing = desk.web.staff.hashing.acquire().await.map_err(|_| trouble())?;
    let done = tokio::task::spawn_blocking(move || {
        let by = By { email: &own, session: &session, provider };
        staff.people.act(&email, &doing, Some(by))
    });
    let done = done.await.map_err(|_| trouble())?;
    drop(hashing);
    if let Err(not_done) = done {
        desk.note(&format!("{noted}.refused"), &before.email, &not_done.to_string()).await?;
        let (status, key) = said(&not_done);
        return Err(plain(&desk.say, status, key));
    }
    if let Act::Password(password) = &act {
        // Whoever tried the old one too often need not wait for the new one.
        desk.web.staff.lockout.succeeded(&before.email);
        return Ok(shown(desk, "person-password-made", &before.email, password));
    }
    let here = if act == Act::Remove { HERE.to_owned() } else { href(&before.email) };
    Ok(see(&format!("{here}?done=person-{what}")))
}

/// What a form asks for, and what is noted of it.
fn wanted(desk: &Desk, before: &Operator, what: &str, form: &Signed) -> Result<(Act, String), Response> {
    let plain = |status, key| plain(&desk.say, status, key);
    let nothing = String::new();
    Ok(match what {
        "role" => {
            let role = form.get("role").and_then(Role::from_code);
            let role = role.ok_or_else(|| plain(StatusCode::UNPROCESSABLE_ENTITY, "person-refused"))?;
            (Act::Role(role), format!("from {} to {}", before.role.code(), role.code()))
        }
        "password" => {
            let made = fresh_password();
            let made = made.map_err(|_| plain(StatusCode::SERVICE_UNAVAILABLE, "console-trouble"))?;
            (Act::Password(made), nothing)
        }
        "oidc" => {
            let text: String = form.get("known").unwrap_or_default().chars().take(300).collect();
            let known = known(form.get("way").unwrap_or_default(), &text).filter(|_| has_provider(desk));
            let known = known.ok_or_else(|| plain(StatusCode::UNPROCESSABLE_ENTITY, "person-refused"))?;
            let detail = format!("as {known}");
            (Act::Known(known), detail)
        }
        "forget-code" => (Act::ForgetCode, nothing),
        "without-oidc" => (Act::NotKnown, nothing),
        "disable" => (Act::Disable, nothing),
        "enable" => (Act::Enable, nothing),
        _ => (Act::Remove, nothing),
    })
}

/// How it is said that something was not done.
fn said(not_done: &NotDone) -> (StatusCode, &'static str) {
    match not_done {
        NotDone::Unknown(_) => (StatusCode::NOT_FOUND, "console-no-person"),
        NotDone::NotAllowed => (StatusCode::FORBIDDEN, "console-forbidden"),
        NotDone::Yourself => (StatusCode::CONFLICT, "person-yourself"),
        NotDone::LastAdmin => (StatusCode::CONFLICT, "person-last-admin"),
        NotDone::Address(_)
        | NotDone::Subject
        | NotDone::Taken(_)
        | NotDone::Exists(_)
        | NotDone::Weak(_) => (StatusCode::UNPROCESSABLE_ENTITY, "person-refused"),
        NotDone::Store(_) => (StatusCode::SERVICE_UNAVAILABLE, "console-trouble"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::say::Say;

    #[test]
    fn each_refusal_has_a_page_and_each_act_a_text() {
        let all = [
            NotDone::Unknown("x".into()),
            NotDone::NotAllowed,
            NotDone::Yourself,
            NotDone::LastAdmin,
            NotDone::Subject,
            NotDone::Taken("x".into()),
            NotDone::Store(engine::StoreError::new("x")),
        ];
        let say = Say::to(None, Some("en"));
        for not_done in all {
            let (status, key) = said(&not_done);
            assert!(status.is_client_error() || status.is_server_error());
            for key in [key.to_owned(), format!("{key}-how")] {
                assert_ne!(say.t(&key), key, "{not_done:?}");
            }
        }
        for (what, _) in ACTS.into_iter().filter(|(what, _)| *what != "password") {
            let key = format!("console-done-person-{what}");
            assert_ne!(say.t(&key), key);
        }
    }
}
