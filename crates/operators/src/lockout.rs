use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use moment::Instant;

/// Makes whoever fails wait: a few attempts are free, then each costs twice the one before.
#[derive(Debug, Default)]
pub struct Lockout(Mutex<BTreeMap<String, (u32, Instant)>>);

/// So many attempts cost nothing.
const FREE: u32 = 5;
/// What the first one behind them costs, in milliseconds, and the most.
const FIRST: i64 = 15_000;
const LONGEST: i64 = 15 * 60_000;
/// So many names are remembered; a flood of others must not fill the memory.
const MOST: usize = 10_000;

impl Lockout {
    /// Until when this name has to wait, if it has to.
    pub fn waits(&self, name: &str, now: Instant) -> Option<Instant> {
        let failed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        failed.get(name).map(|(_, until)| *until).filter(|until| now < *until)
    }

    /// Notes an attempt that failed.
    pub fn failed(&self, name: &str, now: Instant) {
        let mut failed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.len() >= MOST {
            failed.retain(|_, (_, until)| now.millis_since(*until) < LONGEST);
            if failed.len() >= MOST {
                failed.clear();
            }
        }
        let (count, until) = failed.entry(name.to_owned()).or_insert((0, now));
        // Who has kept still for long begins anew.
        *count = if now.millis_since(*until) > 4 * LONGEST { 1 } else { count.saturating_add(1) };
        let wait = match count.checked_sub(FREE) {
            None | Some(0) => 0,
            Some(beyond) => FIRST.saturating_mul(1 << (beyond - 1).min(10)).min(LONGEST),
        };
        *until = now.plus_millis(wait);
    }

    /// Forgets what failed: it went well.
    pub fn succeeded(&self, name: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_attempts_are_free_and_then_each_costs_twice_the_one_before() {
        let lockout = Lockout::default();
        let mut now = Instant::from_millis(0);
        let mut waits = Vec::new();
        for _ in 0..14 {
            lockout.failed("ada", now);
            let until = lockout.waits("ada", now).unwrap_or(now);
            waits.push(until.millis_since(now) / 1_000);
            now = until;
        }
        assert_eq!(waits, [0, 0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900, 900]);
        assert_eq!(lockout.waits("berta", now), None, "another name does not wait");
        lockout.succeeded("ada");
        lockout.failed("ada", now);
        assert_eq!(lockout.waits("ada", now), None);
    }

    #[test]
    fn a_flood_of_names_is_forgotten() {
        let lockout = Lockout::default();
        for number in 0..3 * MOST {
            lockout.failed(&number.to_string(), Instant::from_millis(0));
        }
        assert!(lockout.0.lock().unwrap().len() <= MOST);
    }
}
