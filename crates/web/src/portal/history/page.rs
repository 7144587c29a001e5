//! The page of the history.

use axum::response::Response;
use engine::Failure;
use ledger::{Class, Position, Tags};
use maud::{Markup, html};

use super::filter::Filter;
use super::look::{Found, Looker, Seen};
use super::words::{Kind, Teller};
use crate::portal::layout::framed;
use crate::portal::{Page, Visit, frame};

/// So many movements stand on a page.
const SHOWN: usize = 50;
/// So many entries are looked at for a page, where few of them are looked for.
const LOOKED_AT: usize = 5_000;
/// So many pages one can go back by, before one goes to the first.
const TRAIL: usize = 20;

impl Visit {
    pub(super) fn looker(&self) -> Looker {
        Looker {
            teller: Teller::of(self),
            filter: Filter::of(self),
            account: self.pass.account,
            reports: self.web.reports.clone(),
            zone_name: self.zone_name(),
            zone: self.say.zone.clone(),
        }
    }
}

/// A movement as it stands on the page.
struct Shown {
    found: Found,
    paid: Vec<String>,
}

pub(super) async fn page(visit: Visit) -> Response {
    let mut looker = visit.looker();
    let filter = looker.filter.clone();
    let before = position(visit.asked("before"));
    let trail: Vec<Position> = visit.asked("trail").map(|trail| read_trail(&trail)).unwrap_or_default();
    let looked = visit
        .block(move |_| {
            let Seen { found, next } = looker.look(before, SHOWN, LOOKED_AT)?;
            let mut shown = Vec::with_capacity(found.len());
            for found in found {
                let paid = looker.teller.paid_by(&found.listed.entry)?;
                shown.push(Shown { found, paid });
            }
            Ok::<_, Failure>((shown, next))
        })
        .await;
    let say = &visit.say;
    let title = say.t("history-title");
    let (shown, next) = match looked {
        Ok(looked) => looked,
        Err(failure) => {
            let body = html! { p.notice.bad role="alert" { (crate::portal::why(say, &failure)) } };
            let status = axum::http::StatusCode::SERVICE_UNAVAILABLE;
            return framed(&visit, status, Page { name: "history", title, body });
        }
    };
    let rest = html! {
        @if shown.is_empty() { (nothing(&visit, &filter, next.is_some())) } @else { (table(&visit, &shown)) }
        (turning(&visit, &filter, before, &trail, next))
    };
    let body = html! {
        (form(&visit, &filter))
        // The newest page is live; older ones do not change.
        @if before.is_none() {
            div #live data-part data-position=(visit.account.last.0) { (rest) }
        } @else {
            div { (rest) }
        }
    };
    frame(&visit, Page { name: "history", title, body })
}

fn position(text: Option<String>) -> Option<Position> {
    text.and_then(|text| text.parse().ok()).filter(|at| *at < Position::END).map(Position)
}

fn read_trail(text: &str) -> Vec<Position> {
    let mut trail: Vec<Position> =
        text.split('.').take(TRAIL).filter_map(|part| position(Some(part.to_owned()))).collect();
    trail.truncate(TRAIL);
    trail
}

fn form(visit: &Visit, filter: &Filter) -> Markup {
    let say = &visit.say;
    let select = |name: &'static str, all: &str, options: Vec<(String, String)>| {
        let chosen = filter.value(name).unwrap_or_default();
        html! {
            div.field {
                label for=(name) { (say.t(&format!("filter-{name}"))) }
                select id=(name) name=(name) {
                    option value="" { (say.t(all)) }
                    @for (value, text) in options {
                        option value=(value) selected[value == chosen] { (text) }
                    }
                }
            }
        }
    };
    let input = |name: &'static str, kind: &str| {
        let wrong = filter.wrong.contains(&name);
        html! {
            div.field {
                label for=(name) { (say.t(&format!("filter-{name}"))) }
                input id=(name) name=(name) type=(kind) value=(filter.value(name).unwrap_or_default())
                    maxlength="255" aria-invalid=[wrong.then_some("true")]
                    aria-describedby=[wrong.then(|| format!("{name}-wrong"))];
                @if wrong { span.small id=(format!("{name}-wrong")) { (say.t("filter-wrong-date")) } }
            }
        }
    };
    let kinds = Kind::ALL.map(|kind| (kind.code().to_owned(), say.t(&format!("kind-{}", kind.code()))));
    let actions = &visit.program().actions;
    let actions = actions.iter().map(|action| (action.code.clone(), words::one_line(&action.name)));
    let classes =
        Class::ALL.map(|class| (class.code().to_owned(), say.t(&format!("class-{}", class.code()))));
    let download = match filter.query(&[]) {
        query if query.is_empty() => visit.path("history.csv"),
        query => format!("{}?{query}", visit.path("history.csv")),
    };
    html! {
        details.fold.filters open[!filter.is_empty()] {
            summary { (say.t("filter-title")) }
            form method="get" action=(visit.path("history")) role="search" aria-label=(say.t("filter-title")) {
                div.grid {
                    (select("kind", "filter-all-kinds", kinds.to_vec()))
                    (select("action", "filter-all-actions", actions.collect()))
                    (select("class", "filter-all-classes", classes.to_vec()))
                    (input("member", "text"))
                    (input("department", "text"))
                    (input("from", "date"))
                    (input("to", "date"))
                }
                p.actions {
                    button type="submit" { (say.t("filter-show")) }
                    @if !filter.is_empty() { a href=(visit.path("history")) { (say.t("filter-clear")) } }
                }
            }
        }
        p.actions.tools { a href=(download) { (say.t("download-csv")) } }
    }
}

