//! Renewals that are not paid: PS-12, and what comes late.

use account::Command;
use ledger::Position;

use super::till::*;

fn subscriber(shop: &testkit::Shop) -> Till<'_> {
    let mut till = Till::open(shop, "2026-01-31");
    till.buys_at_checkout(plan("plus"));
    let order = till.buys(package("addon_100"));
    till.pays(order);
    till
}

#[test]
fn ps_12_tried_again_after_1_3_5_and_7_days_then_it_ends() {
    let shop = program("picsart");
    let mut till = subscriber(&shop);
    till.card = Card::Declines;
    till.to("2026-02-28");
    assert_eq!(till.subscription(), "plus past_due 2026-01-31..2026-02-28");
    assert_eq!(till.grants(), ["purchase 100 never"], "no new allotment");
    assert_eq!(till.last_order(), "awaiting_payment, again 2026-03-01");
    till.to("2026-03-20");
    let days = ["2026-02-28", "2026-03-01", "2026-03-03", "2026-03-05", "2026-03-07"];
    assert_eq!(till.when("payment_asked"), days);
    assert_eq!(till.when("payment_declined"), days, "the customer is told each time");
    assert_eq!(till.when("subscription unpaid"), ["2026-03-07"]);
    assert_eq!((&*till.subscription(), &*till.last_order()), ("none", "failed"));
    assert_eq!(till.grants(), ["purchase 100 never"], "add-ons stay usable");
}

#[test]
fn success_on_a_retry_keeps_the_anchor() {
    let shop = program("picsart");
    let mut till = subscriber(&shop);
    till.card = Card::Declines;
    till.to("2026-03-04");
    till.card = Card::Pays;
    till.to("2026-03-05");
    assert_eq!(till.subscription(), "plus active 2026-02-28..2026-03-31");
    assert_eq!(till.grants(), ["plan 200 2026-03-31", "purchase 100 never"]);
    assert_eq!(till.last_order(), "credited, receipt 3");
    till.to("2026-04-30");
    assert_eq!(till.subscription(), "plus active 2026-04-30..2026-05-31");
}

#[test]
fn an_unknown_outcome_is_no_decline() {
    let shop = program("picsart");
    let mut till = subscriber(&shop);
    till.card = Card::Silent;
    till.to("2026-03-20");
    assert_eq!(till.subscription(), "plus past_due 2026-01-31..2026-02-28");
    assert_eq!(till.when("payment_asked"), ["2026-02-28"], "it is not asked for anew");
    till.card = Card::Pays;
    till.answer();
    assert_eq!(till.subscription(), "plus active 2026-02-28..2026-03-31");
    assert_eq!(till.grants(), ["plan 200 2026-03-31", "purchase 100 never"]);
}

#[test]
fn a_decline_that_comes_late_is_followed_by_the_next_attempt_at_once() {
    let shop = program("picsart");
    let mut till = subscriber(&shop);
    till.card = Card::Silent;
    till.to("2026-03-04");
    let order = till.orders().len() - 1;
    till.tells(order, declined(1));
    till.tells(order, declined(2));
    assert_eq!(till.when("payment_asked"), ["2026-02-28", "2026-03-04", "2026-03-04"]);
    till.tells(order, declined(3));
    assert_eq!(till.last_order(), "awaiting_payment, again 2026-03-05");
}

#[test]
fn money_after_the_end_begins_it_anew() {
    let shop = program("picsart");
    let mut till = subscriber(&shop);
    till.card = Card::Declines;
    till.to("2026-03-10");
    let order = till.orders().len() - 1;
    assert_eq!((&*till.subscription(), &*till.order_text(order)), ("none", "failed"));
    till.pays(order);
    assert_eq!(till.subscription(), "plus active 2026-03-10..2026-04-10");
    assert_eq!(till.grants(), ["plan 200 2026-04-10", "purchase 100 never"]);
}

#[test]
fn money_after_it_has_begun_anew_brings_its_credits_only() {
    let shop = program("picsart");
    let mut till = subscriber(&shop);
    till.card = Card::Declines;
    till.to("2026-03-10");
    let late = till.orders().len() - 1;
    till.card = Card::Pays;
    till.buys(by_card(plan("pro")));
    till.pays(late);
    assert_eq!(till.subscription(), "pro active 2026-03-10..2026-04-10");
    assert_eq!(till.balance(), "available 800 held 0 owed 0");
}

