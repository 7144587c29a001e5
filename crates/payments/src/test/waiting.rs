//! Which messages wait to be sent, in the order in which they fall due: what the shelf has, known without reading it.

use std::collections::BTreeMap;

use moment::Instant;

/// A message that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct One {
    pub due: Instant,
    pub id: String,
}

/// A place in the order: when it falls due, whose it is, and its number there.
type Place = (Instant, String, usize);

/// All that wait. A payment's own keep their order where they fall due at one instant.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    order: BTreeMap<Place, String>,
    places: BTreeMap<String, Place>,
}

impl Waiting {
    /// Adds a message. One of the same id that waits already waits for this instant from now on.
    pub fn add(&mut self, due: Instant, payment: &str, place: usize, id: &str) {
        self.remove(id);
        let place = (due, payment.to_owned(), place);
        self.order.insert(place.clone(), id.to_owned());
        self.places.insert(id.to_owned(), place);
    }

    pub fn remove(&mut self, id: &str) {
        if let Some(place) = self.places.remove(id) {
            self.order.remove(&place);
        }
    }

    /// The one that falls due first.
    pub fn first(&self) -> Option<One> {
        self.order.first_key_value().map(one)
    }

    /// Those that are due by `now`, the first so many.
    pub fn until(&self, now: Instant, most: usize) -> Vec<One> {
        self.order.iter().map(one).take_while(|one| one.due <= now).take(most).collect()
    }
}

fn one((place, id): (&Place, &String)) -> One {
    One { due: place.0, id: id.clone() }
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
        waiting.remove("first");
        waiting.add(at(3), "tp_b", 3, "second");
        assert_eq!(ids(waiting.until(at(1), 9)), Vec::<String>::new());
        assert_eq!(ids(waiting.until(at(9), 9)), ["late", "second"], "told anew, it is told then, and once");
    }
}
