use money::Amount;

use crate::attribute::{Value, one_of};
use crate::{Action, NoPrice};

/// Prices by attributes: the first row that fits.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    /// A default is a last row without conditions.
    pub(crate) rows: Vec<Row>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// The plan that the account is on.
    Plan,
    /// An attribute, by position.
    Attribute(u16),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    /// One for each column.
    pub(crate) when: Vec<Condition>,
    pub(crate) credits: Amount,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    Any,
    Texts(Vec<String>),
    Boolean(bool),
    /// Ranges, both ends included.
    Whole(Vec<(i64, i64)>),
}

impl Condition {
    fn fits(&self, value: Option<Value<'_>>) -> bool {
        match (self, value) {
            (Condition::Any, _) => true,
            (Condition::Texts(texts), Some(Value::Text(text))) => texts.iter().any(|one| one == text),
            (Condition::Boolean(wanted), Some(Value::Boolean(given))) => *wanted == given,
            (Condition::Whole(ranges), Some(Value::Number(number))) => number
                .to_whole()
                .is_some_and(|whole| ranges.iter().any(|(min, max)| (*min..=*max).contains(&whole))),
            _ => false,
        }
    }

    /// The values that fit, texts in quotes.
    fn phrases(&self) -> Vec<String> {
        match self {
            Condition::Texts(texts) => texts.iter().map(|text| format!("{text:?}")).collect(),
            _ => self.values(),
        }
    }

    /// The values that fit.
    pub(crate) fn values(&self) -> Vec<String> {
        match self {
            Condition::Any => Vec::new(),
            Condition::Texts(texts) => texts.clone(),
            Condition::Boolean(value) => vec![value.to_string()],
            Condition::Whole(ranges) => ranges.iter().map(|range| phrase(*range)).collect(),
        }
    }
}

/// `5`, or `5 to 10`.
pub(crate) fn phrase((min, max): (i64, i64)) -> String {
    if min == max { min.to_string() } else { format!("{min} to {max}") }
}

impl Table {
    /// The credits of the first row that fits; else the first column that leaves none, and what it has.
    pub(crate) fn find(
        &self,
        action: &Action,
        plan: &str,
        values: &[Option<Value<'_>>],
    ) -> Result<Amount, NoPrice> {
        let value = |column: Column| match column {
            Column::Plan => Some(Value::Text(plan)),
            Column::Attribute(index) => values.get(usize::from(index)).copied().flatten(),
        };
        let fits =
            |row: &&Row| row.when.iter().zip(&self.columns).all(|(when, column)| when.fits(value(*column)));
        if let Some(row) = self.rows.iter().find(fits) {
            return Ok(row.credits);
        }
        let mut left: Vec<&Row> = self.rows.iter().collect();
        for (position, column) in self.columns.iter().enumerate() {
            let condition = |row: &Row| row.when.get(position).cloned().unwrap_or(Condition::Any);
            let fitting: Vec<&Row> =
                left.iter().copied().filter(|row| condition(row).fits(value(*column))).collect();
            if fitting.is_empty() {
                let mut phrases: Vec<String> = Vec::new();
                for phrase in left.iter().flat_map(|row| condition(row).phrases()) {
                    if !phrases.contains(&phrase) {
                        phrases.push(phrase);
                    }
                }
                return Err(NoPrice::Attribute {
                    name: column.name(action).to_owned(),
                    expected: one_of(phrases.into_iter()),
                });
            }
            left = fitting;
        }
        Err(NoPrice::Undefined)
    }
}

impl Column {
    pub(crate) fn name(self, action: &Action) -> &str {
        match self {
            Column::Plan => "plan",
            Column::Attribute(index) => {
                action.attributes.get(usize::from(index)).map_or("", |rule| &rule.name)
            }
        }
    }
}
