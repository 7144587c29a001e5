//! Numbers, money and dates as a language writes them. What stands between the digits is in the catalogue.

use fluent_bundle::types::{FluentNumber, FluentNumberOptions};
use fluent_bundle::{FluentArgs, FluentValue};
use moment::{Instant, Zone};
use money::{Money, Scale};

use crate::{Catalogue, Key, Language};

static FORMATS: Catalogue = Catalogue::new([
    &[include_str!("../locales/en/formats.ftl")],
    &[include_str!("../locales/de/formats.ftl")],
]);

fn text(language: Language, message: &str, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
    FORMATS.text(language, Key::of(message), arguments)
}

/// Before what is below zero: a minus, not a hyphen.
const MINUS: char = '\u{2212}';

/// A number of smallest parts: `1,234.50`, `−7`.
pub fn number(language: Language, parts: i64, decimals: u8) -> Option<String> {
    Some(signed(parts, figures(language, parts.unsigned_abs(), decimals)?))
}

fn signed(parts: i64, said: String) -> String {
    if parts < 0 { format!("{MINUS}{said}") } else { said }
}

fn figures(language: Language, parts: u64, decimals: u8) -> Option<String> {
    let all = format!("{:0>1$}", parts, usize::from(decimals) + 1);
    let (whole, fraction) = all.split_at_checked(all.len() - usize::from(decimals))?;
    let group = text(language, "number-group", None)?;
    let mut said = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            said.push_str(&group);
        }
        said.push(digit);
    }
    if !fraction.is_empty() {
        said.push_str(&text(language, "number-decimal", None)?);
        said.push_str(fraction);
    }
    Some(said)
}

/// An amount of credits and what they are called: `48 credits`.
///
/// A unit with the usual name is called as the language calls it; any other name is the program's own, and is kept.
pub fn credits(language: Language, parts: i64, scale: Scale, name: &str) -> Option<String> {
    let number = number(language, parts, scale.decimals())?;
    if !name.is_empty() && !name.eq_ignore_ascii_case("credits") {
        return Some(format!("{number} {name}"));
    }
    let arguments: FluentArgs<'_> =
        [("number", FluentValue::from(number)), ("count", plural(parts, scale))].into_iter().collect();
    text(language, "credits", Some(&arguments))
}

/// By what the form is chosen: `1` is one credit, `1.00` are credits.
#[expect(clippy::cast_precision_loss, reason = "which form it takes is decided by small numbers")]
fn plural(parts: i64, scale: Scale) -> FluentValue<'static> {
    let minimum_fraction_digits = Some(usize::from(scale.decimals()));
    let value = parts.unsigned_abs() as f64 / scale.parts() as f64;
    FluentNumber::new(value, FluentNumberOptions { minimum_fraction_digits, ..Default::default() }).into()
}

/// Money: `$29.00`, `−$29.00`, `29,00 €`, `CHF 29.00`.
pub fn money(language: Language, money: Money) -> Option<String> {
    let number = figures(language, money.amount.unsigned_abs(), money.currency.decimals())?;
    let mut arguments = FluentArgs::new();
    let pattern = if let Some(symbol) = symbol(money.currency.code()) {
        arguments.set("symbol", symbol);
        "money"
    } else {
        arguments.set("currency", money.currency.code().to_owned());
        "money-by-code"
    };
    arguments.set("number", number);
    Some(signed(money.amount, text(language, pattern, Some(&arguments))?))
}

/// The signs that stand for one currency to most people; the others are told by their codes.
fn symbol(code: &str) -> Option<&'static str> {
    match code {
        "USD" => Some("$"),
        "EUR" => Some("€"),
        "GBP" => Some("£"),
        "JPY" => Some("¥"),
        _ => None,
    }
}

/// A date, and with `time` the time of the day as well: `1 March 2027, 09:00 CET`. `None` for an instant that no
/// calendar has.
pub fn date(language: Language, at: Instant, zone: &Zone, time: bool) -> Option<String> {
    let civil = zone.civil(at)?;
    let month = text(language, &format!("month-{}", civil.month), None)?;
    // As texts: as numbers, they would be written as numbers are.
    let mut arguments = FluentArgs::new();
    arguments.set("day", civil.day.to_string());
    arguments.set("month", month);
    arguments.set("year", civil.year.to_string());
    arguments.set("time", format!("{:02}:{:02}", civil.hour, civil.minute));
    arguments.set("zone", civil.zone);
    text(language, if time { "day-and-time" } else { "day" }, Some(&arguments))
}

