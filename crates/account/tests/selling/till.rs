//! An account that buys, with a payment provider that answers as it is told.

use account::{Buy, Command, PaymentFact, SetTopUp, Spend, Wanted, What};
use ledger::{Event, Method, NameId, Position, Profile};
use moment::Instant;
use money::{Amount, Money};
use testkit::{Answer, Desk, Shop, audit, refusal_text};

use super::checks;

/// What the provider answers when a stored card is to be charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    Pays,
    Declines,
    /// The outcome is not known yet.
    Silent,
}

/// An account, and what it has bought so far.
#[derive(Clone, Debug)]
pub struct Till<'a> {
    pub desk: Desk<'a>,
    pub card: Card,
    /// Whether the account is audited after every request.
    pub audits: bool,
}

/// A program of its own, beside the shop's usual units and actions.
pub fn shop(offers: &str) -> Shop {
    Shop::with(offers)
}

/// One of the three programs.
pub fn program(name: &str) -> Shop {
    let text = match name {
        "pictofit" => include_str!("../../../../programs/pictofit.toml"),
        "pictastic" => include_str!("../../../../programs/pictastic.toml"),
        _ => include_str!("../../../../programs/picsart.toml"),
    };
    let program = catalog::load(name, text).expect("the program is right");
    let names = (0..program.actions.len()).map(|place| NameId(90 - place as u32)).collect();
    Shop { program, names }
}

pub fn at(text: &str) -> Instant {
    let text = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00:00Z") };
    text.parse().expect("an instant")
}

pub fn package(code: &str) -> Buy {
    Buy {
        offer: Wanted::Package(code.into()),
        how_many: None,
        renew: false,
        provider: "bank".into(),
        stored: false,
        return_url: None,
    }
}

pub fn plan(code: &str) -> Buy {
    Buy { offer: Wanted::Plan(code.into()), ..package(code) }
}

pub fn renewing(code: &str) -> Buy {
    Buy { renew: true, ..package(code) }
}

/// Paid for with the stored card.
pub fn by_card(buy: Buy) -> Buy {
    Buy { stored: true, ..buy }
}

pub fn usd(amount: i64) -> Money {
    Money { amount, currency: "USD".parse().expect("a currency") }
}

pub fn top_up(package: &str, below: i64) -> SetTopUp {
    SetTopUp { enabled: true, package: package.into(), below: Amount(below), to: None, monthly_cap: None }
}

