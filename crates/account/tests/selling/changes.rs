//! Changing, resting, ending: PS-10, PS-11.

use account::{Buy, Command};
use catalog::Ask;

use super::till::*;

/// A subscriber of the editor, with a card.
fn on<'a>(shop: &'a testkit::Shop, code: &str, since: &str) -> Till<'a> {
    let mut till = Till::open(shop, since);
    till.buys_at_checkout(plan(code));
    till
}

#[test]
fn ps_10_up_at_once_with_the_difference() {
    let shop = program("picsart");
    let mut till = on(&shop, "plus", "2026-01-31");
    till.spends(150);
    till.to("2026-02-10");
    till.changes_to(by_card(plan("pro")));
    assert_eq!(till.order(1).ordered.price, usd(800), "15 less 7");
    assert_eq!(till.grants(), ["plan 50 2026-02-28", "plan 300 2026-02-28"], "500 less 200");
    assert_eq!(till.subscription(), "pro active 2026-01-31..2026-02-28", "the cycle stays as it is");
    till.to("2026-03-31");
    assert_eq!(till.grants(), ["plan 500 2026-04-30"]);
    assert_eq!(till.order(3).ordered.price, usd(1_500));
}

#[test]
fn ps_10_up_at_a_checkout_when_it_is_paid() {
    let shop = program("picsart");
    let mut till = on(&shop, "plus", "2026-01-31");
    till.changes_to(plan("pro"));
    assert_eq!(till.subscription(), "plus active 2026-01-31..2026-02-28", "no credit before the money");
    till.pays(1);
    assert_eq!(till.subscription(), "pro active 2026-01-31..2026-02-28");
    assert_eq!(till.balance(), "available 500 held 0 owed 0");
}

#[test]
fn ps_10_down_at_the_cycles_end() {
    let shop = program("picsart");
    let mut till = on(&shop, "pro", "2026-01-31");
    till.changes_to(plan("plus"));
    assert_eq!(till.subscription(), "pro active 2026-01-31..2026-02-28, then plus");
    assert_eq!(till.balance(), "available 500 held 0 owed 0");
    till.to("2026-02-28");
    assert_eq!(till.subscription(), "plus active 2026-02-28..2026-03-31");
    assert_eq!(till.balance(), "available 200 held 0 owed 0");
    till.changes_to(plan("free"));
    till.to("2026-03-31");
    assert_eq!(till.subscription(), "free active 2026-03-31..2026-04-30");
    assert_eq!(till.balance(), "available 5 held 0 owed 0");
    assert_eq!(till.orders().len(), 2);
}

#[test]
fn from_a_free_plan_a_paid_period_begins() {
    let shop = program("picsart");
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys(plan("free"));
    till.to("2026-01-20");
    till.changes_to(plan("pro"));
    till.pays_and_stores(1, "card");
    assert_eq!(till.subscription(), "pro active 2026-01-20..2026-02-20");
    assert_eq!(till.order(1).ordered.price, usd(1_500), "nothing was paid for the old one");
    assert_eq!(
        till.grants(),
        ["plan 5 2026-02-01", "plan 495 2026-02-20"],
        "500 less what it had been given"
    );
    till.to("2026-02-20");
    assert_eq!(till.grants(), ["plan 500 2026-03-20"]);
}

#[test]
fn a_change_that_is_paid_when_its_period_is_over_comes_with_the_next() {
    let shop = program("picsart");
    let mut till = on(&shop, "plus", "2026-01-01");
    till.to("2026-01-31T12:00:00Z");
    till.changes_to(plan("pro"));
    till.card = Card::Declines;
    till.to("2026-02-01T06:00:00Z");
    assert_eq!(till.subscription(), "plus past_due 2026-01-01..2026-02-01");
    till.pays(1);
    assert_eq!(till.grants(), ["plan 300 2026-03-01T06:00:00Z"], "it brings what was paid for");
    till.card = Card::Pays;
    till.to("2026-02-03");
    assert_eq!(till.subscription(), "plus active 2026-02-01..2026-03-01, then pro");
    assert_eq!(till.balance(), "available 500 held 0 owed 0");
    till.to("2026-03-01");
    assert_eq!(till.subscription(), "pro active 2026-03-01..2026-04-01");
}

