//! What operators did.

use axum::http::StatusCode;
use axum::response::Response;
use maud::html;
use moment::Instant;

use super::layout::plain;
use super::{Desk, Page, frame};

const DAY: i64 = 86_400_000;

pub(super) async fn page(desk: Desk) -> Response {
    let today = desk.web.now().millis().div_euclid(DAY);
    let day =
        desk.asked("day").and_then(|text| text.parse::<i64>().ok()).filter(|day| (0..=today).contains(day));
    let day = day.unwrap_or(today);
    let at = Instant::from_millis(day * DAY);
    let audit = desk.web.staff.audit.clone();
    let Ok(Ok(noted)) = tokio::task::spawn_blocking(move || audit.day(at)).await else {
        return plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble");
    };
    let say = &desk.say;
    let body = html! {
        nav.actions aria-label=(say.t("days")) {
            a href={ "/console/audit?day=" (day - 1) } { (say.t("day-before")) }
            @if day < today { a href={ "/console/audit?day=" (day + 1) } { (say.t("day-after")) } }
            strong { (say.day(at)) }
        }
        @if noted.is_empty() { p.empty { (say.t("nothing-noted")) } } @else { div.scroll tabindex="0" role="group" aria-label=(say.t("table")) { table.figures {
            thead { tr {
                th scope="col" { (say.t("when")) }
                th scope="col" { (say.t("by")) }
                th scope="col" { (say.t("what")) }
                th scope="col" { (say.t("on")) }
                th scope="col" { (say.t("details")) }
            } }
            tbody { @for noted in &noted { tr {
                td { (say.moment(noted.at)) }
                td { (noted.who) }
                td { (noted.what) }
                td { (noted.on) }
                td.small { (noted.detail) }
            } } }
        } } }
    };
    frame(&desk, &Page { name: "console-audit", title: say.t("console-audit"), body })
}
