//! How what is sold is said: periods, prices, quantities.

use catalog::{Package, Program};
use ledger::{Agreed, Ordered};
use moment::Period;
use money::{Amount, Money};

use super::Visit;
use crate::say::Say;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// A length of time: `30 days`, `1 month`.
pub(super) fn length(say: &Say, period: Period) -> String {
    counted(say, "length", period)
}

/// How often: `every 30 days`, `every month`.
pub(super) fn every(say: &Say, period: Period) -> String {
    counted(say, "every", period)
}

fn counted(say: &Say, key: &str, period: Period) -> String {
    let (unit, count) = match period {
        Period::Months(months) if months % 12 == 0 => ("years", i64::from(months / 12)),
        Period::Months(months) => ("months", i64::from(months)),
        Period::Exact(millis) if millis % DAY == 0 => ("days", millis / DAY),
        Period::Exact(millis) => ("hours", (millis / HOUR).max(1)),
    };
    say.with(&format!("{key}-{unit}"), [("count", count.into())])
}

/// So many periods, as one.
pub(super) fn times(period: Period, times: u32) -> Period {
    match period {
        Period::Exact(millis) => Period::Exact(millis.saturating_mul(i64::from(times))),
        Period::Months(months) => Period::Months(months.saturating_mul(i32::try_from(times).unwrap_or(1))),
    }
}

/// What it costs: `$29.00`, or that it is free.
pub(super) fn price(say: &Say, price: Option<Money>) -> String {
    match price.filter(|price| price.amount > 0) {
        Some(price) => say.money(price),
        None => say.t("deal-free"),
    }
}

/// What it costs each time: `$29.00 every 30 days`.
pub(super) fn price_every(say: &Say, agreed: &Agreed) -> String {
    match agreed.price.filter(|price| price.amount > 0) {
        Some(price) => {
            let period = times(agreed.period, agreed.periods_billed);
            say.with(
                "price-every",
                [("price", say.money(price).into()), ("every", every(say, period).into())],
            )
        }
        None => say.t("deal-free"),
    }
}

/// What it is, with how many of it: `2 × 100 credits`.
pub(super) fn named(name: &str, quantity: i64) -> String {
    let name = words::one_line(name);
    if quantity > 1 { format!("{quantity} × {name}") } else { name }
}

/// What an order is of.
pub(super) fn ordered_name(ordered: &Ordered) -> String {
    named(&ordered.name, ordered.quantity)
}

/// What one credit of a package costs: `$0.238`. Exact up to four decimals, and rounded half up there.
pub(super) fn per_credit(say: &Say, program: &Program, package: &Package) -> Option<String> {
    let currency = currency(package)?;
    per_whole(say, &program.price_per_credit(package)?, currency)
}

/// A decimal number of a currency's major unit, as the language writes money.
fn per_whole(say: &Say, decimal: &str, currency: money::Currency) -> Option<String> {
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    let parts: i64 = format!("{whole}{fraction}").parse().ok()?;
    let number = words::number(say.language, parts, u8::try_from(fraction.len()).ok()?)?;
    // The language's own form of money, with the digits that it has no room for.
    let nothing = words::number(say.language, 0, currency.decimals())?;
    Some(say.money(Money { amount: 0, currency }).replacen(&nothing, &number, 1))
}

/// The currency that a package is sold in.
pub(super) fn currency(package: &Package) -> Option<money::Currency> {
    match &package.price {
        catalog::Pricing::Fixed(price) => Some(price.currency),
        catalog::Pricing::Tiers(tiers) => tiers.tiers.first().map(|tier| tier.price.currency),
        catalog::Pricing::ByQuote => None,
    }
}

/// What one credit costs where so many cost so much: `$0.85`, rounded half up to four decimals.
pub(super) fn per_credit_of(visit: &Visit, unit: u8, credits: Amount, price: Money) -> Option<String> {
    let unit = visit.program().units.get(usize::from(unit))?;
    let decimals = price.currency.decimals().max(4);
    let more = 10_i128.checked_pow(u32::from(decimals - price.currency.decimals()))?;
    let all = i128::from(price.amount) * i128::from(unit.scale.parts()) * more;
    let credits = i128::from(credits.0).max(1);
    let parts = i64::try_from((all * 2 + credits) / (credits * 2)).ok()?;
    let text = super::typed::plain(parts, decimals);
    let least = text.len() - usize::from(decimals - price.currency.decimals());
    let (kept, rest) = text.split_at_checked(least)?;
    let text = format!("{kept}{}", rest.trim_end_matches('0'));
    per_whole(&visit.say, text.trim_end_matches('.'), price.currency)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(language: &str) -> Say {
        Say::to(None, Some(language))
    }

    #[test]
    fn periods_as_people_say_them() {
        for (period, english, german) in [
            (Period::days(30), "every 30 days", "alle 30 Tage"),
            (Period::days(1), "every day", "jeden Tag"),
            (Period::Months(1), "every month", "jeden Monat"),
            (Period::Months(3), "every 3 months", "alle 3 Monate"),
            (Period::Months(12), "every year", "jedes Jahr"),
            (Period::hours(5), "every 5 hours", "alle 5 Stunden"),
        ] {
            assert_eq!([every(&say("en"), period), every(&say("de"), period)], [english, german]);
        }
        assert_eq!(length(&say("de"), Period::Months(1)), "1 Monat");
    }

    #[test]
    fn a_price_per_credit_keeps_its_decimals() {
        let usd: money::Currency = "USD".parse().unwrap();
        assert_eq!(per_whole(&say("en"), "1.798", usd).as_deref(), Some("$1.798"));
        assert_eq!(per_whole(&say("de"), "1.798", usd).as_deref(), Some("1,798\u{a0}$"));
        assert_eq!(per_whole(&say("en"), "0.29", usd).as_deref(), Some("$0.29"));
        let yen: money::Currency = "JPY".parse().unwrap();
        assert_eq!(per_whole(&say("en"), "12", yen).as_deref(), Some("¥12"));
    }
}
