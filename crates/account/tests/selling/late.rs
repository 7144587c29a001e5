//! What comes late, and what ends soon: PS-7, notices of expiry, closed accounts.

use account::{Command, HowMuch};

use super::till::*;

#[test]
fn ps_7_what_comes_back_after_the_cycle_lasts_until_the_end_of_the_current_one() {
    let shop = program("picsart");
    let mut till = Till::open(&shop, "2026-01-31");
    till.buys_at_checkout(plan("plus"));
    till.to("2026-02-27T23:30:00Z");
    let hold = till.holds(60);
    till.to("2026-02-28T00:10:00Z");
    assert_eq!(till.grants(), ["plan 0+60 2026-02-28", "plan 200 2026-03-31"]);
    till.does(Command::Capture { hold, how_much: HowMuch::Credits(money::Amount(20)) });
    assert_eq!(till.grants(), ["plan 200 2026-03-31", "plan 40 2026-03-31"]);
    till.to("2026-03-31");
    assert_eq!(till.grants(), ["plan 200 2026-04-30"]);
}

#[test]
fn a_worker_that_dies_at_the_boundary_costs_nothing() {
    let shop = program("picsart");
    let mut till = Till::open(&shop, "2026-01-31");
    till.buys_at_checkout(plan("plus"));
    till.to("2026-02-27T23:00:00Z");
    till.holds(60);
    till.to("2026-02-28T12:00:00Z");
    assert_eq!(till.when("released"), ["2026-02-28"], "its hour is over as the cycle is");
    assert_eq!(till.grants(), ["plan 60 2026-03-31", "plan 200 2026-03-31"]);
}

#[test]
fn without_a_plan_it_lasts_a_week() {
    let shop = program("picsart");
    let mut till = Till::open(&shop, "2026-01-31");
    till.buys_at_checkout(plan("plus"));
    till.does(Command::CancelSubscription);
    till.to("2026-02-27T23:30:00Z");
    let hold = till.holds(60);
    till.to("2026-02-28T00:10:00Z");
    till.does(Command::Release { hold, reason: None });
    assert_eq!(till.grants(), ["plan 60 2026-03-07T00:10:00Z"]);
}

#[test]
fn while_the_current_cycle_is_not_paid_it_lasts_until_its_end_all_the_same() {
    let shop = program("picsart");
    let mut till = Till::open(&shop, "2026-01-31");
    till.buys_at_checkout(plan("plus"));
    till.to("2026-02-27T23:30:00Z");
    let hold = till.holds(60);
    till.card = Card::Declines;
    till.to("2026-02-28T00:10:00Z");
    till.does(Command::Release { hold, reason: None });
    assert_eq!(till.grants(), ["plan 60 2026-03-31"]);
}

const LASTING: &str = "[packages.lasting]\ncredits = 100\nprice = \"20 USD\"\nlife = \"30 days\"\n\
                       [packages.short]\ncredits = 100\nprice = \"20 USD\"\nlife = \"5 days\"\n";

#[test]
fn the_customer_is_told_a_week_before_credits_end() {
    let shop = shop(LASTING);
    let mut till = Till::open(&shop, "2026-01-01");
    for code in ["lasting", "short"] {
        let order = till.buys(package(code));
        till.pays(order);
    }
    till.to("2026-02-10");
    assert_eq!(till.when("expiry_near"), ["2026-01-24"], "not of what lasts less than that");
    assert_eq!(till.when("expired"), ["2026-01-06", "2026-01-31"]);
}

#[test]
fn of_what_is_used_up_nobody_is_told() {
    let shop = shop(LASTING);
    let mut till = Till::open(&shop, "2026-01-01");
    let order = till.buys(package("lasting"));
    till.pays(order);
    till.spends(100);
    till.to("2026-02-10");
    assert_eq!(till.when("expiry_near").len(), 0);
    assert_eq!(till.when("expired").len(), 0);
}

#[test]
fn what_comes_back_after_its_notice_was_due_is_told_of_then() {
    let shop = shop(LASTING);
    let mut till = Till::open(&shop, "2026-01-01");
    let order = till.buys(package("lasting"));
    till.pays(order);
    till.to("2026-01-23");
    let open_for = Some(moment::Period::days(7));
    till.does(Command::Hold(Box::new(account::Spend { open_for, ..spend(100) })));
    let hold = till.desk.holds()[0];
    till.to("2026-01-26");
    till.does(Command::Release { hold, reason: None });
    till.does(Command::Roll);
    assert_eq!(till.when("expiry_near"), ["2026-01-26"]);
}

#[test]
fn closing_an_account_ends_its_subscription_with_what_is_paid() {
    let shop = program("picsart");
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys_at_checkout(plan("plus"));
    till.does(Command::SetTopUp(Box::new(top_up("addon_100", 100))));
    let hold = till.holds(50);
    let entries = till.entries();
    till.does(Command::Close { reason: "Bye".into() });
    assert_eq!(till.history(entries), ["closed", "subscription cancel_planned"]);
    till.does(Command::Capture { hold, how_much: HowMuch::All });
    till.to("2026-04-01");
    assert_eq!((&*till.subscription(), till.orders().len()), ("none", 1), "nothing is asked of it");
    assert_eq!(till.when("subscription ended"), ["2026-02-01"]);
}

#[test]
fn an_account_that_is_opened_again_in_time_can_go_on() {
    let shop = program("picsart");
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys_at_checkout(plan("plus"));
    till.does(Command::Close { reason: "Bye".into() });
    assert_eq!(till.refused(Command::ResumeSubscription), "closed");
    till.does(Command::Reopen { reason: "Back".into() });
    till.does(Command::ResumeSubscription);
    till.to("2026-02-01");
    assert_eq!(till.subscription(), "plus active 2026-02-01..2026-03-01");
}

#[test]
fn a_closed_account_is_not_asked_again() {
    let shop = program("picsart");
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys_at_checkout(plan("plus"));
    till.card = Card::Declines;
    till.to("2026-02-01");
    till.does(Command::Close { reason: "Bye".into() });
    assert_eq!((&*till.subscription(), &*till.last_order()), ("none", "canceled"));
    till.to("2026-03-01");
    assert_eq!(till.when("payment_asked").len(), 1);
    // The money was on its way: it is credited, and nothing goes on.
    till.pays(1);
    assert_eq!(till.subscription(), "plus active 2026-03-01..2026-04-01, ends");
}

#[test]
fn what_rests_ends_with_the_account() {
    let shop = program("picsart");
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys_at_checkout(plan("plus"));
    till.does(Command::PauseSubscription { until: None });
    till.to("2026-02-10");
    till.does(Command::Close { reason: "Bye".into() });
    assert_eq!(till.subscription(), "none");
}

#[test]
fn a_top_up_under_way_when_the_account_closes_is_credited() {
    let shop = program("picsart");
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys_at_checkout(package("addon_100"));
    till.card = Card::Silent;
    till.does(Command::SetTopUp(Box::new(top_up("addon_100", 100))));
    till.spends(10);
    till.does(Command::Close { reason: "Bye".into() });
    till.card = Card::Pays;
    till.answer();
    assert_eq!(till.balance(), "available 190 held 0 owed 0");
}
