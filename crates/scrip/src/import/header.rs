//! The header of CSV: what separates its fields, and what its columns are.

use csv::StringRecord;

use super::lines::Line;
use super::quotes::outside;
use super::row::{Field, REFUSED, hint};
use crate::Trouble;

/// What a column is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// One that we know.
    Field(Field),
    /// The host's own fact of this name.
    Metadata(String),
    /// A report's reason.
    Passed,
}

/// All that is wrong with a header.
pub fn header_wrong(line: &Line, wrong: &[String]) -> Trouble {
    Trouble::new(format!("line {}, the header: {}", line.number, wrong.join("\n  ")))
}

/// What separates the fields of a header: what stands there most often.
pub fn delimiter(header: &str) -> u8 {
    let count = |byte: u8| outside(header, byte);
    [b';', b'\t']
        .into_iter()
        .filter(|byte| count(*byte) > count(b','))
        .max_by_key(|byte| count(*byte))
        .unwrap_or(b',')
}

/// What the columns are, or all that is wrong with them.
pub fn columns(header: &StringRecord) -> Result<Vec<Column>, Vec<String>> {
    let mut wrong = Vec::new();
    let mut columns = Vec::new();
    for (place, name) in header.iter().map(str::trim).enumerate() {
        let column = match (Field::from_code(name), name.strip_prefix("metadata.")) {
            (Some(field), _) => Column::Field(field),
            (None, Some(fact)) if !fact.is_empty() => Column::Metadata(fact.to_owned()),
            _ if name == REFUSED => Column::Passed,
            _ if name.is_empty() => {
                wrong.push(format!("column {} has no name", place + 1));
                continue;
            }
            _ => {
                wrong.push(format!("there is no column {name:?}: {}", hint(name, "metadata.*")));
                continue;
            }
        };
        if let Some(earlier) = header.iter().take(place).position(|other| other.trim() == name) {
            wrong.push(format!("columns {} and {} are both {name:?}", earlier + 1, place + 1));
        }
        columns.push(column);
    }
    if wrong.is_empty() && !columns.contains(&Column::Field(Field::Id)) {
        wrong.push(
            "there is no column \"id\", your own id of each account; the first line must name the columns"
                .into(),
        );
    }
    if wrong.is_empty() { Ok(columns) } else { Err(wrong) }
}
