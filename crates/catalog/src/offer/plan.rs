use moment::Period;
use money::{Amount, Money};

/// An allotment per period, for money per billing period.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What requests call it. No package has the same code.
    pub code: String,
    /// What people read.
    pub name: String,
    /// Index into [`crate::Program::units`].
    pub unit: u8,
    /// The allotment of a period; where there are seats, of each. In the unit's smallest part.
    pub credits: Amount,
    /// For how much a billing period, which is [`Plan::periods_billed`] periods; where there are seats, for each.
    /// `None`: free.
    pub price: Option<Money>,
    /// How long a period is.
    pub period: Period,
    /// How many periods are paid for at once: 1, or 12 for a monthly allotment that is billed by the year.
    pub periods_billed: u32,
    /// How many seats can be had; `None`: the plan has no seats, and counts as one.
    pub seats: Option<Seats>,
    /// A first time at no cost, where there is one.
    pub trial: Option<Trial>,
    /// What becomes of an allotment that is not used up in its period.
    pub rollover: Rollover,
}

/// How many seats a plan can have. Allotment and price are per seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seats {
    /// The least; 1 or more.
    pub min: i64,
    /// The most; not below the least.
    pub max: i64,
}

/// A first time of a plan at no cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    /// How long it is; the first period begins at its end.
    pub length: Period,
    /// The credits for it in all, whatever the seats. Above zero.
    pub credits: Amount,
}

/// What becomes of an allotment that is not used up in its period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rollover {
    /// How much of it is carried over.
    pub cap: RolloverCap,
    /// How long that lives, from the boundary on; `None`: one period.
    pub life: Option<Period>,
    /// How many times the same credits can be carried over; 1 or more.
    pub times: u16,
}

/// How much is carried over at a boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RolloverCap {
    /// Nothing: the rest expires.
    Nothing,
    /// All that is left.
    All,
    /// What is left, and so much at most. Whatever the seats.
    Amount(Amount),
    /// A share of what is left.
    Share {
        /// In hundredths; 1 to 100.
        percent: u8,
    },
    /// What is left, and so many allotments at most (of all seats).
    Multiple {
        /// How many allotments; 1 or more.
        times: u16,
    },
}

impl Rollover {
    /// Nothing is carried over.
    pub(crate) const NOTHING: Rollover = Rollover { cap: RolloverCap::Nothing, life: None, times: 1 };
}

impl Plan {
    /// How long what is paid at once lasts: [`Plan::period`], [`Plan::periods_billed`] times.
    pub fn billing_period(&self) -> Period {
        match self.period {
            Period::Exact(millis) => Period::Exact(millis.saturating_mul(i64::from(self.periods_billed))),
            Period::Months(months) => {
                let times = i32::try_from(self.periods_billed).unwrap_or(i32::MAX);
                Period::Months(months.saturating_mul(times))
            }
        }
    }

    /// The credits of a period for so many seats, in the unit's smallest part. `None` for fewer than 1 seat, or for more
    /// than [`Amount::MAX`]. Whether the plan can have so many seats is for those to check who sell it.
    pub fn allotment(&self, seats: i64) -> Option<Amount> {
        counted(self.credits.0, seats).map(Amount)
    }

    /// What a billing period costs for so many seats, in the currency's minor unit. `None` where the plan is free, for
    /// fewer than 1 seat, or for more than 10^15. Whether the plan can have so many seats is for those to check who
    /// sell it.
    pub fn charge(&self, seats: i64) -> Option<Money> {
        let price = self.price?;
        Some(Money { amount: counted(price.amount, seats)?, ..price })
    }
}

fn counted(each: i64, seats: i64) -> Option<i64> {
    let all = each.checked_mul(seats).filter(|all| *all <= Amount::MAX.0);
    all.filter(|_| seats >= 1)
}
