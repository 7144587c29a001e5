//! The first page: how much there is, of what kind, and what to do about it.

use axum::response::Response;
use catalog::Program;
use ledger::{Book, Class, GrantState};
use maud::{Markup, html};
use moment::Instant;
use money::{Amount, Unit};
use reports::{Past, Sums};

use super::figures::{action_name, counting};
use super::{Page, Visit, frame, plots};

pub(super) async fn page(visit: Visit) -> Response {
    let program = visit.program();
    let mut units: Vec<usize> = (0..program.units.len()).collect();
    // A unit that the account never had anything of would only be in the way.
    units.retain(|unit| {
        *unit == 0 || visit.account.book(*unit as u8).is_some_and(|book| !book.grants.is_empty())
    });
    let today = visit.today();
    let past = visit.past(today.plus(1 - PLOTTED)..=today, true).await;
    let body = html! {
        div #live data-part data-position=(visit.account.last.0) {
            @if past.as_ref().is_some_and(|past| !past.complete) { (counting(&visit.say)) }
            @for unit in units { (unit_part(&visit, unit as u8, past.as_ref())) }
        }
    };
    frame(&visit, Page { name: "overview", title: visit.say.t("overview-title"), body })
}

/// What there is of a unit.
fn unit_part(visit: &Visit, index: u8, past: Option<&Past>) -> Markup {
    let (program, say) = (visit.program(), &visit.say);
    let Some(unit) = program.units.get(usize::from(index)) else { return html! {} };
    let none = Book::default();
    let book = visit.account.book(index).unwrap_or(&none);
    let balance = book.balance();
    html! {
        (banner(visit, unit, index, book))
        section.balance aria-label=(unit.name) {
            p.available {
                strong.figure data-balance=(unit.code) { (say.number(unit, book.available())) }
                " " span.of { (say.with("available", [("name", unit.name.clone().into())])) }
            }
            dl.beside {
                div { dt { (say.t("settled")) } dd { (say.number(unit, balance.settled)) } }
                div { dt { (say.t("held")) } dd { (say.number(unit, balance.held)) } }
                @if balance.owed.is_positive() {
                    div { dt { (say.t("owed")) } dd { (say.number(unit, balance.owed)) } }
                }
            }
            p.actions {
                a.button href=(visit.path("buy")) { (say.t("buy-credits")) }
                a href=(visit.path("prices")) { (say.t("see-prices")) }
            }
        }
        (breakdown(visit, unit, book))
        @if let Some(past) = past { (course(visit, unit, index, past)) }
    }
}

/// How the balance went, what was spent on what, and how long it lasts at this rate.
fn course(visit: &Visit, unit: &Unit, index: u8, past: &Past) -> Markup {
    let say = &visit.say;
    let today = visit.today();
    let month = today.plus(1 - MEASURED);
    let ends = past.balances(index);
    // Before the account was opened there was no balance.
    let opened = if past.complete { past.since } else { None };
    let opened = opened.filter(|since| *since >= today.plus(1 - PLOTTED).month());
    let begin = opened.and_then(|_| past.marks.keys().next().copied());
    let ends: Vec<_> =
        ends.iter().copied().filter(|(day, _)| begin.is_none_or(|begin| *day >= begin)).collect();
    let of_month = past.rows_from(month);
    let name = |action| action_name(&visit.web.engine, &visit.published, say, action);
    let by_action: Vec<(String, Sums)> =
        of_month.by(index, |row| row.action).into_iter().map(|(action, sums)| (name(action), sums)).collect();
    let age = begin.map_or(MEASURED, |begin| today.since(begin) + 1).min(MEASURED);
    let available = visit.account.book(index).map_or(Amount::ZERO, Book::available);
    let days = lasts(available, of_month.total(index).net(), age);
    html! {
        @if ends.len() > 1 {
            section {
                h2 { (say.t("balance-course")) }
                (plots::balance(visit, unit, index, &ends))
            }
        }
        @if !by_action.is_empty() {
            section {
                h2 { (say.t("spent-course")) }
                @if let Some(days) = days {
                    p.lead { (say.with("lasts", [("days", days.into()), ("shown", say.count(days).into())])) }
                }
                (plots::bars(say, unit, &say.t("report-action"), &say.t("spent-course-how"), &by_action))
                p { a href=(visit.path("reports")) { (say.t("see-reports")) } }
            }
        }
    }
}

