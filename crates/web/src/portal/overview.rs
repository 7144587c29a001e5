//! The first page: how much there is, of what kind, and what to do about it.

use axum::response::Response;
use catalog::Program;
use ledger::{Book, Class, GrantState};
use maud::{Markup, html};
use moment::Instant;
use money::{Amount, Unit};

use super::{Page, Visit, frame};

pub(super) async fn page(visit: Visit) -> Response {
    let program = visit.program();
    let mut units: Vec<usize> = (0..program.units.len()).collect();
    // A unit that the account never had anything of would only be in the way.
    units.retain(|unit| {
        *unit == 0 || visit.account.book(*unit as u8).is_some_and(|book| !book.grants.is_empty())
    });
    let body = html! {
        div #live data-part data-position=(visit.account.last.0) {
            @for unit in units { (unit_part(&visit, unit as u8)) }
        }
    };
    frame(&visit, Page { name: "overview", title: visit.say.t("overview-title"), body })
}

/// What there is of a unit.
fn unit_part(visit: &Visit, index: u8) -> Markup {
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
    }
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
        aside.banner.(kind) role="status" {
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
