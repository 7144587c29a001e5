//! Pages in between: one that asks before what can't be undone, and one that shows a secret once.

use axum::response::Response;
use maud::{Markup, html};

use super::layout::token;
use super::{Desk, Page, frame};

/// What somebody is asked before it is done.
pub(super) struct Sure<'a> {
    /// The key of the page's name in the navigation.
    pub name: &'static str,
    pub title: String,
    /// What it is about, and what comes of it.
    pub body: Markup,
    /// Where the form goes.
    pub action: &'a str,
    /// What the button says.
    pub button: String,
    /// Where it leads back to.
    pub back: &'a str,
}

/// Asks whether it is to be done. Nothing is done by looking at it.
pub(super) fn ask(desk: &Desk, sure: Sure<'_>) -> Response {
    let body = html! {
        div.sure {
            (sure.body)
            form.actions method="post" action=(sure.action) {
                (token(desk))
                button type="submit" { (sure.button) }
                a.button.second href=(sure.back) { (desk.say.t("console-cancel")) }
            }
        }
    };
    frame(desk, &Page { name: sure.name, title: sure.title, body })
}

/// What is shown this once.
pub(super) struct Once<'a> {
    /// The key of the page's name in the navigation.
    pub name: &'static str,
    pub title: String,
    /// Of whom or of what it is.
    pub lead: String,
    /// What it is called, and what is to be done with it.
    pub label: String,
    pub how: String,
    pub secret: &'a str,
    /// Where it goes on, and what the link says.
    pub back: &'a str,
    pub back_to: String,
}

/// Shows it, in the answer to the form that made it: it is in no address, and answers are kept by nobody on the way.
pub(super) fn show(desk: &Desk, once: Once<'_>) -> Response {
    let body = html! {
        div.sure {
            p.lead { (once.lead) }
            div.field {
                label for="secret" { (once.label) }
                // A field is reached and copied by keyboard; what is in it no browser is to remember.
                input #secret.secret value=(once.secret) readonly autocomplete="off" spellcheck="false" aria-describedby="secret-how";
            }
            p.notice.warn #secret-how { (once.how) }
            p { a.button href=(once.back) { (once.back_to) } }
        }
    };
    frame(desk, &Page { name: once.name, title: once.title, body })
}
