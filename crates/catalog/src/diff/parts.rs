//! The parts of a program, one after the other.

use moment::Period;
use money::{Amount, Unit};

use crate::diff::{ChangeKind, Changes};
use crate::{Action, CLASS_CODES, LateReturn, Price, Program};

pub(super) fn head(old: &Program, new: &Program, changes: &mut Changes) {
    if old.id != new.id {
        let text = format!("from {:?} to {:?}", old.id, new.id);
        changes.forbid(
            ChangeKind::Changed,
            "id",
            text,
            "keys and accounts belong to the program of the old id",
        );
    }
    changes.compare("name", Some(old.name.clone()), Some(new.name.clone()), "");
    for (key, old, new) in [
        ("brand.support_email", &old.brand.support_email, &new.brand.support_email),
        ("brand.support_url", &old.brand.support_url, &new.brand.support_url),
        ("brand.accent", &old.brand.accent, &new.brand.accent),
        ("brand.logo", &old.brand.logo, &new.brand.logo),
        ("brand.home", &old.brand.home, &new.brand.home),
    ] {
        changes.compare(key, old.clone(), new.clone(), "none");
    }
    let origins = |brand: &crate::Brand| Some(brand.origins.join(", ")).filter(|origins| !origins.is_empty());
    changes.compare("brand.origins", origins(&old.brand), origins(&new.brand), "none");
}

pub(super) fn units(old: &Program, new: &Program, changes: &mut Changes) {
    for (position, unit) in old.units.iter().enumerate() {
        let key = format!("units.{}", unit.code);
        let Some(index) = new.units.iter().position(|other| other.code == unit.code) else {
            changes.forbid(ChangeKind::Removed, key, "removed", "accounts may hold credits of it");
            continue;
        };
        if index != position {
            let text = format!("from place {} to place {}", position + 1, index + 1);
            changes.forbid(
                ChangeKind::Changed,
                &key,
                text,
                "the journal knows units by their place; add new ones behind",
            );
        }
        let Some(other) = new.units.get(index) else {
            continue;
        };
        if unit.scale != other.scale {
            let text = format!("from {} to {} decimals", unit.scale.decimals(), other.scale.decimals());
            let reason = "amounts in the journal are counted in the smallest part";
            changes.forbid(ChangeKind::Changed, format!("{key}.scale"), text, reason);
        }
        changes.compare(format!("{key}.name"), Some(unit.name.clone()), Some(other.name.clone()), "");
    }
    for unit in new.units.iter().filter(|unit| old.unit_index(&unit.code).is_none()) {
        changes.push(ChangeKind::Added, format!("units.{}", unit.code), format!("added: {}", unit.name));
    }
}

pub(super) fn actions(old: &Program, new: &Program, changes: &mut Changes) {
    let words = |action: &Action, is_old: bool| {
        let program = if is_old { old } else { new };
        format!("{}, {}", action.name, program.price_view(action).sentence)
    };
    for (one, other) in changes.pair("actions", &old.actions, &new.actions, |action| &action.code, words) {
        let key = format!("actions.{}", one.code);
        changes.compare(format!("{key}.name"), Some(one.name.clone()), Some(other.name.clone()), "");
        changes.compare(format!("{key}.unit"), unit_code(old, one.unit), unit_code(new, other.unit), "");
        price(one, other, (old, new), &key, changes);
        if attributes(one) != attributes(other) {
            changes.push(
                ChangeKind::Changed,
                format!("{key}.attributes"),
                "what a request may say is different",
            );
        }
        for (flag, was, is) in
            [("overdraft", one.may_overdraw, other.may_overdraw), ("session", one.session, other.session)]
        {
            changes.compare(format!("{key}.{flag}"), Some(was.to_string()), Some(is.to_string()), "");
        }
        let settle =
            |may_exceed: bool| Some(if may_exceed { "may_exceed" } else { "within_hold" }.to_owned());
        changes.compare(
            format!("{key}.settle"),
            settle(one.may_exceed_hold),
            settle(other.may_exceed_hold),
            "",
        );
    }
}

