//! Waiting for what another thread or process does, with a deadline.

use std::time::{Duration, Instant};

/// Asks again and again until the answer is there.
///
/// # Panics
/// After ten seconds, with what was waited for.
#[expect(
    clippy::disallowed_methods,
    reason = "a deadline for other threads and processes: no test clock moves them"
)]
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(started.elapsed() < Duration::from_secs(10), "waited in vain for {what}");
        std::thread::park_timeout(Duration::from_millis(2));
    }
}

/// Whether a span of the machine's time has passed: for tests that go on for a while.
#[derive(Clone, Copy, Debug)]
pub struct Span(Instant, Duration);

impl Span {
    /// A span that begins now.
    #[expect(clippy::disallowed_methods, reason = "bounds how long a test goes on; nothing is decided by it")]
    pub fn of_millis(millis: u64) -> Span {
        Span(Instant::now(), Duration::from_millis(millis))
    }

    /// Whether it has passed.
    pub fn is_over(&self) -> bool {
        self.0.elapsed() >= self.1
    }
}
