use money::Amount;
use toml::de::DeValue;

use crate::attribute::Kind;
use crate::price::{Column, Condition, Row, Table, unreachable};
use crate::read::keys;
use crate::read::node::Node;
use crate::read::prices::Scope;
use crate::suggest::hint;

/// The most rows of a table.
const MOST: usize = 1_000;

/// A column, what may stand in it, and what it is called.
struct Known<'a> {
    column: Column,
    kind: Kind,
    name: &'a str,
}

/// A row as it is read: its conditions by the positions of their columns.
struct Read {
    conditions: Vec<(usize, Condition)>,
    credits: Amount,
}

/// The rows, and a last one for the default.
pub(crate) fn table(node: &Node<'_>, default: Option<&Node<'_>>, scope: &Scope<'_>) -> Option<Table> {
    let items = node.items("a list of rows, such as [{ resolution = \"hd\", credits = 1 }]")?;
    if items.is_empty() || items.len() > MOST {
        node.problem(format!("{} rows", items.len()), format!("a table has 1 to {MOST}"));
        return None;
    }
    let mut columns: Vec<Known<'_>> = Vec::new();
    let read: Vec<Option<Read>> = items.iter().map(|item| row(item, &mut columns, scope)).collect();
    let read: Vec<Read> = read.into_iter().collect::<Option<_>>()?;
    let mut rows: Vec<Row> = read
        .into_iter()
        .map(|Read { conditions, credits }| {
            let mut when = vec![Condition::Any; columns.len()];
            for (position, condition) in conditions {
                if let Some(place) = when.get_mut(position) {
                    *place = condition;
                }
            }
            Row { when, credits }
        })
        .collect();
    if let Some(default) = default {
        rows.push(Row { when: vec![Condition::Any; columns.len()], credits: default.credits(scope.unit)? });
    }
    all_reached(&items, default, &rows, &columns);
    Some(Table { columns: columns.into_iter().map(|known| known.column).collect(), rows })
}

/// Notes each row, and the default, that the rows before it leave nothing to.
fn all_reached(items: &[Node<'_>], default: Option<&Node<'_>>, rows: &[Row], columns: &[Known<'_>]) {
    let kinds: Vec<&Kind> = columns.iter().map(|known| &known.kind).collect();
    for position in unreachable(rows, &kinds) {
        let same = rows
            .iter()
            .take(position)
            .position(|row| Some(&row.when) == rows.get(position).map(|row| &row.when));
        match (items.get(position), same) {
            (Some(item), Some(same)) => {
                item.problem(format!("row {} has the same conditions", same + 1), "remove one of them");
            }
            (Some(item), None) => {
                item.problem(
                    "no work reaches this row: those before it fit all of it",
                    "move it up, or remove it",
                );
            }
            (None, _) => {
                if let Some(default) = default {
                    default.problem("no work reaches the default: the rows fit everything", "remove it");
                }
            }
        }
    }
}

fn row<'a>(item: &Node<'_>, columns: &mut Vec<Known<'a>>, scope: &Scope<'a>) -> Option<Read> {
    let entries = item.entries("a row, such as { resolution = \"hd\", credits = 1 }")?;
    let mut conditions = Vec::new();
    let mut credits = None;
    let mut failed = false;
    for (name, at, value) in entries {
        if name == "credits" {
            credits = Some(value.credits(scope.unit));
            continue;
        }
        let Some(position) = column(name, at, &value, columns, scope) else {
            failed = true;
            continue;
        };
        match columns.get(position).and_then(|known| condition(&value, known, scope)) {
            Some(condition) => conditions.push((position, condition)),
            None => failed = true,
        }
    }
    if credits.is_none() {
        let path = format!("{}.credits", item.path);
        let help = "say what the row costs, such as credits = 2".to_owned();
        item.document.problem(item.span.start, &path, "this is missing".to_owned(), help);
    }
    if conditions.is_empty() && !failed {
        item.problem("a row without conditions fits everything", "say default = ... beside the rows instead");
        return None;
    }
    if failed { None } else { Some(Read { conditions, credits: credits?? }) }
}

/// The position of the column of that name, which is added where it is new.
fn column<'a>(
    name: &str,
    at: usize,
    value: &Node<'_>,
    columns: &mut Vec<Known<'a>>,
    scope: &Scope<'a>,
) -> Option<usize> {
    if let Some(position) = columns.iter().position(|known| known.name == name) {
        return Some(position);
    }
    if name == "plan" {
        columns.push(Known { column: Column::Plan, kind: Kind::Text, name: "plan" });
    } else if let Some((index, rule)) = scope.attribute(name) {
        columns.push(Known { column: Column::Attribute(index), kind: rule.kind.clone(), name: &rule.name });
    } else {
        let help = if name == "quantity" {
            "a row can't depend on the quantity; an expression can".to_owned()
        } else {
            hint(name, scope.names().chain(["plan", "credits"]))
        };
        let shown: String = name.chars().take(80).collect();
        value.document.problem(at, &value.path, format!("no attribute {shown:?} is declared"), help);
        return None;
    }
    Some(columns.len() - 1)
}

