//! CSV: a header, and a record a line.

use std::collections::VecDeque;
use std::io::{BufRead, Read};

use csv::{ReaderBuilder, StringRecord, Terminator};

use super::header::{Column, columns, delimiter, header_wrong};
use super::lines::{LONGEST, Line, Lines};
use super::quotes::{Quotes, Scan};
use super::row::{Cells, Raw, Row, Wrong};
use crate::Trouble;

/// A record with its lines, and whether the file ends in it; or its first line, and why it is no record.
type Whole = Result<(String, bool), (String, Wrong)>;

/// A record at a time: what the reader of CSV reads from.
#[derive(Debug, Default)]
struct Feed {
    bytes: Vec<u8>,
    at: usize,
}

impl Read for Feed {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let mut left = self.bytes.get(self.at..).unwrap_or_default();
        let read = left.read(buffer)?;
        self.at += read;
        Ok(read)
    }
}

/// A file of CSV behind its header.
#[derive(Debug)]
pub struct Sheet<R> {
    lines: Lines<R>,
    /// Lines that were read in search of a closing quote, and stand for themselves.
    back: VecDeque<Line>,
    columns: Vec<Column>,
    header: StringRecord,
    delimiter: u8,
    reader: csv::Reader<Feed>,
}

impl<R: BufRead> Sheet<R> {
    /// Reads the header; the error tells all that is wrong with it.
    pub fn open(lines: Lines<R>, first: &Line) -> Result<Sheet<R>, Trouble> {
        let text =
            first.text.as_deref().map_err(|unread| header_wrong(first, std::slice::from_ref(&unread.why)))?;
        if text.contains('\r') {
            let why = "its lines end in a carriage return alone: save it with line ends of Unix or Windows";
            return Err(header_wrong(first, &[why.to_owned()]));
        }
        let delimiter = delimiter(text);
        let mut scan = Scan::new();
        match scan.line(text, delimiter) {
            Quotes::Closed => {}
            Quotes::Open => return Err(header_wrong(first, &["a quote is not closed".to_owned()])),
            Quotes::Wrong(why) => return Err(header_wrong(first, &[why.to_owned()])),
        }
        let mut reader = reader(delimiter);
        let header = split(&mut reader, delimiter, text).map_err(|why| header_wrong(first, &[why]))?;
        let columns = columns(&header).map_err(|wrong| header_wrong(first, &wrong))?;
        Ok(Sheet { lines, back: VecDeque::new(), columns, header, delimiter, reader })
    }

    /// What separates the fields, where it is no comma.
    pub fn note(&self) -> Option<String> {
        match self.delimiter {
            b',' => None,
            b'\t' => Some("the fields are separated by tabs".to_owned()),
            other => Some(format!("the fields are separated by '{}'", char::from(other))),
        }
    }

    /// The header, and what separates fields.
    pub fn header(&self) -> (&StringRecord, u8) {
        (&self.header, self.delimiter)
    }

    /// How many bytes were read.
    pub fn read(&self) -> u64 {
        self.lines.read
    }

    /// The next record; `None` at the end. And whether the file ends in it, without a line end.
    pub fn next(&mut self) -> Result<Option<(Row, bool)>, Trouble> {
        loop {
            let Some(line) = self.line()? else { return Ok(None) };
            let (number, open_end) = (line.number, line.open_end);
            let text = match line.text {
                Ok(text) if text.trim().is_empty() => continue,
                Ok(text) => text,
                Err(unread) => {
                    let cells = Err(Wrong::line(unread.why));
                    return Ok(Some((Row { number, raw: Raw::Text(unread.start), cells }, open_end)));
                }
            };
            let (text, open_end) = match self.whole(text, open_end)? {
                Ok(whole) => whole,
                Err((text, wrong)) => {
                    return Ok(Some((Row { number, raw: Raw::Text(text), cells: Err(wrong) }, open_end)));
                }
            };
            let record = match split(&mut self.reader, self.delimiter, &text) {
                Ok(record) => record,
                Err(why) => {
                    let cells = Err(Wrong::line(why));
                    return Ok(Some((Row { number, raw: Raw::Text(text), cells }, open_end)));
                }
            };
            // Programs for sheets write lines that have nothing but separators.
            if record.iter().all(str::is_empty) {
                continue;
            }
            let cells = self.cells(&record, open_end);
            return Ok(Some((Row { number, raw: Raw::Fields(record), cells }, open_end)));
        }
    }

