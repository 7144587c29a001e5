//! The operators: who may use the console, how they sign in, and what is done about that. For admins only.

mod act;
mod add;
mod one;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use operators::{CodeState, Known, Operator, Role};

use super::layout::{framed, plain};
use super::{Desk, Page};
use crate::state::Web;
use add::Draft;

/// Where they are.
const HERE: &str = "/console/people";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(HERE, get(page).post(add::add))
        .route("/console/people/{email}", get(one::page))
        .route("/console/people/{email}/{what}", get(one::ask).post(act::act))
}

/// Where one of them is. An address may have letters that have a meaning of their own in a path.
fn href(email: &str) -> String {
    let escaped: String = url::form_urlencoded::byte_serialize(email.as_bytes()).collect();
    format!("{HERE}/{escaped}")
}

async fn page(desk: Desk) -> Response {
    looked(&desk).await.unwrap_or_else(IntoResponse::into_response)
}

async fn looked(desk: &Desk) -> Result<Response, Response> {
    desk.needs(Role::Admin, "people", "").await?;
    list(desk, StatusCode::OK, &Draft::default(), None).await
}

/// The list, with the form as it was filled in, and what is wrong about that.
async fn list(
    desk: &Desk,
    status: StatusCode,
    draft: &Draft,
    wrong: Option<&str>,
) -> Result<Response, Response> {
    let operators = desk.web.staff.operators.clone();
    let found = tokio::task::spawn_blocking(move || operators.list()).await;
    let trouble = || plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble");
    let found = found.ok().and_then(Result::ok).ok_or_else(trouble)?;
    let say = &desk.say;
    let body = html! {
        p.lead { (say.t("people-how")) }
        @if let Some(wrong) = wrong { p.notice.bad role="alert" { (say.with(wrong, [("name", provider(desk).into())])) } }
        (table(desk, &found))
        (add::form(desk, draft))
    };
    Ok(framed(desk, status, &Page { name: "console-people", title: say.t("console-people"), body }))
}

fn table(desk: &Desk, found: &[Operator]) -> Markup {
    let say = &desk.say;
    html! {
        div.scroll.console-list tabindex="0" role="group" aria-label=(say.t("table")) { table.figures {
            thead { tr {
                th scope="col" { (say.t("sign-in-email")) }
                th scope="col" { (say.t("person-role")) }
                th scope="col" { (say.t("person-signs-in")) }
                th scope="col" { (say.t("state")) }
            } }
            tbody { @for operator in found { tr {
                th scope="row" {
                    a href=(href(&operator.email)) { (operator.email) }
                    @if is_self(desk, operator) { " " span.small { (say.t("person-you")) } }
                }
                td { (say.t(&format!("role-{}", operator.role.code()))) }
                td { (signs_in(desk, operator)) }
                td { (standing(desk, operator)) }
            } } }
        } }
    }
}

fn is_self(desk: &Desk, operator: &Operator) -> bool {
    desk.operator.email == operator.email
}

/// What the provider is called, whether there is one or not.
fn provider(desk: &Desk) -> String {
    desk.web.staff.federation.get().map_or_else(|| "OpenID Connect".to_owned(), super::Federation::name)
}

fn has_provider(desk: &Desk) -> bool {
    desk.web.staff.federation.get().is_some()
}

fn standing(desk: &Desk, operator: &Operator) -> Markup {
    html! {
        @if operator.is_disabled() { span.tag.bad { (desk.say.t("person-disabled")) } }
        @else { span.tag.good { (desk.say.t("person-active")) } }
    }
}

/// How they sign in: each way in a line.
fn signs_in(desk: &Desk, operator: &Operator) -> Markup {
    let say = &desk.say;
    let code = match operator.code_state() {
        CodeState::NoPassword => None,
        CodeState::SetUp => Some("signs-code"),
        CodeState::ToBeSetUp => Some("signs-code-due"),
        CodeState::NotAskedFor => Some("signs-no-code"),
    };
    html! {
        @if let Some(code) = code { div { (say.t(code)) } }
        @if let Some(federated) = operator.federated() {
            @let (key, known) = match &federated.known {
                Known::Email(email) => ("signs-provider", email),
                Known::Subject(subject) => ("signs-subject", subject),
            };
            div { (say.with(key, [("name", provider(desk).into()), ("known", words::one_line(known).into())])) }
            div.small {
                @if !has_provider(desk) { (say.t("signs-no-provider")) }
                @else if let Some((_, subject)) = &federated.bound {
                    (say.with("signs-bound", [("subject", words::one_line(subject).into())]))
                } @else { (say.t("signs-unbound")) }
            }
        } @else if code.is_none() { (say.t("signs-nothing")) }
    }
}

/// A choice of roles, each with what it means.
fn roles(desk: &Desk, chosen: Option<Role>) -> Markup {
    let say = &desk.say;
    html! {
        select #role name="role" {
            @for role in Role::ALL {
                @let code = role.code();
                option value=(code) selected[chosen == Some(role)] {
                    (say.t(&format!("role-{code}"))) " – " (say.t(&format!("role-{code}-how")))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_address_is_one_part_of_a_path() {
        for (email, expected) in [
            ("ada@ops.example", "/console/people/ada%40ops.example"),
            ("a?b#c@x", "/console/people/a%3Fb%23c%40x"),
            ("a%2fb+c@x", "/console/people/a%252fb%2Bc%40x"),
        ] {
            assert_eq!(super::href(email), expected);
        }
    }
}