/// So many days the balance goes back.
const PLOTTED: i32 = 90;
/// Over so many days it is measured how fast credits go.
const MEASURED: i32 = 30;
/// Of fewer days nothing can be said.
const LEAST_MEASURED: i32 = 3;
/// Beyond so many days nobody can tell.
const FARTHEST: i64 = 730;

/// For how many days so many credits last, if so many went in so many days; `None` where that says nothing.
fn lasts(available: Amount, spent: Amount, days: i32) -> Option<i64> {
    if !available.is_positive() || !spent.is_positive() || days < LEAST_MEASURED {
        return None;
    }
    let lasts = i128::from(available.0) * i128::from(days) / i128::from(spent.0);
    i64::try_from(lasts).ok().filter(|days| (1..=FARTHEST).contains(days))
}

/// What is wrong, if something is, and what to do.
fn banner(visit: &Visit, unit: &Unit, index: u8, book: &Book) -> Markup {
    let say = &visit.say;
    let owed = say.credits(unit, book.owed);
    let (kind, title, text) = match book.overdraft.as_deref() {
        Some(overdraft) if overdraft.suspended_at.is_some() => {
            ("bad", say.t("banner-suspended"), say.with("banner-suspended-how", [("owed", owed.into())]))
        }
        Some(overdraft) => {
            let deadline = (overdraft.deadline != Instant::NEVER).then(|| say.moment(overdraft.deadline));
            let text = match deadline {
                Some(deadline) => {
                    say.with("banner-overdrawn-until", [("owed", owed.into()), ("deadline", deadline.into())])
                }
                None => say.with("banner-overdrawn", [("owed", owed.into())]),
            };
            ("bad", say.t("banner-overdrawn-title"), text)
        }
        None if is_low(visit.program(), index, book) => (
            "warn",
            say.t("banner-low"),
            say.with("banner-low-how", [("left", say.credits(unit, book.available()).into())]),
        ),
        None => return html! {},
    };
    html! {
        div.banner.(kind) role="status" {
            p { strong { (title) } " " (text) }
            p { a.button href=(visit.path("buy")) { (say.t("buy-credits")) } }
        }
    }
}

/// Whether it is at or below the highest of its alerts, or used up.
fn is_low(program: &Program, unit: u8, book: &Book) -> bool {
    let usual = program.alerts.get(usize::from(unit)).map(|rule| &*rule.thresholds);
    let highest = match &book.thresholds {
        Some(own) => own.first().copied(),
        None => usual.and_then(|thresholds| thresholds.iter().max().copied()),
    };
    book.available() <= highest.unwrap_or(Amount::ZERO)
}

/// What is available, by class and by when it ends.
fn breakdown(visit: &Visit, unit: &Unit, book: &Book) -> Markup {
    let say = &visit.say;
    let mut rows: Vec<(Class, Instant, Amount)> = Vec::new();
    // In the order in which it is spent: what stands first goes first.
    for grant in
        book.grants.iter().filter(|grant| grant.state == GrantState::Live && grant.free.is_positive())
    {
        match rows.iter_mut().find(|(class, until, _)| (*class, *until) == (grant.class, grant.expires_at)) {
            Some((.., credits)) => *credits = credits.plus(grant.free),
            None => rows.push((grant.class, grant.expires_at, grant.free)),
        }
    }
    if rows.is_empty() {
        return html! { p.empty { (say.t("nothing-left")) } };
    }
    html! {
        section {
            h2 { (say.t("by-class")) }
            p.small { (say.t("spent-first")) }
            table.figures {
                thead { tr { th scope="col" { (say.t("class")) } th scope="col" { (say.t("until")) } th.number scope="col" { (unit.name) } } }
                tbody {
                    @for (class, until, credits) in rows {
                        tr {
                            th scope="row" { (say.t(&format!("class-{}", class.code()))) }
                            td {
                                @if until == Instant::NEVER { (say.t("never-ends")) } @else { (say.day(until)) }
                            }
                            td.number { (say.number(unit, credits)) }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_it_lasts_is_said_where_that_means_something() {
        for (available, spent, days, expected) in [
            (300, 300, 30, Some(30)),
            (48, 5, 10, Some(96)),
            (48, 5, 2, None),
            (0, 5, 30, None),
            (-5, 5, 30, None),
            (5, 0, 30, None),
            (5, -5, 30, None),
            (1, 100, 30, None),
            (1_000_000, 1, 30, None),
            (i64::MAX, 1, 30, None),
        ] {
            assert_eq!(lasts(Amount(available), Amount(spent), days), expected, "{available} {spent} {days}");
        }
    }
}