/// Prices are compared by their terms, and told by their sentences.
fn price(one: &Action, other: &Action, (old, new): (&Program, &Program), key: &str, changes: &mut Changes) {
    let same_scale = |place: u8| old.units.get(usize::from(place)).map(|unit| unit.scale);
    let scale = new.units.get(usize::from(other.unit)).map(|unit| unit.scale);
    if one.price == other.price && same_scale(one.unit) == scale {
        return;
    }
    let (was, is) = (old.price_view(one).sentence, new.price_view(other).sentence);
    let both_flat = matches!((&one.price, &other.price), (Price::Flat(_), Price::Flat(_)));
    let text =
        if was == is && !both_flat { format!("other terms: {is}") } else { format!("from {was} to {is}") };
    changes.push(ChangeKind::Changed, format!("{key}.price"), text);
}

fn attributes(action: &Action) -> Vec<(&str, String, Option<&crate::Attribute>)> {
    action.attributes.iter().map(|rule| (rule.name(), rule.expected(), rule.default())).collect()
}

pub(super) fn rules(old: &Program, new: &Program, changes: &mut Changes) {
    for ((code, was), is) in CLASS_CODES.iter().zip(&old.classes).zip(&new.classes) {
        let key = format!("classes.{code}");
        changes.compare(
            format!("{key}.priority"),
            Some(was.priority.to_string()),
            Some(is.priority.to_string()),
            "",
        );
        changes.compare(format!("{key}.life"), period(was.life), period(is.life), "never expiring");
    }
    let starter = |program: &Program| {
        let each = program.starter.iter().map(|one| {
            let life = one.life.map_or(String::new(), |life| format!(" for {life}"));
            format!("{}{life}", credits(program, one.unit, one.credits))
        });
        let each: Vec<String> = each.collect();
        (!each.is_empty()).then(|| each.join(" and "))
    };
    changes.compare("starter", starter(old), starter(new), "none");
    let (was, is) = (&old.overdraft, &new.overdraft);
    changes.compare("overdraft.grace", period(Some(was.grace)), period(Some(is.grace)), "");
    let limit = |program: &Program| program.overdraft.limit.map(|limit| credits(program, 0, limit));
    changes.compare("overdraft.limit", limit(old), limit(new), "no limit");
    changes.compare(
        "overdraft.warn_before",
        periods(&was.warn_before),
        periods(&is.warn_before),
        "no warning",
    );
    for (key, was, is) in [
        ("sessions.idle", old.sessions.idle, new.sessions.idle),
        ("sessions.max", old.sessions.max, new.sessions.max),
        ("holds.deadline", old.holds.deadline, new.holds.deadline),
        ("holds.max_deadline", old.holds.max_deadline, new.holds.max_deadline),
        ("quote_life", old.quote_life, new.quote_life),
    ] {
        changes.compare(key, period(Some(was)), period(Some(is)), "");
    }
    for unit in &new.units {
        let key = format!("alerts.{}", unit.code);
        changes.compare(key, thresholds(old, &unit.code), thresholds(new, &unit.code), "none");
    }
    changes.compare(
        "late_return",
        Some(late_return(old.late_return)),
        Some(late_return(new.late_return)),
        "",
    );
}

fn unit_code(program: &Program, place: u8) -> Option<String> {
    program.units.get(usize::from(place)).map(|unit| unit.code.clone())
}

pub(super) fn credits(program: &Program, place: u8, amount: Amount) -> String {
    program.units.get(usize::from(place)).map_or(String::new(), |unit: &Unit| unit.format(amount).to_string())
}

fn thresholds(program: &Program, unit: &str) -> Option<String> {
    let place = program.unit_index(unit)?;
    let rule = program.alerts.get(usize::from(place))?;
    let levels: Vec<String> = rule.thresholds.iter().map(|level| credits(program, place, *level)).collect();
    (!levels.is_empty()).then(|| levels.join(", "))
}

pub(super) fn period(period: Option<Period>) -> Option<String> {
    period.map(|period| period.to_string())
}

pub(super) fn periods(periods: &[Period]) -> Option<String> {
    let shown: Vec<String> = periods.iter().map(ToString::to_string).collect();
    (!shown.is_empty()).then(|| shown.join(", "))
}

fn late_return(rule: LateReturn) -> String {
    match rule {
        LateReturn::Reissue { life } => format!("reissue for {life}"),
        LateReturn::Expire => "expire".to_owned(),
    }
}
