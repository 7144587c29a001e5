//! What a month's credits went for.

mod mail;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use dispatch::Payer;
use ledger::NameId;
use maud::{Markup, html};
use money::Unit;
use papers::Group;
use reports::{Month, Past, Sums};

use super::figures::{action_name, counting, month_name};
use super::layout::framed;
use super::{Page, Visit, plots};
use crate::answer::file;
use crate::state::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/portal/{program}/reports", get(this_month))
        .route("/portal/{program}/reports/{month}", get(of_month))
        .route("/portal/{program}/reports/{month}/email", post(mail::send))
}

/// The month that a report is of, and in which form: as the path says it.
struct Named {
    month: Month,
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Page,
    Csv,
    Pdf,
}

impl Named {
    fn read(text: &str) -> Option<Named> {
        let (month, form) = match text.rsplit_once('.') {
            None => (text, Form::Page),
            Some((month, "csv")) => (month, Form::Csv),
            Some((month, "pdf")) => (month, Form::Pdf),
            Some(_) => return None,
        };
        Some(Named { month: month.parse().ok()?, form })
    }
}

async fn this_month(visit: Visit) -> Response {
    let month = visit.today().month();
    page(&visit, month).await
}

async fn of_month(
    axum::extract::State(web): axum::extract::State<Web>,
    Path((_, named)): Path<(String, String)>,
    request: axum::extract::Request,
) -> Response {
    let (mut parts, _) = request.into_parts();
    let visit = match Visit::from_request_parts(&mut parts, &web).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    // What is to come can't be told.
    let named = Named::read(&named).filter(|named| named.month <= visit.today().month());
    match named {
        None => wrong(&visit),
        Some(Named { month, form: Form::Page }) => page(&visit, month).await,
        Some(Named { month, form }) => download(&visit, month, form).await,
    }
}

fn wrong(visit: &Visit) -> Response {
    let say = &visit.say;
    let body = html! {
        p.lead { (say.t("report-wrong-how")) }
        p.actions { a.button href=(visit.path("reports")) { (say.t("nav-reports")) } }
    };
    framed(visit, StatusCode::NOT_FOUND, Page { name: "reports", title: say.t("report-wrong"), body })
}

fn trouble(visit: &Visit) -> Response {
    let body = html! { p.notice.bad role="alert" { (visit.say.t("lost-trouble-how")) } };
    let title = visit.say.t("nav-reports");
    framed(visit, StatusCode::SERVICE_UNAVAILABLE, Page { name: "reports", title, body })
}

async fn page(visit: &Visit, month: Month) -> Response {
    page_with(visit, month, None).await
}

/// The page, with why something was not done.
async fn page_with(visit: &Visit, month: Month, told: Option<(StatusCode, String)>) -> Response {
    let say = &visit.say;
    let Some(past) = visit.past(month.first()..=month.last(), false).await else { return trouble(visit) };
    let shown = month_name(say, month);
    let title = say.with("report-title", [("month", shown.clone().into())]);
    let units = past.units();
    let units: Vec<(u8, &Unit)> =
        (0_u8..).zip(&visit.program().units).filter(|(place, _)| units.contains(place)).collect();
    let is_now = month == visit.today().month();
    let files = [("csv", "report-csv"), ("pdf", "report-pdf")];
    let (status, told) = told.unzip();
    let body = html! {
        @if let Some(told) = &told { p.notice.bad role="alert" { (told) } }
        (months(visit, month, &past))
        // What is of another month does not change.
        div #live data-part[is_now || !past.complete] data-position=[is_now.then_some(visit.account.last.0)] {
            @if !past.complete { (counting(say)) }
            @if units.is_empty() {
                p.empty { (say.with("report-none", [("month", shown.into())])) }
            } @else {
                @for (place, unit) in &units { (unit_part(visit, &past, month, *place, unit)) }
            }
        }
        @if !units.is_empty() {
            p.actions.tools {
                @for (form, key) in files {
                    a href=(format!("{}/{month}.{form}", visit.path("reports"))) { (say.t(key)) }
                }
            }
            (mail::form(visit, month))
        }
    };
    framed(visit, status.unwrap_or(StatusCode::OK), Page { name: "reports", title, body })
}

/// The months beside this one, as far as there is anything.
fn months(visit: &Visit, month: Month, past: &Past) -> Markup {
    let say = &visit.say;
    let href = |month: Month| format!("{}/{month}", visit.path("reports"));
    let earlier = past.since.is_some_and(|since| since < month) || !past.complete;
    let later = month < visit.today().month();
    html! {
        @if earlier || later {
            nav.turning.months aria-label=(say.t("report-months")) {
                @if earlier {
                    a.newer href=(href(month.previous())) rel="prev" { "← " (month_name(say, month.previous())) }
                }
                @if later { a.older href=(href(month.next())) rel="next" { (month_name(say, month.next())) " →" } }
            }
        }
    }
}

