use ledger::{BelowZero, Event};
use moment::Instant;
use money::Amount;

use crate::decide::Asks;
use crate::draft::Draft;
use crate::{Account, Rules};

/// Says what a movement did to the account's standing: going below zero and coming back, and the thresholds that
/// `available` crossed downwards. In the same transaction as the movement.
pub(crate) fn edges<'a>(draft: &mut Draft<'a>, rules: &'a Rules<'a>) {
    let (before, after) = (draft.available_before(), draft.available());
    if before == after {
        return;
    }
    let overdraft = draft.book().and_then(|book| book.overdraft.as_deref());
    match overdraft {
        None if after.is_negative() => {
            let now = draft.context.now;
            draft.push(Event::Overdrawn(overdraft_from(draft.account, rules, now)));
        }
        Some(overdraft) if !after.is_negative() => {
            let span =
                BelowZero { since: overdraft.since, deadline: overdraft.deadline, warnings: Vec::new() };
            let was_suspended = overdraft.suspended_at.is_some();
            draft.push(Event::Recovered(span.clone()));
            if was_suspended {
                draft.push(Event::Restored(span));
            }
        }
        _ => {}
    }
    if after < before {
        let own = draft.book().and_then(|book| book.thresholds.as_deref());
        let programs =
            rules.program.alerts.get(usize::from(draft.unit)).map(|rule| rule.thresholds.as_slice());
        for threshold in own.or(programs).unwrap_or_default() {
            if before > *threshold && after <= *threshold {
                draft.push(Event::AlertFired { threshold: *threshold });
            }
        }
        // What was taken back is not bought again at once: the next spend looks.
        if draft.entries.iter().any(|entry| matches!(entry.event, Event::ClawedBack(_))) {
            return;
        }
        // What an order under way brings is not counted: there is one at a time.
        let unit = draft.unit;
        if let Some(top_up) = draft.top_up().filter(|top_up| top_up.unit == unit).cloned() {
            let asks = Asks { account: draft.account, rules, context: draft.context };
            asks.buy_for(draft, &top_up, after);
        }
    }
}

/// How far below zero the account may go; `None`: no bound but time.
pub(crate) fn overdraft_limit(account: &Account, rules: &Rules<'_>) -> Option<Amount> {
    account.overdraft.as_deref().and_then(|own| own.limit).or(rules.program.overdraft.limit)
}

fn overdraft_from(account: &Account, rules: &Rules<'_>, since: Instant) -> BelowZero {
    let rule = &rules.program.overdraft;
    let zone = account.zone();
    let deadline = match account.overdraft.as_deref().and_then(|own| own.grace_millis) {
        Some(millis) => since.plus_millis(millis.max(0)),
        None => rule.grace.after(since, 1, &zone),
    };
    let mut warnings: Vec<Instant> = rule
        .warn_before
        .iter()
        .map(|before| before.after(deadline, -1, &zone))
        .filter(|at| *at > since && *at < deadline)
        .collect();
    warnings.sort_unstable();
    warnings.dedup();
    BelowZero { since, deadline, warnings }
}
