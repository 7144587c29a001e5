use catalog::{Ask, NoSale, Package, Plan, Sale};
use ledger::{Agreed, Event, Order, Ordered, PaymentAsked, Position, Purpose, Sort, SubscriptionState};
use moment::Period;
use money::{Amount, Money};

use crate::decide::Asks;
use crate::draft::Draft;
use crate::{Buy, Decision, NotForSale, Refusal, Stop, Wanted};

impl<'a> Asks<'a> {
    /// Places an order. What costs nothing is credited at once.
    pub(crate) fn buy(&self, buy: &Buy) -> Result<Decision, Stop> {
        self.must_be_open()?;
        let (unit, ordered) = match &buy.offer {
            Wanted::Package(code) => {
                let package = self.rules.program.package(code).ok_or(Refusal::UnknownOffer)?;
                (package.unit, self.package(buy, package)?)
            }
            Wanted::Plan(code) => {
                let plan = self.rules.program.plan(code).ok_or(Refusal::UnknownOffer)?;
                (plan.unit, self.plan(buy, plan)?)
            }
            Wanted::Quote(id) => return self.accept(buy, *id),
        };
        let mut draft = self.draft(unit);
        self.place(&mut draft, ordered);
        Ok(self.finish(draft))
    }

    fn package(&self, buy: &Buy, package: &Package) -> Result<Ordered, Refusal> {
        let ask = buy.how_many.unwrap_or(Ask::Packages(1));
        let sale = package.sale(ask).map_err(Refusal::NoSale)?;
        let available = self.account.book(package.unit).map_or(Amount::ZERO, ledger::Book::available);
        self.may_buy(package, available, sale.credits.plus(sale.bonus))?;
        let quantity = if let Ask::Packages(count) = ask { count } else { 1 };
        let agreed = match (buy.renew, package.renew_every) {
            (false, _) => None,
            (true, None) => return Err(NotForSale::NotRenewable.into()),
            (true, Some(period)) => {
                self.must_not_subscribe()?;
                Some(agreed_package(package, &sale, quantity, period))
            }
        };
        let purpose = if agreed.is_some() { Purpose::Start } else { Purpose::Once };
        let lots = billing::for_package(&self.rules.program.classes, package, &sale);
        let name = package.name.as_str();
        let mut ordered = self.ordered(buy, (&package.code, name), Sort::Package, purpose, sale.price);
        (ordered.quantity, ordered.lots, ordered.agreed) = (quantity, lots, agreed.map(Box::new));
        ordered.restarts = ordered.agreed.is_some();
        Ok(ordered)
    }

    /// Whether the account may buy so many credits of the package: it needs a plan, or has enough already.
    pub(crate) fn may_buy(
        &self,
        package: &Package,
        available: Amount,
        credits: Amount,
    ) -> Result<(), Refusal> {
        self.needs_plan(package)?;
        match package.gate.balance_ceiling {
            Some(ceiling) if available.plus(credits) > ceiling => {
                Err(NotForSale::Ceiling { ceiling, available, unit: package.unit }.into())
            }
            _ => Ok(()),
        }
    }

    /// Whether the account is on a plan that the package needs, if it needs one.
    pub(crate) fn needs_plan(&self, package: &Package) -> Result<(), Refusal> {
        let Some(plans) = &package.gate.plans else { return Ok(()) };
        let on = self.account.subscription().is_some_and(|one| {
            matches!(one.state, SubscriptionState::Active | SubscriptionState::Trial)
                && plans.iter().any(|plan| **plan == *one.agreed.offer)
        });
        if on { Ok(()) } else { Err(NotForSale::NeedsPlan(plans.clone()).into()) }
    }

    fn must_not_subscribe(&self) -> Result<(), Refusal> {
        match self.account.subscription() {
            Some(one) => Err(NotForSale::Subscribed { to: one.agreed.name.to_string() }.into()),
            None => Ok(()),
        }
    }

    fn plan(&self, buy: &Buy, plan: &Plan) -> Result<Ordered, Refusal> {
        self.must_not_subscribe()?;
        let agreed = agreed_plan(plan, seats(buy.how_many)?)?;
        let trialed = self.account.sales.as_deref().is_some_and(|sales| sales.trialed);
        let trial = plan.trial.filter(|_| !trialed);
        let (credits, price) = match trial {
            Some(trial) => (trial.credits, None),
            None => (agreed.allotment, agreed.price),
        };
        let cost = price.unwrap_or(Money { amount: 0, ..nothing(plan) });
        let name = plan.name.as_str();
        let mut ordered = self.ordered(buy, (&plan.code, name), Sort::Plan, Purpose::Start, cost);
        ordered.lots = billing::for_period(&self.rules.program.classes, credits, price);
        (ordered.quantity, ordered.restarts) = (agreed.quantity, true);
        ordered.agreed = Some(Box::new(agreed));
        Ok(ordered)
    }

