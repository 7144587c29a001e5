use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
///
/// ```
/// use moment::Instant;
/// let start: Instant = "2026-01-31T09:30:00Z".parse().unwrap();
/// assert_eq!(start.to_string(), "2026-01-31T09:30:00Z");
/// assert!("yesterday".parse::<Instant>().is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

/// A text that is no instant of RFC 3339, or one outside the years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidInstant;

impl Instant {
    /// Later than every instant: "never" as the end of something.
    pub const NEVER: Instant = Instant(i64::MAX);

    /// Milliseconds since 1970, as they are.
    pub const fn from_millis(millis: i64) -> Instant {
        Instant(millis)
    }

    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The instant so many milliseconds later; `NEVER` stays, and so do the bounds.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Instant {
        if self.0 == i64::MAX { self } else { Instant(self.0.saturating_add(millis)) }
    }

    /// How many milliseconds `self` is after `earlier`.
    pub const fn millis_since(self, earlier: Instant) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Whether this is [`Instant::NEVER`].
    pub const fn is_never(self) -> bool {
        self.0 == i64::MAX
    }

    pub(crate) fn timestamp(self) -> Option<jiff::Timestamp> {
        jiff::Timestamp::from_millisecond(self.0).ok()
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.timestamp() {
            Some(timestamp) => timestamp.fmt(f),
            None => f.write_str("never"),
        }
    }
}

impl FromStr for Instant {
    type Err = InvalidInstant;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let timestamp: jiff::Timestamp = text.parse().map_err(|_| InvalidInstant)?;
        Ok(Instant(timestamp.as_millisecond()))
    }
}

impl fmt::Display for InvalidInstant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an instant is a date and a time of RFC 3339, such as 2026-01-31T09:30:00Z")
    }
}

impl std::error::Error for InvalidInstant {}