fn unit_part(visit: &Visit, past: &Past, month: Month, place: u8, unit: &Unit) -> Markup {
    let say = &visit.say;
    let total = past.total(place);
    let today = visit.today();
    let last = month.last().min(today);
    let days = past.by_day(place, month.first()..=month.last());
    let groups = Groups::of(visit, past, place);
    let named = |rows: &[Group], nobody: &str| -> Vec<(String, Sums)> {
        let name = |name: &Option<String>| name.as_deref().map(words::one_line);
        let sums = |group: &Group| Sums { count: group.count, spent: group.spent, returned: group.returned };
        rows.iter().map(|row| (name(&row.name).unwrap_or_else(|| say.t(nobody)), sums(row))).collect()
    };
    // Where nobody is ever named, there is nothing to tell apart.
    let tells = |rows: &[Group]| rows.iter().any(|row| row.name.is_some());
    let bars = |title: &str, what: &str, rows: &[(String, Sums)]| {
        html! {
            section {
                h2 { (say.t(title)) }
                (plots::bars(say, unit, &say.t(what), &say.t("report-caption"), rows))
            }
        }
    };
    html! {
        section {
            p.sums {
                strong.figure data-spent=(unit.code) { (say.number(unit, total.net())) }
                " " span.of { (unit.name) " " (say.t("report-spent").to_lowercase()) }
            }
            @if last < month.last() { p.small { (say.t("report-so-far")) } }
            @if total.returned.is_positive() {
                p.small { (say.with("report-given-back", [("credits", say.credits(unit, total.returned).into())])) }
            }
            (plots::days(visit, unit, place, &days))
        }
        (bars("report-by-action", "report-action", &named(&groups.actions, "no-action")))
        @if tells(&groups.members) {
            (bars("report-by-member", "report-member", &named(&groups.members, "report-nobody")))
        }
        @if tells(&groups.departments) {
            (bars("report-by-department", "report-department", &named(&groups.departments, "report-no-department")))
        }
    }
}

/// The sums of a unit by what they can be told apart by.
struct Groups {
    actions: Vec<Group>,
    members: Vec<Group>,
    departments: Vec<Group>,
}

impl Groups {
    fn of(visit: &Visit, past: &Past, unit: u8) -> Groups {
        let group = |(name, sums): (Option<String>, Sums)| Group {
            name,
            count: sums.count,
            spent: sums.spent,
            returned: sums.returned,
        };
        let text = |name: Option<Arc<str>>| name.as_deref().map(str::to_owned);
        let action = |action: NameId| {
            let name = || action_name(&visit.web.engine, &visit.published, &visit.say, action);
            action.is_some().then(name)
        };
        let actions = past.by(unit, |row| row.action).into_iter();
        let members = past.by(unit, |row| row.member.clone()).into_iter();
        let departments = past.by(unit, |row| row.department.clone()).into_iter();
        Groups {
            actions: actions.map(|(name, sums)| group((action(name), sums))).collect(),
            members: members.map(|(name, sums)| group((text(name), sums))).collect(),
            departments: departments.map(|(name, sums)| group((text(name), sums))).collect(),
        }
    }
}

async fn download(visit: &Visit, month: Month, form: Form) -> Response {
    let Some(past) = visit.past(month.first()..=month.last(), false).await else { return trouble(visit) };
    if !past.complete {
        // Half of a report is none: the page says that it is being counted.
        return crate::answer::see(&format!("{}/{month}", visit.path("reports")));
    }
    let name = format!("{}-report-{month}", visit.program().id);
    match form {
        Form::Csv => file("text/csv; charset=utf-8", &format!("{name}.csv"), csv(visit, &past).into_bytes()),
        Form::Pdf | Form::Page => {
            let payer = Payer::of(&visit.account);
            let made = (month, visit.now);
            let report = dispatch::report(&visit.web.engine, &visit.published, &payer, &past, made);
            match papers::report::pdf(&report, visit.say.language.code(), &visit.say.zone) {
                Ok(pdf) => file("application/pdf", &format!("{name}.pdf"), pdf),
                Err(error) => {
                    tracing::error!(%error, "a report can't be made");
                    trouble(visit).into_response()
                }
            }
        }
    }
}

fn csv(visit: &Visit, past: &Past) -> String {
    let units = &visit.program().units;
    let unit = |place: u8| {
        let unit = units.get(usize::from(place));
        unit.map_or_else(Default::default, |unit| (unit.code.clone(), unit.scale.decimals()))
    };
    let action = |action: NameId| {
        if !action.is_some() {
            return (String::new(), String::new());
        }
        let name = action_name(&visit.web.engine, &visit.published, &visit.say, action);
        (visit.web.engine.text(action).to_string(), name)
    };
    past.csv(unit, action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_a_month_and_a_form() {
        for (text, expected) in [
            ("2027-03", Some(("2027-03", true))),
            ("2027-03.csv", Some(("2027-03", false))),
            ("2027-03.pdf", Some(("2027-03", false))),
            ("2027-03.exe", None),
            ("2027-13", None),
            ("", None),
            (".csv", None),
        ] {
            let named = Named::read(text).map(|named| (named.month.to_string(), named.form == Form::Page));
            assert_eq!(named, expected.map(|(month, page)| (month.to_owned(), page)), "{text}");
        }
    }
}
