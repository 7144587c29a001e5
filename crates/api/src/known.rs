//! A program as requests and answers need it: with the names that entries use, both ways.

use std::fmt;
use std::sync::Arc;

use catalog::{Action, Program};
use engine::Published;
use ledger::NameId;
use money::Amount;
use rustc_hash::FxHashMap;

use crate::show::Name;

/// Looks up the text of a name that is none of the program's actions: a key, or an action of an earlier version.
pub(crate) type Texts = Box<dyn Fn(NameId) -> Arc<str> + Send + Sync>;

/// A version of a program, with what is looked up in it for every request.
pub(crate) struct Known {
    pub published: Arc<Published>,
    codes: FxHashMap<NameId, Name>,
    places: FxHashMap<Box<str>, usize>,
    texts: Texts,
}

impl Known {
    /// The version, and where to find other names.
    pub fn new(published: Arc<Published>, texts: Texts) -> Known {
        let program = &published.program;
        let codes = program.actions.iter().zip(&published.actions);
        let codes = codes.map(|(action, name)| (*name, Name(action.code.as_str().into()))).collect();
        let places = program.actions.iter().enumerate();
        let places = places.map(|(place, action)| (action.code.as_str().into(), place)).collect();
        Known { published, codes, places, texts }
    }

    /// The program.
    pub fn program(&self) -> &Program {
        &self.published.program
    }

    /// What a name says; nothing where there is none.
    pub fn name(&self, name: NameId) -> Option<Name> {
        if !name.is_some() {
            return None;
        }
        Some(self.codes.get(&name).cloned().unwrap_or_else(|| Name((self.texts)(name))))
    }

    /// The action of that code: its place in the program, the number that entries know it by, what it is.
    pub fn action(&self, code: &str) -> Option<(usize, NameId, &Action)> {
        let place = *self.places.get(code)?;
        let name = self.published.actions.get(place)?;
        Some((place, *name, self.program().actions.get(place)?))
    }

    /// The code of a unit.
    pub fn unit(&self, unit: u8) -> &str {
        self.program().units.get(usize::from(unit)).map_or("", |unit| &unit.code)
    }

    /// An amount of a unit, for people.
    pub fn format(&self, unit: u8, amount: Amount) -> String {
        match self.program().units.get(usize::from(unit)) {
            Some(unit) => unit.format(amount).to_string(),
            None => amount.to_string(),
        }
    }
}

impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Known").field("program", &self.program().id).finish_non_exhaustive()
    }
}
