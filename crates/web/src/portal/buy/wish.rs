//! What somebody wants to buy, as an address or a form names it, and what that would do.

use account::{Buy, Command, Refusal, Stop, Wanted};
use catalog::{Ask, Package, Plan, Pricing};
use ledger::{Event, NameId, Ordered, Quote, Subscription};
use money::{Amount, Money};

use crate::portal::{Form, Visit, typed};

/// A wish: what, how much of it, and whether it is for the subscription that there is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wish {
    pub what: Wanted,
    /// How many packages, seats or credits; `None`: the least.
    pub how_many: Option<Ask>,
    pub renew: bool,
    /// Whether the subscription becomes it.
    pub change: bool,
}

/// Where the fields of a wish come from.
pub(super) trait Fields {
    fn field(&self, name: &str) -> Option<String>;
}

impl Fields for Visit {
    fn field(&self, name: &str) -> Option<String> {
        self.asked(name)
    }
}

impl Fields for Form {
    fn field(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }
}

/// What a wish would do now.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    /// It is ordered.
    Order(Box<Ordered>),
    /// The subscription becomes it with its next period.
    Planned(Box<Subscription>),
    /// It is so already.
    Same,
}

impl Wish {
    /// Reads a wish. `None`: it names nothing that there is.
    pub fn read(visit: &Visit, fields: &impl Fields, change: bool) -> Option<Wish> {
        let program = visit.program();
        let renew = fields.field("renew").as_deref() == Some("yes");
        if let Some(code) = fields.field("package") {
            let package = program.package(&code)?;
            let how_many = if let Pricing::Tiers(_) = &package.price {
                let unit = program.units.get(usize::from(package.unit))?;
                let typed = fields.field("credits").and_then(|text| typed::credits(unit, &text));
                Ask::Credits(typed.unwrap_or(package.credits))
            } else {
                let typed = fields.field("quantity").and_then(|text| typed::count(&text));
                Ask::Packages(typed.unwrap_or(package.quantity.min))
            };
            let what = Wanted::Package(package.code.as_str().into());
            return Some(Wish { what, how_many: Some(how_many), renew: renew && !change, change });
        }
        if let Some(code) = fields.field("plan") {
            let plan = program.plan(&code)?;
            let seats = fields.field("quantity").and_then(|text| typed::count(&text));
            let seats = seats.unwrap_or_else(|| plan.seats.map_or(1, |seats| seats.min));
            let what = Wanted::Plan(plan.code.as_str().into());
            return Some(Wish { what, how_many: Some(Ask::Packages(seats)), renew: false, change });
        }
        let named = ids::read(ids::Kind::Quote, &fields.field("quote")?)?;
        let quote = (named.account == visit.pass.account).then_some(named.position)?;
        quotes(visit).iter().find(|open| open.id == quote)?;
        Some(Wish { what: Wanted::Quote(quote), how_many: None, renew: false, change: false })
    }

    /// The wish to be on what the subscription is on already: it withdraws a change that was planned.
    pub fn stay(one: &Subscription) -> Wish {
        let what = match one.agreed.sort {
            ledger::Sort::Package => Wanted::Package(one.agreed.offer.clone()),
            ledger::Sort::Plan => Wanted::Plan(one.agreed.offer.clone()),
        };
        Wish { what, how_many: Some(Ask::Packages(one.agreed.quantity)), renew: false, change: true }
    }

    /// The least of a package.
    pub fn package(package: &Package, renew: bool) -> Wish {
        let how_many = match &package.price {
            Pricing::Tiers(_) => Ask::Credits(package.credits),
            _ => Ask::Packages(package.quantity.min),
        };
        let what = Wanted::Package(package.code.as_str().into());
        Wish { what, how_many: Some(how_many), renew, change: false }
    }

    /// What is asked of the account: with the stored payment method, or at a checkout of that provider.
    pub fn command(&self, provider: Box<str>, stored: bool, return_url: Option<Box<str>>) -> Command {
        let buy = Buy {
            offer: self.what.clone(),
            how_many: self.how_many,
            renew: self.renew,
            provider,
            stored,
            return_url,
        };
        if self.change { Command::ChangeSubscription(Box::new(buy)) } else { Command::Buy(Box::new(buy)) }
    }

