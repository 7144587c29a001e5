use ledger::{
    Back, Entry, Event, Grant, GrantState, Hold, Overdraft, OverdraftTerms, Position, Profile, Reporting,
    Session,
};
use moment::Instant;
use money::Amount;

use crate::{Account, apply_sales as sales, state::Due};

/// Folds an entry into the account. Never fails, never decides.
///
/// `id` is the entry's position. The hash chain is the journal's affair: it sets `head`.
pub fn apply(account: &mut Account, id: Position, entry: &Entry) {
    account.time = account.time.max(entry.effective_at);
    account.entries += 1;
    account.last = id;
    let unit = entry.unit;
    match &entry.event {
        Event::Opened(opened) => {
            account.id = id;
            account.program = opened.program;
            account.host_id = opened.host_id.clone();
            account.opened_at = entry.effective_at;
            account.profile =
                Some(&opened.profile).filter(|p| **p != Profile::default()).cloned().map(Box::new);
            account.overdraft =
                Some(opened.overdraft).filter(|own| *own != OverdraftTerms::default()).map(Box::new);
        }
        Event::Changed(changed) => {
            account.profile =
                Some(&changed.profile).filter(|p| **p != Profile::default()).cloned().map(Box::new);
            change_reports(account, |_| {});
            account.overdraft =
                Some(changed.overdraft).filter(|own| *own != OverdraftTerms::default()).map(Box::new);
        }
        Event::Closed(_) => account.closed = true,
        Event::Reopened(_) => account.closed = false,
        event if sales::changes(event) => {
            sales::apply(account, id, entry);
            if let Event::ClawedBack(clawed) = event {
                sales::claw_back(account, entry.unit, clawed);
                let book = account.book_mut(unit);
                entry.flows(id, &mut |flow| book.book(flow));
            }
        }
        Event::ExpiryNear(part) => {
            if let Some(grant) = account.book_mut(unit).grant_mut(part.grant) {
                grant.notice_hours = 0;
            }
        }
        Event::ReportsSet(on) => {
            account.reporting.get_or_insert_default();
            change_reports(account, |reporting| reporting.set(*on, entry.effective_at));
        }
        Event::ReportDue(month) => change_reports(account, |reporting| reporting.tell(*month)),
        Event::AlertsSet { thresholds } => account.book_mut(unit).thresholds.clone_from(thresholds),
        event => {
            before_flows(account, id, entry, event);
            let book = account.book_mut(unit);
            entry.flows(id, &mut |flow| book.book(flow));
            after_flows(account, id, entry, event);
            if is_reported(event) {
                change_reports(account, |reporting| reporting.spent(entry.effective_at));
            }
        }
    }
}

/// Whether an event is something that a month's report counts.
fn is_reported(event: &Event) -> bool {
    matches!(event, Event::Charged(_) | Event::Captured(_) | Event::SessionCounted(_) | Event::Returned(_))
}

/// Changes what is known of the reports, if they were ever switched on. What falls due then is no part of the state.
fn change_reports(account: &mut Account, change: impl FnOnce(&mut Reporting)) {
    let Some(reporting) = account.reporting.as_deref_mut() else { return };
    change(reporting);
    lower_due(account, account.report_due().map_or(Instant::NEVER, |(_, over)| over));
}

/// Makes what flows will go to.
fn before_flows(account: &mut Account, id: Position, entry: &Entry, event: &Event) {
    let unit = entry.unit;
    match event {
        Event::Issued(issued) => {
            let grant = Grant::issued(id, &issued.terms, entry.effective_at);
            let soonest = grant.soonest();
            let lowest = grant.effective_at.min(soonest);
            lower_due(account, if grant.state == GrantState::Pending { lowest } else { soonest });
            let book = account.book_mut(unit);
            book.drop_empty_grants();
            book.insert(grant);
        }
        Event::Started(started) => {
            if let Some(grant) = account.book_mut(unit).grant_mut(started.grant) {
                grant.state = GrantState::Live;
                let soonest = grant.soonest();
                lower_due(account, soonest);
            }
        }
        Event::Captured(captured) => {
            if let Some(back) = &captured.back {
                revive(account, unit, back, entry);
            }
        }
        Event::Released(released) => revive(account, unit, &released.back, entry),
        Event::Returned(returned) => revive(account, unit, &returned.back, entry),
        _ => {}
    }
}

