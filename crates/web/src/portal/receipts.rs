//! Receipts: a list, each as a page to be printed and as a PDF.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use dispatch::Payer;
use ids::{Id, Kind};
use ledger::Order;
use maud::{Markup, PreEscaped, html};
use money::Money;

use super::layout::{Lost, lost};
use super::{Page, Visit, frame, orders, sold};
use crate::answer;
use crate::state::Web;

/// How many orders are looked through for a page.
const AT_ONCE: usize = 50;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/portal/{program}/receipts", get(page))
        .route("/portal/{program}/receipts/style.css", get(style))
        .route("/portal/{program}/receipts/{order}", get(as_page))
        .route("/portal/{program}/receipts/{order}/pdf", get(as_pdf))
}

/// Where the receipt of an order is.
pub(super) fn href(visit: &Visit, order: &Order) -> String {
    visit.path(&format!("receipts/{}", Id::new(Kind::Order, order.id, visit.pass.account)))
}

async fn page(visit: Visit) -> Response {
    let account = visit.pass.account;
    let before = visit.asked("before").and_then(|text| ids::read(Kind::Order, &text));
    let before = before.filter(|named| named.account == account).map(|named| named.position);
    let found = visit.block(move |engine| engine.orders(account, before, AT_ONCE + 1)).await;
    let Ok(mut orders) = found else {
        return lost(Some(visit.program()), &visit.say, Lost::Trouble);
    };
    let more = orders.len() > AT_ONCE;
    orders.truncate(AT_ONCE);
    let older = orders.last().filter(|_| more).map(|order| Id::new(Kind::Order, order.id, account));
    let say = &visit.say;
    let payer = Payer::of(&visit.account);
    let paid: Vec<(&Order, papers::Receipt)> = orders
        .iter()
        .filter_map(|order| Some((order, dispatch::receipt(visit.program(), &payer, order)?)))
        .collect();
    let body = html! {
        @if paid.is_empty() && before.is_none() && !more {
            p.empty { (say.t("no-receipts")) }
            p.actions { a.button href=(visit.path("buy")) { (say.t("nav-buy")) } }
        } @else {
            div.scroll {
                table.figures {
                    caption { (say.t("receipts-caption")) }
                    thead { tr {
                        th scope="col" { (say.t("receipt-number")) }
                        th scope="col" { (say.t("deal-what")) }
                        th.number scope="col" { (say.t("receipt-amount")) }
                        th scope="col" { (say.t("receipt-file")) }
                    } }
                    tbody { @for (order, receipt) in &paid { (row(&visit, order, receipt)) } }
                }
            }
        }
        p.actions {
            @if before.is_some() { a href=(visit.path("receipts")) { (say.t("receipts-newest")) } }
            @if let Some(older) = older { a href={ (visit.path("receipts")) "?before=" (older) } { (say.t("next")) } }
        }
    };
    frame(&visit, Page { name: "receipts", title: say.t("receipts-title"), body })
}

fn row(visit: &Visit, order: &Order, receipt: &papers::Receipt) -> Markup {
    let say = &visit.say;
    let href = href(visit, order);
    let back = Money { amount: order.refunded, ..order.ordered.price };
    html! {
        tr {
            th.receipt scope="row" {
                a href=(href) { (receipt.number) }
                span.small { (say.day(receipt.paid_at)) }
            }
            td {
                (sold::ordered_name(&order.ordered))
                @if order.refunded > 0 {
                    " " span.tag.warn { (say.with("order-refunded", [("price", say.money(back).into())])) }
                }
                @if receipt.disputed { " " span.tag.bad { (say.t("order-disputed")) } }
            }
            td.number { (say.money(receipt.total)) }
            td { a href={ (href) "/pdf" } aria-label={ "PDF: " (receipt.number) } { "PDF" } }
        }
    }
}

/// The style sheet of papers, which pages of them link beside them.
async fn style(visit: Visit) -> Response {
    let _ = visit;
    answer::bytes(StatusCode::OK, "text/css; charset=utf-8", papers::style().as_bytes().to_vec())
}

/// The receipt of one of the account's own orders.
async fn receipt(visit: &Visit, order: &str) -> Option<papers::Receipt> {
    let order = orders::find(visit, order).await?;
    dispatch::receipt(visit.program(), &Payer::of(&visit.account), &order)
}

async fn as_page(visit: Visit, Path((_, order)): Path<(String, String)>) -> Response {
    let Some(receipt) = receipt(&visit, &order).await else { return orders::none(&visit) };
    // In the language that the rest of the portal has.
    let page = papers::receipt::html(&receipt, visit.say.language.code(), &visit.say.zone);
    // It was escaped when it was made.
    answer::page(StatusCode::OK, &visit.program().brand, PreEscaped(page))
}

async fn as_pdf(visit: Visit, Path((_, order)): Path<(String, String)>) -> Response {
    let Some(receipt) = receipt(&visit, &order).await else { return orders::none(&visit) };
    let (language, zone) = (visit.say.language.code(), visit.say.zone.clone());
    let name = format!("{}-{}.pdf", visit.program().id, receipt.number);
    let made = tokio::task::spawn_blocking(move || papers::receipt::pdf(&receipt, language, &zone)).await;
    match made {
        Ok(Ok(pdf)) => answer::file("application/pdf", &name, pdf),
        Ok(Err(error)) => {
            tracing::error!(%error, "a receipt can't be made");
            lost(Some(visit.program()), &visit.say, Lost::Trouble)
        }
        Err(_) => lost(Some(visit.program()), &visit.say, Lost::Trouble),
    }
}
