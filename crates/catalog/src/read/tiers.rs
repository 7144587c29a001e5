//! Prices for a number of credits that the customer chooses.

use money::{Amount, Money, Unit};

use crate::read::keys;
use crate::read::node::{Node, Section};
use crate::{Tier, Tiers};

/// The most tiers.
const MOST: usize = 100;

pub(crate) fn tiers(section: &Section<'_>, unit: &Unit) -> Option<Tiers> {
    let one = Amount(unit.scale.parts());
    let amount = |key: &str| section.optional(key, |node| node.some_credits(unit));
    let (minimum, per, step) = (amount("minimum"), amount("per"), amount("step"));
    let help = "say how many credits one order can have at most, such as maximum = 100_000";
    let maximum = section.need("maximum", help).and_then(|node| node.some_credits(unit));
    let graduated = section.optional("graduated", Node::boolean);
    let prices = prices(section, unit);
    let graduated = graduated?.unwrap_or(false);
    if let (true, None, Some(node)) = (graduated, section.get("tiers"), section.get("graduated")) {
        node.problem("there are no tiers", "remove it, or say tiers = [{ from = 100, price = \"20 USD\" }]");
    }
    let (per, step, maximum) = (per?.unwrap_or(one), step?.unwrap_or(one), maximum?);
    let minimum = minimum??;
    in_range(section, unit, [minimum, maximum], step)?;
    let tiers = match prices? {
        Prices::One(price) => vec![Tier { from: minimum, price }],
        Prices::Tiers(tiers) => in_order(section, unit, tiers, [minimum, maximum])?,
    };
    let tiers = Tiers { per, tiers, graduated, maximum, step };
    are_prices(section, unit, &tiers)?;
    Some(tiers)
}

enum Prices {
    One(Money),
    Tiers(Vec<Tier>),
}

/// The one of `price` and `tiers` that is there.
fn prices(section: &Section<'_>, unit: &Unit) -> Option<Prices> {
    match (section.get("price"), section.get("tiers")) {
        (Some(_), Some(tiers)) => {
            tiers.problem("there is a price as well", "keep one of price and tiers");
            None
        }
        (Some(price), None) => price.money().map(Prices::One),
        (None, Some(node)) => {
            let items = node.items("a list of tiers, such as [{ from = 100, price = \"20 USD\" }]")?;
            if items.is_empty() || items.len() > MOST {
                node.problem(format!("{} tiers", items.len()), format!("there are 1 to {MOST}"));
                return None;
            }
            let read: Vec<Option<Tier>> = items.iter().map(|item| tier(item, unit)).collect();
            read.into_iter().collect::<Option<_>>().map(Prices::Tiers)
        }
        (None, None) => {
            let help = "say what the credits cost, such as per = 100 with price = \"20 USD\", or tiers";
            section.problem_at("price", "this is missing", help);
            None
        }
    }
}

fn tier(node: &Node<'_>, unit: &Unit) -> Option<Tier> {
    let section = node.section(&keys::TIER)?;
    let help = "say from how many credits on the price holds, such as from = 100";
    let from = section.need("from", help).and_then(|node| node.some_credits(unit));
    let price = section.need("price", "say what the credits cost, such as price = \"20 USD\"");
    let price = price.and_then(|node| node.money());
    Some(Tier { from: from?, price: price? })
}

/// The least and the most are a whole number of steps, and the least is not above the most.
fn in_range(section: &Section<'_>, unit: &Unit, [minimum, maximum]: [Amount; 2], step: Amount) -> Option<()> {
    let step_shown = unit.format(step);
    for (key, amount) in [("minimum", minimum), ("maximum", maximum)] {
        if amount.0.checked_rem(step.0) != Some(0) {
            let message = format!("this is no whole number of steps, which are {step_shown}");
            section.get(key)?.problem(message, "make it a multiple of step, or say another step");
            return None;
        }
    }
    if minimum > maximum {
        let message = format!("minimum is {} and maximum is {}", unit.format(minimum), unit.format(maximum));
        section.get("maximum")?.problem(message, "maximum must not be below minimum");
        return None;
    }
    Some(())
}

/// The tiers begin at the least, ascend, can be reached, and are of one currency.
fn in_order(
    section: &Section<'_>,
    unit: &Unit,
    tiers: Vec<Tier>,
    [minimum, maximum]: [Amount; 2],
) -> Option<Vec<Tier>> {
    let items = section.get("tiers")?.items("")?;
    let first = *tiers.first()?;
    let mut before = None;
    let mut fine = true;
    for (tier, node) in tiers.iter().zip(&items) {
        let shown = |amount: Amount| unit.format(amount);
        let wrong = if before.is_none() && tier.from != minimum {
            let message =
                format!("the first tier begins at {}, and minimum is {}", shown(tier.from), shown(minimum));
            Some((message, "the first tier's from must be the minimum".to_owned()))
        } else if let Some(before) = before.filter(|before| tier.from <= *before) {
            let message =
                format!("the tier begins at {}, and the one before at {}", shown(tier.from), shown(before));
            Some((message, "tiers must ascend by from".to_owned()))
        } else if tier.from > maximum {
            let message =
                format!("the tier begins at {}, and maximum is {}", shown(tier.from), shown(maximum));
            Some((message, "remove it, or raise maximum".to_owned()))
        } else if tier.price.currency != first.price.currency {
            let message = format!("{} and {} in one package", first.price.currency, tier.price.currency);
            Some((message, "its tiers must have one currency".to_owned()))
        } else {
            None
        };
        if let Some((message, help)) = wrong {
            node.problem(message, help);
            fine = false;
        }
        before = Some(tier.from);
    }
    fine.then_some(tiers)
}

/// What can be ordered has a price, which is not rounded to nothing.
fn are_prices(section: &Section<'_>, unit: &Unit, tiers: &Tiers) -> Option<()> {
    let key = if section.get("tiers").is_some() { "tiers" } else { "price" };
    let starts = tiers.tiers.iter().map(|tier| tier.from);
    for credits in starts.chain([tiers.maximum]) {
        let shown = unit.format(credits);
        match tiers.price(credits) {
            Some(price) if price.amount > 0 => {}
            Some(_) => {
                let message = format!("{shown} would cost nothing, once the price is rounded");
                section.get(key)?.problem(message, "raise the price, or the least that can be ordered");
                return None;
            }
            None => {
                let message = format!("{shown} would cost more than a price can be");
                section.get(key)?.problem(message, "lower the price, or maximum");
                return None;
            }
        }
    }
    Some(())
}