/// A month: `March 2027`. `None` for one that no calendar has.
pub fn month(language: Language, year: i32, number: i32) -> Option<String> {
    let month = text(language, &format!("month-{number}"), None)?;
    let mut arguments = FluentArgs::new();
    arguments.set("month", month);
    arguments.set("year", year.to_string());
    text(language, "month-and-year", Some(&arguments))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn languages() -> [Language; 2] {
        [Language::of("en"), Language::of("de")]
    }

    #[test]
    fn the_formats_are_complete() {
        assert_eq!(FORMATS.faults(), [""; 0]);
    }

    #[test]
    fn numbers() {
        for (parts, decimals, english, german) in [
            (0, 0, "0", "0"),
            (7, 0, "7", "7"),
            (999, 0, "999", "999"),
            (1_000, 0, "1,000", "1.000"),
            (-1_234_567, 0, "−1,234,567", "−1.234.567"),
            (5, 2, "0.05", "0,05"),
            (-5, 2, "−0.05", "−0,05"),
            (123_456, 2, "1,234.56", "1.234,56"),
            (i64::MIN, 0, "−9,223,372,036,854,775,808", "−9.223.372.036.854.775.808"),
            (i64::MAX, 6, "9,223,372,036,854.775807", "9.223.372.036.854,775807"),
        ] {
            let said = languages().map(|language| number(language, parts, decimals).unwrap());
            assert_eq!(said, [english, german]);
        }
    }

    #[test]
    fn credits_have_a_form_for_one() {
        let scale = |decimals| Scale::new(decimals).unwrap();
        for (parts, decimals, name, english, german) in [
            (1, 0, "credits", "1 credit", "1 Credit"),
            (-1, 0, "credits", "−1 credit", "−1 Credit"),
            (0, 0, "credits", "0 credits", "0 Credits"),
            (2_000, 0, "Credits", "2,000 credits", "2.000 Credits"),
            (100, 2, "credits", "1.00 credits", "1,00 Credits"),
            (5, 0, "", "5 credits", "5 Credits"),
            (1, 0, "coins", "1 coins", "1 coins"),
        ] {
            let said = languages().map(|language| credits(language, parts, scale(decimals), name).unwrap());
            assert_eq!(said, [english, german]);
        }
    }

    #[test]
    fn money_by_sign_or_code() {
        for (amount, currency, english, german) in [
            (2_900, "USD", "$29.00", "29,00\u{a0}$"),
            (159_900, "EUR", "€1,599.00", "1.599,00\u{a0}€"),
            (1_500, "JPY", "¥1,500", "1.500\u{a0}¥"),
            (2_900, "CHF", "CHF 29.00", "29,00\u{a0}CHF"),
            (1, "KWD", "KWD 0.001", "0,001\u{a0}KWD"),
            (-2_900, "USD", "−$29.00", "−29,00\u{a0}$"),
            (-2_900, "CHF", "−CHF 29.00", "−29,00\u{a0}CHF"),
        ] {
            let sum = Money { amount, currency: currency.parse().unwrap() };
            assert_eq!(languages().map(|language| money(language, sum).unwrap()), [english, german]);
        }
    }

    #[test]
    fn dates_in_the_accounts_zone() {
        let at: Instant = "2027-02-28T23:30:00Z".parse().unwrap();
        let vienna = Zone::named("Europe/Vienna").unwrap();
        let said = |zone: &Zone, time| languages().map(|language| date(language, at, zone, time).unwrap());
        assert_eq!(said(&vienna, false), ["1\u{a0}March 2027", "1.\u{a0}März 2027"]);
        assert_eq!(
            said(&vienna, true),
            ["1\u{a0}March 2027, 00:30\u{a0}CET", "1.\u{a0}März 2027, 00:30\u{a0}CET"]
        );
        assert_eq!(said(&Zone::utc(), false), ["28\u{a0}February 2027", "28.\u{a0}Februar 2027"]);
        assert_eq!(date(languages()[0], Instant::NEVER, &vienna, false), None);
        assert_eq!(
            languages().map(|language| month(language, 2027, 3).unwrap()),
            ["March 2027", "März 2027"]
        );
        assert_eq!(month(languages()[0], 2027, 13), None);
    }
}
