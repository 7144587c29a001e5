//! The file, whichever format it is in.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use super::lines::Lines;
use super::objects::Objects;
use super::row::Row;
use super::sheet::Sheet;
use crate::Trouble;

/// The formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A header and a record a line, separated by commas, semicolons or tabs.
    Csv,
    /// A JSON object a line.
    Jsonl,
}

/// A file that is read line by line.
pub struct Source {
    from: From,
    /// How many bytes there are.
    pub size: u64,
    /// Whether the file ended without a line end.
    pub open_end: bool,
}

enum From {
    Sheet(Box<Sheet<BufReader<File>>>),
    Objects(Objects<BufReader<File>>),
}

impl Source {
    /// Opens a file, and reads its header if it has one. Without a format: as its name ends, or as it begins.
    pub fn open(path: &Path, format: Option<Format>) -> Result<Source, Trouble> {
        let shown = path.display();
        let failed = |error| Trouble::new(format!("can't read {shown}: {error}"));
        let file = File::open(path).map_err(failed)?;
        let about = file.metadata().map_err(failed)?;
        if about.is_dir() {
            return Err(Trouble::new(format!("{shown} is a folder: name a file")));
        }
        let mut lines = Lines::new(BufReader::with_capacity(1 << 16, file));
        let within = |trouble: Trouble| Trouble::new(format!("{shown}: {trouble}"));
        let first = loop {
            match lines.next().map_err(within)? {
                None => return Err(Trouble::new(format!("{shown} is empty: there is nothing to import"))),
                Some(line) if line.text.as_deref().is_ok_and(|text| text.trim().is_empty()) => {}
                Some(line) => break line,
            }
        };
        let by_name = match path.extension().and_then(|end| end.to_str()) {
            Some("csv" | "tsv") => Some(Format::Csv),
            Some("jsonl" | "ndjson") => Some(Format::Jsonl),
            _ => None,
        };
        let begins = || {
            let object = first.text.as_deref().is_ok_and(|text| text.trim_start().starts_with(['{', '[']));
            if object { Format::Jsonl } else { Format::Csv }
        };
        let from = match format.or(by_name).unwrap_or_else(begins) {
            Format::Csv => From::Sheet(Box::new(Sheet::open(lines, &first).map_err(within)?)),
            Format::Jsonl => From::Objects(Objects::open(lines, first).map_err(within)?),
        };
        Ok(Source { from, size: about.len(), open_end: false })
    }

    /// What people should know of how it is read.
    pub fn note(&self) -> Option<String> {
        match &self.from {
            From::Sheet(sheet) => sheet.note(),
            From::Objects(_) => None,
        }
    }

    /// The header and what separates fields, where it is CSV.
    pub fn header(&self) -> Option<(csv::StringRecord, u8)> {
        match &self.from {
            From::Sheet(sheet) => {
                let (header, delimiter) = sheet.header();
                Some((header.clone(), delimiter))
            }
            From::Objects(_) => None,
        }
    }

    /// How many bytes were read.
    pub fn read(&self) -> u64 {
        match &self.from {
            From::Sheet(sheet) => sheet.read(),
            From::Objects(objects) => objects.read(),
        }
    }

    /// The next line that says something; `None` at the end.
    pub fn next(&mut self) -> Result<Option<Row>, Trouble> {
        let next = match &mut self.from {
            From::Sheet(sheet) => sheet.next()?,
            From::Objects(objects) => objects.next()?,
        };
        Ok(next.map(|(row, open_end)| {
            self.open_end = open_end;
            row
        }))
    }
}
