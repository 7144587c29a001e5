//! Payments while providers, networks and processes fail: every order is credited exactly once.

mod stories;

use std::sync::Arc;

use account::{Account, Buy, Command, Wanted};
use dispatch::{Dispatch, Options};
use engine::{Engine, ManualClock, Op, Published, SaleKind, Step, Store, Target, Written};
use ledger::{AccountNo, Event, Order, OrderState, Position};
use messages::webhook::{self, WebhookSender};
use moment::Instant;
use payments::test::{Form, Misbehaviour, TestProvider};
use testkit::running::{START, TINY, block_on};
use testkit::{MemoryStore, Shop};

const SELLS: &str = "[packages.small]\nname = \"Small\"\ncredits = 100\nprice = \"29 USD\"\n\
    [plans.pro]\nname = \"Pro\"\ncredits = 100\nprice = \"49 USD\"\nperiod = \"1 month\"\n";

const SHOPPER: &str = "shopper";

/// An engine and all that is outside, on a store.
struct Desk {
    store: Arc<MemoryStore>,
    clock: Arc<ManualClock>,
    engine: Engine,
    dispatch: Dispatch,
    published: Arc<Published>,
}

impl Desk {
    fn new() -> Desk {
        let desk = Desk::on(Arc::new(MemoryStore::default()), Arc::new(ManualClock::at(START)));
        desk.ask(Command::Open(Box::default()));
        desk
    }

    fn on(store: Arc<MemoryStore>, clock: Arc<ManualClock>) -> Desk {
        Desk::with(store, clock, None)
    }

    /// The same, with a test clock that starts at an instant.
    fn with(store: Arc<MemoryStore>, clock: Arc<ManualClock>, test_clock: Option<Instant>) -> Desk {
        let shared = Arc::clone(&store) as Arc<dyn Store>;
        let engine = Engine::start(shared, Arc::clone(&clock) as Arc<dyn engine::Clock>, TINY).unwrap();
        let published = engine.publish(Shop::with(SELLS).program, &Shop::text(SELLS), test_clock).unwrap();
        let sender = WebhookSender::new(webhook::Options::default(), || START).unwrap();
        let public_url = "http://localhost".to_owned();
        let options = Options { public_url, allow_private: false, mailer: None, sender };
        let dispatch = Dispatch::start(&engine, options).unwrap();
        Desk { store, clock, engine, dispatch, published }
    }

    /// The process ends, and another one begins on the same store.
    fn restarted(self) -> Desk {
        let (store, clock) = (Arc::clone(&self.store), Arc::clone(&self.clock));
        drop(self);
        Desk::on(store, clock)
    }

    fn provider(&self) -> Arc<TestProvider> {
        self.dispatch.test_provider("shop").unwrap()
    }

    fn misbehave(&self, how: Misbehaviour) {
        self.provider().misbehave(how);
    }

    fn ask(&self, command: Command) -> Written {
        let target = Target::Host(SHOPPER.into());
        let by = self.engine.name("key_test").unwrap();
        let steps = [Step { command, idempotency: None }].into_iter().collect();
        let op = Op { target, published: Arc::clone(&self.published), by, steps };
        block_on(self.engine.write(op)).unwrap().pop().unwrap().unwrap()
    }

    fn order(&self, stored: bool) -> (AccountNo, Position) {
        let offer = Wanted::Package("small".into());
        let (provider, return_url) = ("test".into(), None);
        let buy = Buy { offer, how_many: None, renew: false, provider, stored, return_url };
        let placed = self.ask(Command::Buy(Box::new(buy)));
        (placed.entry.account, placed.position)
    }

    fn account(&self) -> Account {
        let target = Target::Host(SHOPPER.into());
        let published = Arc::clone(&self.published);
        block_on(self.engine.read(target, published, |account, _| account.clone())).unwrap()
    }

    fn known(&self, order: Position) -> Order {
        self.account().sales.unwrap().order(order).unwrap().clone()
    }

    /// The customer pays at the checkout. The provider's message waits.
    fn pay(&self, (account, order): (AccountNo, Position)) {
        let known = self.known(order);
        let opened = self.dispatch.open_checkout(&self.published, account, &known, None, None);
        let url = block_on(opened).unwrap().1.unwrap();
        let form = Form::read(b"step=pay&card=4242424242424242");
        let page = self.provider().submit(url.rsplit('/').next().unwrap(), &form, START);
        assert_eq!(page.status, 200);
    }

    fn hear(&self) {
        block_on(self.dispatch.hear(&self.published));
    }

