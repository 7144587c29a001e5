//! When an import of a name was begun. Idempotency keys are remembered for 30 days: later, a second run could not tell
//! what it has issued, and would issue it again.

use engine::{Engine, Published, StoreError};
use moment::Instant;

use crate::Trouble;

/// A day less than keys are remembered: a run takes its time.
const OPEN_MILLIS: i64 = 29 * 24 * 3_600 * 1_000;

const SHELF: &str = "imports";

/// Sees to it that a run of this name can tell what earlier ones did, and notes the first one.
pub fn note(engine: &Engine, published: &Published, name: &str, dry_run: bool) -> Result<(), Trouble> {
    let shelf = engine.store().shelf(SHELF, true)?;
    let key = format!("{}/{name}", published.program.id);
    let now = engine.now(published);
    match shelf.get(&key)? {
        Some(value) => {
            let begun = read(&value)
                .ok_or_else(|| StoreError::new(format!("shelf {SHELF}, {key}: it is no time")))?;
            if now.millis_since(begun) < OPEN_MILLIS {
                return Ok(());
            }
            Err(Trouble::new(format!(
                "an import of the name {name:?} was begun at {begun}. After 29 days it is not remembered safely what \
                 it has issued, and a line of it might be issued twice. If none of these lines was imported then, give \
                 this import another --name"
            )))
        }
        None if dry_run => Ok(()),
        None => Ok(shelf.put(&key, now.millis().to_string().as_bytes())?),
    }
}

fn read(value: &[u8]) -> Option<Instant> {
    std::str::from_utf8(value).ok()?.parse().ok().map(Instant::from_millis)
}
