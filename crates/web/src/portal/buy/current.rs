//! The plan or auto-renewal that the account is on: everything about it, and what can be done.

use account::paid_until;
use axum::response::Response;
use ledger::{Agreed, Order, Sort, Subscription, SubscriptionState};
use maud::{Markup, html};
use moment::Instant;

use super::wish::{Outcome, Wish, shown};
use crate::portal::layout::token_once;
use crate::portal::{Page, Visit, frame, sold};

/// What stands on top of the page.
pub(super) fn section(visit: &Visit) -> Markup {
    let Some(one) = visit.account.subscription() else { return html! {} };
    let say = &visit.say;
    html! {
        section.current aria-labelledby="current" {
            div.head {
                h2 #current { (say.t(kind(one, "your"))) }
                (tag(visit, one))
            }
            @if one.pending.is_some() { (both(visit, one)) } @else { (terms(visit, &one.agreed)) }
            dl.beside { (facts(visit, one)) }
            (trouble(visit, one))
            (moves(visit, one))
        }
    }
}

/// `your-plan` or `your-renewal`.
fn kind(one: &Subscription, what: &str) -> &'static str {
    match (one.agreed.sort, what) {
        (Sort::Plan, "your") => "your-plan",
        (Sort::Package, "your") => "your-renewal",
        (Sort::Plan, "cancel") => "cancel-plan",
        (Sort::Package, "cancel") => "cancel-renewal",
        (Sort::Plan, _) => "resume-plan",
        (Sort::Package, _) => "resume-renewal",
    }
}

fn tag(visit: &Visit, one: &Subscription) -> Markup {
    let say = &visit.say;
    let until = || say.day(paid_until(&visit.account, one));
    let (class, text) = match one.state {
        SubscriptionState::PastDue { .. } => ("bad", say.t("state-past-due")),
        SubscriptionState::Paused { .. } => ("warn", say.t("state-paused")),
        _ if one.cancel_at_end => ("warn", say.with("state-ends", [("date", until().into())])),
        _ if one.pause_at_end.is_some() => ("warn", say.with("state-rests", [("date", until().into())])),
        SubscriptionState::Trial => ("good", say.t("state-trial")),
        SubscriptionState::Active => ("good", say.t("state-active")),
    };
    html! { span.tag.(class) { (text) } }
}

fn terms(visit: &Visit, agreed: &Agreed) -> Markup {
    let (say, program) = (&visit.say, visit.program());
    let credits = say.credits_of(program, agreed.unit, agreed.allotment);
    let name = sold::named(&agreed.name, agreed.quantity);
    let every = sold::every(say, agreed.period);
    let price = agreed.price.filter(|price| price.amount > 0);
    html! {
        p.terms {
            strong { (name) }
            @if let Some(price) = price.filter(|_| agreed.periods_billed == 1) {
                span { (say.with("credits-for", [
                    ("credits", credits.into()),
                    ("price", say.money(price).into()),
                    ("every", every.into()),
                ])) }
            } @else {
                span { (say.with("credits-every", [("credits", credits.into()), ("every", every.into())])) }
                span { (sold::price_every(say, agreed)) }
            }
            @if agreed.bonus.is_positive() {
                span { (say.with("deal-bonus", [("credits", say.credits_of(program, agreed.unit, agreed.bonus).into())])) }
            }
        }
    }
}

/// The current offer and the coming one, side by side (PF-5).
pub(super) fn both(visit: &Visit, one: &Subscription) -> Markup {
    let say = &visit.say;
    let change = say.day(paid_until(&visit.account, one));
    html! {
        div.both {
            div {
                p.small { (say.with("until-then", [("date", change.clone().into())])) }
                (terms(visit, &one.agreed))
            }
            @if let Some(next) = one.pending.as_deref() {
                div {
                    p.small { (say.with("from-then", [("date", change.into())])) }
                    (terms(visit, next))
                }
            }
        }
    }
}

