//! The HTTP API: REST with JSON, problems of RFC 9457, keys, server-sent events, and an OpenAPI document that is
//! generated from the code, with a page that shows it.
//!
//! A request is let in by its key ([`keys`]), read into a command, and asked of the engine; the answer is made from
//! the entry that was written, so that the same request again gets the same answer. Nothing is decided here.

use ::ids;
use ::ids::base32;

mod access;
mod body;
mod browsers;
mod calls;
mod engine_calls;
pub mod fields;
mod incoming;
mod json;
mod known;
mod layer;
mod offers;
mod openapi;
mod problem;
mod query;
mod quote_token;
mod reference;
mod reply;
mod request_id;
mod router;
mod serve;
mod show;
mod state;
mod target;
mod units;

pub use router::{empty_router, router};
pub use serve::serve;
pub use state::{ApiState, Options};
pub use tickets::keys;
