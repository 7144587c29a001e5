//! The customer portal: pages of one account, reached by a link of the host's.

mod alerts;
mod buy;
mod enter;
mod figures;
mod form;
mod history;
mod layout;
mod live;
mod orders;
mod overview;
mod plots;
mod prices;
mod receipts;
mod refused;
mod reports;
mod sold;
mod typed;
mod visit;

use axum::Router;
use axum::routing::get;

use crate::state::Web;

pub(crate) use form::{Form, is_from_elsewhere};
pub(crate) use layout::{Page, frame, no_page};
pub(crate) use refused::why;
pub(crate) use visit::{Visit, accept_language, cookie};

/// The pages that a link may lead to, by name; the first is where others lead.
pub const PAGES: [&str; 7] = ["overview", "buy", "history", "reports", "prices", "alerts", "receipts"];

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/portal/{program}", get(overview::page))
        .route("/portal/{program}/live", get(live::listen))
        .route("/portal/{program}/enter/{code}", get(enter::enter))
        .route("/portal/{program}/leave", axum::routing::post(enter::leave))
        .merge(buy::routes())
        .merge(orders::routes())
        .merge(history::routes())
        .merge(reports::routes())
        .merge(prices::routes())
        .merge(alerts::routes())
        .merge(receipts::routes())
}

/// Where a page of the portal is.
pub(crate) fn path(program: &str, page: &str) -> String {
    match page {
        "" | "overview" => format!("/portal/{program}"),
        page => format!("/portal/{program}/{page}"),
    }
}
