use moment::Instant;
use money::Amount;
use serde::{Deserialize, Serialize};

use crate::{Back, Event, Part, Position};

/// An account of the double-entry books, per unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerAccount {
    /// Where credits come from; its balance is minus all that was issued.
    Issued,
    /// Credits that can be spent.
    Available,
    /// Credits set aside.
    Held,
    /// Credits spent.
    Consumed,
    /// Credits that ended unspent: breakage.
    Expired,
    /// Credits taken back.
    Voided,
    /// Debts; its balance is minus all that is owed.
    Owed,
}

/// One end of a flow: a ledger account, and the grant concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Which account.
    pub account: LedgerAccount,
    /// Which grant; none where no grant is concerned (a debt, or the part of a hold that a debt covers).
    pub grant: Option<Position>,
}

/// An amount that goes from one ledger account to another: two postings that sum to zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Less here.
    pub from: Leg,
    /// More here.
    pub to: Leg,
    /// How much; positive.
    pub credits: Amount,
}

/// One leg of an entry, signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Which ledger account.
    pub account: LedgerAccount,
    /// The grant concerned.
    pub grant: Option<Position>,
    /// More (positive) or less (negative).
    pub credits: Amount,
}

/// The kind of an event, as the history names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is told at the event of the same name")]
pub enum EventKind {
    Opened,
    Changed,
    Closed,
    Reopened,
    Issued,
    Started,
    Expired,
    Voided,
    Adjusted,
    Held,
    Captured,
    Released,
    Charged,
    Returned,
    SessionCounted,
    SessionSeen,
    Overdrawn,
    Recovered,
    SuspensionNear,
    Suspended,
    Restored,
    AlertFired,
    AlertsSet,
    OrderPlaced,
    CheckoutOpened,
    PaymentAsked,
    PaymentPending,
    PaymentDeclined,
    OrderPaid,
    OrderCredited,
    OrderFailed,
    OrderCanceled,
    OrderRefunded,
    OrderDisputed,
    DisputeClosed,
    ClawedBack,
    GivenAgain,
    QuoteMade,
    QuoteEnded,
    Subscription,
    TopUp,
    ExpiryNear,
    ReportsSet,
    ReportDue,
}

use LedgerAccount::{Available, Consumed, Expired, Held, Issued, Owed, Voided};

/// Which flows an event of a kind may make. An entry can balance and still be illegal; this table says which are.
pub const LEGAL_FLOWS: &[(EventKind, &[(LedgerAccount, LedgerAccount)])] = &[
    (EventKind::Issued, &[(Issued, Available), (Available, Owed)]),
    (EventKind::Started, &[(Issued, Available), (Available, Owed)]),
    (EventKind::Expired, &[(Available, Expired)]),
    (EventKind::Voided, &[(Available, Voided)]),
    (EventKind::Adjusted, &[(Available, Voided)]),
    (EventKind::Held, &[(Available, Held), (Owed, Held)]),
    (
        EventKind::Captured,
        &[
            (Held, Consumed),
            (Available, Consumed),
            (Owed, Consumed),
            (Held, Owed),
            (Held, Available),
            (Held, Expired),
            (Held, Voided),
            (Available, Owed),
        ],
    ),
    (
        EventKind::Released,
        &[(Held, Owed), (Held, Available), (Held, Expired), (Held, Voided), (Available, Owed)],
    ),
    (EventKind::Charged, &[(Available, Consumed), (Owed, Consumed)]),
    (EventKind::SessionCounted, &[(Available, Consumed), (Owed, Consumed)]),
    (
        EventKind::Returned,
        &[
            (Consumed, Owed),
            (Consumed, Available),
            (Consumed, Expired),
            (Consumed, Voided),
            (Available, Owed),
        ],
    ),
    (
        EventKind::ClawedBack,
        &[(Available, Voided), (Held, Voided), (Owed, Held), (Owed, Voided), (Available, Owed)],
    ),
];

impl EventKind {
    /// Whether an event of this kind may make a flow between these two.
    pub fn allows(self, from: LedgerAccount, to: LedgerAccount) -> bool {
        LEGAL_FLOWS.iter().any(|(kind, pairs)| *kind == self && pairs.contains(&(from, to)))
    }

