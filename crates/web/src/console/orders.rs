//! The orders of a program, over all its accounts.

mod act;
mod dispute;
mod one;
mod parts;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use engine::{Published, Sale, SaleKind};
use ids::{Id, Kind};
use ledger::{AccountNo, Order, OrderState, Position};
use maud::{Markup, html};

use super::layout::plain;
use super::sold::{LOOKED_AT, Looking, Whose};
use super::{Desk, Page, frame};
use crate::state::Web;
use dispute::Wanted;

/// How many a page has, and how many are asked for at a time.
const SHOWN: usize = 50;
const AT_ONCE: usize = 200;

/// The states, in the order in which an order goes through them, and how each looks.
const STATES: [(OrderState, &str); 8] = [
    (OrderState::AwaitingApproval, "warn"),
    (OrderState::AwaitingPayment, "warn"),
    (OrderState::Paid, "good"),
    (OrderState::Credited, "good"),
    (OrderState::Failed, "bad"),
    (OrderState::Declined, "bad"),
    (OrderState::Canceled, ""),
    (OrderState::Disputed, "bad"),
];

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/console/{program}/orders", get(page))
        .route("/console/{program}/orders/{order}", get(one::page))
        .route("/console/{program}/orders/{order}/receipt", get(one::receipt))
        .route("/console/{program}/orders/{order}/{what}", post(act::act))
}

/// Where an order is shown.
pub(super) fn href(program: &str, account: AccountNo, order: Position) -> String {
    format!("/console/{program}/orders/{}", Id::new(Kind::Order, order, account))
}

/// What is looked for.
struct Filter {
    state: Option<OrderState>,
    dispute: Option<Wanted>,
    provider: Option<String>,
    account: Option<String>,
}

impl Filter {
    fn of(desk: &Desk) -> Filter {
        let state = desk.asked("state");
        let state = STATES.iter().map(|(state, _)| *state).find(|one| state.as_deref() == Some(one.code()));
        let dispute = desk.asked("dispute").as_deref().and_then(Wanted::of);
        Filter { state, dispute, provider: desk.asked("provider"), account: desk.asked("account") }
    }

    fn wants(&self, order: &Order, known: bool) -> bool {
        self.state.is_none_or(|state| known && order.state == state)
            && self.dispute.is_none_or(|dispute| dispute.wants(order, known))
            && self.provider.as_deref().is_none_or(|provider| *order.ordered.provider == *provider)
    }

    /// The same as a query, to go on with.
    fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let pairs = [
            ("state", self.state.map(|state| state.code().to_owned())),
            ("dispute", self.dispute.map(|dispute| dispute.code().to_owned())),
            ("provider", self.provider.clone()),
            ("account", self.account.clone()),
        ];
        for (name, value) in pairs {
            if let Some(value) = value {
                query.append_pair(name, &value);
            }
        }
        query.finish()
    }
}

/// An order, as the list shows it.
struct Line {
    whose: Arc<Whose>,
    order: Order,
    /// Whether it is known where it stands.
    known: bool,
}

async fn page(desk: Desk) -> Response {
    list(&desk).await.unwrap_or_else(IntoResponse::into_response)
}

async fn list(desk: &Desk) -> Result<Response, Response> {
    let published = Arc::clone(desk.program()?);
    let filter = Filter::of(desk);
    let before = desk.asked("before").and_then(|text| text.parse().ok()).map(Position);
    let trouble = || plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble");
    let (lines, next) = match &filter.account {
        Some(account) => of_account(desk, &published, account, &filter, before).await,
        None => of_all(desk, &published, &filter, before).await,
    }
    .ok_or_else(trouble)?;
    let say = &desk.say;
    let base = format!("/console/{}/orders", published.program.id);
    let body = html! {
        (form(desk, &filter, &base))
        @if lines.is_empty() { p.empty { (say.t(nothing(&filter, next))) } }
        @else { (table(desk, &published, &lines)) }
        @if let Some(next) = next {
            p { a href={ (base) "?before=" (next.0) "&" (filter.query()) } { (say.t("next")) } }
        }
    };
    Ok(frame(desk, &Page { name: "console-orders", title: say.t("console-orders"), body }))
}

/// What is said where there is none.
fn nothing(filter: &Filter, next: Option<Position>) -> &'static str {
    match (next, filter.dispute) {
        (Some(_), _) => "orders-none-yet",
        (None, Some(_)) => "disputes-none",
        (None, None) => "orders-none",
    }
}

/// Those of one account.
async fn of_account(
    desk: &Desk,
    published: &Arc<Published>,
    account: &str,
    filter: &Filter,
    before: Option<Position>,
) -> Option<(Vec<Line>, Option<Position>)> {
    let engine = &desk.web.engine;
    let Some(no) = super::accounts::named(engine, published, account).await else {
        return Some((Vec::new(), None));
    };
    let whose = Arc::new(Whose::find(engine, published, no).await?);
    let engine = engine.clone();
    let found = tokio::task::spawn_blocking(move || engine.orders(no, before, AT_ONCE)).await;
    let found = found.ok()?.ok()?;
    let mut next = found.last().filter(|_| found.len() == AT_ONCE).map(|order| order.id);
    let mut lines = Vec::new();
    for order in found {
        if lines.len() == SHOWN {
            next = lines.last().map(|line: &Line| line.order.id);
            break;
        }
        if filter.wants(&order, true) {
            lines.push(Line { whose: Arc::clone(&whose), order, known: true });
        }
    }
    Some((lines, next))
}

