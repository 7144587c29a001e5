//! What must hold of every account and journal, whatever happened.

use std::collections::BTreeMap;

use account::{Account, apply};
use ledger::{Entry, Event, Flow, GrantState, LedgerAccount, Position};
use moment::Instant;
use money::Amount;

use crate::{Desk, Journal};

/// Checks an account against its own sums, and against the fold of its journal.
///
/// # Panics
/// Where something is off, with what.
pub fn check(desk: &Desk<'_>) {
    sums(desk, &desk.account);
    let folded = fold(&desk.journal, &desk.account);
    assert_eq!(folded, desk.account, "the state is the fold of the journal");
    grants_add_up(&desk.journal);
}

/// Folds a journal from scratch; every entry must balance, be legal, and say the balance that it leaves.
///
/// # Panics
/// Where one does not.
pub fn fold(journal: &Journal, like: &Account) -> Account {
    let mut account = Account::unopened(like.no);
    let mut time = Instant::from_millis(i64::MIN);
    for (id, entry) in journal.entries() {
        assert!(time <= entry.effective_at, "entry {id} counts before the one that it follows");
        assert!(entry.effective_at <= entry.recorded_at, "entry {id} was written before it counts");
        time = entry.effective_at;
        flows(*id, entry);
        apply(&mut account, *id, entry);
        let balance = account.book(entry.unit).map(ledger::Book::balance).unwrap_or_default();
        assert_eq!(entry.after, balance, "what entry {id} says that it leaves: {:?}", entry.event);
    }
    account
}

/// The sums of each book are those over its grants and holds; nothing is negative; the order is the draw order.
///
/// # Panics
/// Where something is off, with what.
pub fn sums(desk: &Desk<'_>, account: &Account) {
    let rules = desk.shop.rules();
    for book in &account.books {
        let free = book.grants.iter().fold(Amount::ZERO, |sum, grant| sum.plus(grant.free));
        assert_eq!(free, book.free, "free credits");
        let held = book.holds.iter().fold(Amount::ZERO, |sum, hold| sum.plus(hold.credits));
        assert_eq!(held, book.held, "credits on hold");
        assert!(!book.owed.is_negative(), "a debt is never negative");
        assert_eq!(book.overdraft.is_some(), book.available().is_negative(), "below zero is an overdraft");
        for pair in book.grants.windows(2) {
            assert!(pair[0].draw_order(&pair[1]).is_lt(), "grants are in draw order, and no two are equal");
        }
        for grant in &book.grants {
            assert!(!grant.free.is_negative() && !grant.held.is_negative(), "no grant is negative");
            assert!(grant.remaining() <= grant.granted, "no grant is more than it was");
            assert!(grant.free.is_zero() || grant.state == GrantState::Live, "only the living can be drawn");
            let of_holds = book.holds.iter().flat_map(|hold| &hold.parts);
            let held = of_holds
                .filter(|part| part.grant == grant.id)
                .fold(Amount::ZERO, |sum, part| sum.plus(part.credits));
            assert_eq!(held, grant.held, "what holds have of grant {}", grant.id);
            let settles = rules.settles_debts(&grant.terms().scope);
            assert!(
                book.owed.is_zero() || grant.free.is_zero() || !settles,
                "credits are free that should have settled the debt"
            );
        }
        for hold in &book.holds {
            let parts = hold.parts.iter().fold(hold.owed, |sum, part| sum.plus(part.credits));
            assert_eq!(parts, hold.credits, "the parts of a hold");
        }
    }
    assert!(account.due.0 <= account.next_due(), "what falls due is not missed");
}

fn flows(id: Position, entry: &Entry) {
    let kind = entry.event.kind();
    let mut postings = Amount::ZERO;
    entry.flows(id, &mut |flow: Flow| {
        assert!(flow.credits.is_positive(), "a flow is positive: {flow:?}");
        let (from, to) = (flow.from.account, flow.to.account);
        assert!(kind.allows(from, to), "{kind:?} may not move {from:?} to {to:?}");
        for posting in flow.postings() {
            postings = postings.plus(posting.credits);
        }
    });
    assert_eq!(postings, Amount::ZERO, "entry {id} balances");
    if let Event::Charged(charged) = &entry.event {
        parts_add_up(&charged.parts, charged.owed, charged.credits);
    }
    if let Event::Held(held) = &entry.event {
        parts_add_up(&held.parts, held.owed, held.credits);
    }
    if let Some(charged) = entry.event.charge() {
        parts_add_up(&charged.parts, charged.owed, charged.credits);
    }
    if let Event::Returned(returned) = &entry.event {
        assert_eq!(returned.back.credits(), returned.credits, "all that is returned goes somewhere");
        let total = returned.before.plus(returned.credits);
        assert!(total <= returned.charged.credits, "no more comes back than was charged");
    }
}

fn parts_add_up(parts: &[ledger::Part], owed: Amount, credits: Amount) {
    assert!(parts.iter().all(|part| part.credits.is_positive()), "parts are positive");
    assert_eq!(parts.iter().fold(owed, |sum, part| sum.plus(part.credits)), credits, "parts add up");
}

#[derive(Default)]
struct Life {
    places: BTreeMap<LedgerAccount, Amount>,
    start: Option<Instant>,
    end: Option<Instant>,
    voided: bool,
}

/// Per grant: what was granted is where the flows say; nothing is drawn of it before its start, from its end on, or
/// after it was voided.
fn grants_add_up(journal: &Journal) {
    let mut lives: BTreeMap<Position, Life> = BTreeMap::new();
    for (id, entry) in journal.entries() {
        if let Event::Issued(issued) = &entry.event {
            let life = lives.entry(*id).or_default();
            (life.start, life.end) = (Some(issued.terms.effective_at), Some(issued.terms.expires_at));
        }
        entry.flows(*id, &mut |flow| {
            let ends = [(flow.from, flow.credits.negated()), (flow.to, flow.credits)];
            for (leg, change) in ends {
                let Some(life) = leg.grant.and_then(|grant| lives.get_mut(&grant)) else { continue };
                let place = life.places.entry(leg.account).or_default();
                *place = place.plus(change);
                assert!(
                    !place.is_negative() || leg.account == LedgerAccount::Available && change.is_positive(),
                    "grant {:?} has {place} in {:?} after {:?}",
                    leg.grant,
                    leg.account,
                    entry.event
                );
                let drawn = leg.account == LedgerAccount::Available && change.is_negative();
                let by_itself = matches!(entry.event, Event::Expired(_));
                if drawn && !by_itself {
                    assert!(!life.voided, "drawn after its void: {:?}", entry.event);
                    assert!(life.start.is_some_and(|start| start <= entry.effective_at), "before its start");
                    assert!(life.end.is_some_and(|end| entry.effective_at < end), "after its end");
                }
            }
        });
        if let Event::Voided(voided) = &entry.event
            && let Some(life) = lives.get_mut(&voided.grant)
        {
            assert!(!life.voided, "a grant is voided once");
            life.voided = true;
        }
    }
}
