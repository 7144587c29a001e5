//! Which messages wait to be sent, in the order in which they fall due: what the shelf has, known without reading it.

use std::collections::BTreeMap;

use moment::Instant;

/// A message that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct One {
    pub due: Instant,
    pub id: String,
}

/// All that wait. A payment's own keep their order where they fall due at one instant.
#[derive(Debug, Default)]
pub(super) struct Waiting(BTreeMap<(Instant, String, usize), String>);

impl Waiting {
    pub fn add(&mut self, due: Instant, payment: &str, place: usize, id: &str) {
        self.0.insert((due, payment.to_owned(), place), id.to_owned());
    }

    pub fn remove(&mut self, due: Instant, payment: &str, place: usize) {
        self.0.remove(&(due, payment.to_owned(), place));
    }

    /// The one that falls due first.
    pub fn first(&self) -> Option<One> {
        self.0.first_key_value().map(one)
    }

    /// Those that are due by `now`, the first so many.
    pub fn until(&self, now: Instant, most: usize) -> Vec<One> {
        self.0.iter().map(one).take_while(|one| one.due <= now).take(most).collect()
    }
}

fn one((key, id): (&(Instant, String, usize), &String)) -> One {
    One { due: key.0, id: id.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_millis(seconds * 1_000)
    }

    #[test]
    fn they_come_in_the_order_in_which_they_fall_due_and_as_a_payment_caused_them() {
        let mut waiting = Waiting::default();
        waiting.add(at(2), "tp_b", 0, "late");
        waiting.add(at(1), "tp_b", 1, "second");
        waiting.add(at(1), "tp_b", 0, "first");
        let ids = |found: Vec<One>| found.into_iter().map(|one| one.id).collect::<Vec<_>>();
        assert_eq!(ids(waiting.until(at(1), 9)), ["first", "second"]);
        assert_eq!(ids(waiting.until(at(9), 2)), ["first", "second"], "no more than asked for");
        assert_eq!(waiting.first().map(|one| one.due), Some(at(1)));
        waiting.remove(at(1), "tp_b", 0);
        waiting.remove(at(1), "tp_b", 1);
        assert_eq!(ids(waiting.until(at(1), 9)), Vec::<String>::new());
        assert_eq!(waiting.first().map(|one| one.due), Some(at(2)));
    }
}
