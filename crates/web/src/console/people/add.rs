//! Adding an operator.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use operators::{Known, NotDone, Role, Way, fresh_password, is_email};

use super::super::layout::{plain, token};
use super::super::sure::{self, Once};
use super::super::{Desk, Signed};
use super::{HERE, has_provider, href, list, provider, roles};
use crate::answer::see;

/// What stands in the form.
#[derive(Default)]
pub(super) struct Draft {
    email: String,
    role: Option<Role>,
    way: String,
    known: String,
}

impl Draft {
    fn of(form: &Signed) -> Draft {
        let text = |name| form.get(name).unwrap_or_default().chars().take(300).collect::<String>();
        Draft {
            email: text("email").to_lowercase(),
            role: form.get("role").and_then(Role::from_code),
            way: text("way"),
            known: text("known"),
        }
    }

    /// By what the provider is to know them; `None`: they have a password.
    fn known(&self) -> Option<Known> {
        known(&self.way, if self.known.is_empty() { &self.email } else { &self.known })
    }

    /// What is wrong about it.
    fn wrong(&self, provider: bool) -> Option<&'static str> {
        if !is_email(&self.email) {
            return Some("person-no-address");
        }
        if self.role.is_none() {
            return Some("person-no-role");
        }
        (self.known().is_some() && !provider).then_some("person-no-way")
    }
}

/// By what the provider is to know somebody.
pub(super) fn known(way: &str, text: &str) -> Option<Known> {
    match way {
        "email" => Some(Known::Email(text.to_lowercase())),
        "subject" => Some(Known::Subject(text.to_owned())),
        _ => None,
    }
}

pub(super) fn form(desk: &Desk, draft: &Draft) -> Markup {
    let say = &desk.say;
    let name = provider(desk);
    html! {
        section {
            h2 { (say.t("person-add")) }
            form.stack method="post" action=(HERE) {
                (token(desk))
                div.fields {
                    div.field {
                        label for="email" { (say.t("sign-in-email")) }
                        input #email name="email" type="email" size="32" maxlength="200" value=(draft.email) autocomplete="off" required;
                    }
                    div.field { label for="role" { (say.t("person-role")) } (roles(desk, draft.role.or(Some(Role::Viewer)))) }
                }
                @if has_provider(desk) {
                    div.fields {
                        div.field {
                            label for="way" { (say.t("person-way")) }
                            select #way name="way" {
                                @for way in ["password", "email", "subject"] {
                                    option value=(way) selected[draft.way == way] { (say.with(&format!("person-way-{way}"), [("name", name.clone().into())])) }
                                }
                            }
                        }
                        div.field {
                            label for="known" { (say.t("person-known")) }
                            input #known name="known" size="32" maxlength="255" value=(draft.known) autocomplete="off" aria-describedby="known-how";
                        }
                    }
                    p.small #known-how { (say.with("person-known-how", [("name", name.into())])) }
                }
                p.actions { button type="submit" { (say.t("person-add-it")) } span.small { (say.t("person-add-how")) } }
            }
        }
    }
}

pub(super) async fn add(desk: Desk, form: Signed) -> Response {
    added(&desk, &form).await.unwrap_or_else(IntoResponse::into_response)
}

async fn added(desk: &Desk, form: &Signed) -> Result<Response, Response> {
    let draft = Draft::of(form);
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    desk.needs(Role::Admin, "operator.add", &words::one_line(&draft.email)).await?;
    if let Some(wrong) = draft.wrong(has_provider(desk)) {
        return list(desk, unprocessable, &draft, Some(wrong)).await;
    }
    let trouble = || plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble");
    let (role, known) = (draft.role.unwrap_or(Role::Viewer), draft.known());
    let how =
        known.as_ref().map_or_else(|| "a password".to_owned(), |known| format!("the provider, as {known}"));
    let password = if known.is_none() { Some(fresh_password().map_err(|_| trouble())?) } else { None };
    let way = match (known, &password) {
        (Some(known), _) => Way::Known(known),
        (None, password) => Way::Password(password.clone().unwrap_or_default()),
    };
    desk.note("operator.add", &draft.email, &format!("{}, with {how}", role.code())).await?;
    let (operators, email, now) = (desk.web.staff.operators.clone(), draft.email.clone(), desk.web.now());
    // A hash takes memory and time: one at a time, whoever asks.
    let hashing = desk.web.staff.hashing.acquire().await.map_err(|_| trouble())?;
    let done = tokio::task::spawn_blocking(move || operators.add(&email, role, &way, now)).await;
    drop(hashing);
    let wrong = match done {
        Ok(Ok(_)) => {
            let Some(password) = password else {
                return Ok(see(&format!("{HERE}?done=person-added")));
            };
            desk.web.staff.lockout.succeeded(&draft.email);
            return Ok(shown(desk, "person-added", &draft.email, &password));
        }
        Ok(Err(not_done)) => {
            desk.note("operator.add.refused", &draft.email, &not_done.to_string()).await?;
            match not_done {
                NotDone::Address(_) | NotDone::Subject => "person-no-known",
                NotDone::Exists(_) => "person-exists",
                NotDone::Taken(_) => "person-taken",
                _ => return Err(trouble()),
            }
        }
        Err(_) => return Err(trouble()),
    };
    list(desk, unprocessable, &draft, Some(wrong)).await
}

/// The page with a password, which is shown this once.
pub(super) fn shown(desk: &Desk, title: &str, email: &str, password: &str) -> Response {
    let say = &desk.say;
    let whose = || [("email", email.to_owned().into())];
    sure::show(
        desk,
        Once {
            name: "console-people",
            title: say.with(title, whose()),
            lead: say.with("person-password-for", whose()),
            label: say.t("person-password"),
            how: say.t("person-password-how"),
            secret: password,
            back: &href(email),
            back_to: say.t("person-back"),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_an_address_and_a_role_and_a_way() {
        let cases = [
            (&[("email", " Ada@Ops.example "), ("role", "admin")][..], false, None, None),
            (&[("email", "ada"), ("role", "admin")], false, None, Some("person-no-address")),
            (&[("email", "<script>@x"), ("role", "admin")], false, None, Some("person-no-address")),
            (&[("email", "ada@x"), ("role", "root")], false, None, Some("person-no-role")),
            (&[("email", "ada@x")], false, None, Some("person-no-role")),
            (
                &[("email", "ada@x"), ("role", "viewer"), ("way", "email")],
                true,
                Some(Known::Email("ada@x".into())),
                None,
            ),
            (
                &[("email", "ada@x"), ("role", "viewer"), ("way", "subject"), ("known", "s-1")],
                true,
                Some(Known::Subject("s-1".into())),
                None,
            ),
            (
                &[("email", "ada@x"), ("role", "viewer"), ("way", "email"), ("known", "b@x")],
                false,
                Some(Known::Email("b@x".into())),
                Some("person-no-way"),
            ),
        ];
        for (fields, provider, known, wrong) in cases {
            let draft = Draft::of(&Signed::with(fields));
            assert_eq!((draft.known(), draft.wrong(provider)), (known, wrong), "{fields:?}");
        }
    }
}
