//! The parts of an order's page: what the order is of, what happened to it, its disputes.

use engine::{Listed, Published};
use ledger::{Event, Order};
use maud::{Markup, html};
use money::Money;

use super::super::Desk;
use super::{name, price};

/// What it brings, and what is paid for each part.
pub(super) fn lines(desk: &Desk, published: &Published, order: &Order) -> Markup {
    let say = &desk.say;
    html! {
        section {
            h2 { (say.t("order-lines")) }
            div.scroll tabindex="0" role="group" aria-label=(say.t("order-lines")) { table.figures {
                thead { tr {
                    th scope="col" { (say.t("class")) }
                    th.number scope="col" { (say.t("order-credits")) }
                    th.number scope="col" { (say.t("order-price")) }
                } }
                tbody { @for lot in &order.ordered.lots { tr {
                    th scope="row" { (say.t(&format!("class-{}", lot.class.code()))) }
                    td.number { (say.credits_of(&published.program, order.unit, lot.credits)) }
                    td.number { @match lot.paid { Some(paid) => (say.money(paid)), None => "–" } }
                } } }
                tfoot { tr {
                    th scope="row" { (name(order)) }
                    td.number { (say.credits_of(&published.program, order.unit, order.ordered.credits())) }
                    td.number { (price(desk, order)) }
                } }
            } }
        }
    }
}

/// What happened, oldest first.
pub(super) fn story(desk: &Desk, published: &Published, entries: &[Listed]) -> Markup {
    let say = &desk.say;
    html! {
        div.scroll tabindex="0" role="group" aria-label=(say.t("order-story")) { table.figures {
            thead { tr {
                th scope="col" { (say.t("when")) }
                th scope="col" { (say.t("what")) }
                th scope="col" { (say.t("details")) }
                th scope="col" { (say.t("by")) }
            } }
            tbody { @for listed in entries { tr {
                @let entry = &listed.entry;
                td { (say.moment(entry.effective_at)) }
                th scope="row" { (say.t(&format!("order-{}", entry.event.kind().code().replace('_', "-")))) }
                td { (detail(desk, published, entry)) }
                td { @if entry.by.is_some() { (desk.web.engine.text(entry.by)) } }
            } } }
        } }
    }
}

/// What an entry says beside its name.
fn detail(desk: &Desk, published: &Published, entry: &ledger::Entry) -> String {
    let say = &desk.say;
    let text = match &entry.event {
        Event::OrderPlaced(ordered) => ordered.offer.to_string(),
        Event::CheckoutOpened(opened) => opened.reference.to_string(),
        Event::PaymentAsked(asked) => {
            say.with("order-attempt", [("number", i64::from(asked.attempt).into())])
        }
        Event::PaymentPending(pending) => pending.reference.to_string(),
        Event::PaymentDeclined(declined) => match declined.next {
            Some(next) => format!(
                "{} {}",
                declined.message,
                say.with("order-tried-again", [("at", say.moment(next).into())])
            ),
            None => declined.message.to_string(),
        },
        Event::OrderPaid(paid) => format!("{} · {}", say.money(paid.amount), paid.reference),
        Event::Issued(issued) => say.credits_of(&published.program, entry.unit, issued.terms.credits),
        Event::OrderFailed(failed) | Event::OrderCanceled(failed) => failed.reason.to_string(),
        Event::OrderRefunded(refunded) => {
            say.with("order-in-all", [("amount", say.money(refunded.total).into())])
        }
        Event::OrderDisputed(disputed) => format!("{} · {}", disputed.dispute, say.money(disputed.amount)),
        Event::DisputeClosed(closed) => {
            let how = if closed.won { "dispute-won" } else { "dispute-lost" };
            format!("{} · {}", closed.dispute, say.t(how))
        }
        Event::ClawedBack(clawed) => say.credits_of(&published.program, entry.unit, clawed.credits),
        Event::GivenAgain(again) => say.credits_of(&published.program, entry.unit, again.credits),
        _ => String::new(),
    };
    words::one_line(&text)
}

pub(super) fn disputes(desk: &Desk, order: &Order) -> Markup {
    let say = &desk.say;
    html! {
        section {
            h2 { (say.t("order-disputes")) }
            table.figures {
                thead { tr {
                    th scope="col" { (say.t("order-reference")) }
                    th scope="col" { (say.t("state")) }
                    th.number scope="col" { (say.t("order-price")) }
                } }
                tbody { @for dispute in &order.disputes { tr {
                    th scope="row" { (words::one_line(&dispute.id)) }
                    td { @match dispute.won {
                        None => span.tag.warn { (say.t("dispute-open")) },
                        Some(true) => span.tag.good { (say.t("dispute-won")) },
                        Some(false) => span.tag.bad { (say.t("dispute-lost")) },
                    } }
                    td.number { (say.money(Money { amount: dispute.amount, ..order.ordered.price })) }
                } } }
            }
        }
    }
}
