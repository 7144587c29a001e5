//! What is around every page.

use axum::http::StatusCode;
use axum::response::Response;
use catalog::{Brand, Program};
use maud::{DOCTYPE, Markup, html};

use super::Visit;
use crate::answer;
use crate::look::{Accent, href};
use crate::say::Say;

/// A page's own parts.
pub(crate) struct Page<'a> {
    /// Its name in [`PAGES`](super::PAGES), by which it stands out in the navigation.
    pub name: &'a str,
    /// What stands above it, and in the browser's tab.
    pub title: String,
    pub body: Markup,
}

/// The pages of the navigation, by the key of their name.
const NAVIGATION: [(&str, &str); 7] = [
    ("overview", "nav-overview"),
    ("buy", "nav-buy"),
    ("history", "nav-history"),
    ("reports", "nav-reports"),
    ("prices", "nav-prices"),
    ("alerts", "nav-alerts"),
    ("receipts", "nav-receipts"),
];

/// A page, with everything around it.
pub(crate) fn frame(visit: &Visit, page: Page<'_>) -> Response {
    framed(visit, StatusCode::OK, page)
}

/// The same, where something was not right.
pub(crate) fn framed(visit: &Visit, status: StatusCode, page: Page<'_>) -> Response {
    let (program, say) = (visit.program(), &visit.say);
    let Page { name: own, title, body: inner } = page;
    let name = visit.account.profile.as_deref().and_then(|profile| profile.name.as_deref());
    let body = html! {
        a.skip href="#main" { (say.t("skip")) }
        header.top {
            div.bar {
                (merchant(program, say))
                div.who {
                    @if let Some(name) = name { span.name { (words::one_line(name)) } }
                    form method="post" action=(visit.path("leave")) {
                        (token(visit))
                        button.quiet type="submit" { (say.t("leave")) }
                    }
                }
            }
            nav.pages aria-label=(say.t("nav")) {
                ul {
                    @for (other, key) in NAVIGATION {
                        li {
                            a href=(visit.path(other)) aria-current=[(other == own).then_some("page")] { (say.t(key)) }
                        }
                    }
                }
            }
        }
        main #main tabindex="-1" data-live=(visit.path("live")) {
            h1 { (title) }
            @if let Some(notice) = notice(visit) { p.notice role="status" { (notice) } }
            (inner)
        }
        footer.bottom { (help(visit)) }
    };
    answer::page(status, &program.brand, document(Some(program), say, &title, &body, true))
}

/// What was just done, after a form.
fn notice(visit: &Visit) -> Option<String> {
    let done = visit.asked("done")?;
    // Only what is in the catalogue is said, whatever the address says.
    let key = format!("done-{done}");
    let said = visit.say.t(&key);
    (said != key && done.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')).then_some(said)
}

/// The hidden field of every form: what proves that it is ours.
pub(crate) fn token(visit: &Visit) -> Markup {
    html! { input type="hidden" name="form" value=(visit.form_token); }
}

/// The same with what makes sending it twice harmless.
pub(crate) fn token_once(visit: &Visit) -> Markup {
    html! {
        (token(visit))
        input type="hidden" name="once" value=(visit.once());
    }
}

fn merchant(program: &Program, say: &Say) -> Markup {
    let inner = html! {
        @match &program.brand.logo {
            Some(logo) => { img src=(logo) alt=(program.name) height="28"; }
            None => { span.mark aria-hidden="true" {} (program.name) }
        }
    };
    html! {
        @match &program.brand.home {
            Some(home) => {
                a.merchant href=(home) title=(say.with("back-to", [("name", program.name.clone().into())])) { (inner) }
            }
            None => { span.merchant { (inner) } }
        }
    }
}

/// The way to support, with the subject and the account filled in.
fn help(visit: &Visit) -> Markup {
    let (program, say) = (visit.program(), &visit.say);
    let account = ids::Id::new(ids::Kind::Account, visit.account.id, visit.account.no).to_string();
    let host_id = &visit.account.host_id;
    let whose = if host_id.is_empty() { account.clone() } else { format!("{host_id}, {account}") };
    let subject = say.with("support-subject", [("name", program.name.clone().into())]);
    let body = say.with("support-body", [("account", whose.into())]);
    html! {
        p {
            @if let Some(email) = &program.brand.support_email {
                a href=(mailto(email, &subject, &body)) { (say.t("support-mail")) }
            }
            @if let Some(url) = &program.brand.support_url {
                a href=(url) { (say.t("support-page")) }
            }
            @if let Some(home) = &program.brand.home {
                a href=(home) { (say.with("back-to", [("name", program.name.clone().into())])) }
            }
        }
        p.zone { (say.with("times-in", [("zone", zone(visit).into())])) }
    }
}

fn zone(visit: &Visit) -> String {
    let own = visit.account.profile.as_deref().and_then(|profile| profile.time_zone.as_deref());
    own.filter(|own| !own.is_empty()).unwrap_or("UTC").replace('_', " ")
}

pub(super) fn mailto(email: &str, subject: &str, body: &str) -> String {
    // Mail programs take a plus sign as it is.
    let escape = |text: &str| {
        url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
    };
    format!("mailto:{email}?subject={}&body={}", escape(subject), escape(body))
}

fn document(program: Option<&Program>, say: &Say, title: &str, body: &Markup, live: bool) -> Markup {
    let brand = program.map(|program| &program.brand);
    let accent = Accent::of(brand.and_then(|brand| brand.accent.as_deref()));
    let title = match program {
        Some(program) => format!("{title} – {}", program.name),
        None => title.to_owned(),
    };
    html! {
        (DOCTYPE)
        html lang=(say.language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="stylesheet" href=(href("portal.css"));
                link rel="stylesheet" href=(accent.href());
                link rel="icon" href="data:,";
                @if live { script src=(href("portal.js")) defer {} }
            }
            body { (body) }
        }
    }
}

