use billing::{Direction, Share};
use catalog::ChangeAt;
use ledger::{
    Agreed, Event, Move, OrderFailed, Ordered, Purpose, Sort, Subscription, SubscriptionMoved,
    SubscriptionState,
};
use moment::{Instant, Period};
use money::{Amount, Money};

use crate::buy::{agreed_plan, renewable, seats};
use crate::cycle::paid_until;
use crate::decide::Asks;
use crate::draft::Draft;
use crate::{Buy, Decision, NotForSale, Refusal, Stop, Wanted};

impl<'a> Asks<'a> {
    fn subscription(&self) -> Result<&'a Subscription, Stop> {
        self.must_be_open()?;
        self.account.subscription().ok_or(Stop::Refused(Refusal::NotFound("subscription")))
    }

    fn moved(&self, how: Move, now: Subscription) -> Decision {
        let now = Subscription { notice_at: self.notice_at(&now), ..now };
        self.single(now.agreed.unit, Event::Subscription(Box::new(SubscriptionMoved { how, now })))
    }

    /// Changes the plan or the package: at once for the difference, or with the next period, as the program says. The
    /// offer that it is already withdraws a change that was planned, and a cancellation.
    pub(crate) fn change_subscription(&self, buy: &Buy) -> Result<Decision, Stop> {
        let one = self.subscription()?;
        let agreed = self.wanted(buy)?;
        if let SubscriptionState::PastDue { .. } = one.state {
            return Err(NotForSale::RenewalUnderWay.into());
        }
        let same = agreed.offer == one.agreed.offer
            && agreed.sort == one.agreed.sort
            && agreed.quantity == one.agreed.quantity;
        if same {
            if one.pending.is_none() && !one.cancel_at_end {
                return Err(Stop::Already(one.id));
            }
            let now = Subscription { pending: None, cancel_at_end: false, ..one.clone() };
            return Ok(self.moved(Move::ChangePlanned, now));
        }
        if agreed.unit != one.agreed.unit {
            return Err(NotForSale::OtherUnit.into());
        }
        if self.changes_at(one, &agreed) == ChangeAt::AtPeriodEnd {
            let now = Subscription { pending: Some(Box::new(agreed)), cancel_at_end: false, ..one.clone() };
            return Ok(self.moved(Move::ChangePlanned, now));
        }
        self.change_now(buy, one, agreed)
    }

    fn wanted(&self, buy: &Buy) -> Result<Agreed, Refusal> {
        let quantity = seats(buy.how_many)?;
        match &buy.offer {
            Wanted::Plan(code) => {
                let plan = self.rules.program.plan(code).ok_or(Refusal::UnknownOffer)?;
                agreed_plan(plan, quantity)
            }
            Wanted::Package(code) => {
                let package = self.rules.program.package(code).ok_or(Refusal::UnknownOffer)?;
                renewable(package, quantity).ok_or(Refusal::NotForSale(NotForSale::NotRenewable))
            }
            Wanted::Quote(_) => Err(NotForSale::NotRenewable.into()),
        }
    }

    /// When the change takes effect. A package is added whole, so it changes with the next period (PF-5); and so does
    /// what is paid for longer than the new offer is billed for, as what was paid ahead would be lost.
    fn changes_at(&self, one: &Subscription, to: &Agreed) -> ChangeAt {
        if to.sort == Sort::Package || one.agreed.sort == Sort::Package {
            return ChangeAt::AtPeriodEnd;
        }
        let runs = matches!(one.state, SubscriptionState::Active) && one.agreed.price.is_some();
        if runs && billed_millis(to) < billed_millis(&one.agreed) {
            return ChangeAt::AtPeriodEnd;
        }
        let side = |agreed: &Agreed| (agreed.price, agreed.allotment, billed_millis(agreed));
        // What a period brings is compared by the same time as what it costs.
        match billing::direction(side(&one.agreed), side(to)) {
            Direction::Up => self.rules.program.changes.up,
            Direction::Down => self.rules.program.changes.down,
        }
    }

    fn change_now(&self, buy: &Buy, one: &Subscription, agreed: Agreed) -> Result<Decision, Stop> {
        // From a period that was free one begins anew: who pays for a month has a month.
        let trial = one.state == SubscriptionState::Trial;
        let free = one.agreed.price.is_none() || trial;
        let paused = matches!(one.state, SubscriptionState::Paused { .. });
        let restarts = free
            || paused
            || agreed.period != one.agreed.period
            || agreed.periods_billed != one.agreed.periods_billed;
        let old_price = if free || paused { None } else { one.agreed.price };
        let old_credits = match one.state {
            SubscriptionState::Paused { .. } => Amount::ZERO,
            SubscriptionState::Trial => self.trial_credits(one),
            _ => one.agreed.allotment,
        };
        // Of periods that were paid ahead, those that are over are not counted.
        let left = one.paid.saturating_sub(one.count).saturating_add(1).min(one.agreed.periods_billed);
        let left = Share { left, of: one.agreed.periods_billed, whole: restarts };
        let none = Money { amount: 0, currency: money::Currency::NONE };
        let price = agreed.price.unwrap_or(Money { amount: 0, ..old_price.unwrap_or(none) });
        let (from, to) = ((old_price, old_credits), (price, agreed.allotment));
        let Some(change) = billing::change(from, to, left) else {
            return Err(NotForSale::OtherCurrency.into());
        };
        let name = agreed.name.clone();
        let mut ordered: Ordered =
            self.ordered(buy, (&agreed.offer, &name), Sort::Plan, Purpose::Change, change.price);
        let paid = Some(change.price).filter(|price| price.amount > 0);
        ordered.lots = billing::for_period(&self.rules.program.classes, change.credits, paid);
        (ordered.quantity, ordered.restarts) = (agreed.quantity, restarts);
        let mut draft = self.draft(agreed.unit);
        ordered.agreed = Some(Box::new(agreed));
        self.place(&mut draft, ordered);
        Ok(self.finish(draft))
    }

    /// What the trial brought.
    fn trial_credits(&self, one: &Subscription) -> Amount {
        let trial = self.rules.program.plan(&one.agreed.offer).and_then(|plan| plan.trial);
        trial.map_or(Amount::ZERO, |trial| trial.credits)
    }

    /// Ends it with what is paid; at once where nothing is.
    pub(crate) fn cancel_subscription(&self) -> Result<Decision, Stop> {
        let one = self.subscription()?;
        let mut draft = self.draft(one.agreed.unit);
        self.wind_down(&mut draft, one);
        if draft.entries.is_empty() { Err(Stop::Already(one.id)) } else { Ok(self.finish(draft)) }
    }

    /// Plans the end of a subscription, or ends it. One that is to end already stays as it is.
    pub(crate) fn wind_down(&self, draft: &mut Draft<'a>, one: &Subscription) {
        let end = |how, now| Event::Subscription(Box::new(SubscriptionMoved { how, now }));
        match one.state {
            SubscriptionState::Paused { .. } => draft.push(end(Move::Ended, one.clone())),
            SubscriptionState::PastDue { .. } => {
                self.give_up_renewal(draft, one, "The subscription was cancelled");
                draft.push(end(Move::Ended, one.clone()));
            }
            _ if one.cancel_at_end => {}
            _ => {
                let now = Subscription {
                    cancel_at_end: true,
                    pending: None,
                    pause_at_end: None,
                    notice_at: None,
                    ..one.clone()
                };
                draft.push(end(Move::CancelPlanned, now));
            }
        }
    }

    /// The order for a period that has begun is not needed any more.
    pub(crate) fn give_up_renewal(&self, draft: &mut Draft<'a>, one: &Subscription, reason: &str) {
        let SubscriptionState::PastDue { order } = one.state else { return };
        let known = self.account.sales.as_deref().and_then(|sales| sales.order(order));
        if let Some(known) = known.filter(|known| known.state.is_open()) {
            draft.push(Event::OrderCanceled(Box::new(OrderFailed {
                order,
                name: known.ordered.name.clone(),
                reason: reason.into(),
                purpose: Purpose::Renewal,
            })));
        }
    }

    /// Goes on: withdraws a cancellation or a pause; one that rests begins a new period.
    pub(crate) fn resume_subscription(&self) -> Result<Decision, Stop> {
        let one = self.subscription()?;
        if let SubscriptionState::Paused { .. } = one.state {
            let mut draft = self.draft(one.agreed.unit);
            self.begin_period(&mut draft, one, Vec::new(), true);
            return Ok(self.finish(draft));
        }
        if !one.cancel_at_end && one.pause_at_end.is_none() {
            return Err(Stop::Already(one.id));
        }
        let now = Subscription { cancel_at_end: false, pause_at_end: None, ..one.clone() };
        Ok(self.moved(Move::Resumed, now))
    }

    /// Rests from the end of the period on.
    pub(crate) fn pause_subscription(&self, until: Option<Instant>) -> Result<Decision, Stop> {
        let one = self.subscription()?;
        let until = until.unwrap_or(Instant::NEVER);
        if !matches!(one.state, SubscriptionState::Active | SubscriptionState::Trial) {
            return Err(NotForSale::RenewalUnderWay.into());
        }
        if one.pause_at_end == Some(until) {
            return Err(Stop::Already(one.id));
        }
        if until <= paid_until(self.account, one) {
            let message = "a pause begins when what is paid ends, so it ends after that".into();
            return Err(Refusal::Invalid { pointer: "/until", message }.into());
        }
        let now = Subscription { pause_at_end: Some(until), cancel_at_end: false, ..one.clone() };
        Ok(self.moved(Move::PausePlanned, now))
    }
}

/// How long what is billed at a time lasts: a month as 30 days and some, for comparisons only.
fn billed_millis(agreed: &Agreed) -> i64 {
    const DAY: i64 = 24 * 3_600_000;
    let period = match agreed.period {
        Period::Exact(millis) => millis,
        // A year has 365 days and a quarter.
        Period::Months(months) => i64::from(months).saturating_mul(1_461 * DAY / 48),
    };
    period.saturating_mul(i64::from(agreed.periods_billed))
}
