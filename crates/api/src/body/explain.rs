//! What is wrong with a body, and where.

use std::fmt::Write;

use serde::Deserialize;
use serde_path_to_error::{Path, Segment};

use crate::problem::Problem;

/// The deepest nesting.
const DEEPEST: usize = 32;

/// Reads a body again that could not be read, and says what is wrong with it.
pub(super) fn explain<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Problem {
    if is_too_deep(bytes) {
        return Problem::invalid("", format!("must be nested at most {DEEPEST} levels deep"));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let (path, error) = match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
        Err(error) => (pointer(error.path()), error.into_inner()),
        Ok(_) => match deserializer.end() {
            Err(error) => (String::new(), error),
            // It could not be read before, so this is never the case.
            Ok(()) => return Problem::invalid("", "could not be read"),
        },
    };
    let place = format!("line {}, column {}", error.line(), error.column());
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or(&message);
    if error.is_syntax() || error.is_eof() {
        return Problem::invalid("", format!("is not JSON: {message} ({place})"));
    }
    translate(&path, message)
}

/// A message of serde's, in our words and at the right place.
fn translate(path: &str, message: &str) -> Problem {
    let quoted = |rest: &str| rest.split('`').next().unwrap_or_default().to_owned();
    let below = |field: &str| match path.strip_suffix(&format!("/{}", escape(field))) {
        Some(_) => path.to_owned(),
        None => format!("{path}/{}", escape(field)),
    };
    if let Some(rest) = message.strip_prefix("unknown field `") {
        let field = quoted(rest);
        let names: Vec<&str> = rest.split('`').skip(2).step_by(2).collect();
        let message = match nearest(&field, names.iter().copied()) {
            Some(nearest) => format!("there is no such field; did you mean {nearest:?}?"),
            None if names.is_empty() => "there is no such field; there are none here".to_owned(),
            None => format!("there is no such field; there are {}", names.join(", ")),
        };
        return Problem::invalid(below(&field), message);
    }
    if let Some(rest) = message.strip_prefix("missing field `") {
        return Problem::invalid(below(&quoted(rest)), "must be given");
    }
    if let Some(rest) = message.strip_prefix("duplicate field `") {
        return Problem::invalid(below(&quoted(rest)), "must be given once");
    }
    if let Some(rest) = message.strip_prefix("unknown variant `") {
        let names: Vec<&str> = rest.split('`').skip(2).step_by(2).collect();
        return Problem::invalid(path, format!("must be one of {}", names.join(", ")));
    }
    if let Some(rest) =
        message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "))
        && let Some((got, expected)) = rest.rsplit_once(", expected ")
    {
        let expected = match expected {
            "i64" => "a whole number of 64 bits, without a decimal point",
            "a boolean" => "true or false",
            "a sequence" => "a list",
            other if other.starts_with("struct ") || other == "a map" => "an object",
            other => other,
        };
        let got = got.replace('`', "").replace("floating point", "the decimal");
        return Problem::invalid(path, format!("must be {expected}, not {got}"));
    }
    Problem::invalid(path, message)
}

fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => write!(pointer, "/{index}").unwrap_or_default(),
            Segment::Map { key } => write!(pointer, "/{}", escape(key)).unwrap_or_default(),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

/// A name as a part of a JSON pointer.
pub(crate) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The name that is most like this one, if it is like it at all.
pub(crate) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Longer texts are no slips of a name, and comparing them would take long.
    if name.len() > 64 {
        return None;
    }
    let scored = names.map(|other| (strsim::damerau_levenshtein(name, other), other));
    let (distance, nearest) = scored.min()?;
    let bound = (name.chars().count().max(nearest.chars().count()) / 3).max(1);
    (distance <= bound).then_some(nearest)
}

fn is_too_deep(bytes: &[u8]) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        if in_text {
            in_text = escaped || *byte != b'"';
            escaped = !escaped && *byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::super::{Attributes, Metadata, Text, read};

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read, and not looked at")]
    struct Body<'a> {
        #[serde(borrow)]
        account: Text<'a>,
        credits: Option<i64>,
        #[serde(borrow)]
        attributes: Option<Attributes<'a>>,
        #[serde(borrow)]
        metadata: Option<Metadata<'a>>,
        paid: Option<Paid>,
        list: Option<Vec<Paid>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read, and not looked at")]
    struct Paid {
        amount: i64,
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let deep = format!(r#"{{"account":"a","x":{}1{}}}"#, "[".repeat(40), "]".repeat(40));
        let very_deep = "[".repeat(100_000);
        let table = [
            ("", "/account", "must be given"),
            ("5", "", "must be an object, not integer 5"),
            ("{", "", "is not JSON: EOF while parsing an object (line 1, column 1)"),
            (r#"{"account":"a"} x"#, "", "is not JSON: trailing characters (line 1, column 17)"),
            (r#"{"account":5}"#, "/account", "must be a string, not integer 5"),
            (r#"{"acount":"a"}"#, "/acount", "there is no such field; did you mean \"account\"?"),
            (r#"{"account":"a","account":"a"}"#, "/account", "must be given once"),
            (
                r#"{"account":"a","credits":5.0}"#,
                "/credits",
                "must be a whole number of 64 bits, without a decimal point, not the decimal 5.0",
            ),
            (
                r#"{"account":"a","credits":9223372036854775808}"#,
                "/credits",
                "must be a whole number of 64 bits, without a decimal point, not integer 9223372036854775808",
            ),
            (
                r#"{"account":"a","credits":"5"}"#,
                "/credits",
                "must be a whole number of 64 bits, without a decimal point, not string \"5\"",
            ),
            (
                r#"{"account":"a","paid":{"amount":1,"curency":"USD"}}"#,
                "/paid/curency",
                "there is no such field; there are amount",
            ),
            (r#"{"account":"a","list":[{"amount":1},{}]}"#, "/list/1/amount", "must be given"),
            (r#"{"account":"a","metadata":{"a/b":1}}"#, "/metadata/a~1b", "must be a string, not integer 1"),
            (r#"{"account":"a","metadata":{"a":"1","a":"2"}}"#, "/metadata/a", "must be given once"),
            (
                r#"{"account":"a","attributes":{"seconds":1.5}}"#,
                "/attributes/seconds",
                "must be a string, a whole number or a boolean (send a decimal as a string: \"1.5\"), not the decimal 1.5",
            ),
            (deep.as_str(), "", "must be nested at most 32 levels deep"),
            (very_deep.as_str(), "", "must be nested at most 32 levels deep"),
        ];
        for (text, pointer, message) in table {
            let problem = read::<Body<'_>>(text.as_bytes()).unwrap_err();
            assert_eq!(problem.places(), [(pointer, message)], "{}", &text[..text.len().min(80)]);
        }
        assert!(read::<Body<'_>>(b"{\"account\":\"\xff\"}").is_err());
    }

    #[test]
    fn what_is_right_is_read_and_borrowed() {
        let text = r#"{"account":"a","credits":-5,"attributes":{"b":true,"a":"1.5","c":7},"metadata":{}}"#;
        let body: Body<'_> = read(text.as_bytes()).unwrap();
        assert!(matches!(body.account.0, std::borrow::Cow::Borrowed("a")));
        let names: Vec<String> = body.attributes.unwrap().owned().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "b", "c"]);
    }
}