#[test]
fn a_change_that_is_paid_when_the_subscription_has_ended_brings_its_credits_only() {
    let shop = program("picsart");
    let mut till = on(&shop, "plus", "2026-01-01");
    till.to("2026-01-31T12:00:00Z");
    till.changes_to(plan("pro"));
    till.does(Command::CancelSubscription);
    till.to("2026-02-05");
    till.pays(1);
    assert_eq!(till.subscription(), "none", "nobody gets a plan for the difference");
    assert_eq!(till.grants(), ["plan 300 2026-03-05"]);
    // Nor does it change another subscription that has begun since.
    let mut till = on(&shop, "plus", "2026-01-01");
    till.changes_to(plan("pro"));
    till.does(Command::CancelSubscription);
    till.to("2026-02-05");
    till.buys_at_checkout(plan("plus"));
    till.pays(1);
    assert_eq!(till.subscription(), "plus active 2026-02-05..2026-03-05");
}

#[test]
fn a_change_that_begins_a_period_replaces_the_renewal_that_is_asked_for() {
    let shop = shop(
        "[plans.small]\ncredits = 10\nprice = \"2 USD\"\nperiod = \"1 month\"\n\
         trial = { for = \"10 days\", credits = 3 }\n\
         [plans.large]\ncredits = 90\nprice = \"9 USD\"\nperiod = \"1 month\"\n",
    );
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys(plan("small"));
    till.to("2026-01-10T12:00:00Z");
    till.changes_to(plan("large"));
    till.card = Card::Declines;
    till.to("2026-01-11T06:00:00Z");
    assert_eq!(till.subscription(), "small past_due 2026-01-01..2026-01-11", "there is no card");
    till.pays_and_stores(1, "card");
    assert_eq!(till.subscription(), "large active 2026-01-11T06:00:00Z..2026-02-11T06:00:00Z");
    assert_eq!(till.order_text(2), "canceled");
    assert_eq!(till.balance(), "available 87 held 0 owed 0", "90 less the trial's 3, which have ended");
}

const YEARS: &str = r#"
[plans.plus]
credits = 200
price = "60 USD"
period = "1 month"
billed = "1 year"
[plans.pro]
credits = 500
price = "180 USD"
period = "1 month"
billed = "1 year"
[plans.monthly]
credits = 900
price = "50 USD"
period = "1 month"
[plans.team]
credits = 10
price = "4 USD"
period = "1 month"
seats = { min = 1, max = 9 }
"#;

#[test]
fn of_a_year_the_months_that_are_left_are_paid() {
    let shop = shop(YEARS);
    let mut till = on(&shop, "plus", "2026-01-01");
    till.to("2026-10-15");
    till.changes_to(by_card(plan("pro")));
    assert_eq!(till.order(1).ordered.price, usd(3_000), "three twelfths of the difference");
    assert_eq!(till.balance(), "available 500 held 0 owed 0");
    till.to("2026-11-01");
    assert_eq!(till.balance(), "available 500 held 0 owed 0");
    till.to("2027-01-01");
    assert_eq!(till.order(2).ordered.price, usd(18_000));
    till.changes_to(plan("monthly"));
    assert_eq!(till.subscription(), "pro active 2027-01-01..2027-02-01, then monthly", "a year is not lost");
}

#[test]
fn more_seats_at_once_fewer_at_the_end() {
    let shop = shop(YEARS);
    let mut till = Till::open(&shop, "2026-01-01");
    let seats = |count| Buy { how_many: Some(Ask::Packages(count)), ..by_card(plan("team")) };
    let order = till.buys(seats(2));
    till.pays_and_stores(order, "card");
    till.changes_to(seats(5));
    assert_eq!(till.subscription(), "team x5 active 2026-01-01..2026-02-01");
    assert_eq!((till.order(1).ordered.price, &*till.balance()), (usd(1_200), "available 50 held 0 owed 0"));
    till.changes_to(seats(3));
    assert_eq!(till.subscription(), "team x5 active 2026-01-01..2026-02-01, then team");
    till.to("2026-02-01");
    assert_eq!(till.subscription(), "team x3 active 2026-02-01..2026-03-01");
}

