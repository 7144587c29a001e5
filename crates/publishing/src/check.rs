use std::fmt;

use catalog::{Change, Program};

/// The longest file, in bytes.
pub const LONGEST: usize = 400_000;

/// Why a file can't be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It can't be read: every problem, each with its place.
    Wrong(Vec<String>),
    /// It would take away what accounts have: the changes that must not be.
    Forbidden(Vec<String>),
}

impl Unfit {
    /// Each reason, as people read it.
    pub fn reasons(&self) -> &[String] {
        match self {
            Unfit::Wrong(reasons) | Unfit::Forbidden(reasons) => reasons,
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reasons().join("; "))
    }
}

/// Reads a file that is to follow a program, and says what it would change.
pub fn check(before: &Program, text: &str) -> Result<(Program, Vec<Change>), Unfit> {
    if text.len() > LONGEST {
        return Err(Unfit::Wrong(vec![format!("the file has more than {LONGEST} bytes")]));
    }
    let program = catalog::load(&format!("{}.toml", before.id), text)
        .map_err(|problems| Unfit::Wrong(problems.iter().map(ToString::to_string).collect()))?;
    let changes = catalog::diff(before, &program);
    let forbidden: Vec<String> =
        changes.iter().filter(|change| change.forbidden.is_some()).map(ToString::to_string).collect();
    if forbidden.is_empty() { Ok((program, changes)) } else { Err(Unfit::Forbidden(forbidden)) }
}
