//! What people see: the customer portal, and what it is made of.
//!
//! Pages are made on the server from typed templates, and work without JavaScript where a form can. A page asks the
//! engine, and says what it found in the account's language and time zone ([`Say`](say::Say)); a form becomes a command, as
//! a request to the API does. What is live follows the account by server-sent events.

mod answer;
mod console;
mod embeds;
mod look;
mod nowhere;
mod packed;
mod portal;
mod say;
mod state;

pub use embeds::Examples;
pub use look::{Accent, static_files};
pub use portal::PAGES;
pub use state::Web;

use axum::Router;

/// All pages, under `/portal`, and what they link, under `/static`; what pages of hosts load, under `/embed`.
pub fn router(web: Web) -> Router {
    Router::new()
        // Who opens the address that the server says finds what it can do.
        .route("/", axum::routing::get(async || answer::see("/docs")))
        .merge(portal::routes())
        .merge(console::routes())
        .merge(look::routes())
        .merge(embeds::routes())
        .merge(nowhere::routes())
        .method_not_allowed_fallback(nowhere::wrong_method)
        .with_state(web)
}
