//! The lines of a file, one at a time: none of them is longer than what is kept of it.

use std::io::BufRead;

use crate::Trouble;

/// The longest line, and the longest record of several: more than all fields at their longest.
pub const LONGEST: usize = 256 * 1024;

/// How much of a line that can't be read is shown.
const SHOWN: usize = 200;

/// A line of the file, without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: u64,
    /// What it says, or why that can't be read.
    pub text: Result<String, Unread>,
    /// Whether the file ends in it, without a line end.
    pub open_end: bool,
}

/// A line that can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Its beginning, as far as it can be shown.
    pub start: String,
    /// Why, and what would be right.
    pub why: String,
}

/// Reads a file line by line.
#[derive(Debug)]
pub struct Lines<R> {
    from: R,
    number: u64,
    /// How many bytes were read.
    pub read: u64,
}

impl<R: BufRead> Lines<R> {
    /// The lines of a file from its beginning on.
    pub fn new(from: R) -> Lines<R> {
        Lines { from, number: 0, read: 0 }
    }

    /// The next line; `None` at the end. What is no text at all is an error.
    pub fn next(&mut self) -> Result<Option<Line>, Trouble> {
        let mut kept: Vec<u8> = Vec::new();
        let mut length: u64 = 0;
        let mut open_end = true;
        loop {
            let failed = |error| Trouble::new(format!("can't read on after line {}: {error}", self.number));
            let there = self.from.fill_buf().map_err(failed)?;
            if there.is_empty() {
                break;
            }
            let end = there.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(there.len(), |end| end + 1);
            let part = there.get(..end.unwrap_or(taken)).unwrap_or_default();
            let room = (LONGEST + 1).saturating_sub(kept.len()).min(part.len());
            kept.extend_from_slice(part.get(..room).unwrap_or_default());
            length += part.len() as u64;
            self.read += taken as u64;
            self.from.consume(taken);
            if end.is_some() {
                open_end = false;
                break;
            }
        }
        if open_end && length == 0 {
            return Ok(None);
        }
        self.number += 1;
        if self.number == 1 {
            no_text(&kept)?;
            if kept.starts_with(b"\xef\xbb\xbf") {
                // A byte order mark: what some programs write in front of UTF-8.
                kept.drain(..3);
            }
        }
        if kept.last() == Some(&b'\r') {
            kept.pop();
        }
        let text = if kept.len() > LONGEST {
            let why = format!("the line has {length} bytes, and a line has at most {LONGEST}");
            Err(Unread { start: shown(&kept), why })
        } else {
            String::from_utf8(kept).map_err(|error| no_utf8(&error))
        };
        Ok(Some(Line { number: self.number, text, open_end }))
    }
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.get(..SHOWN).unwrap_or(bytes)).into_owned()
}

fn no_utf8(error: &std::string::FromUtf8Error) -> Unread {
    let bytes = error.as_bytes();
    let at = error.utf8_error().valid_up_to();
    let byte = bytes.get(at).copied().unwrap_or_default();
    let why = format!(
        "byte {} of the line ({byte:#04x}) is no UTF-8: save the file as UTF-8, or convert it, as with `iconv -f WINDOWS-1252 -t UTF-8`",
        at + 1
    );
    Unread { start: shown(bytes), why }
}

/// What is seen at the beginning of files that are no UTF-8 text.
fn no_text(start: &[u8]) -> Result<(), Trouble> {
    let what = [
        (
            b"\xff\xfe".as_slice(),
            "it is UTF-16: save it as UTF-8, or convert it, as with `iconv -f UTF-16 -t UTF-8`",
        ),
        (b"\xfe\xff", "it is UTF-16: save it as UTF-8, or convert it, as with `iconv -f UTF-16 -t UTF-8`"),
        (b"PK\x03\x04", "it is a workbook or an archive: save the sheet as CSV in UTF-8"),
        (b"\x1f\x8b", "it is compressed: unpack it first, with `gunzip`"),
    ];
    match what.iter().find(|(mark, _)| start.starts_with(mark)) {
        Some((_, why)) => Err(Trouble::new(*why)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<Line> {
        // A small buffer: lines go over its end.
        let mut lines = Lines::new(std::io::BufReader::with_capacity(3, bytes));
        std::iter::from_fn(|| lines.next().unwrap()).collect()
    }

    fn texts(bytes: &[u8]) -> Vec<String> {
        lines(bytes).into_iter().map(|line| line.text.unwrap()).collect()
    }

    #[test]
    fn lines_end_as_they_do_elsewhere() {
        assert_eq!(texts(b""), [""; 0]);
        assert_eq!(texts(b"a\nb\n"), ["a", "b"]);
        assert_eq!(texts(b"a\r\n\r\nb"), ["a", "", "b"]);
        assert_eq!(texts(b"\xef\xbb\xbfa\n\xef\xbb\xbfb"), ["a", "\u{feff}b"]);
        let open: Vec<bool> = lines(b"a\nb").iter().map(|line| line.open_end).collect();
        assert_eq!(open, [false, true]);
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over() {
        let mut bytes = vec![b'x'; 10 << 20];
        bytes.extend(b"\nb\n");
        let lines = lines(&bytes);
        let unread = lines[0].text.clone().unwrap_err();
        assert!(unread.why.contains("10485760 bytes") && unread.start.len() == SHOWN, "{unread:?}");
        assert_eq!((lines[1].number, lines[1].text.as_deref()), (2, Ok("b")));
    }

    #[test]
    fn what_is_no_text_is_named() {
        let unread = lines(b"G\xe4rten\nb")[0].text.clone().unwrap_err();
        assert!(unread.why.starts_with("byte 2 of the line (0xe4) is no UTF-8"), "{unread:?}");
        for (bytes, what) in [
            (b"\xff\xfea\0".as_slice(), "UTF-16"),
            (b"\xfe\xff\0a", "UTF-16"),
            (b"PK\x03\x04abc", "workbook"),
            (b"\x1f\x8b\x08", "compressed"),
        ] {
            let said = Lines::new(bytes).next().unwrap_err().to_string();
            assert!(said.contains(what), "{said}");
        }
    }
}
