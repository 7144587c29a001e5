//! What can go wrong with a provider, on demand.

/// Faults, for tests. They last as long as the process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Misbehaviour {
    /// The answers to the next so many charges are lost, although the charges are made.
    pub lose_answers: u32,
    /// The next so many requests fail, and do nothing.
    pub outage: u32,
    /// Each event is told twice.
    pub duplicate_events: bool,
    /// Events are told in reverse.
    pub reverse_events: bool,
}

impl Misbehaviour {
    /// Whether it happens now, for one of those that happen so many times.
    pub(super) fn happens(count: &mut u32) -> bool {
        let happens = *count > 0;
        *count = count.saturating_sub(1);
        happens
    }
}
