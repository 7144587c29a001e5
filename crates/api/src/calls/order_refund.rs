//! Giving money back.

use account::{Command, PaymentFact};
use axum::http::StatusCode;
use engine::Target;
use ledger::{Order as Bought, OrderState};
use money::Money;
use payments::{PaymentProvider, RefundAsk};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::checkout::Shown;
use crate::access::{Rule, Scope};
use crate::base32;
use crate::body::{Text, label};
use crate::ids::{Kind, Named};
use crate::incoming::{Call, Incoming};
use crate::problem::{Code, Problem};
use crate::reply::{Answer, json};
use crate::show::Order;
use crate::target::path_id;

pub(crate) const REFUND_ORDER: Rule = Rule {
    operation: "refund_order",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound, Code::NotRefundable],
};

/// Money to be given back.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Refund<'a> {
    /// How much, in the currency's smallest part; all that is left where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 2900)]
    pub amount: Option<i64>,
    /// Why, for the server's log: 1 to 500 characters.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500, example = "Bought by mistake")]
    pub reason: Option<Text<'a>>,
}

/// Give money back
///
/// Asks the payment provider to give it back; the credits that it had paid for are taken back when the provider says that
/// it has, in proportion. What was paid by invoice you give back by hand, and this call tells of it. With the same
/// `Idempotency-Key` it is done once; the answer shows the order as it is now.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/refund",
    tag = "Orders",
    request_body(content = Refund<'static>, example = json!({ "reason": "Bought by mistake" })),
    responses((status = 200, description = "The provider was asked: the order, as it is now.", body = Order<'static>))
)]
pub(crate) async fn refund_order(incoming: Incoming) -> Answer {
    let call = incoming.enter(&REFUND_ORDER).await?;
    call.no_query()?;
    let named = path_id(Kind::Order, "order", &call.segment(2)?)?;
    let body: Refund<'_> = call.body()?;
    let reason = body.reason.as_deref().map(|reason| label("/reason", reason, 500)).transpose()?;
    let Shown { order, .. } = call.order_shown(named.account, named.position).await?;
    let program = &call.known.program().id;
    let provider = call.state.dispatch.provider(program, &order.ordered.provider);
    let provider = provider.ok_or_else(|| no_answer("there is no such payment provider any more"))?;
    if !provider.capabilities().refunds {
        return by_hand(&call, named, &order, &body).await;
    }
    let left = left_of(&order);
    if left > 0 || body.amount.is_some() {
        let amount = body.amount.unwrap_or(left);
        check(&order, amount, order.ordered.price.amount)?;
        let id = call.segment(2)?;
        tracing::info!(program, order = &*id, amount, reason = reason.as_deref(), "a refund is asked for");
        ask(&call, &*provider, &order, amount).await?;
        call.state.dispatch.hear(&call.known.published).await;
    } else {
        // Nothing is left: it was all given back before, by this request perhaps; or was never paid.
        check(&order, 1, order.ordered.price.amount)?;
    }
    let shown = call.order_shown(named.account, named.position).await?;
    Ok(json(StatusCode::OK, &shown.show(&call)))
}

/// How much of an order's money has not been given back.
fn left_of(order: &Bought) -> i64 {
    order.ordered.price.amount.saturating_sub(order.refunded).max(0)
}

/// Whether so much may be given back of an order, out of what is left of it.
fn check(order: &Bought, amount: i64, left: i64) -> Result<(), Problem> {
    let paid = matches!(order.state, OrderState::Paid | OrderState::Credited | OrderState::Disputed);
    let detail = if !paid || order.ordered.price.amount == 0 {
        "Nothing was paid for the order.".to_owned()
    } else if amount <= 0 {
        "What is given back is above zero.".to_owned()
    } else if amount > left {
        let currency = order.ordered.price.currency;
        format!(
            "Of the order's money, {left} {currency} can still be given back, in the currency's smallest part."
        )
    } else {
        return Ok(());
    };
    let refundable = if paid { left_of(order) } else { 0 };
    Err(Problem::new(Code::NotRefundable, detail).fact("refundable", refundable))
}

async fn ask(
    call: &Call,
    provider: &dyn PaymentProvider,
    order: &Bought,
    amount: i64,
) -> Result<(), Problem> {
    // The provider does once what is asked with one key, so a repeat of this request is harmless.
    let mut key = "refund_".to_owned();
    base32::encode(&call.key_hash().unwrap_or_default(), &mut key);
    let ask = RefundAsk {
        key,
        reference: order.reference.as_deref().unwrap_or_default().to_owned(),
        amount: Money { amount, ..order.ordered.price },
        now: call.now(),
    };
    provider.refund(&ask).await.map_err(|outage| {
        if outage.is_refusal() {
            let detail = format!("The payment provider does not give it back: {outage}.");
            Problem::new(Code::NotRefundable, detail).fact("refundable", left_of(order))
        } else {
            tracing::warn!(%outage, "a refund could not be asked for");
            no_answer("the payment provider did not answer")
        }
    })
}

fn no_answer(why: &str) -> Problem {
    let detail = format!(
        "Whether the money is given back is not known: {why}. Send the same request again, with the same Idempotency-Key."
    );
    Problem::new(Code::Unavailable, detail)
}

/// Books what was given back by hand.
async fn by_hand(call: &Call, named: Named, order: &Bought, body: &Refund<'_>) -> Answer {
    let amount = body.amount.unwrap_or(left_of(order));
    let checked = check(order, amount, left_of(order));
    // A repeat is answered as the first was, though less is left by now. What is refused tells what is known already,
    // which changes nothing.
    let total = if checked.is_ok() { order.refunded.saturating_add(amount) } else { order.refunded };
    let fact = PaymentFact::Refunded { total: Money { amount: total, ..order.ordered.price } };
    let command = Command::Payment { order: named.position, provider: None, fact: Box::new(fact) };
    let done = call.write(Target::Number(named.account), command, call.idempotency(body), None).await?;
    if !done.replayed {
        checked?;
    }
    let shown = call.order_after(&done, named.position).await?;
    Ok(shown.answer(call, StatusCode::OK, &done))
}
