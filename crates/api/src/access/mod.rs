//! Who asks, and what they may do.

mod cache;
pub(crate) mod secret;

use std::sync::Arc;

use axum::http::{HeaderMap, header};

use crate::known::Known;
use crate::problem::{Code, Problem};
use crate::state::ApiState;

pub(crate) use cache::{Caller, KeyCache};

/// What a key must allow for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Holds, charges, returns, sessions, quotes.
    Spend,
    /// Everything that changes nothing.
    Read,
    /// Accounts, orders, subscriptions, grants, corrections, the test clock.
    Manage,
}

impl Scope {
    /// What files and the API call it.
    pub const fn code(self) -> &'static str {
        match self {
            Scope::Spend => "spend",
            Scope::Read => "read",
            Scope::Manage => "manage",
        }
    }
}

/// What is known of a call beside its handler: by this it is let in, and by this it is documented.
#[derive(Debug)]
pub(crate) struct Rule {
    /// The operation's id in the OpenAPI document: the handler's name.
    pub operation: &'static str,
    /// What the key must allow.
    pub scope: Scope,
    /// Whether it changes something, and so needs an `Idempotency-Key`.
    pub changes: bool,
    /// The problems that are its own, beside those that every call has.
    pub problems: &'static [Code],
}

/// Finds out who asks, and whether they may.
pub(crate) async fn admit(
    state: &ApiState,
    headers: &HeaderMap,
    rule: &Rule,
) -> Result<(Arc<Caller>, Arc<Known>), Problem> {
    let caller = authenticate(state, headers).await?;
    let scopes = caller.scopes;
    let allowed = match rule.scope {
        Scope::Spend => scopes.spend,
        Scope::Read => scopes.read,
        Scope::Manage => scopes.manage,
    };
    if !allowed {
        let scope = rule.scope.code();
        let detail =
            format!("This call needs the scope {scope:?}, which the key does not have. Use another key.");
        return Err(Problem::new(Code::Forbidden, detail).fact("missing_scope", scope));
    }
    let known = state.known(&caller.program).ok_or_else(|| {
        Problem::new(
            Code::Unauthenticated,
            "The program of this key does not run on this server. Use a key of a program that does.",
        )
    })?;
    Ok((caller, known))
}

async fn authenticate(state: &ApiState, headers: &HeaderMap) -> Result<Arc<Caller>, Problem> {
    let unauthenticated = |detail: &str| Problem::new(Code::Unauthenticated, detail);
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Err(unauthenticated(
            "There is no key. Send Authorization: Bearer with a secret key of the program.",
        ));
    };
    let secret = value.to_str().ok().and_then(bearer).filter(|secret| secret::is_secret(secret));
    let Some(secret) = secret else {
        return Err(unauthenticated(
            "The Authorization header must be Bearer and a secret key: sk_test_ or sk_live_ and 32 characters.",
        ));
    };
    match state.keys.find(state, secret::hash(secret)).await? {
        Some(caller) => Ok(caller),
        None => {
            Err(unauthenticated("The key is not valid, or was revoked. Use another key, or make a new one."))
        }
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, secret) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then_some(secret.trim())
}
