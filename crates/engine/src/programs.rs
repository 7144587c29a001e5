use std::sync::{Arc, PoisonError, RwLock};

use crate::Published;

/// The programs that a server runs, in their latest versions.
#[derive(Debug, Default)]
pub(crate) struct Programs(RwLock<Vec<Arc<Published>>>);

impl Programs {
    /// All, by id.
    pub fn all(&self) -> Vec<Arc<Published>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn get(&self, id: &str) -> Option<Arc<Published>> {
        let programs = self.0.read().unwrap_or_else(PoisonError::into_inner);
        programs.iter().find(|published| published.program.id == id).cloned()
    }

    pub fn put(&self, published: Arc<Published>) {
        let mut programs = self.0.write().unwrap_or_else(PoisonError::into_inner);
        programs.retain(|other| other.program.id != published.program.id);
        programs.push(published);
        programs.sort_by(|a, b| a.program.id.cmp(&b.program.id));
    }
}
