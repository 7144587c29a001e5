//! The refused lines: the first for people, all of them for a file that can be mended and imported again.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use csv::{StringRecord, WriterBuilder};

use super::objects::Members;
use super::row::{REFUSED, Raw, Row, Wrong};
use crate::Trouble;

/// So many are told.
const TOLD: usize = 20;

/// Takes refused lines.
pub struct Report {
    told: Vec<String>,
    /// How many there are.
    pub count: u64,
    out: Option<(PathBuf, Out)>,
}

enum Out {
    Sheet {
        writer: Box<csv::Writer<File>>,
        delimiter: u8,
        /// How many columns there are, and which of them is an earlier report's reason.
        columns: usize,
        passed: Option<usize>,
    },
    Objects(BufWriter<File>),
}

impl Report {
    /// A report into a file, if one is named. `header` is that of the input, and what separates its fields.
    pub fn new(path: Option<&Path>, header: Option<(StringRecord, u8)>) -> Result<Report, Trouble> {
        let out = path.map(|path| {
            let file = File::create(path).map_err(|error| failed(path, &error))?;
            let out = match header {
                Some((header, delimiter)) => {
                    Out::sheet(file, &header, delimiter).map_err(|error| failed(path, &error))?
                }
                None => Out::Objects(BufWriter::new(file)),
            };
            Ok::<_, Trouble>((path.to_owned(), out))
        });
        Ok(Report { told: Vec::new(), count: 0, out: out.transpose()? })
    }

    /// Takes a line that was refused.
    pub fn refuse(&mut self, row: &Row, wrong: &Wrong) -> Result<(), Trouble> {
        self.count += 1;
        let said = format!("line {}: {wrong}", row.number);
        if let Some((path, out)) = &mut self.out {
            out.write(&row.raw, &said).map_err(|error| failed(path, &error))?;
        }
        if self.told.len() < TOLD {
            self.told.push(said);
        }
        Ok(())
    }

    /// Finishes the file, and tells the first.
    pub fn finish(mut self) -> Result<(), Trouble> {
        for said in &self.told {
            eprintln!("scrip: {said}");
        }
        let more = self.count.saturating_sub(self.told.len() as u64);
        if let Some((path, out)) = &mut self.out {
            out.flush().map_err(|error| failed(path, &error))?;
            if self.count > 0 {
                eprintln!(
                    "scrip: the refused lines are in {}: mend them, and import that file",
                    path.display()
                );
            }
        } else if more > 0 {
            eprintln!("scrip: and {more} more; --report FILE keeps all of them");
        }
        Ok(())
    }
}

fn failed(path: &Path, error: &dyn std::fmt::Display) -> Trouble {
    Trouble::new(format!("can't write {}: {error}", path.display()))
}

impl Out {
    fn sheet(file: File, header: &StringRecord, delimiter: u8) -> Result<Out, csv::Error> {
        let passed = header.iter().position(|name| name.trim() == REFUSED);
        let mut writer = WriterBuilder::new().delimiter(delimiter).from_writer(file);
        writer.write_record(without(header, passed).chain([REFUSED]))?;
        Ok(Out::Sheet { writer: Box::new(writer), delimiter, columns: header.len(), passed })
    }

    fn write(&mut self, raw: &Raw, said: &str) -> Result<(), csv::Error> {
        match self {
            Out::Sheet { writer, delimiter, columns, passed } => {
                let here = match raw {
                    Raw::Fields(record) if record.len() == *columns => record.clone(),
                    // What can't be told apart stands in the first column as it is.
                    Raw::Fields(record) => {
                        let separator = char::from(*delimiter).to_string();
                        StringRecord::from(vec![record.iter().collect::<Vec<_>>().join(&separator)])
                    }
                    Raw::Text(text) => StringRecord::from(vec![text.as_str()]),
                };
                let columns = *columns - usize::from(passed.is_some());
                let fields = without(&here, passed.filter(|_| here.len() > 1));
                let empty = std::iter::repeat("");
                writer.write_record(fields.chain(empty).take(columns).chain([said]))
            }
            Out::Objects(writer) => {
                let Raw::Text(text) = raw else { return Ok(()) };
                let said = serde_json::Value::from(said);
                write!(writer, "{{")?;
                match serde_json::from_str::<Members<'_>>(text) {
                    Ok(members) => {
                        for (name, value) in members.0.iter().filter(|(name, _)| name != REFUSED) {
                            write!(writer, "{}:{},", serde_json::Value::from(name.as_str()), value.get())?;
                        }
                    }
                    Err(_) => write!(writer, "\"line\":{},", serde_json::Value::from(text.as_str()))?,
                }
                Ok(writeln!(writer, "\"{REFUSED}\":{said}}}")?)
            }
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Out::Sheet { writer, .. } => writer.flush(),
            Out::Objects(writer) => writer.flush(),
        }
    }
}

fn without(record: &StringRecord, passed: Option<usize>) -> impl Iterator<Item = &str> {
    record.iter().enumerate().filter(move |(place, _)| Some(*place) != passed).map(|(_, field)| field)
}
