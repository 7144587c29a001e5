//! The calculator: an action, how much of it, and what it would cost and leave.

use catalog::{Action, Attribute, AttributeView, NoPrice, Work};
use ledger::{Grant, draw};
use maud::{Markup, html};
use money::{Amount, Unit};

use crate::portal::{Visit, typed};

pub(super) fn section(visit: &Visit) -> Markup {
    let (say, program) = (&visit.say, visit.program());
    let asked = visit.asked("action").and_then(|code| program.action(&code));
    let Some(action) = asked.or(program.actions.first()) else { return html! {} };
    let view = program.price_view(action);
    let quantity = visit.asked("quantity").unwrap_or_else(|| "1".to_owned());
    html! {
        section #calculator {
            h2 { (say.t("calculator")) }
            form.stack method="get" action={ (visit.path("prices")) "#calculator" } {
                div.fields {
                    div.field {
                        label for="action" { (say.t("prices-use")) }
                        select #action name="action" {
                            @for one in &program.actions {
                                option value=(one.code) selected[one.code == action.code] { (words::one_line(&one.name)) }
                            }
                        }
                    }
                    div.field {
                        label for="quantity" { (say.t("how-often")) }
                        input #quantity type="number" inputmode="numeric" name="quantity" value=(quantity) min="1" step="1" required;
                    }
                    // Fields of one action say nothing of another: they have its place in their names.
                    @for attribute in &view.attributes { (field(visit, action, attribute)) }
                    button type="submit" { (say.t("calculate")) }
                }
            }
            @if asked.is_some() { (result(visit, action, &view.attributes, &quantity)) }
        }
    }
}

/// What an attribute of an action is called in the form.
fn name(action: &Action, attribute: &AttributeView) -> String {
    format!("{}.{}", action.code, attribute.name)
}

/// An attribute's name, as people read it.
fn spaced(name: &str) -> String {
    words::one_line(&name.replace('_', " "))
}

fn said(value: &Attribute) -> String {
    match value {
        Attribute::Bool(value) => value.to_string(),
        Attribute::Int(value) => value.to_string(),
        Attribute::Text(value) => value.clone(),
    }
}

fn field(visit: &Visit, action: &Action, attribute: &AttributeView) -> Markup {
    let say = &visit.say;
    let name = name(action, attribute);
    let value = visit.asked(&name).or_else(|| attribute.default.as_ref().map(said)).unwrap_or_default();
    let required = attribute.required;
    let id = format!("attribute-{}", attribute.name);
    let option =
        |option: &str, text: &str| html! { option value=(option) selected[option == value] { (text) } };
    html! {
        div.field {
            label for=(id) { (spaced(&attribute.name)) }
            @match attribute.kind {
                "one_of" => select id=(id) name=(name) {
                    @for one in &attribute.one_of { (option(&said(one), &words::one_line(&said(one)))) }
                },
                "boolean" => select id=(id) name=(name) {
                    (option("false", &say.t("prices-no")))
                    (option("true", &say.t("prices-yes")))
                },
                "integer" | "decimal" => input id=(id) type="number" inputmode="decimal" name=(name) value=(value)
                    min=[attribute.min.as_deref()] max=[attribute.max.as_deref()]
                    step=(if attribute.kind == "integer" { "1" } else { "any" }) required[required];,
                _ => input id=(id) type="text" name=(name) value=(value) maxlength="100" required[required];,
            }
        }
    }
}

/// What was asked for, as the price reads it: sorted by name.
fn attributes(visit: &Visit, action: &Action, views: &[AttributeView]) -> Vec<(String, Attribute)> {
    let mut given: Vec<(String, Attribute)> = views
        .iter()
        .filter_map(|view| {
            let text = visit.asked(&name(action, view))?;
            let text = text.trim();
            let listed = view.one_of.iter().find(|one| said(one) == text).cloned();
            let value = match view.kind {
                "boolean" => Attribute::Bool(text == "true"),
                "integer" => text.parse().map_or_else(|_| Attribute::Text(text.to_owned()), Attribute::Int),
                _ => listed.unwrap_or_else(|| Attribute::Text(text.replace(',', "."))),
            };
            Some((view.name.clone(), value))
        })
        .collect();
    given.sort();
    given
}

fn result(visit: &Visit, action: &Action, views: &[AttributeView], quantity: &str) -> Markup {
    let (say, program) = (&visit.say, visit.program());
    let Some(unit) = program.units.get(usize::from(action.unit)) else { return html! {} };
    let attributes = attributes(visit, action, views);
    let work = Work { quantity: typed::count(quantity).unwrap_or(0), attributes: &attributes, plan: None };
    let credits = match program.price(action, &work) {
        Ok(credits) => credits,
        // Where another action was chosen, its fields were not there before.
        Err(NoPrice::Attribute { name: missing, .. })
            if views
                .iter()
                .any(|view| view.name == missing && visit.asked(&name(action, view)).is_none()) =>
        {
            return html! { p.hint role="status" { (say.with("no-price-yet", [("name", spaced(&missing).into())])) } };
        }
        Err(why) => return html! { p.notice.bad role="alert" { (no_price(visit, &why)) } },
    };
    let what = words::one_line(&action.name);
    html! {
        div.result role="status" {
            p.sum {
                strong { (say.credits(unit, credits)) }
                " " span.small { (say.with("cost-of", [("count", say.count(work.quantity).into()), ("what", what.into())])) }
            }
            (leaves(visit, action, unit, credits))
        }
    }
}

/// What is there for it, and what would be left.
fn leaves(visit: &Visit, action: &Action, unit: &Unit, credits: Amount) -> Markup {
    let say = &visit.say;
    let book = visit.account.book(action.unit);
    let available = book.map(ledger::Book::available).unwrap_or_default();
    let place = visit.program().action_index(&action.code);
    let number = place.and_then(|place| visit.published.actions.get(usize::from(place)).copied());
    // Credits that may not pay for this action don't count for it.
    let grants: &[Grant] = book.map(|book| book.grants.as_slice()).unwrap_or_default();
    let short = number.map_or(Amount::ZERO, |number| draw(grants, credits, number).short);
    let short = short.max(credits.minus(available)).max(Amount::ZERO);
    let has = say.credits(unit, available);
    html! {
        @if short.is_zero() {
            p { (say.with("prices-leaves", [("available", has.into()), ("left", say.credits(unit, available.minus(credits)).into())])) }
        } @else {
            p { (say.with("prices-lacks", [("available", has.into()), ("short", say.credits(unit, short).into())])) }
            p.actions { a.button href=(visit.path("buy")) { (say.t("nav-buy")) } }
        }
    }
}

fn no_price(visit: &Visit, why: &NoPrice) -> String {
    let say = &visit.say;
    match why {
        NoPrice::Quantity => say.t("no-price-quantity"),
        NoPrice::Attribute { name, .. } => say.with("no-price-attribute", [("name", spaced(name).into())]),
        NoPrice::OutOfRange => say.t("refused-range"),
        NoPrice::Undefined => say.t("no-price"),
    }
}
