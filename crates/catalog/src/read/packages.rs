use money::{Amount, Unit};
use toml::de::DeValue;

use crate::read::actions::{Context, humanised, unit};
use crate::read::keys;
use crate::read::node::{Node, Section};
use crate::read::offers::{min_and_max, offers};
use crate::read::tiers::tiers;
use crate::{Ask, Gate, NoSale, Package, Pricing, QuantityRule};

/// How a file says that a package's price is by quote.
const BY_QUOTE: &str = "by quote";

/// The keys of a package whose number of credits the customer chooses.
const BY_NUMBER: [&str; 6] = ["minimum", "maximum", "step", "per", "tiers", "graduated"];

/// What makes the number of a package's credits.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// The file: `credits`.
    Fixed,
    /// The customer: `minimum` and `maximum`.
    Chosen,
    /// The operator: `price = "by quote"`.
    Quote,
}

pub(crate) fn packages(root: &Section<'_>, context: &Context<'_>) -> Option<Vec<Package>> {
    offers(root, "packages", |code, node| package(code, node, context))
}

fn package(code: &str, node: &Node<'_>, context: &Context<'_>) -> Option<Package> {
    let section = node.section(&keys::PACKAGE)?;
    let name = section.optional("name", Node::text);
    let place = unit(&section, context.units)?;
    let unit = context.units.get(usize::from(place))?;
    let way = way(&section);
    strangers(&section, way);
    let price = match way {
        Way::Fixed => fixed_price(&section),
        Way::Chosen => tiers(&section, unit).map(Pricing::Tiers),
        Way::Quote => Some(Pricing::ByQuote),
    };
    let (key, help) = match way {
        Way::Chosen => ("minimum", "say the least that an order can have, such as minimum = 100"),
        Way::Fixed | Way::Quote => (
            if way == Way::Fixed { "credits" } else { "minimum" },
            "say how many credits, such as credits = 100; by quote, the least, such as minimum = 1000",
        ),
    };
    let credits = section.need(key, help).and_then(|node| node.some_credits(unit));
    let (bonus, bonus_life) = (bonus(&section, unit), section.optional("bonus_life", Node::period));
    let life = section.optional("life", Node::period);
    let renew_every = section.optional("renew_every", Node::period);
    let quantity = if way == Way::Fixed { quantity(&section) } else { Some(QuantityRule::ONE) };
    let gate = gate(&section, unit, &context.plans);
    let package = Package {
        code: code.to_owned(),
        name: name?.unwrap_or_else(|| humanised(code)),
        unit: place,
        credits: credits?,
        bonus: bonus?,
        bonus_life: bonus_life?,
        price: price?,
        life: life?,
        renew_every: renew_every?,
        quantity: quantity?,
        gate: gate?,
    };
    can_be_sold(&section, &package, unit);
    Some(package)
}

fn way(section: &Section<'_>) -> Way {
    let by_quote = |node: Node<'_>| matches!(node.value, DeValue::String(text) if text == BY_QUOTE);
    if section.get("price").is_some_and(by_quote) {
        Way::Quote
    } else if !section.is_meant("credits") && BY_NUMBER.iter().any(|key| section.is_meant(key)) {
        Way::Chosen
    } else {
        Way::Fixed
    }
}

/// Keys that say nothing of a package that is sold in this way.
fn strangers(section: &Section<'_>, way: Way) {
    let refuse = |keys: &[&str], help: &str| {
        for node in keys.iter().filter_map(|key| section.get(key)) {
            node.problem("this has no meaning here", help);
        }
    };
    let per_package = ["bonus", "bonus_life", "quantity"];
    match way {
        Way::Fixed => {
            refuse(
                &BY_NUMBER,
                "it is for a package whose number the customer chooses; remove it, or credits",
            );
        }
        Way::Chosen => refuse(&per_package, "it is for a package with a fixed number of credits; remove it"),
        Way::Quote => {
            refuse(&["credits"], "a package by quote has no fixed number; say minimum = 1000");
            refuse(&["maximum", "step", "per", "tiers", "graduated"], "the quote says it; remove it");
            refuse(&per_package, "it is for a package with a fixed number of credits; remove it");
            if let Some(node) = section.get("renew_every") {
                node.problem(
                    "a package by quote can't renew itself",
                    "remove it, or give the package a price",
                );
            }
        }
    }
}

fn fixed_price(section: &Section<'_>) -> Option<Pricing> {
    let help = "say what it costs, such as price = \"29 USD\", or price = \"by quote\"";
    section.need("price", help)?.money().map(Pricing::Fixed)
}

fn bonus(section: &Section<'_>, unit: &Unit) -> Option<Amount> {
    let bonus = section.optional("bonus", |node| node.credits(unit))?.unwrap_or_default();
    if let (true, Some(node)) = (bonus.is_zero(), section.get("bonus_life")) {
        node.problem("there is no bonus", "say how much, such as bonus = 50, or remove it");
    }
    Some(bonus)
}

fn quantity(section: &Section<'_>) -> Option<QuantityRule> {
    let usual = QuantityRule::USUAL;
    let read = section.optional("quantity", |node| min_and_max(node, &keys::QUANTITY, Some(usual.max)))?;
    Some(read.map_or(usual, |(min, max)| QuantityRule { min, max }))
}

fn gate(section: &Section<'_>, unit: &Unit, known: &[&str]) -> Option<Gate> {
    let plans = section.optional("requires_plan", |node| {
        let items = node.items("a list of codes of plans, such as [\"plus\", \"pro\"]")?;
        if items.is_empty() {
            node.problem("there are no plans in it, so nobody could buy", "name them, or remove it");
        }
        let mut plans: Vec<String> = Vec::new();
        let mut failed = false;
        for item in &items {
            match item.reference("plan", known).and_then(|index| known.get(index)) {
                Some(code) if plans.iter().any(|other| other == code) => {
                    item.problem(format!("{code:?} is there twice"), "remove it");
                }
                Some(code) => plans.push((*code).to_owned()),
                None => failed = true,
            }
        }
        if failed { None } else { Some(plans) }
    });
    let balance_ceiling = section.optional("balance_ceiling", |node| node.some_credits(unit));
    Some(Gate { plans: plans?, balance_ceiling: balance_ceiling? })
}

/// The least that an order can have is not above the ceiling, and the most not above what an order can be.
fn can_be_sold(section: &Section<'_>, package: &Package, unit: &Unit) {
    if let (Some(ceiling), Some(node)) = (package.gate.balance_ceiling, section.get("balance_ceiling")) {
        let least = package.credits.checked_mul(package.quantity.min).unwrap_or(Amount::MAX);
        if ceiling < least {
            let least = unit.format(least);
            node.problem(
                "nobody could buy it",
                format!("the least order has {least}, so it must be that or more"),
            );
        }
    }
    if let Some(node) = section.get("quantity") {
        let max = package.quantity.max;
        if package.sale(Ask::Packages(max)) == Err(NoSale::OutOfRange) {
            let help =
                format!("lower max: an order has {} smallest parts of credits or money at most", Amount::MAX);
            node.problem(format!("{max} of them are more than an order can be"), help);
        }
    }
}
