use money::{Money, Unit};
use toml::de::DeValue;

use crate::read::actions::{humanised, unit};
use crate::read::keys;
use crate::read::node::{Node, Section};
use crate::{Package, Plan};

/// The most packages, and the most plans.
const MOST: usize = 200;

/// How a file says that a package's price is by quote.
const BY_QUOTE: &str = "by quote";

/// The codes of the plans, for what refers to them; the plans themselves may be wrong.
pub(crate) fn plan_codes<'a>(root: &Section<'a>) -> Vec<&'a str> {
    codes(root, "plans")
}

fn codes<'a>(root: &Section<'a>, key: &str) -> Vec<&'a str> {
    let table = root.get(key).filter(|node| matches!(node.value, DeValue::Table(_)));
    let entries = table.and_then(|node| node.entries("")).unwrap_or_default();
    entries.into_iter().map(|(code, ..)| code).collect()
}

pub(crate) fn packages(root: &Section<'_>, units: &[Unit]) -> Option<Vec<Package>> {
    offers(root, "packages", |code, node| package(code, node, units))
}

pub(crate) fn plans(root: &Section<'_>, units: &[Unit]) -> Option<Vec<Plan>> {
    let packages = codes(root, "packages");
    offers(root, "plans", |code, node| {
        if packages.contains(&code) {
            let help = "an offer is called by its code alone, so a plan and a package can't share one";
            node.problem(format!("there is a package {code:?}"), help);
        }
        plan(code, node, units)
    })
}

fn offers<T>(root: &Section<'_>, key: &str, read: impl Fn(&str, &Node<'_>) -> Option<T>) -> Option<Vec<T>> {
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

fn package(code: &str, node: &Node<'_>, units: &[Unit]) -> Option<Package> {
    let section = node.section(&keys::PACKAGE)?;
    let name = section.optional("name", Node::text);
    let unit = unit(&section, units)?;
    let scale = units.get(usize::from(unit))?;
    let help = "say what it costs, such as price = \"29 USD\", or price = \"by quote\"";
    let price = section.need("price", help).and_then(|node| match node.value {
        DeValue::String(text) if text == BY_QUOTE => Some(None),
        _ => node.money().map(Some),
    });
    let life = section.optional("life", Node::period);
    let renew_every = section.optional("renew_every", Node::period);
    let price: Option<Money> = price?;
    let (key, stranger, help) = match price {
        Some(_) => ("credits", "minimum", "only a package by quote has a minimum; say credits = 100"),
        None => ("minimum", "credits", "a package by quote has no fixed number; say minimum = 1000"),
    };
    if let Some(stranger) = section.get(stranger) {
        stranger.problem("this has no meaning here", help);
    }
    if let (None, Some(node)) = (price, section.get("renew_every")) {
        node.problem("a package by quote can't renew itself", "remove it, or give the package a price");
    }
    let help = "say how many credits, such as credits = 100; by quote, the least, such as minimum = 1000";
    let credits = section.need(key, help).and_then(|node| node.some_credits(scale));
    Some(Package {
        code: code.to_owned(),
        name: name?.unwrap_or_else(|| humanised(code)),
        unit,
        credits: credits?,
        price,
        life: life?,
        renew_every: renew_every?,
    })
}

fn plan(code: &str, node: &Node<'_>, units: &[Unit]) -> Option<Plan> {
    let section = node.section(&keys::PLAN)?;
    let name = section.optional("name", Node::text);
    let unit = unit(&section, units)?;
    let help = "say how many credits a period brings, such as credits = 200";
    let credits =
        section.need("credits", help).and_then(|node| node.some_credits(units.get(usize::from(unit))?));
    let price = price(&section);
    let period = section.need("period", "say how long a period is, such as period = \"1 month\"");
    let period = period.and_then(|node| node.period());
    Some(Plan {
        code: code.to_owned(),
        name: name?.unwrap_or_else(|| humanised(code)),
        unit,
        credits: credits?,
        price: price?,
        period: period?,
    })
}

/// The price of a plan, or `free = true`.
#[expect(clippy::option_option, reason = "every reader says with the outer one whether it could read")]
fn price(section: &Section<'_>) -> Option<Option<Money>> {
    match (section.get("price"), section.get("free")) {
        (Some(_), Some(free)) => {
            free.problem("there is a price as well", "keep one of price and free");
            None
        }
        (Some(price), None) => price.money().map(Some),
        (None, Some(free)) if free.boolean()? => Some(None),
        (None, Some(free)) => {
            free.problem("what is not free has a price", "say price = \"7 USD\", or free = true");
            None
        }
        (None, None) => {
            let help = "say what a period costs, such as price = \"7 USD\", or free = true";
            section.problem_at("price", "this is missing", help);
            None
        }
    }
}
