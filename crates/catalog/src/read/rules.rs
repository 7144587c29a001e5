use std::collections::BTreeSet;

use moment::Period;
use money::{Amount, Unit};
use toml::de::DeValue;

use crate::read::actions::unit;
use crate::read::keys;
use crate::read::node::{Node, Section};
use crate::{AlertRule, CLASS_CODES, ClassRule, HoldRule, LateReturn, OverdraftRule, SessionRule, Starter};

/// The longest deadline of a hold, in milliseconds: 7 days.
const LONGEST_HOLD: i64 = 7 * 24 * 3_600 * 1_000;

/// The most thresholds of a unit, and the most warnings.
const MOST: usize = 20;

pub(crate) fn classes(root: &Section<'_>) -> Option<[ClassRule; CLASS_CODES.len()]> {
    let mut classes = [ClassRule::default(); CLASS_CODES.len()];
    let Some(node) = root.get("classes") else {
        return Some(classes);
    };
    for (code, at, entry) in node.entries("tables of classes, such as [classes.plan]")? {
        let Some(rule) =
            CLASS_CODES.iter().position(|class| *class == code).and_then(|index| classes.get_mut(index))
        else {
            let help = crate::suggest::hint(code, CLASS_CODES);
            entry.document.problem(at, &entry.path, "there is no such class".to_owned(), help);
            continue;
        };
        let section = entry.section(&keys::CLASS)?;
        let priority = section.optional("priority", |node| node.whole(-1_000, 1_000));
        let life = section.optional("life", Node::period);
        *rule = ClassRule { priority: i16::try_from(priority?.unwrap_or(0)).unwrap_or(0), life: life? };
    }
    Some(classes)
}

/// One table, or a list of them: one for a unit.
pub(crate) fn starter(root: &Section<'_>, units: &[Unit]) -> Option<Vec<Starter>> {
    let Some(node) = root.get("starter") else {
        return Some(Vec::new());
    };
    let items = match node.value {
        DeValue::Array(_) => node.items("")?,
        _ => vec![node],
    };
    let mut starters: Vec<Starter> = Vec::new();
    for item in &items {
        let section = item.section(&keys::STARTER)?;
        let unit = unit(&section, units)?;
        let help = "say how many credits a new account gets, such as credits = 50";
        let credits =
            section.need("credits", help).and_then(|node| node.some_credits(units.get(usize::from(unit))?));
        let life = section.optional("life", Node::period);
        if starters.iter().any(|starter| starter.unit == unit) {
            item.problem("the unit has a starter grant already", "add them up, or name another unit");
        }
        starters.push(Starter { unit, credits: credits?, life: life? });
    }
    Some(starters)
}

pub(crate) fn overdraft(root: &Section<'_>, units: &[Unit]) -> Option<OverdraftRule> {
    let usual = OverdraftRule::usual();
    let Some(node) = root.get("overdraft") else {
        return Some(usual);
    };
    let section = node.section(&keys::OVERDRAFT)?;
    let grace = section.optional("grace", Node::exact_period);
    let limit = section.optional("limit", |node| {
        let first = units.first()?;
        if units.iter().any(|unit| unit.scale != first.scale) {
            node.problem("the units differ in scale, so a limit for all has no meaning", "remove it");
            return None;
        }
        node.credits(first)
    });
    let grace = grace?.unwrap_or((usual.grace, usual.grace.exact_millis().unwrap_or(0)));
    let warn_before = section.optional("warn_before", |node| {
        let items = node.items("a list of periods, such as [\"3 days\", \"1 day\"]")?;
        if items.len() > MOST {
            node.problem("there are too many warnings", format!("there may be {MOST}"));
            return None;
        }
        let read: Vec<Option<(Period, i64)>> = items.iter().map(|item| warning(item, grace)).collect();
        let mut read: Vec<(Period, i64)> = read.into_iter().collect::<Option<_>>()?;
        read.sort_by_key(|(_, millis)| std::cmp::Reverse(*millis));
        read.dedup();
        Some(read.into_iter().map(|(period, _)| period).collect())
    });
    // A grace shorter than a usual warning has only those that fall within it.
    let usual_warnings =
        || usual.warn_before.iter().copied().filter(|period| period.exact_millis() < Some(grace.1));
    let warn_before = warn_before?.unwrap_or_else(|| usual_warnings().collect());
    Some(OverdraftRule { grace: grace.0, limit: limit?, warn_before })
}

