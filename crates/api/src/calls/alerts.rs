//! The levels at which an account's owner is told that credits run low, and whether each month's report is sent.

use account::Command;
use axum::http::StatusCode;
use money::Amount;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{Rule, Scope, Use};
use crate::body::Text;
use crate::incoming::Incoming;
use crate::known::Known;
use crate::problem::{Code, Problem};
use crate::reply::{Answer, read, written};
use crate::units::unit;

pub(crate) const GET_ALERTS: Rule = Rule {
    operation: "get_alerts",
    scope: Scope::Read,
    changes: false,
    clients: &[Use::Client],
    problems: &[Code::NotFound],
};
pub(crate) const SET_ALERTS: Rule = Rule {
    operation: "set_alerts",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound, Code::AccountClosed],
};

pub(crate) const SET_MONTHLY_REPORT: Rule = Rule {
    operation: "set_monthly_report",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound, Code::AccountClosed],
};

const MOST: usize = 16;

/// The levels of one unit.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AlertsChange<'a> {
    /// The unit's code; the program's first where it is left out.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "credit")]
    pub unit: Option<Text<'a>>,
    /// At most 16 levels of `available`, in the unit's smallest part; `null` or left out: the program's again. An
    /// empty list switches alerts off.
    pub thresholds: Option<Vec<i64>>,
}

/// Whether each month's report is sent.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct MonthlyReportChange {
    /// Whether it is sent by itself when the month is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required, example = true)]
    pub enabled: Option<bool>,
}

/// What an account is told of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Alerts<'a> {
    /// The levels: one for each of the program's units.
    data: Vec<UnitAlerts<'a>>,
    /// Whether each month's report is sent by itself when the month is over.
    monthly_report: bool,
}

/// The levels of a unit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnitAlerts<'a> {
    /// The unit's code.
    #[schema(example = "credit")]
    unit: &'a str,
    /// An alert fires each time `available` crosses one of these downwards. Highest first.
    #[schema(example = json!([20, 5]))]
    thresholds: Vec<i64>,
    /// Whether they are the account's own, or the program's.
    own: bool,
}

impl<'a> Alerts<'a> {
    fn of(known: &'a Known, account: &account::Account) -> Alerts<'a> {
        let program = known.program();
        let units = program.units.iter().zip(0_u8..).map(|(unit, place)| {
            let own = account.book(place).and_then(|book| book.thresholds.as_deref());
            let rule = program.alerts.get(usize::from(place)).map(|rule| rule.thresholds.as_slice());
            let thresholds = own.or(rule).unwrap_or_default().iter().map(|threshold| threshold.0).collect();
            UnitAlerts { unit: &unit.code, thresholds, own: own.is_some() }
        });
        let monthly_report = account.reporting.as_deref().is_some_and(|reporting| reporting.on);
        Alerts { data: units.collect(), monthly_report }
    }
}

fn thresholds(given: &[i64]) -> Result<Box<[Amount]>, Problem> {
    if given.len() > MOST {
        return Err(Problem::invalid("/thresholds", format!("must have at most {MOST} levels")));
    }
    for (place, threshold) in given.iter().enumerate() {
        if !(-Amount::MAX.0..=Amount::MAX.0).contains(threshold) {
            let message = format!("must be from -{} to {}", Amount::MAX, Amount::MAX);
            return Err(Problem::invalid(format!("/thresholds/{place}"), message));
        }
    }
    let mut thresholds: Vec<Amount> = given.iter().copied().map(Amount).collect();
    thresholds.sort_unstable_by(|one, other| other.cmp(one));
    thresholds.dedup();
    Ok(thresholds.into())
}

/// Look at an account's alert levels
#[utoipa::path(
    get,
    path = "/v1/accounts/{account}/alerts",
    tag = "Alerts",
    responses((status = 200, description = "The levels of each unit.", body = Alerts<'static>))
)]
pub(crate) async fn get_alerts(incoming: Incoming) -> Answer {
    let call = incoming.enter(&GET_ALERTS).await?;
    let mut query = call.query()?;
    call.wait(&mut query).await?;
    query.finish(&["at_least"])?;
    let account = call.look(call.account()?, |account, _, _| account.clone()).await?;
    Ok(read(&Alerts::of(&call.known, &account)))
}

/// Set an account's alert levels
///
/// For one unit at a time. An alert fires when the balance crosses a level downwards, once, and again only after the
/// balance has risen above it.
#[utoipa::path(
    put,
    path = "/v1/accounts/{account}/alerts",
    tag = "Alerts",
    request_body(content = AlertsChange<'static>, example = json!({ "thresholds": [20, 5] })),
    responses((status = 200, description = "The levels of each unit, as they are now.", body = Alerts<'static>))
)]
pub(crate) async fn set_alerts(incoming: Incoming) -> Answer {
    let call = incoming.enter(&SET_ALERTS).await?;
    call.no_query()?;
    let body: AlertsChange<'_> = call.body()?;
    let unit = unit(&call.known, body.unit.as_ref())?;
    let thresholds = body.thresholds.as_deref().map(thresholds).transpose()?;
    let command = Command::SetAlerts { unit, thresholds };
    let done = call.write(call.account()?, command, call.idempotency(&body), None).await?;
    let account = call.after(&done).await?;
    Ok(written(StatusCode::OK, &Alerts::of(&call.known, &account), &done))
}

/// Have each month's report sent by itself, or not
///
/// It is off at first. Where it is on, a month's report is sent on the first day of the next in the account's time zone: as a
/// letter with a PDF to the account's `email`, and as `report.ready` to webhooks. A month in which nothing was spent has none.
#[utoipa::path(
    put,
    path = "/v1/accounts/{account}/alerts/monthly_report",
    tag = "Alerts",
    request_body(content = MonthlyReportChange, example = json!({ "enabled": true })),
    responses((status = 200, description = "What the account is told of, as it is now.", body = Alerts<'static>))
)]
pub(crate) async fn set_monthly_report(incoming: Incoming) -> Answer {
    let call = incoming.enter(&SET_MONTHLY_REPORT).await?;
    call.no_query()?;
    let body: MonthlyReportChange = call.body()?;
    let enabled = body.enabled.ok_or_else(|| Problem::invalid("/enabled", "must be true or false"))?;
    let command = Command::SetReports(enabled);
    let done = call.write(call.account()?, command, call.idempotency(&body), None).await?;
    let account = call.after(&done).await?;
    Ok(written(StatusCode::OK, &Alerts::of(&call.known, &account), &done))
}
