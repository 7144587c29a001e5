//! Opening an account, and looking at it.

use account::{Command, Open};
use axum::http::StatusCode;
use engine::Target;
use ledger::Profile;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{Rule, Scope};
use crate::body::{Metadata, Text, label, locale, time_zone};
use crate::incoming::{Call, Incoming};
use crate::problem::{Code, Problem};
use crate::reply::{Answer, read, written};
use crate::{show, target};

pub(crate) const CREATE_ACCOUNT: Rule =
    Rule { operation: "create_account", scope: Scope::Manage, changes: true, clients: &[], problems: &[] };
pub(crate) const GET_ACCOUNT: Rule = Rule {
    operation: "get_account",
    scope: Scope::Read,
    changes: false,
    clients: &[],
    problems: &[Code::NotFound],
};

/// What an account is opened with.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NewAccount<'a> {
    /// Your own id for it: 1 to 128 visible ASCII characters without a slash, not beginning with `acct_`. With an
    /// id, opening it again answers with the account there is.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "shop-1")]
    pub id: Option<Text<'a>>,
    /// What people call it.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, example = "Blue Door Interiors")]
    pub name: Option<Text<'a>>,
    /// Where messages go.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 254, example = "office@bluedoor.example")]
    pub email: Option<Text<'a>>,
    /// A name of the IANA database: calendar periods are counted in it. UTC where there is none.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "Europe/Vienna")]
    pub time_zone: Option<Text<'a>>,
    /// A language tag of BCP 47.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "de-AT")]
    pub locale: Option<Text<'a>>,
    /// Your own facts, by name: at most 20, of at most 500 characters.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub metadata: Option<Metadata<'a>>,
}

/// An address to write to, or an empty text for none: the shape only, as no look at it tells whether it works.
pub(crate) fn email(text: &str) -> Result<Box<str>, Problem> {
    let shaped = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    let fits = text.len() <= 254 && !text.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    if text.is_empty() || (shaped && fits) {
        return Ok(Box::from(text));
    }
    Err(Problem::invalid("/email", "must be an e-mail address, such as office@example.com"))
}

fn open(body: &NewAccount<'_>) -> Result<(Target, Open), Problem> {
    let (target, host_id) = match body.id.as_deref() {
        None => (Target::New, Box::default()),
        Some(id) if target::is_host_id(id) => (Target::Host(Box::from(id)), Box::from(id)),
        Some(_) => return Err(Problem::invalid("/id", target::HOST_ID)),
    };
    let profile = Profile {
        name: body.name.as_deref().map(|name| label("/name", name, 200)).transpose()?,
        email: body.email.as_deref().map(email).transpose()?,
        time_zone: body.time_zone.as_deref().map(time_zone).transpose()?,
        locale: body.locale.as_deref().map(locale).transpose()?,
        metadata: body.metadata.as_ref().map(Metadata::boxed).transpose()?.unwrap_or_default(),
    };
    Ok((target, Open { host_id, profile, ..Open::default() }))
}

/// Open an account
///
/// The program's starter grants are issued with it. The same `id` again answers with the account there is, and
/// changes nothing.
#[utoipa::path(
    post,
    path = "/v1/accounts",
    tag = "Accounts",
    request_body(content = NewAccount<'static>, example = json!({ "id": "shop-1", "name": "Blue Door Interiors" })),
    responses(
        (status = 201, description = "The account was opened.", body = show::Account<'static>),
        (status = 200, description = "There was an account of that id: this is it, as it is now.",
            body = show::Account<'static>),
    )
)]
pub(crate) async fn create_account(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CREATE_ACCOUNT).await?;
    call.no_query()?;
    let body: NewAccount<'_> = call.body()?;
    let (target, open) = open(&body)?;
    let done = call.write(target, Command::Open(Box::new(open)), call.idempotency(&body), None).await?;
    if done.already {
        let account = look(&call, Target::Number(done.entry.account)).await?;
        return Ok(written(StatusCode::OK, &show::Account::of(&call.known, &account), &done));
    }
    let account = call.after(&done).await?;
    Ok(written(StatusCode::CREATED, &show::Account::of(&call.known, &account), &done))
}

/// Look at an account
#[utoipa::path(
    get,
    path = "/v1/accounts/{account}",
    tag = "Accounts",
    responses((status = 200, description = "The account, as it is now.", body = show::Account<'static>))
)]
pub(crate) async fn get_account(incoming: Incoming) -> Answer {
    let call = incoming.enter(&GET_ACCOUNT).await?;
    let mut query = call.query()?;
    call.wait(&mut query).await?;
    query.finish(&["at_least"])?;
    Ok(read(&show::Account::of(&call.known, &look(&call, call.account()?).await?)))
}

async fn look(call: &Call, target: Target) -> Result<account::Account, Problem> {
    call.look(target, |account, _, _| account.clone()).await
}