    /// What it would do now, exactly: it is decided, and not written.
    pub fn outcome(&self, visit: &Visit) -> Result<Outcome, Refusal> {
        let facts = account::Facts::default();
        let context = account::Context {
            now: visit.now,
            recorded_at: visit.now,
            by: NameId::NONE,
            next: visit.account.last.next(),
            facts: &facts,
        };
        let command = self.command(visit.web.dispatch.usual_provider().into(), false, None);
        match account::decide(&visit.account, &visit.published.rules(), &command, &context) {
            Ok(entries) => match entries.into_iter().next().map(|entry| entry.event) {
                Some(Event::OrderPlaced(ordered)) => Ok(Outcome::Order(ordered)),
                Some(Event::Subscription(moved)) => Ok(Outcome::Planned(Box::new(moved.now))),
                _ => Ok(Outcome::Same),
            },
            // What would have to be looked up first is seen when it is asked in earnest.
            Err(Stop::Already(_) | Stop::Need(_)) => Ok(Outcome::Same),
            Err(Stop::Refused(refusal)) => Err(refusal),
        }
    }

    /// The fields that name it in a form or an address.
    pub fn fields(&self, visit: &Visit) -> Vec<(&'static str, String)> {
        let mut fields = vec![match &self.what {
            Wanted::Package(code) => ("package", code.to_string()),
            Wanted::Plan(code) => ("plan", code.to_string()),
            Wanted::Quote(id) => {
                ("quote", ids::Id::new(ids::Kind::Quote, *id, visit.pass.account).to_string())
            }
        }];
        if self.renew {
            fields.push(("renew", "yes".to_owned()));
        }
        fields
    }

    /// How much of it, as a field of a form: its name and its value.
    pub fn amount(&self, visit: &Visit) -> Option<(&'static str, String)> {
        match self.how_many? {
            Ask::Packages(count) => Some(("quantity", count.to_string())),
            Ask::Credits(Amount(credits)) => {
                let Wanted::Package(code) = &self.what else { return None };
                let package = visit.program().package(code)?;
                let unit = visit.program().units.get(usize::from(package.unit))?;
                Some(("credits", typed::plain(credits, unit.scale.decimals())))
            }
        }
    }

    /// Where it is looked at before it is done.
    pub fn href(&self, visit: &Visit) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.fields(visit));
        if let Some((name, value)) = self.amount(visit).filter(|(_, value)| value != "1") {
            query.append_pair(name, &value);
        }
        let page = if self.change { "buy/change" } else { "buy/order" };
        format!("{}?{}", visit.path(page), query.finish())
    }
}

/// The subscription to a plan, changed to it or begun.
pub(super) fn plan_wish(plan: &Plan, change: bool) -> Wish {
    let seats = plan.seats.map_or(1, |seats| seats.min);
    let what = Wanted::Plan(plan.code.as_str().into());
    Wish { what, how_many: Some(Ask::Packages(seats)), renew: false, change }
}

/// The quotes that can be accepted.
pub(super) fn quotes(visit: &Visit) -> &[Quote] {
    visit.account.sales.as_deref().map(|sales| sales.quotes.as_slice()).unwrap_or_default()
}

/// What was shown of a wish, by which a form tells whether it still is so.
pub(super) fn shown(outcome: &Outcome) -> String {
    let money = |money: Option<Money>| {
        money.map_or_else(|| "0".to_owned(), |money| format!("{} {}", money.amount, money.currency))
    };
    match outcome {
        Outcome::Order(ordered) => format!("{} for {}", ordered.credits(), money(Some(ordered.price))),
        Outcome::Planned(one) => {
            let next = one.pending.as_deref().unwrap_or(&one.agreed);
            format!("{} for {} from {}", next.allotment, money(next.price), one.end)
        }
        Outcome::Same => "same".to_owned(),
    }
}
