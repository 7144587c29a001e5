use toml::de::DeValue;

use crate::Attribute;
use crate::attribute::{AttributeRule, Kind};
use crate::expression::{FUNCTIONS, RESERVED};
use crate::rational::Rational;
use crate::read::keys;
use crate::read::node::{Node, Section};

/// The most attributes of an action, and the most values of one.
const MOST: usize = 16;
const VALUES: usize = 200;

/// What a number may be where the file sets no bound.
const LARGEST: i64 = 1_000_000_000_000_000;

/// The attributes that an action declares.
pub(crate) fn attributes(node: &Node<'_>) -> Option<Vec<AttributeRule>> {
    let entries = node.entries("tables of attributes, such as resolution = { one_of = [\"hd\", \"4k\"] }")?;
    if entries.len() > MOST {
        node.problem("there are too many attributes", format!("an action may have {MOST}"));
        return None;
    }
    let read: Vec<Option<AttributeRule>> =
        entries.into_iter().map(|(name, at, entry)| attribute(name, at, &entry)).collect();
    read.into_iter().collect()
}

fn attribute(name: &str, at: usize, node: &Node<'_>) -> Option<AttributeRule> {
    name_is_right(name, at, node)?;
    let section = node.section(&keys::ATTRIBUTE)?;
    let kind = kind(&section);
    let priced = section.optional("priced", Node::boolean);
    let mut rule =
        AttributeRule { name: name.to_owned(), kind: kind?, default: None, priced: priced?.unwrap_or(true) };
    if let Some(node) = section.get("default") {
        rule.default = Some(default(&node, &rule)?);
    }
    Some(rule)
}

/// Expressions name attributes, so a name is a word of theirs.
fn name_is_right(name: &str, at: usize, node: &Node<'_>) -> Option<()> {
    let first = name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let rest = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !first || !rest || name.len() > 64 {
        let help = "a name has lower-case letters, digits and _, and begins with a letter".to_owned();
        let shown: String = name.chars().take(80).collect();
        node.document.problem(at, &node.path, format!("{shown:?} is no name of an attribute"), help);
        return None;
    }
    if RESERVED.contains(&name) || FUNCTIONS.iter().any(|function| function.name == name) {
        node.document.problem(
            at,
            &node.path,
            format!("{name:?} has a meaning already"),
            "choose another name".into(),
        );
        return None;
    }
    Some(())
}

fn kind(section: &Section<'_>) -> Option<Kind> {
    let bounds = ["min", "max"].map(|key| section.get(key));
    let has_bounds = bounds.iter().any(Option::is_some);
    if let Some(node) = section.get("one_of") {
        let others = [section.get("kind"), section.get("min"), section.get("max")];
        for other in others.into_iter().flatten() {
            other.problem("one_of says all that is needed", "remove this, or one_of");
        }
        return one_of(&node);
    }
    let choice = match section.get("kind") {
        Some(node) => node.choice(&["integer", "decimal", "boolean", "text"])?,
        None if has_bounds => 0,
        None => {
            let help = "say one_of = [\"hd\", \"4k\"], min and max, or kind = \"boolean\"";
            section.problem_at("kind", "this is missing", help);
            return None;
        }
    };
    if choice > 1 {
        for bound in bounds.iter().flatten() {
            bound
                .problem("only numbers have bounds", "remove this, or say kind = \"integer\" or \"decimal\"");
        }
        return Some(if choice == 2 { Kind::Boolean } else { Kind::Text });
    }
    let [min, max] = bounds.map(|bound| bound.map(|node| node.decimal().map(|number| (node, number))));
    let bound = |bound: Option<Option<(Node<'_>, Rational)>>, usual: i64| match bound {
        None => Some(Rational::whole(usual)),
        Some(found) => found.and_then(|(node, number)| {
            let whole = number.to_whole().is_some_and(|whole| (-LARGEST..=LARGEST).contains(&whole));
            if choice == 0 && !whole {
                node.problem(
                    format!("{number} is no whole number of at most 15 digits"),
                    "round it, or say kind = \"decimal\"",
                );
                return None;
            }
            Some(number)
        }),
    };
    let (min, max) = (bound(min, 0), bound(max, LARGEST));
    let (min, max) = (min?, max?);
    if min.compare(max).is_none_or(std::cmp::Ordering::is_gt) {
        section.problem(format!("min {min} is above max {max}"), "exchange them");
        return None;
    }
    match (choice, min.to_whole(), max.to_whole()) {
        (0, Some(min), Some(max)) => Some(Kind::Whole { min, max }),
        _ => Some(Kind::Decimal { min, max }),
    }
}

/// A list of texts, or of whole numbers.
fn one_of(node: &Node<'_>) -> Option<Kind> {
    let items = node.items("a list of texts or of whole numbers, such as [\"hd\", \"4k\"]")?;
    if items.is_empty() || items.len() > VALUES {
        node.problem(format!("{} values", items.len()), format!("it must be 1 to {VALUES}"));
        return None;
    }
    let numbers = items.iter().all(|item| matches!(item.value, DeValue::Integer(_)));
    let kind = if numbers {
        let numbers: Vec<Option<i64>> = items.iter().map(|item| item.whole(-LARGEST, LARGEST)).collect();
        Kind::OneOfWhole(numbers.into_iter().collect::<Option<Vec<i64>>>()?)
    } else {
        let texts: Vec<Option<String>> = items.iter().map(Node::text).collect();
        Kind::OneOf(texts.into_iter().collect::<Option<Vec<String>>>()?)
    };
    for (index, item) in items.iter().enumerate() {
        let twice = match &kind {
            Kind::OneOf(texts) => texts.iter().take(index).any(|text| Some(text) == texts.get(index)),
            Kind::OneOfWhole(numbers) => {
                numbers.iter().take(index).any(|number| Some(number) == numbers.get(index))
            }
            _ => false,
        };
        if twice {
            item.problem("this is there twice", "remove one of them");
        }
    }
    Some(kind)
}

fn default(node: &Node<'_>, rule: &AttributeRule) -> Option<Attribute> {
    let value = match node.value {
        DeValue::Boolean(value) => Some(Attribute::Bool(*value)),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).ok().map(Attribute::Int)
        }
        DeValue::Float(number) => Some(Attribute::Text(number.as_str().to_owned())),
        DeValue::String(text) => Some(Attribute::Text(text.clone().into_owned())),
        _ => None,
    };
    let value = value.filter(|value| rule.accept(value).is_some());
    if value.is_none() {
        node.problem(
            "the default is none of the attribute's values",
            format!("it must be {}", rule.expected()),
        );
    }
    value
}
