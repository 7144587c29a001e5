//! Tokens for browsers on the host's own pages.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tickets::Pass;
use utoipa::ToSchema;

use crate::access::{Rule, Scope, Use};
use crate::body::{Text, label};
use crate::ids::{Id, Kind};
use crate::incoming::Incoming;
use crate::problem::{Code, Problem};
use crate::reply::{Answer, json};
use crate::show::Time;
use crate::target::body_account;

pub(crate) const CREATE_CLIENT_TOKEN: Rule = Rule {
    operation: "create_client_token",
    scope: Scope::Spend,
    changes: false,
    clients: &[],
    problems: &[Code::NotFound],
};

/// How long a token is good for, in milliseconds: an hour.
const LIFE: i64 = 3_600_000;

/// As long as what spends say of who spent.
const LONGEST_MEMBER: usize = 64;

/// For whom a token is.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NewClientToken<'a> {
    /// Scrip's id for the account, or your own.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, min_length = 1, max_length = 128, example = "shop-1")]
    account: Option<Text<'a>>,
    /// Which person of the account: what they do is noted with this name.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 64, example = "ada")]
    member: Option<Text<'a>>,
    /// Who gets it. `customer`: whoever owns the account; it reads the balance and prices, opens sessions, and leads to the
    /// portal, and so the key needs the scope `manage` too. `storefront`: anybody who visits the account's shop; it
    /// opens sessions, and nothing else. `customer` where it is left out.
    #[serde(borrow, rename = "for", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "customer", pattern = "^(customer|storefront)$")]
    audience: Option<Text<'a>>,
}

/// A token.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClientToken {
    /// Give it to the browser.
    #[schema(example = "ct_BHNob3ADAICAgICA…")]
    token: String,
    /// Whose it is.
    #[schema(value_type = String, example = "acct_00000001000000000w3c")]
    account: Id,
    /// Until when it is good.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T10:30:00Z")]
    expires_at: Time,
}

/// Make a token for a browser
///
/// It lets a page of yours read this one account's balance, ask for prices, open sessions and lead to the portal, for an
/// hour; it can't spend. Make it on your server for the customer who is signed in there. One `for` a `storefront` is for
/// shoppers: it opens sessions, and nothing else.
#[utoipa::path(
    post,
    path = "/v1/client_tokens",
    tag = "Portal",
    request_body(content = NewClientToken<'static>, example = json!({ "account": "shop-1" })),
    responses((status = 201, description = "The token.", body = ClientToken))
)]
pub(crate) async fn create_client_token(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CREATE_CLIENT_TOKEN).await?;
    call.no_query()?;
    let asked: NewClientToken<'_> = call.body()?;
    let target = body_account(asked.account.as_deref())?;
    let what = match asked.audience.as_deref() {
        None | Some("customer") => Use::Client,
        Some("storefront") => Use::Storefront,
        Some(other) => {
            return Err(Problem::invalid(
                "/for",
                format!("{other:?} is nobody: \"customer\" or \"storefront\""),
            ));
        }
    };
    if what == Use::Client {
        // By it a link to the portal can be made, which a key without this scope can't make either.
        call.need(Scope::Manage)?;
    }
    let member =
        asked.member.as_ref().map(|member| label("/member", &member.0, LONGEST_MEMBER)).transpose()?;
    let (account, opened) = call.find(target).await?;
    let until = call.state.engine.clock_now().plus_millis(LIFE);
    let program = call.known.program().id.clone();
    let pass = Pass { program, account, member: member.map(Into::into), until };
    let token = call.state.tickets.sign(what, &pass);
    let account = Id::new(Kind::Account, opened, account);
    Ok(json(StatusCode::CREATED, &ClientToken { token, account, expires_at: Time(until) }))
}
