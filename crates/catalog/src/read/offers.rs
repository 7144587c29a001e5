//! What packages and plans share.

use moment::Period;
use toml::de::DeValue;

use crate::read::node::{Keys, Node, Section};

/// The most packages, and the most plans.
const MOST: usize = 200;

/// The most packages of an order, and the most seats of a plan.
const MOST_AT_ONCE: i64 = 1_000_000;

/// Texts that are longer are not shown whole.
const SHOWN: usize = 80;

/// The codes of the plans, for what refers to them; the plans themselves may be wrong.
pub(crate) fn plan_codes<'a>(root: &Section<'a>) -> Vec<&'a str> {
    codes(root, "plans")
}

pub(crate) fn codes<'a>(root: &Section<'a>, key: &str) -> Vec<&'a str> {
    let table = root.get(key).filter(|node| matches!(node.value, DeValue::Table(_)));
    let entries = table.and_then(|node| node.entries("")).unwrap_or_default();
    entries.into_iter().map(|(code, ..)| code).collect()
}

pub(crate) fn offers<T>(
    root: &Section<'_>,
    key: &str,
    read: impl Fn(&str, &Node<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let Some(node) = root.get(key) else {
        return Some(Vec::new());
    };
    let entries = node.entries(&format!("tables of {key}, such as [{key}.small]"))?;
    if entries.len() > MOST {
        node.problem(format!("there are too many {key}"), format!("a program may have {MOST}"));
        return None;
    }
    let read_entry = |(code, at, entry): (&str, usize, Node<'_>)| {
        let is_code = entry.is_code(at, code);
        read(code, &entry).filter(|_| is_code)
    };
    let read: Vec<Option<T>> = entries.into_iter().map(read_entry).collect();
    read.into_iter().collect()
}

/// `{ min = 1, max = 10 }`. The least is 1 where it is absent; the most must be there where nothing is usual.
pub(crate) fn min_and_max(node: &Node<'_>, keys: &Keys, usual_max: Option<i64>) -> Option<(i64, i64)> {
    let section = node.section(keys)?;
    let min = section.optional("min", |node| node.whole(1, MOST_AT_ONCE));
    let max = match (section.get("max"), usual_max) {
        (Some(node), _) => node.whole(1, MOST_AT_ONCE),
        (None, Some(usual)) => Some(usual),
        (None, None) => {
            section.problem_at(
                "max",
                "this is missing",
                "say how many at most, such as { min = 1, max = 500 }",
            );
            None
        }
    };
    let (min, max) = (min?.unwrap_or(1), max?);
    if min > max {
        node.problem(format!("min is {min} and max is {max}"), "min must not be above max");
        return None;
    }
    Some((min, max))
}

/// An exact period, or `"none"`.
#[expect(clippy::option_option, reason = "every reader says with the outer one whether it could read")]
pub(crate) fn period_or_none(node: &Node<'_>) -> Option<Option<Period>> {
    match node.value {
        DeValue::String(text) if text == "none" => Some(None),
        DeValue::String(text) if text.len() <= SHOWN && text.parse::<Period>().is_err() => {
            let help = "it must be a period in quotes, such as \"3 days\", or \"none\"";
            node.problem(format!("{text:?} is no period"), help);
            None
        }
        _ => node.exact_period().map(|(period, _)| Some(period)),
    }
}
