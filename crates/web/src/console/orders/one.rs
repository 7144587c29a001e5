//! One order: what it is of, what happened to it and when, and what may be done about it.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use dispatch::Payer;
use engine::{Engine, Listed, Published};
use ids::Kind;
use ledger::{AccountNo, Order, OrderState};
use maud::{Markup, html};
use moment::Instant;
use money::Money;
use operators::Role;

use super::super::account;
use super::super::layout::{plain, token};
use super::super::sold::Whose;
use super::super::{Desk, Page, frame};
use super::parts::{disputes, lines, story};
use super::{href, name, price, standing};
use crate::answer;

/// An order that was found.
pub(super) struct Found {
    pub published: Arc<Published>,
    pub account: AccountNo,
    pub order: Order,
    pub entries: Vec<Listed>,
    /// Whether that is all that happened to it: of an old order of a busy account it would be too much to read.
    pub whole: bool,
}

/// How many entries of its account are looked at.
const LOOKED_AT: usize = 200_000;

/// The order of that id, with all that happened to it.
pub(super) async fn find(desk: &Desk, id: &str) -> Result<Found, Response> {
    let none = || plain(&desk.say, StatusCode::NOT_FOUND, "console-no-order");
    let published = Arc::clone(desk.program()?);
    let named = ids::read(Kind::Order, id).ok_or_else(none)?;
    // An order of another program is none here.
    account::find(desk, named.account).await.map_err(|_| none())?;
    let engine = desk.web.engine.clone();
    let (account, id) = (named.account, named.position);
    let entries = tokio::task::spawn_blocking(move || {
        if let Some(entries) = engine.story_of(account, id, LOOKED_AT)? {
            return Ok::<_, engine::Failure>((entries, true));
        }
        let placed = engine.entry(id)?.filter(|entry| entry.account == account);
        Ok((placed.into_iter().map(|entry| Listed { position: id, entry }).collect(), false))
    });
    let trouble = || plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble");
    let (entries, whole) = entries.await.ok().and_then(Result::ok).ok_or_else(trouble)?;
    let order = Engine::folded_order(&entries).ok_or_else(none)?;
    Ok(Found { published, account, order, entries, whole })
}

pub(super) async fn page(Path((_, id)): Path<(String, String)>, desk: Desk) -> Response {
    shown(&desk, &id).await.unwrap_or_else(IntoResponse::into_response)
}

async fn shown(desk: &Desk, id: &str) -> Result<Response, Response> {
    let found = find(desk, id).await?;
    let say = &desk.say;
    let none = || plain(say, StatusCode::NOT_FOUND, "console-no-order");
    let whose = Whose::find(&desk.web.engine, &found.published, found.account).await.ok_or_else(none)?;
    let Found { published, order, entries, whole, .. } = &found;
    let title = say.with("order-of", [("name", name(order).into())]);
    let body = html! {
        @if !whole { p.notice.plain { (say.t("order-too-far")) } }
        p { (standing(desk, order, *whole)) " " code { (id) } " · " (whose.link(published)) }
        (facts(desk, &found))
        (lines(desk, published, order))
        section {
            h2 { (say.t("order-story")) }
            (story(desk, published, entries))
        }
        @if !order.disputes.is_empty() { (disputes(desk, order)) }
        @if *whole && desk.operator.role.may(Role::Support) { (actions(desk, &found)) }
    };
    Ok(frame(desk, &Page { name: "console-orders", title, body }))
}

fn facts(desk: &Desk, Found { published, account, order, .. }: &Found) -> Markup {
    let say = &desk.say;
    let ordered = &order.ordered;
    let back = Money { amount: order.refunded, ..ordered.price };
    let mut rows: Vec<(&str, String)> = vec![
        ("order-price", price(desk, order)),
        ("order-credits", say.credits_of(&published.program, order.unit, ordered.credits())),
        ("provider", ordered.provider.to_string()),
        ("order-purpose", say.t(&format!("order-for-{}", purpose(order)))),
        ("order-placed-at", say.moment(order.placed_at)),
    ];
    let mut maybe = |key, value: Option<String>| rows.extend(value.map(|value| (key, value)));
    maybe("order-paid-at", order.paid_at.map(|at| say.moment(at)));
    let ends = Some(ordered.expires_at).filter(|at| order.state.is_open() && *at != Instant::NEVER);
    maybe("order-fails-at", ends.map(|at| say.moment(at)));
    maybe("order-next-attempt", order.next_attempt_at.map(|at| say.moment(at)));
    maybe("order-reference", order.reference.as_deref().filter(|text| !text.is_empty()).map(words::one_line));
    maybe("attempts", (order.attempts > 0).then(|| say.count(i64::from(order.attempts))));
    maybe("order-given-back", (order.refunded > 0).then(|| say.money(back)));
    let taken = order.clawed.is_positive();
    maybe("order-taken-back", taken.then(|| say.credits_of(&published.program, order.unit, order.clawed)));
    html! {
        table.figures.narrow-facts { tbody {
            @for (key, value) in rows { tr { th scope="row" { (say.t(key)) } td { (value) } } }
            @if order.receipt.is_some() { tr {
                th scope="row" { (say.t("receipt-number")) }
                td { a href={ (href(&published.program.id, *account, order.id)) "/receipt" } { (say.t("see-receipt")) } }
            } }
        } }
    }
}

