use ledger::{Lot, Part, Position};
use money::Amount;

/// A grant of an order whose money was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The grant.
    pub grant: Position,
    /// What can still be drawn of it.
    pub free: Amount,
    /// What open holds have set aside of it: by hold.
    pub held: Vec<(Position, Amount)>,
    /// What was spent of it, less what came back.
    pub spent: Amount,
}

/// What is taken back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Of what was left of the grants.
    pub parts: Vec<Part>,
    /// Of what open holds have set aside.
    pub holds: Vec<(Position, Part)>,
    /// Of what was spent: it is owed.
    pub owed: Amount,
    /// Of what had ended unspent.
    pub lapsed: Amount,
}

/// How many credits are to be taken back in all, when of `paid` so much was taken back in all: the same share,
/// rounded down; all of them, when it was all.
pub fn target(credits: Amount, paid: i64, back: i64) -> Amount {
    if back >= paid {
        return credits;
    }
    let share = i128::from(credits.0) * i128::from(back.max(0)) / i128::from(paid.max(1));
    Amount(i64::try_from(share).unwrap_or(credits.0))
}

/// Takes so many credits back: what is left of the grants first, then what was spent, which is owed, then what is held, and
/// the rest is what had ended by itself (domain.md, "Plans, renewals, packages": what is left is voided, what was spent is
/// owed). The latest grant comes first.
pub fn take_back(credits: Amount, grants: &[Left]) -> Taken {
    let mut rest = credits;
    let mut taken = Taken::default();
    let mut take = |most: Amount| {
        let part = most.min(rest).max(Amount::ZERO);
        rest = rest.minus(part);
        part
    };
    for left in grants.iter().rev() {
        let credits = take(left.free);
        if credits.is_positive() {
            taken.parts.push(Part { grant: left.grant, credits });
        }
    }
    for left in grants.iter().rev() {
        taken.owed = taken.owed.plus(take(left.spent));
    }
    for left in grants.iter().rev() {
        for (hold, held) in left.held.iter().rev() {
            let credits = take(*held);
            if credits.is_positive() {
                taken.holds.push((*hold, Part { grant: left.grant, credits }));
            }
        }
    }
    taken.lapsed = rest;
    taken
}

/// Which lots credits come back to that were taken: the latest lot's were taken first, so of the credits from the end of
/// all, those beyond `stays` and up to `taken`. Each lot's place, and how many, in the order of the lots.
pub fn lots_again(lots: &[Lot], stays: Amount, taken: Amount) -> Vec<(usize, Amount)> {
    let mut before = Amount::ZERO;
    let mut again = Vec::new();
    for (place, lot) in lots.iter().enumerate().rev() {
        let end = before.plus(lot.credits);
        let credits = end.min(taken).minus(before.max(stays));
        if credits.is_positive() {
            again.push((place, credits));
        }
        before = end;
    }
    again.reverse();
    again
}

#[cfg(test)]
mod tests {
    use ledger::Class;

    use super::*;

    #[test]
    fn the_share_of_the_money_is_the_share_of_the_credits() {
        assert_eq!(target(Amount(500), 11_900, 11_900), Amount(500));
        assert_eq!(target(Amount(500), 11_900, 5_950), Amount(250));
        assert_eq!(target(Amount(500), 11_900, 1), Amount(0), "rounded down");
        assert_eq!(target(Amount(500), 0, 0), Amount(500));
    }

    #[test]
    fn what_is_left_goes_first_then_what_was_spent_is_owed() {
        let grant = Position(1);
        let left = Left { grant, free: Amount(30), held: vec![(Position(9), Amount(20))], spent: Amount(40) };
        let taken = |credits| take_back(Amount(credits), std::slice::from_ref(&left));
        assert_eq!(taken(10).parts, [Part { grant, credits: Amount(10) }]);
        assert_eq!(taken(50).owed, Amount(20));
        let all = taken(100);
        assert_eq!((all.owed, all.lapsed), (Amount(40), Amount(10)));
        assert_eq!(all.holds, [(Position(9), Part { grant, credits: Amount(20) })]);
    }
    #[test]
    fn what_was_taken_first_stays_longest() {
        let lot =
            |class, credits| Lot { class, credits: Amount(credits), life: None, priority: 0, paid: None };
        let lots = [lot(Class::Purchase, 100), lot(Class::Bonus, 20)];
        let again = |stays, taken| lots_again(&lots, Amount(stays), Amount(taken));
        assert_eq!(again(0, 120), [(0, Amount(100)), (1, Amount(20))]);
        assert_eq!(again(60, 120), [(0, Amount(60))], "the bonus went with the half that stays");
        assert_eq!(again(0, 10), [(1, Amount(10))]);
        assert_eq!(again(60, 60), []);
    }
}
