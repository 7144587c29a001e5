use catalog::{Rollover, RolloverCap};
use ledger::Carried;
use money::Amount;

/// What rolls over from a period that ends: of each grant so much, with how often it has rolled over then.
///
/// `left` is what is left of the grants, in draw order, each with how often it has rolled over already. Those
/// that rolled over as often as they may stay behind. Where a cap is reached, what would be drawn first is
/// kept first, so that what has rolled over already is not favoured.
pub fn carry(rule: &Rollover, allotment: Amount, left: &[(Amount, u16)]) -> Vec<Carried> {
    let may = |(credits, times): &&(Amount, u16)| credits.is_positive() && *times < rule.times;
    let total = left.iter().filter(may).fold(Amount::ZERO, |sum, (credits, _)| sum.plus(*credits));
    let mut room = match rule.cap {
        RolloverCap::Nothing => Amount::ZERO,
        RolloverCap::All => total,
        RolloverCap::Amount(most) => most.min(total),
        RolloverCap::Share { percent } => {
            let share = i128::from(total.0) * i128::from(percent.min(100)) / 100;
            Amount(i64::try_from(share).unwrap_or(total.0))
        }
        RolloverCap::Multiple { times } => {
            let most = i128::from(allotment.0) * i128::from(times);
            Amount(i64::try_from(most).unwrap_or(i64::MAX)).min(total)
        }
    };
    let mut carried: Vec<Carried> = Vec::new();
    for (credits, times) in left.iter().filter(may) {
        let credits = (*credits).min(room);
        if !credits.is_positive() {
            continue;
        }
        room = room.minus(credits);
        let times = times + 1;
        match carried.iter_mut().find(|carried| carried.times == times) {
            Some(same) => same.credits = same.credits.plus(credits),
            None => carried.push(Carried { credits, times }),
        }
    }
    carried
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rolled(cap: RolloverCap, times: u16, left: &[(i64, u16)]) -> Vec<(i64, u16)> {
        let left: Vec<(Amount, u16)> = left.iter().map(|(n, times)| (Amount(*n), *times)).collect();
        let rule = Rollover { cap, life: None, times };
        carry(&rule, Amount(100), &left).into_iter().map(|one| (one.credits.0, one.times)).collect()
    }

    #[test]
    fn what_is_left_rolls_over_within_its_cap() {
        use RolloverCap::{All, Multiple, Nothing, Share};
        let none: Vec<(i64, u16)> = Vec::new();
        assert_eq!(rolled(Nothing, 1, &[(70, 0)]), none);
        assert_eq!(rolled(All, 1, &[(70, 0)]), [(70, 1)]);
        assert_eq!(rolled(All, 1, &[(30, 1), (70, 0)]), [(70, 1)], "it rolls over once");
        assert_eq!(rolled(All, 2, &[(30, 1), (70, 0)]), [(30, 2), (70, 1)]);
        assert_eq!(rolled(RolloverCap::Amount(Amount(50)), 2, &[(30, 1), (70, 0)]), [(30, 2), (20, 1)]);
        assert_eq!(rolled(Share { percent: 50 }, 1, &[(71, 0)]), [(35, 1)], "rounded down");
        assert_eq!(rolled(Multiple { times: 2 }, 9, &[(150, 1), (100, 0)]), [(150, 2), (50, 1)]);
        assert_eq!(rolled(All, 1, &[(0, 0)]), none);
    }
}
