//! How prices are found: flat, counted, by a table, by an expression.

mod cover;
mod round;
mod table;

use money::Amount;

use crate::attribute::{Value, values};
use crate::expression::Expression;
use crate::rational::Rational;
use crate::{Action, NoPrice, Work};

pub(crate) use cover::unreachable;
pub(crate) use round::Round;
pub(crate) use table::{Column, Condition, Row, Table, phrase};

/// How a price is found. Opaque but for the flat one: ask [`crate::Program::price`].
#[derive(Clone, Debug, PartialEq)]
pub enum Price {
    /// The same each time, times the quantity.
    Flat(Amount),
    /// Counted, by a table, or by an expression.
    Terms(Box<Terms>),
}

/// The terms of a price that is not flat. [`crate::Program::price_view`] shows them.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// The sentence that the file gives for people, if it does.
    pub(crate) summary: Option<String>,
    pub(crate) rule: Rule,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rule {
    Counted(Counted),
    /// In whole units; `parts` make one.
    Expression {
        expression: Expression,
        round: Round,
        parts: i64,
    },
}

/// So many credits for each block of what is counted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Counted {
    pub(crate) each: Each,
    pub(crate) per: Per,
    /// What one of what is counted is called: `second`.
    pub(crate) label: Option<String>,
    /// How many make a block; a started block counts whole. Above zero.
    pub(crate) block: Rational,
    /// How many blocks after the first cost nothing more.
    pub(crate) included: i64,
    /// The least that it costs.
    pub(crate) minimum: Amount,
}

/// What a block costs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Each {
    Same(Amount),
    Table(Table),
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Per {
    /// The quantity of the request.
    Quantity,
    /// A number among the attributes, by position; for each of the quantity.
    Attribute(u16),
}

/// What the work costs: never negative, at most [`Amount::MAX`].
pub(crate) fn price(action: &Action, work: &Work<'_>) -> Result<Amount, NoPrice> {
    if work.quantity < 1 {
        return Err(NoPrice::Quantity);
    }
    match &action.price {
        Price::Flat(credits) => {
            if !work.attributes.is_empty() {
                values(&action.attributes, work.attributes)?;
            }
            within_bounds(i128::from(credits.0).checked_mul(i128::from(work.quantity)))
        }
        Price::Terms(terms) => {
            let values = values(&action.attributes, work.attributes)?;
            match &terms.rule {
                Rule::Counted(counted) => counted.price(action, work, &values),
                Rule::Expression { expression, round, parts } => {
                    let exact = expression.evaluate(work.quantity, work.plan.unwrap_or(""), &values)?;
                    let parts = Rational::whole(*parts);
                    let exact = exact.times(parts).ok_or(NoPrice::OutOfRange)?;
                    if exact.is_negative() {
                        return Err(NoPrice::OutOfRange);
                    }
                    within_bounds(Some(round.apply(exact)))
                }
            }
        }
    }
}

impl Counted {
    fn price(
        &self,
        action: &Action,
        work: &Work<'_>,
        values: &[Option<Value<'_>>],
    ) -> Result<Amount, NoPrice> {
        let each = match &self.each {
            Each::Same(credits) => *credits,
            Each::Table(table) => table.find(action, work.plan.unwrap_or(""), values)?,
        };
        let (count, times) = match self.per {
            Per::Quantity => (Rational::whole(work.quantity), 1),
            Per::Attribute(index) => match values.get(usize::from(index)) {
                Some(Some(Value::Number(number))) => (*number, work.quantity),
                _ => return Err(NoPrice::Undefined),
            },
        };
        let blocks = count.over(self.block).ok_or(NoPrice::OutOfRange)?.ceil();
        let paid = blocks.saturating_sub(i128::from(self.included).min(blocks.saturating_sub(1).max(0)));
        let credits = paid.checked_mul(i128::from(each.0)).ok_or(NoPrice::OutOfRange)?;
        within_bounds(credits.max(i128::from(self.minimum.0)).checked_mul(i128::from(times)))
    }
}

fn within_bounds(credits: Option<i128>) -> Result<Amount, NoPrice> {
    let credits = credits.and_then(|credits| i64::try_from(credits).ok()).map(Amount);
    credits.filter(|credits| (Amount::ZERO..=Amount::MAX).contains(credits)).ok_or(NoPrice::OutOfRange)
}
