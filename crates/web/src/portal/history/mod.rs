//! Every movement, newest first.

mod download;
mod filter;
mod look;
mod page;
mod words;

use axum::Router;
use axum::routing::get;

use crate::state::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/portal/{program}/history", get(page::page))
        .route("/portal/{program}/history.csv", get(download::csv))
}
