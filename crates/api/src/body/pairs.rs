use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use catalog::Attribute;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::text::{Text, is_label};
use crate::problem::Problem;

/// The host's own facts about a thing: texts by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Metadata<'a>(Pairs<'a, Text<'a>>);

/// What a price is made by: values by name, sorted by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attributes<'a>(Pairs<'a, Value<'a>>);

/// Texts by name, to be kept.
type Kept = Vec<(Box<str>, Box<str>)>;

type Pairs<'a, V> = Vec<(Text<'a>, V)>;

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value<'a> {
    Bool(bool),
    Int(i64),
    Text(Text<'a>),
}

impl<'a> Metadata<'a> {
    /// Of pairs that did not come in a body; no name may come twice.
    pub fn of(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Metadata<'a>, Problem> {
        let text = |text: &'a str| Text(Cow::Borrowed(text));
        let mut kept: Pairs<'a, Text<'a>> = Vec::new();
        for (name, value) in pairs {
            match kept.binary_search_by(|(other, _)| (**other).cmp(name)) {
                Ok(_) => return Err(Problem::invalid("/metadata", "must have each name once")),
                Err(place) => kept.insert(place, (text(name), text(value))),
            }
        }
        Ok(Metadata(kept))
    }
}

impl Metadata<'_> {
    const MOST: usize = 20;

    /// The pairs, to be kept; checked.
    pub fn boxed(&self) -> Result<Kept, Problem> {
        if self.0.len() > Metadata::MOST {
            return Err(Problem::invalid("/metadata", "must have at most 20 entries"));
        }
        let wrong = |name: &str, message: &str| {
            Problem::invalid(format!("/metadata/{}", super::escape(name)), message)
        };
        let pairs = self.0.iter().map(|(name, value)| {
            if !is_label(name, 40) {
                return Err(wrong(
                    name,
                    "must have a name of 1 to 40 characters, none of them a control character",
                ));
            }
            if value.len() > 500 && value.chars().count() > 500 {
                return Err(wrong(name, "must have at most 500 characters"));
            }
            Ok((name.boxed(), value.boxed()))
        });
        pairs.collect()
    }
}

impl Attributes<'_> {
    /// The pairs, to be kept.
    pub fn owned(&self) -> Vec<(String, Attribute)> {
        let owned = self.0.iter().map(|(name, value)| {
            let value = match value {
                Value::Bool(value) => Attribute::Bool(*value),
                Value::Int(value) => Attribute::Int(*value),
                Value::Text(text) => Attribute::Text(text.to_string()),
            };
            (name.to_string(), value)
        });
        owned.collect()
    }
}

/// Reads an object, sorted by name; no name may come twice.
fn pairs<'de, V: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
    expecting: &'static str,
) -> Result<Pairs<'de, V>, D::Error> {
    struct PairsVisitor<V>(&'static str, PhantomData<V>);
    impl<'de, V: Deserialize<'de>> Visitor<'de> for PairsVisitor<V> {
        type Value = Pairs<'de, V>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de, V>, A::Error> {
            let mut pairs: Pairs<'de, V> = Vec::new();
            while let Some(name) = map.next_key::<Text<'de>>()? {
                let value = map.next_value()?;
                match pairs.binary_search_by(|(other, _)| (**other).cmp(&*name)) {
                    Ok(_) => return Err(A::Error::custom(format_args!("duplicate field `{}`", &*name))),
                    Err(place) => pairs.insert(place, (name, value)),
                }
            }
            Ok(pairs)
        }
    }
    deserializer.deserialize_map(PairsVisitor(expecting, PhantomData))
}

impl<'de: 'a, 'a> Deserialize<'de> for Metadata<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Metadata<'a>, D::Error> {
        pairs(deserializer, "an object of strings").map(Metadata)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Attributes<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Attributes<'a>, D::Error> {
        pairs(deserializer, "an object of strings, whole numbers and booleans").map(Attributes)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value<'a>, D::Error> {
        struct ValueVisitor;
        impl<'de> Visitor<'de> for ValueVisitor {
            type Value = Value<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, a whole number or a boolean (send a decimal as a string: \"1.5\")")
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Value<'de>, E> {
                Ok(Value::Bool(value))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Value<'de>, E> {
                Ok(Value::Int(value))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Value<'de>, E> {
                i64::try_from(value)
                    .map(Value::Int)
                    .map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Value<'de>, E> {
                Ok(Value::Text(Text(Cow::Borrowed(text))))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Value<'de>, E> {
                Ok(Value::Text(Text(Cow::Owned(text.to_owned()))))
            }
        }
        deserializer.deserialize_any(ValueVisitor)
    }
}

impl Serialize for Metadata<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Int(value) => serializer.serialize_i64(*value),
            Value::Text(text) => text.serialize(serializer),
        }
    }
}
