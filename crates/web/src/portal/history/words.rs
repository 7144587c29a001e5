//! What happened, in words.

use std::collections::BTreeMap;
use std::sync::Arc;

use account::Account;
use engine::{Engine, Failure, Listed, Published};
use ledger::{
    Class, Entry, Event, EventKind, LedgerAccount, Move, Part, Position, Source, Subscription, Work,
};
use moment::Instant;
use money::{Amount, Unit};

use crate::portal::Visit;
use crate::portal::figures::action_name;
use crate::say::Say;

/// What kind of movement it is, as customers tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Spent,
    GivenBack,
    Bought,
    Received,
    Ended,
    TakenBack,
    Account,
}

impl Kind {
    /// All of them, as they are offered.
    pub const ALL: [Kind; 7] = [
        Kind::Spent,
        Kind::GivenBack,
        Kind::Bought,
        Kind::Received,
        Kind::Ended,
        Kind::TakenBack,
        Kind::Account,
    ];

    /// What addresses call it.
    pub const fn code(self) -> &'static str {
        match self {
            Kind::Spent => "spent",
            Kind::GivenBack => "given-back",
            Kind::Bought => "bought",
            Kind::Received => "received",
            Kind::Ended => "ended",
            Kind::TakenBack => "taken-back",
            Kind::Account => "account",
        }
    }

    /// The kinds of entries that may be told as this one; empty: any.
    pub const fn entries(self) -> &'static [EventKind] {
        match self {
            Kind::Spent => &[EventKind::Charged, EventKind::SessionCounted, EventKind::Captured],
            Kind::GivenBack => &[EventKind::Returned, EventKind::Issued],
            Kind::Bought => &[EventKind::Issued],
            Kind::Received => &[EventKind::Issued, EventKind::Started],
            Kind::Ended => &[EventKind::Released, EventKind::Expired],
            Kind::TakenBack => &[EventKind::Voided, EventKind::Adjusted, EventKind::ClawedBack],
            Kind::Account => &[
                EventKind::Overdrawn,
                EventKind::Recovered,
                EventKind::Suspended,
                EventKind::Restored,
                EventKind::Opened,
                EventKind::Closed,
                EventKind::Reopened,
                EventKind::PaymentDeclined,
                EventKind::OrderFailed,
                EventKind::OrderCanceled,
                EventKind::OrderRefunded,
                EventKind::OrderDisputed,
                EventKind::DisputeClosed,
                EventKind::Subscription,
            ],
        }
    }
}

/// An entry in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub kind: Kind,
    pub what: String,
    /// Why, in the words of who did it.
    pub why: Option<String>,
}

/// Tells entries of an account.
pub(super) struct Teller {
    pub engine: Engine,
    pub published: Arc<Published>,
    pub say: Say,
    /// The class and the end of grants that were looked up.
    grants: BTreeMap<Position, Option<(Class, Instant)>>,
}

impl Teller {
    pub fn of(visit: &Visit) -> Teller {
        Teller {
            engine: visit.web.engine.clone(),
            published: Arc::clone(&visit.published),
            say: visit.say.clone(),
            grants: known(&visit.account, visit.program().units.len()),
        }
    }

    pub fn unit(&self, entry: &Entry) -> Option<&Unit> {
        self.published.program.units.get(usize::from(entry.unit))
    }

    fn action(&self, work: &Work) -> String {
        let name = action_name(&self.engine, &self.published, &self.say, work.action);
        match work.quantity {
            ..=1 => name,
            many => {
                let many = self.say.count(many);
                self.say.with("told-many", [("name", name.into()), ("quantity", many.into())])
            }
        }
    }

    /// An entry in words; `None` for one that is of no interest to a customer.
    pub fn tell(&self, listed: &Listed) -> Option<Told> {
        let told = self.told(listed)?;
        debug_assert!(
            told.kind.entries().contains(&listed.entry.event.kind()),
            "{told:?} would not be found"
        );
        Some(told)
    }

