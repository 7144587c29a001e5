use ledger::{Changed, Charged, Class, Entry, Event, NameId, OverdraftTerms, Position, Profile, Why};
use moment::{Instant, Period};
use money::Amount;
use smallvec::SmallVec;

use crate::draft::Draft;
use crate::edges::edges;
use crate::spend::{draw_for, price};
use crate::{Account, Change, Command, Facts, Need, Refusal, Rules, Spend};

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
        Command::Open(open) => asks.open(open),
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
        Command::SetReports(on) => asks.set_reports(*on),
        Command::Roll | Command::RollToQuestion => Ok(Decision::new()),
        Command::Buy(buy) => asks.buy(buy),
        Command::CheckoutOpened { order, reference, url } => {
            asks.checkout_opened(*order, reference, url.as_deref())
        }
        Command::Payment { order, provider, fact } => asks.payment(*order, provider.as_deref(), fact),
        Command::CancelOrder { order, reason } => asks.cancel_order(*order, reason),
        Command::MakeQuote(make) => asks.make_quote(make),
        Command::WithdrawQuote { quote } => asks.withdraw_quote(*quote),
        Command::ChangeSubscription(buy) => asks.change_subscription(buy),
        Command::CancelSubscription => asks.cancel_subscription(),
        Command::ResumeSubscription => asks.resume_subscription(),
        Command::PauseSubscription { until } => asks.pause_subscription(*until),
        Command::SetTopUp(set) => asks.set_top_up(set),
        Command::TopUpFor { unit, needed } => Ok(asks.top_up_for(*unit, *needed)),
    }
}

/// A decision in the making: what it is made with.
pub(crate) struct Asks<'a> {
    pub account: &'a Account,
    pub rules: &'a Rules<'a>,
    pub context: &'a Context<'a>,
}

impl<'a> Asks<'a> {
    pub(crate) fn draft(&self, unit: u8) -> Draft<'a> {
        Draft::new(self.account, self.context, unit)
    }

    pub(crate) fn must_be_open(&self) -> Result<(), Refusal> {
        if self.account.closed { Err(Refusal::AccountClosed) } else { Ok(()) }
    }

    pub(crate) fn single(&self, unit: u8, event: Event) -> Decision {
        let mut draft = self.draft(unit);
        draft.push(event);
        draft.entries
    }

    pub(crate) fn finish(&self, mut draft: Draft<'a>) -> Decision {
        edges(&mut draft, self.rules);
        draft.entries
    }

    pub(crate) fn priority(&self, class: Class) -> i16 {
        self.rules.program.classes.get(class.index()).map_or(0, |rule| rule.priority)
    }

    /// The instant a period after another, in the account's time zone. Only a calendar period asks for the zone.
    pub(crate) fn after(&self, period: Period, from: Instant) -> Instant {
        match period.exact_millis() {
            Some(millis) => from.plus_millis(millis),
            None => period.after(from, 1, &self.account.zone()),
        }
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
        let one = self.account.subscription();
        let mut draft = self.draft(one.map_or(0, |one| one.agreed.unit));
        draft.push(Event::Closed(Why { reason: reason.into() }));
        // Nothing is asked of a closed account: its subscription ends with what is paid.
        if let Some(one) = one {
            self.wind_down(&mut draft, one);
        }
        Ok(draft.entries)
    }

    fn reopen(&self, reason: &str) -> Result<Decision, Stop> {
        if !self.account.closed {
            return Err(Stop::Already(self.account.last));
        }
        Ok(self.single(0, Event::Reopened(Why { reason: reason.into() })))
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

    fn set_reports(&self, on: bool) -> Result<Decision, Stop> {
        self.must_be_open()?;
        if on == self.account.reporting.as_deref().is_some_and(|reporting| reporting.on) {
            return Err(Stop::Already(self.account.last));
        }
        Ok(self.single(0, Event::ReportsSet(on)))
    }

    fn set_alerts(&self, unit: u8, thresholds: Option<&[Amount]>) -> Result<Decision, Stop> {
        self.must_be_open()?;
        Ok(self.single(unit, Event::AlertsSet { thresholds: thresholds.map(Box::from) }))
    }
}
