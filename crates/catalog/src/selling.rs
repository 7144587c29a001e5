//! The rules of selling: renewals, changes of plan, top-ups, orders.

use moment::Period;
use money::Money;

/// What happens before a renewal, and after one that could not be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenewalRule {
    /// When a payment that failed is tried again, counted from the boundary, ascending. Exact periods. Empty: it is not.
    pub retry_after: Vec<Period>,
    /// How long before a renewal the customer is told; an exact period. `None`: not at all.
    pub notice_before: Option<Period>,
}

/// When a change of plan takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangeRule {
    /// To a plan that is more.
    pub up: ChangeAt,
    /// To a plan that is less.
    pub down: ChangeAt,
}

/// When a change takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeAt {
    /// When it is asked for.
    Now,
    /// With the next period.
    AtPeriodEnd,
}

/// The bounds of automatic top-ups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopUpRule {
    /// After so many declined payments in a row it is paused; 1 or more.
    pub declines: u8,
    /// The most in a calendar month, where the customer sets no cap; `None`: no cap.
    pub monthly_cap: Option<Money>,
}

/// How long orders and quotes stay open, and when customers are told that credits expire. Exact periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderRule {
    /// An order that is unpaid for so long fails.
    pub unpaid_for: Period,
    /// A quote for a package by quote can be accepted for so long.
    pub quote_for: Period,
    /// Customers are told so long before credits expire; `None`: not at all.
    pub expiry_notice: Option<Period>,
}

impl RenewalRule {
    /// Tried again after 1, 3, 5 and 7 days; told 3 days before.
    pub(crate) fn usual() -> RenewalRule {
        RenewalRule {
            retry_after: [1, 3, 5, 7].map(Period::days).to_vec(),
            notice_before: Some(Period::days(3)),
        }
    }
}

impl ChangeAt {
    pub(crate) const ALL: [ChangeAt; 2] = [ChangeAt::Now, ChangeAt::AtPeriodEnd];

    /// As files write it.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            ChangeAt::Now => "now",
            ChangeAt::AtPeriodEnd => "at_period_end",
        }
    }
}

impl ChangeRule {
    /// Up at once, down with the next period.
    pub(crate) const USUAL: ChangeRule = ChangeRule { up: ChangeAt::Now, down: ChangeAt::AtPeriodEnd };
}

impl TopUpRule {
    /// Paused after 2 declined payments; no cap.
    pub(crate) const USUAL: TopUpRule = TopUpRule { declines: 2, monthly_cap: None };
}

impl OrderRule {
    /// Orders 24 hours, quotes 30 days; told 7 days before credits expire.
    pub(crate) const USUAL: OrderRule = OrderRule {
        unpaid_for: Period::hours(24),
        quote_for: Period::days(30),
        expiry_notice: Some(Period::days(7)),
    };
}
