use std::sync::Arc;

use engine::{Store, StoreError};
use testkit::MemoryStore;
use testkit::contract::{Place, control, journal, views};

/// The tests' own store keeps the contract too, or the tests would prove little.
struct Memory(MemoryStore);

impl Place for Memory {
    fn open(&self) -> Result<Arc<dyn Store>, StoreError> {
        Ok(Arc::new(self.0.clone()))
    }
}

fn fresh() -> Box<dyn Place> {
    Box::new(Memory(MemoryStore::default()))
}

#[test]
fn the_store_in_memory_keeps_the_contract() {
    journal::all(&fresh);
    views::all(&fresh);
    control::all(&fresh);
}