/// One value, or a list of them.
fn condition(node: &Node<'_>, known: &Known<'_>, scope: &Scope<'_>) -> Option<Condition> {
    let values = match node.value {
        DeValue::Array(array) if !array.is_empty() && array.len() <= MOST => node.items("")?,
        DeValue::Array(_) => {
            node.problem("the list is empty or too long", format!("it must have 1 to {MOST} values"));
            return None;
        }
        _ => vec![node.clone()],
    };
    match (&known.kind, known.column) {
        (Kind::Text, Column::Plan) => {
            let plans: Vec<Option<usize>> =
                values.iter().map(|value| value.reference("plan", scope.plans)).collect();
            let plans: Vec<usize> = plans.into_iter().collect::<Option<_>>()?;
            let texts =
                plans.into_iter().filter_map(|index| scope.plans.get(index)).map(|plan| (*plan).to_owned());
            Some(Condition::Texts(texts.collect()))
        }
        (Kind::OneOf(texts), _) => {
            let words: Vec<&str> = texts.iter().map(String::as_str).collect();
            let found: Vec<Option<usize>> = values.iter().map(|value| value.choice(&words)).collect();
            let found: Vec<usize> = found.into_iter().collect::<Option<_>>()?;
            Some(Condition::Texts(found.into_iter().filter_map(|index| texts.get(index)).cloned().collect()))
        }
        (Kind::Text, _) => {
            let texts: Vec<Option<String>> = values.iter().map(Node::text).collect();
            texts.into_iter().collect::<Option<_>>().map(Condition::Texts)
        }
        (Kind::Boolean, _) => node.boolean().map(Condition::Boolean),
        (Kind::OneOfWhole(numbers), _) => {
            let (min, max) = (numbers.iter().min().copied()?, numbers.iter().max().copied()?);
            let ranges = ranges(&values, min, max)?;
            for (value, (from, to)) in values.iter().zip(&ranges) {
                if !numbers.iter().any(|number| (from..=to).contains(&number)) {
                    value.problem(
                        "this is none of the attribute's values",
                        format!("it must be one of {numbers:?}"),
                    );
                    return None;
                }
            }
            Some(Condition::Whole(ranges))
        }
        (Kind::Whole { min, max }, _) => ranges(&values, *min, *max).map(Condition::Whole),
        (Kind::Decimal { .. }, _) => {
            let help = format!("count it with per = {:?}, or use an expression", known.name);
            node.problem("a row can't depend on a decimal", help);
            None
        }
    }
}

/// Whole numbers, or ranges of them with both ends included, within the attribute's bounds.
fn ranges(values: &[Node<'_>], min: i64, max: i64) -> Option<Vec<(i64, i64)>> {
    let range = |value: &Node<'_>| {
        if !matches!(value.value, DeValue::Table(_)) {
            return value.whole(min, max).map(|number| (number, number));
        }
        let section = value.section(&keys::RANGE)?;
        let (from, to) = (
            section.optional("min", |node| node.whole(min, max)),
            section.optional("max", |node| node.whole(min, max)),
        );
        let (from, to) = (from?.unwrap_or(min), to?.unwrap_or(max));
        if from > to {
            section.problem(format!("min {from} is above max {to}"), "exchange them");
            return None;
        }
        Some((from, to))
    };
    let ranges: Vec<Option<(i64, i64)>> = values.iter().map(range).collect();
    ranges.into_iter().collect()
}
