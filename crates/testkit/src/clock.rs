use moment::{Instant, Period, Zone};

/// A clock that stands still until a test moves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManualClock(Instant);

impl ManualClock {
    /// A clock that shows `now`.
    pub const fn at(now: Instant) -> ManualClock {
        ManualClock(now)
    }

    /// What it shows.
    pub const fn now(self) -> Instant {
        self.0
    }

    /// Moves it on by a period, in coordinated universal time.
    pub fn advance(&mut self, period: Period) {
        self.0 = period.after(self.0, 1, &Zone::utc());
    }

    /// Moves it on by milliseconds.
    pub fn advance_millis(&mut self, millis: i64) {
        self.0 = self.0.plus_millis(millis);
    }

    /// Moves it on to an instant; never back.
    ///
    /// # Panics
    /// Where that lies in the past.
    pub fn set(&mut self, to: Instant) {
        assert!(to >= self.0, "the clock shows {}, and can't go back to {to}", self.0);
        self.0 = to;
    }
}
