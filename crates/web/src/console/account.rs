//! One account's whole story.

use std::sync::Arc;

use account::Account;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::{Listed, Published, Target, Wanted};
use ids::{Id, Kind};
use ledger::{AccountNo, EventKind, Grant, GrantState, Position};
use maud::{Markup, html};
use moment::Instant;
use operators::Role;

use super::accounts::standing;
use super::layout::{plain, token};
use super::{Desk, Page, frame};

/// How many entries a page has.
const SHOWN: usize = 50;

pub(super) async fn page(Path((_, number)): Path<(String, u64)>, desk: Desk) -> Response {
    story(desk, AccountNo(number)).await.unwrap_or_else(IntoResponse::into_response)
}

/// The account of that number, as it is.
pub(super) async fn find(desk: &Desk, number: AccountNo) -> Result<(Arc<Published>, Account), Response> {
    seen(desk, number).await.map(|(published, account, _)| (published, account))
}

/// The same with what time it is there.
async fn seen(desk: &Desk, number: AccountNo) -> Result<(Arc<Published>, Account, Instant), Response> {
    let published = Arc::clone(desk.program()?);
    let look = |account: &Account, now| (account.clone(), now);
    let seen = desk.web.engine.read(Target::Number(number), Arc::clone(&published), look).await;
    let none = |_| plain(&desk.say, StatusCode::NOT_FOUND, "console-no-account");
    let (account, now) = seen.map_err(none)?;
    Ok((published, account, now))
}

async fn story(desk: Desk, number: AccountNo) -> Result<Response, Response> {
    let (published, account, now) = seen(&desk, number).await?;
    let before = desk.asked("before").and_then(|text| text.parse().ok()).map(Position);
    let engine = desk.web.engine.clone();
    let entries = tokio::task::spawn_blocking(move || {
        engine.entries(number, &Wanted { before, limit: SHOWN + 1, ..Wanted::default() })
    });
    let trouble = || plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble");
    let mut entries = entries.await.ok().and_then(Result::ok).ok_or_else(trouble)?;
    let more = entries.len() > SHOWN;
    entries.truncate(SHOWN);
    let next = entries.last().filter(|_| more).map(|listed| listed.position);
    let say = &desk.say;
    let profile = account.profile.as_deref();
    let name = profile.and_then(|profile| profile.name.as_deref()).map(words::one_line);
    let id = Id::new(Kind::Account, account.id, account.no).to_string();
    let title = name
        .unwrap_or_else(|| if account.host_id.is_empty() { id.clone() } else { account.host_id.to_string() });
    let base = super::accounts::account_path(&published, number);
    let body = html! {
        p { (standing(&desk, &account)) " " code { (id) } @if !account.host_id.is_empty() { " · " (account.host_id) }
            @if let Some(email) = profile.and_then(|profile| profile.email.as_deref()) { " · " (words::one_line(email)) }
            " · " (say.t("opened")) " " (say.day(account.opened_at))
        }
        (balances(&desk, &published, &account))
        (grants(&desk, &published, &account, now, &base))
        @if desk.operator.role.may(Role::Support) { (actions(&desk, &published, &account, &base)) }
        section {
            h2 { (say.t("story")) }
            (history(&desk, &published, &entries))
            @if let Some(next) = next { p { a href={ (base) "?before=" (next.0) } { (say.t("next")) } } }
        }
    };
    Ok(frame(&desk, &Page { name: "console-accounts", title, body }))
}

fn balances(desk: &Desk, published: &Published, account: &Account) -> Markup {
    let say = &desk.say;
    html! {
        section {
            h2 { (say.t("balances")) }
            div.scroll tabindex="0" role="group" aria-label=(say.t("table")) { table.figures {
                thead { tr {
                    th scope="col" { (say.t("unit")) }
                    th.number scope="col" { (say.t("available-column")) }
                    th.number scope="col" { (say.t("settled")) }
                    th.number scope="col" { (say.t("held")) }
                    th.number scope="col" { (say.t("owed")) }
                } }
                tbody { @for (unit, book) in published.program.units.iter().zip(&account.books) {
                    @let balance = book.balance();
                    tr {
                        th scope="row" { (unit.name) }
                        td.number { (say.number(unit, book.available())) }
                        td.number { (say.number(unit, balance.settled)) }
                        td.number { (say.number(unit, balance.held)) }
                        td.number { (say.number(unit, balance.owed)) }
                    }
                } }
            } }
        }
    }
}

