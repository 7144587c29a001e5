//! Packages and plans.

use money::Money;

use crate::diff::Changes;
use crate::diff::parts::{credits, period};
use crate::sentence::money_in_words;
use crate::{Package, Plan, Pricing, Program, RolloverCap, Tiers};

pub(super) fn packages(old: &Program, new: &Program, changes: &mut Changes) {
    let words = |one: &Package, is_old: bool| package_in_words(if is_old { old } else { new }, one);
    for (one, other) in changes.pair("packages", &old.packages, &new.packages, |one| &one.code, words) {
        let key = format!("packages.{}", one.code);
        let mut compare = |part: &str, was: Option<String>, is: Option<String>, nothing: &str| {
            changes.compare(format!("{key}{part}"), was, is, nothing);
        };
        compare(".name", Some(one.name.clone()), Some(other.name.clone()), "");
        compare("", Some(words(one, true)), Some(words(other, false)), "");
        let bonus = |program: &Program, one: &Package| {
            one.bonus.is_positive().then(|| credits(program, one.unit, one.bonus))
        };
        compare(".bonus", bonus(old, one), bonus(new, other), "none");
        compare(".bonus_life", period(one.bonus_life), period(other.bonus_life), "as its class");
        compare(".life", period(one.life), period(other.life), "as its class");
        compare(".renew_every", period(one.renew_every), period(other.renew_every), "no renewal");
        let quantity = |one: &Package| Some(format!("{} to {}", one.quantity.min, one.quantity.max));
        if is_fixed(one) && is_fixed(other) {
            compare(".quantity", quantity(one), quantity(other), "");
        }
        let plans = |one: &Package| one.gate.plans.as_ref().map(|plans| plans.join(" or "));
        compare(".requires_plan", plans(one), plans(other), "none");
        let ceiling = |program: &Program, one: &Package| {
            one.gate.balance_ceiling.map(|ceiling| credits(program, one.unit, ceiling))
        };
        compare(".balance_ceiling", ceiling(old, one), ceiling(new, other), "no ceiling");
    }
}

fn is_fixed(package: &Package) -> bool {
    matches!(package.price, Pricing::Fixed(_))
}

/// `100 credits for 29 USD`.
fn package_in_words(program: &Program, package: &Package) -> String {
    let least = credits(program, package.unit, package.credits);
    match &package.price {
        Pricing::Fixed(price) => format!("{least} for {}", money_in_words(*price)),
        Pricing::ByQuote => format!("at least {least} for a quote"),
        Pricing::Tiers(tiers) => {
            let most = credits(program, package.unit, tiers.maximum);
            let step = credits(program, package.unit, tiers.step);
            let prices = tiers_in_words(program, package.unit, tiers);
            format!("{least} to {most} in steps of {step}, {prices}")
        }
    }
}

/// `20 USD per 100 credits, from 1,000 credits 18 USD`.
fn tiers_in_words(program: &Program, unit: u8, tiers: &Tiers) -> String {
    let per = credits(program, unit, tiers.per);
    let each = tiers.tiers.iter().enumerate().map(|(index, tier)| {
        let price = money_in_words(tier.price);
        if index == 0 {
            return format!("{price} per {per}");
        }
        let from = credits(program, unit, tier.from);
        format!("{} {from} {price}", if tiers.graduated { "beyond" } else { "from" })
    });
    each.collect::<Vec<_>>().join(", ")
}

pub(super) fn plans(old: &Program, new: &Program, changes: &mut Changes) {
    let words = |one: &Plan, is_old: bool| plan_in_words(if is_old { old } else { new }, one);
    for (one, other) in changes.pair("plans", &old.plans, &new.plans, |one| &one.code, words) {
        let key = format!("plans.{}", one.code);
        changes.compare(format!("{key}.name"), Some(one.name.clone()), Some(other.name.clone()), "");
        changes.compare(&key, Some(words(one, true)), Some(words(other, false)), "");
        let seats = |one: &Plan| one.seats.map(|seats| format!("{} to {}", seats.min, seats.max));
        changes.compare(format!("{key}.seats"), seats(one), seats(other), "none");
        let trial = |program: &Program, one: &Plan| {
            one.trial
                .map(|trial| format!("{} for {}", credits(program, one.unit, trial.credits), trial.length))
        };
        changes.compare(format!("{key}.trial"), trial(old, one), trial(new, other), "none");
        changes.compare(
            format!("{key}.rollover"),
            Some(rollover_in_words(old, one)),
            Some(rollover_in_words(new, other)),
            "",
        );
    }
}

/// `200 credits for 7 USD every 1 month`; where several periods are billed at once, `200 credits every 1 month for
/// 70 USD every 1 year`.
fn plan_in_words(program: &Program, plan: &Plan) -> String {
    let credits = credits(program, plan.unit, plan.credits);
    let price = price_or_nothing(plan.price);
    let seat = if plan.seats.is_some() { " a seat" } else { "" };
    if plan.periods_billed == 1 {
        return format!("{credits}{seat} for {price} every {}", plan.period);
    }
    format!("{credits}{seat} every {} for {price} every {}", plan.period, plan.billing_period())
}

fn price_or_nothing(price: Option<Money>) -> String {
    price.map_or("nothing".to_owned(), money_in_words)
}

/// `at most 500 credits for 1 month, 2 times`.
fn rollover_in_words(program: &Program, plan: &Plan) -> String {
    let rollover = plan.rollover;
    let cap = match rollover.cap {
        RolloverCap::Nothing => return "nothing".to_owned(),
        RolloverCap::All => "all".to_owned(),
        RolloverCap::Amount(most) => format!("at most {}", credits(program, plan.unit, most)),
        RolloverCap::Share { percent } => format!("{percent}%"),
        RolloverCap::Multiple { times } => format!("at most {times} times the allotment"),
    };
    let life = rollover.life.map_or("1 period".to_owned(), |life| life.to_string());
    match rollover.times {
        1 => format!("{cap} for {life}"),
        times => format!("{cap} for {life}, {times} times"),
    }
}
