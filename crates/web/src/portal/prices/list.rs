//! The conversion list: each action with its price in words, made of the price's figures.

use catalog::{Action, PriceTerms, RowView};
use maud::{Markup, html};
use money::{Amount, Unit};

use crate::portal::Visit;
use crate::say::Say;

pub(super) fn section(visit: &Visit) -> Markup {
    let say = &visit.say;
    html! {
        section {
            p.lead { (say.t("prices-how")) }
            table.figures.prices {
                thead { tr {
                    th scope="col" { (say.t("prices-use")) }
                    th.number scope="col" { (say.t("prices-costs")) }
                } }
                @for action in &visit.program().actions { (rows(visit, action)) }
            }
        }
    }
}

fn rows(visit: &Visit, action: &Action) -> Markup {
    let (say, program) = (&visit.say, visit.program());
    let Some(unit) = program.units.get(usize::from(action.unit)) else { return html! {} };
    let view = program.price_view(action);
    let name = words::one_line(&action.name);
    let one = |cost: String, notes: Vec<String>| {
        html! {
            tbody {
                tr {
                    th scope="row" { (name) @for note in &notes { span.small { (note) } } }
                    td.number.cost { (cost) }
                }
            }
        }
    };
    let mut notes = Vec::new();
    if action.session {
        notes.push(say.t("once-a-session"));
    }
    match &view.terms {
        PriceTerms::Flat { credits } => one(cost(say, unit, *credits), notes),
        PriceTerms::Quantity { credits, per, label, block, included, minimum } => {
            let per = for_each(say, action, per, label.as_deref(), block);
            notes.extend(bounds(say, unit, *included, *minimum));
            one(format!("{}{per}", cost(say, unit, *credits)), notes)
        }
        PriceTerms::Table { rows, per, label, block, included, minimum } => {
            let per = for_each(say, action, per, label.as_deref(), block);
            notes.extend(bounds(say, unit, *included, *minimum));
            html! {
                tbody {
                    tr.group {
                        th scope="rowgroup" colspan="2" { (name) @for note in &notes { span.small { (note) } } }
                    }
                    @for row in rows {
                        tr.under {
                            th scope="row" { (when(visit, row)) }
                            td.number.cost { (cost(say, unit, row.credits)) (per) }
                        }
                    }
                }
            }
        }
        // The file's own words, where it has some.
        PriceTerms::Expression { .. } => one(words::one_line(&view.sentence), notes),
    }
}

fn cost(say: &Say, unit: &Unit, credits: Amount) -> String {
    if credits.is_zero() { say.t("deal-free") } else { say.credits(unit, credits) }
}

/// ` per started second`, ` per started 1,000 tokens`; empty for each of the quantity.
fn for_each(say: &Say, action: &Action, per: &str, label: Option<&str>, block: &str) -> String {
    let by_quantity = per == "quantity" && !action.attributes.iter().any(|rule| rule.name() == "quantity");
    let label = label.or((!by_quantity).then_some(per)).map(words::one_line);
    let text = match (label, block) {
        (None, "1") => return String::new(),
        (None, block) => say.with("per-block", [("block", decimal(say, block).into())]),
        (Some(label), "1") => say.with("per-one", [("label", label.into())]),
        (Some(label), block) => {
            say.with("per-block-of", [("block", decimal(say, block).into()), ("label", label.into())])
        }
    };
    format!(" {text}")
}

/// An exact decimal, as the language writes it.
pub(super) fn decimal(say: &Say, text: &str) -> String {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let parts = format!("{whole}{fraction}").parse().ok();
    let said = parts.zip(u8::try_from(fraction.len()).ok());
    said.and_then(|(parts, decimals)| words::number(say.language, parts, decimals))
        .unwrap_or_else(|| text.to_owned())
}

fn bounds(say: &Say, unit: &Unit, included: i64, minimum: Amount) -> Vec<String> {
    let mut notes = Vec::new();
    if included > 0 {
        notes.push(say.with("next-included", [("count", included.into())]));
    }
    if minimum.is_positive() {
        notes.push(say.with("costs-at-least", [("credits", say.credits(unit, minimum).into())]));
    }
    notes
}

/// When a row of a table holds: `resolution 4k`, or in all other cases.
fn when(visit: &Visit, row: &RowView) -> String {
    let say = &visit.say;
    if row.when.is_empty() {
        return say.t("prices-otherwise");
    }
    let conditions = row.when.iter().map(|(name, values)| {
        let values: Vec<String> = values
            .iter()
            .map(|value| match (name.as_str(), value.as_str()) {
                ("plan", code) => visit.program().plan(code).map_or(code, |plan| &plan.name).to_owned(),
                (_, "true") => say.t("prices-yes"),
                (_, "false") => say.t("prices-no"),
                (_, value) => value.replace(" to ", "–"),
            })
            .collect();
        format!("{} {}", words::one_line(&name.replace('_', " ")), words::one_line(&values.join(", ")))
    });
    conditions.collect::<Vec<_>>().join(", ")
}
