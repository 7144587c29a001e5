//! Money that is paid back: what is left is void, what was spent is owed.

use account::{Command, PaymentFact, Refusal};
use ledger::Event;
use testkit::Answer;

use super::till::*;

/// A store that has bought 100 credits for 20 USD.
fn bought(shop: &testkit::Shop) -> Till<'_> {
    let mut till = Till::open(shop, "2026-01-01");
    let order = till.buys(package("small"));
    till.pays(order);
    till
}

const OFFERS: &str = r#"
[packages.small]
credits = 100
price = "20 USD"
[packages.lasting]
credits = 100
price = "20 USD"
life = "30 days"
[packages.gift]
credits = 100
bonus = 20
price = "20 USD"
"#;

#[test]
fn the_share_of_the_money_is_the_share_of_the_credits() {
    let shop = shop(OFFERS);
    for (refund, available, owed) in [(1, 100, 0), (500, 75, 0), (1_000, 50, 0), (2_000, 0, 0), (9_999, 0, 0)]
    {
        let mut till = bought(&shop);
        till.tells(0, refunded(refund));
        assert_eq!(till.balance(), format!("available {available} held 0 owed {owed}"), "{refund}");
    }
}

#[test]
fn what_was_spent_is_owed() {
    let shop = shop(OFFERS);
    let mut till = bought(&shop);
    till.spends(70);
    till.tells(0, refunded(1_000));
    assert_eq!(till.balance(), "available -20 held 0 owed 20", "30 of 50 were left");
    till.tells(0, refunded(2_000));
    assert_eq!(till.balance(), "available -70 held 0 owed 70");
    assert_eq!(till.order_text(0), "credited, receipt 1, refunded 2000, clawed 100");
    till.tells(0, refunded(1_000));
    assert_eq!(till.balance(), "available -70 held 0 owed 70", "an older total changes nothing");
}

#[test]
fn a_total_is_told_before_a_part() {
    let shop = shop(OFFERS);
    let mut till = bought(&shop);
    till.tells(0, refunded(2_000));
    till.tells(0, refunded(500));
    assert_eq!(till.order_text(0), "credited, receipt 1, refunded 2000, clawed 100");
}

#[test]
fn the_bonus_goes_with_its_package_and_first() {
    let shop = shop(OFFERS);
    let mut till = Till::open(&shop, "2026-01-01");
    let order = till.buys(package("gift"));
    till.pays(order);
    till.tells(order, refunded(500));
    assert_eq!(till.grants(), ["purchase 90 never"], "a quarter of 120");
    till.tells(order, refunded(2_000));
    assert_eq!(till.balance(), "available 0 held 0 owed 0");
}

#[test]
fn what_had_ended_is_not_owed() {
    let shop = shop(OFFERS);
    let mut till = Till::open(&shop, "2026-01-01");
    let order = till.buys(package("lasting"));
    till.pays(order);
    till.spends(40);
    till.to("2026-02-10");
    till.tells(order, refunded(1_000));
    assert_eq!(till.balance(), "available -40 held 0 owed 40", "10 of the half had ended unspent");
    till.tells(order, refunded(2_000));
    assert_eq!(till.balance(), "available -40 held 0 owed 40", "no more than was spent");
}

#[test]
fn a_return_afterwards_undoes_the_debt() {
    let shop = shop(OFFERS);
    let mut till = bought(&shop);
    till.spends(70);
    till.tells(0, refunded(2_000));
    let charge = till.desk.charges()[0];
    till.does(Command::Return { charge, credits: Some(money::Amount(30)), reason: "It failed".into() });
    assert_eq!(till.balance(), "available -40 held 0 owed 40");
    till.does(Command::Return { charge, credits: None, reason: "It failed".into() });
    assert_eq!(till.balance(), "available 0 held 0 owed 0", "nothing bought, nothing used, nothing owed");
}

#[test]
fn a_return_in_between_is_taken_when_the_rest_goes_back() {
    let shop = shop(OFFERS);
    let mut till = bought(&shop);
    till.spends(100);
    till.tells(0, refunded(1_000));
    assert_eq!(till.balance(), "available -50 held 0 owed 50");
    let charge = till.desk.charges()[0];
    till.does(Command::Return { charge, credits: None, reason: "It failed".into() });
    assert_eq!(till.balance(), "available 50 held 0 owed 0");
    till.tells(0, refunded(2_000));
    assert_eq!(till.balance(), "available 0 held 0 owed 0");
}

#[test]
fn a_debt_is_settled_at_once_by_what_else_is_free() {
    let shop = shop(OFFERS);
    let mut till = bought(&shop);
    let other = till.buys(package("small"));
    till.pays(other);
    till.spends(30);
    till.tells(0, refunded(2_000));
    assert_eq!(till.grants(), ["purchase 70 never"], "30 of the second for the 30 spent of the first");
    assert_eq!(till.balance(), "available 70 held 0 owed 0");
    let charge = till.desk.charges()[0];
    till.does(Command::Return { charge, credits: None, reason: "It failed".into() });
    assert_eq!(till.balance(), "available 100 held 0 owed 0");
    till.tells(other, refunded(2_000));
    assert_eq!(till.balance(), "available 0 held 0 owed 0");
}

