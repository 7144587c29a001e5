//! Looking at orders.

use serde::Serialize;
use utoipa::ToSchema;

use super::checkout::Checkout;
use crate::access::{Rule, Scope};
use crate::ids::{Id, Kind, read as read_id};
use crate::incoming::Incoming;
use crate::problem::{Code, Problem};
use crate::reply::{Answer, List, read};
use crate::show::{Buyer, Order};
use crate::target::path_id;

pub(crate) const GET_ORDER: Rule = Rule {
    operation: "get_order",
    scope: Scope::Read,
    changes: false,
    clients: &[],
    problems: &[Code::NotFound],
};
pub(crate) const LIST_ORDERS: Rule = Rule {
    operation: "list_orders",
    scope: Scope::Read,
    changes: false,
    clients: &[],
    problems: &[Code::NotFound],
};

/// A list of orders.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderList {
    /// Newest first.
    #[schema(inline = false)]
    data: Vec<Order<'static>>,
    /// Send it as `cursor` for what follows; `null` at the end.
    next_cursor: Option<String>,
}

/// Look at an order
///
/// Where it awaits its payment and has no checkout yet, as the payment provider did not answer, one is opened.
#[utoipa::path(
    get,
    path = "/v1/orders/{order}",
    tag = "Orders",
    responses((status = 200, description = "The order, as it is now.", body = Order<'static>))
)]
pub(crate) async fn get_order(incoming: Incoming) -> Answer {
    let call = incoming.enter(&GET_ORDER).await?;
    let mut query = call.query()?;
    let named = path_id(Kind::Order, "order", &call.segment(2)?)?;
    call.wait(&mut query).await?;
    query.finish(&["at_least"])?;
    let mut shown = call.order_shown(named.account, named.position).await?;
    match call.open_checkout(named.account, &shown.order).await? {
        Checkout::NotNeeded => {}
        Checkout::Opened => shown = call.order_shown(named.account, named.position).await?,
        Checkout::Failed => shown.retry = true,
    }
    Ok(read(&shown.show(&call)))
}

/// List an account's orders
///
/// Newest first.
#[utoipa::path(
    get,
    path = "/v1/accounts/{account}/orders",
    tag = "Orders",
    responses((status = 200, description = "Orders, newest first.", body = OrderList))
)]
pub(crate) async fn list_orders(incoming: Incoming) -> Answer {
    let call = incoming.enter(&LIST_ORDERS).await?;
    let mut query = call.query()?;
    let limit = query.whole("limit", 1, 200)?.unwrap_or(50) as usize;
    let account = call.account()?;
    let buyer = call.look(account, |account, _, _| Buyer::of(account)).await?;
    let before = match query.text("cursor") {
        None => None,
        Some(text) => {
            let wrong = || Problem::invalid("?cursor", "must be the next_cursor of an earlier answer");
            let named = read_id(Kind::Order, &text).filter(|named| named.account == buyer.account);
            Some(named.ok_or_else(wrong)?.position)
        }
    };
    call.wait(&mut query).await?;
    query.finish(&["limit", "cursor", "at_least"])?;
    let account = buyer.account;
    let mut orders = call.block(move |engine| engine.orders(account, before, limit + 1)).await?;
    let more = orders.len() > limit;
    orders.truncate(limit);
    let next =
        orders.last().filter(|_| more).map(|order| Id::new(Kind::Order, order.id, account).to_string());
    let data = orders.iter().map(|order| Order::of(&call.known, buyer, order)).collect();
    Ok(read(&List { data, next_cursor: next }))
}
