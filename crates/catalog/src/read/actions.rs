use money::{Amount, Unit};

use crate::attribute::AttributeRule;
use crate::read::attributes::attributes;
use crate::read::keys;
use crate::read::node::{Node, Section, join};
use crate::read::prices::{Scope, price};
use crate::{Action, Price};

/// What actions may refer to.
pub(crate) struct Context<'a> {
    pub(crate) units: &'a [Unit],
    pub(crate) plans: Vec<&'a str>,
}

/// The most actions, each stage counted.
const MOST: usize = 1_000;

pub(crate) fn actions(root: &Section<'_>, context: &Context<'_>) -> Option<Vec<Action>> {
    let help = "say what the program sells, such as [actions.upscale] with price = 5";
    let node = root.need("actions", help)?;
    let entries = node.entries("tables of actions, such as [actions.upscale]")?;
    let mut actions = Vec::new();
    for (code, at, entry) in entries {
        if entry.is_code(at, code) {
            actions.extend(action(code, &entry, context).unwrap_or_default());
        }
        if actions.len() > MOST {
            node.problem("there are too many actions", format!("a program may have {MOST}"));
            return None;
        }
    }
    Some(actions)
}

/// The action, or its stages.
fn action(code: &str, node: &Node<'_>, context: &Context<'_>) -> Option<Vec<Action>> {
    let section = node.section(&keys::ACTION)?;
    let name = section.optional("name", Node::text);
    let unit = unit(&section, context.units);
    let declared = match section.get("attributes") {
        Some(node) => attributes(&node),
        None => Some(Vec::new()),
    };
    let overdraft = section.optional("overdraft", Node::boolean);
    let session = section.optional("session", Node::boolean);
    let settle = section.optional("settle", |node| node.choice(&["within_hold", "may_exceed"]));
    let (unit, declared) = (unit?, declared?);
    let scope = Scope::new(context.units.get(usize::from(unit))?, &declared, &context.plans);
    let priced = priced(&section, &scope, ["price", "free", "stages"]);
    session_is_plain(&section, session.flatten().unwrap_or(false), &declared);
    let priced = priced?;
    if let Some(attributes) = section.get("attributes") {
        all_used(&attributes, &declared, &priced);
    }
    let name = name?.unwrap_or_else(|| humanised(code));
    let (may_overdraw, session) = (overdraft?.unwrap_or(false), session?.unwrap_or(false));
    let may_exceed_hold = settle?.is_some_and(|choice| choice == 1);
    let make = |stage: Priced| Action {
        code: if stage.code.is_empty() { code.to_owned() } else { format!("{code}.{}", stage.code) },
        name: match stage.name {
            Some(stage_name) => format!("{name} · {stage_name}"),
            None => name.clone(),
        },
        unit,
        price: stage.price,
        attributes: declared
            .iter()
            .zip(0..)
            .map(|(rule, index)| AttributeRule { priced: stage.used.contains(&index), ..rule.clone() })
            .collect(),
        may_overdraw,
        may_exceed_hold,
        session,
    };
    Some(priced.into_iter().map(make).collect())
}

/// A price with the stage that has it; both texts are empty where the action has no stages.
struct Priced {
    code: String,
    name: Option<String>,
    price: Price,
    /// The positions of the attributes that it reads.
    used: Vec<u16>,
}

/// The one of `price`, `free` and `stages` that is there.
fn priced(section: &Section<'_>, scope: &Scope<'_>, ways: [&str; 3]) -> Option<Vec<Priced>> {
    let present: Vec<&str> = ways.into_iter().filter(|way| section.get(way).is_some()).collect();
    match present.as_slice() {
        [] => {
            let help = "say what it costs: price = 5, or free = true";
            section.problem_at("price", "this is missing", help);
            None
        }
        ["price"] => {
            let (price, used) = price(&section.get("price")?, scope)?;
            Some(vec![Priced { code: String::new(), name: None, price, used }])
        }
        ["free"] => free(&section.get("free")?)
            .map(|price| vec![Priced { code: String::new(), name: None, price, used: Vec::new() }]),
        ["stages"] => stages(&section.get("stages")?, scope),
        [_, second, ..] => {
            section.get(second)?.problem(
                format!("there is {} as well", present.first().unwrap_or(&"")),
                format!("only one of {} may be there", ways.join(", ").trim_end_matches(", ")),
            );
            None
        }
        _ => None,
    }
}

fn free(node: &Node<'_>) -> Option<Price> {
    if node.boolean()? {
        return Some(Price::Flat(Amount::ZERO));
    }
    node.problem("what is not free has a price", "say price = 5, or free = true");
    None
}

/// Stages: a price each, or a table with a name and a price.
fn stages(node: &Node<'_>, scope: &Scope<'_>) -> Option<Vec<Priced>> {
    let entries = node.entries("stages with their prices, such as { generate = 1, accept = 2 }")?;
    if entries.is_empty() {
        node.problem(
            "there are no stages",
            "name them with their prices, such as { generate = 1, accept = 2 }",
        );
        return None;
    }
    let read = |(code, at, entry): (&str, usize, Node<'_>)| {
        if !entry.is_code(at, code) {
            return None;
        }
        if !matches!(entry.value, toml::de::DeValue::Table(_)) {
            let (price, used) = price(&entry, scope)?;
            return Some(Priced { code: code.to_owned(), name: Some(humanised(code)), price, used });
        }
        let section = entry.section(&keys::STAGE)?;
        let name = section.optional("name", Node::text);
        let priced = priced(&section, scope, ["price", "free", ""])?.into_iter().next()?;
        Some(Priced { code: code.to_owned(), name: Some(name?.unwrap_or_else(|| humanised(code))), ..priced })
    };
    let read: Vec<Option<Priced>> = entries.into_iter().map(read).collect();
    read.into_iter().collect()
}

/// The position of the unit that `unit` names; the first where it is absent.
pub(crate) fn unit(section: &Section<'_>, units: &[Unit]) -> Option<u8> {
    let codes: Vec<&str> = units.iter().map(|unit| unit.code.as_str()).collect();
    let index = section.optional("unit", |node| node.reference("unit", &codes))?;
    u8::try_from(index.unwrap_or(0)).ok()
}

/// A call for a session says nothing about the work, so its price can't read attributes; and it has no stages.
fn session_is_plain(section: &Section<'_>, session: bool, declared: &[AttributeRule]) {
    if session && !declared.is_empty() {
        section.problem_at(
            "session",
            "a session has no attributes",
            "remove the attributes, or session = true",
        );
    }
    if session && section.get("stages").is_some() {
        section.problem_at("session", "a session has no stages", "remove the stages, or session = true");
    }
}

fn all_used(attributes: &Node<'_>, declared: &[AttributeRule], priced: &[Priced]) {
    for (rule, index) in declared.iter().zip(0..) {
        let used = priced.iter().any(|stage| stage.used.contains(&index));
        if used == rule.priced {
            continue;
        }
        let path = join(&attributes.path, &rule.name);
        let entries = attributes.entries("").unwrap_or_default();
        let at = entries
            .iter()
            .find(|(name, ..)| *name == rule.name)
            .map_or(attributes.span.start, |(_, at, _)| *at);
        let (message, help) = if used {
            ("the price reads it, and priced = false says that it doesn't", "remove priced = false")
        } else {
            ("the price does not read it", "use it in the price, remove it, or say priced = false")
        };
        attributes.document.problem(at, &path, message.to_owned(), help.to_owned());
    }
}

/// `room_staging` as people read it: `Room staging`.
pub(crate) fn humanised(code: &str) -> String {
    let words = code.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
