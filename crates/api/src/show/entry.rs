use ledger::{Event, EventKind, Part, Position, Work};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Name, Parts, Time};
use crate::ids::{Id, Kind};
use crate::known::Known;

/// One movement of an account, as the history shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Entry<'a> {
    /// Its id.
    #[schema(value_type = String, example = "entry_00000001000000000zwg")]
    pub id: Id,
    /// What happened.
    #[schema(example = "charged")]
    pub kind: &'static str,
    /// How much `settled` changed by it, signed, in the unit's smallest part.
    #[schema(example = -5)]
    pub credits: i64,
    /// What could be spent after it.
    #[schema(example = 43)]
    pub available_after: i64,
    /// The unit's code.
    #[schema(example = "credit")]
    pub unit: &'a str,
    /// What for.
    #[schema(value_type = Option<String>, example = "image.upscale")]
    pub action: Option<Name>,
    /// Your own reference.
    #[schema(example = "job-881")]
    pub reference: Option<&'a str>,
    /// Which person.
    pub member: Option<&'a str>,
    /// Which part of the organisation.
    pub department: Option<&'a str>,
    /// Which grants paid, in the order in which they were drawn on.
    #[schema(value_type = Vec<super::DrawnPart>)]
    pub drawn: Parts<'a>,
    /// Which grants got credits back; left out where nothing came back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<super::DrawnPart>>)]
    pub given_back: Option<Parts<'a>>,
    /// Why.
    #[schema(example = "Order 1234")]
    pub reason: Option<&'a str>,
    /// The hold that was placed or resolved; left out where none is concerned, as are the next four.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub hold: Option<Id>,
    /// The charge that was made or given back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub charge: Option<Id>,
    /// The grant that was issued, started, ended or voided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub grant: Option<Id>,
    /// The class of that grant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub class: Option<&'static str>,
    /// The alert threshold that was crossed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<i64>,
    /// The order concerned; left out where none is, as are all fields up to `until`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub order: Option<Id>,
    /// The subscription that began, changed or ended, or whose period a grant is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub subscription: Option<Id>,
    /// The custom quote that was made, accepted or withdrawn, or has expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub quote: Option<Id>,
    /// What happened, where the kind alone does not say: of a subscription `started`, `renewed`, `changed`,
    /// `cancel_planned`, `ended` …; of a top-up `set`, `ordered`, `succeeded`, `declined`, `paused`; of a quote `accepted`,
    /// `withdrawn`, `expired`; of a dispute `won`, `lost`; of monthly reports `on`, `off`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub how: Option<&'static str>,
    /// The code of the package or plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offer: Option<&'a str>,
    /// What people read of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// How much money, in the currency's smallest part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// Three letters of ISO 4217.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<&'a str>,
    /// Which attempt of the stored payment method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    /// When the stored payment method is asked again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_attempt_at: Option<Time>,
    /// The receipt's number in the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<u32>,
    /// What the provider calls the dispute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispute: Option<&'a str>,
    /// When the subscription's period ends, the quote or the grant expires, or the top-up goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Time>,
    /// The key that asked for it, or the payment provider that told it; `null` where time did it.
    #[schema(value_type = Option<String>, example = "key_0123456789abcdef")]
    pub by: Option<Name>,
    /// When it counts.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T09:30:00Z")]
    pub effective_at: Time,
    /// When it was written.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T09:30:00Z")]
    pub recorded_at: Time,
}

/// Every kind of entry.
pub(crate) const KINDS: [EventKind; 44] = [
    EventKind::Opened,
    EventKind::Changed,
    EventKind::Closed,
    EventKind::Reopened,
    EventKind::Issued,
    EventKind::Started,
    EventKind::Expired,
    EventKind::Voided,
    EventKind::Adjusted,
    EventKind::Held,
    EventKind::Captured,
    EventKind::Released,
    EventKind::Charged,
    EventKind::Returned,
    EventKind::SessionCounted,
    EventKind::SessionSeen,
    EventKind::Overdrawn,
    EventKind::Recovered,
    EventKind::SuspensionNear,
    EventKind::Suspended,
    EventKind::Restored,
    EventKind::AlertFired,
    EventKind::AlertsSet,
    EventKind::OrderPlaced,
    EventKind::CheckoutOpened,
    EventKind::PaymentAsked,
    EventKind::PaymentPending,
    EventKind::PaymentDeclined,
    EventKind::OrderPaid,
    EventKind::OrderCredited,
    EventKind::OrderFailed,
    EventKind::OrderCanceled,
    EventKind::OrderRefunded,
    EventKind::OrderDisputed,
    EventKind::DisputeClosed,
    EventKind::ClawedBack,
    EventKind::GivenAgain,
    EventKind::QuoteMade,
    EventKind::QuoteEnded,
    EventKind::Subscription,
    EventKind::TopUp,
    EventKind::ExpiryNear,
    EventKind::ReportsSet,
    EventKind::ReportDue,
];

