use ledger::{Charged, Event, SessionCounted, SessionSeen};
use moment::Instant;
use money::Amount;

use crate::decide::Asks;
use crate::spend::{draw_for, price_action};
use crate::{ActionWork, Decision, Stop};

impl Asks<'_> {
    pub(crate) fn session(&self, work: &ActionWork, key: &str) -> Result<Decision, Stop> {
        self.must_be_open()?;
        let now = self.context.now;
        let rule = &self.rules.program.sessions;
        let ends_at = |started: Instant| self.after(rule.idle, now).min(self.after(rule.max, started));
        let priced = price_action(self.account, self.rules, work)?;
        let overdraw = priced.action.is_some_and(|action| action.may_overdraw);
        let mut draft = self.draft(priced.unit);
        let live = self.account.sessions.as_deref().and_then(|sessions| sessions.live(work.name, key, now));
        if let Some(session) = live {
            // A suspended account meters no session, one that has begun among them.
            draw_for(&draft, self.rules, Amount::ZERO, work.name, overdraw)?;
            draft.push(Event::SessionSeen(Box::new(SessionSeen {
                action: work.name,
                key: key.into(),
                charge: session.charge,
                started_at: session.started_at,
                ends_at: ends_at(session.started_at),
            })));
            return Ok(draft.entries);
        }
        let (parts, owed) = draw_for(&draft, self.rules, priced.credits, work.name, overdraw)?;
        draft.push(Event::SessionCounted(Box::new(SessionCounted {
            key: key.into(),
            ends_at: ends_at(now),
            charged: Charged { work: priced.work, credits: priced.credits, parts, owed },
        })));
        Ok(self.finish(draft))
    }
}
