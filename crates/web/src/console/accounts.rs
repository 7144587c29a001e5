//! Finding accounts.

use std::sync::Arc;

use account::Account;
use axum::response::{IntoResponse, Response};
use engine::{Engine, Published, Target};
use ids::{Id, Kind};
use ledger::AccountNo;
use maud::{Markup, html};

use super::{Desk, Page, frame};
use crate::answer::see;

/// How many accounts a page has, and how many are looked at for one.
const SHOWN: usize = 50;
const LOOKED_AT: u64 = 5_000;

/// An account, as far as lists show it.
struct Line {
    account: Account,
}

pub(super) async fn page(desk: Desk) -> Response {
    list(desk).await.unwrap_or_else(IntoResponse::into_response)
}

async fn list(desk: Desk) -> Result<Response, Response> {
    let published = Arc::clone(desk.program()?);
    let id = &published.program.id;
    let wanted = desk.asked("find");
    // What has an id of ours, or the host's own, is found wherever it is.
    if let Some(wanted) = &wanted
        && let Some(number) = named(&desk.web.engine, &published, wanted).await
    {
        return Ok(see(&account_path(&published, number)));
    }
    let before = desk.asked("before").and_then(|text| text.parse::<u64>().ok());
    let (lines, next) = newest(&desk.web.engine, &published, before, wanted.as_deref()).await;
    let say = &desk.say;
    let body = html! {
        form.fields method="get" action={ "/console/" (id) } role="search" {
            div.field {
                label for="find" { (say.t("find-account")) }
                input #find name="find" type="search" value=[wanted.as_deref()] size="40" aria-describedby="find-how";
            }
            button type="submit" { (say.t("find")) }
        }
        p.small #find-how { (say.with("find-account-how", [("count", say.count(LOOKED_AT as i64).into())])) }
        @if lines.is_empty() {
            p.empty { (say.t(if wanted.is_some() { "no-account-found" } else { "no-accounts" })) }
        } @else {
            (table(&desk, &published, &lines))
        }
        @if let Some(next) = next {
            p { a href={ "/console/" (id) "?before=" (next) @if let Some(wanted) = &wanted { "&find=" (escaped(wanted)) } } { (say.t("next")) } }
        }
    };
    Ok(frame(&desk, &Page { name: "console-accounts", title: say.t("console-accounts"), body }))
}

fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

pub(super) fn account_path(published: &Published, number: AccountNo) -> String {
    format!("/console/{}/accounts/{}", published.program.id, number.0)
}

/// The account that this names: by an id of its own or of something that it has, or as the host calls it.
pub(super) async fn named(engine: &Engine, published: &Arc<Published>, text: &str) -> Option<AccountNo> {
    let kinds = [
        Kind::Account,
        Kind::Order,
        Kind::Quote,
        Kind::Hold,
        Kind::Charge,
        Kind::Grant,
        Kind::Entry,
        Kind::Subscription,
    ];
    let target = match kinds.into_iter().find_map(|kind| ids::read(kind, text)) {
        Some(named) => Target::Number(named.account),
        None => Target::Host(text.into()),
    };
    engine.read(target, Arc::clone(published), |account, _| account.no).await.ok()
}

/// Accounts of a program, newest first, that match what is looked for; and where to go on.
async fn newest(
    engine: &Engine,
    published: &Arc<Published>,
    before: Option<u64>,
    wanted: Option<&str>,
) -> (Vec<Line>, Option<u64>) {
    let wanted = wanted.map(str::to_lowercase);
    let mut number = before.unwrap_or(u64::MAX).min(engine.metrics().accounts);
    let mut lines = Vec::new();
    let mut looked = 0;
    while number > 0 && lines.len() < SHOWN && looked < LOOKED_AT {
        number -= 1;
        looked += 1;
        let look = |account: &Account, _| account.clone();
        let Ok(account) = engine.read(Target::Number(AccountNo(number)), Arc::clone(published), look).await
        else {
            continue;
        };
        if wanted.as_deref().is_none_or(|wanted| matches(&account, wanted)) {
            lines.push(Line { account });
        }
    }
    (lines, Some(number).filter(|number| *number > 0))
}

fn matches(account: &Account, wanted: &str) -> bool {
    let profile = account.profile.as_deref();
    let texts = [
        Some(&*account.host_id),
        profile.and_then(|profile| profile.name.as_deref()),
        profile.and_then(|profile| profile.email.as_deref()),
    ];
    texts.into_iter().flatten().any(|text| text.to_lowercase().contains(wanted))
}

/// Where an account stands, as a tag.
pub(super) fn standing(desk: &Desk, account: &Account) -> Markup {
    let overdraft = account.books.iter().find_map(|book| book.overdraft.as_deref());
    let (kind, key) = match overdraft {
        _ if account.closed => ("", "standing-closed"),
        Some(overdraft) if overdraft.suspended_at.is_some() => ("bad", "standing-suspended"),
        Some(_) => ("warn", "standing-overdrawn"),
        None => ("good", "standing-active"),
    };
    html! { span.tag.(kind) { (desk.say.t(key)) } }
}

fn table(desk: &Desk, published: &Published, lines: &[Line]) -> Markup {
    let (say, program) = (&desk.say, &published.program);
    html! {
        div.scroll tabindex="0" role="group" aria-label=(say.t("table")) {
            table.figures {
                thead { tr {
                    th scope="col" { (say.t("account")) }
                    th scope="col" { (say.t("name")) }
                    th scope="col" { (say.t("state")) }
                    th.number scope="col" { (say.t("available-column")) }
                    th scope="col" { (say.t("opened")) }
                } }
                tbody {
                    @for Line { account } in lines {
                        @let profile = account.profile.as_deref();
                        tr {
                            th scope="row" {
                                a href=(account_path(published, account.no)) {
                                    @if account.host_id.is_empty() {
                                        (Id::new(Kind::Account, account.id, account.no))
                                    } @else { (account.host_id) }
                                }
                            }
                            td {
                                @if let Some(name) = profile.and_then(|profile| profile.name.as_deref()) { (words::one_line(name)) }
                                @if let Some(email) = profile.and_then(|profile| profile.email.as_deref()) { " " span.small { (words::one_line(email)) } }
                            }
                            td { (standing(desk, account)) }
                            td.number {
                                @for (unit, book) in program.units.iter().zip(&account.books) {
                                    div { (say.credits(unit, book.available())) }
                                }
                            }
                            td { (say.day(account.opened_at)) }
                        }
                    }
                }
            }
        }
    }
}
