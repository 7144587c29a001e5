use std::fmt;

use engine::StoreError;

/// Why a command did not do what it was asked: a sentence that says what is wrong, and what to do.
#[derive(Debug)]
pub struct Trouble(String);

impl Trouble {
    /// A sentence.
    pub fn new(what: impl Into<String>) -> Trouble {
        Trouble(what.into())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<operators::NotDone> for Trouble {
    fn from(not_done: operators::NotDone) -> Trouble {
        Trouble(not_done.to_string())
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Trouble {
        Trouble(error.to_string())
    }
}