    /// Stores a card, with a first order that it pays.
    fn store_a_card(&self) {
        self.pay(self.order(false));
        self.hear();
        assert_eq!(self.available(), 100);
    }

    /// So many seconds after the start all is done that is due.
    fn at(&self, seconds: i64) {
        self.clock.set(START.plus_millis(seconds * 1_000));
        block_on(self.dispatch.work_off());
    }

    fn available(&self) -> i64 {
        self.account().book(0).map_or(0, |book| book.available().0)
    }

    /// Sees that so many orders were credited, each once, and nothing else was.
    fn has_credited(&self, orders: usize) {
        self.engine.drain().unwrap();
        let no = self.account().no;
        let mut credited: Vec<Position> = Vec::new();
        for listed in self.engine.entries_after(no, Position(0), usize::MAX).unwrap() {
            if let Event::OrderCredited(order) = &listed.entry.event {
                assert!(!credited.contains(&order.order), "{} was credited twice", order.order);
                credited.push(order.order);
            }
        }
        assert_eq!((credited.len(), self.available()), (orders, 100 * orders as i64));
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.dispatch.stop();
        self.engine.stop();
    }
}

#[test]
fn a_lost_answer_is_asked_for_again_and_charged_once() {
    let desk = Desk::new();
    desk.store_a_card();
    desk.misbehave(Misbehaviour { lose_answers: 2, ..Misbehaviour::default() });
    let (_, order) = desk.order(true);
    // The provider tells by itself what it was paid, before the answer is asked for again.
    for seconds in [0, 1, 6] {
        desk.at(seconds);
    }
    assert_eq!(desk.known(order).state, OrderState::Credited);
    desk.at(100_000);
    desk.has_credited(2);
}

#[test]
fn an_outage_is_no_decline() {
    let desk = Desk::new();
    desk.store_a_card();
    desk.misbehave(Misbehaviour { outage: 3, ..Misbehaviour::default() });
    let (_, order) = desk.order(true);
    for seconds in [0, 1, 6] {
        desk.at(seconds);
        let known = desk.known(order);
        assert_eq!((known.state, known.asking, known.declined), (OrderState::AwaitingPayment, true, None));
    }
    desk.at(36);
    assert_eq!(desk.known(order).state, OrderState::Credited);
    desk.has_credited(2);
}

#[test]
fn messages_that_come_twice_and_in_reverse() {
    let desk = Desk::new();
    desk.misbehave(Misbehaviour { duplicate_events: true, reverse_events: true, ..Misbehaviour::default() });
    let orders: Vec<_> = (0..5).map(|_| desk.order(false)).collect();
    for order in &orders {
        desk.pay(*order);
    }
    desk.hear();
    desk.has_credited(5);
    // Some were heard while others were being paid; which, is up to the threads.
    let told = desk.store.shelf("test-shop", false).unwrap().list("told/").unwrap();
    assert_eq!(told.len(), 5);
    for (key, _) in &told {
        assert!(desk.provider().resend(key.trim_start_matches("told/")).unwrap());
    }
    desk.hear();
    // Days later, when the provider's own clock has moved on too.
    desk.at(3 * 86_400);
    desk.hear();
    desk.has_credited(5);
}

#[test]
fn a_crash_between_the_answer_of_the_provider_and_the_booking() {
    let mut desk = Desk::new();
    desk.store_a_card();
    for round in 1..=5 {
        // The charge is made, and nobody here knows of it when the process ends.
        desk.misbehave(Misbehaviour { lose_answers: 1, ..Misbehaviour::default() });
        let (_, order) = desk.order(true);
        desk = desk.restarted();
        desk.at(round * 100 + 1);
        assert_eq!(desk.known(order).state, OrderState::Credited);
        desk.has_credited(round as usize + 1);
    }
}

#[test]
fn a_crash_before_the_provider_is_asked_or_its_message_is_taken() {
    let mut desk = Desk::new();
    desk.store_a_card();
    // Nothing was asked, and something was paid that was not told yet.
    desk.misbehave(Misbehaviour { outage: u32::MAX, ..Misbehaviour::default() });
    desk.order(true);
    desk = desk.restarted();
    desk.at(60);
    desk.has_credited(2);
    let paid = desk.order(false);
    desk.pay(paid);
    desk = desk.restarted();
    desk.hear();
    desk.at(120);
    desk.has_credited(3);
}

