//! An instant, as an operator types it: a date and a time on the clock of a stated place.

use maud::{Markup, html};
use moment::{Instant, Zone};

use super::Signed;
use crate::say::Say;

/// What was typed, right or wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    at: String,
    zone: String,
}

/// Zones that are offered; any of the IANA database is taken.
const ZONES: [&str; 8] = [
    "UTC",
    "Europe/Vienna",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Sydney",
];

impl Typed {
    /// The fields of a form.
    pub fn of(form: &Signed) -> Typed {
        let text = |name| form.get(name).unwrap_or_default().chars().take(100).collect();
        Typed { at: text("at"), zone: text("zone") }
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// The instant, if it is one.
    pub fn instant(&self) -> Option<Instant> {
        let zone = match self.zone.as_str() {
            "" => Zone::utc(),
            name => Zone::named(name)?,
        };
        // As browsers send it: 2027-03-01T09:30, with seconds where somebody has typed some.
        let (date, time) = self.at.split_once(['T', ' '])?;
        let mut date = date.split('-').map(|part| part.parse::<i16>().ok());
        let (year, month, day) = (date.next()??, date.next()??, date.next()??);
        let mut time = time.split(':').map(|part| part.parse::<u8>().ok());
        let (hour, minute) = (time.next()??, time.next()??);
        zone.instant_at((year, u8::try_from(month).ok()?, u8::try_from(day).ok()?), (hour, minute))
    }
}

/// The fields that make one.
pub(super) fn fields(say: &Say, typed: &Typed) -> Markup {
    html! {
        div.field {
            label for="at" { (say.t("instant-at")) }
            input #at name="at" type="datetime-local" value=(typed.at);
        }
        div.field {
            label for="zone" { (say.t("instant-zone")) }
            input #zone name="zone" list="zones" size="20" autocomplete="off" value=(if typed.zone.is_empty() { "UTC" } else { &typed.zone });
            datalist #zones { @for zone in ZONES { option value=(zone) {} } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_on_the_clock_of_a_place_is_an_instant() {
        for (at, zone, expected) in [
            ("2027-03-01T09:30", "", Some("2027-03-01T09:30:00Z")),
            ("2027-03-01T09:30:15", "UTC", Some("2027-03-01T09:30:00Z")),
            ("2027-07-01T09:30", "Europe/Vienna", Some("2027-07-01T07:30:00Z")),
            ("2027-03-01 09:30", "America/New_York", Some("2027-03-01T14:30:00Z")),
            ("2027-02-30T09:30", "UTC", None),
            ("2027-03-01", "UTC", None),
            ("2027-03-01T9", "UTC", None),
            ("soon", "UTC", None),
            ("", "UTC", None),
            ("2027-03-01T09:30", "Europe/Nowhere", None),
        ] {
            let typed = Typed { at: at.to_owned(), zone: zone.to_owned() };
            let expected = expected.map(|text| text.parse().unwrap());
            assert_eq!(typed.instant(), expected, "{at} {zone}");
        }
    }
}