    /// The name, as in `"session_counted"`.
    pub const fn code(self) -> &'static str {
        match self {
            EventKind::Opened => "opened",
            EventKind::Changed => "changed",
            EventKind::Closed => "closed",
            EventKind::Reopened => "reopened",
            EventKind::Issued => "issued",
            EventKind::Started => "started",
            EventKind::Expired => "expired",
            EventKind::Voided => "voided",
            EventKind::Adjusted => "adjusted",
            EventKind::Held => "held",
            EventKind::Captured => "captured",
            EventKind::Released => "released",
            EventKind::Charged => "charged",
            EventKind::Returned => "returned",
            EventKind::SessionCounted => "session_counted",
            EventKind::SessionSeen => "session_seen",
            EventKind::Overdrawn => "overdrawn",
            EventKind::Recovered => "recovered",
            EventKind::SuspensionNear => "suspension_near",
            EventKind::Suspended => "suspended",
            EventKind::Restored => "restored",
            EventKind::AlertFired => "alert_fired",
            EventKind::AlertsSet => "alerts_set",
            EventKind::OrderPlaced => "order_placed",
            EventKind::CheckoutOpened => "checkout_opened",
            EventKind::PaymentAsked => "payment_asked",
            EventKind::PaymentPending => "payment_pending",
            EventKind::PaymentDeclined => "payment_declined",
            EventKind::OrderPaid => "order_paid",
            EventKind::OrderCredited => "order_credited",
            EventKind::OrderFailed => "order_failed",
            EventKind::OrderCanceled => "order_canceled",
            EventKind::OrderRefunded => "order_refunded",
            EventKind::OrderDisputed => "order_disputed",
            EventKind::DisputeClosed => "dispute_closed",
            EventKind::ClawedBack => "clawed_back",
            EventKind::GivenAgain => "given_again",
            EventKind::QuoteMade => "quote_made",
            EventKind::QuoteEnded => "quote_ended",
            EventKind::Subscription => "subscription",
            EventKind::TopUp => "top_up",
            EventKind::ExpiryNear => "expiry_near",
            EventKind::ReportsSet => "reports_set",
            EventKind::ReportDue => "report_due",
        }
    }
}

fn plain(account: LedgerAccount) -> Leg {
    Leg { account, grant: None }
}

fn of(account: LedgerAccount, grant: Position) -> Leg {
    Leg { account, grant: Some(grant) }
}

impl Event {
    /// Its kind.
    pub const fn kind(&self) -> EventKind {
        match self {
            Event::Opened(_) => EventKind::Opened,
            Event::Changed(_) => EventKind::Changed,
            Event::Closed(_) => EventKind::Closed,
            Event::Reopened(_) => EventKind::Reopened,
            Event::Issued(_) => EventKind::Issued,
            Event::Started(_) => EventKind::Started,
            Event::Expired(_) => EventKind::Expired,
            Event::Voided(_) => EventKind::Voided,
            Event::Adjusted(_) => EventKind::Adjusted,
            Event::Held(_) => EventKind::Held,
            Event::Captured(_) => EventKind::Captured,
            Event::Released(_) => EventKind::Released,
            Event::Charged(_) => EventKind::Charged,
            Event::Returned(_) => EventKind::Returned,
            Event::SessionCounted(_) => EventKind::SessionCounted,
            Event::SessionSeen(_) => EventKind::SessionSeen,
            Event::Overdrawn(_) => EventKind::Overdrawn,
            Event::Recovered(_) => EventKind::Recovered,
            Event::SuspensionNear(_) => EventKind::SuspensionNear,
            Event::Suspended(_) => EventKind::Suspended,
            Event::Restored(_) => EventKind::Restored,
            Event::AlertFired { .. } => EventKind::AlertFired,
            Event::AlertsSet { .. } => EventKind::AlertsSet,
            Event::OrderPlaced(_) => EventKind::OrderPlaced,
            Event::CheckoutOpened(_) => EventKind::CheckoutOpened,
            Event::PaymentAsked(_) => EventKind::PaymentAsked,
            Event::PaymentPending(_) => EventKind::PaymentPending,
            Event::PaymentDeclined(_) => EventKind::PaymentDeclined,
            Event::OrderPaid(_) => EventKind::OrderPaid,
            Event::OrderCredited(_) => EventKind::OrderCredited,
            Event::OrderFailed(_) => EventKind::OrderFailed,
            Event::OrderCanceled(_) => EventKind::OrderCanceled,
            Event::OrderRefunded(_) => EventKind::OrderRefunded,
            Event::OrderDisputed(_) => EventKind::OrderDisputed,
            Event::DisputeClosed(_) => EventKind::DisputeClosed,
            Event::ClawedBack(_) => EventKind::ClawedBack,
            Event::GivenAgain(_) => EventKind::GivenAgain,
            Event::QuoteMade(_) => EventKind::QuoteMade,
            Event::QuoteEnded(_) => EventKind::QuoteEnded,
            Event::Subscription(_) => EventKind::Subscription,
            Event::TopUp(_) => EventKind::TopUp,
            Event::ExpiryNear(_) => EventKind::ExpiryNear,
            Event::ReportsSet(_) => EventKind::ReportsSet,
            Event::ReportDue(_) => EventKind::ReportDue,
        }
    }

