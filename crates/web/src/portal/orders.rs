//! One order: where it is on its way, in words, and what to do next. Customers come back to it from the payment page.

use account::{Command, Wanted};
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use catalog::Ask;
use ids::{Id, Kind};
use ledger::{Order, OrderState, Position, Purpose};
use maud::{Markup, html};
use money::Money;

use super::layout::{framed, token_once};
use super::refused::explain;
use super::{Form, Page, Visit, buy, frame, receipts, sold};
use crate::answer::see;
use crate::state::Web;

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

/// The state in short, how it is felt, and what it means.
fn words(visit: &Visit, order: &Order) -> (String, &'static str, String) {
    let say = &visit.say;
    let price = || say.money(order.ordered.price);
    let credits = || say.credits_of(visit.program(), order.unit, order.ordered.credits());
    let (key, class) = match order.state {
        OrderState::AwaitingApproval => ("approval", "warn"),
        OrderState::AwaitingPayment if order.asking => ("asking", "warn"),
        OrderState::AwaitingPayment if order.next_attempt_at.is_some() => ("retry", "bad"),
        // From the payment page one is often back before the provider has told.
        OrderState::AwaitingPayment if visit.asked("back").is_some() && order.declined.is_none() => {
            ("confirming", "warn")
        }
        OrderState::AwaitingPayment if order.checkout_url.is_some() => ("unpaid", "warn"),
        // It was paid in a way that takes time.
        OrderState::AwaitingPayment if order.reference.is_some() && order.declined.is_none() => {
            ("coming", "warn")
        }
        OrderState::AwaitingPayment => ("unpaid", "warn"),
        OrderState::Paid => ("paid", "good"),
        OrderState::Credited if order.ordered.price.amount == 0 => ("free", "good"),
        OrderState::Credited => ("credited", "good"),
        OrderState::Failed => ("failed", "bad"),
        OrderState::Declined => ("declined", "bad"),
        OrderState::Canceled => ("canceled", "warn"),
        OrderState::Disputed => ("disputed", "bad"),
    };
    let next = order.next_attempt_at.map(|at| say.moment(at)).unwrap_or_default();
    let text = say.with(
        &format!("order-{key}-how"),
        [("price", price().into()), ("credits", credits().into()), ("date", next.into())],
    );
    (say.t(&format!("order-{key}")), class, text)
}

fn part(visit: &Visit, order: &Order) -> Markup {
    let say = &visit.say;
    let (title, class, text) = words(visit, order);
    let ordered = &order.ordered;
    let refunded = Money { amount: order.refunded, ..ordered.price };
    html! {
        p { span.tag.(class) { (title) } }
        p.lead role="status" { (text) }
        @if let Some(why) = &order.declined {
            p { (say.with("declined-because", [("reason", words::one_line(why).into())])) }
        }
        @if order.refunded > 0 { p { (say.with("order-refunded", [("price", say.money(refunded).into())])) } }
        dl.facts {
            div { dt { (say.t("deal-what")) } dd { (sold::ordered_name(ordered)) } }
            div { dt { (say.t("order-credits")) } dd { (say.credits_of(visit.program(), order.unit, ordered.credits())) } }
            div { dt { (say.t("order-price")) } dd { (sold::price(say, Some(ordered.price))) } }
            div { dt { (say.t("order-placed-at")) } dd { (say.moment(order.placed_at)) } }
            @if let Some(at) = order.paid_at { div { dt { (say.t("order-paid-at")) } dd { (say.moment(at)) } } }
            @if let Some(agreed) = ordered.agreed.as_deref() {
                div { dt { (say.t("deal-renews")) } dd { (sold::price_every(say, agreed)) } }
            }
        }
        (next(visit, order))
    }
}

