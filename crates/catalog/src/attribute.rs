use std::cmp::Ordering;

use crate::rational::Rational;
use crate::{Attribute, NoPrice};

/// One attribute that an action declares: what a request may say, and what is taken where it says nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeRule {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) default: Option<Attribute>,
    /// Whether the price reads it. One that isn't read is checked where given, and never asked for.
    pub(crate) priced: bool,
}

/// What values there are. Bounds are inclusive.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    OneOf(Vec<String>),
    OneOfWhole(Vec<i64>),
    Text,
    Boolean,
    Whole { min: i64, max: i64 },
    Decimal { min: Rational, max: Rational },
}

/// An attribute's value as prices compute with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Number(Rational),
    Text(&'a str),
    Boolean(bool),
}

/// The most values that an error names.
const NAMED: usize = 20;

impl AttributeRule {
    /// What requests call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is taken where a request does not say; `None`: a request must say.
    pub fn default(&self) -> Option<&Attribute> {
        self.default.as_ref()
    }

    /// What would be right, as a phrase: `one of "hd", "4k"`.
    pub fn expected(&self) -> String {
        match &self.kind {
            Kind::OneOf(texts) => one_of(texts.iter().map(|text| format!("{text:?}"))),
            Kind::OneOfWhole(numbers) => one_of(numbers.iter().map(ToString::to_string)),
            Kind::Text => "a text".to_owned(),
            Kind::Boolean => "true or false".to_owned(),
            Kind::Whole { min, max } => format!("a whole number from {min} to {max}"),
            Kind::Decimal { min, max } => format!("a decimal from {min} to {max}, such as \"{max}\""),
        }
    }

    /// The value, if it is one of this attribute's.
    pub(crate) fn accept<'a>(&self, given: &'a Attribute) -> Option<Value<'a>> {
        match (&self.kind, given) {
            (Kind::OneOf(texts), Attribute::Text(text)) => texts.contains(text).then_some(Value::Text(text)),
            (Kind::Text, Attribute::Text(text)) => Some(Value::Text(text)),
            (Kind::Boolean, Attribute::Bool(value)) => Some(Value::Boolean(*value)),
            (Kind::OneOfWhole(numbers), _) => {
                let number = number(given)?;
                number.to_whole().filter(|whole| numbers.contains(whole)).map(|_| Value::Number(number))
            }
            (Kind::Whole { min, max }, _) => {
                let number = number(given)?;
                number.to_whole().filter(|whole| (min..=max).contains(&whole)).map(|_| Value::Number(number))
            }
            (Kind::Decimal { min, max }, _) => {
                let number = number(given)?;
                let within =
                    min.compare(number)? != Ordering::Greater && number.compare(*max)? != Ordering::Greater;
                within.then_some(Value::Number(number))
            }
            (Kind::OneOf(_) | Kind::Text | Kind::Boolean, _) => None,
        }
    }
}

/// The values that the declared attributes have in this request, in their order.
///
/// `None` stands for one that was not given and that the price does not read.
pub(crate) fn values<'a>(
    rules: &'a [AttributeRule],
    given: &'a [(String, Attribute)],
) -> Result<Vec<Option<Value<'a>>>, NoPrice> {
    if let Some((name, _)) = given.iter().find(|(name, _)| !rules.iter().any(|rule| rule.name == *name)) {
        let expected = if rules.is_empty() {
            "left out: the action has no attributes".to_owned()
        } else {
            let names = one_of(rules.iter().map(|rule| format!("{:?}", rule.name)));
            format!("left out: the action's attributes are {names}")
        };
        return Err(NoPrice::Attribute { name: name.clone(), expected });
    }
    rules
        .iter()
        .map(|rule| {
            let found = given.iter().find(|(name, _)| *name == rule.name).map(|(_, value)| value);
            match found.or(rule.default.as_ref()) {
                None if !rule.priced => Ok(None),
                None => Err(None),
                Some(value) => rule.accept(value).map(Some).ok_or(Some(value)),
            }
            .map_err(|_| NoPrice::Attribute { name: rule.name.clone(), expected: rule.expected() })
        })
        .collect()
}

fn number(given: &Attribute) -> Option<Rational> {
    match given {
        Attribute::Int(number) => Some(Rational::whole(*number)),
        Attribute::Text(text) => Rational::parse(text),
        Attribute::Bool(_) => None,
    }
}

/// `one of "hd", "4k"`, or the one; not more than twenty by name.
pub(crate) fn one_of(values: impl ExactSizeIterator<Item = String>) -> String {
    let count = values.len();
    let named: Vec<String> = values.take(NAMED).collect();
    let more = count.saturating_sub(NAMED);
    match (count, more) {
        (1, _) => named.concat(),
        (_, 0) => format!("one of {}", named.join(", ")),
        _ => format!("one of {} and {more} more", named.join(", ")),
    }
}