fn revive(account: &mut Account, unit: u8, back: &Back, entry: &Entry) {
    for (id, terms) in &back.revived {
        let book = account.book_mut(unit);
        if book.grant(*id).is_none() {
            book.insert(Grant::issued(*id, terms, entry.effective_at));
        }
    }
    let book = account.book_mut(unit);
    let lowest = back
        .parts
        .iter()
        .chain(&back.unsettled)
        .filter_map(|part| book.grant(part.grant))
        .map(Grant::soonest)
        .min();
    for part in back.unsettled.iter().chain(&back.ended).chain(&back.revoked) {
        book.forget_settled(part.grant, part.credits);
    }
    if let Some(lowest) = lowest {
        lower_due(account, lowest);
    }
}

/// Keeps what is not in the flows.
fn after_flows(account: &mut Account, id: Position, entry: &Entry, event: &Event) {
    let (unit, at) = (entry.unit, entry.effective_at);
    match event {
        Event::Issued(_) => sales::apply(account, id, entry),
        Event::Expired(part) => {
            if let Some(grant) = account.book_mut(unit).grant_mut(part.grant) {
                grant.state = GrantState::Expired;
            }
        }
        Event::Voided(voided) => {
            let book = account.book_mut(unit);
            if book.grant(voided.grant).is_none() {
                // It was spent and dropped; it is kept again, so that what is returned to it is known to be void.
                book.insert(Grant::issued(voided.grant, &voided.terms, at));
            }
            if let Some(grant) = book.grant_mut(voided.grant) {
                grant.state = GrantState::Voided;
            }
        }
        Event::Held(held) => {
            let hold = Hold {
                id,
                unit,
                credits: held.credits,
                parts: held.parts.clone(),
                owed: held.owed,
                placed_at: at,
                deadline: held.deadline,
                work: held.work.clone(),
            };
            lower_due(account, hold.deadline);
            account.book_mut(unit).holds.push(Box::new(hold));
        }
        Event::Captured(_) | Event::Released(_) => {
            if let Some(resolved) = entry.resolved(id) {
                account.book_mut(unit).take_hold(resolved.hold);
                account.recent.get_or_insert_default().resolve(resolved);
            }
        }
        Event::Returned(returned) => {
            let total: Amount = returned.before.plus(returned.credits);
            account.recent.get_or_insert_default().give_back(returned.charge, total);
        }
        Event::SessionCounted(counted) => {
            let session = Session { charge: id, started_at: at, last_seen_at: at, ends_at: counted.ends_at };
            let sessions = account.sessions.get_or_insert_default();
            sessions.put(counted.charged.work.action, counted.key.clone(), session, at);
        }
        Event::SessionSeen(seen) => {
            let session = Session {
                charge: seen.charge,
                started_at: seen.started_at,
                last_seen_at: at,
                ends_at: seen.ends_at,
            };
            account.sessions.get_or_insert_default().put(seen.action, seen.key.clone(), session, at);
        }
        Event::Overdrawn(below) => {
            let soonest = below.warnings.first().copied().unwrap_or(below.deadline).min(below.deadline);
            account.book_mut(unit).overdraft = Some(Box::new(Overdraft {
                since: below.since,
                deadline: below.deadline,
                warnings: below.warnings.clone(),
                suspended_at: None,
            }));
            lower_due(account, soonest);
        }
        Event::SuspensionNear(_) => {
            if let Some(overdraft) = &mut account.book_mut(unit).overdraft {
                overdraft.warnings.retain(|warning| *warning > at);
            }
        }
        Event::Suspended(_) => {
            if let Some(overdraft) = &mut account.book_mut(unit).overdraft {
                overdraft.suspended_at = Some(at);
            }
        }
        Event::Recovered(_) => account.book_mut(unit).overdraft = None,
        _ => {}
    }
}

pub(crate) fn lower_due(account: &mut Account, at: Instant) {
    account.due = Due(account.due.0.min(at));
}
