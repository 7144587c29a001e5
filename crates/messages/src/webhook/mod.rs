//! Webhooks by the specification [Standard Webhooks](https://www.standardwebhooks.com): a message is a `POST` of JSON,
//! signed with a secret that the receiver has, too.

mod address;
mod attempt;
mod payload;
mod resolver;
mod schedule;
mod secret;
mod sender;
mod url;

pub use address::is_global;
pub use attempt::{Attempt, Outcome};
pub use payload::{Endpoint, headers, payload};
pub use schedule::retry_after;
pub use secret::{InvalidSecret, NoRandomNumbers, Secret};
pub use sender::{NoSender, Options, WebhookSender};
pub use url::{BadUrl, check_url};
