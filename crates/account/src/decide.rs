use ledger::{
    Adjusted, Captured, Changed, Charged, Entry, Event, Held, Hold, Issued, Opened, Position, Released, Resolution,
    Resolved, Returned, SessionCounted, SessionSeen, Terms, Voided, Why, undo,
};
use ledger::{Class, GrantState, NameId, OverdraftTerms, Parts, Profile, Source};
use money::Amount;
use moment::Instant;
use smallvec::SmallVec;

use crate::draft::Draft;
use crate::edges::edges;
use crate::give_back::{GivenBack, give_back};
use crate::spend::{draw_for, price, price_action};
use crate::{
    Account, ActionWork, Change, Command, HowMuch, Issue, Open, Refusal, Rules, Spend, Until, attribute_value,
};

/// What a decision is made with, beside the account and the program.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// The instant that it counts from. The account has been rolled forward to it.
    pub now: Instant,
    /// The instant that it is written.
    pub recorded_at: Instant,
    /// Who asks.
    pub by: NameId,
    /// The position of the first entry that is made.
    pub next: Position,
    /// What was looked up for it.
    pub facts: &'a Facts,
}

/// What a decision may need from the journal, beyond the account's state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The charge that is to be returned: its unit and what it was.
    pub charge: Option<(Position, u8, Charged)>,
    /// How much of that charge was returned so far.
    pub returned: Option<(Position, Amount)>,
    /// The end of a hold that was resolved some time ago; `None` inside: there is no such hold.
    pub resolved: Option<(Position, Option<Resolved>)>,
    /// What grants were issued as that the state no longer keeps.
    pub grants: Vec<(Position, Terms)>,
}

/// Something that has to be looked up before a decision can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The charge at this position.
    Charge(Position),
    /// All that was returned of the charge at this position.
    Returned(Position),
    /// The end of the hold at this position.
    Resolved(Position),
    /// What the grant at this position was issued as.
    Grant(Position),
}

/// Why there is no decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It is refused: nothing changes.
    Refused(Refusal),
    /// Something has to be looked up first.
    Need(Need),
    /// It was done before, by the entry at this position, with the same meaning.
    Already(Position),
}

/// What was decided: the entries, in order. The first says what the command did.
pub type Decision = SmallVec<[Entry; 1]>;

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Stop {
        Stop::Refused(refusal)
    }
}

impl From<Need> for Stop {
    fn from(need: Need) -> Stop {
        Stop::Need(need)
    }
}

/// Decides a command: a pure function of the account, the program, the command and the time.
///
/// The account is one that has been rolled forward to `context.now`. The result is entries that balance and are
/// legal, or the reason why there are none.
pub fn decide(
    account: &Account,
    rules: &Rules<'_>,
    command: &Command,
    context: &Context<'_>,
) -> Result<Decision, Stop> {
    let asks = Asks { account, rules, context };
    match command {
        Command::Open(open) => Ok(asks.open(open)),
        Command::Change(change) => asks.change(change),
        Command::Close { reason } => asks.close(reason),
        Command::Reopen { reason } => asks.reopen(reason),
        Command::Issue(issue) => asks.issue(issue),
        Command::Void { grant, reason } => asks.void(*grant, reason),
        Command::Adjust { unit, credits, reason } => asks.adjust(*unit, *credits, reason),
        Command::Hold(spend) => asks.hold(spend),
        Command::Capture { hold, how_much } => asks.capture(*hold, *how_much),
        Command::Release { hold, reason } => asks.release(*hold, reason.as_deref()),
        Command::Charge(spend) => asks.charge(spend),
        Command::Return { charge, credits, reason } => asks.give_back(*charge, *credits, reason),
        Command::Session { work, key } => asks.session(work, key),
        Command::SetAlerts { unit, thresholds } => asks.set_alerts(*unit, thresholds.as_deref()),
        Command::Roll => Ok(Decision::new()),
    }
}