impl Desk {
    /// Brings the story to its end, wherever it was cut off: what was done is not done again, as a customer, a host and a
    /// provider would not, or would to no effect.
    fn finish(&self) {
        self.ask(Command::Open(Box::default()));
        let placed =
            |desk: &Desk| -> Vec<Order> { desk.account().sales.map_or_else(Vec::new, |all| all.orders) };
        if placed(self).is_empty() {
            self.order(false);
        }
        let no = self.account().no;
        let first = placed(self)[0].id;
        if placed(self)[0].state == OrderState::AwaitingPayment {
            let known = self.known(first);
            let opened = self.dispatch.open_checkout(&self.published, no, &known, None, None);
            let url = block_on(opened).unwrap().1.unwrap();
            // Pressed again by a customer who saw no answer.
            for _ in 0..2 {
                let form = Form::read(b"step=pay&card=4242424242424242");
                self.provider().submit(url.rsplit('/').next().unwrap(), &form, START);
            }
        }
        self.hear();
        if placed(self).len() == 1 {
            self.order(true);
        }
        self.at(10);
        self.at(100_000);
        let reference = self.known(first).reference.unwrap().into_string();
        let amount = self.known(first).ordered.price;
        let provider = self.dispatch.provider("shop", "test").unwrap();
        let ask = payments::RefundAsk { key: "refund".into(), reference, amount, now: START };
        block_on(provider.refund(&ask)).unwrap();
        self.hear();
        self.at(200_000);
        self.hear();
    }

    /// How it all stands, without what depends on when it was cut off.
    fn standing(&self) -> String {
        self.engine.drain().unwrap();
        let account = self.account();
        let sales = account.sales.as_deref().unwrap();
        let orders = sales.orders.iter().map(|order| {
            let Order { state, receipt, refunded, clawed, .. } = order;
            format!("{state:?} receipt {receipt:?} refunded {refunded} taken back {clawed}")
        });
        let orders: Vec<String> = orders.collect();
        let method = sales.method.as_ref().map(|method| method.label.clone());
        format!("{} available, {orders:?}, {method:?}", self.available())
    }
}

#[test]
fn a_crash_between_any_two_writes_comes_to_the_same_end() {
    let whole = Desk::on(Arc::new(MemoryStore::default()), Arc::new(ManualClock::at(START)));
    let begun = whole.store.writes();
    whole.finish();
    let end = whole.standing();
    assert_eq!(
        end,
        "100 available, [\"Credited receipt Some(1) refunded 2900 taken back 100\", \
         \"Credited receipt Some(2) refunded 0 taken back 0\"], Some(\"Visa •••• 4242\")"
    );
    let writes = whole.store.writes();
    assert!(writes > begun + 20, "{begun} to {writes}");
    for cut in begun..=writes {
        let store = Arc::new(whole.store.crashed(cut, 0));
        let desk = Desk::on(Arc::clone(&store), Arc::new(ManualClock::at(START)));
        desk.finish();
        assert_eq!(desk.standing(), end, "cut off after write {cut} of {writes}");
        drop(desk);
        let store: Arc<dyn Store> = store;
        let checked = engine::check(&store).unwrap();
        assert!(checked.places.is_empty(), "cut off after write {cut}: {:#?}", checked.places);
    }
}

#[test]
fn orders_are_listed_newest_first_in_pages_over_runs_and_what_is_new() {
    let desk = Desk::new();
    let mut placed: Vec<Position> = (0..60)
        .map(|number| {
            if number % 25 == 0 {
                desk.engine.make_runs().unwrap();
            }
            desk.order(false).1
        })
        .collect();
    placed.reverse();
    let listed = |engine: &Engine| {
        let (mut found, mut before) = (Vec::new(), None);
        loop {
            let page = engine.sales(SaleKind::Order, before, 7).unwrap();
            found.extend(page.iter().map(|sale| sale.position));
            before = found.last().copied();
            if page.len() < 7 {
                return found;
            }
        }
    };
    assert_eq!(listed(&desk.engine), placed);
    assert_eq!(desk.engine.sales(SaleKind::Quote, None, 7).unwrap(), []);
    let store: Arc<dyn Store> = Arc::clone(&desk.store) as Arc<dyn Store>;
    assert_eq!(engine::check(&store).unwrap().places, [""; 0]);
    // It is made again from the journal where it is lost.
    let (store, clock) = (Arc::new(desk.store.without_views()), Arc::clone(&desk.clock));
    let again = Desk::on(store, clock);
    again.engine.make_runs().unwrap();
    assert_eq!(listed(&again.engine), placed);
}
