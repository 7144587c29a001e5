use catalog::LateReturn;
use ledger::{
    Back, Book, Class, Event, Grant, GrantState, Issued, Part, Parts, Position, Sort, Source, Subscription,
    SubscriptionState, Terms,
};
use moment::{Instant, Period};
use money::Amount;

use crate::cycle::boundary;
use crate::draft::Draft;
use crate::{Need, Rules};

/// Credits on their way back: where they go, and what is issued for those whose grant has ended.
pub(crate) struct GivenBack {
    pub back: Back,
    reissues: Vec<Terms>,
}

/// Finds where credits go that come back: `debt` of a debt that the spend had made, `parts` to the grants that paid.
///
/// The debt is undone first. What others have settled of it meanwhile goes to the grants that settled it, the
/// latest first. A grant that has ended passes its credits on to a reissue, where the program says so.
pub(crate) fn give_back(
    draft: &Draft<'_>,
    rules: &Rules<'_>,
    debt: Amount,
    parts: &Parts,
) -> Result<GivenBack, Need> {
    let now = draft.context.now;
    let (debt, parts) = reclaimed_as_debt(draft, debt, parts);
    let owed = draft.book().map_or(Amount::ZERO, |book| book.owed);
    let undone = debt.min(owed);
    let mut given = GivenBack { back: Back { debt: undone, ..Back::default() }, reissues: Vec::new() };
    let late = |terms: &Terms, of: Position, credits: Amount| reissue(draft, rules, terms, of, credits);

    let mut settled = debt.minus(undone);
    let settlers = draft.book().and_then(|book| book.settlers.as_deref());
    for settler in settlers.into_iter().flatten().rev() {
        let credits = settler.credits.min(settled);
        if !credits.is_positive() {
            continue;
        }
        settled = settled.minus(credits);
        let part = Part { grant: settler.grant, credits };
        match find(draft, settler.grant)? {
            Found::Kept(grant) if is_live(grant, now) => given.back.unsettled.push(part),
            Found::Gone(terms) if now < terms.expires_at => {
                given.back.unsettled.push(part);
                given.back.revived.push((settler.grant, terms));
            }
            Found::Kept(grant) if grant.is_taken_back() => given.back.revoked.push(part),
            Found::Kept(grant) => {
                given.back.ended.push(part);
                given.reissues.extend(late(&grant.terms(), settler.grant, credits));
            }
            Found::Gone(terms) => {
                given.back.ended.push(part);
                given.reissues.extend(late(&terms, settler.grant, credits));
            }
        }
    }
    if settled.is_positive() {
        given.back.lost = settled;
        given.reissues.push(unattributed(rules, settled, now));
    }

    for part in &parts {
        match find(draft, part.grant)? {
            Found::Kept(grant) if grant.is_taken_back() => given.back.voided.push(*part),
            Found::Kept(grant) if is_live(grant, now) => given.back.parts.push(*part),
            Found::Kept(grant) => {
                given.back.expired.push(*part);
                given.reissues.extend(late(&grant.terms(), part.grant, part.credits));
            }
            Found::Gone(terms) if now < terms.expires_at => {
                given.back.parts.push(*part);
                given.back.revived.push((part.grant, terms));
            }
            Found::Gone(terms) => {
                given.back.expired.push(*part);
                given.reissues.extend(late(&terms, part.grant, part.credits));
            }
        }
    }
    settle_what_is_owed(draft, rules, owed.minus(undone), &mut given.back);
    Ok(given)
}

/// Where a grant's money was taken back, what had been spent of it became a debt: so what comes back of that undoes
/// the debt.
fn reclaimed_as_debt(draft: &Draft<'_>, debt: Amount, parts: &Parts) -> (Amount, Parts) {
    let reclaimed = |part: &Part| {
        let grant = draft.book().and_then(|book| book.grant(part.grant));
        grant.is_some_and(|grant| grant.state == GrantState::Reclaimed)
    };
    let more =
        parts.iter().filter(|part| reclaimed(part)).fold(Amount::ZERO, |sum, part| sum.plus(part.credits));
    (debt.plus(more), parts.iter().filter(|part| !reclaimed(part)).copied().collect())
}

impl GivenBack {
    /// Issues what takes the place of credits whose grant has ended.
    pub fn push_reissues(reissues: Vec<Terms>, draft: &mut Draft<'_>, rules: &Rules<'_>) {
        for terms in reissues {
            let settled = if rules.settles_debts(&terms.scope) {
                terms.credits.min(draft.owed())
            } else {
                Amount::ZERO
            };
            let reason = "Returned after its grant had ended".into();
            draft.push(Event::Issued(Box::new(Issued { terms, settled, reason })));
        }
    }

