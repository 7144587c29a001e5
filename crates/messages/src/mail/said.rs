//! What a message says, in a language: each fact in words.

use moment::{Instant, Zone};
use money::{Money, Scale};
use serde_json::Value;
use words::{FluentArgs, FluentValue, Key, Language, one_line};

use super::catalogue;
use crate::{Kind, Message};

/// How a fact is put into words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// An amount of credits.
    Credits,
    /// An amount of money.
    Money,
    /// A date.
    Day,
    /// A date and a time of the day: what ends at midnight ends on no day.
    Time,
    /// A month of a year.
    Month,
    /// What some things cost, one behind the other.
    Shares,
    /// How many.
    Count,
    /// A name, as it is.
    Text,
    /// The same of an id, which nobody reads unless asked for it.
    Id,
    /// A code, of which the catalogue has a sentence, or nothing.
    Reason,
}

use Form::{Count, Credits, Day, Id, Money as Paid, Month, Reason, Shares, Text, Time};

/// The facts that a letter of this kind shows: first the one that it is about, then the others. Those that the message
/// lacks are left out.
pub(super) fn shown(kind: Kind) -> &'static [(&'static str, Form)] {
    match kind {
        Kind::BalanceLow => &[("available", Credits), ("threshold", Credits)],
        Kind::AccountOverdrawn => &[("available", Credits), ("since", Time), ("deadline", Time)],
        Kind::SuspensionNear => &[("available", Credits), ("deadline", Time)],
        Kind::AccountSuspended => &[("available", Credits), ("since", Time)],
        Kind::AccountRestored => &[("available", Credits)],
        Kind::OrderCredited => {
            &[("credits", Credits), ("name", Text), ("price", Paid), ("available", Credits), ("order", Id)]
        }
        Kind::OrderFailed => &[("price", Paid), ("name", Text), ("reason", Reason), ("order", Id)],
        Kind::OrderDisputed | Kind::OrderRefunded => {
            &[("price", Paid), ("name", Text), ("available", Credits), ("order", Id)]
        }
        Kind::QuoteReady => {
            &[("credits", Credits), ("price", Paid), ("name", Text), ("until", Time), ("quote", Id)]
        }
        Kind::RenewalNear => &[("price", Paid), ("name", Text), ("credits", Credits), ("renews_at", Day)],
        Kind::RenewalDone => {
            &[("credits", Credits), ("name", Text), ("price", Paid), ("available", Credits), ("next_at", Day)]
        }
        Kind::RenewalFailed => {
            &[("price", Paid), ("name", Text), ("reason", Reason), ("next_attempt_at", Day)]
        }
        Kind::SubscriptionStarted => {
            &[("credits", Credits), ("name", Text), ("price", Paid), ("renews_at", Day)]
        }
        Kind::SubscriptionChanged => {
            &[("name", Text), ("from", Text), ("effective_at", Day), ("credits", Credits), ("price", Paid)]
        }
        Kind::SubscriptionEnded => &[("available", Credits), ("name", Text), ("ended_at", Day)],
        Kind::TopUpPaused => {
            &[("available", Credits), ("name", Text), ("declines", Count), ("reason", Reason)]
        }
        Kind::CreditsExpiring => &[("credits", Credits), ("expires_at", Time), ("available", Credits)],
        Kind::ReportReady => &[("spent", Credits), ("month", Month), ("by_action", Shares), ("file", Text)],
        Kind::EndpointDisabled => &[("url", Text), ("failing_since", Time), ("why", Text), ("endpoint", Id)],
        // There is no letter: see `Kind::has_letter`.
        Kind::CreditsExpired | Kind::HoldExpired => &[],
    }
}

