use ledger::NameId;
use ledger::{BelowZero, Event, GrantState, Part, Position, Started};
use moment::Instant;
use money::Amount;
use smallvec::SmallVec;

use crate::draft::Draft;
use crate::edges::edges;
use crate::holds::push_release;
use crate::{Account, Context, Decision, Facts, Need, Rules, apply};

/// Something that falls due by itself. In the order in which things of one instant are booked: what arrives and
/// what comes back before what ends, so that a plan's new period that begins as the old one ends is no fall through
/// an alert's threshold; a deadline last, so that credits that arrive with it are in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    GrantStarts(Position),
    HoldEnds(Position),
    GrantEnds(Position),
    Warning,
    Suspension,
}

/// Rolls the account forward to `now`: books what fell due, in the order in which it fell due, each at its own
/// instant (domain.md, "Time"). Entries get the positions from `next` on. Rolling to t1 and then to t2 equals
/// rolling to t2.
///
/// Stops where something has to be looked up first; the account is then rolled only part of the way, and is of no use.
pub fn roll(
    account: &mut Account,
    rules: &Rules<'_>,
    now: Instant,
    next: Position,
    facts: &Facts,
) -> Result<Vec<ledger::Entry>, Need> {
    let mut entries: Vec<ledger::Entry> = Vec::new();
    while let Some((at, unit, due)) = earliest(account, now) {
        let position = Position(next.0 + entries.len() as u64);
        let context = Context { now: at, recorded_at: now, by: NameId::NONE, next: position, facts };
        let decided = book_due(account, rules, unit, due, &context)?;
        for entry in decided {
            apply(account, Position(next.0 + entries.len() as u64), &entry);
            entries.push(entry);
        }
    }
    account.refresh_due();
    Ok(entries)
}

/// The account as it is at `now`, without a change to the one that is kept. For reads.
pub fn rolled(account: &Account, rules: &Rules<'_>, now: Instant, facts: &Facts) -> Result<Account, Need> {
    let mut copy = account.clone();
    roll(&mut copy, rules, now, account.last.next(), facts)?;
    Ok(copy)
}

fn earliest(account: &Account, now: Instant) -> Option<(Instant, u8, Due)> {
    let mut all: SmallVec<[(Instant, Due, u8); 8]> = SmallVec::new();
    for (unit, book) in account.books.iter().enumerate() {
        let unit = unit as u8;
        for grant in &book.grants {
            match grant.state {
                GrantState::Pending if grant.effective_at <= now => {
                    all.push((grant.effective_at, Due::GrantStarts(grant.id), unit));
                }
                GrantState::Live if grant.free.is_positive() && grant.expires_at <= now => {
                    all.push((grant.expires_at, Due::GrantEnds(grant.id), unit));
                }
                _ => {}
            }
        }
        for hold in book.holds.iter().filter(|hold| hold.deadline <= now) {
            all.push((hold.deadline, Due::HoldEnds(hold.id), unit));
        }
        if let Some(overdraft) =
            book.overdraft.as_deref().filter(|overdraft| overdraft.suspended_at.is_none())
        {
            if let Some(warning) = overdraft.warnings.first().filter(|warning| **warning <= now) {
                all.push((*warning, Due::Warning, unit));
            }
            if overdraft.deadline <= now {
                all.push((overdraft.deadline, Due::Suspension, unit));
            }
        }
    }
    all.into_iter().min().map(|(at, due, unit)| (at, unit, due))
}

fn book_due(
    account: &Account,
    rules: &Rules<'_>,
    unit: u8,
    due: Due,
    context: &Context<'_>,
) -> Result<Decision, Need> {
    let mut draft = Draft::new(account, context, unit);
    let Some(book) = draft.book() else { return Ok(Decision::new()) };
    match due {
        Due::GrantEnds(id) => {
            if let Some(grant) = book.grant(id) {
                draft.push(Event::Expired(Part { grant: id, credits: grant.free }));
            }
        }
        Due::HoldEnds(id) => {
            if let Some(hold) = book.hold(id) {
                push_release(&mut draft, rules, hold, true, None)?;
            }
        }
        Due::GrantStarts(id) => {
            if let Some(grant) = book.grant(id) {
                let settles = grant.scope().is_none_or(|names| rules.pays_for_overdraws(names));
                let settled = if settles { grant.granted.min(book.owed) } else { Amount::ZERO };
                draft.push(Event::Started(Started { grant: id, credits: grant.granted, settled }));
            }
        }
        Due::Warning | Due::Suspension => {
            if let Some(overdraft) = book.overdraft.as_deref() {
                let below =
                    BelowZero { since: overdraft.since, deadline: overdraft.deadline, warnings: Vec::new() };
                draft.push(match due {
                    Due::Warning => Event::SuspensionNear(below),
                    _ => Event::Suspended(below),
                });
            }
        }
    }
    edges(&mut draft, rules);
    Ok(draft.entries)
}