fn purpose(order: &Order) -> &'static str {
    match order.ordered.purpose {
        ledger::Purpose::Once => "once",
        ledger::Purpose::Start => "start",
        ledger::Purpose::Renewal => "renewal",
        ledger::Purpose::Change => "change",
        ledger::Purpose::TopUp => "top-up",
        ledger::Purpose::Quote => "quote",
    }
}

/// How much of its money may still be given back.
pub(super) fn left(order: &Order) -> i64 {
    let paid = matches!(order.state, OrderState::Paid | OrderState::Credited | OrderState::Disputed);
    if paid { order.ordered.price.amount.saturating_sub(order.refunded).max(0) } else { 0 }
}

/// Whether it is paid by invoice, and is not yet.
pub(super) fn is_due(order: &Order) -> bool {
    *order.ordered.provider == *payments::invoice::ID
        && matches!(order.state, OrderState::AwaitingPayment | OrderState::Failed | OrderState::Canceled)
}

fn actions(desk: &Desk, Found { published, account, order, .. }: &Found) -> Markup {
    let say = &desk.say;
    let here = href(&published.program.id, *account, order.id);
    let provider = desk.web.dispatch.provider(&published.program.id, &order.ordered.provider);
    let by_provider = provider.is_some_and(|provider| provider.capabilities().refunds);
    let left = Money { amount: left(order), ..order.ordered.price };
    let cancels = order.state.is_open() && !order.asking;
    if !is_due(order) && !cancels && left.amount == 0 {
        return html! {};
    }
    html! {
        section {
            h2 { (say.t("help-customer")) }
            @if is_due(order) {
                form.fields method="post" action={ (here) "/mark_paid" } {
                    (token(desk))
                    div.field { label for="reference" { (say.t("paid-reference")) } input #reference name="reference" size="40" maxlength="200" required; }
                    button type="submit" { (say.t("mark-paid")) }
                    span.small { (say.t("mark-paid-how")) }
                }
            }
            @if cancels {
                form.fields method="post" action={ (here) "/cancel" } {
                    (token(desk))
                    div.field { label for="cancel-reason" { (say.t("reason")) } input #cancel-reason name="reason" size="40" maxlength="500" required; }
                    button.second type="submit" { (say.t("cancel-order")) }
                }
            }
            @if left.amount > 0 {
                form.fields method="post" action={ (here) "/refund" } {
                    (token(desk))
                    // What was given back when this page was made: sent twice, it is done once.
                    input type="hidden" name="refunded" value=(order.refunded);
                    div.field { label for="amount" { (say.with("refund-amount", [("currency", order.ordered.price.currency.code().to_owned().into())])) } input #amount name="amount" inputmode="decimal" size="12" value=(super::act::typed(left)) required; }
                    div.field { label for="refund-reason" { (say.t("reason")) } input #refund-reason name="reason" size="40" maxlength="500" required; }
                    button.second type="submit" { (say.t("refund")) }
                    span.small { (say.t(if by_provider { "refund-how" } else { "refund-by-hand" })) }
                }
            }
        }
    }
}

/// The receipt, as a PDF in the customer's language.
pub(super) async fn receipt(Path((_, id)): Path<(String, String)>, desk: Desk) -> Response {
    made(&desk, &id).await.unwrap_or_else(IntoResponse::into_response)
}

async fn made(desk: &Desk, id: &str) -> Result<Response, Response> {
    let Found { published, account: no, order, .. } = find(desk, id).await?;
    let (_, account) = account::find(desk, no).await?;
    let payer = Payer::of(&account);
    let receipt = dispatch::receipt(&published.program, &payer, &order);
    let receipt = receipt.ok_or_else(|| plain(&desk.say, StatusCode::NOT_FOUND, "console-no-order"))?;
    let file = format!("{}-{}.pdf", published.program.id, receipt.number);
    let (locale, zone) = (payer.locale().to_owned(), payer.zone());
    let pdf = tokio::task::spawn_blocking(move || papers::receipt::pdf(&receipt, &locale, &zone)).await;
    match pdf {
        Ok(Ok(pdf)) => Ok(answer::file("application/pdf", &file, pdf)),
        Ok(Err(_)) | Err(_) => Err(plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble")),
    }
}

#[cfg(test)]
mod tests {
    use ids::Id;

    #[test]
    fn an_order_is_named_by_its_id() {
        let id = Id::new(ids::Kind::Order, ledger::Position(8_192), ledger::AccountNo(7));
        assert!(
            super::href("shop", ledger::AccountNo(7), ledger::Position(8_192)).ends_with(&id.to_string())
        );
    }
}
