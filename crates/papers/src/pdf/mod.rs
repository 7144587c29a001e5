//! PDF: fonts, sheets that text is put on, and the tags that tell a screen reader what is what.

mod face;
mod lines;
mod sheets;
mod tags;
mod write;

pub(crate) use face::{Fonts, Run, Weight};
pub(crate) use sheets::{Align, Colour, Sheets, Style};
pub(crate) use tags::{Part, Role};
pub(crate) use write::About;

use std::fmt;

/// Why there is no PDF. Neither depends on what the paper says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaperError {
    /// The fonts that this program carries can't be read.
    Fonts,
    /// The PDF was not written, or is not what it claims to be.
    Pdf(String),
}

impl fmt::Display for PaperError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PaperError::Fonts => f.write_str("the fonts for papers can't be read"),
            PaperError::Pdf(why) => write!(f, "the PDF could not be written: {why}"),
        }
    }
}

impl std::error::Error for PaperError {}
