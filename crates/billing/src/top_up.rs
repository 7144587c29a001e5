use ledger::{Pause, TopUp};
use moment::{Instant, Zone};
use money::{Amount, Money};

use crate::{month_start, next_month};

/// Why a top-up does not buy now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// It is off, an order is under way, or the level is not reached.
    Quiet,
    /// It has to rest, and the customer is to be told.
    Pause(Pause),
}

/// How many packages a top-up buys now, that each bring `each` for `price`: as many as close the whole gap, in one order
/// (domain.md, "Plans, renewals, packages"). `available` is what there would be to spend, `most` how many one order may have.
///
/// The month's cap counts what was spent in the calendar month of the account's time zone. A gap that the cap leaves
/// no room to close whole is closed as far as it goes.
pub fn count(
    top_up: &TopUp,
    available: Amount,
    (each, price): (Amount, Money),
    most: i64,
    now: Instant,
    zone: &Zone,
) -> Result<i64, Rest> {
    let resting = match top_up.paused {
        Some(Pause::Capped { until }) => now < until,
        Some(Pause::Declined | Pause::NoMethod) => true,
        None => false,
    };
    if !top_up.enabled || resting || top_up.order.is_some() || available >= top_up.below {
        return Err(Rest::Quiet);
    }
    let gap = top_up.to.max(top_up.below).minus(available);
    let whole =
        gap.0.checked_add(each.0.saturating_sub(1)).and_then(|gap| gap.checked_div(each.0)).unwrap_or(1);
    let wanted = whole.clamp(1, most.max(1));
    let Some(cap) = top_up.monthly_cap.filter(|cap| cap.currency == price.currency) else {
        return Ok(wanted);
    };
    let spent = if top_up.month == month_start(now, zone) { top_up.spent } else { 0 };
    let room = cap.amount.saturating_sub(spent).checked_div(price.amount).unwrap_or(wanted);
    if room < 1 {
        return Err(Rest::Pause(Pause::Capped { until: next_month(now, zone) }));
    }
    Ok(wanted.min(room))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_order_closes_the_whole_gap_within_the_months_cap() {
        let usd = |amount| Money { amount, currency: "USD".parse().unwrap() };
        let now: Instant = "2027-03-15T12:00:00Z".parse().unwrap();
        let march: Instant = "2027-03-01T00:00:00Z".parse().unwrap();
        let base = TopUp {
            enabled: true,
            package: "small".into(),
            unit: 0,
            below: Amount(20),
            to: Amount(20),
            monthly_cap: Some(usd(1_000)),
            month: march,
            spent: 0,
            order: None,
            declines: 0,
            paused: None,
        };
        let bought = |top_up: &TopUp, available| {
            count(top_up, Amount(available), (Amount(10), usd(300)), 100, now, &Zone::utc())
        };
        assert_eq!(bought(&base, 20), Err(Rest::Quiet), "the level itself is enough");
        assert_eq!(bought(&base, 19), Ok(1));
        assert_eq!(bought(&base, 5), Ok(2));
        assert_eq!(bought(&base, -5), Ok(3), "and no more");
        assert_eq!(bought(&base, -100), Ok(3), "as far as the cap lets it");
        assert_eq!(bought(&TopUp { to: Amount(45), ..base.clone() }, 19), Ok(3));
        let spent = TopUp { spent: 800, ..base.clone() };
        let april: Instant = "2027-04-01T00:00:00Z".parse().unwrap();
        assert_eq!(bought(&spent, 0), Err(Rest::Pause(Pause::Capped { until: april })));
        let february: Instant = "2027-02-01T00:00:00Z".parse().unwrap();
        assert_eq!(bought(&TopUp { month: february, ..spent.clone() }, 0), Ok(2), "of another month");
        assert_eq!(bought(&TopUp { enabled: false, ..base.clone() }, 0), Err(Rest::Quiet));
        assert_eq!(bought(&TopUp { paused: Some(Pause::Declined), ..base.clone() }, 0), Err(Rest::Quiet));
        assert_eq!(bought(&TopUp { order: Some(ledger::Position::default()), ..base }, 0), Err(Rest::Quiet));
    }
}
