//! The versions of a program that there were: the list, and each with its file and what it changed.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use catalog::Change;
use engine::Published;
use maud::{Markup, html};
use publishing::{Version, compare};

use super::layout::plain;
use super::{Desk, Page, frame};
use crate::say::Say;

/// So many are shown with the program, and so many on a page of their own.
const NEWEST: usize = 5;
const SHOWN: usize = 50;

/// The newest ones, and the way to all.
pub(super) async fn newest(desk: &Desk, published: &Published) -> Result<Markup, Response> {
    let found = find(desk, published, None, NEWEST + 1).await?;
    let say = &desk.say;
    Ok(html! {
        section {
            h2 { (say.t("versions")) }
            (table(desk, published, found.iter().take(NEWEST)))
            @if found.len() > NEWEST { p { a href={ "/console/" (published.program.id) "/versions" } { (say.t("versions-older")) } } }
        }
    })
}

async fn find(
    desk: &Desk,
    published: &Published,
    before: Option<u32>,
    limit: usize,
) -> Result<Vec<Version>, Response> {
    let id = published.program.id.clone();
    desk.schedule(move |schedule| schedule.versions(&id, before, limit)).await
}

pub(super) async fn page(desk: Desk) -> Response {
    list(&desk).await.unwrap_or_else(IntoResponse::into_response)
}

async fn list(desk: &Desk) -> Result<Response, Response> {
    let published = desk.program()?;
    let before = desk.asked("before").and_then(|text| text.parse().ok());
    let mut found = find(desk, published, before, SHOWN + 1).await?;
    let more = found.len() > SHOWN;
    found.truncate(SHOWN);
    let next = found.last().filter(|_| more).map(|version| version.number);
    let say = &desk.say;
    let body = html! {
        @if found.is_empty() { p.empty { (say.t("console-no-version")) } } @else { (table(desk, published, found.iter())) }
        @if let Some(next) = next {
            p { a href={ "/console/" (published.program.id) "/versions?before=" (next) } { (say.t("next")) } }
        }
    };
    Ok(frame(desk, &Page { name: "console-program", title: say.t("versions"), body }))
}

fn table<'a>(desk: &Desk, published: &Published, found: impl Iterator<Item = &'a Version>) -> Markup {
    let say = &desk.say;
    html! {
        div.scroll.console-list tabindex="0" role="group" aria-label=(say.t("table")) { table.figures {
            thead { tr {
                th scope="col" { (say.t("version")) }
                th scope="col" { (say.t("when")) }
                th scope="col" { (say.t("by")) }
            } }
            tbody { @for version in found { tr {
                th scope="row" {
                    a href=(href(&published.program.id, version.number)) { (named(say, version.number)) }
                    @if version.number == published.version { " " span.tag.good { (say.t("version-runs")) } }
                }
                td { (say.moment(version.published_at)) }
                td { (by(say, version)) }
            } } }
        } }
    }
}

fn href(program: &str, number: u32) -> String {
    format!("/console/{program}/versions/{number}")
}

fn named(say: &Say, number: u32) -> String {
    say.with("version-number", [("version", i64::from(number).into())])
}

fn by(say: &Say, version: &Version) -> Markup {
    html! {
        @match &version.by {
            Some(by) => (words::one_line(by)),
            None => span.small { (say.t("version-unknown-by")) },
        }
    }
}

fn published_by(say: &Say, version: &Version) -> String {
    let at = ("at", say.moment(version.published_at).into());
    match &version.by {
        Some(by) => say.with("version-published-by", [at, ("who", words::one_line(by).into())]),
        None => say.with("version-published", [at]),
    }
}

/// What one file changes of another, or why that can't be told.
type Compared = Result<Vec<Change>, Vec<String>>;

/// A version, and how it differs from those around it.
struct Found {
    version: Version,
    text: String,
    /// From the one before it; `None`: it is the first.
    changed: Option<Compared>,
    /// To the one that runs; `None`: it is that.
    since: Option<Compared>,
    /// Whether there is one behind it.
    followed: bool,
}

pub(super) async fn one(Path((_, number)): Path<(String, u32)>, desk: Desk) -> Response {
    shown(&desk, number).await.unwrap_or_else(IntoResponse::into_response)
}

async fn shown(desk: &Desk, number: u32) -> Result<Response, Response> {
    let published = desk.program()?;
    let (id, current) = (published.program.id.clone(), published.version);
    let found = desk.schedule(move |schedule| {
        let Some((version, text)) = schedule.version(&id, number)? else { return Ok(None) };
        let file = |number: Option<u32>| match number {
            Some(number) => Ok(schedule.version(&id, number)?.map(|(_, text)| text)),
            None => Ok::<_, engine::StoreError>(None),
        };
        let changed = file(number.checked_sub(1))?.map(|before| compare(&id, &before, &text));
        let running = file(Some(current).filter(|current| *current != number))?;
        let since = running.map(|running| compare(&id, &text, &running));
        Ok(Some(Found { version, text, changed, since, followed: number < current }))
    });
    let none = || plain(&desk.say, StatusCode::NOT_FOUND, "console-no-version");
    let found = found.await?.ok_or_else(none)?;
    let (say, id) = (&desk.say, &published.program.id);
    let body = html! {
        p {
            @if found.since.is_none() { span.tag.good { (say.t("version-runs")) } " " }
            (published_by(say, &found.version))
        }
        nav.actions aria-label=(say.t("version-neighbours")) {
            @if found.changed.is_some() { a rel="prev" href=(href(id, number - 1)) { "← " (named(say, number - 1)) } }
            @if found.followed { a rel="next" href=(href(id, number + 1)) { (named(say, number + 1)) " →" } }
            a href={ "/console/" (id) "/program?from=" (number) } { (say.t("version-take-up")) }
        }
        section {
            h2 { (say.t("version-changed")) }
            @match &found.changed {
                None => p { (say.t("version-first")) },
                Some(compared) => (told(say, compared)),
            }
        }
        @if let Some(since) = &found.since {
            section {
                h2 { (say.with("version-since", [("version", i64::from(current).into())])) }
                (told(say, since))
            }
        }
        section {
            h2 #file { (say.t("version-file")) }
            pre.code tabindex="0" role="region" aria-labelledby="file" { (found.text) }
        }
    };
    Ok(frame(desk, &Page { name: "console-program", title: named(say, number), body }))
}

fn told(say: &Say, compared: &Compared) -> Markup {
    match compared {
        Ok(changes) => super::program::changes(say, changes, "version-same"),
        Err(reasons) => html! {
            p { (say.t("version-unreadable")) }
            ul.plain { @for reason in reasons { li { (reason) } } }
        },
    }
}
