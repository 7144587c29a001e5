use std::cmp::Ordering;

use moment::Instant;
use money::{Amount, Money};
use serde::{Deserialize, Serialize};

use crate::{Class, NameId, Position};

/// What a grant was issued as. Never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Where the credits come from.
    pub class: Class,
    /// How many were granted.
    pub credits: Amount,
    /// Usable from here on.
    pub effective_at: Instant,
    /// Usable before this; [`Instant::NEVER`] where it does not end.
    pub expires_at: Instant,
    /// Lower is drawn first.
    pub priority: i16,
    /// What was paid for it: its cost basis.
    pub paid: Option<Money>,
    /// Which actions it may pay for.
    pub scope: Scope,
    /// What made it.
    pub source: Source,
    /// So many hours before its end the customer is told, if something is left then; 0: not.
    pub notice_hours: u16,
}

/// Which actions a grant may pay for: all, or those named (sorted, no name twice).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope(pub Option<Box<[NameId]>>);

/// What made a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// The opening of the account.
    Opening,
    /// A request of the host.
    Request,
    /// Credits that came back to a grant which had expired by then.
    Reissue {
        /// That grant.
        of: Position,
    },
    /// A correction by the operator.
    Adjustment,
    /// An order that was paid.
    Order {
        /// The entry that placed it.
        order: Position,
    },
    /// A free or prepaid period of a subscription.
    Period {
        /// The entry that started the subscription.
        subscription: Position,
    },
    /// What was left of a subscription's earlier period.
    Rollover {
        /// The entry that started the subscription.
        subscription: Position,
        /// How often it has rolled over.
        times: u16,
    },
}

/// A block of credits with one origin, as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The entry that issued it.
    pub id: Position,
    /// How many credits it was issued with.
    pub granted: Amount,
    /// What can be drawn now. Zero before the start and from the end on.
    pub free: Amount,
    /// What open holds have set aside.
    pub held: Amount,
    /// Usable from here on.
    pub effective_at: Instant,
    /// Usable before this.
    pub expires_at: Instant,
    /// Cost basis, scope and source, where any of them is out of the ordinary.
    pub extra: Option<Box<Extra>>,
    /// Lower is drawn first.
    pub priority: i16,
    /// So many hours before its end the customer is told; 0: not, or it was told.
    pub notice_hours: u16,
    /// Where the credits come from.
    pub class: Class,
    /// Where it is in its life.
    pub state: GrantState,
}

/// The rarer facts of a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extra {
    paid: Option<Money>,
    scope: Scope,
    source: Source,
}

/// Where a grant is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GrantState {
    /// Its start lies ahead.
    Pending,
    /// It has started, and not ended.
    Live,
    /// Its end has come.
    Expired,
    /// It was taken back.
    Voided,
    /// Its money was taken back, and all of it with that: what comes back to it undoes the debt which that made.
    Reclaimed,
}

impl Grant {
    /// A grant just issued by the entry at `id`; nothing of it can be drawn before a flow brings it.
    pub fn issued(id: Position, terms: &Terms, at: Instant) -> Grant {
        let ordinary = terms.paid.is_none() && terms.scope.0.is_none() && terms.source == Source::Request;
        Grant {
            id,
            granted: terms.credits,
            free: Amount::ZERO,
            held: Amount::ZERO,
            effective_at: terms.effective_at,
            expires_at: terms.expires_at,
            extra: (!ordinary).then(|| {
                Box::new(Extra { paid: terms.paid, scope: terms.scope.clone(), source: terms.source.clone() })
            }),
            priority: terms.priority,
            notice_hours: terms.notice_hours,
            class: terms.class,
            state: if terms.effective_at <= at { GrantState::Live } else { GrantState::Pending },
        }
    }

    /// What it was issued as.
    pub fn terms(&self) -> Terms {
        let extra = self.extra.as_deref();
        Terms {
            class: self.class,
            credits: self.granted,
            effective_at: self.effective_at,
            expires_at: self.expires_at,
            priority: self.priority,
            paid: self.paid(),
            scope: extra.map(|extra| extra.scope.clone()).unwrap_or_default(),
            source: extra.map_or(Source::Request, |extra| extra.source.clone()),
            notice_hours: self.notice_hours,
        }
    }

    /// What was paid for it.
    pub fn paid(&self) -> Option<Money> {
        self.extra.as_deref().and_then(|extra| extra.paid)
    }

    /// Which actions it may pay for; `None`: all.
    pub fn scope(&self) -> Option<&[NameId]> {
        self.extra.as_deref().and_then(|extra| extra.scope.0.as_deref())
    }

    /// Whether it may pay for the action (`NameId::NONE` is a spend without an action).
    pub fn pays_for(&self, action: NameId) -> bool {
        self.scope().is_none_or(|actions| actions.binary_search(&action).is_ok())
    }

    /// What has not been spent: free and held.
    pub fn remaining(&self) -> Amount {
        self.free.plus(self.held)
    }

    /// The soonest instant at which something of it can fall due once it has begun.
    pub fn soonest(&self) -> Instant {
        self.expires_at.plus_millis(-3_600_000 * i64::from(self.notice_hours))
    }

    /// Whether it was taken back: what comes back to it is not free again.
    pub fn is_taken_back(&self) -> bool {
        matches!(self.state, GrantState::Voided | GrantState::Reclaimed)
    }

    /// When the customer is told that it ends soon; [`Instant::NEVER`] where that is not to be.
    pub fn notice_at(&self) -> Instant {
        let due = self.notice_hours > 0 && self.state == GrantState::Live && self.free.is_positive();
        if due { self.soonest() } else { Instant::NEVER }
    }

    /// Whether nothing of it is left, free or held, and nothing is to come.
    pub fn is_empty(&self) -> bool {
        self.remaining().is_zero() && self.state != GrantState::Pending
    }

    /// What made it.
    pub fn source(&self) -> &Source {
        self.extra.as_deref().map_or(&Source::Request, |extra| &extra.source)
    }

    /// Whether its end is that of a plan's period: a plan's own grant that has started, and does end.
    pub fn is_plan_period(&self) -> bool {
        let reissue = matches!(self.source(), Source::Reissue { .. });
        self.class == Class::Plan && self.state == GrantState::Live && !self.expires_at.is_never() && !reissue
    }

    /// The total draw-down order: priority, expires soonest, free before paid, narrower scope first,
    /// `effective_at`, creation (domain.md, "Draw-down").
    pub fn draw_order(&self, other: &Grant) -> Ordering {
        fn width(grant: &Grant) -> usize {
            grant.scope().map_or(usize::MAX, <[NameId]>::len)
        }
        fn is_paid(grant: &Grant) -> bool {
            grant.paid().is_some_and(|paid| paid.amount > 0)
        }
        self.priority
            .cmp(&other.priority)
            .then_with(|| self.expires_at.cmp(&other.expires_at))
            .then_with(|| is_paid(self).cmp(&is_paid(other)))
            .then_with(|| width(self).cmp(&width(other)))
            .then_with(|| self.effective_at.cmp(&other.effective_at))
            .then_with(|| self.id.cmp(&other.id))
    }
}

impl Terms {
    /// Whether it took the place of credits that came back too late.
    pub const fn is_reissue(&self) -> bool {
        matches!(self.source, Source::Reissue { .. })
    }
}
