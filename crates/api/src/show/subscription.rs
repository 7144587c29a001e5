use ledger::{Agreed, Position, Sales, SubscriptionState as Stands};
use serde::Serialize;
use utoipa::ToSchema;

use super::Time;
use super::order::{OfferKind, Order, currency};
use crate::ids::{Id, Kind};
use crate::known::Known;

/// The plan or auto-renewal that an account is on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Subscription<'a> {
    /// Its id.
    #[schema(value_type = String, example = "sub_00000001000000000w9m")]
    pub id: Id,
    /// Whose it is.
    #[schema(value_type = String, example = "acct_00000001000000000w3c")]
    pub account: Id,
    /// Where it stands.
    pub state: SubscriptionState,
    /// The code of the plan or package.
    #[schema(example = "studio")]
    pub offer: &'a str,
    /// Which of the two it is.
    pub kind: OfferKind,
    /// What people read.
    #[schema(example = "Studio")]
    pub name: &'a str,
    /// How many seats, or packages.
    #[schema(example = 1)]
    pub quantity: i64,
    /// The unit's code.
    #[schema(example = "credit")]
    pub unit: &'a str,
    /// What a period brings, for all seats, in the unit's smallest part.
    #[schema(example = 100)]
    pub credits: i64,
    /// What a billing period costs, for all seats, in the currency's smallest part; `null`: free.
    #[schema(example = 2900)]
    pub amount: Option<i64>,
    /// Three letters of ISO 4217; `null`: free.
    #[schema(example = "USD")]
    pub currency: Option<&'a str>,
    /// The current period.
    pub period: SubscribedPeriod,
    /// Until when it is paid, or free: later than the current period where several are paid at a time. What is planned for
    /// the end of the period happens then.
    #[schema(value_type = String, format = DateTime, example = "2026-02-28T09:30:00Z")]
    pub paid_until: Time,
    /// When it began.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T09:30:00Z")]
    pub since: Time,
    /// What it becomes, and when; `null` where it stays.
    pub pending_change: Option<PendingChange<'a>>,
    /// Whether it ends with the current period.
    pub cancel_at_period_end: bool,
    /// Until when it will rest from the end of the current period on; `null` where it does not.
    pub pause_at_period_end: Option<Rest>,
    /// Until when it rests; `null` where it does not.
    pub paused: Option<Rest>,
    /// When the stored payment method is asked again, where a payment was declined.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_attempt_at: Option<Time>,
    /// The order that is under way for it, and has to be paid.
    pub order: Option<Order<'a>>,
    /// Which payment provider is asked for renewals.
    #[schema(example = "test")]
    pub provider: Option<&'a str>,
    /// The stored payment method that is charged; `null` where there is none.
    pub payment_method: Option<PaymentMethod<'a>>,
}

/// A subscription, in short.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubscriptionInShort<'a> {
    /// Its id.
    #[schema(value_type = String, example = "sub_00000001000000000w9m")]
    pub id: Id,
    /// Where it stands.
    pub state: SubscriptionState,
    /// The code of the plan or package.
    #[schema(example = "studio")]
    pub offer: &'a str,
    /// Which of the two it is.
    pub kind: OfferKind,
    /// What people read.
    #[schema(example = "Studio")]
    pub name: &'a str,
    /// How many seats, or packages.
    #[schema(example = 1)]
    pub quantity: i64,
    /// The current period.
    pub period: SubscribedPeriod,
    /// Whether it ends with the current period.
    pub cancel_at_period_end: bool,
}

/// Where a subscription stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SubscriptionState {
    /// Its first period is free of charge.
    Trialing,
    /// Its current period is paid, or free.
    Active,
    /// The payment for the period that has begun is awaited.
    PastDue,
    /// It rests.
    Paused,
    /// It has ended: only the answer that ended it says so.
    Ended,
}

/// A period: what is in it counts from its start, and before its end.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = Period)]
pub(crate) struct SubscribedPeriod {
    /// When it began.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T09:30:00Z")]
    pub start: Time,
    /// When it ends, and the next one begins.
    #[schema(value_type = String, format = DateTime, example = "2026-02-28T09:30:00Z")]
    pub end: Time,
}

/// A time of rest.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct Rest {
    /// Until then at most; `null`: until it is resumed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Time>,
}

/// What a subscription becomes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PendingChange<'a> {
    /// The code of the plan or package.
    #[schema(example = "basic")]
    pub offer: &'a str,
    /// What people read.
    #[schema(example = "Basic")]
    pub name: &'a str,
    /// How many seats, or packages.
    #[schema(example = 1)]
    pub quantity: i64,
    /// What a period brings then.
    #[schema(example = 40)]
    pub credits: i64,
    /// What a billing period costs then; `null`: free.
    #[schema(example = 1900)]
    pub amount: Option<i64>,
    /// Three letters of ISO 4217; `null`: free.
    #[schema(example = "USD")]
    pub currency: Option<&'a str>,
    /// When: with the next period that is asked money for.
    #[schema(value_type = String, format = DateTime, example = "2026-02-28T09:30:00Z")]
    pub effective_at: Time,
}

