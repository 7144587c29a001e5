//! Changing an account's particulars; closing and reopening it.

use account::{Change, Command};
use axum::http::StatusCode;
use ledger::OverdraftTerms;
use money::Amount;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::accounts::email;
use crate::access::{Rule, Scope};
use crate::body::{Field, Metadata, Object, Text, label, locale, period, reason, time_zone};
use crate::incoming::{Call, Incoming};
use crate::problem::{Code, Problem};
use crate::reply::{Answer, written};
use crate::show;

pub(crate) const CHANGE_ACCOUNT: Rule = Rule {
    operation: "change_account",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound, Code::AccountClosed],
};
pub(crate) const CLOSE_ACCOUNT: Rule = Rule {
    operation: "close_account",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound, Code::AccountClosed],
};
pub(crate) const REOPEN_ACCOUNT: Rule = Rule {
    operation: "reopen_account",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound],
};

/// What is to change: fields that are left out stay, and `null` takes away what there is.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AccountChange<'a> {
    /// What people call it.
    #[serde(borrow, skip_serializing_if = "Field::is_kept")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub name: Field<Text<'a>>,
    /// Where messages go.
    #[serde(borrow, skip_serializing_if = "Field::is_kept")]
    #[schema(value_type = Option<String>, max_length = 254)]
    pub email: Field<Text<'a>>,
    /// A name of the IANA database.
    #[serde(borrow, skip_serializing_if = "Field::is_kept")]
    #[schema(value_type = Option<String>, example = "Europe/Vienna")]
    pub time_zone: Field<Text<'a>>,
    /// A language tag of BCP 47.
    #[serde(borrow, skip_serializing_if = "Field::is_kept")]
    #[schema(value_type = Option<String>, example = "de-AT")]
    pub locale: Field<Text<'a>>,
    /// Your own facts, by name. What is sent takes the place of all that there is.
    #[serde(borrow, skip_serializing_if = "Field::is_kept")]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub metadata: Field<Metadata<'a>>,
    /// Its own terms for being below zero; `null`: the program's. They hold from the next time below zero on.
    #[serde(borrow, skip_serializing_if = "Field::is_kept")]
    #[schema(value_type = Option<OverdraftChange<'static>>)]
    pub overdraft: Field<Object<OverdraftChange<'a>>>,
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
    #[schema(value_type = String, required, min_length = 1, max_length = 500, example = "Asked by the customer")]
    pub reason: Option<Text<'a>>,
}

fn change(body: &AccountChange<'_>) -> Result<Change, Problem> {
    // An empty text stands for nothing.
    let none = Box::<str>::default;
    Ok(Change {
        name: body.name.map(none(), |name| label("/name", name, 200))?,
        email: body.email.map(none(), |address| email(address))?,
        time_zone: body.time_zone.map(none(), |name| time_zone(name))?,
        locale: body.locale.map(none(), |tag| locale(tag))?,
        metadata: body.metadata.map(Vec::new(), Metadata::boxed)?,
        overdraft: body.overdraft.map(OverdraftTerms::default(), |terms| overdraft(terms))?,
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
    Ok(written(StatusCode::OK, &show::Account::of(&call.known, &account), &done))
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
