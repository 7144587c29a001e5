use money::Amount;
use serde::Serialize;

use crate::attribute::{AttributeRule, Kind};
use crate::price::{Column, Condition, Counted, Each, Per, Price, Rule};
use crate::sentence::sentence;
use crate::{Action, Attribute, Program};

/// An action's price for people and for APIs. Amounts are in the smallest part of the action's unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PriceView {
    /// The price in words: `10 credits per started second at 1080p, 20 at 4k`.
    pub sentence: String,
    /// The numbers.
    #[serde(flatten)]
    pub terms: PriceTerms,
    /// What a request may say about the work.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<AttributeView>,
}

/// How a price is found, with its numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PriceTerms {
    /// The same each time, times the quantity; 0 is free.
    Flat {
        /// For one.
        credits: Amount,
    },
    /// So much for each block of what is counted.
    Quantity {
        /// For a block.
        credits: Amount,
        /// What is counted: `quantity`, or the name of an attribute.
        per: String,
        /// What one of it is called.
        label: Option<String>,
        /// How many make a block, as an exact decimal; a started block counts whole.
        block: String,
        /// How many blocks after the first cost nothing more.
        included: i64,
        /// The least that it costs.
        minimum: Amount,
    },
    /// As `Quantity`, with what a block costs from a table: the first row that fits.
    Table {
        /// In the order in which they are tried.
        rows: Vec<RowView>,
        /// What is counted: `quantity`, or the name of an attribute.
        per: String,
        /// What one of it is called.
        label: Option<String>,
        /// How many make a block, as an exact decimal; a started block counts whole.
        block: String,
        /// How many blocks after the first cost nothing more.
        included: i64,
        /// The least that it costs.
        minimum: Amount,
    },
    /// Computed, in whole units, and rounded to the smallest part.
    Expression {
        /// A subset of CEL over exact numbers.
        expression: String,
        /// `up`, `down`, `half_up` or `half_even`.
        round: &'static str,
    },
}

/// A row of a price table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowView {
    /// Each attribute that must fit, with the values that do: `("resolution", ["4k"])`, `("steps", ["1 to 10"])`.
    /// Empty for the default.
    pub when: Vec<(String, Vec<String>)>,
    /// For a block.
    pub credits: Amount,
}

/// An attribute that an action declares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AttributeView {
    /// What requests call it.
    pub name: String,
    /// `one_of`, `integer`, `decimal`, `boolean` or `text`.
    pub kind: &'static str,
    /// The values that there are, where they are listed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<Attribute>,
    /// The least, as an exact decimal, where it is a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<String>,
    /// The most, as an exact decimal, where it is a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<String>,
    /// What is taken where a request does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Attribute>,
    /// Whether a request must say it.
    pub required: bool,
}

pub(crate) fn price_view(program: &Program, action: &Action) -> PriceView {
    let terms = match &action.price {
        Price::Flat(credits) => PriceTerms::Flat { credits: *credits },
        Price::Terms(terms) => match &terms.rule {
            Rule::Expression { expression, round, .. } => {
                PriceTerms::Expression { expression: expression.source().to_owned(), round: round.code() }
            }
            Rule::Counted(counted) => counted_terms(counted, action),
        },
    };
    let attributes = action.attributes.iter().map(attribute_view).collect();
    PriceView { sentence: sentence(program, action), terms, attributes }
}

fn counted_terms(counted: &Counted, action: &Action) -> PriceTerms {
    let per = match counted.per {
        Per::Quantity => "quantity".to_owned(),
        Per::Attribute(index) => Column::Attribute(index).name(action).to_owned(),
    };
    let (label, block) = (counted.label.clone(), counted.block.to_string());
    let (included, minimum) = (counted.included, counted.minimum);
    match &counted.each {
        Each::Same(credits) => {
            PriceTerms::Quantity { credits: *credits, per, label, block, included, minimum }
        }
        Each::Table(table) => {
            let when = |conditions: &[Condition]| {
                let named = table.columns.iter().zip(conditions).filter(|(_, when)| **when != Condition::Any);
                named.map(|(column, when)| (column.name(action).to_owned(), when.values())).collect()
            };
            let rows = table
                .rows
                .iter()
                .map(|row| RowView { when: when(&row.when), credits: row.credits })
                .collect();
            PriceTerms::Table { rows, per, label, block, included, minimum }
        }
    }
}

fn attribute_view(rule: &AttributeRule) -> AttributeView {
    let (kind, one_of, min, max) = match &rule.kind {
        Kind::OneOf(texts) => ("one_of", texts.iter().cloned().map(Attribute::Text).collect(), None, None),
        Kind::OneOfWhole(numbers) => {
            ("one_of", numbers.iter().copied().map(Attribute::Int).collect(), None, None)
        }
        Kind::Text => ("text", Vec::new(), None, None),
        Kind::Boolean => ("boolean", Vec::new(), None, None),
        Kind::Whole { min, max } => ("integer", Vec::new(), Some(min.to_string()), Some(max.to_string())),
        Kind::Decimal { min, max } => ("decimal", Vec::new(), Some(min.to_string()), Some(max.to_string())),
    };
    let (name, default) = (rule.name.clone(), rule.default.clone());
    let required = rule.priced && default.is_none();
    AttributeView { name, kind, one_of, min, max, default, required }
}
