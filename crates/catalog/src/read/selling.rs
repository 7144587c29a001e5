//! The rules of selling.

use moment::Period;
use money::{Currency, Money};

use crate::read::keys;
use crate::read::node::{Node, Section};
use crate::read::offers::period_or_none;
use crate::{ChangeAt, ChangeRule, OrderRule, Package, Pricing, RenewalRule, TopUpRule};

/// The most times that a payment is tried again.
const MOST_RETRIES: usize = 20;

/// The most declined payments before a pause.
const MOST_DECLINES: i64 = 100;

pub(crate) fn renewal(root: &Section<'_>) -> Option<RenewalRule> {
    let usual = RenewalRule::usual();
    let Some(node) = root.get("renewal") else {
        return Some(usual);
    };
    let section = node.section(&keys::RENEWAL)?;
    let retry_after = section.optional("retry_after", retries);
    let notice_before = section.optional("notice_before", period_or_none);
    Some(RenewalRule {
        retry_after: retry_after?.unwrap_or(usual.retry_after),
        notice_before: notice_before?.unwrap_or(usual.notice_before),
    })
}

/// Exact periods, each longer than the one before. Who means the time between two tries is told, by what is not longer.
fn retries(node: &Node<'_>) -> Option<Vec<Period>> {
    let items = node.items("a list of periods, such as [\"1 day\", \"3 days\"]")?;
    if items.len() > MOST_RETRIES {
        node.problem("there are too many retries", format!("there may be {MOST_RETRIES}"));
        return None;
    }
    let read: Vec<Option<(Period, i64)>> = items.iter().map(Node::exact_period).collect();
    let read: Vec<(Period, i64)> = read.into_iter().collect::<Option<_>>()?;
    for ((pair, item), before) in read.iter().skip(1).zip(items.iter().skip(1)).zip(&read) {
        if pair.1 <= before.1 {
            let message = format!("{} is not after {}", pair.0, before.0);
            item.problem(
                message,
                "each is counted from the boundary, so each must be longer than the one before",
            );
            return None;
        }
    }
    Some(read.into_iter().map(|(period, _)| period).collect())
}

pub(crate) fn changes(root: &Section<'_>) -> Option<ChangeRule> {
    let usual = ChangeRule::USUAL;
    let Some(node) = root.get("changes") else {
        return Some(usual);
    };
    let section = node.section(&keys::CHANGES)?;
    let at = |node: &Node<'_>| {
        let index = node.choice(&ChangeAt::ALL.map(ChangeAt::code))?;
        ChangeAt::ALL.get(index).copied()
    };
    let (up, down) = (section.optional("up", at), section.optional("down", at));
    Some(ChangeRule { up: up?.unwrap_or(usual.up), down: down?.unwrap_or(usual.down) })
}

pub(crate) fn top_up(root: &Section<'_>, packages: Option<&[Package]>) -> Option<TopUpRule> {
    let usual = TopUpRule::USUAL;
    let Some(node) = root.get("top_up") else {
        return Some(usual);
    };
    let section = node.section(&keys::TOP_UP)?;
    let declines = section.optional("declines", |node| u8::try_from(node.whole(1, MOST_DECLINES)?).ok());
    let cap = section.optional("monthly_cap", |node| {
        let cap = node.money_or("leave it out where there is no cap")?;
        is_asked_for(node, cap, packages.unwrap_or_default()).then_some(cap)
    });
    Some(TopUpRule { declines: declines?.unwrap_or(usual.declines), monthly_cap: cap? })
}

/// A cap in a currency in which nothing is sold would never hold.
fn is_asked_for(node: &Node<'_>, cap: Money, packages: &[Package]) -> bool {
    let mut currencies: Vec<Currency> = packages.iter().filter_map(currency).collect();
    let found = currencies.is_empty() || currencies.contains(&cap.currency);
    if !found {
        currencies.sort_unstable();
        currencies.dedup();
        let sold: Vec<&str> = currencies.iter().map(Currency::code).collect();
        let help = format!("packages are sold in {}", sold.join(", "));
        node.problem(format!("no package is sold in {}", cap.currency), help);
    }
    found
}

fn currency(package: &Package) -> Option<Currency> {
    match &package.price {
        Pricing::Fixed(price) => Some(price.currency),
        Pricing::Tiers(tiers) => tiers.tiers.first().map(|tier| tier.price.currency),
        Pricing::ByQuote => None,
    }
}

pub(crate) fn orders(root: &Section<'_>) -> Option<OrderRule> {
    let usual = OrderRule::USUAL;
    let Some(node) = root.get("orders") else {
        return Some(usual);
    };
    let section = node.section(&keys::ORDERS)?;
    let exact = |node: &Node<'_>| node.exact_period().map(|(period, _)| period);
    let unpaid_for = section.optional("unpaid_for", exact);
    let quote_for = section.optional("quote_for", exact);
    let expiry_notice = section.optional("expiry_notice", period_or_none);
    Some(OrderRule {
        unpaid_for: unpaid_for?.unwrap_or(usual.unpaid_for),
        quote_for: quote_for?.unwrap_or(usual.quote_for),
        expiry_notice: expiry_notice?.unwrap_or(usual.expiry_notice),
    })
}