impl<'a> Till<'a> {
    pub fn open(shop: &'a Shop, now: &str) -> Till<'a> {
        Till::open_in(shop, now, "")
    }

    pub fn open_in(shop: &'a Shop, now: &str, zone: &str) -> Till<'a> {
        let time_zone = Some(zone).filter(|zone| !zone.is_empty()).map(Box::from);
        let profile = Profile { time_zone, ..Profile::default() };
        let open = account::Open { profile, ..account::Open::default() };
        Till { desk: Desk::open_with(shop, at(now), open), card: Card::Pays, audits: true }
    }

    /// Puts a command to the account.
    pub fn ask(&mut self, command: Command) -> Answer {
        self.ask_all(&[command])
    }

    pub fn ask_all(&mut self, commands: &[Command]) -> Answer {
        let before = self.desk.account.clone();
        let answer = self.desk.commands(commands);
        if matches!(answer, Answer::Refused(..)) {
            assert_eq!(before, self.desk.account, "refused is unchanged");
        }
        if self.audits {
            audit::check(&self.desk);
            checks::check(&self.desk);
        }
        answer
    }

    /// Does something; it is not refused.
    pub fn does(&mut self, command: Command) {
        if let Answer::Refused(_, refusal) = self.ask(command.clone()) {
            panic!("{command:?} is refused: {}", refusal_text(&refusal))
        }
    }

    /// Why something is refused.
    pub fn refused(&mut self, command: Command) -> String {
        match self.ask(command.clone()) {
            Answer::Refused(_, refusal) => refusal_text(&refusal),
            Answer::Done(..) => panic!("{command:?} is not refused"),
        }
    }

    /// Places an order, and lets the provider answer if a card is charged; tells its number.
    pub fn buys(&mut self, buy: Buy) -> usize {
        self.does(Command::Buy(Box::new(buy)));
        let order = self.orders().len() - 1;
        self.answer();
        order
    }

    /// Buys at a checkout, and pays there; the card is stored.
    pub fn buys_at_checkout(&mut self, buy: Buy) -> usize {
        let order = self.buys(buy);
        if self.order(order).state.is_open() {
            self.pays_and_stores(order, "card");
        }
        order
    }

    pub fn changes_to(&mut self, buy: Buy) {
        self.does(Command::ChangeSubscription(Box::new(buy)));
        self.answer();
    }

    pub fn spends(&mut self, credits: i64) {
        self.does(Command::Charge(Box::new(spend(credits))));
    }

    pub fn holds(&mut self, credits: i64) -> Position {
        self.does(Command::Hold(Box::new(spend(credits))));
        *self.desk.holds().last().expect("a hold")
    }

    /// What the provider tells of an order.
    pub fn told(&mut self, order: usize, fact: PaymentFact) -> Answer {
        let order = self.orders()[order];
        self.ask(Command::Payment { order, provider: None, fact: Box::new(fact) })
    }

    /// What the provider tells of an order; it is not refused, and told twice it is the same.
    pub fn tells(&mut self, order: usize, fact: PaymentFact) {
        for _ in 0..2 {
            let answer = self.told(order, fact.clone());
            assert!(matches!(answer, Answer::Done(..)), "{fact:?}: {answer:?}");
        }
    }

    /// The order is paid, with nothing stored.
    pub fn pays(&mut self, order: usize) {
        let fact = self.paid(order, None);
        self.tells(order, fact);
    }

    /// The order is paid, and the card is stored.
    pub fn pays_and_stores(&mut self, order: usize, card: &str) {
        let method = Method { provider: "bank".into(), token: card.into(), label: "Visa".into() };
        let fact = self.paid(order, Some(method));
        self.tells(order, fact);
    }

    pub fn paid(&self, order: usize, method: Option<Method>) -> PaymentFact {
        let amount = self.order(order).ordered.price;
        PaymentFact::Paid { reference: format!("pay{order}").into(), amount, method }
    }

    /// Lets the provider answer every question that is open.
    pub fn answer(&mut self) {
        while let Some((order, attempt)) = self.asked() {
            let fact = match self.card {
                Card::Pays => self.paid(order, None),
                Card::Declines => declined(attempt),
                Card::Silent => return,
            };
            self.tells(order, fact);
        }
    }

    /// The order that a stored card is to be charged for, if there is one, and the attempt.
    pub fn asked(&self) -> Option<(usize, u32)> {
        let orders = self.desk.account.sales.as_deref().map_or(&[][..], |sales| &sales.orders);
        let asked = orders.iter().find(|order| order.asking)?;
        let place = self.orders().iter().position(|id| *id == asked.id)?;
        Some((place, asked.attempts))
    }

    /// Lets time pass; what falls due is booked at its instant, and the provider answers at once.
    pub fn to(&mut self, instant: &str) {
        self.wait_until(at(instant));
    }

    pub fn wait_until(&mut self, end: Instant) {
        loop {
            let due = self.desk.account.next_due();
            self.desk.clock.set(due.min(end).max(self.desk.now()));
            self.does(Command::Roll);
            self.answer();
            if due > end && self.desk.account.next_due() > end {
                return;
            }
        }
    }

    pub fn days(&mut self, days: i64) {
        self.wait_until(self.desk.now().plus_millis(days * 86_400_000));
    }

    /// The positions of all orders.
    pub fn orders(&self) -> Vec<Position> {
        let entries = self.desk.journal.entries().iter();
        entries.filter(|(_, entry)| matches!(entry.event, Event::OrderPlaced(_))).map(|(id, _)| *id).collect()
    }
}

/// Credits for no action.
pub fn spend(credits: i64) -> Spend {
    Spend {
        what: What::Credits { unit: 0, credits: Amount(credits) },
        open_for: None,
        reference: None,
        member: None,
        department: None,
        metadata: Vec::new(),
    }
}

pub fn declined(attempt: u32) -> PaymentFact {
    PaymentFact::Declined { attempt, code: "card_declined".into(), message: "Declined".into() }
}

pub fn refunded(amount: i64) -> PaymentFact {
    PaymentFact::Refunded { total: usd(amount) }
}

pub fn disputed(amount: i64) -> PaymentFact {
    PaymentFact::Disputed { dispute: "dp1".into(), amount: usd(amount) }
}

pub fn dispute_closed(won: bool, amount: i64) -> PaymentFact {
    PaymentFact::DisputeClosed { dispute: "dp1".into(), won, amount: usd(amount) }
}