    fn line(&mut self) -> Result<Option<Line>, Trouble> {
        match self.back.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.lines.next(),
        }
    }

    /// The whole of a record that begins with this line, and whether the file ends in it. One whose quotes don't close is
    /// refused as its first line alone: those behind it stand for themselves.
    fn whole(&mut self, first: String, open_end: bool) -> Result<Whole, Trouble> {
        let mut scan = Scan::new();
        let mut quotes = scan.line(&first, self.delimiter);
        if quotes == Quotes::Closed {
            return Ok(Ok((first, open_end)));
        }
        let opened = scan.field;
        let mut whole = first.clone();
        let mut more: Vec<Line> = Vec::new();
        let mut open_end = open_end;
        let wrong = loop {
            match quotes {
                Quotes::Closed => return Ok(Ok((whole, open_end))),
                Quotes::Wrong(why) => break why.to_owned(),
                Quotes::Open => {}
            }
            let Some(line) = self.line()? else {
                break "a quote is opened and not closed before the end of the file".to_owned();
            };
            open_end = line.open_end;
            let text = line.text.clone();
            more.push(line);
            match text {
                Ok(text) if whole.len() + text.len() < LONGEST => {
                    whole.push('\n');
                    whole.push_str(&text);
                    quotes = scan.line(&text, self.delimiter);
                }
                _ => break format!("a quote is opened and not closed within {LONGEST} bytes"),
            }
        };
        for line in more.into_iter().rev() {
            self.back.push_front(line);
        }
        let field = self.header.get(opened).unwrap_or_default().to_owned();
        Ok(Err((first, Wrong { field, why: wrong })))
    }

    fn cells(&self, record: &StringRecord, open_end: bool) -> Result<Cells, Wrong> {
        let (here, wanted) = (record.len(), self.columns.len());
        if here != wanted {
            let cut = if open_end && here < wanted { ": the file ends in it, so it was cut" } else { "" };
            let separator = char::from(self.delimiter).escape_default();
            let quote = if here > wanted {
                format!(": put a field that has '{separator}' in quotes")
            } else {
                String::new()
            };
            return Err(Wrong::line(format!(
                "the line has {here} fields, and the header {wanted}{cut}{quote}"
            )));
        }
        let mut cells = Cells::default();
        for (column, text) in self.columns.iter().zip(record) {
            let trimmed = text.trim();
            match column {
                _ if trimmed.is_empty() => {}
                Column::Field(field) => {
                    cells.set(*field, trimmed.to_owned());
                }
                Column::Metadata(name) => cells.metadata.push((name.clone(), text.to_owned())),
                Column::Passed => {}
            }
        }
        Ok(cells)
    }
}

fn reader(delimiter: u8) -> csv::Reader<Feed> {
    let mut builder = ReaderBuilder::new();
    // Line ends are told apart before: a carriage return that is left is part of a field.
    builder.has_headers(false).flexible(true).delimiter(delimiter).terminator(Terminator::Any(b'\n'));
    builder.from_reader(Feed::default())
}

fn split(reader: &mut csv::Reader<Feed>, delimiter: u8, text: &str) -> Result<StringRecord, String> {
    let feed = reader.get_mut();
    feed.bytes.clear();
    feed.bytes.extend_from_slice(text.as_bytes());
    // With its end the record is whole, and the reader asks for nothing behind it.
    feed.bytes.push(b'\n');
    feed.at = 0;
    let mut record = StringRecord::new();
    let why = match reader.read_record(&mut record) {
        Ok(true) => return Ok(record),
        Ok(false) => "there is nothing in it".to_owned(),
        Err(error) => error.to_string(),
    };
    // It may be in the midst of something.
    *reader = self::reader(delimiter);
    Err(format!("it can't be taken apart: {why}"))
}
