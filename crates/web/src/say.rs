//! Saying things to a customer: in their language, with dates in their time zone.

use catalog::Program;
use ledger::Profile;
use moment::{Instant, Zone};
use money::{Amount, Money, Unit};
use words::{Catalogue, FluentArgs, FluentValue, Key, Language};

static TEXTS: Catalogue = Catalogue::new([
    &[
        include_str!("../locales/en/common.ftl"),
        include_str!("../locales/en/overview.ftl"),
        include_str!("../locales/en/history.ftl"),
        include_str!("../locales/en/buy.ftl"),
        include_str!("../locales/en/prices.ftl"),
        include_str!("../locales/en/alerts.ftl"),
        include_str!("../locales/en/orders.ftl"),
        include_str!("../locales/en/receipts.ftl"),
        include_str!("../locales/en/reports.ftl"),
        include_str!("../locales/en/embeds.ftl"),
        include_str!("../locales/en/console.ftl"),
        include_str!("../locales/en/console_publishing.ftl"),
        include_str!("../locales/en/console_orders.ftl"),
        include_str!("../locales/en/console_messages.ftl"),
        include_str!("../locales/en/console_keys.ftl"),
        include_str!("../locales/en/console_people.ftl"),
    ],
    &[
        include_str!("../locales/de/common.ftl"),
        include_str!("../locales/de/overview.ftl"),
        include_str!("../locales/de/history.ftl"),
        include_str!("../locales/de/buy.ftl"),
        include_str!("../locales/de/prices.ftl"),
        include_str!("../locales/de/alerts.ftl"),
        include_str!("../locales/de/orders.ftl"),
        include_str!("../locales/de/receipts.ftl"),
        include_str!("../locales/de/reports.ftl"),
        include_str!("../locales/de/embeds.ftl"),
        include_str!("../locales/de/console.ftl"),
        include_str!("../locales/de/console_publishing.ftl"),
        include_str!("../locales/de/console_orders.ftl"),
        include_str!("../locales/de/console_messages.ftl"),
        include_str!("../locales/de/console_keys.ftl"),
        include_str!("../locales/de/console_people.ftl"),
    ],
]);

/// A language and a time zone.
#[derive(Clone, Debug)]
pub(crate) struct Say {
    pub language: Language,
    pub zone: Zone,
}

impl Say {
    /// As an account wants it; where it says nothing, as the browser does, and in UTC.
    pub fn to(profile: Option<&Profile>, accept_language: Option<&str>) -> Say {
        let own = profile.and_then(|profile| profile.locale.as_deref()).filter(|own| !own.is_empty());
        let zone = profile.and_then(|profile| profile.time_zone.as_deref()).and_then(Zone::named);
        Say {
            language: Language::of(own.or(accept_language).unwrap_or_default()),
            zone: zone.unwrap_or_else(Zone::utc),
        }
    }

    /// A text. One that is not there is said by its key, which the test of the catalogue rules out.
    pub fn t(&self, key: &str) -> String {
        TEXTS.text(self.language, Key::of(key), None).unwrap_or_else(|| key.to_owned())
    }

    /// A text with what it names.
    pub fn with(
        &self,
        key: &str,
        arguments: impl IntoIterator<Item = (&'static str, FluentValue<'static>)>,
    ) -> String {
        let arguments: FluentArgs<'static> = arguments.into_iter().collect();
        TEXTS.text(self.language, Key::of(key), Some(&arguments)).unwrap_or_else(|| key.to_owned())
    }

    /// A number of smallest parts of a unit, without its name: `1,234.5`.
    pub fn number(&self, unit: &Unit, amount: Amount) -> String {
        words::number(self.language, amount.0, unit.scale.decimals()).unwrap_or_else(|| amount.to_string())
    }

    /// The same with a sign in any case but zero: `+5`, `−5`.
    pub fn change(&self, unit: &Unit, amount: Amount) -> String {
        let number = self.number(unit, amount);
        if amount.0 > 0 { format!("+{number}") } else { number }
    }

    /// An amount and what it is of: `48 credits`.
    pub fn credits(&self, unit: &Unit, amount: Amount) -> String {
        words::credits(self.language, amount.0, unit.scale, &unit.name).unwrap_or_else(|| amount.to_string())
    }

    /// An amount of the unit at this place.
    pub fn credits_of(&self, program: &Program, unit: u8, amount: Amount) -> String {
        match program.units.get(usize::from(unit)) {
            Some(unit) => self.credits(unit, amount),
            None => amount.to_string(),
        }
    }

    /// A whole number: `1,234`.
    pub fn count(&self, number: i64) -> String {
        words::number(self.language, number, 0).unwrap_or_else(|| number.to_string())
    }

    /// Several things: `80 plan credits and 20 bought credits`.
    pub fn list(&self, things: &[String]) -> String {
        match things {
            [] => String::new(),
            [one] => one.clone(),
            [rest @ .., last] => {
                self.with("list-of", [("rest", rest.join(", ").into()), ("last", last.clone().into())])
            }
        }
    }

    /// Money: `$29.00`.
    pub fn money(&self, money: Money) -> String {
        words::money(self.language, money).unwrap_or_default()
    }

    /// A day: `1 March 2027`.
    pub fn day(&self, at: Instant) -> String {
        words::date(self.language, at, &self.zone, false).unwrap_or_else(|| at.to_string())
    }

    /// A day and a time: `1 March 2027, 09:00 CET`.
    pub fn moment(&self, at: Instant) -> String {
        words::date(self.language, at, &self.zone, true).unwrap_or_else(|| at.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_in_every_language() {
        assert_eq!(TEXTS.faults(), [""; 0]);
    }

    #[test]
    fn what_an_account_says_counts_more_than_what_the_browser_says() {
        let profile = |locale: Option<&str>| Profile { locale: locale.map(Into::into), ..Profile::default() };
        for (own, browser, expected) in [
            (Some("de"), Some("en-GB,en;q=0.9"), "de"),
            (Some("en"), Some("de"), "en"),
            (None, Some("de-AT,de;q=0.9"), "de"),
            (None, Some("fr"), "en"),
            (None, None, "en"),
            (Some(""), Some("de"), "de"),
        ] {
            assert_eq!(
                Say::to(Some(&profile(own)), browser).language.code(),
                expected,
                "{own:?} {browser:?}"
            );
        }
    }
}