    /// An order with what every order has.
    pub(crate) fn ordered(
        &self,
        buy: &Buy,
        (offer, name): (&str, &str),
        sort: Sort,
        purpose: Purpose,
        price: Money,
    ) -> Ordered {
        let stored = self.account.sales.as_deref().and_then(|sales| sales.method.as_ref());
        let stored = stored.filter(|method| buy.stored && method.provider == buy.provider);
        Ordered {
            offer: offer.into(),
            name: name.into(),
            sort,
            purpose,
            quantity: 1,
            lots: Vec::new(),
            price,
            price_version: self.rules.version,
            provider: buy.provider.clone(),
            method: stored.map(|method| method.token.clone()),
            agreed: None,
            restarts: false,
            quote: None,
            return_url: buy.return_url.clone(),
            expires_at: self.after(self.rules.program.orders.unpaid_for, self.context.now),
        }
    }

    /// Puts an order into the draft, and what follows from it at once.
    pub(crate) fn place(&self, draft: &mut Draft<'a>, ordered: Ordered) -> Position {
        let id = draft.next();
        let order = Order::placed(id, draft.unit, self.context.now, &ordered);
        draft.push(Event::OrderPlaced(Box::new(ordered)));
        if order.ordered.price.amount == 0 {
            self.credit(draft, &order, "", None);
        } else if let Some(method) = &order.ordered.method {
            let provider = &order.ordered.provider;
            draft.push(Event::PaymentAsked(Box::new(asked(&order, 1, (provider, method)))));
        }
        id
    }
}

/// The question whether a stored method pays for an order.
pub(crate) fn asked(order: &Order, attempt: u32, (provider, method): (&str, &str)) -> PaymentAsked {
    PaymentAsked {
        order: order.id,
        attempt,
        provider: provider.into(),
        method: method.into(),
        amount: order.ordered.price,
        what: order.ordered.name.clone(),
    }
}

/// What a plan is for so many seats.
pub(crate) fn agreed_plan(plan: &Plan, seats: i64) -> Result<Agreed, Refusal> {
    let (min, max) = plan.seats.map_or((1, 1), |seats| (seats.min, seats.max));
    if seats < min || seats > max {
        return Err(Refusal::NoSale(NoSale::Quantity { min, max }));
    }
    let price = match plan.price {
        Some(_) => Some(plan.charge(seats).ok_or(Refusal::OutOfRange)?),
        None => None,
    };
    Ok(Agreed {
        sort: Sort::Plan,
        offer: plan.code.as_str().into(),
        name: plan.name.as_str().into(),
        quantity: seats,
        unit: plan.unit,
        allotment: plan.allotment(seats).ok_or(Refusal::OutOfRange)?,
        bonus: Amount::ZERO,
        price,
        period: plan.period,
        periods_billed: plan.periods_billed,
    })
}

/// Seats, or packages of an auto-renewal, as an order counts them.
pub(crate) fn seats(how_many: Option<Ask>) -> Result<i64, Refusal> {
    match how_many {
        None => Ok(1),
        Some(Ask::Packages(count)) => Ok(count),
        Some(Ask::Credits(_)) => Err(Refusal::NoSale(NoSale::InPackages)),
    }
}

/// The currency of what costs nothing: the plan's own, or any.
fn nothing(plan: &Plan) -> Money {
    plan.price.unwrap_or(Money { amount: 0, currency: money::Currency::NONE })
}

/// What the renewal of a package brings and costs; `None`: it does not renew itself, or not so many of it.
pub(crate) fn renewable(package: &Package, quantity: i64) -> Option<Agreed> {
    let period = package.renew_every?;
    let sale = package.sale(Ask::Packages(quantity)).ok()?;
    Some(agreed_package(package, &sale, quantity, period))
}

fn agreed_package(package: &Package, sale: &Sale, quantity: i64, period: Period) -> Agreed {
    Agreed {
        sort: Sort::Package,
        offer: package.code.as_str().into(),
        name: package.name.as_str().into(),
        quantity,
        unit: package.unit,
        allotment: sale.credits,
        bonus: sale.bonus,
        price: Some(sale.price),
        period,
        periods_billed: 1,
    }
}