    fn told(&self, listed: &Listed) -> Option<Told> {
        let (say, entry) = (&self.say, &listed.entry);
        let told = |kind, what: String| Some(Told { kind, what, why: None });
        let named = |kind, key: &str, name: &str| {
            told(kind, say.with(key, [("name", ::words::one_line(name).into())]))
        };
        let because = |told: Option<Told>, reason: &str| {
            let why = Some(::words::one_line(reason)).filter(|why| !why.is_empty());
            told.map(|told| Told { why, ..told })
        };
        match &entry.event {
            Event::Charged(charged) => told(Kind::Spent, self.action(&charged.work)),
            Event::SessionCounted(counted) => told(Kind::Spent, self.action(&counted.charged.work)),
            Event::Captured(captured) => told(Kind::Spent, self.action(&captured.work)),
            Event::Returned(returned) => {
                let name = self.action(&returned.charged.work);
                because(named(Kind::GivenBack, "told-returned", &name), &returned.reason)
            }
            // Of what was only set aside nothing was spent; what ended meanwhile is to be told.
            Event::Released(released) if !entry.change(listed.position).is_zero() => {
                named(Kind::Ended, "told-released", &self.action(&released.work))
            }
            Event::Issued(issued) => {
                let (kind, key) = issued_as(&issued.terms.source, issued.terms.class);
                let credits = self.credits(entry, issued.terms.credits);
                let what = say.with(key, [("credits", credits.into())]);
                let what = if issued.terms.effective_at > entry.effective_at {
                    let day = say.day(issued.terms.effective_at);
                    say.with("told-from", [("what", what.into()), ("day", day.into())])
                } else {
                    what
                };
                because(told(kind, what), &issued.reason)
            }
            Event::Started(started) => {
                let credits = self.credits(entry, started.credits);
                told(Kind::Received, say.with("told-started", [("credits", credits.into())]))
            }
            Event::Expired(_) => told(Kind::Ended, say.t("told-expired")),
            Event::Voided(voided) => because(told(Kind::TakenBack, say.t("told-voided")), &voided.reason),
            Event::Adjusted(adjusted) => {
                because(told(Kind::TakenBack, say.t("told-adjusted")), &adjusted.reason)
            }
            Event::ClawedBack(_) => told(Kind::TakenBack, say.t("told-clawed-back")),
            Event::Overdrawn(_) => told(Kind::Account, say.t("told-overdrawn")),
            Event::Recovered(_) => told(Kind::Account, say.t("told-recovered")),
            Event::Suspended(_) => told(Kind::Account, say.t("told-suspended")),
            Event::Restored(_) => told(Kind::Account, say.t("told-restored")),
            Event::Opened(_) => told(Kind::Account, say.t("told-opened")),
            Event::Closed(_) => told(Kind::Account, say.t("told-closed")),
            Event::Reopened(_) => told(Kind::Account, say.t("told-reopened")),
            Event::PaymentDeclined(declined) => named(Kind::Account, "told-declined", &declined.name),
            Event::OrderFailed(failed) => named(Kind::Account, "told-order-failed", &failed.name),
            Event::OrderCanceled(failed) => named(Kind::Account, "told-order-canceled", &failed.name),
            Event::OrderRefunded(refunded) => {
                let money = say.money(refunded.total);
                told(Kind::Account, say.with("told-refunded", [("money", money.into())]))
            }
            Event::OrderDisputed(disputed) => {
                let money = say.money(disputed.amount);
                told(Kind::Account, say.with("told-disputed", [("money", money.into())]))
            }
            Event::DisputeClosed(_) => told(Kind::Account, say.t("told-dispute-closed")),
            Event::Subscription(moved) => self.subscription(moved.how, &moved.now),
            _ => None,
        }
    }

    fn subscription(&self, how: Move, now: &Subscription) -> Option<Told> {
        let say = &self.say;
        let key = match how {
            Move::Started => "told-plan-started",
            Move::Changed => "told-plan-changed",
            Move::CancelPlanned => "told-plan-cancel",
            Move::Resumed => "told-plan-resumed",
            Move::Paused => "told-plan-paused",
            Move::Ended => "told-plan-ended",
            Move::Unpaid => "told-plan-unpaid",
            _ => return None,
        };
        let name = ::words::one_line(&now.agreed.name);
        let what = say.with(key, [("name", name.into()), ("day", say.day(now.end).into())]);
        Some(Told { kind: Kind::Account, what, why: None })
    }

    fn credits(&self, entry: &Entry, amount: Amount) -> String {
        self.say.credits_of(&self.published.program, entry.unit, amount)
    }

    /// The grants that an entry drew on, gave back to or ended: by class and end, in order.
    pub fn parts(&mut self, entry: &Entry) -> Result<Vec<(Class, Instant, Amount)>, Failure> {
        let mut found: Vec<(Class, Instant, Amount)> = Vec::new();
        for part in parts(entry) {
            let Some((class, until)) = self.grant(part.grant)? else { continue };
            match found.iter_mut().find(|(other, end, _)| (*other, *end) == (class, until)) {
                Some((.., credits)) => *credits = credits.plus(part.credits),
                None => found.push((class, until, part.credits)),
            }
        }
        Ok(found)
    }

