//! Spans in which an action counts once.

use account::{Command, Refusal};
use axum::http::StatusCode;
use engine::{Failure, Written};
use ledger::Event;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::spend::action_work;
use crate::access::{Rule, Scope, Use};
use crate::body::{Text, label};
use crate::ids::{Id, Kind};
use crate::incoming::Incoming;
use crate::known::Known;
use crate::problem::{Asked, Code, Problem, refused};
use crate::reply::{Answer, json, written};
use crate::show::{Balance, Time};
use crate::target::number;

pub(crate) const CREATE_SESSION: Rule = Rule {
    operation: "create_session",
    scope: Scope::Spend,
    changes: true,
    clients: &[Use::Client, Use::Storefront],
    problems: &[Code::InsufficientCredits, Code::NotFound, Code::AccountClosed, Code::UnknownAction],
};

/// A session, seen.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NewSession<'a> {
    /// Whose credits: Scrip's id or your own.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, min_length = 1, max_length = 128, example = "shop-1")]
    pub account: Option<Text<'a>>,
    /// The code of an action that is metered by session.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, example = "tryon.session")]
    pub action: Option<Text<'a>>,
    /// Your key for the session: 1 to 200 characters, the same for each call of one session.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, min_length = 1, max_length = 200, example = "browser-7f3a")]
    pub key: Option<Text<'a>>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionAnswer<'a> {
    /// Whether this call was the one that counted, and was charged.
    counted: bool,
    /// Whether what is metered may go on: `false` where the account is suspended.
    allowed: bool,
    /// The charge of the session.
    #[schema(value_type = Option<String>, example = "chrg_00000001000000000zd2")]
    charge: Option<Id>,
    /// The session.
    session: Option<Session>,
    /// What the account has of the unit.
    balance: Option<Balance<'a>>,
    /// Why it is not allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    suspended: Option<SuspendedSince>,
}

/// A span in which an action counts once.
#[expect(clippy::struct_field_names, reason = "the contract's names")]
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Session {
    /// The first call.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T09:30:00Z")]
    started_at: Time,
    /// The latest call.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T09:30:00Z")]
    last_seen_at: Time,
    /// When the same key counts anew, if it is not seen again.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T10:00:00Z")]
    ends_at: Time,
}

/// Why an account is suspended.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SuspendedSince {
    /// The debt.
    #[schema(example = 12)]
    owed: i64,
    /// When it went below zero.
    #[schema(value_type = String, format = DateTime, example = "2026-01-20T09:30:00Z")]
    since: Time,
}

fn shown<'a>(known: &'a Known, written: &'a Written) -> Option<SessionAnswer<'a>> {
    let entry = &written.entry;
    let (counted, charge, started_at, ends_at) = match &entry.event {
        Event::SessionCounted(counted) => (true, written.position, entry.effective_at, counted.ends_at),
        Event::SessionSeen(seen) => (false, seen.charge, seen.started_at, seen.ends_at),
        _ => return None,
    };
    Some(SessionAnswer {
        counted,
        allowed: true,
        charge: Some(Id::new(Kind::Charge, charge, entry.account)),
        session: Some(Session {
            started_at: Time(started_at),
            last_seen_at: Time(entry.effective_at),
            ends_at: Time(ends_at),
        }),
        balance: Some(Balance::of(known, entry.unit, entry.after)),
        suspended: None,
    })
}

/// Meter a session
///
/// The first call of a session counts, and is charged; later ones within its time say `counted: false`. Racing calls
/// count once. A suspended account gets `allowed: false` with status 200, so that a storefront can simply hide what
/// is metered.
#[utoipa::path(
    post,
    path = "/v1/sessions",
    tag = "Spending",
    request_body(content = NewSession<'static>,
        example = json!({ "account": "shop-1", "action": "tryon.session", "key": "browser-7f3a" })),
    responses((status = 200, description = "Whether it counted, and whether it may go on.", body = SessionAnswer<'static>))
)]
pub(crate) async fn create_session(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CREATE_SESSION).await?;
    call.no_query()?;
    let body: NewSession<'_> = call.body()?;
    let target = call.account_of(body.account.as_deref()).await?;
    let missing = |pointer: &str| Problem::invalid(pointer, "must be given");
    let code = body.action.as_deref().ok_or_else(|| missing("/action"))?;
    let key = label("/key", body.key.as_deref().ok_or_else(|| missing("/key"))?, 200)?;
    if call.known.action(code).is_some_and(|(_, _, action)| !action.session) {
        return Err(Problem::invalid(
            "/action",
            "must be an action that is metered by session; charge this one",
        ));
    }
    let command = Command::Session { work: action_work(&call.known, code, 1, None), key };
    let asked = Asked { action: Some(code), account: number(&target) };
    let op = call.op(target, command, call.idempotency(&body));
    let answers = call.state.engine.write(op).await;
    let answer = answers.and_then(|answers| answers.into_iter().next().unwrap_or(Err(Failure::Unavailable)));
    match answer {
        Ok(done) => {
            let shown = shown(&call.known, &done).ok_or_else(|| call.failed(Failure::Unavailable))?;
            Ok(written(StatusCode::OK, &shown, &done))
        }
        Err(Failure::Refused(Refusal::Suspended { owed, since })) => {
            let suspended = Some(SuspendedSince { owed: owed.0, since: Time(since) });
            let answer = SessionAnswer {
                counted: false,
                allowed: false,
                charge: None,
                session: None,
                balance: None,
                suspended,
            };
            Ok(json(StatusCode::OK, &answer))
        }
        Err(failure) => Err(refused(failure, &call.known, asked)),
    }
}
