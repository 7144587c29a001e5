//! Random histories of an account that buys: what is done, and how it is put to the account.

use account::{Buy, Command, HowMuch, MakeQuote, PaymentFact, SetTopUp, Wanted};
use catalog::Ask;
use ledger::Method;
use money::Amount;
use proptest::prelude::*;
use proptest::sample::Index;
use testkit::{Answer, Pay, Step};

use super::till::*;

/// Offers of every kind; the boundaries of `plus` are by the calendar, those of the others by days.
pub const OFFERS: &str = r#"
overdraft.grace = "20 days"
alerts.credit = [20]
top_up.monthly_cap = "60 USD"
[packages.small]
credits = 20
price = "5 USD"
renew_every = "10 days"
[packages.large]
credits = 70
bonus = 9
bonus_life = "12 days"
life = "40 days"
price = "15 USD"
renew_every = "30 days"
[packages.enterprise]
minimum = 100
price = "by quote"
[plans.free]
credits = 5
free = true
period = "7 days"
[plans.plus]
credits = 30
price = "7 USD"
period = "1 month"
trial = { for = "5 days", credits = 4 }
rollover = { cap = 12, times = 2, life = "20 days" }
seats = { min = 1, max = 4 }
[plans.pro]
credits = 80
price = "15 USD"
period = "1 month"
rollover = "all"
[plans.year]
credits = 25
price = "60 USD"
period = "10 days"
billed = "60 days"
rollover = { share = "50%", times = 9 }
"#;