fn grants(desk: &Desk, published: &Published, account: &Account, now: Instant, base: &str) -> Markup {
    let say = &desk.say;
    let all = published.program.units.iter().zip(&account.books);
    let all: Vec<_> =
        all.flat_map(|(unit, book)| book.grants.iter().map(move |grant| (unit, grant))).collect();
    let may = desk.operator.role.may(Role::Support);
    html! {
        section {
            h2 { (say.t("grants")) }
            p.small { (say.t("spent-first")) }
            @if all.is_empty() { p.empty { (say.t("no-grants")) } } @else { div.scroll tabindex="0" role="group" aria-label=(say.t("table")) { table.figures {
                thead { tr {
                    th scope="col" { (say.t("class")) }
                    th scope="col" { (say.t("until")) }
                    th.number scope="col" { (say.t("granted")) }
                    th.number scope="col" { (say.t("left")) }
                    th.number scope="col" { (say.t("held")) }
                    th scope="col" { (say.t("state")) }
                    @if may { th scope="col" { span.unseen { (say.t("void")) } } }
                } }
                tbody { @for (unit, grant) in all { tr {
                    th scope="row" { (say.t(&format!("class-{}", grant.class.code()))) }
                    td { @if grant.expires_at == Instant::NEVER { (say.t("never-ends")) } @else { (say.moment(grant.expires_at)) } }
                    td.number { (say.number(unit, grant.granted)) }
                    td.number { (say.number(unit, grant.free)) }
                    td.number { (say.number(unit, grant.held)) }
                    @let state = state(grant, now);
                    td { (say.t(state)) }
                    @if may { td {
                        @if state == "grant-live" && grant.free.is_positive() {
                            details {
                                summary { (say.t("void")) }
                                form.stack method="post" action={ (base) "/void" } {
                                    (token(desk))
                                    input type="hidden" name="grant" value=(grant.id.0);
                                    div.field {
                                        label for={ "reason-" (grant.id.0) } { (say.t("reason")) }
                                        input id={ "reason-" (grant.id.0) } name="reason" maxlength="500" required;
                                    }
                                    button.second type="submit" { (say.t("void-grant")) }
                                }
                            }
                        }
                    } }
                } } }
            } } }
        }
    }
}

/// Where a grant is in its life, as the API says it: what is used up does not expire any more.
fn state(grant: &Grant, now: Instant) -> &'static str {
    match grant.state {
        GrantState::Live if grant.is_empty() => "grant-spent",
        // Its end is noted with what the account does next.
        GrantState::Pending | GrantState::Live if grant.expires_at <= now => "grant-expired",
        GrantState::Pending if grant.effective_at > now => "grant-pending",
        GrantState::Pending | GrantState::Live => "grant-live",
        GrantState::Expired => "grant-expired",
        GrantState::Voided => "grant-voided",
        GrantState::Reclaimed => "grant-reclaimed",
    }
}

/// The text that says what kind of entry it is.
fn named(kind: EventKind) -> String {
    format!("entry-{}", kind.code().replace('_', "-"))
}

