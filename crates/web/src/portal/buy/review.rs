//! What is about to be bought or changed: all of it on one page, and the button.

use account::Wanted;
use axum::http::StatusCode;
use axum::response::Response;
use catalog::Pricing;
use ledger::{Lot, Ordered, Subscription};
use maud::{Markup, html};
use money::Amount;

use super::wish::{Outcome, Wish, shown};
use crate::portal::layout::{framed, token_once};
use crate::portal::refused::explain_refusal;
use crate::portal::{Page, Visit, sold, typed};

/// The page for a wish. `told` says why what was sent before was not done.
pub(super) fn page(visit: &Visit, wish: &Wish, told: Option<(StatusCode, String)>) -> Response {
    let say = &visit.say;
    let outcome = wish.outcome(visit);
    let (status, told) = told.unzip();
    let status = status.unwrap_or(StatusCode::OK);
    let title = say.t(if wish.change { "review-change" } else { "review-order" });
    let body = html! {
        @if let Some(told) = &told { p.notice.bad role="alert" { (told) } }
        @match &outcome {
            Ok(Outcome::Order(ordered)) => (order(visit, wish, ordered)),
            Ok(Outcome::Planned(one)) => (planned(visit, wish, one)),
            Ok(Outcome::Same) => { p.lead { (say.t("review-same")) } (back(visit)) }
            Err(refusal) => {
                @if told.is_none() { p.notice.bad role="alert" { (explain_refusal(visit, refusal)) } }
                @if let Some(form) = try_another(visit, wish) { (form) }
                (back(visit))
            }
        }
    };
    framed(visit, status, Page { name: "buy", title, body })
}

fn back(visit: &Visit) -> Markup {
    html! { p.actions { a href=(visit.path("buy")) { (visit.say.t("back-to-offers")) } } }
}

/// The order, as it would be placed.
fn order(visit: &Visit, wish: &Wish, ordered: &Ordered) -> Markup {
    let say = &visit.say;
    let free = ordered.price.amount == 0;
    html! {
        form.review.stack method="post" action=(action(visit, wish)) {
            (token_once(visit))
            (hidden(visit, wish))
            input type="hidden" name="seen" value=(shown(&Outcome::Order(Box::new(ordered.clone()))));
            dl.facts {
                div { dt { (say.t("deal-what")) } dd { (sold::ordered_name(ordered)) } }
                @for lot in &ordered.lots { (lot_row(visit, ordered, lot)) }
                @if let Some(agreed) = ordered.agreed.as_deref().filter(|_| !wish.change) {
                    div { dt { (say.t("deal-renews")) } dd { (renewal(visit, ordered, agreed)) } }
                }
                @if let Some(agreed) = ordered.agreed.as_deref().filter(|_| wish.change) {
                    div { dt { (say.t("from-now-on")) } dd { (sold::price_every(say, agreed)) } }
                }
                div.total { dt { (say.t("to-pay-now")) } dd { (sold::price(say, Some(ordered.price))) } }
            }
            (how_many(visit, wish))
            @if !free { (method(visit)) }
            div.actions {
                button type="submit" name="step" value="buy" {
                    @if free { (say.t("confirm-free")) }
                    @else { (say.with("buy-for", [("price", say.money(ordered.price).into())])) }
                }
                a href=(visit.path("buy")) { (say.t("cancel")) }
            }
            (small_print(visit, ordered))
        }
    }
}

fn small_print(visit: &Visit, ordered: &Ordered) -> Markup {
    let say = &visit.say;
    html! {
        @if ordered.agreed.is_some() { p.small { (say.t("cancel-any-time")) } }
        @if ordered.price.amount > 0 { p.small { (say.t("no-refunds")) } }
    }
}

/// What a grant of the order brings, and for how long.
fn lot_row(visit: &Visit, ordered: &Ordered, lot: &Lot) -> Markup {
    let (say, program) = (&visit.say, visit.program());
    let unit = match (&ordered.agreed, ordered.sort) {
        (Some(agreed), _) => agreed.unit,
        (None, ledger::Sort::Package) => program.package(&ordered.offer).map_or(0, |package| package.unit),
        (None, ledger::Sort::Plan) => program.plan(&ordered.offer).map_or(0, |plan| plan.unit),
    };
    let life = match (lot.class, lot.life) {
        (ledger::Class::Plan, _) => say.t("lives-with-period"),
        (_, Some(period)) => say.with("lives-for", [("length", sold::length(say, period).into())]),
        (_, None) => say.t("lives-for-ever"),
    };
    let label = match lot.class {
        ledger::Class::Purchase | ledger::Class::Plan => say.t("you-get"),
        class => say.t(&format!("class-{}", class.code())),
    };
    html! {
        div {
            dt { (label) }
            dd { (say.credits_of(program, unit, lot.credits)) span.small { " " (life) } }
        }
    }
}