    /// The two halves: what the entry says, and what is issued behind it.
    pub fn into_parts(self) -> (Back, Vec<Terms>) {
        (self.back, self.reissues)
    }
}

enum Found<'a> {
    Kept(&'a Grant),
    Gone(Terms),
}

fn find<'a>(draft: &Draft<'a>, id: Position) -> Result<Found<'a>, Need> {
    if let Some(grant) = draft.book().and_then(|book| book.grant(id)) {
        return Ok(Found::Kept(grant));
    }
    let (_, terms) = draft.context.facts.grant(id)?;
    Ok(Found::Gone(terms.clone()))
}

fn is_live(grant: &Grant, now: Instant) -> bool {
    grant.state == GrantState::Live && now < grant.expires_at
}

/// The grant that takes the place of credits whose own grant has expired: same class, cost basis and scope
/// (domain.md, "Holds", 5).
fn reissue(
    draft: &Draft<'_>,
    rules: &Rules<'_>,
    terms: &Terms,
    of: Position,
    credits: Amount,
) -> Option<Terms> {
    if rules.program.late_return == LateReturn::Expire {
        return None;
    }
    Some(Terms {
        class: terms.class,
        credits,
        effective_at: draft.context.now,
        expires_at: late_end(draft, rules),
        priority: terms.priority,
        paid: terms.paid.map(|paid| share_of(paid, credits, terms.credits)),
        scope: terms.scope.clone(),
        source: Source::Reissue { of },
        notice_hours: 0,
    })
}

/// Until when credits live that come back after their grant has ended: to the end of the current plan period, or as
/// long as the program says.
pub(crate) fn late_end(draft: &Draft<'_>, rules: &Rules<'_>) -> Instant {
    let now = draft.context.now;
    let plan = |one: &Subscription| {
        let own = one.agreed.sort == Sort::Plan && one.agreed.unit == draft.unit;
        // The current period has begun, though the money for it is awaited.
        let awaited = matches!(one.state, SubscriptionState::PastDue { .. });
        let end = if awaited { boundary(draft.account, one, one.count.saturating_add(1)) } else { one.end };
        Some(end).filter(|end| own && *end > now)
    };
    let life = match rules.program.late_return {
        LateReturn::Reissue { life } => life,
        LateReturn::Expire => Period::days(7),
    };
    draft
        .account
        .subscription()
        .and_then(plan)
        .or_else(|| draft.book().and_then(|book| plan_period_end(book, now)))
        .unwrap_or_else(|| life.after(now, 1, &draft.account.zone()))
}

/// The cost basis of a part of a grant, rounded down.
pub(crate) fn share_of(paid: money::Money, credits: Amount, of: Amount) -> money::Money {
    let share = i128::from(paid.amount) * i128::from(credits.0) / i128::from(of.0.max(1));
    money::Money { amount: i64::try_from(share).unwrap_or(paid.amount), ..paid }
}

/// The end of the current plan period, where the host gives plan credits itself: when those that are live now end, the
/// latest of them.
fn plan_period_end(book: &Book, now: Instant) -> Option<Instant> {
    book.grants
        .iter()
        .filter(|grant| grant.is_plan_period() && is_live(grant, now))
        .map(|grant| grant.expires_at)
        .max()
}

/// What stands in for credits of which it is no longer known which grant had settled their debt.
fn unattributed(rules: &Rules<'_>, credits: Amount, now: Instant) -> Terms {
    let class = Class::Adjustment;
    Terms {
        class,
        credits,
        effective_at: now,
        expires_at: Instant::NEVER,
        priority: rules.program.classes.get(class.index()).map_or(0, |rule| rule.priority),
        paid: None,
        scope: ledger::Scope::default(),
        source: Source::Adjustment,
        notice_hours: 0,
    }
}

/// Credits that arrive settle the debt first: out of the grants that got them, in the order they got them.
fn settle_what_is_owed(draft: &Draft<'_>, rules: &Rules<'_>, owed: Amount, back: &mut Back) {
    let mut left = owed;
    for part in back.unsettled.iter().chain(&back.parts) {
        if !left.is_positive() {
            return;
        }
        let kept = draft.book().and_then(|book| book.grant(part.grant)).and_then(Grant::scope);
        let revived = back.revived.iter().find(|(id, _)| *id == part.grant);
        let scope = revived.map_or(kept, |(_, terms)| terms.scope.0.as_deref());
        if scope.is_none_or(|names| rules.pays_for_overdraws(names)) {
            let credits = part.credits.min(left);
            left = left.minus(credits);
            back.settled.push(Part { grant: part.grant, credits });
        }
    }
}