/// The facts of a message in words, and by name for the sentences that they stand in.
pub(super) struct Said {
    /// Name, form and words of each fact that is there, in the order in which they are shown.
    pub rows: Vec<(&'static str, Form, String)>,
    /// The same, and the program.
    pub arguments: FluentArgs<'static>,
}

impl Said {
    /// What the message says.
    pub fn of(message: &Message, program: &str, language: Language, zone: &Zone) -> Said {
        let unit = Unit::of(message);
        let mut said = Said { rows: Vec::new(), arguments: FluentArgs::new() };
        said.arguments.set("program", program.to_owned());
        for (name, form) in shown(message.kind) {
            let Some(fact) = message.facts.get(*name) else { continue };
            let Some(words) = words(fact, *form, &unit, language, zone) else { continue };
            // A count stays a number, so that a sentence can choose its form by it.
            let count = fact.as_f64().filter(|_| *form == Count).map(FluentValue::from);
            said.arguments.set(*name, count.unwrap_or_else(|| FluentValue::from(words.clone())));
            said.rows.push((name, *form, words));
        }
        said
    }
}

/// What amounts of credits in a message are of.
struct Unit {
    name: String,
    scale: Scale,
}

impl Unit {
    fn of(message: &Message) -> Unit {
        let name = message.facts.get("unit_name").and_then(Value::as_str).unwrap_or_default();
        let scale = message.facts.get("scale").and_then(Value::as_u64);
        let scale = scale.and_then(|decimals| Scale::new(u8::try_from(decimals).ok()?));
        Unit { name: one_line(name), scale: scale.unwrap_or_default() }
    }
}

/// `None`: the fact is not of this form, and is as good as not there.
fn words(fact: &Value, form: Form, unit: &Unit, language: Language, zone: &Zone) -> Option<String> {
    match form {
        Credits => words::credits(language, fact.as_i64()?, unit.scale, &unit.name),
        Paid => {
            let amount = fact.get("amount")?.as_i64()?;
            let currency = fact.get("currency")?.as_str()?.parse().ok()?;
            words::money(language, Money { amount, currency })
        }
        Day | Time => {
            let at: Instant = fact.as_str()?.parse().ok()?;
            words::date(language, at, zone, form == Time)
        }
        Month => {
            let (year, month) = fact.as_str()?.split_once('-')?;
            words::month(language, year.parse().ok()?, month.parse().ok()?)
        }
        Shares => {
            let said = fact.as_array()?.iter().map(|share| {
                let name = share.get("name").and_then(Value::as_str).map(one_line);
                let name = name.filter(|name| !name.is_empty());
                let name = name.or_else(|| catalogue::text(language, Key::of("no-action"), None))?;
                let credits = share.get("credits")?.as_i64()?;
                Some(format!("{name}: {}", words::number(language, credits, unit.scale.decimals())?))
            });
            let said: Vec<String> = said.collect::<Option<_>>()?;
            Some(said.join(" · ")).filter(|said| !said.is_empty())
        }
        Count => words::number(language, fact.as_i64()?, 0),
        Text | Id => Some(one_line(fact.as_str()?)).filter(|text| !text.is_empty()),
        Reason => {
            let message = format!("reason-{}", fact.as_str()?);
            catalogue::text(language, Key::of(&message), None)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Facts, letter_sample, sample};

    fn said(kind: Kind, locale: &str) -> Vec<(&'static str, String)> {
        let vienna = Zone::named("Europe/Vienna").unwrap();
        let rows = Said::of(&letter_sample(kind), "Atelier", Language::of(locale), &vienna).rows;
        rows.into_iter().map(|(name, _, words)| (name, words)).collect()
    }

    #[test]
    fn facts_in_two_languages() {
        let rows = |rows: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
            rows.iter().map(|(name, words)| (*name, (*words).to_owned())).collect()
        };
        let english = [
            ("credits", "2,000 credits"),
            ("name", "2,000 credits"),
            ("price", "$399.00"),
            ("available", "2,048 credits"),
            ("order", "ord_00000001000000000zwg"),
        ];
        assert_eq!(said(Kind::OrderCredited, "en"), rows(&english));
        let german = [
            ("price", "15,00\u{a0}$"),
            ("name", "Pro"),
            ("reason", "Das Konto ist nicht gedeckt"),
            ("next_attempt_at", "20.\u{a0}Februar 2027"),
        ];
        assert_eq!(said(Kind::RenewalFailed, "de"), rows(&german));
        let report = [
            ("spent", "790 Credits"),
            ("month", "Januar 2027"),
            ("by_action", "Upscale an image: 480 · Cut out: 310"),
            ("file", "atelier-report-2027-01.pdf"),
        ];
        assert_eq!(said(Kind::ReportReady, "de"), rows(&report));
    }

    #[test]
    fn every_fact_that_is_shown_is_in_the_sample() {
        for kind in Kind::ALL {
            let names: Vec<&str> = shown(kind).iter().map(|(name, _)| *name).collect();
            let rows: Vec<&str> = said(kind, "de").iter().map(|(name, _)| *name).collect();
            assert_eq!(rows, names, "{kind}");
            assert_eq!(shown(kind).is_empty(), !kind.has_letter(), "{kind}");
        }
    }

    #[test]
    fn what_has_another_form_is_not_there() {
        let mut message = sample(Kind::OrderFailed);
        let facts = Facts::new().text("price", "12 USD").text("reason", "no_such_code").text("name", " \n ");
        message.facts = facts.count("order", 3).done();
        assert_eq!(Said::of(&message, "Atelier", Language::of("en"), &Zone::utc()).rows.len(), 0);
        message.facts.insert("price".to_owned(), json!({"amount": 1.5, "currency": "USD"}));
        assert_eq!(Said::of(&message, "Atelier", Language::of("en"), &Zone::utc()).rows.len(), 0);
        let mut message = sample(Kind::ReportReady);
        for (month, shares) in [
            ("2027-13", json!([])),
            ("2027", json!({})),
            ("999999999999-01", json!([{"name": "A", "credits": "1"}])),
            ("-1--1", json!([{"credits": 1.5}])),
        ] {
            message.facts = Facts::new().text("month", month).done();
            message.facts.insert("by_action".to_owned(), shares);
            let said = Said::of(&message, "Atelier", Language::of("en"), &Zone::utc());
            assert_eq!(said.rows.len(), 0, "{month}: {:?}", said.rows);
        }
    }
}
