//! The test clock of a program.

use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;
use engine::{Failure, Idempotency};
use moment::{Instant, Zone};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{Rule, Scope};
use crate::body::{Text, instant, period};
use crate::incoming::{Call, Incoming};
use crate::problem::{Code, Problem};
use crate::reply::{Answer, json, read};
use crate::show::Time;

pub(crate) const GET_TEST_CLOCK: Rule =
    Rule { operation: "get_test_clock", scope: Scope::Read, changes: false, clients: &[], problems: &[] };
pub(crate) const ADVANCE_TEST_CLOCK: Rule = Rule {
    operation: "advance_test_clock",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[],
};

/// A program's test clock.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TestClock {
    /// What it says.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T09:30:00Z")]
    now: Time,
}

/// Where it goes.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Advance<'a> {
    /// To this instant; not before what it says now.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-03-02T09:30:00Z")]
    pub to: Option<Text<'a>>,
    /// Or by so long, such as `30 days` or `P30D`.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "P30D")]
    pub by: Option<Text<'a>>,
}

/// What requests to advance were answered, so that a repeated one does not advance again. In memory only: the clock
/// is a tool of tests, and a server that was started anew has no request to repeat.
#[derive(Debug, Default)]
pub(crate) struct Advances(Mutex<ByKey>);

type ByKey = FxHashMap<[u8; 16], ([u8; 8], Instant)>;

impl Advances {
    const MOST: usize = 1_000;

    fn earlier(&self, asked: Idempotency) -> Option<Result<Instant, Failure>> {
        let answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (digest, now) = answers.get(&asked.key)?;
        Some(if *digest == asked.digest { Ok(*now) } else { Err(Failure::KeyReused) })
    }

    fn remember(&self, asked: Idempotency, now: Instant) {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= Advances::MOST {
            answers.clear();
        }
        answers.insert(asked.key, (asked.digest, now));
    }
}

fn test_now(call: &Call) -> Result<Instant, Problem> {
    call.known.published.test_now().ok_or_else(|| {
        Problem::new(
            Code::Forbidden,
            "The program does not run on a test clock: its time is the real one, and nobody moves it.",
        )
    })
}

/// Look at the test clock
///
/// Of test programs only.
#[utoipa::path(
    get,
    path = "/v1/test_clock",
    tag = "Test clock",
    responses((status = 200, description = "What it says.", body = TestClock))
)]
pub(crate) async fn get_test_clock(incoming: Incoming) -> Answer {
    let call = incoming.enter(&GET_TEST_CLOCK).await?;
    call.no_query()?;
    Ok(read(&TestClock { now: Time(test_now(&call)?) }))
}

/// Advance the test clock
///
/// Of test programs only, and never back. It answers when all that fell due on the way is done.
#[utoipa::path(
    post,
    path = "/v1/test_clock/advance",
    tag = "Test clock",
    request_body(content = Advance<'static>, example = json!({ "by": "P30D" })),
    responses((status = 200, description = "What it says now.", body = TestClock))
)]
pub(crate) async fn advance_test_clock(incoming: Incoming) -> Answer {
    let call = incoming.enter(&ADVANCE_TEST_CLOCK).await?;
    call.no_query()?;
    let before = test_now(&call)?;
    let body: Advance<'_> = call.body()?;
    let asked = call.idempotency(&body);
    if let Some(earlier) = asked.and_then(|asked| call.state.advances.earlier(asked)) {
        let now = earlier.map_err(|failure| call.failed(failure))?;
        let mut response = json(StatusCode::OK, &TestClock { now: Time(now) });
        let replayed = axum::http::HeaderValue::from_static("true");
        response.headers_mut().insert("idempotent-replayed", replayed);
        return Ok(response);
    }
    let to = match (body.to.as_deref(), body.by.as_deref()) {
        (Some(to), None) => instant("/to", to)?,
        (None, Some(by)) => period("/by", by)?.after(before, 1, &Zone::utc()),
        (None, None) => return Err(Problem::invalid("/to", "must be given, or else by")),
        (Some(_), Some(_)) => return Err(Problem::invalid("/by", "must be left out where there is to")),
    };
    if to < before {
        return Err(Problem::invalid(
            "/to",
            format!("must not be before what the clock says, which is {before}"),
        ));
    }
    if to.is_never() || to.to_string() == "never" {
        return Err(Problem::invalid("/by", "must not go beyond the year 9999"));
    }
    let advanced = call.state.engine.advance(&call.known.published, to).await;
    let now = advanced.map_err(|failure| call.failed(failure))?;
    if let Some(asked) = asked {
        call.state.advances.remember(asked, now);
    }
    Ok(read(&TestClock { now: Time(now) }))
}
