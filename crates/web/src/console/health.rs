//! How the server is, and the proof that its books are right.

use std::sync::PoisonError;

use axum::response::{IntoResponse, Response};
use engine::Checked;
use maud::{Markup, html};
use moment::Instant;
use operators::Role;

use super::layout::token;
use super::{Desk, Page, Signed, frame};
use crate::answer::see;

/// The check that ran last, or runs.
#[derive(Clone, Debug, Default)]
pub(crate) enum LastCheck {
    #[default]
    None,
    Running(Instant),
    Done {
        at: Instant,
        found: Result<std::sync::Arc<Checked>, String>,
    },
}

pub(super) async fn page(desk: Desk) -> Response {
    shown(desk).await.unwrap_or_else(IntoResponse::into_response)
}

async fn shown(desk: Desk) -> Result<Response, Response> {
    let engine = desk.web.engine.clone();
    let failed = desk.schedule(move |schedule| {
        let programs = engine.programs();
        let failed = programs.iter().map(|published| schedule.failed(&published.program.id));
        Ok(failed.collect::<Result<Vec<_>, _>>()?.concat())
    });
    let failed = failed.await?;
    let say = &desk.say;
    let metrics = desk.web.engine.metrics();
    let count = |number: u64| say.count(i64::try_from(number).unwrap_or(i64::MAX));
    let last = desk.web.staff.last_check.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let rows = [
        ("health-accounts", count(metrics.accounts)),
        ("health-cached", count(metrics.cached_accounts)),
        ("health-operations", count(metrics.operations)),
        ("health-entries", count(metrics.entries)),
        ("health-commits", count(metrics.commits)),
        ("health-refusals", count(metrics.refusals)),
        ("health-queued", count(metrics.queued)),
        ("health-lag", count(metrics.projector_lag)),
        (
            "health-longest",
            format!("{} ms", say.count(i64::try_from(metrics.longest_append_us / 1_000).unwrap_or(0))),
        ),
        ("health-disk", format!("{} MB", count(metrics.bytes_on_disk / 1_000_000))),
    ];
    let body = html! {
        p {
            @if metrics.healthy { span.tag.good { (say.t("healthy")) } } @else { span.tag.bad { (say.t("unhealthy")) } }
        }
        @for publication in &failed { (super::scheduled::failure(&desk, publication)) }
        section {
            h2 { (say.t("since-start")) }
            table.figures { tbody {
                @for (key, value) in rows { tr { th scope="row" { (say.t(key)) } td.number { (value) } } }
            } }
        }
        section {
            h2 { (say.t("check")) }
            p.small { (say.t("check-how")) }
            (checked(&desk, &last))
            @if desk.operator.role.may(Role::Support) && !matches!(last, LastCheck::Running(_)) {
                form method="post" action="/console/health" {
                    (token(&desk))
                    p { button type="submit" { (say.t("check-now")) } }
                }
            }
        }
    };
    Ok(frame(&desk, &Page { name: "console-health", title: say.t("console-health"), body }))
}

fn checked(desk: &Desk, last: &LastCheck) -> Markup {
    let say = &desk.say;
    let count = |number: u64| say.count(i64::try_from(number).unwrap_or(i64::MAX));
    match last {
        LastCheck::None => html! { p { (say.t("check-never")) } },
        LastCheck::Running(since) => {
            html! { p { (say.with("check-runs", [("since", say.moment(*since).into())])) } }
        }
        LastCheck::Done { at, found: Ok(found) } => html! {
            p {
                @if found.places.is_empty() { span.tag.good { (say.t("check-clean")) } } @else { span.tag.bad { (say.t("check-off")) } }
                " " (say.moment(*at)) ": "
                (say.with("check-read", [("entries", count(found.entries).into()), ("accounts", count(found.accounts).into())]))
            }
            @if !found.places.is_empty() { ul { @for place in &found.places { li { (place) } } } }
        },
        LastCheck::Done { at, found: Err(why) } => html! {
            p { span.tag.bad { (say.t("check-failed")) } " " (say.moment(*at)) ": " (why) }
        },
    }
}

/// Checks everything, behind what else is done.
pub(super) async fn check(desk: Desk, form: Signed) -> Response {
    let _ = form;
    begin(&desk).await.unwrap_or_else(IntoResponse::into_response)
}

async fn begin(desk: &Desk) -> Result<Response, Response> {
    desk.needs(Role::Support, "check", "").await?;
    desk.note("check", "", "").await?;
    let (web, now) = (desk.web.clone(), desk.web.now());
    {
        let mut last = web.staff.last_check.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*last, LastCheck::Running(_)) {
            return Ok(see("/console/health"));
        }
        *last = LastCheck::Running(now);
    }
    tokio::task::spawn_blocking(move || {
        let store = web.engine.store();
        let found = web.engine.drain().map_err(|failure| format!("{failure:?}"));
        let found = found.and_then(|()| engine::check(&store).map_err(|error| error.to_string()));
        let mut last = web.staff.last_check.lock().unwrap_or_else(PoisonError::into_inner);
        *last = LastCheck::Done { at: web.now(), found: found.map(std::sync::Arc::new) };
    });
    Ok(see("/console/health?done=check"))
}
