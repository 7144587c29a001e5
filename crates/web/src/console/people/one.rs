//! One operator: what is known of them, and what may be done about them.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use operators::{Known, Operator, Role};

use super::super::layout::{plain, token};
use super::super::sure::{self, Sure};
use super::super::{Desk, Page, frame};
use super::{has_provider, href, is_self, provider, roles, signs_in, standing};

/// The operator of that address, if whoever asks may see one. What they want to do is noted where they may not.
pub(super) async fn find(desk: &Desk, email: &str, what: &str) -> Result<Operator, Response> {
    desk.needs(Role::Admin, what, &words::one_line(email)).await?;
    let (operators, email) = (desk.web.staff.operators.clone(), email.to_owned());
    let found = tokio::task::spawn_blocking(move || operators.get(&email)).await;
    let trouble = || plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble");
    let found = found.ok().and_then(Result::ok).ok_or_else(trouble)?;
    found.ok_or_else(|| plain(&desk.say, StatusCode::NOT_FOUND, "console-no-person"))
}

pub(super) async fn page(Path(email): Path<String>, desk: Desk) -> Response {
    shown(&desk, &email).await.unwrap_or_else(IntoResponse::into_response)
}

async fn shown(desk: &Desk, email: &str) -> Result<Response, Response> {
    let operator = find(desk, email, "people").await?;
    let (say, here) = (&desk.say, href(&operator.email));
    let own = is_self(desk, &operator);
    let body = html! {
        @if own { p.notice.plain { (say.t("person-is-you")) } }
        table.figures.narrow-facts { tbody {
            tr { th scope="row" { (say.t("person-role")) } td { (say.t(&format!("role-{}", operator.role.code()))) } }
            tr { th scope="row" { (say.t("person-signs-in")) } td { (signs_in(desk, &operator)) } }
            tr { th scope="row" { (say.t("state")) } td { (standing(desk, &operator)) } }
            tr { th scope="row" { (say.t("person-since")) } td { (say.day(operator.created_at)) } }
        } }
        @if !own { (role(desk, &operator, &here)) }
        (sign_in(desk, &operator, &here))
        @if !own { (access(desk, &operator, &here)) }
    };
    Ok(frame(desk, &Page { name: "console-people", title: operator.email.clone(), body }))
}

fn role(desk: &Desk, operator: &Operator, here: &str) -> Markup {
    let say = &desk.say;
    html! {
        section {
            h2 { (say.t("person-role")) }
            form.fields method="post" action={ (here) "/role" } {
                (token(desk))
                label.unseen for="role" { (say.t("person-role")) }
                div.field { (roles(desk, Some(operator.role))) }
                button.second type="submit" { (say.t("person-role-it")) }
            }
            p.small { (say.t("person-role-how")) }
        }
    }
}

fn sign_in(desk: &Desk, operator: &Operator, here: &str) -> Markup {
    let say = &desk.say;
    html! {
        section {
            h2 { (say.t("person-sign-in")) }
            p.actions {
                a.button.second href={ (here) "/password" } { (say.t("person-new-password")) }
                @if operator.code.is_some() { a.button.second href={ (here) "/forget-code" } { (say.t("person-forget-code")) } }
            }
            @if has_provider(desk) || operator.federated().is_some() { (by_provider(desk, operator, here)) }
        }
    }
}

fn by_provider(desk: &Desk, operator: &Operator, here: &str) -> Markup {
    let say = &desk.say;
    let federated = operator.federated();
    let (by_subject, known) = match federated.map(|federated| &federated.known) {
        Some(Known::Subject(subject)) => (true, subject.as_str()),
        Some(Known::Email(email)) => (false, email.as_str()),
        None => (false, operator.email.as_str()),
    };
    html! {
        h3 { (say.with("person-oidc", [("name", provider(desk).into())])) }
        @if has_provider(desk) {
            form.fields method="post" action={ (here) "/oidc" } {
                (token(desk))
                div.field {
                    label for="way" { (say.t("person-oidc-by")) }
                    select #way name="way" {
                        option value="email" selected[!by_subject] { (say.t("person-oidc-email")) }
                        option value="subject" selected[by_subject] { (say.t("person-oidc-subject")) }
                    }
                }
                div.field {
                    label for="known" { (say.t("person-known")) }
                    input #known name="known" size="32" maxlength="255" value=(known) autocomplete="off" aria-describedby="known-how" required;
                }
                button.second type="submit" { (say.t(if federated.is_some() { "person-oidc-again" } else { "person-oidc-it" })) }
            }
            p.small #known-how { (say.t("person-oidc-how")) }
        }
        @if federated.is_some() {
            form.after method="post" action={ (here) "/without-oidc" } {
                (token(desk))
                button.quiet type="submit" { (say.with("person-oidc-not", [("name", provider(desk).into())])) }
            }
        }
    }
}

fn access(desk: &Desk, operator: &Operator, here: &str) -> Markup {
    let say = &desk.say;
    let what = if operator.is_disabled() { "enable" } else { "disable" };
    html! {
        section {
            h2 { (say.t("person-access")) }
            form.fields method="post" action={ (here) "/" (what) } {
                (token(desk))
                button.second type="submit" { (say.t(&format!("person-{what}"))) }
                a.button.second href={ (here) "/remove" } { (say.t("person-remove")) }
            }
            p.small { (say.t(&format!("person-{what}-how"))) }
        }
    }
}

/// What is asked before it is done.
const SURE: [&str; 3] = ["password", "forget-code", "remove"];

pub(super) async fn ask(Path((email, what)): Path<(String, String)>, desk: Desk) -> Response {
    asked(&desk, &email, &what).await.unwrap_or_else(IntoResponse::into_response)
}

async fn asked(desk: &Desk, email: &str, what: &str) -> Result<Response, Response> {
    let operator = find(desk, email, "people").await?;
    let none = || plain(&desk.say, StatusCode::NOT_FOUND, "console-no-person");
    let what = SURE.into_iter().find(|known| *known == what).ok_or_else(none)?;
    let (say, here) = (&desk.say, href(&operator.email));
    let told = [("email", operator.email.clone().into())];
    let sure = Sure {
        name: "console-people",
        title: say.with(&format!("person-sure-{what}"), told),
        body: html! { p { (say.t(&format!("person-sure-{what}-how"))) } },
        action: &format!("{here}/{what}"),
        button: say.t(&format!("person-sure-{what}-it")),
        back: &here,
    };
    Ok(sure::ask(desk, sure))
}