/// A stored payment method.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct PaymentMethod<'a> {
    /// Whose it is.
    #[schema(example = "test")]
    pub provider: &'a str,
    /// What people know it by.
    #[schema(example = "Visa •••• 4242")]
    pub label: &'a str,
}

impl<'a> PaymentMethod<'a> {
    /// The method that an account has stored.
    pub fn of(sales: &'a Sales) -> Option<PaymentMethod<'a>> {
        let method = sales.method.as_ref()?;
        Some(PaymentMethod { provider: &method.provider, label: &method.label })
    }
}

impl From<Stands> for SubscriptionState {
    fn from(state: Stands) -> SubscriptionState {
        match state {
            Stands::Trial => SubscriptionState::Trialing,
            Stands::Active => SubscriptionState::Active,
            Stands::PastDue { .. } => SubscriptionState::PastDue,
            Stands::Paused { .. } => SubscriptionState::Paused,
        }
    }
}

impl SubscribedPeriod {
    fn of(one: &ledger::Subscription) -> SubscribedPeriod {
        SubscribedPeriod { start: Time(one.start), end: Time(one.end) }
    }
}

impl<'a> SubscriptionInShort<'a> {
    /// The subscription that an account is on.
    pub fn of(account: &'a account::Account) -> Option<SubscriptionInShort<'a>> {
        let one = account.subscription()?;
        Some(SubscriptionInShort {
            id: Id::new(Kind::Subscription, one.id, account.no),
            state: one.state.into(),
            offer: &one.agreed.offer,
            kind: one.agreed.sort.into(),
            name: &one.agreed.name,
            quantity: one.agreed.quantity,
            period: SubscribedPeriod::of(one),
            cancel_at_period_end: one.cancel_at_end,
        })
    }
}

fn price(agreed: &Agreed) -> (Option<i64>, Option<&str>) {
    let price = agreed.price.as_ref();
    (price.map(|price| price.amount), price.and_then(currency))
}

impl<'a> Subscription<'a> {
    /// A subscription of the account, as it is there or as an entry says.
    pub fn of(
        known: &'a Known,
        account: &'a account::Account,
        one: &'a ledger::Subscription,
        order: Option<Order<'a>>,
    ) -> Subscription<'a> {
        let sales = account.sales.as_deref();
        let (amount, money) = price(&one.agreed);
        let stored = sales.and_then(|sales| sales.method.as_ref());
        let method = stored.filter(|method| *method.token == *one.method && !one.method.is_empty());
        let rest = |until: moment::Instant| Rest { until: Time::unless_never(until) };
        let paused = match one.state {
            Stands::Paused { until } => Some(rest(until)),
            _ => None,
        };
        let paid_until = if one.is_paid_up() {
            one.end
        } else {
            one.agreed.period.after(one.anchor, i32::try_from(one.paid).unwrap_or(i32::MAX), &account.zone())
        };
        let next = under_way(account).and_then(|order| sales?.order(order)?.next_attempt_at);
        Subscription {
            id: Id::new(Kind::Subscription, one.id, account.no),
            account: Id::new(Kind::Account, account.id, account.no),
            state: one.state.into(),
            offer: &one.agreed.offer,
            kind: one.agreed.sort.into(),
            name: &one.agreed.name,
            quantity: one.agreed.quantity,
            unit: known.unit(one.agreed.unit),
            credits: one.agreed.allotment.0,
            amount,
            currency: money,
            period: SubscribedPeriod::of(one),
            paid_until: Time(paid_until),
            since: Time(one.since),
            pending_change: one.pending.as_deref().map(|to| {
                let (amount, currency) = price(to);
                PendingChange {
                    offer: &to.offer,
                    name: &to.name,
                    quantity: to.quantity,
                    credits: to.allotment.0,
                    amount,
                    currency,
                    effective_at: Time(paid_until),
                }
            }),
            cancel_at_period_end: one.cancel_at_end,
            pause_at_period_end: one.pause_at_end.map(rest),
            paused,
            next_attempt_at: next.map(Time),
            order,
            provider: Some(&*one.provider).filter(|name| !name.is_empty()),
            payment_method: method
                .map(|method| PaymentMethod { provider: &method.provider, label: &method.label }),
        }
    }
}

impl Subscription<'_> {
    /// The same, which has ended.
    pub fn ended(self) -> Self {
        Subscription { state: SubscriptionState::Ended, next_attempt_at: None, order: None, ..self }
    }
}

/// The order that is under way for the account's subscription: its renewal, or a change that is to be paid.
pub(crate) fn under_way(account: &account::Account) -> Option<Position> {
    if let Stands::PastDue { order } = account.subscription()?.state {
        return Some(order);
    }
    let orders = account.sales.as_deref()?.orders.iter().rev();
    let mut changes = orders.filter(|order| order.ordered.purpose == ledger::Purpose::Change);
    changes.find(|order| order.state.is_open()).map(|order| order.id)
}
