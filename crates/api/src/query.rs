//! Query parameters.

use std::borrow::Cow;

use crate::problem::Problem;

/// The parameters of a request. Each is taken out by name; [`Query::finish`] refuses what is left.
#[derive(Debug)]
pub(crate) struct Query<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Query<'a> {
    /// Reads what follows the question mark.
    pub fn read(text: Option<&'a str>) -> Result<Query<'a>, Problem> {
        let mut pairs: Vec<(Cow<'a, str>, Cow<'a, str>)> = Vec::new();
        for pair in text.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decode = |text: &'a str| {
                unescape(text, true)
                    .ok_or_else(|| Problem::invalid(format!("?{text}"), "must be percent-encoded UTF-8"))
            };
            let (name, value) = (decode(name)?, decode(value)?);
            if pairs.iter().any(|(other, _)| *other == name) {
                return Err(Problem::invalid(format!("?{name}"), "must be given once"));
            }
            pairs.push((name, value));
        }
        Ok(Query(pairs))
    }

    /// Takes the text of a parameter, an empty one too: what is given is meant.
    pub fn text(&mut self, name: &str) -> Option<Cow<'a, str>> {
        let place = self.0.iter().position(|(given, _)| given == name)?;
        Some(self.0.swap_remove(place).1)
    }

    /// Takes a whole number between these.
    pub fn whole(&mut self, name: &str, least: u64, most: u64) -> Result<Option<u64>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let digits = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
        let number = text.parse().ok().filter(|number| digits && (least..=most).contains(number));
        let wrong =
            || Problem::invalid(format!("?{name}"), format!("must be a whole number from {least} to {most}"));
        number.map(Some).ok_or_else(wrong)
    }

    /// Refuses parameters that nobody took.
    pub fn finish(self, names: &[&str]) -> Result<(), Problem> {
        let Some((name, _)) = self.0.first() else { return Ok(()) };
        let message = match crate::body::nearest(name, names.iter().copied()) {
            Some(nearest) => format!("there is no such parameter; did you mean {nearest:?}?"),
            None if names.is_empty() => "this call has no parameters".to_owned(),
            None => format!("there is no such parameter; there are {}", names.join(", ")),
        };
        Err(Problem::invalid(format!("?{name}"), message))
    }
}

/// Undoes percent-encoding (and, in queries, a plus for a space); `None` if the result is no UTF-8.
pub(crate) fn unescape(text: &str, plus: bool) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|byte| byte == b'%' || (plus && byte == b'+')) {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' if plus => b' ',
            b'%' => {
                let mut nibble = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
                (nibble()? << 4 | nibble()?) as u8
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_by_name() {
        let mut query = Query::read(Some("limit=20&account=shop%2F1+a&empty=")).unwrap();
        assert_eq!(query.whole("limit", 1, 200).unwrap(), Some(20));
        assert_eq!(query.text("account").as_deref(), Some("shop/1 a"));
        assert_eq!(query.text("empty").as_deref(), Some(""));
        assert_eq!(query.text("other"), None);
        query.finish(&["limit"]).unwrap();
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, place) in
            [("limit=0", "?limit"), ("limit=5.0", "?limit"), ("limit=+5", "?limit"), ("limit=201", "?limit")]
        {
            let problem = Query::read(Some(text)).unwrap().whole("limit", 1, 200).unwrap_err();
            assert_eq!(problem.places()[0].0, place, "{text}");
        }
        assert_eq!(Query::read(Some("a=1&a=2")).unwrap_err().places(), [("?a", "must be given once")]);
        assert!(Query::read(Some("a=%ff")).is_err());
        assert!(Query::read(Some("a=%4")).is_err());
        let left = Query::read(Some("limt=5")).unwrap().finish(&["limit", "cursor"]).unwrap_err();
        assert_eq!(left.places(), [("?limt", "there is no such parameter; did you mean \"limit\"?")]);
    }
}