#[derive(Clone, Debug)]
pub enum Act {
    Buy(&'static str, i64, bool),
    Subscribe(&'static str, i64, bool),
    Change(&'static str, i64, bool),
    Pay(Index, bool),
    Tell(Index, Fact),
    CancelOrder(Index),
    Quote(i64),
    Accept,
    Withdraw,
    Cancel,
    Resume,
    Pause(Option<i64>),
    TopUp(bool, i64),
    TopUpFor(i64),
    Spend(i64),
    /// An action that may overdraw.
    Scan(i64),
    Hold(i64),
    Capture(Index, i64),
    Release(Index),
    Return(Index, Option<i64>),
    Void(Index),
    Close,
    Reopen,
    Card(Card),
    Wait(i64),
}

/// What a provider tells, beside a payment.
#[derive(Clone, Debug)]
pub enum Fact {
    Declined,
    Abandoned,
    /// Hundredths of the price.
    Refunded(i64),
    Disputed(u8, i64),
    Closed(u8, bool),
}

fn offer(codes: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(codes)
}

fn act() -> impl Strategy<Value = Act> {
    let packages = || offer(&["small", "large"]);
    let plans = || offer(&["free", "plus", "pro", "year"]);
    let all = offer(&["small", "large", "free", "plus", "pro", "year"]);
    let (index, yes) = (any::<Index>, any::<bool>);
    let fact = prop_oneof![
        3 => Just(Fact::Declined),
        1 => Just(Fact::Abandoned),
        2 => (1..100_i64).prop_map(Fact::Refunded),
        1 => Just(Fact::Refunded(100)),
        2 => (0..2_u8, Just(100_i64)).prop_map(|(which, part)| Fact::Disputed(which, part)),
        1 => (0..2_u8, 20..110_i64).prop_map(|(which, part)| Fact::Disputed(which, part)),
        3 => (0..2_u8, yes()).prop_map(|(which, won)| Fact::Closed(which, won)),
    ];
    prop_oneof![
        6 => (packages(), 1..3_i64, yes()).prop_map(|(code, count, card)| Act::Buy(code, count, card)),
        4 => (plans(), 1..3_i64, yes()).prop_map(|(code, count, card)| Act::Subscribe(code, count, card)),
        2 => (packages(), 1..3_i64, yes()).prop_map(|(code, count, card)| Act::Subscribe(code, count, card)),
        5 => (all, 1..4_i64, yes()).prop_map(|(code, count, card)| Act::Change(code, count, card)),
        12 => (index(), yes()).prop_map(|(order, stores)| Act::Pay(order, stores)),
        10 => (index(), fact).prop_map(|(order, fact)| Act::Tell(order, fact)),
        1 => index().prop_map(Act::CancelOrder),
        1 => (100..300_i64).prop_map(Act::Quote),
        1 => Just(Act::Accept),
        1 => Just(Act::Withdraw),
        2 => Just(Act::Cancel),
        3 => Just(Act::Resume),
        2 => proptest::option::of(1..60_i64).prop_map(Act::Pause),
        2 => (yes(), 1..40_i64).prop_map(|(on, below)| Act::TopUp(on, below)),
        2 => (1..50_i64).prop_map(Act::TopUpFor),
        8 => (1..40_i64).prop_map(Act::Spend),
        4 => (1..5_i64).prop_map(Act::Scan),
        5 => (1..40_i64).prop_map(Act::Hold),
        4 => (index(), 0..40_i64).prop_map(|(hold, credits)| Act::Capture(hold, credits)),
        3 => index().prop_map(Act::Release),
        4 => (index(), proptest::option::of(1..20_i64)).prop_map(|(charge, credits)| Act::Return(charge, credits)),
        1 => index().prop_map(Act::Void),
        1 => Just(Act::Close),
        3 => Just(Act::Reopen),
        4 => proptest::sample::select(&[Card::Pays, Card::Pays, Card::Declines, Card::Silent][..]).prop_map(Act::Card),
        14 => (1..400_i64).prop_map(Act::Wait),
    ]
}

/// A history of up to so many acts.
pub fn history(most: usize) -> impl Strategy<Value = Vec<Act>> {
    proptest::collection::vec(act(), 1..most)
}

fn pick<T: Copy>(index: Index, all: &[T]) -> Option<T> {
    (!all.is_empty()).then(|| *index.get(all))
}

impl Till<'_> {
    /// Does what is drawn; some of it is refused.
    pub fn act(&mut self, act: &Act) {
        if let Act::Card(card) = act {
            self.card = *card;
        } else if let Act::Wait(hours) = act {
            self.wait_until(self.desk.now().plus_millis(hours * 3_600_000));
        } else if let Act::Scan(count) = act {
            let action = self.desk.shop.action("scan").expect("the action");
            self.desk.ask(&[Step::Charge(Pay::action(action, *count))]);
        } else if let Some(command) = self.command(act) {
            let told = matches!(command, Command::Payment { .. });
            if let Answer::Done(..) = self.ask(command.clone())
                && told
            {
                // What fell due at once comes first, whoever asks next.
                self.ask(Command::Roll);
                let entries = self.entries();
                self.ask(command);
                assert_eq!(self.entries(), entries, "told twice is told once");
            }
        }
        self.answer();
    }

    fn command(&self, act: &Act) -> Option<Command> {
        let some = |count: &i64| Some(*count).filter(|count| *count > 1).map(Ask::Packages);
        let buy = |wanted: Buy, count: &i64, card: &bool| {
            Box::new(Buy { how_many: some(count), stored: *card, ..wanted })
        };
        let wanted = |code: &str| if matches!(code, "small" | "large") { package(code) } else { plan(code) };
        let spend = |credits: &i64| Box::new(spend(*credits));
        let sales = self.desk.account.sales.as_deref();
        Some(match act {
            Act::Buy(code, count, card) => Command::Buy(buy(package(code), count, card)),
            Act::Subscribe(code, count, card) => {
                let wanted = wanted(code);
                let renew = matches!(wanted.offer, Wanted::Package(_));
                Command::Buy(buy(Buy { renew, ..wanted }, count, card))
            }
            Act::Change(code, count, card) => Command::ChangeSubscription(buy(wanted(code), count, card)),
            Act::Pay(order, stores) => {
                let order = pick(*order, &self.orders())?;
                let amount = self.desk.journal.order(order)?.order.ordered.price;
                let method = Method { provider: "bank".into(), token: "card".into(), label: "Visa".into() };
                let method = stores.then_some(method);
                let fact = PaymentFact::Paid { reference: "pay".into(), amount, method };
                Command::Payment { order, provider: None, fact: Box::new(fact) }
            }
            Act::Tell(order, fact) => {
                let order = pick(*order, &self.orders())?;
                let known = self.desk.journal.order(order)?.order;
                let price = known.ordered.price;
                let part =
                    |hundredths: &i64| money::Money { amount: price.amount * hundredths / 100, ..price };
                let fact = match fact {
                    Fact::Declined => declined(if known.asking { known.attempts } else { 0 }),
                    Fact::Abandoned => PaymentFact::Abandoned,
                    Fact::Refunded(hundredths) => PaymentFact::Refunded { total: part(hundredths) },
                    Fact::Disputed(which, hundredths) => {
                        PaymentFact::Disputed { dispute: which.to_string().into(), amount: part(hundredths) }
                    }
                    Fact::Closed(which, won) => PaymentFact::DisputeClosed {
                        dispute: which.to_string().into(),
                        won: *won,
                        amount: price,
                    },
                };
                Command::Payment { order, provider: None, fact: Box::new(fact) }
            }
            Act::CancelOrder(order) => {
                Command::CancelOrder { order: pick(*order, &self.orders())?, reason: "No".into() }
            }
            Act::Quote(credits) => Command::MakeQuote(Box::new(MakeQuote {
                package: "enterprise".into(),
                credits: Amount(*credits),
                price: usd(credits * 10),
                expires_at: None,
                note: "".into(),
            })),
            Act::Accept => {
                let quote = sales?.quotes.first()?.id;
                Command::Buy(Box::new(Buy { offer: Wanted::Quote(quote), ..package("enterprise") }))
            }
            Act::Withdraw => Command::WithdrawQuote { quote: sales?.quotes.first()?.id },
            Act::Cancel => Command::CancelSubscription,
            Act::Resume => Command::ResumeSubscription,
            Act::Pause(days) => {
                let until = days.map(|days| self.desk.now().plus_millis(days * 86_400_000));
                Command::PauseSubscription { until }
            }
            Act::TopUp(enabled, below) => {
                let top_up = SetTopUp { enabled: *enabled, ..top_up("small", *below) };
                Command::SetTopUp(Box::new(top_up))
            }
            Act::TopUpFor(needed) => Command::TopUpFor { unit: 0, needed: Amount(*needed) },
            Act::Spend(credits) => Command::Charge(spend(credits)),
            Act::Hold(credits) => {
                let open_for = Some(moment::Period::hours(20 + credits * 3));
                Command::Hold(Box::new(account::Spend { open_for, ..*spend(credits) }))
            }
            Act::Capture(hold, credits) => Command::Capture {
                hold: pick(*hold, self.desk.holds())?,
                how_much: HowMuch::Credits(Amount(*credits)),
            },
            Act::Release(hold) => Command::Release { hold: pick(*hold, self.desk.holds())?, reason: None },
            Act::Return(charge, credits) => Command::Return {
                charge: pick(*charge, self.desk.charges())?,
                credits: credits.map(Amount),
                reason: "It failed".into(),
            },
            Act::Void(grant) => {
                Command::Void { grant: pick(*grant, self.desk.grants())?, reason: "No".into() }
            }
            Act::Close => Command::Close { reason: "No".into() },
            Act::Reopen => Command::Reopen { reason: "Yes".into() },
            Act::Scan(_) | Act::Card(_) | Act::Wait(_) => return None,
        })
    }
}
