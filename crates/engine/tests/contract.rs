use std::sync::Arc;

use engine::{Store, StoreError};
use testkit::contract::{Place, control, journal, outbox, shelf, views};
use testkit::{Fault, FaultyStore, MemoryStore};

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
    outbox::all(&fresh);
    shelf::all(&fresh);
}

#[test]
fn a_store_that_does_not_fail_yet_keeps_it_as_well() {
    struct Faulty(MemoryStore);
    impl Place for Faulty {
        fn open(&self) -> Result<Arc<dyn Store>, StoreError> {
            Ok(FaultyStore::over(Arc::new(self.0.clone())).0)
        }
    }
    let fresh = || Box::new(Faulty(MemoryStore::default())) as Box<dyn Place>;
    outbox::all(&fresh);
    shelf::all(&fresh);
}

#[test]
fn writes_to_the_outbox_fail_as_the_test_says() {
    let (store, faults) = FaultyStore::over(Arc::new(MemoryStore::default()));
    let (mut outbox, shelf) = (store.outbox().unwrap(), store.shelf("a", true).unwrap());
    faults.outbox_writes([Some(Fault::Before), None, Some(Fault::After)]);
    assert!(outbox.add(&[], 2).is_err());
    assert_eq!(outbox.next_row().unwrap(), 1);
    outbox.add(&[], 3).unwrap();
    assert!(outbox.add(&[], 4).is_err());
    assert_eq!(outbox.next_row().unwrap(), 4, "it has happened, and the error came after");
    faults.disk_full(true);
    assert!(outbox.add(&[], 5).is_err() && shelf.put("a", b"1").is_err());
    faults.disk_full(false);
    outbox.add(&[], 5).unwrap();
    assert_eq!(shelf.get("a").unwrap(), None);
    shelf.put("a", b"1").unwrap();
}
