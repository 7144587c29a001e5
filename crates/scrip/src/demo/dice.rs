//! Chance that repeats itself: the same demo every time.

/// A small generator (`SplitMix64`). Its numbers follow from its seed alone.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice of a name: another name, other numbers.
    pub fn of(name: &str) -> Dice {
        let hash = blake3::hash(name.as_bytes());
        let (first, _) = hash.as_bytes().split_at(8);
        Dice(first.try_into().map_or(1, u64::from_le_bytes))
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.saturating_sub(low).max(0) as u64 + 1;
        low + (self.roll() % span) as i64
    }

    /// Whether something happens that does so `percent` times in a hundred.
    pub fn happens(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    /// One of several.
    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.between(0, from.len() as i64 - 1) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_rolls_the_same() {
        let rolls = |name| {
            (0..5).map(|_| 0).scan(Dice::of(name), |dice, _: i32| Some(dice.roll())).collect::<Vec<_>>()
        };
        assert_eq!(rolls("a"), rolls("a"));
        assert_ne!(rolls("a"), rolls("b"));
        let mut dice = Dice::of("c");
        assert!((0..1_000).map(|_| dice.between(3, 7)).all(|number| (3..=7).contains(&number)));
        assert_eq!(dice.between(4, 4), 4);
    }
}