    /// The same in words: `80 plan credits until 1 March 2027`.
    pub fn paid_by(&mut self, entry: &Entry) -> Result<Vec<String>, Failure> {
        let parts = self.parts(entry)?;
        let Some(unit) = self.unit(entry) else { return Ok(Vec::new()) };
        let say = &self.say;
        let said = parts.into_iter().map(|(class, until, credits)| {
            let key = format!("part-{}", class.code());
            // One credit has a form of its own; 1.00 of them does not.
            let form = if credits.0 == 1 && unit.scale.parts() == 1 { "one" } else { "other" };
            let part = say.with(&key, [("number", say.number(unit, credits).into()), ("form", form.into())]);
            if until.is_never() {
                return part;
            }
            say.with("part-until", [("part", part.into()), ("day", say.day(until).into())])
        });
        Ok(said.collect())
    }

    /// Whether an entry touches grants of a class.
    pub fn touches(&mut self, listed: &Listed, class: Class) -> Result<bool, Failure> {
        match &listed.entry.event {
            Event::Issued(issued) => return Ok(issued.terms.class == class),
            Event::Voided(voided) => return Ok(voided.terms.class == class),
            _ => {}
        }
        let mut grants: Vec<Position> = match &listed.entry.event {
            Event::Started(started) => vec![started.grant],
            _ => Vec::new(),
        };
        listed.entry.flows(listed.position, &mut |flow| {
            let counts = |account| !matches!(account, LedgerAccount::Issued | LedgerAccount::Owed);
            let legs = [flow.from, flow.to].into_iter().filter(|leg| counts(leg.account));
            grants.extend(legs.filter_map(|leg| leg.grant));
        });
        for grant in grants {
            if self.grant(grant)?.is_some_and(|(of, _)| of == class) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn grant(&mut self, id: Position) -> Result<Option<(Class, Instant)>, Failure> {
        if let Some(known) = self.grants.get(&id) {
            return Ok(*known);
        }
        let found = self.engine.entry(id)?.and_then(|entry| match entry.event {
            Event::Issued(issued) => Some((issued.terms.class, issued.terms.expires_at)),
            _ => None,
        });
        self.grants.insert(id, found);
        Ok(found)
    }
}

fn known(account: &Account, units: usize) -> BTreeMap<Position, Option<(Class, Instant)>> {
    let books = (0..units).filter_map(|unit| account.book(unit as u8));
    let grants = books.flat_map(|book| &book.grants);
    grants.map(|grant| (grant.id, Some((grant.class, grant.expires_at)))).collect()
}

fn issued_as(source: &Source, class: Class) -> (Kind, &'static str) {
    match (source, class) {
        (Source::Order { .. }, Class::Plan) => (Kind::Bought, "told-plan"),
        (Source::Order { .. }, Class::Bonus) => (Kind::Bought, "told-bonus"),
        (Source::Order { .. }, _) | (Source::Request, Class::Purchase) => (Kind::Bought, "told-bought"),
        (Source::Opening, _) | (Source::Request, Class::Starter) => (Kind::Received, "told-starter"),
        (Source::Period { .. }, _) | (Source::Request, Class::Plan) => (Kind::Received, "told-plan"),
        (Source::Rollover { .. }, _) | (Source::Request, Class::Rollover) => {
            (Kind::Received, "told-rollover")
        }
        (Source::Reissue { .. }, _) => (Kind::GivenBack, "told-reissue"),
        (Source::Request, Class::Bonus) => (Kind::Received, "told-bonus"),
        (Source::Request, Class::Promotion) => (Kind::Received, "told-promotion"),
        (Source::Adjustment | Source::Request, _) => (Kind::Received, "told-added"),
    }
}

fn parts(entry: &Entry) -> Vec<Part> {
    match &entry.event {
        Event::Charged(charged) => charged.parts.to_vec(),
        Event::SessionCounted(counted) => counted.charged.parts.to_vec(),
        Event::Captured(captured) => captured.charge().parts.to_vec(),
        Event::Adjusted(adjusted) => adjusted.parts.to_vec(),
        Event::Returned(returned) => [&returned.back.parts[..], &returned.back.unsettled[..]].concat(),
        Event::Expired(part) => vec![*part],
        Event::Voided(voided) => vec![Part { grant: voided.grant, credits: voided.credits }],
        Event::ClawedBack(clawed) => clawed.parts.clone(),
        _ => Vec::new(),
    }
}
