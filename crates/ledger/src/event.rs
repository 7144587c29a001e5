//! What can happen to an account. These types are the format on disk: variants and fields are only ever added,
//! a variant at the end, a field as a variant of its own, so that every later version reads every journal.

use moment::Instant;
use money::Amount;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::sold::*;
use crate::{NameId, Ordered, Position, Quoted, Terms, YearMonth};

/// An amount out of, or back to, one grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Which grant.
    pub grant: Position,
    /// How much; positive.
    pub credits: Amount,
}

/// Parts in draw order.
pub type Parts = SmallVec<[Part; 2]>;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The account was opened. Its starter grants follow as entries of their own, right behind.
    Opened(Box<Opened>),
    /// The account's particulars were changed.
    Changed(Box<Changed>),
    /// The account takes no more requests.
    Closed(Why),
    /// The account takes requests again.
    Reopened(Why),
    /// A grant was issued.
    Issued(Box<Issued>),
    /// A grant that had been issued for later began.
    Started(Started),
    /// A grant ended with so much of it left.
    Expired(Part),
    /// What was left of a grant was taken back.
    Voided(Box<Voided>),
    /// Credits were taken by a correction, in draw order.
    Adjusted(Box<Adjusted>),
    /// Credits were set aside.
    Held(Held),
    /// A hold was consumed, whole or in part; the rest came back.
    Captured(Captured),
    /// A hold came back whole.
    Released(Released),
    /// Credits were consumed at once.
    Charged(Charged),
    /// Consumed credits came back.
    Returned(Box<Returned>),
    /// A session began, and was charged.
    SessionCounted(Box<SessionCounted>),
    /// A session went on.
    SessionSeen(Box<SessionSeen>),
    /// `available` went below zero.
    Overdrawn(BelowZero),
    /// `available` is zero or more again.
    Recovered(BelowZero),
    /// The deadline of an overdraft comes near.
    SuspensionNear(BelowZero),
    /// The deadline of an overdraft passed: what may overdraw is refused.
    Suspended(BelowZero),
    /// What may overdraw is allowed again.
    Restored(BelowZero),
    /// `available` crossed a threshold downwards.
    AlertFired {
        /// The threshold.
        threshold: Amount,
    },
    /// The account's own thresholds were set for a unit; `None`: the program's hold again.
    AlertsSet {
        /// Highest first.
        thresholds: Option<Box<[Amount]>>,
    },
    /// Something was ordered.
    OrderPlaced(Box<Ordered>),
    /// The customer can pay for an order.
    CheckoutOpened(Box<CheckoutOpened>),
    /// A stored payment method is to be charged for an order. What is asked outside is in the journal first.
    PaymentAsked(Box<PaymentAsked>),
    /// The provider will tell later.
    PaymentPending(Box<PaymentPending>),
    /// A payment was declined.
    PaymentDeclined(Box<PaymentDeclined>),
    /// Money has come for an order.
    OrderPaid(Box<OrderPaid>),
    /// An order's credits were given: its grants are the entries right before.
    OrderCredited(Box<OrderCredited>),
    /// No money came.
    OrderFailed(Box<OrderFailed>),
    /// An order was given up.
    OrderCanceled(Box<OrderFailed>),
    /// The provider has paid back.
    OrderRefunded(OrderRefunded),
    /// The payment of an order is disputed.
    OrderDisputed(Box<OrderDisputed>),
    /// A dispute has ended.
    DisputeClosed(Box<DisputeClosed>),
    /// An order's credits were taken back, as its money was.
    ClawedBack(Box<ClawedBack>),
    /// Credits that had been taken back are given again: the entries right before issued them.
    GivenAgain(GivenAgain),
    /// A price was made for this account.
    QuoteMade(Box<Quoted>),
    /// A quote is no longer open.
    QuoteEnded(QuoteEnded),
    /// A subscription is another one from now on.
    Subscription(Box<SubscriptionMoved>),
    /// An auto top-up is another one from now on.
    TopUp(Box<TopUpMoved>),
    /// A grant ends soon, with so much of it left.
    ExpiryNear(ExpiryNear),
    /// Whether each month's report is sent by itself was set.
    ReportsSet(bool),
    /// A month is over, and its report is to be sent.
    ReportDue(YearMonth),
}

/// Why something was done, in the words of who did it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// At most 500 characters.
    pub reason: Box<str>,
}

/// The particulars of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// What people call it.
    pub name: Option<Box<str>>,
    /// Where messages go.
    pub email: Option<Box<str>>,
    /// A name of the IANA database.
    pub time_zone: Option<Box<str>>,
    /// A tag of BCP 47.
    pub locale: Option<Box<str>>,
    /// The host's own, by name.
    pub metadata: Vec<(Box<str>, Box<str>)>,
}

/// An account's own overdraft, where it differs from the program's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverdraftTerms {
    /// Milliseconds from going below zero to suspension.
    pub grace_millis: Option<i64>,
    /// How far below zero.
    pub limit: Option<Amount>,
}

/// See [`Event::Opened`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Which program it is an account of.
    pub program: NameId,
    /// The host's id for it; empty where the host gave none.
    pub host_id: Box<str>,
    /// Its particulars.
    pub profile: Profile,
    /// Its overdraft.
    pub overdraft: OverdraftTerms,
}

/// See [`Event::Changed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// What holds from now on.
    pub profile: Profile,
    /// What holds from the next overdraft on.
    pub overdraft: OverdraftTerms,
}

