//! What each use costs, and a calculator.

mod calculator;
mod list;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use maud::html;

use super::{Page, Visit, frame};
use crate::state::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/portal/{program}/prices", get(page))
}

async fn page(visit: Visit) -> Response {
    let say = &visit.say;
    let actions = &visit.program().actions;
    let body = html! {
        @if actions.is_empty() { p.empty { (say.t("no-prices")) } }
        @else {
            (list::section(&visit))
            (calculator::section(&visit))
        }
    };
    frame(&visit, Page { name: "prices", title: say.t("prices-title"), body })
}
