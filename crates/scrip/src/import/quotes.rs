//! Where a record of CSV ends, and whether its quotes are as RFC 4180 has them. What is lenient here would guess at
//! amounts.

/// How far a record has come at the end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// It is whole.
    Closed,
    /// A quote is open: it goes on in the next line.
    Open,
    /// A quote stands where none may.
    Wrong(&'static str),
}

#[derive(Clone, Copy)]
enum Place {
    Start,
    Plain,
    Quoted,
    /// Behind a quote within quotes: the end of the field, or the first of two.
    Behind,
}

/// Follows the quotes of a record, a line after another.
#[derive(Clone, Copy)]
pub struct Scan {
    place: Place,
    /// The field that it has come to, from 0.
    pub field: usize,
}

impl Scan {
    /// At the beginning of a record.
    pub fn new() -> Scan {
        Scan { place: Place::Start, field: 0 }
    }

    /// Goes on to the end of a line.
    pub fn line(&mut self, line: &str, delimiter: u8) -> Quotes {
        for byte in line.bytes() {
            self.place = match (self.place, byte) {
                (Place::Quoted, b'"') => Place::Behind,
                (Place::Start | Place::Behind, b'"') | (Place::Quoted, _) => Place::Quoted,
                (Place::Start | Place::Plain | Place::Behind, byte) if byte == delimiter => {
                    self.field += 1;
                    Place::Start
                }
                (Place::Plain, b'"') => {
                    return Quotes::Wrong(
                        "a quote stands within the field: put all of it in quotes, and write each quote in it twice",
                    );
                }
                (Place::Behind, _) => {
                    return Quotes::Wrong(
                        "the field goes on behind its closing quote: write a quote within it twice, and close it at its end",
                    );
                }
                (Place::Start | Place::Plain, _) => Place::Plain,
            };
        }
        if matches!(self.place, Place::Quoted) { Quotes::Open } else { Quotes::Closed }
    }
}

/// How often a byte stands outside of quotes.
pub fn outside(line: &str, wanted: u8) -> usize {
    let mut quoted = false;
    let outside = line.bytes().filter(|byte| {
        quoted ^= *byte == b'"';
        !quoted && *byte == wanted
    });
    outside.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_followed() {
        for (line, expected) in [
            ("a,b", "closed 1"),
            ("\"a,b\",c", "closed 1"),
            ("\"a\"\"b\",\"\"", "closed 1"),
            ("a,\"b", "open 1"),
            ("a,\"b\"\"", "open 1"),
            ("5\" pipe,b", "wrong 0"),
            ("a,\"b\" c", "wrong 1"),
        ] {
            let mut scan = Scan::new();
            let said = match scan.line(line, b',') {
                Quotes::Closed => "closed",
                Quotes::Open => "open",
                Quotes::Wrong(_) => "wrong",
            };
            assert_eq!(format!("{said} {}", scan.field), expected, "{line}");
        }
        assert_eq!(outside("a;\"b;c\";d,e", b';'), 2);
    }
}