/// The kind of that name.
pub(crate) fn kind(code: &str) -> Option<EventKind> {
    KINDS.into_iter().find(|kind| kind.code() == code)
}

impl<'a> Entry<'a> {
    /// The entry at this position.
    pub fn of(known: &'a Known, position: Position, entry: &'a ledger::Entry) -> Entry<'a> {
        let account = entry.account;
        let parts = |parts: &'a [Part]| Parts::of(account, parts);
        let mut shown = Entry {
            id: Id::new(Kind::Entry, position, account),
            kind: entry.event.kind().code(),
            credits: entry.change(position).0,
            available_after: entry.after.available().0,
            unit: known.unit(entry.unit),
            action: None,
            reference: None,
            member: None,
            department: None,
            drawn: parts(&[]),
            given_back: None,
            reason: None,
            hold: None,
            charge: None,
            grant: None,
            class: None,
            threshold: None,
            order: None,
            subscription: None,
            quote: None,
            how: None,
            offer: None,
            name: None,
            amount: None,
            currency: None,
            attempt: None,
            next_attempt_at: None,
            receipt: None,
            dispute: None,
            until: None,
            by: known.name(entry.by),
            effective_at: Time(entry.effective_at),
            recorded_at: Time(entry.recorded_at),
        };
        let id = |kind, position| Some(Id::new(kind, position, account));
        match &entry.event {
            Event::Closed(why) | Event::Reopened(why) => shown.reason = Some(&why.reason),
            Event::Issued(issued) => {
                shown.grant = id(Kind::Grant, position);
                shown.class = Some(issued.terms.class.code());
                shown.reason = Some(&issued.reason);
            }
            Event::Started(started) => shown.grant = id(Kind::Grant, started.grant),
            Event::Expired(part) => shown.grant = id(Kind::Grant, part.grant),
            Event::Voided(voided) => {
                shown.grant = id(Kind::Grant, voided.grant);
                shown.class = Some(voided.terms.class.code());
                shown.reason = Some(&voided.reason);
            }
            Event::Adjusted(adjusted) => {
                shown.drawn = parts(&adjusted.parts);
                shown.reason = Some(&adjusted.reason);
            }
            Event::Held(held) => {
                shown.hold = id(Kind::Hold, position);
                shown.drawn = parts(&held.parts);
                shown.tag(known, &held.work);
            }
            Event::Captured(captured) => {
                shown.hold = id(Kind::Hold, captured.hold);
                shown.charge = id(Kind::Charge, position);
                shown.drawn = parts(&captured.taken).and(&captured.excess);
                shown.given_back =
                    captured.back.as_deref().map(|back| parts(&back.parts).and(&back.unsettled));
                shown.tag(known, &captured.work);
            }
            Event::Released(released) => {
                shown.hold = id(Kind::Hold, released.hold);
                shown.given_back = Some(parts(&released.back.parts).and(&released.back.unsettled));
                shown.reason = released.reason.as_deref();
                shown.tag(known, &released.work);
            }
            Event::Charged(charged) => {
                shown.charge = id(Kind::Charge, position);
                shown.drawn = parts(&charged.parts);
                shown.tag(known, &charged.work);
            }
            Event::Returned(returned) => {
                shown.charge = id(Kind::Charge, returned.charge);
                shown.given_back = Some(parts(&returned.back.parts).and(&returned.back.unsettled));
                shown.reason = Some(&returned.reason);
                shown.tag(known, &returned.charged.work);
            }
            Event::SessionCounted(counted) => {
                shown.charge = id(Kind::Charge, position);
                shown.drawn = parts(&counted.charged.parts);
                shown.tag(known, &counted.charged.work);
            }
            Event::SessionSeen(seen) => {
                shown.charge = id(Kind::Charge, seen.charge);
                shown.action = known.name(seen.action);
            }
            Event::AlertFired { threshold } => shown.threshold = Some(threshold.0),
            Event::ClawedBack(clawed) => shown.drawn = parts(&clawed.parts),
            // The others say nothing more, or what was sold.
            _ => {}
        }
        shown.sold(position, entry);
        shown
    }

    fn tag(&mut self, known: &Known, work: &'a Work) {
        self.action = known.name(work.action);
        if let Some(tags) = work.tags.as_deref() {
            self.reference = tags.reference.as_deref();
            self.member = tags.member.as_deref();
            self.department = tags.department.as_deref();
        }
    }
}
