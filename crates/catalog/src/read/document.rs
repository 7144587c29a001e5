use std::cell::RefCell;
use std::ops::Range;

use crate::Problem;

/// The most problems that are told at once.
const MOST: usize = 100;

/// A file under reading: its text, and what has been found wrong with it.
pub(crate) struct Document<'t> {
    file: &'t str,
    text: &'t str,
    /// Where each line begins, in bytes.
    lines: Vec<usize>,
    problems: RefCell<Vec<(usize, Problem)>>,
}

impl<'t> Document<'t> {
    pub(crate) fn new(file: &'t str, text: &'t str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Document {
            file,
            text,
            lines: std::iter::once(0).chain(breaks).collect(),
            problems: RefCell::default(),
        }
    }

    /// Notes a problem at a byte of the text.
    pub(crate) fn problem(&self, at: usize, key: &str, message: String, help: String) {
        let line = self.lines.partition_point(|start| *start <= at).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or(0);
        let column = self.text.get(start..at).map_or(0, |before| before.chars().count()) + 1;
        let position = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let (line, column) = (position(line), position(column));
        let problem =
            Problem { file: self.file.to_owned(), line, column, key: key.to_owned(), message, help };
        self.problems.borrow_mut().push((at, problem));
    }

    /// The text as it is written in the file.
    pub(crate) fn source(&self, span: Range<usize>) -> &'t str {
        self.text.get(span).unwrap_or("")
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.problems.borrow().is_empty()
    }

    /// All problems, in the order of the file; not more than a hundred.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|(at, _)| *at);
        problems.dedup_by(|(_, a), (_, b)| a == b);
        problems.into_iter().take(MOST).map(|(_, problem)| problem).collect()
    }
}
