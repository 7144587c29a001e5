//! What an account buys by itself when its balance falls below a level.

use account::{Account, Command, SetTopUp};
use axum::http::StatusCode;
use engine::Target;
use moment::Instant;
use money::Amount;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked_money::{MoneyAsked, money};
use crate::access::{Rule, Scope};
use crate::body::{Object, Text};
use crate::incoming::{Call, Incoming};
use crate::problem::{Code, Problem};
use crate::reply::{Answer, read, written};
use crate::show::AutoTopUp;

pub(crate) const GET_AUTO_TOP_UP: Rule = Rule {
    operation: "get_auto_top_up",
    scope: Scope::Read,
    changes: false,
    clients: &[],
    problems: &[Code::NotFound],
};
pub(crate) const SET_AUTO_TOP_UP: Rule = Rule {
    operation: "set_auto_top_up",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound, Code::AccountClosed, Code::UnknownOffer, Code::NotForSale],
};

/// An auto top-up, as it is set.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AutoTopUpChange<'a> {
    /// Whether it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required, example = true)]
    pub enabled: Option<bool>,
    /// The code of the package that is bought. It may be left out where it was set before.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "small")]
    pub package: Option<Text<'a>>,
    /// It is bought when `available` is below this. It may be left out where it was set before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 20)]
    pub below: Option<i64>,
    /// As many are bought as bring `available` to this, in one order; the level itself where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 100)]
    pub to: Option<i64>,
    /// The most that is spent in a calendar month; as the program says where it is left out.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<MoneyAsked<'static>>)]
    pub monthly_cap: Option<Object<MoneyAsked<'a>>>,
}

fn credits(pointer: &str, credits: i64) -> Result<Amount, Problem> {
    if (-Amount::MAX.0..=Amount::MAX.0).contains(&credits) {
        return Ok(Amount(credits));
    }
    Err(Problem::invalid(pointer, format!("must be from -{} to {}", Amount::MAX, Amount::MAX)))
}

/// What is set: what the request leaves out stays as it was.
async fn set(call: &Call, account: &Target, body: &AutoTopUpChange<'_>) -> Result<SetTopUp, Problem> {
    let missing = |pointer: &str, message: &str| Problem::invalid(pointer, message);
    let enabled = body.enabled.ok_or_else(|| missing("/enabled", "must be given: true or false"))?;
    let before = if body.package.is_none() || body.below.is_none() {
        let look = |account: &Account, _, _: &_| {
            let set = account.sales.as_deref()?.top_up.as_deref()?;
            Some((set.package.clone(), set.below))
        };
        call.look(account.clone(), look).await?
    } else {
        None
    };
    let (package, below) = before.unzip();
    let package = body.package.as_ref().map(Text::boxed).or(package);
    let below = body.below.map(|below| credits("/below", below)).transpose()?.or(below);
    let cap = body.monthly_cap.as_deref().map(|cap| money("/monthly_cap", cap)).transpose()?;
    Ok(SetTopUp {
        enabled,
        package: package.ok_or_else(|| missing("/package", "must be given: the code of a package"))?,
        below: below.ok_or_else(|| missing("/below", "must be given: a number of credits"))?,
        to: body.to.map(|to| credits("/to", to)).transpose()?,
        monthly_cap: cap,
    })
}

/// Look at an account's auto top-up
#[utoipa::path(
    get,
    path = "/v1/accounts/{account}/auto_top_up",
    tag = "Auto top-up",
    responses((status = 200, description = "What it buys by itself, as it is now.", body = AutoTopUp<'static>))
)]
pub(crate) async fn get_auto_top_up(incoming: Incoming) -> Answer {
    let call = incoming.enter(&GET_AUTO_TOP_UP).await?;
    let mut query = call.query()?;
    call.wait(&mut query).await?;
    query.finish(&["at_least"])?;
    let (account, now): (Account, Instant) =
        call.look(call.account()?, |account, now, _| (account.clone(), now)).await?;
    Ok(read(&AutoTopUp::of(&call.known, &account, now)))
}

/// Set an account's auto top-up
///
/// When `available` falls below the level, the whole gap is bought with one order, by the stored payment method. Setting
/// it wakes one that rests, and buys at once where the level is not reached.
#[utoipa::path(
    put,
    path = "/v1/accounts/{account}/auto_top_up",
    tag = "Auto top-up",
    request_body(content = AutoTopUpChange<'static>, example = json!({ "enabled": true, "package": "small",
        "below": 20, "to": 100, "monthly_cap": { "amount": 10000, "currency": "USD" } })),
    responses((status = 200, description = "What it buys by itself from now on.", body = AutoTopUp<'static>))
)]
pub(crate) async fn set_auto_top_up(incoming: Incoming) -> Answer {
    let call = incoming.enter(&SET_AUTO_TOP_UP).await?;
    call.no_query()?;
    let body: AutoTopUpChange<'_> = call.body()?;
    let account = call.account()?;
    let command = Command::SetTopUp(Box::new(set(&call, &account, &body).await?));
    let done = call.write(account, command, call.idempotency(&body), None).await?;
    let account = call.after(&done).await?;
    Ok(written(StatusCode::OK, &AutoTopUp::of(&call.known, &account, done.entry.effective_at), &done))
}
