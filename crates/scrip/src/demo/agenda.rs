//! What is left to do of an account's day.

use ledger::Position;
use moment::Instant;

use super::diary::Act;

/// What an act made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// It has not been done.
    NotYet,
    /// An entry.
    Entry(Position),
    /// Nothing: it was refused, or what it refers to was.
    Nothing,
}

/// The acts of an account on a day, in their order, and how far they are done.
pub struct Agenda {
    /// Whose.
    pub host_id: String,
    /// What each act made, by its place in the diary.
    pub made: Vec<Made>,
    acts: Vec<Act>,
    next: usize,
}

impl Agenda {
    /// The agenda of a diary.
    pub fn new(host_id: &str, mut acts: Vec<Act>) -> Agenda {
        let made = vec![Made::NotYet; acts.len()];
        acts.sort_by_key(|act| (act.at, act.place));
        Agenda { host_id: host_id.to_owned(), made, acts, next: 0 }
    }

    /// The next act before an instant that can be done now, and what the act that it refers to made.
    pub fn take(&mut self, before: Instant) -> Option<(Act, Position)> {
        while let Some(act) = self.acts.get(self.next).filter(|act| act.at < before) {
            match act.deed.after().map_or(Made::Entry(Position::default()), |place| self.made[place]) {
                Made::NotYet => return None,
                Made::Entry(position) => {
                    self.next += 1;
                    return Some((act.clone(), position));
                }
                Made::Nothing => {
                    self.made[act.place] = Made::Nothing;
                    self.next += 1;
                }
            }
        }
        None
    }
}
