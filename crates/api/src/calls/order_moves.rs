//! Giving an order up, and telling that it was paid by invoice.

use account::{Command, PaymentFact};
use axum::http::StatusCode;
use engine::Target;
use payments::invoice;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{Rule, Scope};
use crate::body::{Text, label};
use crate::ids::Kind;
use crate::incoming::{Call, Incoming};
use crate::problem::{Code, Problem};
use crate::reply::Answer;
use crate::show::Order;
use crate::target::path_id;

pub(crate) const CANCEL_ORDER: Rule = Rule {
    operation: "cancel_order",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound, Code::OrderClosed, Code::NotForSale],
};
pub(crate) const MARK_ORDER_PAID: Rule = Rule {
    operation: "mark_order_paid",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound, Code::NotByInvoice],
};

/// Why something is done, if there is something to say.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct MaybeWhy<'a> {
    /// For the history: 1 to 500 characters.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500, example = "Ordered twice")]
    pub reason: Option<Text<'a>>,
}

/// A payment that has come by bank.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PaidByInvoice<'a> {
    /// What your bank or your books call it: 1 to 200 characters.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, min_length = 1, max_length = 200, example = "Transfer of 2 March")]
    pub reference: Option<Text<'a>>,
}

/// Give an order up
///
/// One that is not paid, and for which no stored payment method is being charged. Its checkout is closed; money that
/// comes nevertheless is credited all the same.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/cancel",
    tag = "Orders",
    request_body(content = MaybeWhy<'static>, example = json!({ "reason": "Ordered twice" })),
    responses((status = 200, description = "The order, cancelled.", body = Order<'static>))
)]
pub(crate) async fn cancel_order(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CANCEL_ORDER).await?;
    call.no_query()?;
    let named = path_id(Kind::Order, "order", &call.segment(2)?)?;
    let body: MaybeWhy<'_> = call.body()?;
    let reason = body.reason.as_deref().map(|reason| label("/reason", reason, 500)).transpose()?;
    let reason = reason.unwrap_or_else(|| "Cancelled on request".into());
    let command = Command::CancelOrder { order: named.position, reason };
    let done = call.write(Target::Number(named.account), command, call.idempotency(&body), None).await?;
    let shown = call.order_after(&done, named.position).await?;
    close_checkout(&call, &shown.order).await;
    Ok(shown.answer(&call, StatusCode::OK, &done))
}

/// Closes the checkout of an order that was given up. Where that fails the page goes with its own time.
async fn close_checkout(call: &Call, order: &ledger::Order) {
    let program = &call.known.program().id;
    let provider = call.state.dispatch.provider(program, &order.ordered.provider);
    if let (Some(provider), Some(reference)) = (provider, order.reference.as_deref())
        && let Err(outage) = provider.cancel_checkout(reference).await
    {
        tracing::warn!(program, %outage, "the checkout of a cancelled order could not be closed");
    }
}

/// Tell that an order was paid by invoice
///
/// Books the whole price, and gives the credits. Only of orders whose `provider` is `invoice`: of others their payment
/// provider tells. One that is paid already is answered as it is.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/mark_paid",
    tag = "Orders",
    request_body(content = PaidByInvoice<'static>, example = json!({ "reference": "Transfer of 2 March" })),
    responses((status = 200, description = "The order, with its credits.", body = Order<'static>))
)]
pub(crate) async fn mark_order_paid(incoming: Incoming) -> Answer {
    let call = incoming.enter(&MARK_ORDER_PAID).await?;
    call.no_query()?;
    let named = path_id(Kind::Order, "order", &call.segment(2)?)?;
    let body: PaidByInvoice<'_> = call.body()?;
    let reference = body.reference.as_deref().ok_or_else(|| {
        Problem::invalid("/reference", "must be given: what your bank or your books call the payment")
    })?;
    let reference = label("/reference", reference, 200)?;
    let order = call.order_shown(named.account, named.position).await?.order;
    if *order.ordered.provider != *invoice::ID {
        let provider = &*order.ordered.provider;
        let detail = format!(
            "The order is paid with the provider {provider:?}, which tells by itself when it is paid."
        );
        return Err(Problem::new(Code::NotByInvoice, detail).fact("provider", provider));
    }
    let fact = PaymentFact::Paid { reference, amount: order.ordered.price, method: None };
    let command = Command::Payment { order: named.position, provider: None, fact: Box::new(fact) };
    let done = call.write(Target::Number(named.account), command, call.idempotency(&body), None).await?;
    let shown = call.order_after(&done, named.position).await?;
    Ok(shown.answer(&call, StatusCode::OK, &done))
}
