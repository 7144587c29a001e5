use moment::Period;
use money::{Amount, Money, Unit};
use toml::de::DeValue;

use crate::read::actions::{humanised, unit};
use crate::read::keys;
use crate::read::node::{Node, Section};
use crate::read::offers::{codes, min_and_max, offers};
use crate::{Plan, Rollover, RolloverCap, Seats, Trial};

/// The most periods that are billed at once.
const MOST_BILLED: i64 = 1_000;

/// The most times that credits roll over, and the most allotments that do.
const MOST_TIMES: i64 = 1_000;

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

fn plan(code: &str, node: &Node<'_>, units: &[Unit]) -> Option<Plan> {
    let section = node.section(&keys::PLAN)?;
    let name = section.optional("name", Node::text);
    let place = unit(&section, units)?;
    let unit = units.get(usize::from(place))?;
    let help = "say how many credits a period brings, such as credits = 200";
    let credits = section.need("credits", help).and_then(|node| node.some_credits(unit));
    let price = price(&section);
    let period = section.need("period", "say how long a period is, such as period = \"1 month\"");
    let period = period.and_then(|node| node.period());
    let billed = billed(&section, period);
    let seats = section
        .optional("seats", |node| min_and_max(node, &keys::SEATS, None).map(|(min, max)| Seats { min, max }));
    let trial = section.optional("trial", |node| trial(node, unit));
    let rollover = section.optional("rollover", |node| rollover(node, unit));
    if section.get("free").is_some() && price == Some(None) {
        let help = "remove it, or give the plan a price";
        for node in ["billed", "trial"].iter().filter_map(|key| section.get(key)) {
            node.problem("the plan is free", help);
        }
    }
    Some(Plan {
        code: code.to_owned(),
        name: name?.unwrap_or_else(|| humanised(code)),
        unit: place,
        credits: credits?,
        price: price?,
        period: period?,
        periods_billed: billed?,
        seats: seats?,
        trial: trial?,
        rollover: rollover?.unwrap_or(Rollover::NOTHING),
    })
    .filter(|plan| fits(&section, plan))
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

/// How many periods are billed at once: `billed = "1 year"` of months is 12.
fn billed(section: &Section<'_>, period: Option<Period>) -> Option<u32> {
    let Some(node) = section.get("billed") else {
        return Some(1);
    };
    let billed = node.period()?;
    let period = period?;
    let (long, short) = match (billed, period) {
        (Period::Exact(long), Period::Exact(short)) => (long, short),
        (Period::Months(long), Period::Months(short)) => (i64::from(long), i64::from(short)),
        _ => {
            let help = "say both in months and years, or both in days";
            node.problem(format!("{billed} is no fixed number of periods of {period}"), help);
            return None;
        }
    };
    let times = long.checked_div(short).filter(|times| times.checked_mul(short) == Some(long) && *times > 0);
    let Some(times) = times else {
        let help = "what is billed at once must be a whole number of periods";
        node.problem(format!("{billed} is no whole number of periods of {period}"), help);
        return None;
    };
    if times > MOST_BILLED {
        let help = format!("there may be {MOST_BILLED}");
        node.problem(format!("{times} periods would be billed at once"), help);
        return None;
    }
    u32::try_from(times).ok()
}

/// `{ for = "14 days", credits = 50 }`.
fn trial(node: &Node<'_>, unit: &Unit) -> Option<Trial> {
    let section = node.section(&keys::TRIAL)?;
    let length = section.need("for", "say how long it is, such as for = \"14 days\"");
    let length = length.and_then(|node| node.period());
    let credits = section.need("credits", "say how many credits it has, such as credits = 50");
    let credits = credits.and_then(|node| node.some_credits(unit));
    Some(Trial { length: length?, credits: credits? })
}

/// `"all"`, or a table that says how much.
fn rollover(node: &Node<'_>, unit: &Unit) -> Option<Rollover> {
    if let DeValue::String(_) = node.value {
        let cap = [RolloverCap::Nothing, RolloverCap::All].get(node.choice(&["nothing", "all"])?).copied()?;
        return Some(Rollover { cap, ..Rollover::NOTHING });
    }
    let DeValue::Table(_) = node.value else {
        node.wrong_kind("\"all\", or a table that says how much, such as { cap = 500 }");
        return None;
    };
    let section = node.section(&keys::ROLLOVER)?;
    let cap = cap(&section, unit);
    let life = section.optional("life", Node::period);
    let times = section.optional("times", times);
    Some(Rollover { cap: cap?, life: life?, times: times?.unwrap_or(1) })
}

/// The one of `cap`, `share` and `multiple` that is there.
fn cap(section: &Section<'_>, unit: &Unit) -> Option<RolloverCap> {
    let ways = ["cap", "share", "multiple"];
    let present: Vec<&str> = ways.into_iter().filter(|way| section.get(way).is_some()).collect();
    match present.as_slice() {
        [] => {
            let help = "say how much rolls over: cap = 500, cap = \"all\", share = \"50%\" or multiple = 2";
            if !ways.iter().any(|way| section.is_meant(way)) {
                section.problem_at("cap", "this is missing", help);
            }
            None
        }
        ["share"] => share(&section.get("share")?),
        ["multiple"] => times(&section.get("multiple")?).map(|times| RolloverCap::Multiple { times }),
        [_, second, ..] => {
            let message = format!("there is {} as well", present.first().unwrap_or(&""));
            section.get(second)?.problem(message, "only one of cap, share, multiple may be there");
            None
        }
        [_] => {
            let node = section.get("cap")?;
            match node.value {
                DeValue::String(text) if text == "all" => Some(RolloverCap::All),
                _ => node.some_credits(unit).map(RolloverCap::Amount),
            }
        }
    }
}

/// `"50%"`.
fn share(node: &Node<'_>) -> Option<RolloverCap> {
    const NEEDED: &str = "whole percent in quotes, from \"1%\" to \"100%\"";
    let DeValue::String(text) = node.value else {
        node.wrong_kind(NEEDED);
        return None;
    };
    let digits = text.strip_suffix('%').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let percent =
        digits.and_then(|digits| digits.parse::<u8>().ok()).filter(|percent| (1..=100).contains(percent));
    if percent.is_none() {
        let shown: String = text.chars().take(80).collect();
        node.problem(format!("{shown:?} is no share"), format!("it must be {NEEDED}"));
    }
    percent.map(|percent| RolloverCap::Share { percent })
}

fn times(node: &Node<'_>) -> Option<u16> {
    u16::try_from(node.whole(1, MOST_TIMES)?).ok()
}

/// The allotment, the price and what rolls over are amounts for as many seats as there can be.
fn fits(section: &Section<'_>, plan: &Plan) -> bool {
    let seats = plan.seats.map_or(1, |seats| seats.max);
    let most = Amount::MAX;
    if plan.allotment(seats).is_none() || plan.price.is_some() && plan.charge(seats).is_none() {
        if let Some(node) = section.get("seats") {
            let help = format!("credits and price may be {most} smallest parts at most; lower max");
            node.problem(format!("{seats} seats are more than a plan can have"), help);
        }
        return false;
    }
    true
}