fn nothing(visit: &Visit, filter: &Filter, more: bool) -> Markup {
    let say = &visit.say;
    let text = match (more, filter.is_empty()) {
        (true, _) => "history-not-yet",
        (false, true) => "history-empty",
        (false, false) => "history-none",
    };
    html! {
        p.empty role="status" {
            (say.t(text))
            @if !filter.is_empty() { " " a href=(visit.path("history")) { (say.t("filter-clear")) } }
        }
    }
}

fn table(visit: &Visit, shown: &[Shown]) -> Markup {
    let say = &visit.say;
    html! {
        table.figures.history {
            caption.unseen { (say.t("history-caption")) }
            thead {
                tr {
                    th scope="col" { (say.t("history-when")) }
                    th scope="col" { (say.t("history-what")) }
                    th.number scope="col" { (say.t("history-change")) }
                    th.number scope="col" { (say.t("history-balance")) }
                }
            }
            tbody { @for shown in shown { (row(visit, shown)) } }
        }
    }
}

fn row(visit: &Visit, shown: &Shown) -> Markup {
    let say = &visit.say;
    let Found { listed, told } = &shown.found;
    let entry = &listed.entry;
    let Some(unit) = visit.program().units.get(usize::from(entry.unit)) else { return html! {} };
    let change = entry.change(listed.position);
    let several = visit.program().units.len() > 1;
    let tags = entry.event.work().and_then(|work| work.tags.as_deref());
    html! {
        tr data-entry=(listed.position.0) {
            td.when { (say.moment(entry.effective_at)) }
            th.what scope="row" {
                (told.what)
                @if let Some(why) = &told.why { span.second { (why) } }
                @if let Some(tags) = tags { (tagged(visit, tags)) }
                @if !shown.paid.is_empty() { span.second.paid { (say.list(&shown.paid)) } }
            }
            td.number.change {
                @if !change.is_zero() {
                    (say.change(unit, change)) @if several { " " span.unit { (unit.name) } }
                }
            }
            td.number.after {
                span.narrow { (say.t("history-balance")) " " }
                (say.number(unit, entry.after.settled))
                @if several { " " span.unit { (unit.name) } }
            }
        }
    }
}

fn tagged(visit: &Visit, tags: &Tags) -> Markup {
    let say = &visit.say;
    let said = [
        ("history-member", &tags.member),
        ("history-department", &tags.department),
        ("history-reference", &tags.reference),
    ];
    let said = said.into_iter().filter_map(|(key, value)| {
        let value = words::one_line(value.as_deref()?);
        (!value.is_empty()).then(|| say.with(key, [("value", value.into())]))
    });
    let said: Vec<String> = said.collect();
    html! { @if !said.is_empty() { span.second { (said.join(" · ")) } } }
}

fn turning(
    visit: &Visit,
    filter: &Filter,
    before: Option<Position>,
    trail: &[Position],
    next: Option<Position>,
) -> Markup {
    let say = &visit.say;
    let href = |before: Option<Position>, trail: &[Position]| {
        let before = before.map(|at| at.0.to_string()).unwrap_or_default();
        let trail: Vec<String> = trail.iter().map(|at| at.0.to_string()).collect();
        let query = filter.query(&[("before", before), ("trail", trail.join("."))]);
        let page = visit.path("history");
        if query.is_empty() { page } else { format!("{page}?{query}") }
    };
    // Where one came from: the pages before this one, the latest last.
    let newer = before.map(|_| match trail.split_last() {
        Some((last, rest)) => href(Some(*last), rest),
        None => href(None, &[]),
    });
    let older = next.map(|next| {
        let mut on: Vec<Position> = trail.iter().copied().chain(before).collect();
        if on.len() > TRAIL {
            on.remove(0);
        }
        href(Some(next), &on)
    });
    html! {
        @if newer.is_some() || older.is_some() {
            nav.turning aria-label=(say.t("history-pages")) {
                @if let Some(newer) = newer { a.newer href=(newer) rel="prev" { "← " (say.t("previous")) } }
                @if let Some(older) = older { a.older href=(older) rel="next" { (say.t("next")) " →" } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::filter::FIELDS;
    use super::*;

    #[test]
    fn a_place_in_the_history_is_a_position_and_nothing_else() {
        assert_eq!(position(Some("8192".to_owned())), Some(Position(8_192)));
        for wrong in ["", "-1", "x", "9007199254740992", "99999999999999999999"] {
            assert_eq!(position(Some(wrong.to_owned())), None, "{wrong}");
        }
        assert_eq!(read_trail("1.x.3"), [Position(1), Position(3)]);
        assert_eq!(read_trail(&"7.".repeat(5_000)).len(), TRAIL);
        assert!(FIELDS.iter().all(|name| !["before", "trail"].contains(name)));
    }
}
