//! Who asks, and what they may do.

mod cache;
mod client;

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use engine::Scopes;
use ledger::NameId;
use tickets::{Pass, keys};

use crate::known::Known;
use crate::problem::{Code, Problem};
use crate::state::ApiState;

pub(crate) use cache::{Caller, KeyCache};
pub(crate) use client::{is_client_token, kind};
pub(crate) use tickets::Use;

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
    /// The tokens of browsers that are admitted too, each for its own account only.
    pub clients: &'static [Use],
    /// The problems that are its own, beside those that every call has.
    pub problems: &'static [Code],
}

/// Who was let in.
pub(crate) struct Admitted {
    /// The number that entries know them by.
    pub by: NameId,
    /// Their program.
    pub known: Arc<Known>,
    /// Whom the token of a browser is bound to; `None`: it is a secret key.
    pub client: Option<Pass>,
    /// What a secret key may do.
    pub scopes: Scopes,
}

/// Finds out who asks, and whether they may.
pub(crate) async fn admit(state: &ApiState, headers: &HeaderMap, rule: &Rule) -> Result<Admitted, Problem> {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(bearer);
    if let Some((what, token)) = token.and_then(|token| Some((kind(token)?, token))) {
        return client::admit(state, what, token, rule).await;
    }
    let caller = authenticate(state, headers).await?;
    let scopes = caller.scopes;
    need(scopes, rule.scope)?;
    let known = state.known(&caller.program).ok_or_else(|| no_program("key"))?;
    Ok(Admitted { by: caller.by, known, client: None, scopes })
}

/// Refuses a key that lacks a scope.
pub(crate) fn need(scopes: Scopes, scope: Scope) -> Result<(), Problem> {
    let allowed = match scope {
        Scope::Spend => scopes.spend,
        Scope::Read => scopes.read,
        Scope::Manage => scopes.manage,
    };
    if allowed {
        return Ok(());
    }
    let scope = scope.code();
    let detail =
        format!("This call needs the scope {scope:?}, which the key does not have. Use another key.");
    Err(Problem::new(Code::Forbidden, detail).fact("missing_scope", scope))
}

fn no_program(what: &str) -> Problem {
    let detail = format!(
        "The program of this {what} does not run on this server. Use a {what} of a program that does."
    );
    Problem::new(Code::Unauthenticated, detail)
}

async fn authenticate(state: &ApiState, headers: &HeaderMap) -> Result<Arc<Caller>, Problem> {
    let unauthenticated = |detail: &str| Problem::new(Code::Unauthenticated, detail);
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Err(unauthenticated(
            "There is no key. Send Authorization: Bearer with a secret key of the program.",
        ));
    };
    let secret = value.to_str().ok().and_then(bearer).filter(|secret| keys::is_secret(secret));
    let Some(secret) = secret else {
        return Err(unauthenticated(
            "The Authorization header must be Bearer and a secret key: sk_test_ or sk_live_ and 32 characters.",
        ));
    };
    match state.keys.find(state, keys::hash(secret)).await? {
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
