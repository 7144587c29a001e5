//! What an operator does about an order, as the calls of the API do it: noted, and with a reason.

use account::{Command, PaymentFact};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use ledger::Order;
use money::Money;
use operators::Role;
use payments::RefundAsk;

use super::super::account_forms::{parts, reason, write};
use super::super::layout::plain;
use super::super::{Desk, Signed};
use super::href;
use super::one::{Found, find, is_due, left};
use crate::answer::see;

pub(super) async fn act(
    Path((_, id, what)): Path<(String, String, String)>,
    desk: Desk,
    form: Signed,
) -> Response {
    done(&desk, &id, &what, &form).await.unwrap_or_else(IntoResponse::into_response)
}

async fn done(desk: &Desk, id: &str, what: &str, form: &Signed) -> Result<Response, Response> {
    let on = format!("{} order {id}", desk.program()?.program.id);
    desk.needs(Role::Support, &format!("order.{what}"), &on).await?;
    let found = find(desk, id).await?;
    let order = &found.order;
    let refused = || plain(&desk.say, StatusCode::CONFLICT, "order-refused");
    if !found.whole {
        return Err(refused());
    }
    match what {
        "cancel" => {
            let reason = reason(desk, form)?;
            desk.note("order.cancel", &on, &reason).await?;
            book(desk, &found, &on, what, Command::CancelOrder { order: order.id, reason }).await?;
            close_checkout(desk, &found).await;
        }
        "mark_paid" => {
            let reference = form.get("reference").filter(|text| text.chars().count() <= 200);
            let wrong = || plain(&desk.say, StatusCode::UNPROCESSABLE_ENTITY, "paid-no-reference");
            let reference: Box<str> = reference.ok_or_else(wrong)?.into();
            if !is_due(order) {
                return Err(refused());
            }
            desk.note("order.mark_paid", &on, &reference).await?;
            let fact = PaymentFact::Paid { reference, amount: order.ordered.price, method: None };
            let command = Command::Payment { order: order.id, provider: None, fact: Box::new(fact) };
            book(desk, &found, &on, what, command).await?;
        }
        "refund" => refund(desk, &found, &on, form).await?,
        _ => return Err(plain(&desk.say, StatusCode::NOT_FOUND, "console-no-order")),
    }
    let here = href(&found.published.program.id, found.account, order.id);
    Ok(see(&format!("{here}?done=order-{}", what.replace('_', "-"))))
}

/// Gives money back: the provider does, or somebody has by hand.
async fn refund(desk: &Desk, found: &Found, on: &str, form: &Signed) -> Result<(), Response> {
    let order = &found.order;
    let price = order.ordered.price;
    let wrong = || plain(&desk.say, StatusCode::UNPROCESSABLE_ENTITY, "refund-no-amount");
    let amount =
        form.get("amount").and_then(|text| parts(text, price.currency.decimals())).ok_or_else(wrong)?.0;
    let reason = reason(desk, form)?;
    let seen: i64 = form.get("refunded").and_then(|text| text.parse().ok()).unwrap_or(-1);
    if seen != order.refunded || amount > left(order) {
        // The page is an old one: what it says was given back is not what was.
        return Err(plain(&desk.say, StatusCode::CONFLICT, "order-refused"));
    }
    let amount = Money { amount, ..price };
    desk.note("order.refund", on, &format!("{amount:?}: {reason}")).await?;
    let program = &found.published.program.id;
    let provider = desk.web.dispatch.provider(program, &order.ordered.provider);
    let Some(provider) = provider else {
        return Err(plain(&desk.say, StatusCode::CONFLICT, "order-refused"));
    };
    if !provider.capabilities().refunds {
        let total = Money { amount: seen.saturating_add(amount.amount), ..price };
        let fact = PaymentFact::Refunded { total };
        let command = Command::Payment { order: order.id, provider: None, fact: Box::new(fact) };
        return book(desk, found, on, "refund", command).await;
    }
    let ask = RefundAsk {
        key: format!("refund_console_{}_{}_{seen}_{}", found.account.0, order.id.0, amount.amount),
        reference: order.reference.as_deref().unwrap_or_default().to_owned(),
        amount,
        now: desk.web.engine.now(&found.published),
    };
    if let Err(outage) = provider.refund(&ask).await {
        desk.note("order.refund.refused", on, &outage.to_string()).await?;
        let key = if outage.is_refusal() { "order-refused" } else { "refund-unknown" };
        return Err(plain(&desk.say, StatusCode::CONFLICT, key));
    }
    desk.web.dispatch.hear(&found.published).await;
    Ok(())
}

async fn book(desk: &Desk, found: &Found, on: &str, what: &str, command: Command) -> Result<(), Response> {
    if let Err(failure) = write(desk, &found.published, found.account, command).await {
        desk.note(&format!("order.{what}.refused"), on, &format!("{failure:?}")).await?;
        return Err(plain(&desk.say, StatusCode::CONFLICT, "order-refused"));
    }
    Ok(())
}

/// Closes the checkout of an order that was given up. Where that fails the page goes with its own time.
async fn close_checkout(desk: &Desk, found: &Found) {
    let (program, order): (_, &Order) = (&found.published.program.id, &found.order);
    let provider = desk.web.dispatch.provider(program, &order.ordered.provider);
    if let (Some(provider), Some(reference)) = (provider, order.reference.as_deref())
        && let Err(outage) = provider.cancel_checkout(reference).await
    {
        tracing::warn!(program, %outage, "the checkout of a cancelled order could not be closed");
    }
}

/// An amount of money, as it is typed into a field: `29.00`.
pub(super) fn typed(money: Money) -> String {
    let decimals = u32::from(money.currency.decimals());
    let whole = 10_i64.pow(decimals.min(6));
    if decimals == 0 {
        return money.amount.to_string();
    }
    let width = decimals as usize;
    format!("{}.{:0width$}", money.amount / whole, money.amount % whole)
}

#[cfg(test)]
mod tests {
    use money::{Currency, Money};

    use super::typed;

    #[test]
    fn money_is_typed_in_whole_units_of_its_currency() {
        for (code, amount, expected) in [("USD", 2_905, "29.05"), ("JPY", 500, "500"), ("EUR", 9, "0.09")] {
            let currency: Currency = code.parse().unwrap();
            assert_eq!(typed(Money { amount, currency }), expected);
        }
    }
}
