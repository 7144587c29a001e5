//! Changing an account's particulars; closing and reopening it.

use account::{Change, Command};
use axum::http::StatusCode;
use ledger::OverdraftTerms;
use money::Amount;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::accounts::email;
use crate::access::{Rule, Scope};
use crate::body::{Metadata, Text, label, locale, period, reason, time_zone};
use crate::incoming::{Call, Incoming};
use crate::problem::{Code, Problem};
use crate::reply::{Answer, written};
use crate::show;

pub(crate) const CHANGE_ACCOUNT: Rule = Rule {
    operation: "change_account",
    scope: Scope::Manage,
    changes: true,
    problems: &[Code::NotFound, Code::AccountClosed],
};
pub(crate) const CLOSE_ACCOUNT: Rule = Rule {
    operation: "close_account",
    scope: Scope::Manage,
    changes: true,
    problems: &[Code::NotFound, Code::AccountClosed],
};
pub(crate) const REOPEN_ACCOUNT: Rule =
    Rule { operation: "reopen_account", scope: Scope::Manage, changes: true, problems: &[Code::NotFound] };

/// What is to change: fields that are left out stay, and `null` takes away what there is.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AccountChange<'a> {
    /// What people call it.
    #[serde(borrow, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 200)]
    pub name: Option<Option<Text<'a>>>,
    /// Where messages go.
    #[serde(borrow, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 254)]
    pub email: Option<Option<Text<'a>>>,
    /// A name of the IANA database.
    #[serde(borrow, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "Europe/Vienna")]
    pub time_zone: Option<Option<Text<'a>>>,
    /// A language tag of BCP 47.
    #[serde(borrow, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "de-AT")]
    pub locale: Option<Option<Text<'a>>>,
    /// Your own facts, by name. What is sent takes the place of all that there is.
    #[serde(borrow, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub metadata: Option<Option<Metadata<'a>>>,
    /// Its own terms for being below zero; `null`: the program's. They hold from the next time below zero on.
    #[serde(borrow, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<OverdraftChange<'static>>)]
    pub overdraft: Option<Option<OverdraftChange<'a>>>,
}

/// An account's own terms for being below zero.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct OverdraftChange<'a> {
    /// From going below zero to suspension, such as `20 days`; left out: as the program says.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "20 days")]
    pub grace: Option<Text<'a>>,
    /// How far below zero, at most, in the unit's smallest part; left out: as the program says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, example = 500)]
    pub limit: Option<i64>,
}

/// Why something is done.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Why<'a> {
    /// For the history: 1 to 500 characters.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, max_length = 500, example = "Asked by the customer")]
    pub reason: Option<Text<'a>>,
}

/// Tells a field that is `null` from one that is left out.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

fn change(body: &AccountChange<'_>) -> Result<Change, Problem> {
    type Check<'c> = &'c dyn Fn(&str) -> Result<Box<str>, Problem>;
    // An empty text stands for nothing.
    let text = |field: &Option<Option<Text<'_>>>, check: Check<'_>| match field {
        None => Ok(None),
        Some(None) => Ok(Some(Box::default())),
        Some(Some(text)) => check(text).map(Some),
    };
    let metadata = match &body.metadata {
        None => None,
        Some(None) => Some(Vec::new()),
        Some(Some(metadata)) => Some(metadata.boxed()?),
    };
    let overdraft = match &body.overdraft {
        None => None,
        Some(None) => Some(OverdraftTerms::default()),
        Some(Some(terms)) => Some(overdraft(terms)?),
    };
    Ok(Change {
        name: text(&body.name, &|name| label("/name", name, 200))?,
        email: text(&body.email, &email)?,
        time_zone: text(&body.time_zone, &time_zone)?,
        locale: text(&body.locale, &locale)?,
        metadata,
        overdraft,
    })
}

fn overdraft(terms: &OverdraftChange<'_>) -> Result<OverdraftTerms, Problem> {
    const GRACE: &str = "/overdraft/grace";
    let grace_millis = match terms.grace.as_deref() {
        None => None,
        Some(text) => Some(period(GRACE, text)?.exact_millis().ok_or_else(|| {
            Problem::invalid(GRACE, "must be an exact period, such as \"20 days\": months differ in length")
        })?),
    };
    let within = |limit: &i64| (0..=Amount::MAX.0).contains(limit);
    let limit = match terms.limit {
        Some(limit) if !within(&limit) => {
            return Err(Problem::invalid("/overdraft/limit", format!("must be from 0 to {}", Amount::MAX)));
        }
        limit => limit.map(Amount),
    };
    Ok(OverdraftTerms { grace_millis, limit })
}

async fn do_it(call: &Call, command: Command, body: &impl Serialize) -> Answer {
    let done = call.write(call.account()?, command, call.idempotency(body), None).await?;
    let account = call.after(&done).await?;
    written(StatusCode::OK, &show::Account::of(&call.known, &account), &done)
}

/// Change an account
#[utoipa::path(
    patch,
    path = "/v1/accounts/{account}",
    tag = "Accounts",
    request_body(content = AccountChange<'static>,
        example = json!({ "name": "Blue Door", "overdraft": { "grace": "20 days", "limit": 500 } })),
    responses((status = 200, description = "The account, as it is with the change.", body = show::Account<'static>))
)]
pub(crate) async fn change_account(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CHANGE_ACCOUNT).await?;
    call.no_query()?;
    let body: AccountChange<'_> = call.body()?;
    do_it(&call, Command::Change(Box::new(change(&body)?)), &body).await
}

/// Close an account
///
/// It takes no more requests that change it until it is reopened; open holds can still be resolved, and charges
/// returned.
#[utoipa::path(
    post,
    path = "/v1/accounts/{account}/close",
    tag = "Accounts",
    request_body(content = Why<'static>, example = json!({ "reason": "Contract ended" })),
    responses((status = 200, description = "The account, closed.", body = show::Account<'static>))
)]
pub(crate) async fn close_account(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CLOSE_ACCOUNT).await?;
    call.no_query()?;
    let body: Why<'_> = call.body()?;
    do_it(&call, Command::Close { reason: reason(body.reason.as_ref())? }, &body).await
}

/// Reopen an account
///
/// Reopening an account that is open changes nothing.
#[utoipa::path(
    post,
    path = "/v1/accounts/{account}/reopen",
    tag = "Accounts",
    request_body(content = Why<'static>, example = json!({ "reason": "Closed by mistake" })),
    responses((status = 200, description = "The account, open.", body = show::Account<'static>))
)]
pub(crate) async fn reopen_account(incoming: Incoming) -> Answer {
    let call = incoming.enter(&REOPEN_ACCOUNT).await?;
    call.no_query()?;
    let body: Why<'_> = call.body()?;
    do_it(&call, Command::Reopen { reason: reason(body.reason.as_ref())? }, &body).await
}
