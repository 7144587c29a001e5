//! Sign-in by OpenID Connect: who somebody is, as a provider of the operators' choice says it.
//!
//! The authorization code flow of [OpenID Connect Core 1.0], with PKCE (RFC 7636, S256), `state` and `nonce`. An
//! [`Attempt`] is what a browser carries from the way out to the way back; a [`Provider`] makes the address that it is
//! sent to, and turns the code that it brings back into an [`Identity`]. Who of those may come in is not decided here.
//!
//! The ID token is taken apart by `jsonwebtoken`, its signature checked by `ring`, which TLS uses already.
//!
//! [OpenID Connect Core 1.0]: https://openid.net/specs/openid-connect-core-1_0.html

mod attempt;
mod discovery;
mod failure;
mod fetch;
mod keys;
mod options;
mod provider;
mod signatures;
mod token;

pub use attempt::{Attempt, Attempts, Foreign};
pub use failure::{Distrust, Failure};
pub use options::{BadOptions, Options, Secret};
pub use provider::{Identity, Provider};