/// See [`Event::Issued`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// What it is.
    pub terms: Terms,
    /// How much of it settled a debt at once.
    pub settled: Amount,
    /// Why it was issued.
    pub reason: Box<str>,
}

/// See [`Event::Started`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// The grant.
    pub grant: Position,
    /// All of it.
    pub credits: Amount,
    /// How much of it settled a debt at once.
    pub settled: Amount,
}

/// See [`Event::Voided`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voided {
    /// The grant.
    pub grant: Position,
    /// What it was issued as.
    pub terms: Terms,
    /// What was left, and is void.
    pub credits: Amount,
    /// What open holds keep of it.
    pub held: Amount,
    /// Why.
    pub reason: Box<str>,
}

/// See [`Event::Adjusted`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjusted {
    /// How much was taken; positive.
    pub credits: Amount,
    /// From which grants.
    pub parts: Parts,
    /// Why.
    pub reason: Box<str>,
}

/// What a spend is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// The action's code; none where the host named credits.
    pub action: NameId,
    /// By which version of the program it was priced.
    pub price_version: u32,
    /// How many.
    pub quantity: i64,
    /// What the host says about it.
    pub tags: Option<Box<Tags>>,
}

/// What the host says about a spend.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tags {
    /// The attributes that it was priced by, as text, by name.
    pub attributes: Vec<(Box<str>, Box<str>)>,
    /// The host's own reference.
    pub reference: Option<Box<str>>,
    /// Which person.
    pub member: Option<Box<str>>,
    /// Which part of the organisation.
    pub department: Option<Box<str>>,
    /// The host's own, by name.
    pub metadata: Vec<(Box<str>, Box<str>)>,
}

/// See [`Event::Held`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// What for.
    pub work: Work,
    /// How much: `parts + owed`.
    pub credits: Amount,
    /// From which grants.
    pub parts: Parts,
    /// What no grant covered.
    pub owed: Amount,
    /// When it is released by itself.
    pub deadline: Instant,
}

/// Credits that come back: where they go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Back {
    /// The debt that is undone.
    pub debt: Amount,
    /// To the grants that paid, last drawn first.
    pub parts: Parts,
    /// To the grants that had settled the debt which the spend made.
    pub unsettled: Vec<Part>,
    /// Of grants that have expired: these credits end.
    pub expired: Vec<Part>,
    /// To grants that had settled the debt, and have expired since: these credits end.
    pub ended: Vec<Part>,
    /// To grants that had settled the debt, and were voided since: these credits are void.
    pub revoked: Vec<Part>,
    /// What settled the debt is no longer known: these credits end, and a new grant takes their place.
    pub lost: Amount,
    /// Of grants that were voided: these credits are void.
    pub voided: Vec<Part>,
    /// Out of the grants that got credits back, for what is still owed.
    pub settled: Vec<Part>,
    /// What grants that are no longer kept in the state were issued as.
    pub revived: Vec<(Position, Terms)>,
}

/// See [`Event::Captured`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captured {
    /// The hold.
    pub hold: Position,
    /// What for.
    pub work: Work,
    /// How much was consumed: `taken + taken_owed + excess + excess_owed`.
    pub credits: Amount,
    /// Out of the hold's grants.
    pub taken: Parts,
    /// Out of the hold's debt.
    pub taken_owed: Amount,
    /// Drawn beyond the hold, where the action may.
    pub excess: Vec<Part>,
    /// What no grant covered of it.
    pub excess_owed: Amount,
    /// The rest of the hold; none in most cases.
    pub back: Option<Box<Back>>,
}

/// See [`Event::Released`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// The hold.
    pub hold: Position,
    /// What for.
    pub work: Work,
    /// All of it.
    pub credits: Amount,
    /// Whether its deadline released it.
    pub expired: bool,
    /// Where it went.
    pub back: Box<Back>,
    /// Why, in the host's words.
    pub reason: Option<Box<str>>,
}

/// See [`Event::Charged`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charged {
    /// What for.
    pub work: Work,
    /// How much: `parts + owed`.
    pub credits: Amount,
    /// From which grants.
    pub parts: Parts,
    /// What no grant covered.
    pub owed: Amount,
}

/// See [`Event::Returned`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// The charge.
    pub charge: Position,
    /// What the charge was.
    pub charged: Charged,
    /// How much of it came back before.
    pub before: Amount,
    /// How much comes back now.
    pub credits: Amount,
    /// Where it went.
    pub back: Back,
    /// Why.
    pub reason: Box<str>,
}

/// See [`Event::SessionCounted`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionCounted {
    /// The host's key for the session.
    pub key: Box<str>,
    /// When the same key counts anew, if it is not seen again.
    pub ends_at: Instant,
    /// The charge.
    pub charged: Charged,
}

/// See [`Event::SessionSeen`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionSeen {
    /// The action.
    pub action: NameId,
    /// The host's key for the session.
    pub key: Box<str>,
    /// The entry that counted it.
    pub charge: Position,
    /// The first call.
    pub started_at: Instant,
    /// When the same key counts anew, if it is not seen again.
    pub ends_at: Instant,
}

/// A time below zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BelowZero {
    /// When it began.
    pub since: Instant,
    /// When the account is, or was, suspended.
    pub deadline: Instant,
    /// The warnings to come, soonest first (with [`Event::Overdrawn`] only).
    pub warnings: Vec<Instant>,
}