fn warning(node: &Node<'_>, (grace, grace_millis): (Period, i64)) -> Option<(Period, i64)> {
    let (period, millis) = node.exact_period()?;
    if millis >= grace_millis {
        node.problem(format!("the grace is only {grace}"), format!("it must be shorter than {grace}"));
        return None;
    }
    Some((period, millis))
}

pub(crate) fn sessions(root: &Section<'_>) -> Option<SessionRule> {
    let Some(node) = root.get("sessions") else {
        return Some(SessionRule::USUAL);
    };
    let section = node.section(&keys::SESSIONS)?;
    let usual = SessionRule::USUAL;
    let (idle, max) = pair(&section, ["idle", "max"], [usual.idle, usual.max], i64::MAX)?;
    Some(SessionRule { idle, max })
}

pub(crate) fn holds(root: &Section<'_>) -> Option<HoldRule> {
    let Some(node) = root.get("holds") else {
        return Some(HoldRule::USUAL);
    };
    let section = node.section(&keys::HOLDS)?;
    let usual = HoldRule::USUAL;
    let (deadline, max_deadline) =
        pair(&section, ["deadline", "max_deadline"], [usual.deadline, usual.max_deadline], LONGEST_HOLD)?;
    Some(HoldRule { deadline, max_deadline })
}

/// Two exact periods, the first not above the second, the second not above a bound.
fn pair(section: &Section<'_>, keys: [&str; 2], usual: [Period; 2], most: i64) -> Option<(Period, Period)> {
    let [short, long] = keys.map(|key| section.optional(key, Node::exact_period));
    let [usual_short, usual_long] = usual.map(|period| (period, period.exact_millis().unwrap_or(0)));
    let (short, long) = (short?, long?);
    let (short_read, long_read) = (short.unwrap_or(usual_short), long.unwrap_or(usual_long));
    let place = |key: &str| section.get(key);
    if long_read.1 > most {
        if let Some(node) = keys.last().and_then(|key| place(key)) {
            node.problem(format!("{} is too long", long_read.0), "it must be 7 days at most");
        }
        return None;
    }
    if short_read.1 > long_read.1 {
        let [short_key, long_key] = keys;
        let node = place(short_key).or_else(|| place(long_key))?;
        node.problem(
            format!("{short_key} is {} and {long_key} is {}", short_read.0, long_read.0),
            format!("{short_key} must not be longer than {long_key}"),
        );
        return None;
    }
    Some((short_read.0, long_read.0))
}

/// The thresholds by the code of their unit.
pub(crate) fn alerts(root: &Section<'_>, units: &[Unit]) -> Option<Vec<AlertRule>> {
    let mut alerts = vec![AlertRule::default(); units.len()];
    let Some(node) = root.get("alerts") else {
        return Some(alerts);
    };
    let codes: Vec<&str> = units.iter().map(|unit| unit.code.as_str()).collect();
    let mut failed = false;
    for (code, at, entry) in node.entries("thresholds by unit, such as credit = [20]")? {
        let found = units.iter().zip(&mut alerts).find(|(unit, _)| unit.code == code);
        let Some((unit, rule)) = found else {
            let help = crate::suggest::hint(code, codes.iter().copied());
            entry.document.problem(at, &entry.path, format!("there is no unit {code:?}"), help);
            continue;
        };
        let Some(thresholds) = entry.list_of_credits(unit, MOST) else {
            failed = true;
            continue;
        };
        let ordered: BTreeSet<Amount> = thresholds.into_iter().collect();
        rule.thresholds = ordered.into_iter().rev().collect();
    }
    if failed { None } else { Some(alerts) }
}

/// `"reissue"`, `"expire"`, or `{ reissue = "14 days" }`.
pub(crate) fn late_return(root: &Section<'_>) -> Option<LateReturn> {
    let Some(node) = root.get("late_return") else {
        return Some(LateReturn::USUAL);
    };
    if let DeValue::Table(_) = node.value {
        let section = node.section(&keys::LATE_RETURN)?;
        let help = "say how long the credits last, such as { reissue = \"7 days\" }";
        return Some(LateReturn::Reissue { life: section.need("reissue", help)?.period()? });
    }
    match node.choice(&["reissue", "expire"])? {
        0 => Some(LateReturn::USUAL),
        _ => Some(LateReturn::Expire),
    }
}
