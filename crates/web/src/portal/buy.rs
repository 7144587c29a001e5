//! Buying: what the account is on stands first, then what can be bought, and what is bought by itself.

mod current;
mod offers;
mod place;
mod quotes;
mod review;
mod top_up;
mod wish;

use account::{Command, Wanted};
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use catalog::Ask;
use maud::html;

pub(super) use place::{now, status, to_payment};

use super::layout::framed;
use super::refused::explain;
use super::{Form, Page, Visit};
use crate::answer::see;
use crate::state::Web;
use wish::Wish;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/portal/{program}/buy", get(page))
        .route("/portal/{program}/buy/order", get(look_order).post(buy))
        .route("/portal/{program}/buy/change", get(look_change).post(change))
        .route("/portal/{program}/buy/cancel", get(confirm_cancel).post(cancel))
        .route("/portal/{program}/buy/resume", post(resume))
        .route("/portal/{program}/buy/top-up", post(top_up::set))
}

/// Where the page of a wish is.
pub(super) fn href(visit: &Visit, what: Wanted, how_many: Option<Ask>, renew: bool, change: bool) -> String {
    Wish { what, how_many, renew, change }.href(visit)
}

async fn page(visit: Visit) -> Response {
    page_with(&visit, None, None)
}

/// The page, with why something was not done, and with what was typed into the form of the auto top-up.
fn page_with(visit: &Visit, told: Option<(StatusCode, String)>, typed: Option<&Form>) -> Response {
    let (status, told) = told.unzip();
    let status = status.unwrap_or(StatusCode::OK);
    let say = &visit.say;
    let body = html! {
        @if let Some(told) = &told { p.notice.bad role="alert" { (told) } }
        div #deal data-part data-position=(visit.account.last.0) {
            p.lead.have { @for (unit, place) in visit.program().units.iter().zip(0_u8..) {
                @if place == 0 || visit.account.book(place).is_some() {
                    span {
                        strong data-balance=(unit.code) {
                            (say.number(unit, visit.account.book(place).map(ledger::Book::available).unwrap_or_default()))
                        }
                        " " (say.with("available", [("name", unit.name.clone().into())]))
                    } " "
                }
            } }
            (current::section(visit))
            (quotes::section(visit))
            (super::orders::open(visit))
        }
        (offers::plans(visit))
        (offers::packages(visit))
        (top_up::section(visit, typed))
    };
    framed(visit, status, Page { name: "buy", title: say.t("buy-title"), body })
}

async fn look_order(visit: Visit) -> Response {
    look(&visit, false)
}

async fn look_change(visit: Visit) -> Response {
    look(&visit, true)
}

fn look(visit: &Visit, change: bool) -> Response {
    match Wish::read(visit, visit, change) {
        Some(wish) => review::page(visit, &wish, None),
        None => page_with(visit, Some((StatusCode::NOT_FOUND, visit.say.t("refused-no-sale"))), None),
    }
}

async fn buy(visit: Visit, headers: HeaderMap, form: Form) -> Response {
    place::submit(visit, &headers, &form, false).await
}

async fn change(visit: Visit, headers: HeaderMap, form: Form) -> Response {
    place::submit(visit, &headers, &form, true).await
}

async fn confirm_cancel(visit: Visit) -> Response {
    current::confirm(&visit)
}

async fn cancel(visit: Visit, form: Form) -> Response {
    moved(&visit, Command::CancelSubscription, &form, "canceled").await
}

async fn resume(visit: Visit, headers: HeaderMap, form: Form) -> Response {
    let before = visit.account.last;
    match visit.write(Command::ResumeSubscription, form.once()).await {
        // One that rested begins a new period, which is to be paid.
        Ok(_) => match to_be_paid(&visit).await.filter(|order| *order > before) {
            Some(order) => to_payment(&visit, &headers, order).await,
            None => see(&format!("{}?done=resumed", visit.path("buy"))),
        },
        Err(failure) => page_with(&visit, Some((status(&failure), explain(&visit, &failure))), None),
    }
}

/// The order that the subscription waits for, after a write.
async fn to_be_paid(visit: &Visit) -> Option<ledger::Position> {
    let look = |account: &account::Account, _| match account.subscription()?.state {
        ledger::SubscriptionState::PastDue { order } => Some(order),
        _ => None,
    };
    let target = engine::Target::Number(visit.pass.account);
    let published = std::sync::Arc::clone(&visit.published);
    visit.web.engine.read(target, published, look).await.ok().flatten()
}

async fn moved(visit: &Visit, command: Command, form: &Form, done: &str) -> Response {
    match visit.write(command, form.once()).await {
        Ok(_) => see(&format!("{}?done={done}", visit.path("buy"))),
        Err(failure) => page_with(visit, Some((status(&failure), explain(visit, &failure))), None),
    }
}
