//! Webhooks on their way, and their log.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use dispatch::Delivery;
use engine::outbox::{TaskFilter, TaskState};
use maud::{Markup, html};
use operators::Role;

use super::layout::{plain, token};
use super::{Desk, Page, Signed, frame};
use crate::answer::see;

const SHOWN: usize = 50;

pub(super) async fn page(desk: Desk) -> Response {
    list(&desk).await.unwrap_or_else(IntoResponse::into_response)
}

async fn list(desk: &Desk) -> Result<Response, Response> {
    let program = desk.program()?.program.id.clone();
    let state = match desk.asked("state").as_deref() {
        Some("waiting") => Some(TaskState::Waiting),
        Some("done") => Some(TaskState::Done),
        Some("dead") => Some(TaskState::Dead),
        _ => None,
    };
    let before = desk.asked("before").and_then(|text| text.parse().ok());
    let filter = TaskFilter { state, before, limit: SHOWN + 1, ..TaskFilter::default() };
    let (dispatch, id) = (desk.web.dispatch.clone(), program.clone());
    let found = tokio::task::spawn_blocking(move || dispatch.deliveries(&id, filter)).await;
    let trouble = || plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble");
    let mut found = found.ok().and_then(Result::ok).ok_or_else(trouble)?;
    let more = found.len() > SHOWN;
    found.truncate(SHOWN);
    let next = found.last().filter(|_| more).map(|delivery| delivery.task.id);
    let say = &desk.say;
    let base = format!("/console/{program}/deliveries");
    let body = html! {
        nav.actions aria-label=(say.t("state")) {
            @for (code, key) in [("", "all"), ("waiting", "delivery-waiting"), ("done", "delivery-done"), ("dead", "delivery-dead")] {
                a href={ (base) "?state=" (code) } aria-current=[(desk.asked("state").unwrap_or_default() == code).then_some("true")] { (say.t(key)) }
            }
        }
        @if found.is_empty() { p.empty { (say.t("no-deliveries")) } } @else { (table(desk, &found, &base)) }
        @if let Some(next) = next { p { a href={ (base) "?before=" (next) "&state=" (desk.asked("state").unwrap_or_default()) } { (say.t("next")) } } }
    };
    Ok(frame(desk, &Page { name: "console-deliveries", title: say.t("console-deliveries"), body }))
}

fn table(desk: &Desk, found: &[Delivery], base: &str) -> Markup {
    let say = &desk.say;
    let may = desk.operator.role.may(Role::Support);
    html! {
        div.scroll tabindex="0" role="group" aria-label=(say.t("table")) { table.figures {
            thead { tr {
                th scope="col" { (say.t("when")) }
                th scope="col" { (say.t("what")) }
                th scope="col" { (say.t("endpoint")) }
                th scope="col" { (say.t("state")) }
                th.number scope="col" { (say.t("attempts")) }
                @if may { th scope="col" { span.unseen { (say.t("resend")) } } }
            } }
            tbody { @for Delivery { task, message } in found { tr {
                td { (say.moment(message.at)) }
                td { (message.kind.code()) }
                td { code { (task.new.to) } }
                td {
                    @let (kind, key) = match task.state {
                        TaskState::Waiting => ("warn", "delivery-waiting"),
                        TaskState::Done => ("good", "delivery-done"),
                        TaskState::Dead => ("bad", "delivery-dead"),
                    };
                    span.tag.(kind) { (say.t(key)) }
                    @if let Some(last) = task.log.last() { " " span.small { (words::one_line(&last.said)) } }
                }
                td.number { (say.count(i64::from(task.attempts))) }
                @if may { td {
                    form method="post" action={ (base) "/" (task.id) } {
                        (token(desk))
                        button.quiet type="submit" { (say.t("resend")) }
                    }
                } }
            } } }
        } }
    }
}

/// Sends one again.
pub(super) async fn resend(Path((_, number)): Path<(String, u64)>, desk: Desk, form: Signed) -> Response {
    let _ = form;
    again(&desk, number).await.unwrap_or_else(IntoResponse::into_response)
}

async fn again(desk: &Desk, number: u64) -> Result<Response, Response> {
    let program = desk.program()?.program.id.clone();
    let on = format!("{program} delivery {number}");
    desk.needs(Role::Support, "delivery.resend", &on).await?;
    desk.note("delivery.resend", &on, "").await?;
    let (dispatch, id) = (desk.web.dispatch.clone(), program.clone());
    let done = tokio::task::spawn_blocking(move || dispatch.resend(&id, number)).await;
    match done.ok().and_then(Result::ok) {
        Some(Some(_)) => Ok(see(&format!("/console/{program}/deliveries?done=resend"))),
        Some(None) => Err(plain(&desk.say, StatusCode::NOT_FOUND, "refused-gone")),
        None => Err(plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble")),
    }
}