/// What may be done about it.
fn actions(desk: &Desk, published: &Published, account: &Account, base: &str) -> Markup {
    let say = &desk.say;
    html! {
        section {
            h2 { (say.t("help-customer")) }
            form.fields method="post" action={ (base) "/adjust" } {
                (token(desk))
                div.field {
                    label for="how" { (say.t("adjust-how")) }
                    select #how name="how" { option value="give" { (say.t("give")) } option value="take" { (say.t("take")) } }
                }
                div.field { label for="credits" { (say.t("credits-field")) } input #credits name="credits" inputmode="decimal" size="10" required; }
                @if published.program.units.len() > 1 {
                    div.field { label for="unit" { (say.t("unit")) } select #unit name="unit" {
                        @for unit in &published.program.units { option value=(unit.code) { (unit.name) } }
                    } }
                }
                div.field { label for="reason" { (say.t("reason")) } input #reason name="reason" size="40" maxlength="500" required; }
                button type="submit" { (say.t("adjust")) }
            }
            form.fields method="post" action={ (base) "/portal" } {
                (token(desk))
                button.second type="submit" { (say.t("see-as-customer")) }
                span.small { (say.t("see-as-customer-how")) }
            }
            form.fields method="post" action={ (base) "/" (if account.closed { "reopen" } else { "close" }) } {
                (token(desk))
                div.field { label for="why" { (say.t("reason")) } input #why name="reason" size="40" maxlength="500" required; }
                button.second type="submit" { (say.t(if account.closed { "reopen-account" } else { "close-account" })) }
            }
        }
    }
}

fn history(desk: &Desk, published: &Published, entries: &[Listed]) -> Markup {
    let say = &desk.say;
    let none = money::Unit { code: String::new(), name: String::new(), scale: money::Scale::default() };
    html! {
        div.scroll tabindex="0" role="group" aria-label=(say.t("table")) { table.figures {
            thead { tr {
                th scope="col" { (say.t("when")) }
                th scope="col" { (say.t("what")) }
                th scope="col" { (say.t("by")) }
                th.number scope="col" { (say.t("change")) }
                th.number scope="col" { (say.t("available-column")) }
            } }
            tbody { @for listed in entries {
                @let entry = &listed.entry;
                @let unit = published.program.units.get(usize::from(entry.unit)).unwrap_or(&none);
                @let work = entry.event.work();
                tr {
                    td { (say.moment(entry.effective_at)) }
                    td {
                        (say.t(&named(entry.event.kind())))
                        @if let Some(work) = work.filter(|work| work.action.is_some()) { " · " (desk.web.engine.text(work.action)) }
                        " " span.small { (Id::new(Kind::Entry, listed.position, entry.account)) }
                    }
                    td { @if entry.by.is_some() { (desk.web.engine.text(entry.by)) } }
                    td.number { (say.change(unit, entry.change(listed.position))) }
                    td.number { (say.number(unit, entry.after.available())) }
                }
            } }
        } }
    }
}

#[cfg(test)]
mod tests {
    use money::Amount;

    use super::*;
    use crate::say::Say;

    #[test]
    fn a_grant_that_is_used_up_or_has_ended_is_not_live() {
        let now = Instant::from_millis(1_000);
        let later = Instant::from_millis(2_000);
        let grant = |state, free, effective_at, expires_at| Grant {
            id: Position(1),
            granted: Amount(10),
            free: Amount(free),
            held: Amount::ZERO,
            effective_at,
            expires_at,
            extra: None,
            priority: 0,
            notice_hours: 0,
            class: ledger::Class::Purchase,
            state,
        };
        for (grant, expected) in [
            (grant(GrantState::Live, 5, now, Instant::NEVER), "grant-live"),
            (grant(GrantState::Live, 5, now, later), "grant-live"),
            (grant(GrantState::Live, 0, now, later), "grant-spent"),
            (grant(GrantState::Live, 0, now, now), "grant-spent"),
            (grant(GrantState::Live, 5, now, now), "grant-expired"),
            (grant(GrantState::Pending, 10, later, Instant::NEVER), "grant-pending"),
            (grant(GrantState::Pending, 10, now, Instant::NEVER), "grant-live"),
            (grant(GrantState::Expired, 0, now, now), "grant-expired"),
            (grant(GrantState::Voided, 0, now, later), "grant-voided"),
        ] {
            assert_eq!(state(&grant, now), expected, "{grant:?}");
            for (language, live) in [("en", "live"), ("de", "gilt")] {
                let said = Say::to(None, Some(language)).t(expected);
                assert_eq!(said == live, expected == "grant-live", "{said}");
            }
        }
    }

    #[test]
    fn each_kind_of_entry_has_words() {
        let texts = include_str!("../../locales/en/console.ftl");
        let codes = texts.lines().filter_map(|line| line.strip_prefix("entry-")?.split_once(" = "));
        let mut kinds: Vec<EventKind> =
            codes.map(|(code, _)| serde_json::from_value(code.replace('-', "_").into()).unwrap()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds.len(), EventKind::Subscription as usize + 1, "the last kind is {kinds:?}");
        for (language, charged) in [("en", "Spent"), ("de", "Ausgegeben")] {
            assert_eq!(Say::to(None, Some(language)).t(&named(EventKind::Charged)), charged);
        }
    }
}
