//! Auto top-up: a package bought when the balance falls below a level.

use account::{Command, SetTopUp};
use money::Amount;

use super::till::*;

const OFFERS: &str = r#"
[packages.ten]
credits = 10
price = "3 USD"
[packages.dozen]
credits = 10
bonus = 2
price = "3 USD"
quantity = { min = 2, max = 6 }
[packages.any]
minimum = 10
maximum = 100
tiers = [{ from = 10, price = "1 USD" }]
[packages.members]
credits = 10
price = "3 USD"
requires_plan = ["club"]
balance_ceiling = 35
[plans.club]
credits = 30
free = true
period = "1 month"
"#;

fn set(till: &mut Till<'_>, top_up: SetTopUp) {
    till.does(Command::SetTopUp(Box::new(top_up)));
    till.answer();
}

/// 40 credits, a card, and a top-up below 20.
fn stocked(shop: &testkit::Shop, top_up: SetTopUp) -> Till<'_> {
    let mut till = Till::open(shop, "2026-03-10");
    let order = till.buys(account::Buy { how_many: Some(catalog::Ask::Packages(4)), ..package("ten") });
    till.pays_and_stores(order, "card");
    set(&mut till, top_up);
    till
}

#[test]
fn the_whole_gap_is_closed_with_one_order() {
    let shop = shop(OFFERS);
    let mut till = stocked(&shop, top_up("ten", 20));
    till.spends(20);
    assert_eq!(till.orders().len(), 1, "the level itself is enough");
    till.spends(15);
    till.answer();
    assert_eq!(till.balance(), "available 25 held 0 owed 0");
    assert_eq!((till.order(1).ordered.quantity, till.order(1).ordered.price), (2, usd(600)));
    assert_eq!(till.top_up_text(), "on, spent 600");
    set(&mut till, SetTopUp { to: Some(Amount(50)), ..top_up("ten", 20) });
    till.spends(6);
    till.answer();
    assert_eq!(till.balance(), "available 59 held 0 owed 0", "up to 50, in whole packages");
}

#[test]
fn one_is_under_way_at_a_time() {
    let shop = shop(OFFERS);
    let mut till = stocked(&shop, top_up("ten", 20));
    till.card = Card::Silent;
    till.spends(21);
    till.spends(9);
    till.spends(5);
    assert_eq!((till.orders().len(), &*till.top_up_text()), (2, "on, spent 300, buying"));
    till.card = Card::Pays;
    till.answer();
    assert_eq!(till.balance(), "available 15 held 0 owed 0");
    till.spends(1);
    till.answer();
    assert_eq!(till.balance(), "available 24 held 0 owed 0", "the next spend looks again");
}

#[test]
fn a_hold_and_an_end_count_as_well() {
    let shop = shop(OFFERS);
    let mut till = stocked(&shop, top_up("ten", 20));
    till.holds(25);
    till.answer();
    assert_eq!(till.balance(), "available 25 held 25 owed 0");
    assert_eq!(till.orders().len(), 2);
}

#[test]
fn a_spend_that_would_be_refused_is_topped_up_for() {
    let shop = shop(OFFERS);
    let mut till = stocked(&shop, top_up("ten", 20));
    let charge = Command::Charge(Box::new(spend(70)));
    assert_eq!(till.refused(charge.clone()), "insufficient required 70 available 40 short 30");
    till.does(Command::TopUpFor { unit: 0, needed: Amount(70) });
    till.does(Command::TopUpFor { unit: 0, needed: Amount(70) });
    till.answer();
    assert_eq!(till.balance(), "available 90 held 0 owed 0", "20 are left when it is repeated");
    till.does(charge);
    till.answer();
    assert_eq!(till.orders().len(), 2);
    till.does(Command::TopUpFor { unit: 1, needed: Amount(70) });
    assert_eq!(till.orders().len(), 2, "of another unit there is none");
}

#[test]
fn two_declines_in_a_row_make_it_rest_until_it_is_set_anew() {
    let shop = shop(OFFERS);
    let mut till = stocked(&shop, top_up("ten", 20));
    till.card = Card::Declines;
    till.spends(21);
    till.answer();
    assert_eq!((&*till.top_up_text(), &*till.last_order()), ("on, spent 0, declined 1", "failed"));
    till.card = Card::Pays;
    till.spends(1);
    till.answer();
    assert_eq!(till.top_up_text(), "on, spent 300", "a success ends the row");
    till.card = Card::Declines;
    for _ in 0..3 {
        till.spends(3);
        till.spends(6);
        till.answer();
    }
    assert_eq!(till.top_up_text(), "on, spent 300, declined 2, rests");
    assert_eq!(till.when("top_up paused").len(), 1, "the customer is told once");
    till.card = Card::Pays;
    set(&mut till, top_up("ten", 20));
    assert_eq!(till.top_up_text(), "on, spent 900");
}

#[test]
fn a_month_has_a_cap_in_the_accounts_time_zone() {
    let shop = shop(OFFERS);
    let mut till = Till::open_in(&shop, "2026-03-10", "America/New_York");
    till.buys_at_checkout(package("ten"));
    set(&mut till, SetTopUp { monthly_cap: Some(usd(1_000)), ..top_up("ten", 10) });
    for _ in 0..8 {
        till.spends(5);
        till.answer();
    }
    assert_eq!(till.orders().len(), 4, "three of three dollars");
    assert_eq!(till.top_up_text(), "on, spent 900, capped until 2026-04-01T04:00:00Z");
    assert_eq!(till.when("top_up paused").len(), 1);
    till.to("2026-04-01T03:59:59.999Z");
    till.does(Command::TopUpFor { unit: 0, needed: Amount(1) });
    assert_eq!(till.orders().len(), 4);
    till.to("2026-04-01T04:00:00Z");
    till.does(Command::TopUpFor { unit: 0, needed: Amount(1) });
    till.answer();
    assert_eq!((till.orders().len(), &*till.top_up_text()), (5, "on, spent 600"));
}

