const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// How long to wait before each attempt, in milliseconds: some three days in all.
const WAITS: [i64; 10] =
    [0, 5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];

/// The longest wait that a receiver may ask for, in milliseconds.
pub(super) const LONGEST_HINT: i64 = 24 * HOUR;

/// How many milliseconds to wait when so many attempts have been made; `None`: it is given up.
///
/// ```
/// use messages::webhook::retry_after;
/// assert_eq!(retry_after(0), Some(0));
/// assert_eq!(retry_after(1), Some(5_000));
/// assert_eq!(retry_after(10), None);
/// ```
pub fn retry_after(attempts: u32) -> Option<i64> {
    WAITS.get(usize::try_from(attempts).ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_schedule() {
        let waits: Vec<i64> = (0..).map_while(retry_after).collect();
        assert_eq!(
            waits,
            [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400].map(|seconds| seconds * SECOND)
        );
        let hours = waits.iter().sum::<i64>() / HOUR;
        assert!((72..=80).contains(&hours), "three days and a little: {hours} h");
        assert!(waits.is_sorted());
    }

    #[test]
    fn then_it_is_given_up() {
        for attempts in [10, 11, 1_000, u32::MAX] {
            assert_eq!(retry_after(attempts), None);
        }
    }
}
