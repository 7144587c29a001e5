//! Reports of a month: what an account spent, on what and by whom.

use std::sync::Arc;

use account::Account;
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use dispatch::Payer;
use ledger::NameId;
use money::Unit;
use reports::{Asked, Day, Month, Past, Sums};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Rule, Scope};
use crate::ids::{Id, Kind};
use crate::incoming::{Call, Incoming};
use crate::problem::{Code, Problem};
use crate::reply::{Answer, read};

pub(crate) const GET_REPORT: Rule = Rule {
    operation: "get_report",
    scope: Scope::Read,
    changes: false,
    clients: &[],
    problems: &[Code::NotFound],
};

/// So many entries are counted for a request.
const AT_ONCE: usize = 100_000;

/// What an account spent in a month.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MonthlyReport {
    /// The account.
    #[schema(value_type = String, example = "acct_00000001000000004kx9")]
    account: Id,
    /// The month.
    #[schema(example = "2027-03")]
    month: String,
    /// The account's time zone: days and months are of it.
    #[schema(example = "Europe/Vienna")]
    time_zone: String,
    /// Whether all of the account's history is counted. If not, ask again: the rest is being counted.
    complete: bool,
    /// Each unit that something was spent of.
    units: Vec<SpentOfUnit>,
}

/// What was spent of a unit, in its smallest part.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SpentOfUnit {
    /// The unit's code.
    #[schema(example = "credit")]
    unit: String,
    /// In all.
    total: ReportSums,
    /// By action, the most first.
    by_action: Vec<ReportGroup>,
    /// By person.
    by_member: Vec<ReportGroup>,
    /// By part of the organisation.
    by_department: Vec<ReportGroup>,
    /// Each day of the month: what was spent, less what was given back.
    by_day: Vec<ReportDay>,
}

/// How much.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportSums {
    /// How many spends.
    #[schema(example = 12)]
    count: u64,
    /// Their credits.
    #[schema(example = 60)]
    spent: i64,
    /// What was given back in this month.
    #[schema(example = 5)]
    returned: i64,
    /// The difference.
    #[schema(example = 55)]
    credits: i64,
}

/// What was spent on one thing, or by one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportGroup {
    /// The action's code, the person or the department; `null`: none was named.
    #[schema(example = "image.upscale")]
    key: Option<String>,
    /// What people read of an action; left out elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(flatten)]
    sums: ReportSums,
}

/// What was spent on a day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportDay {
    /// The day.
    #[schema(value_type = String, format = Date, example = "2027-03-31")]
    date: String,
    /// How many credits.
    #[schema(example = 5)]
    credits: i64,
}

impl From<Sums> for ReportSums {
    fn from(sums: Sums) -> ReportSums {
        let Sums { count, spent, returned } = sums;
        ReportSums { count, spent: spent.0, returned: returned.0, credits: sums.net().0 }
    }
}

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    Csv,
    Pdf,
}

/// The first of our forms that is accepted; JSON where none is named.
fn form(accept: Option<&str>) -> Form {
    let mut kinds =
        accept.unwrap_or_default().split(',').map(|part| part.split(';').next().unwrap_or_default().trim());
    let known = |kind: &str| match kind.to_ascii_lowercase().as_str() {
        "application/json" => Some(Form::Json),
        "text/csv" => Some(Form::Csv),
        "application/pdf" => Some(Form::Pdf),
        _ => None,
    };
    kinds.find_map(known).unwrap_or(Form::Json)
}

/// Get a month's report
///
/// What an account spent in a calendar month of its time zone: by action, member, department and day. As JSON, as CSV with
/// a row for each day, action, member and department (`Accept: text/csv`), or as a PDF in the account's language
/// (`Accept: application/pdf`). The month may be the current one. A spend counts on the day on which it is effective, a
/// return on its own day.
#[utoipa::path(
    get,
    path = "/v1/accounts/{account}/reports/{month}",
    tag = "History",
    params(
        ("Accept" = Option<String>, Header, description = "`application/json`, `text/csv` or `application/pdf`."),
    ),
    responses((status = 200, description = "The report.", content(
        (MonthlyReport = "application/json"), (String = "text/csv"), (Vec<u8> = "application/pdf"),
    )))
)]
pub(crate) async fn get_report(incoming: Incoming) -> Answer {
    let call = incoming.enter(&GET_REPORT).await?;
    let mut query = call.query()?;
    let month = month(&call)?;
    let form = form(call.header("accept"));
    call.wait(&mut query).await?;
    query.finish(&["at_least"])?;
    let look = |account: &Account, _, _: &_| Payer::of(account);
    let payer = call.look(call.account()?, look).await?;
    let past = past(&call, &payer, month).await?;
    let account = Id::new(Kind::Account, payer.id, payer.account);
    match form {
        Form::Json => {
            let units = units(&call, &past);
            let units = units.map(|(place, unit)| shown(&call, &past, month, place, unit)).collect();
            let (month, complete) = (month.to_string(), past.complete);
            Ok(read(&MonthlyReport { account, month, time_zone: zone(&payer), complete, units }))
        }
        _ if !past.complete => Err(Problem::new(
            Code::Unavailable,
            "The account's history is still being counted. Ask again in a few seconds.",
        )),
        Form::Csv => Ok(paper("text/csv; charset=utf-8", csv(&call, &past).into_bytes())),
        Form::Pdf => {
            let made = (month, call.now());
            let report = dispatch::report(&call.state.engine, &call.known.published, &payer, &past, made);
            let pdf = papers::report::pdf(&report, payer.locale(), &payer.zone()).map_err(|error| {
                tracing::error!(%error, "a report can't be made");
                Problem::new(Code::Unavailable, "The report can't be made now.")
            })?;
            Ok(paper("application/pdf", pdf))
        }
    }
}