/// Why there is no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// No such program runs here.
    NoProgram,
    /// There is no such page.
    NoPage,
    /// Nobody came in by a link.
    NoSession,
    /// The session is over.
    Ended,
    /// The link was followed before, or is too old.
    LinkUsed,
    /// The visitor went.
    Left,
    /// A form that is not of this session.
    Form,
    /// Something here does not work now.
    Trouble,
}

impl Lost {
    fn said(self) -> (StatusCode, &'static str) {
        match self {
            Lost::NoProgram => (StatusCode::NOT_FOUND, "lost-program"),
            Lost::NoPage => (StatusCode::NOT_FOUND, "lost-page"),
            Lost::NoSession => (StatusCode::UNAUTHORIZED, "lost-session"),
            Lost::Ended => (StatusCode::UNAUTHORIZED, "lost-ended"),
            Lost::LinkUsed => (StatusCode::GONE, "lost-link"),
            Lost::Left => (StatusCode::OK, "lost-left"),
            Lost::Form => (StatusCode::FORBIDDEN, "lost-form"),
            Lost::Trouble => (StatusCode::SERVICE_UNAVAILABLE, "lost-trouble"),
        }
    }
}

/// The page for an address that has none.
pub(crate) fn no_page(program: Option<&Program>, say: &Say) -> Response {
    lost(program, say, if program.is_some() { Lost::NoPage } else { Lost::NoProgram })
}

/// The page for who is not let in: it says why, and leads back to the host.
pub(super) fn lost(program: Option<&Program>, say: &Say, why: Lost) -> Response {
    let way_on = program.filter(|_| matches!(why, Lost::NoPage));
    let (status, key) = why.said();
    let title = say.t(key);
    let home = program.and_then(|program| program.brand.home.as_ref());
    let support = program.and_then(|program| program.brand.support_url.as_ref());
    let body = html! {
        main.alone #main {
            @if let Some(program) = program { p { (merchant(program, say)) } }
            h1 { (title) }
            p.lead { (say.t(&format!("{key}-how"))) }
            @if let Some(program) = way_on {
                p { a.button href=(super::path(&program.id, "overview")) { (say.t("overview-title")) } }
            } @else if let (Some(program), Some(home)) = (program, home) {
                p { a.button href=(home) { (say.with("back-to", [("name", program.name.clone().into())])) } }
            } @else if let Some(support) = support {
                p { a href=(support) { (say.t("support-page")) } }
            }
        }
    };
    let none = Brand::default();
    let brand = program.map_or(&none, |program| &program.brand);
    answer::page(status, brand, document(program, say, &title, &body, false))
}
