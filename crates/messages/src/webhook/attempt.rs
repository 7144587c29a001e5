use std::time::{Duration, UNIX_EPOCH};

use moment::Instant;
use serde::{Deserialize, Serialize};

use super::schedule::{LONGEST_HINT, retry_after};

/// What came of one attempt to deliver a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// From the first thing done until it was known what came of it, in milliseconds.
    pub took_ms: u64,
    /// The beginning of the answer's body: at most 1 KiB, and what is no text in it replaced.
    pub answer: String,
    /// How long the receiver asks to be left alone, in milliseconds: at most 24 hours.
    pub retry_after_ms: Option<i64>,
    /// What it means.
    pub outcome: Outcome,
}

/// What an attempt means for the message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", content = "why", rename_all = "snake_case")]
pub enum Outcome {
    /// It was taken: any status of 200 to 299.
    Delivered,
    /// There was an answer, and it was another one.
    Refused(String),
    /// There was no answer, or nothing was sent.
    Failed(String),
    /// The endpoint wants no more messages: status 410. It is to be disabled.
    Gone,
}

impl Attempt {
    /// How many milliseconds to wait before the next attempt, when this was one of `attempts`; `None`: there is none.
    ///
    /// What the receiver asks for makes the wait longer, never shorter.
    pub fn next_after(&self, attempts: u32) -> Option<i64> {
        match self.outcome {
            Outcome::Delivered | Outcome::Gone => None,
            Outcome::Refused(_) | Outcome::Failed(_) => {
                retry_after(attempts).map(|wait| wait.max(self.retry_after_ms.unwrap_or(0)))
            }
        }
    }

    /// An attempt without an answer.
    pub(super) fn failed(why: String) -> Attempt {
        Attempt {
            status: None,
            took_ms: 0,
            answer: String::new(),
            retry_after_ms: None,
            outcome: Outcome::Failed(why),
        }
    }
}

/// What `Retry-After` says: seconds, or a date of HTTP. Bounded; `None` if it says nothing that can be read.
pub(super) fn hint(header: &str, at: Instant) -> Option<i64> {
    let header = header.trim();
    let millis = if let Ok(seconds) = header.parse::<u32>() {
        i64::from(seconds) * 1_000
    } else {
        let date = httpdate::parse_http_date(header).ok()?;
        let since: Duration = date.duration_since(UNIX_EPOCH).ok()?;
        Instant::from_millis(i64::try_from(since.as_millis()).ok()?).millis_since(at)
    };
    (millis > 0).then_some(millis.min(LONGEST_HINT))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn hints_are_seconds_or_dates() {
        let at: Instant = "2027-03-01T12:00:00Z".parse().unwrap();
        for (header, hint_ms) in [
            ("120", Some(120_000)),
            (" 1 ", Some(1_000)),
            ("0", None),
            ("-5", None),
            ("86400", Some(24 * HOUR)),
            ("86401", Some(24 * HOUR)),
            ("4294967295", Some(24 * HOUR)),
            ("99999999999999999999", None),
            ("Mon, 01 Mar 2027 13:00:00 GMT", Some(HOUR)),
            ("Monday, 01-Mar-27 13:00:00 GMT", Some(HOUR)),
            ("Mon, 01 Mar 2027 11:00:00 GMT", None),
            ("Fri, 01 Mar 2999 11:00:00 GMT", Some(24 * HOUR)),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(hint(header, at), hint_ms, "{header:?}");
        }
    }

    #[test]
    fn the_next_attempt() {
        let attempt = |outcome, retry_after_ms| Attempt {
            status: None,
            took_ms: 1,
            answer: String::new(),
            retry_after_ms,
            outcome,
        };
        let refused = || Outcome::Refused("503".to_owned());
        for (outcome, hint, attempts, wait) in [
            (Outcome::Delivered, None, 1, None),
            (Outcome::Gone, Some(5), 1, None),
            (refused(), None, 1, Some(5_000)),
            (refused(), Some(60_000), 1, Some(60_000)),
            (refused(), Some(1_000), 1, Some(5_000)),
            (Outcome::Failed("no answer".to_owned()), None, 9, Some(24 * HOUR)),
            (refused(), Some(60_000), 10, None),
        ] {
            assert_eq!(attempt(outcome.clone(), hint).next_after(attempts), wait, "{outcome:?} {hint:?}");
        }
    }

    #[test]
    fn an_attempt_as_it_is_kept() {
        let attempt = Attempt::failed("no answer within 15 s".to_owned());
        let json = serde_json::to_value(&attempt).unwrap();
        assert_eq!(json["outcome"], serde_json::json!({"is": "failed", "why": "no answer within 15 s"}));
        assert_eq!(serde_json::from_value::<Attempt>(json).unwrap(), attempt);
        assert_eq!(serde_json::to_string(&Outcome::Gone).unwrap(), r#"{"is":"gone"}"#);
    }
}
