//! JSON written by hand: for what is written a hundred thousand times a second. It is the same, byte for byte, as
//! what serde makes of the same thing; tests hold them together.

use moment::Instant;
use serde::Serialize;

/// JSON in the making.
#[derive(Debug, Default)]
pub(crate) struct Json {
    bytes: Vec<u8>,
    /// The time that was written last: what is answered together mostly happened together.
    time: Option<(Instant, String)>,
}

impl Json {
    /// Nothing yet, and room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Json {
        Json { bytes: Vec::with_capacity(bytes), time: None }
    }

    /// What was written.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// What was written so far.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Begins anew.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// What the next value or field needs in front: a comma, unless it is the first.
    pub fn separate(&mut self) {
        if !matches!(self.bytes.last(), Some(b'[' | b'{')) {
            self.bytes.push(b',');
        }
    }

    /// Writes this as it is.
    #[inline]
    pub fn raw(&mut self, json: &str) -> &mut Json {
        self.bytes.extend_from_slice(json.as_bytes());
        self
    }

    /// Writes a text that has nothing to be escaped.
    #[inline]
    pub fn plain(&mut self, text: &[u8]) -> &mut Json {
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(text);
        self.bytes.push(b'"');
        self
    }

    /// Writes a text.
    #[inline]
    pub fn text(&mut self, text: &str) -> &mut Json {
        let special = |byte: &u8| *byte < b' ' || *byte == b'"' || *byte == b'\\';
        if text.as_bytes().iter().any(special) { self.value(&text) } else { self.plain(text.as_bytes()) }
    }

    /// Writes a number.
    #[inline]
    pub fn number(&mut self, number: i64) -> &mut Json {
        match number {
            0..=9 => {
                self.bytes.push(b'0' + number as u8);
                self
            }
            _ => self.value(&number),
        }
    }

    /// Writes an instant, as RFC 3339 does.
    pub fn time(&mut self, instant: Instant) -> &mut Json {
        let (last, text) = self.time.get_or_insert_with(|| (instant, instant.to_string()));
        if *last != instant {
            (*last, *text) = (instant, instant.to_string());
        }
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.push(b'"');
        self
    }

    /// Writes what serde makes of a value.
    pub fn value(&mut self, value: &impl Serialize) -> &mut Json {
        let written = serde_json::to_writer(&mut self.bytes, value);
        debug_assert!(written.is_ok(), "what is shown has texts for keys");
        self
    }

    // The next have names with what is around them: `,"name":`.

    /// Writes a field of a text, if there is one.
    #[inline]
    pub fn maybe_text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.raw(name).text(text);
        }
    }

    /// Writes a field of a number, if there is one.
    #[inline]
    pub fn maybe_number(&mut self, name: &str, number: Option<i64>) {
        if let Some(number) = number {
            self.raw(name).number(number);
        }
    }

    /// Writes a field of a value that is not written by hand, if there is one.
    #[inline]
    pub fn maybe_value(&mut self, name: &str, value: Option<&impl Serialize>) {
        if let Some(value) = value {
            self.raw(name).value(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(value: &impl Serialize, write: impl FnOnce(&mut Json)) {
        let mut json = Json::default();
        write(&mut json);
        assert_eq!(String::from_utf8(json.finish()).unwrap(), serde_json::to_string(value).unwrap());
    }

    #[test]
    fn texts_and_numbers_are_as_serde_writes_them() {
        for code in (0..=0x2ff).chain([0x2028, 0xfeff, 0x1_f600]).filter_map(char::from_u32) {
            for text in [code.to_string(), format!("a{code}"), format!("{code}b")] {
                same(&text, |json| _ = json.text(&text));
            }
        }
        same(&"", |json| _ = json.text(""));
        for number in [0, 1, 9, 10, 99, 100, 12_345, -1, -10, i64::MAX, i64::MIN] {
            same(&number, |json| _ = json.number(number));
        }
    }

    #[test]
    fn times_are_as_they_are_shown() {
        let mut json = Json::default();
        let mut all = String::new();
        for millis in [0, 0, 1, 1_769_851_800_000, 1_769_851_800_123, 1_769_851_800_123, -1, 0] {
            let instant = Instant::from_millis(millis);
            json.time(instant);
            all.push_str(&serde_json::to_string(&crate::show::Time(instant)).unwrap());
        }
        assert_eq!(String::from_utf8(json.finish()).unwrap(), all);
    }
}