#[test]
fn money_a_whole_period_late_begins_one_now() {
    let shop = program("picsart");
    let mut till = subscriber(&shop);
    till.card = Card::Silent;
    till.to("2026-04-05");
    till.card = Card::Pays;
    till.answer();
    assert_eq!(till.subscription(), "plus active 2026-04-05..2026-05-05");
}

#[test]
fn without_a_card_the_customer_is_told_as_often() {
    let shop = program("picsart");
    let mut till = Till::open(&shop, "2026-01-01");
    let order = till.buys(plan("plus"));
    till.pays(order);
    till.to("2026-03-01");
    let days = ["2026-02-01", "2026-02-02", "2026-02-04", "2026-02-06", "2026-02-08"];
    assert_eq!(till.when("payment_declined"), days);
    assert_eq!(till.when("subscription unpaid"), ["2026-02-08"]);
    assert_eq!(till.order(1).attempts, 5);
}

#[test]
fn a_card_that_is_stored_meanwhile_is_charged() {
    let shop = program("picsart");
    let mut till = Till::open(&shop, "2026-01-01");
    let order = till.buys(plan("plus"));
    till.pays(order);
    till.to("2026-02-03");
    till.buys_at_checkout(package("addon_100"));
    till.to("2026-02-04");
    assert_eq!(till.subscription(), "plus active 2026-02-01..2026-03-01");
    assert_eq!(till.when("subscription method_changed"), ["2026-02-03"]);
}

#[test]
fn or_the_renewal_is_paid_at_a_checkout() {
    let shop = program("picsart");
    let mut till = Till::open(&shop, "2026-01-01");
    let order = till.buys(plan("plus"));
    till.pays(order);
    till.to("2026-02-03");
    let renewal = till.orders().len() - 1;
    let (order, reference, url) = (till.orders()[renewal], "cs".into(), Some("https://pay.example/".into()));
    till.does(Command::CheckoutOpened { order, reference, url });
    till.tells(renewal, declined(0));
    assert_eq!(till.last_order(), "awaiting_payment, again 2026-02-04", "the schedule goes on");
    till.pays_and_stores(renewal, "card");
    assert_eq!(till.subscription(), "plus active 2026-02-01..2026-03-01");
    till.to("2026-03-01");
    assert_eq!(till.subscription(), "plus active 2026-03-01..2026-04-01");
}

#[test]
fn while_it_is_past_due_it_can_only_be_ended() {
    let shop = program("picsart");
    let mut till = subscriber(&shop);
    till.card = Card::Declines;
    till.to("2026-03-02");
    let renewal = till.orders().len() - 1;
    assert_eq!(till.refused(Command::ChangeSubscription(Box::new(plan("pro")))), "renewal under way");
    assert_eq!(till.refused(Command::PauseSubscription { until: None }), "renewal under way");
    let order: Position = till.orders()[renewal];
    assert_eq!(till.refused(Command::CancelOrder { order, reason: "No".into() }), "renewal under way");
    till.does(Command::CancelSubscription);
    assert_eq!((&*till.subscription(), &*till.last_order()), ("none", "canceled"));
    till.to("2026-04-01");
    assert_eq!(till.when("payment_asked").len(), 2, "nothing more is asked for");
    // It was on its way already: what was paid for is given, and ends.
    till.pays(renewal);
    assert_eq!(till.subscription(), "plus active 2026-04-01..2026-05-01, ends");
}

#[test]
fn a_program_may_not_try_again() {
    let shop = shop(
        "renewal.retry_after = []\n[plans.plus]\ncredits = 10\nprice = \"5 USD\"\nperiod = \"1 month\"\n",
    );
    for stores in [true, false] {
        let mut till = Till::open(&shop, "2026-01-01");
        let order = till.buys(plan("plus"));
        if stores {
            till.pays_and_stores(order, "card");
        } else {
            till.pays(order);
        }
        till.card = Card::Declines;
        till.to("2026-02-01");
        assert_eq!((&*till.subscription(), &*till.last_order()), ("none", "failed"));
        assert_eq!(till.when("subscription unpaid"), ["2026-02-01"]);
    }
}

#[test]
fn what_rolls_over_waits_for_the_money() {
    let shop =
        shop("[plans.plus]\ncredits = 10\nprice = \"5 USD\"\nperiod = \"30 days\"\nrollover = \"all\"\n");
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys_at_checkout(plan("plus"));
    till.card = Card::Declines;
    till.to("2026-01-31");
    assert_eq!(till.balance(), "available 0 held 0 owed 0");
    till.card = Card::Pays;
    till.to("2026-02-01");
    assert_eq!(till.grants(), ["rollover 10 2026-03-02", "plan 10 2026-03-02"]);
}
