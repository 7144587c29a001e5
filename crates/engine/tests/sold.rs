//! Where money and credits disagree `check` says so, and at which entry.

use std::sync::Arc;

use account::{Buy, Command, PaymentFact, Wanted};
use engine::{Engine, ManualClock, Op, Row, RowOf, Step, Store, Target, Written, check, rows_of};
use ledger::{Entry, Event, Method, Position};
use money::{Amount, Money};
use testkit::running::{START, TINY, block_on};
use testkit::{MemoryStore, Shop};

use crate::common::clean;

const SELLS: &str = "[packages.small]\nname = \"Small\"\ncredits = 100\nprice = \"29 USD\"\n\
    [plans.pro]\nname = \"Pro\"\ncredits = 500\nprice = \"49 USD\"\nperiod = \"1 month\"\n";

/// The entries of a journal, by rows.
struct Rows(Vec<RowOf>);

impl Rows {
    fn of(store: &MemoryStore) -> Rows {
        let mut rows = Vec::new();
        let mut read = |seq: u64, bytes: &[u8]| {
            let row = Row::open(seq, bytes)?;
            let records = row.records().map(Result::unwrap).map(|(_, record)| record);
            rows.push((seq, row.time, records.map(|record| (record.entry, record.idempotency)).collect()));
            Ok(true)
        };
        store.journal_reader().unwrap().scan(0, &mut read).unwrap();
        Rows(rows)
    }

    /// A database of these entries: each row and each entry follows the one before it, whatever they say.
    fn store(&self) -> Arc<dyn Store> {
        let store = MemoryStore::default();
        store.journal().unwrap().append(&rows_of(&self.0).unwrap()).unwrap();
        Arc::new(store)
    }

    /// Where the entry is that is the `number`th of which this is so, from 0.
    fn place(&self, number: usize, is: impl Fn(&Event) -> bool) -> (usize, usize) {
        let all = self.0.iter().enumerate().flat_map(|(row, (_, _, entries))| {
            entries.iter().enumerate().map(move |(index, (entry, _))| (row, index, entry))
        });
        let mut found = all.filter(|(_, _, entry)| is(&entry.event)).map(|(row, index, _)| (row, index));
        found.nth(number).expect("there is such an entry")
    }

    fn event(&mut self, (row, index): (usize, usize)) -> &mut Event {
        &mut self.0[row].2[index].0.event
    }

    /// Takes an entry away; what stands behind it in its row moves up.
    fn remove(&mut self, (row, index): (usize, usize)) -> Entry {
        self.0[row].2.remove(index).0
    }

    /// Puts an entry behind another one.
    fn put_behind(&mut self, (row, index): (usize, usize), entry: Entry) -> (usize, usize) {
        self.0[row].2.insert(index + 1, (entry, None));
        (row, index + 1)
    }

    /// The same entry once more, behind another one.
    fn repeat(&mut self, place: (usize, usize), behind: (usize, usize)) -> (usize, usize) {
        let entry = self.0[place.0].2[place.1].0.clone();
        self.put_behind(behind, entry)
    }

    /// How a check names an entry.
    fn named(&self, (row, index): (usize, usize)) -> String {
        let (seq, _, entries) = &self.0[row];
        format!(
            "journal entry {} of account {}",
            Position::new(*seq, index as u64),
            entries[index].0.account.0
        )
    }
}

/// Five orders: credited; credited and paid back; disputed, and the dispute won; never paid; the start of a plan.
fn shop() -> MemoryStore {
    let store = MemoryStore::default();
    let clock = Arc::new(ManualClock::at(START));
    let engine = Engine::start(Arc::new(store.clone()), clock, TINY).unwrap();
    let published = engine.publish(Shop::with(SELLS).program, &Shop::text(SELLS), None).unwrap();
    let ask = |command: Command| -> Written {
        let by = engine.name("key_test").unwrap();
        let steps = [Step { command, idempotency: None }].into_iter().collect();
        let op = Op { target: Target::Host("shopper".into()), published: Arc::clone(&published), by, steps };
        block_on(engine.write(op)).unwrap().pop().unwrap().unwrap()
    };
    let order = |offer: Wanted| {
        let (provider, return_url) = ("test".into(), None);
        let buy = Buy { offer, how_many: None, renew: false, provider, stored: false, return_url };
        ask(Command::Buy(Box::new(buy))).position
    };
    let tell = |order: Position, fact: PaymentFact| {
        ask(Command::Payment { order, provider: Some("test".into()), fact: Box::new(fact) });
    };
    let usd = |amount| Money { amount, currency: "USD".parse().unwrap() };
    let paid = |order: Position, amount: i64| {
        let card = Method { provider: "test".into(), token: "card".into(), label: "Visa".into() };
        let reference = format!("payment {order}").into();
        tell(order, PaymentFact::Paid { reference, amount: usd(amount), method: Some(card) });
    };
    ask(Command::Open(Box::default()));
    let small = || Wanted::Package("small".into());
    let orders: Vec<Position> = (0..4).map(|_| order(small())).collect();
    orders[..3].iter().for_each(|order| paid(*order, 2_900));
    tell(orders[1], PaymentFact::Refunded { total: usd(2_900) });
    let dispute = || "dispute".into();
    tell(orders[2], PaymentFact::Disputed { dispute: dispute(), amount: usd(2_900) });
    tell(orders[2], PaymentFact::DisputeClosed { dispute: dispute(), won: true, amount: usd(2_900) });
    paid(order(Wanted::Plan("pro".into())), 4_900);
    engine.stop();
    store
}

fn paid(event: &Event) -> bool {
    matches!(event, Event::OrderPaid(_))
}

fn issued(event: &Event) -> bool {
    matches!(event, Event::Issued(_))
}

