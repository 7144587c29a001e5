//! What customers and their banks do, cut off between any two writes: it comes to the same end.

use account::{ActionWork, SetTopUp, Spend, What};
use ledger::NameId;
use money::Amount;
use payments::test::Card;

use super::*;

mod reports;

const DAY: i64 = 86_400_000;

impl Desk {
    /// On a test clock, which stands where it stood when the process ended.
    fn on_test_clock(store: Arc<MemoryStore>) -> Desk {
        let desk = Desk::with(store, Arc::new(ManualClock::at(START)), Some(START));
        // A host that asked for an account and saw no answer asks again.
        desk.ask(Command::Open(Box::default()));
        desk
    }

    fn now(&self) -> Instant {
        self.engine.now(&self.published)
    }

    /// Time goes on to so many days after the start, if it is not there yet.
    fn on_day(&self, days: i64) {
        let to = START.plus_millis(days * DAY).max(self.now());
        block_on(self.engine.advance(&self.published, to)).unwrap();
        self.hear();
    }

    /// The order of that number, placed if it is not there.
    fn placed(&self, number: usize, offer: &str) -> Order {
        let orders = || self.account().sales.map_or_else(Vec::new, |sales| sales.orders);
        if orders().len() == number {
            let offer = match offer {
                "pro" => Wanted::Plan(offer.into()),
                _ => Wanted::Package(offer.into()),
            };
            let (provider, return_url) = ("test".into(), None);
            let buy = Buy { offer, how_many: None, renew: false, provider, stored: false, return_url };
            self.ask(Command::Buy(Box::new(buy)));
        }
        orders()[number].clone()
    }

    /// The customer presses a button of the checkout, and again, as no answer was seen; unless it is paid or over.
    fn press(&self, order: Position, form: &str) {
        let (account, known) = (self.account().no, self.known(order));
        if known.state != OrderState::AwaitingPayment {
            return;
        }
        let opened = self.dispatch.open_checkout(&self.published, account, &known, None, None);
        // One whose checkout was left has no page any more.
        let Ok((_, Some(url))) = block_on(opened) else { return };
        for _ in 0..2 {
            self.provider().submit(url.rsplit('/').next().unwrap(), &Form::read(form.as_bytes()), self.now());
        }
        self.hear();
    }

    fn pay_with(&self, order: Position, card: Card) {
        self.press(order, &format!("step=pay&card={}", card.number().replace(' ', "+")));
    }

    /// Spends five credits, once.
    fn spend(&self, number: u64) {
        let index = self.published.program.action_index("photo").map(usize::from).unwrap();
        let work = ActionWork {
            index,
            name: self.published.actions.get(index).copied().unwrap_or(NameId::NONE),
            quantity: 1,
            attributes: Vec::new(),
            quoted: None,
        };
        let spend = Spend {
            what: What::Action(work),
            open_for: None,
            reference: None,
            member: None,
            department: None,
            metadata: Vec::new(),
        };
        let command = Command::Charge(Box::new(spend));
        let idempotency = Some(testkit::running::key(number, number));
        let by = self.engine.name("key_test").unwrap();
        let steps = [Step { command, idempotency }].into_iter().collect();
        let target = Target::Host(SHOPPER.into());
        let op = Op { target, published: Arc::clone(&self.published), by, steps };
        block_on(self.engine.write(op)).unwrap().pop().unwrap().unwrap();
    }

    /// How it all stands, with the subscription and what is bought by itself.
    fn all(&self) -> String {
        let sales = self.account().sales.unwrap_or_default();
        let subscription = sales.subscription.map(|on| format!("period {} {:?}", on.count, on.state));
        let top_up = sales.top_up.map(|on| format!("enabled {} spent {}", on.enabled, on.spent));
        let disputes: Vec<usize> = sales.orders.iter().map(|order| order.disputes.len()).collect();
        format!("{} {subscription:?} {top_up:?} disputes {disputes:?}", self.standing())
    }
}

