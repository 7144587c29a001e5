use catalog::RenewalRule;
use moment::Instant;

/// When a declined payment for a renewal is tried again: by the program's schedule, counted from the boundary. `declined`
/// is how many attempts were declined, this one included; `None`: that was the last.
///
/// An instant that has passed already, as the answer came late, is `now`.
pub fn next_attempt(rule: &RenewalRule, boundary: Instant, declined: u32, now: Instant) -> Option<Instant> {
    let place = usize::try_from(declined.checked_sub(1)?).ok()?;
    let after = rule.retry_after.get(place)?;
    let at = boundary.plus_millis(after.exact_millis().unwrap_or_default());
    Some(at.max(now))
}
