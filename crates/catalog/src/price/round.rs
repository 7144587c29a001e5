use std::cmp::Ordering;

use crate::rational::Rational;

/// How an exact result becomes a whole number of a unit's smallest parts. Results are never negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Round {
    Up,
    Down,
    HalfUp,
    HalfEven,
}

impl Round {
    pub(crate) const ALL: [Round; 4] = [Round::Up, Round::Down, Round::HalfUp, Round::HalfEven];

    /// As files write it.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Round::Up => "up",
            Round::Down => "down",
            Round::HalfUp => "half_up",
            Round::HalfEven => "half_even",
        }
    }

    /// As sentences say it.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Round::Up => "rounded up",
            Round::Down => "rounded down",
            Round::HalfUp => "rounded to the nearest, halves up",
            Round::HalfEven => "rounded to the nearest, halves to even",
        }
    }

    pub(crate) fn apply(self, exact: Rational) -> i128 {
        let (floor, ceil) = (exact.floor(), exact.ceil());
        match (self, exact.half()) {
            (Round::Up, _)
            | (Round::HalfUp | Round::HalfEven, Ordering::Greater)
            | (Round::HalfUp, Ordering::Equal) => ceil,
            (Round::HalfEven, Ordering::Equal) if floor.rem_euclid(2) == 1 => ceil,
            _ => floor,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_rounds_as_it_says() {
        //   exact         up  down half_up half_even
        for (exact, rounded) in [
            ("0", [0, 0, 0, 0]),
            ("2", [2, 2, 2, 2]),
            ("0.5", [1, 0, 1, 0]),
            ("1.5", [2, 1, 2, 2]),
            ("2.5", [3, 2, 3, 2]),
            ("2.49", [3, 2, 2, 2]),
            ("2.51", [3, 2, 3, 3]),
            ("0.000000001", [1, 0, 0, 0]),
        ] {
            let exact = Rational::parse(exact).unwrap();
            assert_eq!(Round::ALL.map(|round| round.apply(exact)), rounded, "{exact}");
        }
    }
}
