use ledger::{
    CheckoutOpened, Event, Method, Move, Order, OrderFailed, OrderState, Pause, PaymentDeclined,
    PaymentPending, Position, Purpose, SubscriptionMoved, SubscriptionState, TopUp, TopUpMove, TopUpMoved,
};
use money::Money;

use crate::decide::Asks;
use crate::draft::Draft;
use crate::{Decision, NotForSale, PaymentFact, Refusal, Stop};

impl<'a> Asks<'a> {
    /// The order, as the state has it or as it was looked up.
    fn order(&self, id: Position) -> Result<&'a Order, Stop> {
        match self.account.sales.as_deref().and_then(|sales| sales.order(id)) {
            Some(order) => Ok(order),
            None => Ok(&self.context.facts.order(id)?.order),
        }
    }

    /// Books what a payment provider tells. Each fact is absolute, and one that is known already changes nothing, so
    /// facts may come late, twice and in any order.
    pub(crate) fn payment(
        &self,
        id: Position,
        provider: Option<&str>,
        fact: &PaymentFact,
    ) -> Result<Decision, Stop> {
        // To a provider, an order of another one's is as none.
        if let Some(provider) = provider
            && *self.order(id)?.ordered.provider != *provider
        {
            return Err(Refusal::NotFound("order").into());
        }
        match fact {
            PaymentFact::Paid { reference, amount, method } => {
                self.paid(id, reference, *amount, method.as_ref())
            }
            PaymentFact::Declined { attempt, code, message } => self.declined(id, *attempt, code, message),
            PaymentFact::Pending { reference, url } => self.pending(id, reference, url.as_deref()),
            PaymentFact::Abandoned => self.abandoned(id),
            PaymentFact::Refunded { total } => self.refunded(id, *total),
            PaymentFact::Disputed { dispute, amount } => self.disputed(id, dispute, *amount),
            PaymentFact::DisputeClosed { dispute, won, amount } => {
                self.dispute_closed(id, dispute, *won, *amount)
            }
        }
    }

    fn paid(
        &self,
        id: Position,
        reference: &str,
        amount: Money,
        method: Option<&Method>,
    ) -> Result<Decision, Stop> {
        let order = self.order(id)?;
        if !order.state.may_become(OrderState::Paid) {
            return Err(Stop::Already(id));
        }
        if amount != order.ordered.price {
            return Err(Refusal::WrongAmount { price: order.ordered.price, amount }.into());
        }
        let mut draft = self.draft(order.unit);
        self.credit(&mut draft, order, reference, method);
        Ok(self.finish(draft))
    }

    /// The checkout that was opened for an order.
    pub(crate) fn checkout_opened(
        &self,
        id: Position,
        reference: &str,
        url: Option<&str>,
    ) -> Result<Decision, Stop> {
        let order = self.order(id)?;
        if order.state != OrderState::AwaitingPayment {
            return Err(Stop::Already(id));
        }
        if order.reference.as_deref() == Some(reference) && order.checkout_url.as_deref() == url {
            return Err(Stop::Already(id));
        }
        let opened = CheckoutOpened { order: id, reference: reference.into(), url: url.map(Into::into) };
        Ok(self.single(order.unit, Event::CheckoutOpened(Box::new(opened))))
    }

    fn pending(&self, id: Position, reference: &str, url: Option<&str>) -> Result<Decision, Stop> {
        let order = self.order(id)?;
        if order.state != OrderState::AwaitingPayment || order.reference.as_deref() == Some(reference) {
            return Err(Stop::Already(id));
        }
        let pending = PaymentPending { order: id, reference: reference.into(), url: url.map(Into::into) };
        Ok(self.single(order.unit, Event::PaymentPending(Box::new(pending))))
    }

    fn declined(&self, id: Position, attempt: u32, code: &str, message: &str) -> Result<Decision, Stop> {
        let order = self.order(id)?;
        let current = if attempt == 0 {
            // At a checkout the customer may try another card: the order stays open, and this is told once.
            !order.asking && order.declined.as_deref() != Some(message)
        } else {
            order.asking && order.attempts == attempt
        };
        if order.state != OrderState::AwaitingPayment || !current {
            return Err(Stop::Already(id));
        }
        let mut draft = self.draft(order.unit);
        self.decline(&mut draft, order, attempt, code, message);
        Ok(self.finish(draft))
    }

    /// Books a declined payment, and what follows: another attempt, or the end.
    pub(crate) fn decline(
        &self,
        draft: &mut Draft<'a>,
        order: &Order,
        attempt: u32,
        code: &str,
        message: &str,
    ) {
        let renewal = order.ordered.purpose == Purpose::Renewal;
        let rule = &self.rules.program.renewal;
        let next = match attempt {
            // What a customer tries at a checkout changes nothing of the schedule.
            0 => order.next_attempt_at,
            _ if renewal => billing::next_attempt(rule, order.placed_at, attempt, self.context.now),
            _ => None,
        };
        draft.push(Event::PaymentDeclined(Box::new(PaymentDeclined {
            order: order.id,
            attempt,
            code: code.into(),
            message: message.into(),
            next,
            name: order.ordered.name.clone(),
            amount: order.ordered.price,
            renewal,
        })));
        if attempt > 0 && next.is_none() && matches!(order.ordered.purpose, Purpose::Renewal | Purpose::TopUp)
        {
            self.fail(draft, order, message);
        }
    }

    fn abandoned(&self, id: Position) -> Result<Decision, Stop> {
        let order = self.order(id)?;
        if order.state != OrderState::AwaitingPayment || order.asking || order.next_attempt_at.is_some() {
            return Err(Stop::Already(id));
        }
        let mut draft = self.draft(order.unit);
        self.fail(&mut draft, order, "The checkout was left without a payment");
        Ok(self.finish(draft))
    }

    /// No money came for an order: what depended on it ends or rests.
    pub(crate) fn fail(&self, draft: &mut Draft<'a>, order: &Order, reason: &str) {
        let failed = OrderFailed {
            order: order.id,
            name: order.ordered.name.clone(),
            reason: reason.into(),
            purpose: order.ordered.purpose,
        };
        draft.push(Event::OrderFailed(Box::new(failed)));
        self.after_failure(draft, order, Move::Unpaid);
    }

    fn after_failure(&self, draft: &mut Draft<'a>, order: &Order, how: Move) {
        let awaits = SubscriptionState::PastDue { order: order.id };
        if let Some(now) = draft.subscription().filter(|one| one.state == awaits).cloned() {
            draft.push(Event::Subscription(Box::new(SubscriptionMoved { how, now })));
        }
        if let Some(top_up) = draft.top_up().filter(|top_up| top_up.order == Some(order.id)) {
            let declines = top_up.declines.saturating_add(1);
            let spent = top_up.spent.saturating_sub(order.ordered.price.amount);
            let now = TopUp { order: None, declines, spent, ..top_up.clone() };
            draft.push(Event::TopUp(Box::new(TopUpMoved { how: TopUpMove::Declined, now: now.clone() })));
            if declines >= self.rules.program.top_up.declines {
                let now = TopUp { paused: Some(Pause::Declined), ..now };
                draft.push(Event::TopUp(Box::new(TopUpMoved { how: TopUpMove::Paused, now })));
            }
        }
    }

    /// Gives an order up. One that is being paid for by a stored method is too late for that.
    pub(crate) fn cancel_order(&self, id: Position, reason: &str) -> Result<Decision, Stop> {
        let order = self.order(id)?;
        if order.state == OrderState::Canceled {
            return Err(Stop::Already(id));
        }
        if !order.state.is_open() || order.asking {
            return Err(Refusal::OrderClosed { state: order.state, asking: order.asking }.into());
        }
        if order.ordered.purpose == Purpose::Renewal {
            return Err(NotForSale::RenewalUnderWay.into());
        }
        let mut draft = self.draft(order.unit);
        let canceled = OrderFailed {
            order: id,
            name: order.ordered.name.clone(),
            reason: reason.into(),
            purpose: order.ordered.purpose,
        };
        draft.push(Event::OrderCanceled(Box::new(canceled)));
        Ok(self.finish(draft))
    }
}
