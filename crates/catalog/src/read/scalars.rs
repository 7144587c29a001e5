//! Texts, codes, truths, whole numbers and periods.

use moment::Period;
use toml::de::DeValue;

use crate::read::node::Node;
use crate::suggest::{hint, nearest};

/// The longest code, and the longest text for people, in characters.
const CODE: usize = 64;
const TEXT: usize = 200;

impl Node<'_> {
    pub(crate) fn boolean(&self) -> Option<bool> {
        if let DeValue::Boolean(value) = self.value {
            return Some(*value);
        }
        self.wrong_kind("true or false");
        None
    }

    /// A text of one line for people.
    pub(crate) fn text(&self) -> Option<String> {
        let DeValue::String(text) = self.value else {
            self.wrong_kind("a text in quotes");
            return None;
        };
        if text.trim().is_empty() {
            self.problem("the text is empty", "write what people should read");
        } else if text.chars().count() > TEXT {
            self.problem("the text is too long", format!("it may have {TEXT} characters"));
        } else if text.chars().any(char::is_control) {
            self.problem("the text has a line break or a control character", "write it in one line");
        } else {
            return Some(text.clone().into_owned());
        }
        None
    }

    /// A text that is a code.
    pub(crate) fn code(&self) -> Option<String> {
        let DeValue::String(text) = self.value else {
            self.wrong_kind("a code in quotes");
            return None;
        };
        self.is_code(self.span.start, text).then(|| text.clone().into_owned())
    }

    /// Whether a word, which stands at that byte, is a code; if not, a problem is noted.
    pub(crate) fn is_code(&self, at: usize, word: &str) -> bool {
        let allowed =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
        let fits = (1..=CODE).contains(&word.len()) && word.bytes().all(allowed);
        if !fits {
            let help = format!("a code has 1 to {CODE} characters: lower-case letters, digits, - and _");
            let shown: String = word.chars().take(80).collect();
            self.document.problem(at, &self.path, format!("{shown:?} is no code"), help);
        }
        fits
    }

    /// One of the words, by position.
    pub(crate) fn choice(&self, words: &[&str]) -> Option<usize> {
        let DeValue::String(text) = self.value else {
            self.wrong_kind(&quoted(words));
            return None;
        };
        let found = words.iter().position(|word| word == text);
        if found.is_none() {
            let help = match nearest(text, words.iter().copied()) {
                Some(nearest) => format!("did you mean {nearest:?}?"),
                None => format!("it must be {}", quoted(words)),
            };
            let shown: String = text.chars().take(80).collect();
            self.problem(format!("{shown:?} is not known"), help);
        }
        found
    }

    /// The position of a code among those that the file defines.
    pub(crate) fn reference(&self, what: &str, codes: &[&str]) -> Option<usize> {
        let DeValue::String(text) = self.value else {
            self.wrong_kind(&format!("the code of a {what}, in quotes"));
            return None;
        };
        let found = codes.iter().position(|code| code == text);
        if found.is_none() {
            let shown: String = text.chars().take(80).collect();
            self.problem(format!("there is no {what} {shown:?}"), hint(text, codes.iter().copied()));
        }
        found
    }

    /// A whole number between the bounds, both included.
    pub(crate) fn whole(&self, min: i64, max: i64) -> Option<i64> {
        let needed = format!("a whole number from {min} to {max}");
        let DeValue::Integer(number) = self.value else {
            self.wrong_kind(&needed);
            return None;
        };
        let found = i64::from_str_radix(number.as_str(), number.radix()).ok();
        let found = found.filter(|number| (min..=max).contains(number));
        if found.is_none() {
            self.problem("the number is out of range", format!("it must be {needed}"));
        }
        found
    }

    /// A period, such as `"30 days"` or `"1 month"`.
    pub(crate) fn period(&self) -> Option<Period> {
        const EXAMPLES: &str = "a period in quotes, such as \"30 days\", \"1 month\" or \"90 min\"";
        let DeValue::String(text) = self.value else {
            self.wrong_kind(EXAMPLES);
            return None;
        };
        let period = if text.len() <= TEXT { text.parse().ok() } else { None };
        if period.is_none() {
            let shown: String = text.chars().take(80).collect();
            self.problem(format!("{shown:?} is no period"), format!("it must be {EXAMPLES}"));
        }
        period
    }

    /// A period of exact length, in milliseconds: no months or years.
    pub(crate) fn exact_period(&self) -> Option<(Period, i64)> {
        let period = self.period()?;
        let exact = period.exact_millis();
        if exact.is_none() {
            self.problem(
                "months and years have no fixed length",
                "say it in days or hours, such as \"30 days\"",
            );
        }
        exact.map(|millis| (period, millis))
    }
}

/// `"a", "b" or "c"`.
fn quoted(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
