//! JSON lines: an object a line.

use std::fmt;
use std::io::BufRead;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::lines::{Line, Lines};
use super::row::{Cells, Field, REFUSED, Raw, Row, Wrong, hint};
use crate::Trouble;

/// The members of an object, as they stand: a number keeps its digits.
pub struct Members<'a>(pub Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Members<'a>, D::Error> {
        struct MembersVisitor;
        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<String, &'de RawValue>()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(MembersVisitor)
    }
}

/// A file of JSON lines.
#[derive(Debug)]
pub struct Objects<R> {
    lines: Lines<R>,
    /// The first line, which was looked at already.
    first: Option<Line>,
}

impl<R: BufRead> Objects<R> {
    /// The objects of a file.
    pub fn open(lines: Lines<R>, first: Line) -> Result<Objects<R>, Trouble> {
        if first.text.as_deref().is_ok_and(|text| text.trim_start().starts_with('[')) {
            return Err(Trouble::new(
                "it begins with a list, and JSON lines have an object a line: convert it, as with `jq -c '.[]'`",
            ));
        }
        Ok(Objects { lines, first: Some(first) })
    }

    /// How many bytes were read.
    pub fn read(&self) -> u64 {
        self.lines.read
    }

    /// The next object; `None` at the end. And whether the file ends in it, without a line end.
    pub fn next(&mut self) -> Result<Option<(Row, bool)>, Trouble> {
        loop {
            let line = match self.first.take() {
                Some(line) => line,
                None => match self.lines.next()? {
                    Some(line) => line,
                    None => return Ok(None),
                },
            };
            let Line { number, text, open_end } = line;
            let row = match text {
                Ok(text) if text.trim().is_empty() => continue,
                Ok(text) => {
                    let cells = cells(&text, open_end);
                    Row { number, raw: Raw::Text(text), cells }
                }
                Err(unread) => {
                    Row { number, raw: Raw::Text(unread.start), cells: Err(Wrong::line(unread.why)) }
                }
            };
            return Ok(Some((row, open_end)));
        }
    }
}

fn cells(text: &str, open_end: bool) -> Result<Cells, Wrong> {
    let members: Members<'_> = serde_json::from_str(text).map_err(|error| {
        Wrong::line(match (error.is_eof(), open_end) {
            (true, true) => "the file ends in the middle of the object: it was cut".to_owned(),
            (true, false) => {
                "the line ends in the middle of the object: an object must be on one line".to_owned()
            }
            (false, _) if error.is_data() => "it must be a JSON object".to_owned(),
            (false, _) => {
                let message = error.to_string();
                let what = message.split(" at line ").next().unwrap_or_default();
                format!("it is no JSON: {what} (at character {})", error.column())
            }
        })
    })?;
    let mut cells = Cells::default();
    for (name, value) in members.0 {
        if name == "metadata" {
            if !cells.metadata.is_empty() {
                return Err(twice(name));
            }
            cells.metadata = metadata(value)?;
        } else if let Some(field) = Field::from_code(&name) {
            if let Some(text) = self::text(field, value)?
                && !cells.set(field, text)
            {
                return Err(twice(name));
            }
        } else if name != REFUSED {
            let why = format!("there is no such field: {}", hint(&name, "metadata"));
            return Err(Wrong { field: name, why });
        }
    }
    Ok(cells)
}

fn twice(field: String) -> Wrong {
    Wrong { field, why: "it is there twice".to_owned() }
}

/// A field's value; `None` for what says nothing.
fn text(field: Field, value: &RawValue) -> Result<Option<String>, Wrong> {
    // Ids of databases are often numbers.
    let numbers = matches!(field, Field::Id | Field::Balance | Field::PaidAmount);
    let json = value.get();
    let text = match json.as_bytes().first() {
        Some(b'n') => return Ok(None),
        Some(b'"') => string(json),
        Some(b'-' | b'0'..=b'9') if numbers => Some(json.to_owned()),
        _ => None,
    };
    let must = if numbers { "must be a string or a number" } else { "must be a string" };
    let text = text.ok_or_else(|| Wrong::at(field, must))?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn string(json: &str) -> Option<String> {
    serde_json::from_str(json).ok()
}

fn metadata(value: &RawValue) -> Result<Vec<(String, String)>, Wrong> {
    let wrong = |name: &str, why: &str| {
        let field = if name.is_empty() { "metadata".to_owned() } else { format!("metadata.{name}") };
        Wrong { field, why: why.to_owned() }
    };
    if value.get() == "null" {
        return Ok(Vec::new());
    }
    let members: Members<'_> =
        serde_json::from_str(value.get()).map_err(|_| wrong("", "must be an object of strings"))?;
    let pairs = members.0.into_iter().filter(|(_, value)| value.get() != "null").map(|(name, value)| {
        let text = string(value.get()).ok_or_else(|| wrong(&name, "must be a string"))?;
        Ok((name, text))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_read_as_they_stand() {
        let cells = cells(
            r#" {"id": 17, "balance": 0.10, "name": "A\"b", "email": null, "locale": "", "metadata": {"b": "1", "a": null}, "refused": "x"} "#,
            false,
        );
        let cells = cells.unwrap();
        assert_eq!(cells.get(Field::Id), Some("17"));
        assert_eq!(cells.get(Field::Balance), Some("0.10"));
        assert_eq!(cells.get(Field::Name), Some("A\"b"));
        assert_eq!((cells.get(Field::Email), cells.get(Field::Locale)), (None, None));
        assert_eq!(cells.metadata, [("b".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, open_end, said) in [
            ("{\"id\": \"a\"", true, "the file ends in the middle of the object: it was cut"),
            ("{", false, "the line ends in the middle of the object: an object must be on one line"),
            ("[1]", false, "it must be a JSON object"),
            ("{\"id\": a}", false, "it is no JSON: expected value (at character 8)"),
            ("{\"id\": \"a\"} x", false, "it is no JSON: trailing characters (at character 13)"),
            ("{\"id\": \"a\", \"id\": \"b\"}", false, "id: it is there twice"),
            ("{\"blance\": 1}", false, "blance: there is no such field: did you mean \"balance\"?"),
            ("{\"name\": 1}", false, "name: must be a string"),
            ("{\"id\": true}", false, "id: must be a string or a number"),
            ("{\"metadata\": {\"plan\": 1}}", false, "metadata.plan: must be a string"),
            ("{\"metadata\": \"pro\"}", false, "metadata: must be an object of strings"),
        ] {
            assert_eq!(cells(text, open_end).unwrap_err().to_string(), said, "{text}");
        }
    }
}