/// Tells a story, then again, cut off behind each of its writes: it has this end, each time, and `check` finds nothing.
fn ends_the_same(story: fn(&Desk), expected: &str) {
    let whole = Desk::on_test_clock(Arc::new(MemoryStore::default()));
    let begun = whole.store.writes();
    story(&whole);
    let end = whole.all();
    assert_eq!(end, expected);
    let writes = whole.store.writes();
    assert!(writes > begun + 5, "{begun} to {writes}");
    for cut in begun..=writes {
        let store = Arc::new(whole.store.crashed(cut, 0));
        let desk = Desk::on_test_clock(Arc::clone(&store));
        story(&desk);
        assert_eq!(desk.all(), end, "cut off after write {cut} of {writes}");
        drop(desk);
        let store: Arc<dyn Store> = store;
        let checked = engine::check(&store).unwrap();
        assert!(checked.places.is_empty(), "cut off after write {cut}: {:#?}", checked.places);
    }
}

#[test]
fn a_declined_card_and_then_one_that_pays_is_one_payment_wherever_it_is_cut_off() {
    let story = |desk: &Desk| {
        let order = desk.placed(0, "small");
        if order.declined.is_none() {
            desk.pay_with(order.id, Card::Declined);
        }
        desk.pay_with(order.id, Card::Good);
        desk.on_day(1);
    };
    ends_the_same(
        story,
        "100 available, [\"Credited receipt Some(1) refunded 0 taken back 0\"], Some(\"Visa •••• 4242\") \
         None None disputes [0]",
    );
}

#[test]
fn a_checkout_that_was_left_and_one_never_visited_take_no_money_wherever_it_is_cut_off() {
    let story = |desk: &Desk| {
        let left = desk.placed(0, "small");
        desk.press(left.id, "step=leave");
        desk.placed(1, "small");
        desk.on_day(60);
    };
    ends_the_same(
        story,
        "0 available, [\"Failed receipt None refunded 0 taken back 0\", \
         \"Failed receipt None refunded 0 taken back 0\"], None None None disputes [0, 0]",
    );
}

#[test]
fn a_dispute_that_is_won_and_one_that_is_lost_end_the_same_wherever_they_are_cut_off() {
    let story = |desk: &Desk| {
        for number in 0..2 {
            desk.pay_with(desk.placed(number, "small").id, Card::Disputed);
        }
        desk.on_day(2);
        for (number, won) in [(0, true), (1, false)] {
            let order = desk.placed(number, "small");
            let dispute = order.reference.unwrap().replacen("tp_", "dp_", 1);
            // Decided already, or once.
            let _decided = desk.provider().close_dispute(&dispute, won, desk.now()).unwrap();
        }
        desk.hear();
        desk.on_day(3);
    };
    ends_the_same(
        story,
        "100 available, [\"Credited receipt Some(1) refunded 0 taken back 0\", \
         \"Disputed receipt Some(2) refunded 0 taken back 100\"], Some(\"Visa •••• 0259\") None None disputes [1, 1]",
    );
}

#[test]
fn a_plan_is_renewed_by_the_stored_card_once_a_period_wherever_it_is_cut_off() {
    let story = |desk: &Desk| {
        desk.pay_with(desk.placed(0, "pro").id, Card::Good);
        desk.on_day(33);
        desk.on_day(62);
    };
    ends_the_same(
        story,
        "100 available, [\"Credited receipt Some(1) refunded 0 taken back 0\", \
         \"Credited receipt Some(2) refunded 0 taken back 0\", \"Credited receipt Some(3) refunded 0 taken back 0\"], \
         Some(\"Visa •••• 4242\") Some(\"period 3 Active\") None disputes [0, 0, 0]",
    );
}

#[test]
fn an_automatic_top_up_is_bought_once_wherever_it_is_cut_off() {
    let story = |desk: &Desk| {
        desk.pay_with(desk.placed(0, "small").id, Card::Good);
        let set = desk.account().sales.is_some_and(|sales| sales.top_up.is_some());
        if !set {
            let (below, package) = (Amount(100), "small".into());
            let top_up = SetTopUp { enabled: true, package, below, to: None, monthly_cap: None };
            desk.ask(Command::SetTopUp(Box::new(top_up)));
        }
        desk.spend(1);
        desk.on_day(1);
    };
    ends_the_same(
        story,
        "195 available, [\"Credited receipt Some(1) refunded 0 taken back 0\", \
         \"Credited receipt Some(2) refunded 0 taken back 0\"], Some(\"Visa •••• 4242\") None \
         Some(\"enabled true spent 2900\") disputes [0, 0]",
    );
}
