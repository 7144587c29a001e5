//! Prices in words, for people.

use money::{Amount, Money, Unit};

use crate::price::{Column, Condition, Counted, Each, Per, Price, Round, Row, Rule, Table, phrase};
use crate::rational::Rational;
use crate::{Action, AttributeRule, Program};

/// `10 credits per started second at 1080p, 20 at 4k`.
pub(crate) fn sentence(program: &Program, action: &Action) -> String {
    let Some(unit) = program.units.get(usize::from(action.unit)) else {
        return String::new();
    };
    let terms = match &action.price {
        Price::Flat(credits) => return credits_in_words(*credits, unit),
        Price::Terms(terms) => terms,
    };
    if let Some(summary) = &terms.summary {
        return summary.clone();
    }
    match &terms.rule {
        Rule::Expression { expression, round, .. } => computed(expression.source(), *round, unit),
        Rule::Counted(counted) => in_words(counted, program, action, unit),
    }
}

fn computed(source: &str, round: Round, unit: &Unit) -> String {
    format!("{source} {}, {}", unit.name, round.words())
}

fn in_words(counted: &Counted, program: &Program, action: &Action, unit: &Unit) -> String {
    let per = per(counted, action);
    let mut words = match &counted.each {
        Each::Same(credits) => format!("{}{per}", credits_in_words(*credits, unit)),
        Each::Table(table) => rows(table, &per, program, action, unit),
    };
    if counted.included > 0 {
        words = format!("{words}, the next {} after the first at no cost", counted.included);
    }
    if !counted.minimum.is_zero() {
        words = format!("{words}, at least {}", credits_in_words(counted.minimum, unit));
    }
    words
}

/// ` per started second`, ` per started 1000 tokens`; empty for each of the quantity.
fn per(counted: &Counted, action: &Action) -> String {
    let attribute = match counted.per {
        Per::Quantity => None,
        Per::Attribute(index) => action.attributes.get(usize::from(index)),
    };
    let label = counted.label.as_deref().or(attribute.map(AttributeRule::name));
    let single = counted.block == Rational::ONE;
    let whole = attribute.is_none_or(|rule| !matches!(rule.kind, crate::attribute::Kind::Decimal { .. }));
    match (label, single) {
        (None, true) => String::new(),
        (None, false) => format!(" per started {}", counted.block),
        (Some(label), true) if whole => format!(" per {label}"),
        (Some(label), true) => format!(" per started {label}"),
        (Some(label), false) => format!(" per started {} {label}s", counted.block),
    }
}

fn rows(table: &Table, per: &str, program: &Program, action: &Action, unit: &Unit) -> String {
    /// More rows than a sentence can hold are summed up.
    const TOLD: usize = 6;
    let last_is_default = table.rows.last().is_some_and(is_default);
    if table.rows.len() > TOLD {
        let lowest = table.rows.iter().map(|row| row.credits).min().unwrap_or(Amount::ZERO);
        let highest = table.rows.iter().map(|row| row.credits).max().unwrap_or(Amount::ZERO);
        let highest = credits_in_words(highest, unit);
        return format!("{} to {highest}{per}, by table", number(lowest, unit));
    }
    let mut words = String::new();
    for (index, row) in table.rows.iter().enumerate() {
        let credits = if index == 0 {
            format!("{}{per}", credits_in_words(row.credits, unit))
        } else {
            format!(", {}", number(row.credits, unit))
        };
        words.push_str(&credits);
        if is_default(row) && last_is_default {
            words.push_str(" otherwise");
        } else {
            words.push_str(&conditions(table, row, program, action));
        }
    }
    words
}

fn is_default(row: &Row) -> bool {
    row.when.iter().all(|condition| *condition == Condition::Any)
}

/// ` at 4k`, ` at steps 1 to 10 and on Pro`, ` with fast`.
fn conditions(table: &Table, row: &Row, program: &Program, action: &Action) -> String {
    let phrases: Vec<String> = table
        .columns
        .iter()
        .zip(&row.when)
        .filter_map(|(column, condition)| {
            let name = column.name(action);
            match condition {
                Condition::Any => None,
                Condition::Texts(texts) if *column == Column::Plan => {
                    let names =
                        texts.iter().map(|code| program.plan(code).map_or(code.as_str(), |plan| &plan.name));
                    Some(format!("on {}", names.collect::<Vec<_>>().join(" or ")))
                }
                Condition::Texts(texts) => Some(format!("at {}", texts.join(" or "))),
                Condition::Boolean(true) => Some(format!("with {name}")),
                Condition::Boolean(false) => Some(format!("without {name}")),
                Condition::Whole(ranges) => {
                    let ranges: Vec<String> = ranges.iter().map(|range| phrase(*range)).collect();
                    Some(format!("at {name} {}", ranges.join(" or ")))
                }
            }
        })
        .collect();
    format!(" {}", phrases.join(" and "))
}

/// `5 credits`, `1 credit`, `0.5 credits`, `free`.
fn credits_in_words(amount: Amount, unit: &Unit) -> String {
    if amount.is_zero() {
        return "free".to_owned();
    }
    // A unit's code in the singular and its name in the plural, as `credit` and `credits`, give both.
    let one = amount.0 == unit.scale.parts() && unit.name.strip_suffix('s') == Some(unit.code.as_str());
    format!("{} {}", number(amount, unit), if one { &unit.code } else { &unit.name })
}

/// The number of whole units, with no more decimals than it has.
fn number(amount: Amount, unit: &Unit) -> String {
    if amount.is_zero() {
        return "free".to_owned();
    }
    Rational::whole(amount.0)
        .over(Rational::whole(unit.scale.parts()))
        .map_or(String::new(), |whole| whole.to_string())
}

/// `19.90 USD`, `29 USD`.
pub(crate) fn money_in_words(money: Money) -> String {
    let decimals = usize::from(money.currency.decimals());
    let parts = 10_u64.pow(u32::from(money.currency.decimals()));
    let magnitude = money.amount.unsigned_abs();
    let sign = if money.amount < 0 { "-" } else { "" };
    let (whole, rest) = (magnitude / parts, magnitude % parts);
    if rest == 0 {
        return format!("{sign}{whole} {}", money.currency);
    }
    format!("{sign}{whole}.{rest:0decimals$} {}", money.currency)
}
