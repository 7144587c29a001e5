use account::Account;
use ledger::Pause;
use moment::{Instant, Period};
use serde::Serialize;
use utoipa::ToSchema;

use super::Time;
use crate::ids::{Id, Kind};
use crate::known::Known;
use crate::offers::Price;

/// What an account buys by itself.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AutoTopUp<'a> {
    /// Whether it is on.
    pub enabled: bool,
    /// The code of the package that is bought; `null` where it was never set.
    #[schema(example = "small")]
    pub package: Option<&'a str>,
    /// The unit's code.
    #[schema(example = "credit")]
    pub unit: Option<&'a str>,
    /// It is bought when `available` is below this.
    #[schema(example = 20)]
    pub below: Option<i64>,
    /// As many are bought as bring `available` to this, in one order.
    #[schema(example = 100)]
    pub to: Option<i64>,
    /// The most that is spent in a calendar month of the account's time zone; `null`: no bound.
    pub monthly_cap: Option<Price<'a>>,
    /// What was spent in this month, with what is being asked for, in the currency's smallest part.
    #[schema(example = 0)]
    pub spent_this_month: i64,
    /// The order that is under way.
    #[schema(value_type = Option<String>)]
    pub order: Option<Id>,
    /// How often in a row the payment was declined.
    #[schema(example = 0)]
    pub declines: u8,
    /// Why it rests, if it does. Setting it anew wakes it.
    pub paused: Option<Resting>,
}

/// Why an auto top-up rests.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = TopUpPause)]
pub(crate) struct Resting {
    /// `declined`: the payment was declined too often in a row; `capped`: the month's cap is reached; `no_method`: there
    /// is no stored payment method to be charged.
    #[schema(example = "declined")]
    pub reason: &'static str,
    /// Until when; `null`: until it is set anew.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Time>,
}

impl<'a> AutoTopUp<'a> {
    /// The auto top-up of the account, as it stands at an instant.
    pub fn of(known: &'a Known, account: &'a Account, now: Instant) -> AutoTopUp<'a> {
        let Some(set) = account.sales.as_deref().and_then(|sales| sales.top_up.as_deref()) else {
            return AutoTopUp {
                enabled: false,
                package: None,
                unit: None,
                below: None,
                to: None,
                monthly_cap: None,
                spent_this_month: 0,
                order: None,
                declines: 0,
                paused: None,
            };
        };
        // What was spent is of the month that it says, which may be over.
        let month_ends = Period::Months(1).after(set.month, 1, &account.zone());
        AutoTopUp {
            enabled: set.enabled,
            package: Some(&set.package),
            unit: Some(known.unit(set.unit)),
            below: Some(set.below.0),
            to: Some(set.to.0),
            monthly_cap: set.monthly_cap.as_ref().map(Price::of),
            spent_this_month: if now < month_ends { set.spent } else { 0 },
            order: set.order.map(|order| Id::new(Kind::Order, order, account.no)),
            declines: set.declines,
            paused: set.paused.map(|why| match why {
                Pause::Declined => Resting { reason: "declined", until: None },
                Pause::Capped { until } => Resting { reason: "capped", until: Some(Time(until)) },
                Pause::NoMethod => Resting { reason: "no_method", until: None },
            }),
        }
    }
}
