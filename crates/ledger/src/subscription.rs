use moment::{Instant, Period};
use money::{Amount, Money};
use serde::{Deserialize, Serialize};

use crate::{Position, Sort};

/// What an account and a program agreed on: it stays until the account changes it, whatever becomes of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    /// Package or plan.
    pub sort: Sort,
    /// The offer's code.
    pub offer: Box<str>,
    /// What people read.
    pub name: Box<str>,
    /// Seats of a plan, or how many packages.
    pub quantity: i64,
    /// Index into the program's units.
    pub unit: u8,
    /// What a period brings: for all seats.
    pub allotment: Amount,
    /// What comes with it for nothing, of the class `bonus`.
    pub bonus: Amount,
    /// What a billing period costs: for all seats. `None`: free.
    pub price: Option<Money>,
    /// How long a period is.
    pub period: Period,
    /// How many periods are paid at a time.
    pub periods_billed: u32,
}

/// An account on a plan, or on an auto-renewal, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// The entry that started it: the order's, whose payment it began with.
    pub id: Position,
    /// What it is.
    pub agreed: Agreed,
    /// When it began.
    pub since: Instant,
    /// What boundaries are counted from.
    pub anchor: Instant,
    /// How many periods have begun since the anchor.
    pub count: u32,
    /// How many periods since the anchor are paid, or free: more than have begun where they are paid some at a time.
    pub paid: u32,
    /// The order that the current period was paid with, or is given by.
    pub order: Position,
    /// Whether all of that order's money was taken back: what it paid ahead is not given any more.
    pub taken_back: bool,
    /// When the current period began.
    pub start: Instant,
    /// When it ends: the next boundary.
    pub end: Instant,
    /// Where it stands.
    pub state: SubscriptionState,
    /// What it becomes with the next period.
    pub pending: Option<Box<Agreed>>,
    /// Whether it ends with the current period.
    pub cancel_at_end: bool,
    /// Whether it pauses at the end of the current period, and until when at most.
    pub pause_at_end: Option<Instant>,
    /// Which provider is asked for renewals; empty where there is none.
    pub provider: Box<str>,
    /// The token of the stored method; empty where there is none, or the provider renews by itself.
    pub method: Box<str>,
    /// Whether the provider renews by itself, and tells.
    pub provider_renews: bool,
    /// What is left of earlier periods and will be given with the next one.
    pub carried: Vec<Carried>,
    /// When the customer is told that a renewal is near; `None`: told, or never.
    pub notice_at: Option<Instant>,
}

/// Where a subscription stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SubscriptionState {
    /// Its first period is free of charge.
    Trial,
    /// Its current period is paid, or free.
    Active,
    /// The payment for the period that has begun is awaited.
    PastDue {
        /// The order that asks for it.
        order: Position,
    },
    /// It rests; until that instant at most.
    Paused {
        /// [`Instant::NEVER`]: until it is resumed.
        until: Instant,
    },
}

impl SubscriptionState {
    /// What the API calls it.
    pub const fn code(self) -> &'static str {
        match self {
            SubscriptionState::Trial => "trialing",
            SubscriptionState::Active => "active",
            SubscriptionState::PastDue { .. } => "past_due",
            SubscriptionState::Paused { .. } => "paused",
        }
    }
}

/// Credits of an earlier period that roll over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// How many.
    pub credits: Amount,
    /// How often they have rolled over then.
    pub times: u16,
}

/// What happened to a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// It began.
    Started,
    /// A period ended: what rolls over is known.
    PeriodEnded,
    /// A new period began.
    Renewed,
    /// A change was planned, or a plan was withdrawn.
    ChangePlanned,
    /// It became another offer.
    Changed,
    /// It will end with its period.
    CancelPlanned,
    /// It goes on.
    Resumed,
    /// It will pause with the end of its period.
    PausePlanned,
    /// It rests.
    Paused,
    /// The stored payment method changed.
    MethodChanged,
    /// The customer was told that the renewal is near.
    RenewalNear,
    /// It ended as it was asked to.
    Ended,
    /// It ended, as it was not paid.
    Unpaid,
    /// The money for the periods to come was taken back.
    PaymentTakenBack,
    /// It was given again.
    PaymentRestored,
}

impl Move {
    /// What histories call it.
    pub const fn code(self) -> &'static str {
        match self {
            Move::Started => "started",
            Move::PeriodEnded => "period_ended",
            Move::Renewed => "renewed",
            Move::ChangePlanned => "change_planned",
            Move::Changed => "changed",
            Move::CancelPlanned => "cancel_planned",
            Move::Resumed => "resumed",
            Move::PausePlanned => "pause_planned",
            Move::Paused => "paused",
            Move::MethodChanged => "method_changed",
            Move::RenewalNear => "renewal_near",
            Move::Ended => "ended",
            Move::Unpaid => "unpaid",
            Move::PaymentTakenBack => "payment_taken_back",
            Move::PaymentRestored => "payment_restored",
        }
    }

    /// Whether there is no subscription any more.
    pub const fn is_end(self) -> bool {
        matches!(self, Move::Ended | Move::Unpaid)
    }
}

impl Subscription {
    /// Whether nothing is paid beyond the current period: what comes next is asked for, and a plan to change, to rest or
    /// to end takes effect.
    pub const fn is_paid_up(&self) -> bool {
        self.count >= self.paid
    }

    /// Whether its next period begins by itself.
    pub const fn goes_on(&self) -> bool {
        !self.cancel_at_end && self.pause_at_end.is_none()
    }

    /// When something of it falls due by itself.
    pub fn next_due(&self) -> Instant {
        match self.state {
            SubscriptionState::Trial | SubscriptionState::Active => {
                self.end.min(self.notice_at.unwrap_or(Instant::NEVER))
            }
            // The order has the instants of the next attempts.
            SubscriptionState::PastDue { .. } => Instant::NEVER,
            SubscriptionState::Paused { until } => until,
        }
    }
}
