//! What is around every page of the console.

use axum::http::StatusCode;
use axum::response::Response;
use catalog::Brand;
use maud::{DOCTYPE, Markup, html};
use operators::Role;

use super::Desk;
use crate::answer;
use crate::look::{Accent, href};
use crate::say::Say;

/// A page's own parts.
pub(crate) struct Page {
    /// The key of its name in the navigation.
    pub name: &'static str,
    pub title: String,
    pub body: Markup,
}

/// The pages of a program, by the key of their name, and where they are.
const OF_PROGRAM: [(&str, &str); 6] = [
    ("console-accounts", ""),
    ("console-orders", "/orders"),
    ("console-quotes", "/quotes"),
    ("console-program", "/program"),
    ("console-deliveries", "/deliveries"),
    ("console-mail", "/mail"),
];
/// The pages of the server, and the least role that sees each.
const OF_SERVER: [(&str, &str, Role); 5] = [
    ("console-home", "/console", Role::Viewer),
    ("console-keys", "/console/keys", Role::Viewer),
    ("console-people", "/console/people", Role::Admin),
    ("console-audit", "/console/audit", Role::Viewer),
    ("console-health", "/console/health", Role::Viewer),
];

/// A page, with everything around it.
pub(crate) fn frame(desk: &Desk, page: &Page) -> Response {
    framed(desk, StatusCode::OK, page)
}

/// The same, where something was not right.
pub(crate) fn framed(desk: &Desk, status: StatusCode, page: &Page) -> Response {
    let say = &desk.say;
    let current = |key: &str| (key == page.name).then_some("page");
    let body = html! {
        a.skip href="#main" { (say.t("skip")) }
        header.top.desk {
            div.bar {
                span.merchant { span.mark aria-hidden="true" {} "Scrip" }
                nav.pages aria-label=(say.t("nav-console")) { ul {
                    @for (key, path, role) in OF_SERVER { @if desk.operator.role.may(role) {
                        li { a href=(path) aria-current=[current(key)] { (say.t(key)) } }
                    } }
                } }
                div.who {
                    span.name { (desk.operator.email) " · " (say.t(&format!("role-{}", desk.operator.role.code()))) }
                    form method="post" action="/console/sign_out" {
                        (token(desk))
                        button.quiet type="submit" { (say.t("leave")) }
                    }
                }
            }
            @if let Some(published) = &desk.published {
                @let (id, name) = (&published.program.id, words::one_line(&published.program.name));
                nav.pages.of-program aria-label=(name) {
                    p { (name) }
                    ul { @for (key, path) in OF_PROGRAM {
                        li { a href={ "/console/" (id) (path) } aria-current=[current(key)] { (say.t(key)) } }
                    } }
                }
            }
        }
        main #main tabindex="-1" {
            h1 { (page.title) }
            @if let Some(done) = done(desk) { p.notice role="status" { (done) } }
            (page.body)
        }
    };
    let page = document(say, &page.title, &body);
    answer::page(status, &Brand::default(), page)
}

/// What was just done, after a form.
fn done(desk: &Desk) -> Option<String> {
    let key = format!("console-done-{}", desk.asked("done")?);
    let said = desk.say.t(&key);
    (said != key && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')).then_some(said)
}

/// The hidden field of every form.
pub(crate) fn token(desk: &Desk) -> Markup {
    html! { input type="hidden" name="form" value=(desk.form_token); }
}

/// A page for who is not signed in, or is not let further.
pub(super) fn alone(say: &Say, status: StatusCode, title: &str, body: &Markup) -> Response {
    let body = html! {
        main.alone #main {
            p { span.merchant { span.mark aria-hidden="true" {} "Scrip" } }
            h1 { (title) }
            (body)
        }
    };
    answer::page(status, &Brand::default(), document(say, title, &body))
}

/// The page for an address that has none.
pub(crate) fn no_page(say: &Say) -> Response {
    plain(say, StatusCode::NOT_FOUND, "lost-page")
}

/// A page that says one thing, and leads back.
pub(super) fn plain(say: &Say, status: StatusCode, key: &str) -> Response {
    let body = html! {
        p.lead { (say.t(&format!("{key}-how"))) }
        p { a.button href="/console" { (say.t("console-home")) } }
    };
    alone(say, status, &say.t(key), &body)
}

fn document(say: &Say, title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(say.language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { (title) " – Scrip" }
                link rel="stylesheet" href=(href("portal.css"));
                link rel="stylesheet" href=(Accent::of(None).href());
                link rel="icon" href="data:,";
            }
            body { (body) }
        }
    }
}