#[test]
fn an_open_hold_is_captured_or_released_afterwards() {
    let shop = shop(OFFERS);
    for (capture, available) in [(true, -40), (false, 0)] {
        let mut till = bought(&shop);
        let hold = till.holds(40);
        till.tells(0, refunded(2_000));
        assert_eq!(till.balance(), "available -40 held 40 owed 40", "the hold keeps it as a debt");
        till.does(if capture {
            Command::Capture { hold, how_much: account::HowMuch::All }
        } else {
            Command::Release { hold, reason: None }
        });
        assert_eq!(till.desk.balance(0).available().0, available);
        assert_eq!(till.desk.balance(0).held.0, 0);
    }
}

#[test]
fn a_part_of_a_hold_is_taken_last() {
    let shop = shop(OFFERS);
    let mut till = bought(&shop);
    till.spends(30);
    let hold = till.holds(50);
    till.tells(0, refunded(1_200));
    assert_eq!(till.balance(), "available -40 held 50 owed 40", "20 free, 30 spent, 10 of the hold");
    let how_much = account::HowMuch::Credits(money::Amount(20));
    till.does(Command::Capture { hold, how_much });
    assert_eq!(till.balance(), "available -10 held 0 owed 10", "30 of the hold came back, its debt first");
}

#[test]
fn a_hold_that_comes_back_late_is_taken_with_the_rest() {
    let shop = shop(OFFERS);
    let mut till = Till::open(&shop, "2026-01-01");
    let order = till.buys(package("lasting"));
    till.pays(order);
    till.to("2026-01-30T23:30:00Z");
    till.holds(40);
    till.to("2026-01-31T02:00:00Z");
    assert_eq!(till.grants(), ["purchase 40 2026-02-07T00:30:00Z"], "60 have ended, 40 are issued again");
    till.tells(order, refunded(2_000));
    assert_eq!(till.balance(), "available 0 held 0 owed 0");
}

#[test]
fn what_the_operator_had_voided_is_not_taken_twice() {
    let shop = shop(OFFERS);
    let mut till = bought(&shop);
    till.spends(30);
    let hold = till.holds(20);
    let grant = till.desk.grants()[0];
    till.does(Command::Void { grant, reason: "Mistake".into() });
    till.tells(0, refunded(2_000));
    assert_eq!(till.balance(), "available -50 held 20 owed 50");
    till.does(Command::Release { hold, reason: None });
    let charge = till.desk.charges()[0];
    till.does(Command::Return { charge, credits: None, reason: "It failed".into() });
    assert_eq!(till.balance(), "available 0 held 0 owed 0");
}

#[test]
fn two_refunds_in_one_request_are_told_one_after_another() {
    let shop = shop(OFFERS);
    let mut till = bought(&shop);
    till.spends(10);
    let order = till.orders()[0];
    let refund = |total| Command::Payment { order, provider: None, fact: Box::new(refunded(total)) };
    till.ask_all(&[refund(500), refund(1_000), refund(1_000)]);
    assert_eq!(till.balance(), "available 40 held 0 owed 0");
}

#[test]
fn a_provider_speaks_of_its_own_orders_only() {
    let shop = shop(OFFERS);
    let mut till = bought(&shop);
    let order = till.orders()[0];
    let before = till.balance();
    for fact in [refunded(500), PaymentFact::Abandoned] {
        let fact = Box::new(fact);
        let answer = till.ask(Command::Payment { order, provider: Some("other".into()), fact });
        assert!(matches!(answer, Answer::Refused(0, Refusal::NotFound("order"))), "{answer:?}");
    }
    assert_eq!(till.balance(), before);
}

#[test]
fn a_year_that_is_paid_back_is_not_given_any_more() {
    let shop =
        shop("[plans.year]\ncredits = 10\nprice = \"120 USD\"\nperiod = \"1 month\"\nbilled = \"1 year\"\n");
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys_at_checkout(plan("year"));
    till.to("2026-03-05");
    till.tells(0, refunded(6_000));
    assert_eq!(
        till.when("subscription payment_taken_back").len(),
        0,
        "half of it is a matter of the operator"
    );
    till.tells(0, refunded(12_000));
    till.to("2026-06-01");
    assert_eq!((&*till.subscription(), till.orders().len()), ("none", 1));
    assert_eq!(till.when("subscription ended"), ["2026-04-01"]);
}

#[test]
fn nothing_is_topped_up_for_what_was_paid_back() {
    let shop = shop(OFFERS);
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys_at_checkout(package("small"));
    till.does(Command::SetTopUp(Box::new(top_up("small", 50))));
    till.tells(0, refunded(2_000));
    assert_eq!(till.orders().len(), 1, "the customer who got money back is not charged again");
    let clawed =
        till.desk.journal.entries().iter().any(|(_, entry)| matches!(entry.event, Event::ClawedBack(_)));
    assert!(clawed);
}
