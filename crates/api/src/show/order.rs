use ledger::{AccountNo, Position, Sort};
use money::{Currency, Money};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Balance, DrawnPart, Time};
use crate::ids::{Id, Kind};
use crate::known::Known;

/// One purchase, from request to credits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Order<'a> {
    /// Its id.
    #[schema(value_type = String, example = "ord_00000001000000000w1d")]
    pub id: Id,
    /// Whose it is.
    #[schema(value_type = String, example = "acct_00000001000000000w3c")]
    pub account: Id,
    /// Where it is.
    pub state: OrderState,
    /// The code of the package or plan.
    #[schema(example = "small")]
    pub offer: &'a str,
    /// Which of the two it is.
    pub kind: OfferKind,
    /// Why it was placed.
    pub purpose: Purpose,
    /// What people read.
    #[schema(example = "100 credits")]
    pub name: &'a str,
    /// How many packages, or seats.
    #[schema(example = 1)]
    pub quantity: i64,
    /// The unit's code.
    #[schema(example = "credit")]
    pub unit: &'a str,
    /// How many credits it brings, in the unit's smallest part.
    #[schema(example = 100)]
    pub credits: i64,
    /// What it costs in all, in the currency's smallest part.
    #[schema(example = 2900)]
    pub amount: i64,
    /// Three letters of ISO 4217; `null` where it costs nothing.
    #[schema(example = "USD")]
    pub currency: Option<&'a str>,
    /// Which payment provider; `null` where nothing is to be paid.
    #[schema(example = "test")]
    pub provider: Option<&'a str>,
    /// Where the customer pays: send them there. `null` where there is nothing to do, or no page.
    #[schema(example = "https://credits.example/pay/shop/test_checkout/tp_0123456789abcdef")]
    pub checkout_url: Option<&'a str>,
    /// What to do where the checkout could not be opened; left out where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<&'static str>,
    /// What the provider calls its checkout or payment.
    #[schema(example = "tp_0123456789abcdef")]
    pub reference: Option<&'a str>,
    /// How often a stored payment method was asked.
    #[schema(example = 0)]
    pub attempts: u32,
    /// Whether the answer to the last attempt is awaited.
    pub asking: bool,
    /// When the stored payment method is asked again.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_attempt_at: Option<Time>,
    /// Why the last attempt did not pay, for people.
    #[schema(example = "The card was declined.")]
    pub declined_reason: Option<&'a str>,
    /// The receipt's number in the account, from 1 without a gap; `null` until it is paid, or where it cost nothing.
    pub receipt: Option<u32>,
    /// The subscription that it begins, continues or changes.
    #[schema(value_type = Option<String>)]
    pub subscription: Option<Id>,
    /// The custom quote that it accepts.
    #[schema(value_type = Option<String>)]
    pub quote: Option<Id>,
    /// When it fails if it is not paid; `null`: it does not by itself.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-02-07T09:30:00Z")]
    pub expires_at: Option<Time>,
    /// When it was placed.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T09:30:00Z")]
    pub created_at: Time,
    /// When it was paid.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub paid_at: Option<Time>,
    /// The grants that it brought.
    pub grants: Vec<DrawnPart>,
    /// How much of the money was given back in all.
    #[schema(example = 0)]
    pub refunded: i64,
    /// How much of the money is gone by disputes that were not won.
    #[schema(example = 0)]
    pub disputed: i64,
    /// How many credits were taken back with the money.
    #[schema(example = 0)]
    pub taken_back: i64,
    /// What the account had of the unit right after it; only in answers to writes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balance: Option<Balance<'a>>,
}

/// Where an order is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OrderState {
    /// Somebody has to approve it first.
    AwaitingApproval,
    /// Money is to come.
    AwaitingPayment,
    /// Money has come; the credits could not be given yet.
    Paid,
    /// Its credits were given.
    Credited,
    /// No money came in time.
    Failed,
    /// It was not approved.
    Declined,
    /// It was given up.
    Canceled,
    /// The payment is disputed: its credits were taken back.
    Disputed,
}