struct Asks<'a> {
    account: &'a Account,
    rules: &'a Rules<'a>,
    context: &'a Context<'a>,
}

impl<'a> Asks<'a> {
    fn draft(&self, unit: u8) -> Draft<'a> {
        Draft::new(self.account, self.context, unit)
    }

    fn must_be_open(&self) -> Result<(), Refusal> {
        if self.account.closed { Err(Refusal::AccountClosed) } else { Ok(()) }
    }

    fn single(&self, unit: u8, event: Event) -> Decision {
        let mut draft = self.draft(unit);
        draft.push(event);
        draft.entries
    }

    fn finish(&self, mut draft: Draft<'a>) -> Decision {
        edges(&mut draft, self.rules);
        draft.entries
    }

    fn priority(&self, class: Class) -> i16 {
        self.rules.program.classes.get(class.index()).map_or(0, |rule| rule.priority)
    }

    fn open(&self, open: &Open) -> Decision {
        let opened = Opened {
            program: self.account.program,
            host_id: open.host_id.clone(),
            profile: open.profile.clone(),
            overdraft: open.overdraft,
        };
        let mut entries = self.single(0, Event::Opened(Box::new(opened)));
        for (place, starter) in self.rules.program.starter.iter().enumerate() {
            let class = self.rules.program.classes.get(Class::Starter.index());
            let life = starter.life.or_else(|| class.and_then(|rule| rule.life));
            let terms = Terms {
                class: Class::Starter,
                credits: starter.credits,
                effective_at: self.context.now,
                expires_at: life.map_or(Instant::NEVER, |life| life.after(self.context.now, 1, &self.account.zone())),
                priority: self.priority(Class::Starter),
                paid: None,
                scope: ledger::Scope::default(),
                source: Source::Opening,
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
            let context = Context { next: Position(self.context.next.0 + entries.len() as u64), ..self.context.clone() };
            let mut draft = Draft::new(self.account, &context, starter.unit);
            draft.push(Event::Issued(Box::new(Issued { terms, settled: Amount::ZERO, reason: "Welcome".into() })));
            for mut entry in draft.entries {
                entry.after.settled = entry.after.settled.plus(earlier);
                entries.push(entry);
            }
        }
        entries
    }

    fn change(&self, change: &Change) -> Result<Decision, Stop> {
        self.must_be_open()?;
        let old = self.account.profile.as_deref().cloned().unwrap_or_default();
        let profile = Profile {
            name: change.name.clone().or(old.name),
            email: change.email.clone().or(old.email),
            time_zone: change.time_zone.clone().or(old.time_zone),
            locale: change.locale.clone().or(old.locale),
            metadata: change.metadata.clone().unwrap_or(old.metadata),
        };
        let own: OverdraftTerms = self.account.overdraft.as_deref().copied().unwrap_or_default();
        let overdraft = change.overdraft.unwrap_or(own);
        Ok(self.single(0, Event::Changed(Box::new(Changed { profile, overdraft }))))
    }

    fn close(&self, reason: &str) -> Result<Decision, Stop> {
        self.must_be_open()?;
        Ok(self.single(0, Event::Closed(Why { reason: reason.into() })))
    }

    fn reopen(&self, reason: &str) -> Result<Decision, Stop> {
        if !self.account.closed {
            return Err(Stop::Already(self.account.last));
        }
        Ok(self.single(0, Event::Reopened(Why { reason: reason.into() })))
    }

    fn issue(&self, issue: &Issue) -> Result<Decision, Stop> {
        self.must_be_open()?;
        if !issue.credits.is_positive() || issue.credits > Amount::MAX {
            return Err(Refusal::OutOfRange.into());
        }
        let now = self.context.now;
        let effective_at = issue.effective_at.unwrap_or(now);
        let zone = self.account.zone();
        let class = self.rules.program.classes.get(issue.class.index());
        let expires_at = match issue.until {
            Until::Default => class
                .and_then(|rule| rule.life)
                .map_or(Instant::NEVER, |life| life.after(effective_at, 1, &zone)),
            Until::Never => Instant::NEVER,
            Until::At(at) => at,
            Until::After(period) => period.after(effective_at, 1, &zone),
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
        };
        let settles = effective_at <= now && self.rules.settles_debts(&terms.scope);
        let settled = if settles { issue.credits.min(draft.owed()) } else { Amount::ZERO };
        draft.push(Event::Issued(Box::new(Issued { terms, settled, reason: issue.reason.clone() })));
        Ok(self.finish(draft))
    }

    fn void(&self, id: Position, reason: &str) -> Result<Decision, Stop> {
        let found = self.account.books.iter().enumerate().find_map(|(unit, book)| Some((unit, book.grant(id)?)));
        let Some((unit, grant)) = found else {
            return Err(Refusal::NotFound("grant").into());
        };
        let mut draft = self.draft(unit as u8);
        draft.push(Event::Voided(Box::new(Voided {
            grant: id,
            terms: grant.terms(),
            credits: grant.free,
            held: grant.held,
            reason: reason.into(),
        })));
        Ok(self.finish(draft))
    }

    fn adjust(&self, unit: u8, credits: Amount, reason: &str) -> Result<Decision, Stop> {
        self.must_be_open()?;
        if !credits.is_positive() || credits > Amount::MAX {
            return Err(Refusal::OutOfRange.into());
        }
        let mut draft = self.draft(unit);
        let (parts, _) = draw_for(&draft, self.rules, credits, NameId::NONE, false)?;
        draft.push(Event::Adjusted(Box::new(Adjusted { credits, parts, reason: reason.into() })));
        Ok(self.finish(draft))
    }

    fn hold(&self, spend: &Spend) -> Result<Decision, Stop> {
        self.must_be_open()?;
        let priced = price(self.account, self.rules, spend)?;
        let rule = &self.rules.program.holds;
        let zone = self.account.zone();
        let latest = rule.max_deadline.after(self.context.now, 1, &zone);
        let deadline = spend.open_for.unwrap_or(rule.deadline).after(self.context.now, 1, &zone);
        if deadline > latest {
            return Err(Refusal::Invalid {
                pointer: "/expires_in",
                message: format!("a hold stays open for at most {}", rule.max_deadline),
            }
            .into());
        }
        let mut draft = self.draft(priced.unit);
        let overdraw = priced.action.is_some_and(|action| action.may_overdraw);
        let (parts, owed) = draw_for(&draft, self.rules, priced.credits, priced.work.action, overdraw)?;
        draft.push(Event::Held(Held { work: priced.work, credits: priced.credits, parts, owed, deadline }));
        Ok(self.finish(draft))
    }

    fn charge(&self, spend: &Spend) -> Result<Decision, Stop> {
        self.must_be_open()?;
        let priced = price(self.account, self.rules, spend)?;
        let mut draft = self.draft(priced.unit);
        let overdraw = priced.action.is_some_and(|action| action.may_overdraw);
        let (parts, owed) = draw_for(&draft, self.rules, priced.credits, priced.work.action, overdraw)?;
        draft.push(Event::Charged(Charged { work: priced.work, credits: priced.credits, parts, owed }));
        Ok(self.finish(draft))
    }

    fn open_hold(&self, id: Position) -> Option<&'a Hold> {
        self.account.books.iter().find_map(|book| book.hold(id))
    }

    /// How a hold ended that is no longer open.
    fn resolved(&self, id: Position) -> Result<Resolved, Stop> {
        let recent = self.account.recent.iter().flat_map(|recent| &recent.resolved);
        if let Some(resolved) = recent.rev().find(|resolved| resolved.hold == id) {
            return Ok(*resolved);
        }
        match self.context.facts.resolved {
            Some((hold, Some(resolved))) if hold == id => Ok(resolved),
            Some((hold, None)) if hold == id => Err(Refusal::NotFound("hold").into()),
            _ => Err(Need::Resolved(id).into()),
        }
    }

    fn capture(&self, id: Position, how_much: HowMuch) -> Result<Decision, Stop> {
        let Some(hold) = self.open_hold(id) else {
            return Err(self.captured_before(id, how_much)?);
        };
        let action = self.rules.action(hold.work.action);
        let asked = match how_much {
            HowMuch::All => hold.credits,
            HowMuch::Credits(credits) if credits.is_negative() || credits > Amount::MAX => {
                return Err(Refusal::OutOfRange.into());
            }
            HowMuch::Credits(credits) => credits,
            HowMuch::Quantity(quantity) => self.price_for(hold, quantity)?,
        };
        if asked.is_zero() && hold.credits.is_positive() {
            return self.release(id, None);
        }
        let may_exceed = action.is_some_and(|action| action.may_exceed_hold);
        if asked > hold.credits && !may_exceed {
            return Err(Refusal::ExceedsHold { held: hold.credits, asked }.into());
        }
        let mut draft = self.draft(hold.unit);
        let rest = hold.credits.minus(asked).max(Amount::ZERO);
        let (debt_back, parts_back) = undo(&hold.parts, hold.owed, Amount::ZERO, rest);
        let (back, reissues) = if rest.is_positive() {
            let (back, reissues) = give_back(&draft, self.rules, debt_back, &parts_back)?.into_parts();
            (Some(Box::new(back)), reissues)
        } else {
            (None, Vec::new())
        };
        let excess = asked.minus(hold.credits).max(Amount::ZERO);
        let (excess_parts, excess_owed) = if excess.is_positive() {
            let overdraw = action.is_some_and(|action| action.may_overdraw);
            draw_for(&draft, self.rules, excess, hold.work.action, overdraw)?
        } else {
            (Parts::new(), Amount::ZERO)
        };
        draft.push(Event::Captured(Captured {
            hold: id,
            work: hold.work.clone(),
            credits: asked,
            taken: without(&hold.parts, &parts_back),
            taken_owed: hold.owed.minus(debt_back),
            excess: excess_parts.into_vec(),
            excess_owed,
            back,
        }));
        GivenBack::push_reissues(reissues, &mut draft, self.rules);
        Ok(self.finish(draft))
    }

    fn price_for(&self, hold: &Hold, quantity: i64) -> Result<Amount, Stop> {
        let name = hold.work.action;
        let place = self.rules.actions.iter().position(|action| *action == name);
        let Some(index) = place.filter(|_| name.is_some()) else {
            return Err(Refusal::Invalid {
                pointer: "/quantity",
                message: "this hold is for credits, not for an action: name credits".into(),
            }
            .into());
        };
        let attributes = hold.work.tags.iter().flat_map(|tags| &tags.attributes);
        let attributes = attributes.map(|(name, value)| (name.to_string(), attribute_value(value))).collect();
        let work = ActionWork { index, name, quantity, attributes, quoted: None };
        Ok(price_action(self.account, self.rules, &work)?.credits)
    }

    fn captured_before(&self, id: Position, how_much: HowMuch) -> Result<Stop, Stop> {
        let resolved = self.resolved(id)?;
        Ok(match resolved.how {
            Resolution::Captured(captured) => match how_much {
                HowMuch::Credits(credits) if credits != captured => {
                    Refusal::HoldAlreadyCaptured { captured, at: resolved.at, charge: resolved.by }.into()
                }
                _ => Stop::Already(resolved.by),
            },
            Resolution::Released if how_much == HowMuch::Credits(Amount::ZERO) => Stop::Already(resolved.by),
            Resolution::Released => Refusal::HoldAlreadyReleased { at: resolved.at }.into(),
            Resolution::Expired => Refusal::HoldExpired { at: resolved.at }.into(),
        })
    }

    fn release(&self, id: Position, reason: Option<&str>) -> Result<Decision, Stop> {
        let Some(hold) = self.open_hold(id) else {
            let resolved = self.resolved(id)?;
            return Err(match resolved.how {
                Resolution::Captured(captured) => {
                    Refusal::HoldAlreadyCaptured { captured, at: resolved.at, charge: resolved.by }.into()
                }
                Resolution::Released => Stop::Already(resolved.by),
                Resolution::Expired => Refusal::HoldExpired { at: resolved.at }.into(),
            });
        };
        let mut draft = self.draft(hold.unit);
        push_release(&mut draft, self.rules, hold, false, reason)?;
        Ok(self.finish(draft))
    }

    fn give_back(&self, charge: Position, credits: Option<Amount>, reason: &str) -> Result<Decision, Stop> {
        let (unit, charged) = match &self.context.facts.charge {
            Some((position, unit, charged)) if *position == charge => (*unit, charged),
            _ => return Err(Need::Charge(charge).into()),
        };
        let before = self.returned(charge)?;
        let left = charged.credits.minus(before);
        let asked = credits.unwrap_or(left);
        if !asked.is_positive() && !(credits.is_none() && charged.credits.is_zero()) || asked > left {
            return Err(Refusal::ExceedsCharge { left, asked }.into());
        }
        let mut draft = self.draft(unit);
        let (debt, parts) = undo(&charged.parts, charged.owed, before, asked);
        let (back, reissues) = give_back(&draft, self.rules, debt, &parts)?.into_parts();
        draft.push(Event::Returned(Box::new(Returned {
            charge,
            charged: charged.clone(),
            before,
            credits: asked,
            back,
            reason: reason.into(),
        })));
        GivenBack::push_reissues(reissues, &mut draft, self.rules);
        Ok(self.finish(draft))
    }

    fn returned(&self, charge: Position) -> Result<Amount, Stop> {
        if let Some(recent) = &self.account.recent {
            if let Ok(place) = recent.returned.binary_search_by_key(&charge, |(id, _)| *id) {
                return Ok(recent.returned.get(place).map_or(Amount::ZERO, |(_, total)| *total));
            }
            if charge <= recent.returns_forgotten {
                return match self.context.facts.returned {
                    Some((position, total)) if position == charge => Ok(total),
                    _ => Err(Need::Returned(charge).into()),
                };
            }
        }
        Ok(Amount::ZERO)
    }

    fn session(&self, work: &ActionWork, key: &str) -> Result<Decision, Stop> {
        self.must_be_open()?;
        let now = self.context.now;
        let rule = &self.rules.program.sessions;
        let zone = self.account.zone();
        let ends_at = |started: Instant| rule.idle.after(now, 1, &zone).min(rule.max.after(started, 1, &zone));
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

    fn set_alerts(&self, unit: u8, thresholds: Option<&[Amount]>) -> Result<Decision, Stop> {
        self.must_be_open()?;
        Ok(self.single(unit, Event::AlertsSet { thresholds: thresholds.map(Box::from) }))
    }
}

/// Releases an open hold: all of it comes back.
pub(crate) fn push_release(
    draft: &mut Draft<'_>,
    rules: &Rules<'_>,
    hold: &Hold,
    expired: bool,
    reason: Option<&str>,
) -> Result<(), Need> {
    let (debt, parts) = undo(&hold.parts, hold.owed, Amount::ZERO, hold.credits);
    let (back, reissues) = give_back(draft, rules, debt, &parts)?.into_parts();
    draft.push(Event::Released(Released {
        hold: hold.id,
        work: hold.work.clone(),
        credits: hold.credits,
        expired,
        back: Box::new(back),
        reason: reason.map(Box::from),
    }));
    GivenBack::push_reissues(reissues, draft, rules);
    Ok(())
}

/// What is left of `parts` when `back` is taken out.
fn without(parts: &Parts, back: &Parts) -> Parts {
    parts
        .iter()
        .filter_map(|part| {
            let gone = back.iter().find(|other| other.grant == part.grant).map_or(Amount::ZERO, |other| other.credits);
            let credits = part.credits.minus(gone);
            credits.is_positive().then_some(ledger::Part { grant: part.grant, credits })
        })
        .collect()
}
