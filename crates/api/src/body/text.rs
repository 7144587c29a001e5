use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use moment::{Instant, Period, Zone};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::problem::Problem;

/// A text in a body: borrowed from it where it has no escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text<'a>(pub Cow<'a, str>);

impl Text<'_> {
    /// The text, to be kept.
    pub fn boxed(&self) -> Box<str> {
        Box::from(&*self.0)
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text<'a>, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text)))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

/// A text of one line, of 1 to `most` characters.
pub(crate) fn label(pointer: &str, text: &str, most: usize) -> Result<Box<str>, Problem> {
    if is_label(text, most) {
        Ok(Box::from(text))
    } else {
        Err(Problem::invalid(
            pointer,
            format!("must have 1 to {most} characters, none of them a control character"),
        ))
    }
}

pub(super) fn is_label(text: &str, most: usize) -> bool {
    // Counting characters is only needed where there are more bytes than characters allowed.
    !text.is_empty()
        && (text.len() <= most || text.chars().count() <= most)
        && !text.chars().any(char::is_control)
}

/// Why something is done: 1 to 500 characters.
pub(crate) fn reason(text: Option<&Text<'_>>) -> Result<Box<str>, Problem> {
    let Some(text) = text else {
        return Err(Problem::invalid("/reason", "must be given: say why, for the history"));
    };
    label("/reason", text, 500)
}

/// An instant between the years 1970 and 9999.
pub(crate) fn instant(pointer: &str, text: &str) -> Result<Instant, Problem> {
    let instant: Result<Instant, _> = text.parse();
    instant.ok().filter(|instant| instant.millis() >= 0 && !instant.is_never()).ok_or_else(|| {
        Problem::invalid(pointer, "must be a time of RFC 3339 from 1970 on, such as 2026-01-31T09:30:00Z")
    })
}

/// A length of time.
pub(crate) fn period(pointer: &str, text: &str) -> Result<Period, Problem> {
    text.parse().map_err(|_| {
        Problem::invalid(
            pointer,
            "must be a period above zero: a count and a unit, such as \"30 days\", \"1 month\", \"90 min\" or \"P30D\"",
        )
    })
}

/// The name of a time zone; an empty text for none.
pub(crate) fn time_zone(text: &str) -> Result<Box<str>, Problem> {
    if text.is_empty() || Zone::named(text).is_some() {
        return Ok(Box::from(text));
    }
    Err(Problem::invalid("/time_zone", "must be a name of the IANA database, such as Europe/Vienna"))
}

/// A language, as BCP 47 writes it; an empty text for none.
pub(crate) fn locale(text: &str) -> Result<Box<str>, Problem> {
    let part =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let language = |text: &str| {
        let first = text.split('-').next().unwrap_or_default();
        (2..=3).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    if text.is_empty() || (text.len() <= 35 && language(text) && text.split('-').all(part)) {
        return Ok(Box::from(text));
    }
    Err(Problem::invalid("/locale", "must be a language tag of BCP 47, such as de-AT"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_bounded() {
        assert!(label("/name", "Gärten & Höfe", 200).is_ok());
        assert!(label("/name", &"ä".repeat(200), 200).is_ok());
        for wrong in [String::new(), "a\nb".to_owned(), "\u{0}".to_owned(), "ä".repeat(201)] {
            assert!(label("/name", &wrong, 200).is_err());
        }
    }

    #[test]
    fn times_zones_and_languages_are_those_there_are() {
        assert!(instant("/to", "2026-01-31T09:30:00+01:00").is_ok());
        for wrong in ["2026-01-31", "yesterday", "1969-12-31T23:59:59Z", "10000-01-01T00:00:00Z"] {
            assert!(instant("/to", wrong).is_err(), "{wrong}");
        }
        assert!(time_zone("Europe/Vienna").is_ok() && time_zone("").is_ok() && time_zone("Vienna").is_err());
        assert!(locale("de").is_ok() && locale("zh-Hant-TW").is_ok());
        assert!(locale("d").is_err() && locale("de_AT").is_err() && locale("de--AT").is_err());
        assert!(period("/by", "P30D").is_ok() && period("/by", "0 days").is_err());
    }
}
