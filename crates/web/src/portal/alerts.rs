//! At which levels the account is told that credits run low, whether it gets each month's report, and where and how it is
//! told things.

mod contact;
mod reports;

use account::Command;
use axum::Router;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use maud::{Markup, html};
use money::{Amount, Unit};

use super::buy::status;
use super::layout::{framed, token_once};
use super::{Form, Page, Visit, typed, why};
use crate::answer::see;
use crate::state::Web;

/// The most levels that there can be.
const MOST: usize = 16;
/// How many empty fields there are for more of them.
const MORE: usize = 2;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/portal/{program}/alerts", get(page).post(set_levels))
        .route("/portal/{program}/alerts/contact", post(contact::set))
        .route("/portal/{program}/alerts/reports", post(reports::set))
}

async fn page(visit: Visit) -> Response {
    page_with(&visit, None, None)
}

/// The page, with why something was not done, and with what was typed.
fn page_with(visit: &Visit, told: Option<(StatusCode, String)>, typed: Option<&Form>) -> Response {
    let say = &visit.say;
    let (status, told) = told.unzip();
    let status = status.unwrap_or(StatusCode::OK);
    let units = visit.program().units.iter().zip(0_u8..);
    let several = visit.program().units.len() > 1;
    let body = html! {
        @if let Some(told) = &told { p.notice.bad role="alert" { (told) } }
        @for (unit, place) in units {
            section {
                h2 {
                    (say.t("low-balance"))
                    @if several { ": " (unit.name) }
                }
                (levels(visit, unit, place, typed))
            }
        }
        (reports::section(visit))
        (contact::section(visit, typed))
    };
    framed(visit, status, Page { name: "alerts", title: say.t("alerts-title"), body })
}

/// The levels of the program for a unit.
fn usual(visit: &Visit, place: u8) -> Vec<Amount> {
    let rule = visit.program().alerts.get(usize::from(place));
    let mut usual = rule.map(|rule| rule.thresholds.clone()).unwrap_or_default();
    usual.sort_unstable_by(|one, other| other.cmp(one));
    usual
}

fn listed(visit: &Visit, unit: &Unit, levels: &[Amount]) -> String {
    let all: Vec<String> = levels.iter().map(|level| visit.say.credits(unit, *level)).collect();
    all.join(", ")
}

fn levels(visit: &Visit, unit: &Unit, place: u8, typed: Option<&Form>) -> Markup {
    let say = &visit.say;
    let usual = usual(visit, place);
    let own = visit.account.book(place).and_then(|book| book.thresholds.as_deref());
    let now = own.unwrap_or(&usual);
    let name = format!("level-{place}");
    let typed: Option<Vec<String>> = typed
        .filter(|form| form.get("unit") == Some(&unit.code))
        .map(|form| form.all(&name).map(str::to_owned).collect());
    let values = typed.unwrap_or_else(|| {
        let shown = now.iter().map(|level| typed::plain(level.0, unit.scale.decimals()));
        let empty = std::iter::repeat_n(String::new(), MORE.min(MOST.saturating_sub(now.len())));
        shown.chain(empty).collect()
    });
    html! {
        p.lead {
            @if now.is_empty() { (say.t("alerts-off")) }
            @else { (say.with("alerts-now", [("levels", listed(visit, unit, now).into())])) }
        }
        @if usual.is_empty() { p.small { (say.t("alerts-no-usual")) } }
        @else {
            p.small { (say.with(if own.is_none() { "alerts-usual" } else { "alerts-recommended" },
                [("levels", listed(visit, unit, &usual).into())])) }
        }
        form.stack method="post" action=(visit.path("alerts")) {
            (token_once(visit))
            input type="hidden" name="unit" value=(unit.code);
            fieldset {
                legend { (say.t("alert-levels")) }
                div.fields.levels {
                    @for (number, value) in values.iter().enumerate() {
                        div.field {
                            label.small for={ (name) "-" (number) } { (say.with("alert-level", [("number", say.count(number as i64 + 1).into())])) }
                            input id={ (name) "-" (number) } type="number" inputmode="decimal" name=(name) value=(value)
                                step=(typed::step(unit.scale.decimals()));
                        }
                    }
                }
            }
            p.small { (say.t("alerts-hints")) }
            div.actions {
                button type="submit" name="step" value="save" { (say.t("save")) }
                @if own.is_some() {
                    button.second type="submit" name="step" value="usual" {
                        @if usual.is_empty() { (say.t("alerts-reset-off")) }
                        @else { (say.with("alerts-reset", [("levels", listed(visit, unit, &usual).into())])) }
                    }
                }
            }
        }
    }
}

async fn set_levels(visit: Visit, form: Form) -> Response {
    let place = form.get("unit").and_then(|code| visit.program().unit_index(code));
    let unit =
        place.and_then(|place| visit.program().units.get(usize::from(place)).cloned().zip(Some(place)));
    let Some((unit, place)) = unit else {
        return page_with(&visit, Some((StatusCode::UNPROCESSABLE_ENTITY, visit.say.t("refused"))), None);
    };
    let thresholds = if form.get("step") == Some("usual") {
        None
    } else {
        let levels = read_levels(&unit, &form, &format!("level-{place}"));
        if levels.is_none() {
            let told = (StatusCode::UNPROCESSABLE_ENTITY, visit.say.t("typed-levels"));
            return page_with(&visit, Some(told), Some(&form));
        }
        levels
    };
    done(&visit, Command::SetAlerts { unit: place, thresholds }, &form, "alerts").await
}

/// The levels that were typed, highest first; empty fields are none.
fn read_levels(unit: &Unit, form: &Form, name: &str) -> Option<Box<[Amount]>> {
    let typed = form.all(name).filter(|text| !text.is_empty());
    let mut levels = typed.map(|text| typed::credits(unit, text)).collect::<Option<Vec<Amount>>>()?;
    levels.sort_unstable_by(|one, other| other.cmp(one));
    levels.dedup();
    (levels.len() <= MOST).then(|| levels.into())
}

async fn done(visit: &Visit, command: Command, form: &Form, done: &str) -> Response {
    match visit.write(command, form.once()).await {
        Ok(_) => see(&format!("{}?done={done}", visit.path("alerts"))),
        Err(failure) => page_with(visit, Some((status(&failure), why(&visit.say, &failure))), Some(form)),
    }
}