/// What to do now.
fn next(visit: &Visit, order: &Order) -> Markup {
    let say = &visit.say;
    let own = href(visit, order.id);
    let framed = !visit.program().brand.origins.is_empty();
    match order.state {
        OrderState::AwaitingPayment if !order.asking => html! {
            div.actions {
                @if let Some(url) = order.checkout_url.as_deref().filter(|url| is_web(url)) {
                    // A payment page is never shown in a frame of ours: it gets a window.
                    a.button href=(url) target=[framed.then_some("_blank")] rel="noopener" { (say.t("go-to-payment")) }
                } @else if order.reference.is_none() || order.declined.is_some() {
                    form method="post" action={ (own) "/pay" } {
                        (token_once(visit))
                        button type="submit" { (say.t("go-to-payment")) }
                    }
                } @else {
                    a.button.second href=(own) { (say.t("look-again")) }
                }
                @if order.ordered.purpose != Purpose::Renewal { (give_up(visit, &own)) }
            }
        },
        OrderState::AwaitingApproval => html! { div.actions { (give_up(visit, &own)) } },
        OrderState::AwaitingPayment | OrderState::Paid => {
            html! { div.actions { a.button.second href=(own) { (say.t("look-again")) } } }
        }
        OrderState::Credited | OrderState::Disputed => html! {
            div.actions {
                @if order.receipt.is_some() {
                    a.button.second href=(receipts::href(visit, order)) { (say.t("see-receipt")) }
                }
                @if order.state == OrderState::Credited { a.button href=(visit.path("")) { (say.t("to-credits")) } }
            }
        },
        OrderState::Failed | OrderState::Declined | OrderState::Canceled => html! {
            div.actions { a.button href=(again(visit, order)) { (say.t("try-again")) } }
        },
    }
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

fn give_up(visit: &Visit, own: &str) -> Markup {
    html! {
        form method="post" action={ (own) "/cancel" } {
            (token_once(visit))
            button.second type="submit" { (visit.say.t("give-up-order")) }
        }
    }
}

/// Where the same can be ordered once more.
fn again(visit: &Visit, order: &Order) -> String {
    let ordered = &order.ordered;
    let what = match ordered.sort {
        ledger::Sort::Package => Wanted::Package(ordered.offer.clone()),
        ledger::Sort::Plan => Wanted::Plan(ordered.offer.clone()),
    };
    let package = visit.program().package(&ordered.offer);
    let by_credits = package.is_some_and(|package| matches!(package.price, catalog::Pricing::Tiers(_)));
    let how_many = if by_credits { Ask::Credits(ordered.credits()) } else { Ask::Packages(ordered.quantity) };
    let (renew, change) = match ordered.purpose {
        Purpose::Once => (false, false),
        Purpose::Start => (ordered.sort == ledger::Sort::Package, false),
        Purpose::Change => (false, true),
        Purpose::Renewal | Purpose::TopUp | Purpose::Quote => return visit.path("buy"),
    };
    buy::href(visit, what, Some(how_many), renew, change)
}

/// Orders that somebody has to do something about.
pub(super) fn open(visit: &Visit) -> Markup {
    let say = &visit.say;
    let orders = visit.account.sales.as_deref().map(|sales| sales.orders.as_slice()).unwrap_or_default();
    let open: Vec<&Order> = orders.iter().filter(|order| order.state.is_open()).collect();
    html! {
        @if !open.is_empty() {
            section {
                h2 { (say.t("open-orders")) }
                ul.offers {
                    @for order in open {
                        @let (title, class, text) = words(visit, order);
                        li {
                            div.what {
                                h3 { (sold::ordered_name(&order.ordered)) " " span.tag.(class) { (title) } }
                                p.small { (text) }
                            }
                            div.price { p.amount { (sold::price(say, Some(order.ordered.price))) } }
                            div.do {
                                a.button.second href=(href(visit, order.id))
                                    aria-label={ (say.t("look-at-order")) ": " (sold::ordered_name(&order.ordered)) } { (say.t("look-at-order")) }
                            }
                        }
                    }
                }
            }
        }
    }
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
    let Some(url) = url.filter(|_| order.state == OrderState::AwaitingPayment && !order.asking) else {
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