    /// Every flow of the event, in order. `id` is the position of its entry, which is the grant that it issues;
    /// `at` is when it counts.
    pub fn flows(&self, id: Position, at: Instant, visit: &mut impl FnMut(Flow)) {
        let mut flow = |from: Leg, to: Leg, credits: Amount| {
            if credits.is_positive() {
                visit(Flow { from, to, credits });
            }
        };
        match self {
            Event::Issued(issued) if issued.terms.effective_at <= at => {
                flow(plain(Issued), of(Available, id), issued.terms.credits);
                flow(of(Available, id), plain(Owed), issued.settled);
            }
            Event::Started(started) => {
                flow(plain(Issued), of(Available, started.grant), started.credits);
                flow(of(Available, started.grant), plain(Owed), started.settled);
            }
            Event::Expired(part) => {
                flow(of(Available, part.grant), of(Expired, part.grant), part.credits);
            }
            Event::Voided(voided) => {
                flow(of(Available, voided.grant), of(Voided, voided.grant), voided.credits);
            }
            Event::Adjusted(adjusted) => {
                for part in &adjusted.parts {
                    flow(of(Available, part.grant), of(Voided, part.grant), part.credits);
                }
            }
            Event::Held(held) => {
                for part in &held.parts {
                    flow(of(Available, part.grant), of(Held, part.grant), part.credits);
                }
                flow(plain(Owed), plain(Held), held.owed);
            }
            Event::Captured(captured) => {
                for part in &captured.taken {
                    flow(of(Held, part.grant), of(Consumed, part.grant), part.credits);
                }
                flow(plain(Held), plain(Consumed), captured.taken_owed);
                if let Some(back) = &captured.back {
                    back_flows(back, Held, &mut flow);
                }
                for part in &captured.excess {
                    flow(of(Available, part.grant), of(Consumed, part.grant), part.credits);
                }
                flow(plain(Owed), plain(Consumed), captured.excess_owed);
            }
            Event::Released(released) => back_flows(&released.back, Held, &mut flow),
            Event::Charged(charged) => charge_flows(&charged.parts, charged.owed, &mut flow),
            Event::SessionCounted(counted) => {
                charge_flows(&counted.charged.parts, counted.charged.owed, &mut flow);
            }
            Event::Returned(returned) => back_flows(&returned.back, Consumed, &mut flow),
            Event::ClawedBack(clawed) => {
                for part in &clawed.parts {
                    flow(of(Available, part.grant), of(Voided, part.grant), part.credits);
                }
                for (_, part) in &clawed.holds {
                    flow(of(Held, part.grant), of(Voided, part.grant), part.credits);
                    flow(plain(Owed), plain(Held), part.credits);
                }
                flow(plain(Owed), plain(Voided), clawed.owed);
                for part in &clawed.settled {
                    flow(of(Available, part.grant), plain(Owed), part.credits);
                }
            }
            _ => {}
        }
    }
}

fn charge_flows(parts: &[Part], owed: Amount, flow: &mut impl FnMut(Leg, Leg, Amount)) {
    for part in parts {
        flow(of(Available, part.grant), of(Consumed, part.grant), part.credits);
    }
    flow(plain(Owed), plain(Consumed), owed);
}

fn back_flows(back: &Back, from: LedgerAccount, flow: &mut impl FnMut(Leg, Leg, Amount)) {
    flow(plain(from), plain(Owed), back.debt);
    for part in &back.unsettled {
        flow(plain(from), of(Available, part.grant), part.credits);
    }
    for part in &back.parts {
        flow(of(from, part.grant), of(Available, part.grant), part.credits);
    }
    for part in &back.expired {
        flow(of(from, part.grant), of(Expired, part.grant), part.credits);
    }
    for part in &back.ended {
        flow(plain(from), of(Expired, part.grant), part.credits);
    }
    for part in &back.revoked {
        flow(plain(from), of(Voided, part.grant), part.credits);
    }
    flow(plain(from), plain(Expired), back.lost);
    for part in &back.voided {
        flow(of(from, part.grant), of(Voided, part.grant), part.credits);
    }
    for part in &back.settled {
        flow(of(Available, part.grant), plain(Owed), part.credits);
    }
}

impl Flow {
    /// The two postings of the flow.
    pub fn postings(&self) -> [Posting; 2] {
        [
            Posting { account: self.from.account, grant: self.from.grant, credits: self.credits.negated() },
            Posting { account: self.to.account, grant: self.to.grant, credits: self.credits },
        ]
    }
}
