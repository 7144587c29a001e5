use ledger::{Adjusted, Class, Event, GrantState, Issued, NameId, Opened, Position, Source, Terms, Voided};
use moment::{Instant, Zone};
use money::Amount;

use crate::decide::Asks;
use crate::draft::Draft;
use crate::spend::draw_for;
use crate::{Context, Decision, Issue, Open, Refusal, Stop, Until};

impl Asks<'_> {
    pub(crate) fn open(&self, open: &Open) -> Result<Decision, Stop> {
        if self.account.entries > 0 {
            return Err(Stop::Already(self.account.id));
        }
        // The account has no time zone yet but the one that it is opened with.
        let zone = open.profile.time_zone.as_deref().and_then(Zone::named).unwrap_or_else(Zone::utc);
        let opened = Opened {
            program: self.account.program,
            host_id: open.host_id.clone(),
            profile: open.profile.clone(),
            overdraft: open.overdraft,
        };
        let mut entries = self.single(0, Event::Opened(Box::new(opened)));
        let starters = if open.without_starter { &[] } else { self.rules.program.starter.as_slice() };
        for (place, starter) in starters.iter().enumerate() {
            let class = self.rules.program.classes.get(Class::Starter.index());
            let life = starter.life.or_else(|| class.and_then(|rule| rule.life));
            let terms = Terms {
                class: Class::Starter,
                credits: starter.credits,
                effective_at: self.context.now,
                expires_at: life.map_or(Instant::NEVER, |life| life.after(self.context.now, 1, &zone)),
                priority: self.priority(Class::Starter),
                paid: None,
                scope: ledger::Scope::default(),
                source: Source::Opening,
                notice_hours: 0,
            };
            // Each is the first of its unit, or follows one of the same unit in the same draft's balance.
            let earlier: Amount = self
                .rules
                .program
                .starter
                .iter()
                .take(place)
                .filter(|other| other.unit == starter.unit)
                .fold(Amount::ZERO, |sum, other| sum.plus(other.credits));
            let context = Context {
                next: Position(self.context.next.0 + entries.len() as u64),
                ..self.context.clone()
            };
            let mut draft = Draft::new(self.account, &context, starter.unit);
            draft.push(Event::Issued(Box::new(Issued {
                terms,
                settled: Amount::ZERO,
                reason: "Welcome".into(),
            })));
            for mut entry in draft.entries {
                entry.after.settled = entry.after.settled.plus(earlier);
                entries.push(entry);
            }
        }
        Ok(entries)
    }

    pub(crate) fn issue(&self, issue: &Issue) -> Result<Decision, Stop> {
        self.must_be_open()?;
        if !issue.credits.is_positive() || issue.credits > Amount::MAX {
            return Err(Refusal::OutOfRange.into());
        }
        let now = self.context.now;
        let effective_at = issue.effective_at.unwrap_or(now);
        let class = self.rules.program.classes.get(issue.class.index());
        let expires_at = match issue.until {
            Until::Default => {
                class.and_then(|rule| rule.life).map_or(Instant::NEVER, |life| self.after(life, effective_at))
            }
            Until::Never => Instant::NEVER,
            Until::At(at) => at,
            Until::After(period) => self.after(period, effective_at),
        };
        if expires_at <= effective_at || expires_at <= now {
            return Err(Refusal::Invalid {
                pointer: "/expires_at",
                message: "a grant ends after it starts, and after now".into(),
            }
            .into());
        }
        let mut draft = self.draft(issue.unit);
        let total = draft.book().map_or(Amount::ZERO, |book| {
            book.grants.iter().fold(book.free.plus(book.held), |sum, grant| match grant.state {
                GrantState::Pending => sum.plus(grant.granted),
                _ => sum,
            })
        });
        if total.plus(issue.credits) > Amount::MAX_TOTAL {
            return Err(Refusal::OutOfRange.into());
        }
        let terms = Terms {
            class: issue.class,
            credits: issue.credits,
            effective_at,
            expires_at,
            priority: issue.priority.unwrap_or_else(|| self.priority(issue.class)),
            paid: issue.paid,
            scope: issue.scope.clone(),
            source: Source::Request,
            notice_hours: 0,
        };
        let settles = effective_at <= now && self.rules.settles_debts(&terms.scope);
        let settled = if settles { issue.credits.min(draft.owed()) } else { Amount::ZERO };
        draft.push(Event::Issued(Box::new(Issued { terms, settled, reason: issue.reason.clone() })));
        Ok(self.finish(draft))
    }

    pub(crate) fn void(&self, id: Position, reason: &str) -> Result<Decision, Stop> {
        let kept = self.account.books.iter().zip(0..).find_map(|(book, unit)| Some((unit, book.grant(id)?)));
        let (unit, terms, free, held) = match kept {
            // It ended once, by a void or as its money was taken back; a second end has nothing to do.
            Some((_, grant)) if grant.is_taken_back() => return Ok(Decision::new()),
            Some((unit, grant)) => (unit, grant.terms(), grant.free, grant.held),
            // All of it was spent. What is returned from now on is void nevertheless.
            None => {
                let (unit, terms) = self.context.facts.grant(id)?;
                (unit, terms.clone(), Amount::ZERO, Amount::ZERO)
            }
        };
        let mut draft = self.draft(unit);
        draft.push(Event::Voided(Box::new(Voided {
            grant: id,
            terms,
            credits: free,
            held,
            reason: reason.into(),
        })));
        Ok(self.finish(draft))
    }

    pub(crate) fn adjust(&self, unit: u8, credits: Amount, reason: &str) -> Result<Decision, Stop> {
        self.must_be_open()?;
        if !credits.is_positive() || credits > Amount::MAX {
            return Err(Refusal::OutOfRange.into());
        }
        let mut draft = self.draft(unit);
        let (parts, _) = draw_for(&draft, self.rules, credits, NameId::NONE, false)?;
        draft.push(Event::Adjusted(Box::new(Adjusted { credits, parts, reason: reason.into() })));
        Ok(self.finish(draft))
    }
}
