use moment::Instant;
use money::Amount;
use serde::{Deserialize, Serialize};

use crate::{Balance, Flow, Grant, GrantState, Hold, LedgerAccount, Overdraft, Position};

/// An account's credits of one unit: a fold of its journal entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// In draw order. Those that are empty are dropped in time.
    pub grants: Vec<Grant>,
    /// The open holds, oldest first.
    pub holds: Vec<Box<Hold>>,
    /// The free credits of the live grants.
    pub free: Amount,
    /// The credits of the open holds.
    pub held: Amount,
    /// The debt.
    pub owed: Amount,
    /// Whether, since when and until when it is below zero.
    pub overdraft: Option<Box<Overdraft>>,
    /// The grants that settled debts last, oldest first.
    pub settlers: Option<Box<Vec<Settler>>>,
    /// The account's own alert thresholds, highest first; `None`: the program's.
    pub thresholds: Option<Box<[Amount]>>,
}

/// A grant that settled a debt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settler {
    /// The grant.
    pub grant: Position,
    /// How much of the debt.
    pub credits: Amount,
}

impl Book {
    /// How many empty grants are kept, for credits that come back soon.
    const EMPTY_KEPT: usize = 8;
    /// How many settlers are remembered.
    const SETTLERS_KEPT: usize = 8;

    /// `free − owed`: what can be spent.
    pub const fn available(&self) -> Amount {
        self.free.minus(self.owed)
    }

    /// The balance, as every entry carries it.
    pub const fn balance(&self) -> Balance {
        Balance { settled: self.free.plus(self.held).minus(self.owed), held: self.held, owed: self.owed }
    }

    /// The grant, if it is still kept.
    pub fn grant(&self, id: Position) -> Option<&Grant> {
        self.grants.iter().find(|grant| grant.id == id)
    }

    /// An open hold, to be changed.
    pub fn hold_mut(&mut self, id: Position) -> Option<&mut Hold> {
        self.holds.iter_mut().find(|hold| hold.id == id).map(|hold| &mut **hold)
    }

    /// The grant, to be changed.
    pub fn grant_mut(&mut self, id: Position) -> Option<&mut Grant> {
        self.grants.iter_mut().find(|grant| grant.id == id)
    }

    /// Keeps a grant, at its place in the draw order.
    pub fn insert(&mut self, grant: Grant) {
        let place = self.grants.partition_point(|other| other.draw_order(&grant).is_lt());
        // Accounts are kept by the million, and get few grants: no room is kept for more.
        self.grants.reserve_exact(1);
        self.grants.insert(place, grant);
    }

    /// The open hold of that id.
    pub fn hold(&self, id: Position) -> Option<&Hold> {
        let place = self.holds.binary_search_by_key(&id, |hold| hold.id).ok()?;
        self.holds.get(place).map(Box::as_ref)
    }

    /// Takes the hold out, if it is open.
    pub fn take_hold(&mut self, id: Position) -> Option<Box<Hold>> {
        let place = self.holds.binary_search_by_key(&id, |hold| hold.id).ok()?;
        Some(self.holds.remove(place))
    }

    /// Books a flow: on the sums, and on the grants concerned.
    pub fn book(&mut self, flow: Flow) {
        let Flow { from, to, credits } = flow;
        for (leg, change) in [(from, credits.negated()), (to, credits)] {
            match leg.account {
                LedgerAccount::Available => self.free = self.free.plus(change),
                LedgerAccount::Held => self.held = self.held.plus(change),
                LedgerAccount::Owed => self.owed = self.owed.minus(change),
                _ => continue,
            }
            if let Some(grant) = leg.grant.and_then(|id| self.grant_mut(id)) {
                match leg.account {
                    LedgerAccount::Available => grant.free = grant.free.plus(change),
                    LedgerAccount::Held => grant.held = grant.held.plus(change),
                    _ => {}
                }
            }
        }
        if let (LedgerAccount::Available, Some(grant), LedgerAccount::Owed) =
            (from.account, from.grant, to.account)
        {
            self.remember_settler(Settler { grant, credits });
        }
    }

    fn remember_settler(&mut self, settler: Settler) {
        let settlers = self.settlers.get_or_insert_default();
        match settlers.last_mut() {
            Some(last) if last.grant == settler.grant => last.credits = last.credits.plus(settler.credits),
            _ => settlers.push(settler),
        }
        if settlers.len() > Book::SETTLERS_KEPT {
            settlers.remove(0);
        }
    }

    /// Forgets what a settler got back.
    pub fn forget_settled(&mut self, grant: Position, credits: Amount) {
        if let Some(settlers) = &mut self.settlers {
            let mut left = credits;
            for settler in settlers.iter_mut().rev().filter(|settler| settler.grant == grant) {
                let taken = settler.credits.min(left);
                settler.credits = settler.credits.minus(taken);
                left = left.minus(taken);
            }
            settlers.retain(|settler| settler.credits.is_positive());
            if settlers.is_empty() {
                self.settlers = None;
            }
        }
    }

    /// Drops empty grants that nothing will come back to soon: beyond a few, those that end first.
    ///
    /// Their terms stay in the journal, where a late return finds them. What else is known of them must not be
    /// missed: whether one was voided, and until when the plan's current period goes.
    pub fn drop_empty_grants(&mut self) {
        let empty = self.grants.iter().filter(|grant| grant.is_empty()).count();
        if empty <= Book::EMPTY_KEPT {
            return;
        }
        let plan =
            self.grants.iter().filter(|grant| grant.is_plan_period()).max_by_key(|grant| grant.expires_at);
        let plan = plan.map(|grant| grant.id);
        let droppable = |grant: &&Grant| grant.is_empty() && !grant.is_taken_back() && Some(grant.id) != plan;
        let mut ids: Vec<(Instant, Position)> =
            self.grants.iter().filter(droppable).map(|grant| (grant.expires_at, grant.id)).collect();
        ids.sort_unstable();
        ids.truncate(empty - Book::EMPTY_KEPT);
        self.grants.retain(|grant| !ids.iter().any(|(_, id)| *id == grant.id));
    }

    /// When something next falls due by itself; [`Instant::NEVER`] if nothing does.
    pub fn next_due(&self) -> Instant {
        let grants = self.grants.iter().map(|grant| match grant.state {
            GrantState::Pending => grant.effective_at,
            GrantState::Live if grant.free.is_positive() => grant.expires_at.min(grant.notice_at()),
            _ => Instant::NEVER,
        });
        let holds = self.holds.iter().map(|hold| hold.deadline);
        let overdraft = self.overdraft.iter().filter(|overdraft| overdraft.suspended_at.is_none()).flat_map(
            |overdraft| overdraft.warnings.first().copied().into_iter().chain([overdraft.deadline]),
        );
        grants.chain(holds).chain(overdraft).min().unwrap_or(Instant::NEVER)
    }
}