fn facts(visit: &Visit, one: &Subscription) -> Markup {
    let say = &visit.say;
    let paid = paid_until(&visit.account, one);
    let next = one.pending.as_deref().unwrap_or(&one.agreed);
    let costs = next.price.is_some_and(|price| price.amount > 0);
    let runs = matches!(one.state, SubscriptionState::Active | SubscriptionState::Trial);
    let row = |key: &str, value: String| html! { div { dt { (say.t(key)) } dd { (value) } } };
    html! {
        @if runs && one.goes_on() {
            @if paid != one.end || !costs { (row("next-credits", say.day(one.end))) }
            @if costs {
                (row("next-payment", say.day(paid)))
                (row("next-amount", sold::price(say, next.price)))
            }
        }
        @if let SubscriptionState::Paused { until } = one.state
            && until != Instant::NEVER { (row("rests-until", say.day(until))) }
        @if costs && one.goes_on() && let Some(method) = stored(visit) { (row("paid-with", method)) }
        (row("deal-since", say.day(one.since)))
    }
}

/// The label of the stored payment method.
pub(super) fn stored(visit: &Visit) -> Option<String> {
    let method = visit.account.sales.as_deref()?.method.as_ref()?;
    Some(words::one_line(&method.label))
}

/// A payment that did not come, when it is asked for again, and what to do.
fn trouble(visit: &Visit, one: &Subscription) -> Markup {
    let say = &visit.say;
    let SubscriptionState::PastDue { order } = one.state else { return html! {} };
    let order: Option<&Order> = visit.account.sales.as_deref().and_then(|sales| sales.order(order));
    let Some(order) = order else { return html! {} };
    let price = say.money(order.ordered.price);
    html! {
        div.notice.bad role="status" {
            p { (say.with("past-due", [("price", price.into())])) }
            @if let Some(at) = order.next_attempt_at { p { (say.with("asked-again", [("date", say.moment(at).into())])) } }
            @if order.asking { p { (say.t("being-asked")) } }
            p { a href=(crate::portal::orders::href(visit, order.id)) { (say.t("pay-now")) } }
        }
    }
}

/// What can be done with it.
fn moves(visit: &Visit, one: &Subscription) -> Markup {
    let say = &visit.say;
    let ends = one.cancel_at_end;
    let rests = one.pause_at_end.is_some() || matches!(one.state, SubscriptionState::Paused { .. });
    html! {
        div.actions {
            @if ends || rests {
                form method="post" action=(visit.path("buy/resume")) {
                    (token_once(visit))
                    button type="submit" { (say.t(kind(one, "resume"))) }
                }
            }
            @if one.pending.is_some() {
                @let stay = Wish::stay(one);
                @if let Ok(outcome @ Outcome::Planned(_)) = stay.outcome(visit) {
                    form method="post" action=(visit.path("buy/change")) {
                        (token_once(visit))
                        @for (name, value) in stay.fields(visit).into_iter().chain(stay.amount(visit)) {
                            input type="hidden" name=(name) value=(value);
                        }
                        input type="hidden" name="seen" value=(shown(&outcome));
                        button.second type="submit" name="step" value="buy" { (say.t("keep-current")) }
                    }
                }
            }
            @if !ends { a.button.second href=(visit.path("buy/cancel")) { (say.t(kind(one, "cancel"))) } }
        }
    }
}

/// The page that asks once more before it is cancelled: what ends and what stays.
pub(super) fn confirm(visit: &Visit) -> Response {
    let say = &visit.say;
    let Some(one) = visit.account.subscription().filter(|one| !one.cancel_at_end) else {
        return crate::answer::see(&visit.path("buy"));
    };
    let at_once = matches!(one.state, SubscriptionState::PastDue { .. } | SubscriptionState::Paused { .. });
    let until = say.day(paid_until(&visit.account, one));
    let title = say.t(kind(one, "cancel"));
    let body = html! {
        form.review.stack method="post" action=(visit.path("buy/cancel")) {
            (token_once(visit))
            (terms(visit, &one.agreed))
            ul.plain {
                @if at_once { li { (say.t("cancel-now")) } }
                @else { li { (say.with("cancel-then", [("date", until.into())])) } }
                li { (say.t(if one.agreed.sort == Sort::Plan { "cancel-plan-credits" } else { "cancel-credits-stay" })) }
                @if !at_once { li { (say.t("cancel-undo")) } }
            }
            div.actions {
                button type="submit" { (title) }
                a href=(visit.path("buy")) { (say.t("cancel-not")) }
            }
        }
    };
    frame(visit, Page { name: "buy", title: title.clone(), body })
}