/// The month that a path names.
pub(super) fn month(call: &Call) -> Result<Month, Problem> {
    let wrong = |_| Problem::new(Code::NotFound, "There is no such month: name one as 2027-03.");
    call.segment(4)?.parse().map_err(wrong)
}

fn zone(payer: &Payer) -> String {
    payer.profile.time_zone.as_deref().unwrap_or("UTC").to_owned()
}

pub(super) async fn past(call: &Call, payer: &Payer, month: Month) -> Result<Past, Problem> {
    let reports = call.state.reports.clone();
    let (account, zone) = (payer.account, zone(payer));
    let days = month.first()..=month.last();
    let asked = Asked { account, zone: zone.clone(), days, balances: false, most: AT_ONCE };
    let past = call.block(move |_| reports.look(&asked)).await?;
    if !past.complete {
        let reports = call.state.reports.clone();
        tokio::task::spawn_blocking(move || {
            if let Err(failure) = reports.go_on(account, &zone) {
                tracing::warn!(?failure, account = account.0, "the older entries can't be counted now");
            }
        });
    }
    Ok(past)
}

/// The units that something was spent of, each with its place.
fn units<'a>(call: &'a Call, past: &Past) -> impl Iterator<Item = (u8, &'a Unit)> {
    let spent = past.units();
    (0_u8..).zip(&call.known.program().units).filter(move |(place, _)| spent.contains(place))
}

fn code(call: &Call, action: NameId) -> Option<String> {
    call.known.name(action).map(|name| name.0.to_string())
}

fn name(call: &Call, action: NameId) -> Option<String> {
    let code = code(call, action)?;
    let known = call.known.program().action(&code).map(|action| action.name.clone());
    Some(known.unwrap_or(code))
}

fn text(name: Option<&Arc<str>>) -> Option<String> {
    name.map(ToString::to_string)
}

fn shown(call: &Call, past: &Past, month: Month, place: u8, unit: &Unit) -> SpentOfUnit {
    let group = |(key, sums): (Option<Arc<str>>, Sums)| ReportGroup {
        key: text(key.as_ref()),
        name: None,
        sums: sums.into(),
    };
    let day = |(day, credits): (Day, money::Amount)| ReportDay { date: day.to_string(), credits: credits.0 };
    let by_action = past.by(place, |row| row.action).into_iter().map(|(action, sums)| ReportGroup {
        key: code(call, action),
        name: name(call, action),
        sums: sums.into(),
    });
    SpentOfUnit {
        unit: unit.code.clone(),
        total: past.total(place).into(),
        by_action: by_action.collect(),
        by_member: past.by(place, |row| row.member.clone()).into_iter().map(group).collect(),
        by_department: past.by(place, |row| row.department.clone()).into_iter().map(group).collect(),
        by_day: past.by_day(place, month.first()..=month.last()).into_iter().map(day).collect(),
    }
}

fn csv(call: &Call, past: &Past) -> String {
    let units = &call.known.program().units;
    let unit = |place: u8| {
        let unit = units.get(usize::from(place));
        unit.map_or_else(Default::default, |unit| (unit.code.clone(), unit.scale.decimals()))
    };
    past.csv(unit, |action| (code(call, action).unwrap_or_default(), name(call, action).unwrap_or_default()))
}

fn paper(kind: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_the_first_that_is_accepted() {
        for (accept, expected) in [
            ("", Form::Json),
            ("*/*", Form::Json),
            ("text/csv", Form::Csv),
            ("application/pdf, text/csv", Form::Pdf),
            ("text/html, Text/CSV;q=0.5", Form::Csv),
        ] {
            assert_eq!(form(Some(accept)), expected, "{accept}");
        }
    }
}
