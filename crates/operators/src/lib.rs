//! The people who run a server: who they are, how they prove it, what they may do, and what they did.
//!
//! An operator signs in with a password, kept as an argon2id hash, and a code of six digits that changes every half
//! minute (TOTP, RFC 6238). Each attempt that fails makes the next ones wait. A session is a token in a cookie, of which
//! the store has the hash. All that operators do is noted in the [`Audit`] log.
//!
//! An operator may also be [known to a provider](Federated) of OpenID Connect. Who somebody is there, the caller has found
//! out; whether they may come in is decided [here](Operators::admit).
//!
//! What is done about an operator goes through [`People`]: by the command line, and by an admin in the console, who can lock out
//! neither themselves nor everybody.

mod audit;
mod code;
mod federated;
mod lockout;
mod not_done;
mod operator;
mod password;
mod people;
mod session;
mod store;

pub use audit::{Audit, Noted};
pub use code::{Code, enrol_url, fresh_code};
pub use federated::{Admitted, Federated, Identity, Known};
pub use lockout::Lockout;
pub use not_done::NotDone;
pub use operator::{CodeState, Era, Operator, Role};
pub use password::{MIN_PASSWORD, WeakPassword, check_password, fresh_password, hash_password};
pub use people::{Act, By, People};
pub use session::{Session, Sessions};
pub use store::{Operators, SignIn, Way, is_email};
