use moment::Instant;
use money::{Amount, Money, Unit};
use serde_json::{Map, Value, json};

/// Writes down what an event says, in the forms that webhooks send and letters read.
///
/// | what | form |
/// |---|---|
/// | credits | a whole number of the unit's smallest part; `unit`, `unit_name` and `scale` stand beside it |
/// | money | `{"amount": 2900, "currency": "USD"}`, in the minor unit |
/// | an instant | RFC 3339 |
/// | a count | a number |
/// | a month | `"2027-01"` |
/// | shares of credits | a list of `{"action": "upscale", "name": "Upscale", "credits": 40}` |
/// | a name, an id, a reason | a text |
///
/// ```
/// use messages::Facts;
/// use money::{Amount, Scale, Unit};
/// let unit = Unit { code: "credit".into(), name: "credits".into(), scale: Scale::default() };
/// let facts = Facts::of(&unit).credits("available", Amount(12)).credits("threshold", Amount(20)).done();
/// assert_eq!(facts["available"], 12);
/// assert_eq!(facts["unit"], "credit");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Facts(Map<String, Value>);

impl Facts {
    /// Facts without credits.
    pub fn new() -> Facts {
        Facts::default()
    }

    /// Facts whose credits are of this unit.
    pub fn of(unit: &Unit) -> Facts {
        Facts::new()
            .value("unit", json!(unit.code))
            .value("unit_name", json!(unit.name))
            .value("scale", json!(unit.scale))
    }

    /// An amount of credits.
    #[must_use]
    pub fn credits(self, name: &str, amount: Amount) -> Facts {
        self.value(name, json!(amount))
    }

    /// An amount of money.
    #[must_use]
    pub fn money(self, name: &str, money: Money) -> Facts {
        self.value(name, json!(money))
    }

    /// When something was, or will be. What is [`Instant::NEVER`] is left out.
    #[must_use]
    pub fn instant(self, name: &str, instant: Instant) -> Facts {
        if instant.is_never() { self } else { self.value(name, json!(instant.to_string())) }
    }

    /// How many.
    #[must_use]
    pub fn count(self, name: &str, count: u64) -> Facts {
        self.value(name, json!(count))
    }

    /// How many credits each of some actions cost, by code and name; an action without a code is none.
    #[must_use]
    pub fn shares<'a>(
        self,
        name: &str,
        shares: impl IntoIterator<Item = (Option<&'a str>, Option<&'a str>, Amount)>,
    ) -> Facts {
        let share = |(action, name, credits)| json!({"action": action, "name": name, "credits": credits});
        self.value(name, shares.into_iter().map(share).collect())
    }

    /// A name, an id, a month or a reason.
    #[must_use]
    pub fn text(self, name: &str, text: &str) -> Facts {
        self.value(name, json!(text))
    }

    /// The same, where there is one.
    #[must_use]
    pub fn maybe(self, name: &str, text: Option<&str>) -> Facts {
        match text {
            Some(text) => self.text(name, text),
            None => self,
        }
    }

    /// The facts, for a [`Message`](crate::Message).
    pub fn done(self) -> Map<String, Value> {
        self.0
    }

    fn value(mut self, name: &str, value: Value) -> Facts {
        self.0.insert(name.to_owned(), value);
        self
    }
}
