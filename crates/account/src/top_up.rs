use billing::Rest;
use catalog::Ask;
use ledger::{Event, Pause, Purpose, Sort, TopUp, TopUpMove, TopUpMoved};
use money::Amount;

use crate::decide::Asks;
use crate::draft::Draft;
use crate::{Buy, Decision, NotForSale, Refusal, SetTopUp, Stop, Wanted};

impl<'a> Asks<'a> {
    /// Sets the auto top-up anew, which wakes one that rests; and looks at once whether it has to buy.
    pub(crate) fn set_top_up(&self, set: &SetTopUp) -> Result<Decision, Stop> {
        self.must_be_open()?;
        let package = self.rules.program.package(&set.package).ok_or(Refusal::UnknownOffer)?;
        let sale = package.sale(Ask::Packages(package.quantity.min)).map_err(Refusal::NoSale)?;
        let invalid =
            |pointer, message: &str| Stop::Refused(Refusal::Invalid { pointer, message: message.to_owned() });
        if set.to.is_some_and(|to| to < set.below) {
            return Err(invalid("/to", "what it brings the balance to is not below the level itself"));
        }
        let cap = set.monthly_cap.or(self.rules.program.top_up.monthly_cap);
        if cap.is_some_and(|cap| cap.currency != sale.price.currency) {
            return Err(invalid(
                "/monthly_cap/currency",
                "the cap is in the currency of the package's price",
            ));
        }
        let old = self.account.sales.as_deref().and_then(|sales| sales.top_up.as_deref());
        if set.enabled {
            self.needs_plan(package)?;
        }
        let now = TopUp {
            enabled: set.enabled,
            package: set.package.clone(),
            unit: package.unit,
            below: set.below,
            to: set.to.unwrap_or(set.below),
            monthly_cap: cap,
            month: old.map_or(self.context.now, |old| old.month),
            spent: old.map_or(0, |old| old.spent),
            order: old.and_then(|old| old.order),
            declines: 0,
            paused: None,
        };
        let mut draft = self.draft(package.unit);
        draft.push(Event::TopUp(Box::new(TopUpMoved { how: TopUpMove::Set, now: now.clone() })));
        let available = draft.available();
        self.buy_for(&mut draft, &now, available);
        Ok(self.finish(draft))
    }

    /// Looks whether the top-up has to buy, as so many credits more are about to be needed than there are.
    pub(crate) fn top_up_for(&self, unit: u8, needed: Amount) -> Decision {
        let mut draft = self.draft(unit);
        if let Some(top_up) = self.account.top_up(unit) {
            // As if it were spent already: below the level it buys, and as many as close that gap.
            let available = draft.available().minus(needed);
            self.buy_for(&mut draft, top_up, available);
        }
        self.finish(draft)
    }

    /// Buys, where the level is not reached: the whole gap with one order.
    pub(crate) fn buy_for(&self, draft: &mut Draft<'a>, top_up: &TopUp, available: Amount) {
        if self.account.closed {
            return;
        }
        let (now, zone) = (self.context.now, self.account.zone());
        let Some(package) = self.rules.program.package(&top_up.package) else { return };
        let Ok(one) = package.sale(Ask::Packages(package.quantity.min)) else { return };
        let each = (one.credits.plus(one.bonus), one.price);
        let most = package.quantity.max.checked_div(package.quantity.min).unwrap_or(1);
        let counted = billing::count(top_up, available, each, most, now, &zone);
        let method = self.account.sales.as_deref().and_then(|sales| sales.method.as_ref());
        let times = match (counted, method) {
            (Ok(times), Some(_)) => times,
            (Ok(_), None) => return pause(draft, top_up, Pause::NoMethod),
            (Err(Rest::Pause(why)), _) => return pause(draft, top_up, why),
            (Err(Rest::Quiet), _) => return,
        };
        let quantity = package.quantity.min.saturating_mul(times);
        let Ok(sale) = package.sale(Ask::Packages(quantity)) else { return };
        if self.may_buy(package, available, sale.credits.plus(sale.bonus)).is_err() {
            return;
        }
        let buy = Buy {
            offer: Wanted::Package(package.code.as_str().into()),
            how_many: None,
            renew: false,
            provider: method.map(|method| method.provider.clone()).unwrap_or_default(),
            stored: true,
            return_url: None,
        };
        let name = package.name.as_str();
        let mut ordered =
            self.ordered(&buy, (&package.code, name), Sort::Package, Purpose::TopUp, sale.price);
        ordered.quantity = quantity;
        ordered.lots = billing::for_package(&self.rules.program.classes, package, &sale);
        let month = billing::month_start(now, &zone);
        let before = if top_up.month == month { top_up.spent } else { 0 };
        let spent = before.saturating_add(sale.price.amount);
        let order = self.place(draft, ordered);
        let now = TopUp { month, spent, order: Some(order), paused: None, ..top_up.clone() };
        draft.push(Event::TopUp(Box::new(TopUpMoved { how: TopUpMove::Ordered, now })));
    }
}

fn pause(draft: &mut Draft<'_>, top_up: &TopUp, why: Pause) {
    let now = TopUp { paused: Some(why), ..top_up.clone() };
    draft.push(Event::TopUp(Box::new(TopUpMoved { how: TopUpMove::Paused, now })));
}

impl From<NotForSale> for Stop {
    fn from(why: NotForSale) -> Stop {
        Stop::Refused(Refusal::NotForSale(why))
    }
}