fn credited(event: &Event) -> bool {
    matches!(event, Event::OrderCredited(_))
}

/// Damages a journal, and returns where that shows.
type Damage = fn(&mut Rows) -> (usize, usize);

const OF_AN_ENTRY: [(&str, Damage); 13] = [
    ("gives receipt 3, and the next one is 2", |rows| {
        let at = rows.place(1, paid);
        if let Event::OrderPaid(paid) = rows.event(at) {
            paid.receipt = 3;
        }
        at
    }),
    ("gives receipt 1, and the next one is 2", |rows| {
        let at = rows.place(1, paid);
        if let Event::OrderPaid(paid) = rows.event(at) {
            paid.receipt = 1;
        }
        at
    }),
    ("pays another amount than the order's price", |rows| {
        let at = rows.place(0, paid);
        if let Event::OrderPaid(paid) = rows.event(at) {
            paid.amount.amount = 2_899;
        }
        at
    }),
    ("speaks of an order that was never placed", |rows| {
        let at = rows.place(0, paid);
        if let Event::OrderPaid(paid) = rows.event(at) {
            paid.order = Position::new(9_999, 0);
        }
        at
    }),
    ("makes an order that is credited paid", |rows| {
        let at = rows.place(0, credited);
        rows.repeat(rows.place(0, paid), at)
    }),
    ("makes an order that is awaiting_payment credited", |rows| {
        rows.remove(rows.place(0, paid));
        rows.place(0, credited)
    }),
    ("gives credits for an order that is awaiting_payment", |rows| {
        rows.remove(rows.place(0, paid));
        rows.place(0, issued)
    }),
    ("says that 100 credits were given; the order is for 100, and 0 were", |rows| {
        rows.remove(rows.place(0, issued));
        rows.place(0, credited)
    }),
    ("says that 100 credits were given; the order is for 100, and 200 were", |rows| {
        let at = rows.place(0, issued);
        rows.repeat(at, at);
        rows.place(0, credited)
    }),
    ("says that 100 credits were given; the order is for 100, and 90 were", |rows| {
        let at = rows.place(0, issued);
        if let Event::Issued(issued) = rows.event(at) {
            issued.terms.credits = Amount(90);
        }
        rows.place(0, credited)
    }),
    ("pays back more than was paid", |rows| {
        let at = rows.place(0, |event| matches!(event, Event::OrderRefunded(_)));
        if let Event::OrderRefunded(refunded) = rows.event(at) {
            refunded.total.amount = 2_901;
        }
        at
    }),
    ("takes back more credits than the order had given", |rows| {
        let at = rows.place(0, |event| matches!(event, Event::ClawedBack(_)));
        rows.repeat(at, at)
    }),
    ("begins a period of its subscription again", |rows| {
        let at = rows.place(0, |event| matches!(event, Event::Subscription(_)));
        rows.repeat(at, at)
    }),
];

#[test]
fn a_journal_in_which_money_and_credits_agree_is_clean_when_it_is_made_anew() {
    let store = shop();
    let checked = clean(Arc::new(store.clone()));
    let again = clean(Rows::of(&store).store());
    assert_eq!((again.entries, again.sold.orders, again.sold.receipts), (checked.entries, 5, 4));
    let money: Vec<i128> = again.sold.money.into_values().collect();
    assert_eq!(money, [2 * 2_900 + 4_900], "one of three packages was paid back");
}

#[test]
fn each_fault_between_money_and_credits_is_named_at_its_entry() {
    let store = shop();
    for (said, damage) in OF_AN_ENTRY {
        let mut rows = Rows::of(&store);
        let at = damage(&mut rows);
        let expected = format!("{} {said}", rows.named(at));
        let places = check(&rows.store()).unwrap().places;
        assert!(places.contains(&expected), "{expected:?} is not in {places:#?}");
    }
}

#[test]
fn credits_of_an_order_that_never_became_credited_or_came_twice_are_named_with_the_order() {
    type Damage = fn(&mut Rows);
    let faults: [(&str, Damage); 3] = [
        ("gave credits, and is not credited", |rows| drop(rows.remove(rows.place(0, credited)))),
        ("gave credits twice", |rows| {
            let at = rows.place(0, credited);
            rows.repeat(rows.place(0, issued), at);
        }),
        ("gave credits twice", |rows| {
            drop(rows.remove(rows.place(0, |event| matches!(event, Event::GivenAgain(_)))));
        }),
    ];
    let store = shop();
    for (number, (said, damage)) in faults.into_iter().enumerate() {
        let mut rows = Rows::of(&store);
        // The disputed one is the third order.
        let order = if number == 2 { 2 } else { 0 };
        let (row, index) = rows.place(order, |event| matches!(event, Event::OrderPlaced(_)));
        let (no, id) = (rows.0[row].2[index].0.account.0, Position::new(rows.0[row].0, index as u64));
        damage(&mut rows);
        let expected = format!("account {no}: order {id} {said}");
        let places = check(&rows.store()).unwrap().places;
        assert!(places.contains(&expected), "{expected:?} is not in {places:#?}");
    }
}

#[test]
fn credits_that_are_said_to_be_given_again_and_were_not_are_named() {
    let store = shop();
    let mut rows = Rows::of(&store);
    let at = rows.place(0, |event| matches!(event, Event::GivenAgain(_)));
    let Event::GivenAgain(again) = rows.event(at) else { panic!("it was one") };
    again.credits = Amount(101);
    let expected = format!("{} says that 101 credits were given again, and 100 were", rows.named(at));
    let places = check(&rows.store()).unwrap().places;
    assert!(places.contains(&expected), "{expected:?} is not in {places:#?}");
}