impl From<ledger::OrderState> for OrderState {
    fn from(state: ledger::OrderState) -> OrderState {
        match state {
            ledger::OrderState::AwaitingApproval => OrderState::AwaitingApproval,
            ledger::OrderState::AwaitingPayment => OrderState::AwaitingPayment,
            ledger::OrderState::Paid => OrderState::Paid,
            ledger::OrderState::Credited => OrderState::Credited,
            ledger::OrderState::Failed => OrderState::Failed,
            ledger::OrderState::Declined => OrderState::Declined,
            ledger::OrderState::Canceled => OrderState::Canceled,
            ledger::OrderState::Disputed => OrderState::Disputed,
        }
    }
}

/// What kind of offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OfferKind {
    /// Credits for money, once or by auto-renewal.
    Package,
    /// An allotment per period.
    Plan,
}

impl From<Sort> for OfferKind {
    fn from(sort: Sort) -> OfferKind {
        match sort {
            Sort::Package => OfferKind::Package,
            Sort::Plan => OfferKind::Plan,
        }
    }
}

/// Why an order was placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Purpose {
    /// Bought once.
    Once,
    /// The first of a plan or of an auto-renewal.
    Start,
    /// The next period of one.
    Renewal,
    /// The difference to a larger offer, in the course of a period.
    Change,
    /// The balance had fallen below the level of the auto top-up.
    TopUp,
    /// A custom quote that the customer accepted.
    Quote,
}

impl From<ledger::Purpose> for Purpose {
    fn from(purpose: ledger::Purpose) -> Purpose {
        match purpose {
            ledger::Purpose::Once => Purpose::Once,
            ledger::Purpose::Start => Purpose::Start,
            ledger::Purpose::Renewal => Purpose::Renewal,
            ledger::Purpose::Change => Purpose::Change,
            ledger::Purpose::TopUp => Purpose::TopUp,
            ledger::Purpose::Quote => Purpose::Quote,
        }
    }
}

/// Whose an order is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Buyer {
    pub account: AccountNo,
    /// The entry that opened the account.
    pub account_id: Position,
    /// The subscription that it is on now.
    pub subscription: Option<Position>,
}

impl Buyer {
    /// The account, as it is.
    pub fn of(account: &account::Account) -> Buyer {
        let subscription = account.subscription().map(|one| one.id);
        Buyer { account: account.no, account_id: account.id, subscription }
    }
}

/// The code of a currency; none for what costs nothing.
pub(crate) fn currency(money: &Money) -> Option<&str> {
    (money.currency != Currency::NONE).then(|| money.currency.code())
}

impl<'a> Order<'a> {
    /// The order, as it stands.
    pub fn of(known: &'a Known, buyer: Buyer, order: &'a ledger::Order) -> Order<'a> {
        let ordered = &*order.ordered;
        let id = |kind, position| Id::new(kind, position, buyer.account);
        let subscription = match ordered.purpose {
            ledger::Purpose::Start => Some(order.id),
            ledger::Purpose::Renewal | ledger::Purpose::Change => buyer.subscription,
            _ => None,
        };
        let grants = order.grants.iter();
        Order {
            id: id(Kind::Order, order.id),
            account: id(Kind::Account, buyer.account_id),
            state: order.state.into(),
            offer: &ordered.offer,
            kind: ordered.sort.into(),
            purpose: ordered.purpose.into(),
            name: &ordered.name,
            quantity: ordered.quantity,
            unit: known.unit(order.unit),
            credits: ordered.credits().0,
            amount: ordered.price.amount,
            currency: currency(&ordered.price),
            provider: Some(&*ordered.provider).filter(|name| !name.is_empty() && ordered.price.amount > 0),
            checkout_url: order.checkout_url.as_deref(),
            retry: None,
            reference: order.reference.as_deref().filter(|reference| !reference.is_empty()),
            attempts: order.attempts,
            asking: order.asking,
            next_attempt_at: order.next_attempt_at.map(Time),
            declined_reason: order.declined.as_deref(),
            receipt: order.receipt,
            subscription: subscription.map(|position| id(Kind::Subscription, position)),
            quote: ordered.quote.map(|position| id(Kind::Quote, position)),
            expires_at: Time::unless_never(ordered.expires_at),
            created_at: Time(order.placed_at),
            paid_at: order.paid_at.map(Time),
            grants: grants
                .map(|(grant, credits)| DrawnPart { grant: id(Kind::Grant, *grant), credits: credits.0 })
                .collect(),
            refunded: order.refunded,
            disputed: order.disputed(),
            taken_back: order.clawed.0,
            balance: None,
        }
    }
}
