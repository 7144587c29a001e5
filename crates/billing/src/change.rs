use money::{Amount, Money};

/// Whether a change is to more or to less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// It costs more; or as much, for more credits.
    Up,
    /// Otherwise.
    Down,
}

/// The direction of a change between two offers, by what they cost in the same time and, where that is equal or can't
/// be compared, by what they bring. `months` or days: each is (price, credits, length in milliseconds).
pub fn direction(from: (Option<Money>, Amount, i64), to: (Option<Money>, Amount, i64)) -> Direction {
    let amount = |money: Option<Money>| i128::from(money.map_or(0, |money| money.amount));
    // Each side times the other's length: by the same time, exactly.
    let price = |side: &(Option<Money>, Amount, i64), other: i64| amount(side.0) * i128::from(other.max(1));
    let credits =
        |side: &(Option<Money>, Amount, i64), other: i64| i128::from(side.1.0) * i128::from(other.max(1));
    let comparable = match (from.0, to.0) {
        (Some(from), Some(to)) => from.currency == to.currency,
        _ => true,
    };
    let (old, new) = (price(&from, to.2), price(&to, from.2));
    let up = if comparable && old != new { new > old } else { credits(&to, from.2) > credits(&from, to.2) };
    if up { Direction::Up } else { Direction::Down }
}

/// What a change at once costs and brings: the difference (PS-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The new allotment less the old one; not negative.
    pub credits: Amount,
    /// The new price less the old one; not negative.
    pub price: Money,
}

/// What is left of what was paid at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// So many periods, the current one included, …
    pub left: u32,
    /// … of so many.
    pub of: u32,
    /// Whether the new offer is paid for as long as it is billed for, as its first period begins now.
    pub whole: bool,
}

impl Share {
    /// So much of an amount, rounded down.
    fn of(self, amount: i64) -> i64 {
        let part = i128::from(amount) * i128::from(self.left) / i128::from(self.of.max(1));
        i64::try_from(part).unwrap_or(amount)
    }
}

/// The difference between the current period's offer and another; `None`: they are not in one currency.
///
/// Where some periods are paid at a time, the price is that of those that are left: of both offers, or of the old one
/// where the new one begins anew.
pub fn change(from: (Option<Money>, Amount), to: (Money, Amount), share: Share) -> Option<Change> {
    let old = match from.0 {
        Some(old) if old.currency != to.0.currency => return None,
        Some(old) => old.amount,
        None => 0,
    };
    let difference = if share.whole {
        to.0.amount.saturating_sub(share.of(old))
    } else {
        share.of(to.0.amount.saturating_sub(old))
    };
    let price = Money { amount: difference.max(0), ..to.0 };
    Some(Change { credits: to.1.minus(from.1).max(Amount::ZERO), price })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(amount: i64) -> Money {
        Money { amount, currency: "USD".parse().unwrap() }
    }

    #[test]
    fn more_money_in_the_same_time_is_up() {
        let (month, year) = (30, 365);
        let plus = (Some(usd(700)), Amount(200), month);
        let pro = (Some(usd(1_500)), Amount(500), month);
        let free = (None, Amount(5), month);
        let plus_by_year = (Some(usd(7_000)), Amount(2_400), year);
        assert_eq!(direction(plus, pro), Direction::Up);
        assert_eq!(direction(pro, plus), Direction::Down);
        assert_eq!(direction(free, plus), Direction::Up);
        assert_eq!(direction(plus, plus_by_year), Direction::Down, "it costs less by the day");
        let euros = (Some(Money { amount: 1, currency: "EUR".parse().unwrap() }), Amount(900), month);
        assert_eq!(direction(plus, euros), Direction::Up, "by the credits");
    }

    #[test]
    fn a_change_at_once_costs_the_difference() {
        let pro = (usd(1_500), Amount(500));
        let one = Share { left: 1, of: 1, whole: false };
        let wanted = Change { credits: Amount(300), price: usd(800) };
        assert_eq!(change((Some(usd(700)), Amount(200)), pro, one), Some(wanted));
        let wanted = Change { credits: Amount(495), price: usd(1_500) };
        assert_eq!(change((None, Amount(5)), pro, Share { whole: true, ..one }), Some(wanted));
        let euros = Money { amount: 700, currency: "EUR".parse().unwrap() };
        assert_eq!(change((Some(euros), Amount(200)), pro, one), None);
    }

    #[test]
    fn of_a_year_that_is_paid_the_months_that_are_left_count() {
        let (plus, pro) = ((Some(usd(7_000)), Amount(200)), (usd(15_000), Amount(500)));
        let price =
            |left, whole| change(plus, pro, Share { left, of: 12, whole }).map(|change| change.price.amount);
        assert_eq!(price(12, false), Some(8_000), "all of the difference");
        assert_eq!(price(3, false), Some(2_000), "of the last quarter");
        assert_eq!(price(1, false), Some(666), "rounded down");
        assert_eq!(price(3, true), Some(13_250), "a whole year, less the quarter that was paid");
    }
}
