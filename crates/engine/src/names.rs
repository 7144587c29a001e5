use std::sync::{Arc, PoisonError, RwLock};

use ledger::NameId;
use rustc_hash::FxHashMap;

use crate::StoreError;
use crate::port::Journal;

/// The names that entries use, by number and by text.
#[derive(Debug)]
pub(crate) struct Names(RwLock<Table>);

#[derive(Debug, Default)]
struct Table {
    texts: Vec<Arc<str>>,
    ids: FxHashMap<Arc<str>, NameId>,
}

impl Names {
    pub fn new(names: Vec<(NameId, String)>) -> Names {
        let mut table = Table { texts: vec![Arc::from("")], ids: FxHashMap::default() };
        for (id, text) in names {
            table.put(id, text.into());
        }
        Names(RwLock::new(table))
    }

    /// Learns names that are on disk: one whose keeping had no answer may be there.
    pub fn learn(&self, names: Vec<(NameId, String)>) {
        let mut table = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for (id, text) in names {
            if !table.ids.contains_key(text.as_str()) {
                table.put(id, text.into());
            }
        }
    }

    pub fn get(&self, text: &str) -> Option<NameId> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).ids.get(text).copied()
    }

    pub fn text(&self, id: NameId) -> Arc<str> {
        let table = self.0.read().unwrap_or_else(PoisonError::into_inner);
        table.texts.get(id.0 as usize).cloned().unwrap_or_else(|| Arc::from(""))
    }

    /// The number of a name, kept durably when it is new. The lane's writer calls it.
    pub fn add(&self, text: &str, journal: &mut dyn Journal) -> Result<NameId, StoreError> {
        if let Some(id) = self.get(text) {
            return Ok(id);
        }
        let id = NameId(self.0.read().unwrap_or_else(PoisonError::into_inner).texts.len() as u32);
        journal.add_name(id, text)?;
        self.0.write().unwrap_or_else(PoisonError::into_inner).put(id, text.into());
        Ok(id)
    }
}

impl Table {
    fn put(&mut self, id: NameId, text: Arc<str>) {
        let place = id.0 as usize;
        if self.texts.len() <= place {
            self.texts.resize(place + 1, Arc::from(""));
        }
        self.texts[place] = Arc::clone(&text);
        self.ids.insert(text, id);
    }
}
