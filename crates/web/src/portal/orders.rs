//! Orders: each has a page, which customers come back to from the payment page.

mod said;

use account::Command;
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use ids::{Id, Kind};
use ledger::{Order, OrderState, Position};
use maud::html;

use super::layout::framed;
use super::refused::explain;
use super::{Form, Page, Visit, buy, frame};
use crate::answer::see;
use crate::state::Web;
use said::{is_web, part, words};

pub(super) use said::open;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/portal/{program}/orders", get(come_back))
        .route("/portal/{program}/orders/{order}", get(page))
        .route("/portal/{program}/orders/{order}/pay", get(lead_on).post(pay))
        .route("/portal/{program}/orders/{order}/cancel", post(cancel))
}

/// Where an order is.
pub(super) fn href(visit: &Visit, order: Position) -> String {
    visit.path(&format!("orders/{}", Id::new(Kind::Order, order, visit.pass.account)))
}

/// The account's own order of that id: as the state has it, or as the history tells it.
pub(super) async fn find(visit: &Visit, text: &str) -> Option<Order> {
    let account = visit.pass.account;
    let id = ids::read(Kind::Order, text).filter(|named| named.account == account)?.position;
    if let Some(order) = visit.account.sales.as_deref().and_then(|sales| sales.order(id)) {
        return Some(order.clone());
    }
    let found = visit.block(move |engine| engine.orders(account, Some(id.next()), 1)).await.ok()?;
    found.into_iter().find(|order| order.id == id)
}

/// The page where there is no such order of the account.
pub(super) fn none(visit: &Visit) -> Response {
    let say = &visit.say;
    let body = html! {
        p.lead { (say.t("no-order-how")) }
        p.actions { a.button href=(visit.path("receipts")) { (say.t("nav-receipts")) } }
    };
    framed(visit, StatusCode::NOT_FOUND, Page { name: "receipts", title: say.t("no-order"), body })
}

/// From the payment page: the provider adds which order it was.
async fn come_back(visit: Visit) -> Response {
    let named = visit.asked("order").filter(|text| ids::read(Kind::Order, text).is_some());
    match named {
        Some(order) => see(&visit.path(&format!("orders/{order}?back=yes"))),
        None => see(&visit.path("receipts")),
    }
}

async fn page(visit: Visit, Path((_, order)): Path<(String, String)>) -> Response {
    match find(&visit, &order).await {
        Some(order) => shown(&visit, &order, None),
        None => none(&visit),
    }
}

fn shown(visit: &Visit, order: &Order, told: Option<(StatusCode, String)>) -> Response {
    let say = &visit.say;
    let (status, told) = told.unzip();
    let status = status.unwrap_or(StatusCode::OK);
    let (title, ..) = words(visit, order);
    let body = html! {
        @if let Some(told) = &told { p.notice.bad role="alert" { (told) } }
        div #order data-part data-position=(visit.account.last.0) { (part(visit, order)) }
        p.actions { a href=(visit.path("buy")) { (say.t("back-to-offers")) } a href=(visit.path("")) { (say.t("nav-overview")) } }
    };
    framed(
        visit,
        status,
        Page { name: "buy", title: say.with("order-title", [("state", title.into())]), body },
    )
}

/// Opens the checkout of an order that lacks one, or another one after a card was declined.
async fn pay(
    visit: Visit,
    Path((_, order)): Path<(String, String)>,
    headers: HeaderMap,
    form: Form,
) -> Response {
    let _ = form;
    match find(&visit, &order).await {
        Some(order) => buy::to_payment(&visit, &headers, order.id).await,
        None => none(&visit),
    }
}

/// A page in between, that leads on to a payment page of another site by itself.
async fn lead_on(visit: Visit, Path((_, order)): Path<(String, String)>) -> Response {
    let Some(order) = find(&visit, &order).await else { return none(&visit) };
    let url = order.checkout_url.as_deref().filter(|url| is_web(url));
    let Some(url) = url.filter(|_| order.state == OrderState::AwaitingPayment) else {
        return see(&href(&visit, order.id));
    };
    let say = &visit.say;
    let body = html! {
        p.lead { (say.with("leads-on", [("price", say.money(order.ordered.price).into())])) }
        p.actions {
            a.button href=(url) { (say.t("go-to-payment")) }
            a href=(href(&visit, order.id)) { (say.t("look-at-order")) }
        }
    };
    let mut response = frame(&visit, Page { name: "buy", title: say.t("leads-on-title"), body });
    if let Ok(value) = HeaderValue::from_str(&format!("0;url={url}")) {
        response.headers_mut().insert(header::REFRESH, value);
    }
    response
}

async fn cancel(visit: Visit, Path((_, order)): Path<(String, String)>, form: Form) -> Response {
    let Some(order) = find(&visit, &order).await else { return none(&visit) };
    let reason = "Cancelled by the customer".into();
    match visit.write(Command::CancelOrder { order: order.id, reason }, form.once()).await {
        Ok(_) => {
            close_checkout(&visit, &order).await;
            see(&href(&visit, order.id))
        }
        Err(failure) => {
            let told = (buy::status(&failure), explain(&visit, &failure));
            shown(&visit, &buy::now(&visit, order.id).await.unwrap_or(order), Some(told))
        }
    }
}

/// Closes the checkout of an order that was given up. Where that fails the page goes with its own time.
async fn close_checkout(visit: &Visit, order: &Order) {
    let provider = visit.web.dispatch.provider(&visit.program().id, &order.ordered.provider);
    if let (Some(provider), Some(reference)) = (provider, order.reference.as_deref())
        && let Err(outage) = provider.cancel_checkout(reference).await
    {
        tracing::warn!(program = visit.program().id, %outage, "the checkout of a cancelled order could not be closed");
    }
}