#[test]
fn a_gap_that_the_cap_can_not_close_is_closed_as_far_as_it_goes() {
    let shop = shop(OFFERS);
    let mut till = stocked(&shop, SetTopUp { monthly_cap: Some(usd(700)), ..top_up("ten", 40) });
    till.spends(40);
    till.answer();
    assert_eq!(till.balance(), "available 20 held 0 owed 0");
}

#[test]
fn without_a_card_it_rests_and_tells() {
    let shop = shop(OFFERS);
    let mut till = Till::open(&shop, "2026-03-10");
    let order = till.buys(package("ten"));
    till.pays(order);
    set(&mut till, top_up("ten", 5));
    assert_eq!(till.top_up_text(), "on, spent 0");
    till.spends(6);
    till.spends(1);
    assert_eq!((till.orders().len(), &*till.top_up_text()), (1, "on, spent 0, has no card"));
    assert_eq!(till.when("top_up paused").len(), 1);
    till.buys_at_checkout(package("ten"));
    till.spends(10);
    set(&mut till, top_up("ten", 5));
    assert_eq!(till.top_up_text(), "on, spent 300", "it buys as it is set");
}

#[test]
fn off_is_off() {
    let shop = shop(OFFERS);
    let mut till = stocked(&shop, top_up("ten", 20));
    set(&mut till, SetTopUp { enabled: false, ..top_up("ten", 20) });
    till.spends(40);
    assert_eq!((till.orders().len(), &*till.top_up_text()), (1, "off, spent 0"));
}

#[test]
fn packages_that_are_sold_in_twos_are_bought_in_twos() {
    let shop = shop(OFFERS);
    let mut till = stocked(&shop, top_up("dozen", 20));
    till.spends(40);
    till.answer();
    assert_eq!((till.order(1).ordered.quantity, till.order(1).ordered.price), (2, usd(600)));
    assert_eq!(till.balance(), "available 24 held 0 owed 0", "the bonus counts");
    set(&mut till, SetTopUp { to: Some(Amount(500)), ..top_up("dozen", 24) });
    till.spends(1);
    till.answer();
    assert_eq!(till.order(2).ordered.quantity, 6, "as many as one order may have");
}

#[test]
fn what_can_not_be_set() {
    let shop = shop(OFFERS);
    let mut till = Till::open(&shop, "2026-03-10");
    let cap = money::Money { amount: 1, currency: "EUR".parse().unwrap() };
    for (top_up, why) in [
        (top_up("none", 5), "unknown offer"),
        (top_up("any", 5), "no sale"),
        (top_up("members", 5), "needs plan club"),
        (SetTopUp { to: Some(Amount(4)), ..top_up("ten", 5) }, "invalid /to"),
        (SetTopUp { monthly_cap: Some(cap), ..top_up("ten", 5) }, "invalid /monthly_cap/currency"),
    ] {
        let refused = till.refused(Command::SetTopUp(Box::new(top_up)));
        assert!(refused.starts_with(why), "{refused}, not {why}");
    }
}

#[test]
fn it_buys_what_the_account_may_have() {
    let shop = shop(OFFERS);
    let mut till = Till::open(&shop, "2026-03-10");
    till.buys_at_checkout(package("ten"));
    till.buys(plan("club"));
    set(&mut till, top_up("members", 30));
    till.spends(14);
    till.answer();
    assert_eq!((till.orders().len(), &*till.balance()), (2, "available 26 held 0 owed 0"), "36 are too many");
    till.spends(1);
    till.answer();
    assert_eq!((till.orders().len(), &*till.balance()), (3, "available 35 held 0 owed 0"));
    till.does(Command::CancelSubscription);
    till.to("2026-04-20");
    till.spends(1);
    assert_eq!(till.orders().len(), 3, "and no more without the plan");
}

#[test]
fn a_success_that_is_told_after_its_failure_counts_for_its_month() {
    let shop = shop(OFFERS);
    for first_failed in [true, false] {
        let mut till = stocked(&shop, top_up("ten", 20));
        till.card = Card::Silent;
        till.spends(21);
        if first_failed {
            till.tells(1, declined(1));
        }
        till.pays(1);
        till.tells(1, declined(1));
        assert_eq!(till.top_up_text(), "on, spent 300");
        assert_eq!(till.balance(), "available 29 held 0 owed 0");
    }
}

#[test]
fn of_two_units_each_has_its_own() {
    let shop = shop("[packages.words]\nunit = \"token\"\ncredits = 50\nprice = \"3 USD\"\n");
    let mut till = Till::open(&shop, "2026-03-10");
    till.buys_at_checkout(package("words"));
    set(&mut till, top_up("words", 20));
    let what = account::What::Credits { unit: 1, credits: Amount(40) };
    till.does(Command::Charge(Box::new(account::Spend { what, ..spend(0) })));
    till.answer();
    assert_eq!(till.grants(), ["purchase 10 never", "purchase 50 never"]);
    assert_eq!(till.balance(), "available 0 held 0 owed 0", "the first unit has none");
}
