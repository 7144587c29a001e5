use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use account::Rules;
use catalog::Program;
use ledger::NameId;
use moment::Instant;

/// A version of a program that a server runs.
#[derive(Debug)]
pub struct Published {
    /// The number that entries know the program by.
    pub name: NameId,
    /// Which version of the file: 1 is the first.
    pub version: u32,
    /// The program.
    pub program: Program,
    /// The number that entries know each action by, in the program's order.
    pub actions: Vec<NameId>,
    /// The test clock, in milliseconds, where the program runs on one. All versions share it.
    pub test_clock: Option<Arc<AtomicI64>>,
}

impl Published {
    /// The program as decisions need it.
    pub fn rules(&self) -> Rules<'_> {
        Rules { program: &self.program, version: self.version, actions: &self.actions }
    }

    /// The instant of the test clock, where there is one.
    pub fn test_now(&self) -> Option<Instant> {
        let clock = self.test_clock.as_ref()?;
        Some(Instant::from_millis(clock.load(Ordering::SeqCst)))
    }
}