/// Those of all accounts.
async fn of_all(
    desk: &Desk,
    published: &Arc<Published>,
    filter: &Filter,
    mut before: Option<Position>,
) -> Option<(Vec<Line>, Option<Position>)> {
    let mut looking = Looking::new(&desk.web.engine, published);
    let (mut lines, mut looked) = (Vec::new(), 0);
    while looked < LOOKED_AT {
        let sales = looking.sales(SaleKind::Order, before, AT_ONCE).await?;
        for sale in &sales {
            before = Some(sale.position);
            looked += 1;
            let Some(whose) = looking.whose(sale.account).await else { continue };
            if filter.dispute.is_some() && !looking.was_disputed(*sale).await? {
                continue;
            }
            let Some((order, known)) = looking.order(&whose, Sale { ..*sale }).await else { continue };
            if filter.wants(&order, known) {
                lines.push(Line { whose, order, known });
            }
            if lines.len() == SHOWN {
                return Some((lines, before));
            }
        }
        if sales.len() < AT_ONCE {
            return Some((lines, None));
        }
    }
    Some((lines, before))
}

fn form(desk: &Desk, filter: &Filter, base: &str) -> Markup {
    let say = &desk.say;
    html! {
        form.fields method="get" action=(base) role="search" {
            div.field {
                label for="state" { (say.t("state")) }
                select #state name="state" {
                    option value="" { (say.t("all")) }
                    @for (state, _) in STATES {
                        option value=(state.code()) selected[filter.state == Some(state)] { (state_name(desk, state)) }
                    }
                }
            }
            div.field {
                label for="dispute" { (say.t("order-disputes")) }
                select #dispute name="dispute" {
                    option value="" { (say.t("all")) }
                    @for dispute in Wanted::ALL {
                        option value=(dispute.code()) selected[filter.dispute == Some(dispute)] { (say.t(dispute.key())) }
                    }
                }
            }
            div.field {
                label for="provider" { (say.t("provider")) }
                select #provider name="provider" {
                    option value="" { (say.t("all")) }
                    @for provider in desk.web.dispatch.providers() {
                        option value=(provider) selected[filter.provider.as_deref() == Some(*provider)] { (provider) }
                    }
                }
            }
            div.field {
                label for="account" { (say.t("account")) }
                input #account name="account" type="search" size="20" value=[filter.account.as_deref()];
            }
            button.second type="submit" { (say.t("find")) }
        }
    }
}

fn state_name(desk: &Desk, state: OrderState) -> String {
    desk.say.t(&format!("order-is-{}", state.code().replace('_', "-")))
}

/// Where an order stands, as a tag.
fn standing(desk: &Desk, order: &Order, known: bool) -> Markup {
    let kind = STATES.iter().find(|(state, _)| *state == order.state).map_or("", |(_, kind)| kind);
    html! {
        @if known && order.state == OrderState::Disputed && !order.disputes.is_empty() { (dispute::tags(desk, order)) }
        @else if known { span.tag.(kind) { (state_name(desk, order.state)) } (dispute::tags(desk, order)) }
        @else { span.tag { (desk.say.t("order-is-old")) } }
        @if known && order.refunded > 0 { " " span.tag.warn { (desk.say.t("order-is-refunded")) } }
    }
}

/// What it is, with how many of it.
fn name(order: &Order) -> String {
    let name = words::one_line(&order.ordered.name);
    if order.ordered.quantity > 1 { format!("{} × {name}", order.ordered.quantity) } else { name }
}

/// What it costs; nothing where it costs nothing.
fn price(desk: &Desk, order: &Order) -> String {
    let price = order.ordered.price;
    if price.amount > 0 { desk.say.money(price) } else { desk.say.t("deal-free") }
}

fn table(desk: &Desk, published: &Published, lines: &[Line]) -> Markup {
    let say = &desk.say;
    html! {
        div.scroll.console-list tabindex="0" role="group" aria-label=(say.t("table")) { table.figures {
            thead { tr {
                th scope="col" { (say.t("when")) }
                th scope="col" { (say.t("order")) }
                th scope="col" { (say.t("account")) }
                th scope="col" { (say.t("state")) }
                th scope="col" { (say.t("provider")) }
                th.number scope="col" { (say.t("order-price")) }
            } }
            tbody { @for Line { whose, order, known } in lines { tr {
                td { (say.moment(order.placed_at)) }
                th scope="row" { a href=(href(&published.program.id, whose.no, order.id)) { (name(order)) } }
                td { (whose.link(published)) }
                td { (standing(desk, order, *known)) }
                td { (order.ordered.provider) }
                td.number { (price(desk, order)) }
            } } }
        } }
    }
}