/// What follows from it by itself, and when.
fn renewal(visit: &Visit, ordered: &Ordered, agreed: &ledger::Agreed) -> String {
    let say = &visit.say;
    let trial = match (ordered.sort, ordered.price.amount, agreed.price) {
        (ledger::Sort::Plan, 0, Some(_)) => {
            visit.program().plan(&agreed.offer).and_then(|plan| plan.trial).map(|trial| trial.length)
        }
        _ => None,
    };
    let first = trial.unwrap_or_else(|| sold::times(agreed.period, agreed.periods_billed));
    let first = first.after(visit.now, 1, &say.zone);
    say.with(
        "renews-first",
        [("price", sold::price_every(say, agreed).into()), ("date", say.day(first).into())],
    )
}

/// The change that comes with the next period: both offers, side by side.
fn planned(visit: &Visit, wish: &Wish, one: &Subscription) -> Markup {
    let say = &visit.say;
    html! {
        form.review.stack method="post" action=(action(visit, wish)) {
            (token_once(visit))
            (hidden(visit, wish))
            input type="hidden" name="seen" value=(shown(&Outcome::Planned(Box::new(one.clone()))));
            (super::current::both(visit, one))
            (how_many(visit, wish))
            p { (say.t("nothing-now")) }
            div.actions {
                button type="submit" name="step" value="buy" {
                    @if one.pending.is_some() {
                        (say.with("change-from", [("date", say.day(account::paid_until(&visit.account, one)).into())]))
                    } @else { (say.t("keep-current")) }
                }
                a href=(visit.path("buy")) { (say.t("cancel")) }
            }
        }
    }
}

/// Where the form of a wish is sent.
fn action(visit: &Visit, wish: &Wish) -> String {
    visit.path(if wish.change { "buy/change" } else { "buy/order" })
}

fn hidden(visit: &Visit, wish: &Wish) -> Markup {
    html! {
        @for (name, value) in wish.fields(visit) { input type="hidden" name=(name) value=(value); }
    }
}

/// The bounds of how much there can be: the least, the most and the step, and their label.
fn bounds(visit: &Visit, wish: &Wish) -> Option<([String; 3], String)> {
    let (program, say) = (visit.program(), &visit.say);
    let counts = |min: i64, max: i64, key: &str| {
        (max > min).then(|| ([min.to_string(), max.to_string(), "1".to_owned()], say.t(key)))
    };
    match &wish.what {
        Wanted::Package(code) => {
            let package = program.package(code)?;
            match &package.price {
                Pricing::Tiers(tiers) => {
                    let unit = program.units.get(usize::from(package.unit))?;
                    let plain = |amount: Amount| typed::plain(amount.0, unit.scale.decimals());
                    Some((
                        [plain(package.credits), plain(tiers.maximum), plain(tiers.step)],
                        unit.name.clone(),
                    ))
                }
                _ => counts(package.quantity.min, package.quantity.max, "deal-quantity"),
            }
        }
        Wanted::Plan(code) => {
            let seats = program.plan(code)?.seats?;
            counts(seats.min, seats.max, "deal-seats")
        }
        Wanted::Quote(_) => None,
    }
}

/// How many there are to be, where that can be chosen.
fn how_many(visit: &Visit, wish: &Wish) -> Markup {
    let Some((([min, max, step], label), (name, value))) = bounds(visit, wish).zip(wish.amount(visit)) else {
        return html! {};
    };
    html! {
        div.fields {
            div.field {
                label for="how-many" { (label) }
                input #how-many type="number" inputmode="decimal" name=(name) value=(value) min=(min) max=(max) step=(step) required;
            }
            // Enter in the field presses the first button of a form: it only looks again.
            button.second type="submit" name="step" value="look" { (visit.say.t("recalculate")) }
        }
    }
}

/// Another number, where this one is refused.
fn try_another(visit: &Visit, wish: &Wish) -> Option<Markup> {
    bounds(visit, wish)?;
    Some(html! {
        form.review.stack method="get" action=(action(visit, wish)) {
            (hidden(visit, wish))
            (how_many(visit, wish))
        }
    })
}

/// What it is paid with, where there is a choice.
fn method(visit: &Visit) -> Markup {
    let say = &visit.say;
    let stored = visit.account.sales.as_deref().and_then(|sales| sales.method.as_ref());
    html! {
        @if let Some(stored) = stored {
            fieldset.stack {
                legend { (say.t("pay-with")) }
                p {
                    label.inline {
                        input type="radio" name="method" value="stored" checked;
                        (words::one_line(&stored.label))
                    }
                }
                p {
                    label.inline {
                        input type="radio" name="method" value="checkout";
                        (say.t("pay-otherwise"))
                    }
                }
            }
        } @else {
            p.small { (say.t("pay-next")) }
        }
    }
}