#[test]
fn a_pause_begins_with_the_periods_end_and_ends_by_itself() {
    let shop = program("picsart");
    let mut till = on(&shop, "plus", "2026-01-01");
    let until = Some(at("2026-04-10"));
    assert_eq!(till.refused(Command::PauseSubscription { until: Some(at("2026-02-01")) }), "invalid /until");
    till.does(Command::PauseSubscription { until });
    assert_eq!(till.subscription(), "plus active 2026-01-01..2026-02-01, pauses");
    till.to("2026-02-01");
    assert_eq!((&*till.subscription(), till.grants().len()), ("plus paused until 2026-04-10", 0));
    assert_eq!(till.when("subscription renewal_near").len(), 0);
    till.to("2026-04-10");
    assert_eq!(till.subscription(), "plus active 2026-04-10..2026-05-10");
    assert_eq!(till.last_order(), "credited, receipt 2");
}

#[test]
fn a_pause_is_ended_by_hand() {
    let shop = program("picsart");
    let mut till = on(&shop, "plus", "2026-01-31");
    till.does(Command::PauseSubscription { until: None });
    till.does(Command::ResumeSubscription);
    assert_eq!(till.subscription(), "plus active 2026-01-31..2026-02-28");
    till.does(Command::PauseSubscription { until: None });
    till.to("2026-03-15");
    assert_eq!(till.subscription(), "plus paused until never");
    till.does(Command::ResumeSubscription);
    till.answer();
    assert_eq!(till.subscription(), "plus active 2026-03-15..2026-04-15", "a period begins now");
    assert_eq!(till.balance(), "available 200 held 0 owed 0");
}

#[test]
fn what_rests_is_changed_or_ended_at_once() {
    let shop = program("picsart");
    let mut till = on(&shop, "plus", "2026-01-01");
    till.does(Command::PauseSubscription { until: None });
    till.to("2026-02-15");
    till.changes_to(by_card(plan("pro")));
    assert_eq!(till.subscription(), "pro active 2026-02-15..2026-03-15");
    assert_eq!((till.order(1).ordered.price, &*till.balance()), (usd(1_500), "available 500 held 0 owed 0"));
    till.does(Command::PauseSubscription { until: None });
    till.to("2026-03-20");
    till.does(Command::CancelSubscription);
    assert_eq!(till.subscription(), "none");
}

#[test]
fn ps_11_when_it_ends_the_plan_ends_with_the_cycle_and_add_ons_stay() {
    let shop = program("picsart");
    let mut till = on(&shop, "plus", "2026-01-01");
    let order = till.buys(package("addon_100"));
    till.pays(order);
    till.does(Command::CancelSubscription);
    till.to("2026-01-31T23:59:59.999Z");
    assert_eq!(till.grants(), ["plan 200 2026-02-01", "purchase 100 never"]);
    till.to("2026-02-01");
    assert_eq!(till.grants(), ["purchase 100 never"]);
    till.spends(40);
    assert_eq!(till.balance(), "available 60 held 0 owed 0");
}

#[test]
fn what_can_not_be_changed() {
    let shop = shop(
        "[plans.small]\ncredits = 10\nprice = \"2 USD\"\nperiod = \"1 month\"\n\
         [plans.euro]\ncredits = 90\nprice = \"9 EUR\"\nperiod = \"1 month\"\n\
         [plans.words]\nunit = \"token\"\ncredits = 90\nprice = \"9 USD\"\nperiod = \"1 month\"\n\
         [packages.once]\ncredits = 10\nprice = \"2 USD\"\n",
    );
    let mut till = Till::open(&shop, "2026-01-01");
    let change = |buy| Command::ChangeSubscription(Box::new(buy));
    assert_eq!(till.refused(change(plan("small"))), "not found subscription");
    assert_eq!(till.refused(Command::CancelSubscription), "not found subscription");
    till.buys_at_checkout(plan("small"));
    for (buy, why) in [
        (plan("none"), "unknown offer"),
        (plan("euro"), "other currency"),
        (plan("words"), "other unit"),
        (package("once"), "not renewable"),
    ] {
        assert_eq!(till.refused(change(buy)), why);
    }
    assert!(till.refused(Command::Buy(Box::new(plan("small")))).starts_with("subscribed"));
}
