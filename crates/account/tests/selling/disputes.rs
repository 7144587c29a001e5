//! Disputes: the customer's bank takes the money back, for now or for good (PF-7).

use account::{Command, PaymentFact, Standing};

use super::till::*;

fn bought(shop: &testkit::Shop) -> Till<'_> {
    let mut till = Till::open(shop, "2026-01-01");
    let order = till.buys(package("credits_100"));
    till.pays(order);
    // The starter's 50 and 30 of the package.
    till.spends(80);
    till
}

#[test]
fn pf_7_the_credits_are_taken_back_and_the_balance_may_go_negative() {
    let shop = program("pictofit");
    let mut till = bought(&shop);
    let entries = till.entries();
    till.tells(0, disputed(2_900));
    assert_eq!(till.history(entries), ["order_disputed", "clawed_back", "overdrawn"]);
    assert_eq!(till.balance(), "available -30 held 0 owed 30");
    assert_eq!(till.order_text(0), "disputed, receipt 1, clawed 100");
    till.tells(0, dispute_closed(false, 2_900));
    assert_eq!(till.balance(), "available -30 held 0 owed 30");
    assert_eq!(till.order_text(0), "disputed, receipt 1, clawed 100", "lost for good");
}

#[test]
fn the_account_is_suspended_after_ten_days_and_restored_by_credits() {
    let shop = program("pictofit");
    let mut till = bought(&shop);
    till.tells(0, disputed(2_900));
    till.to("2026-01-10T23:59:59.999Z");
    assert_eq!(till.desk.account.standing(), Standing::Overdrawn);
    till.to("2026-01-11");
    assert_eq!(till.desk.account.standing(), Standing::Suspended);
    let order = till.buys(package("credits_100"));
    till.pays(order);
    assert_eq!(till.desk.account.standing(), Standing::Active);
    assert_eq!(till.balance(), "available 70 held 0 owed 0");
}

#[test]
fn a_dispute_that_is_won_gives_again_what_was_taken() {
    let shop = program("pictofit");
    let mut till = bought(&shop);
    till.tells(0, disputed(2_900));
    till.to("2026-01-05");
    till.tells(0, dispute_closed(true, 2_900));
    assert_eq!(till.balance(), "available 70 held 0 owed 0");
    assert_eq!(till.grants(), ["purchase 70 never"]);
    assert_eq!(till.order_text(0), "credited, receipt 1");
    till.tells(0, disputed(2_900));
    assert_eq!(till.balance(), "available 70 held 0 owed 0", "told late, it is not opened again");
}

#[test]
fn refunded_after_it_was_won() {
    let shop = program("pictofit");
    let mut till = bought(&shop);
    till.tells(0, disputed(2_900));
    till.tells(0, dispute_closed(true, 2_900));
    till.tells(0, refunded(2_900));
    assert_eq!(till.balance(), "available -30 held 0 owed 30", "as if there had been no dispute");
    let charge = till.desk.charges()[0];
    till.does(Command::Return { charge, credits: None, reason: "It failed".into() });
    assert_eq!(till.balance(), "available 50 held 0 owed 0");
}

#[test]
fn a_part_was_paid_back_and_the_rest_is_disputed() {
    let shop = program("pictofit");
    let mut till = bought(&shop);
    till.tells(0, refunded(1_450));
    assert_eq!(till.balance(), "available 20 held 0 owed 0");
    till.tells(0, disputed(1_450));
    assert_eq!(till.balance(), "available -30 held 0 owed 30");
    till.tells(0, dispute_closed(true, 1_450));
    assert_eq!(till.balance(), "available 20 held 0 owed 0");
    assert_eq!(till.order_text(0), "credited, receipt 1, refunded 1450, clawed 50");
}

#[test]
fn closed_before_it_was_opened() {
    let shop = program("pictofit");
    for (won, balance, order) in [
        (true, "available 70 held 0 owed 0", "credited, receipt 1"),
        (false, "available -30 held 0 owed 30", "disputed, receipt 1, clawed 100"),
    ] {
        let mut till = bought(&shop);
        till.tells(0, dispute_closed(won, 2_900));
        till.tells(0, disputed(2_900));
        assert_eq!((&*till.balance(), &*till.order_text(0)), (balance, order));
    }
}

#[test]
fn disputed_before_it_was_paid() {
    let shop = program("pictofit");
    for (facts, balance, text) in [
        (vec![disputed(2_900)], "available 50 held 0 owed 0", "disputed, receipt 1, clawed 100"),
        (vec![disputed(1_450)], "available 100 held 0 owed 0", "disputed, receipt 1, clawed 50"),
        (
            vec![disputed(2_900), dispute_closed(true, 2_900)],
            "available 150 held 0 owed 0",
            "credited, receipt 1",
        ),
        (vec![dispute_closed(false, 2_900)], "available 50 held 0 owed 0", "disputed, receipt 1, clawed 100"),
        (
            vec![refunded(2_900)],
            "available 50 held 0 owed 0",
            "credited, receipt 1, refunded 2900, clawed 100",
        ),
    ] {
        let mut till = Till::open(&shop, "2026-01-01");
        let order = till.buys(package("credits_100"));
        for fact in facts {
            till.tells(order, fact);
            assert_eq!(till.balance(), "available 50 held 0 owed 0");
        }
        till.pays(order);
        assert_eq!((&*till.balance(), &*till.order_text(order)), (balance, text));
    }
}

#[test]
fn two_disputes_of_one_order_are_told_apart() {
    let shop = program("pictofit");
    let other = || PaymentFact::Disputed { dispute: "dp2".into(), amount: usd(1_450) };
    let mut till = bought(&shop);
    till.tells(0, disputed(1_450));
    till.tells(0, other());
    assert_eq!(till.balance(), "available -30 held 0 owed 30");
    till.tells(0, disputed(1_450));
    till.tells(0, dispute_closed(true, 1_450));
    assert_eq!(till.order_text(0), "disputed, receipt 1, clawed 50", "the other one goes on");
    till.tells(0, PaymentFact::DisputeClosed { dispute: "dp2".into(), won: true, amount: usd(1_450) });
    assert_eq!(
        (&*till.order_text(0), &*till.balance()),
        ("credited, receipt 1", "available 70 held 0 owed 0")
    );
}

#[test]
fn what_had_ended_unspent_is_not_given_again() {
    let shop = shop("[packages.lasting]\ncredits = 100\nprice = \"20 USD\"\nlife = \"30 days\"\n");
    let mut till = Till::open(&shop, "2026-01-01");
    let order = till.buys(package("lasting"));
    till.pays(order);
    till.spends(40);
    till.to("2026-02-10");
    till.tells(order, disputed(2_000));
    assert_eq!(till.balance(), "available -40 held 0 owed 40");
    till.tells(order, dispute_closed(true, 2_000));
    assert_eq!(till.balance(), "available 0 held 0 owed 0");
}

#[test]
fn what_is_given_again_ends_when_it_would_have_or_a_week_later() {
    let shop =
        shop("[packages.lasting]\ncredits = 100\nbonus = 20\nprice = \"20 USD\"\nlife = \"30 days\"\n");
    for (closed, wanted) in [
        ("2026-01-20", ["purchase 60 2026-01-31", "bonus 20 never"]),
        ("2026-02-20", ["purchase 60 2026-02-27", "bonus 20 never"]),
    ] {
        let mut till = Till::open(&shop, "2026-01-01");
        let order = till.buys(package("lasting"));
        till.pays(order);
        till.spends(40);
        till.tells(order, disputed(2_000));
        till.to(closed);
        till.tells(order, dispute_closed(true, 2_000));
        assert_eq!(till.grants(), wanted);
    }
}

#[test]
fn an_open_hold_goes_through_a_dispute() {
    let shop = program("pictofit");
    for (won, capture) in [(true, true), (true, false), (false, true), (false, false)] {
        let mut till = bought(&shop);
        let hold = till.holds(20);
        till.tells(0, disputed(2_900));
        assert_eq!(till.balance(), "available -50 held 20 owed 50");
        till.tells(0, dispute_closed(won, 2_900));
        till.does(if capture {
            Command::Capture { hold, how_much: account::HowMuch::All }
        } else {
            Command::Release { hold, reason: None }
        });
        let wanted = if won { 70 } else { -30 } - if capture { 20 } else { 0 };
        assert_eq!(till.desk.balance(0).available().0, wanted, "won {won}, captured {capture}");
    }
}

#[test]
fn a_plans_month_that_is_disputed() {
    let shop = program("picsart");
    let mut till = Till::open(&shop, "2026-01-31");
    till.buys_at_checkout(plan("plus"));
    till.spends(50);
    till.tells(0, disputed(700));
    assert_eq!(till.balance(), "available -50 held 0 owed 50");
    till.to("2026-02-28");
    assert_eq!(till.grants(), ["plan 150 2026-03-31"], "the next month settles it");
}

#[test]
fn a_year_that_is_disputed_waits_for_the_end_of_it() {
    let shop =
        shop("[plans.year]\ncredits = 10\nprice = \"120 USD\"\nperiod = \"1 month\"\nbilled = \"1 year\"\n");
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys_at_checkout(plan("year"));
    till.to("2026-03-05");
    till.tells(0, disputed(12_000));
    till.to("2026-03-20");
    till.tells(0, dispute_closed(true, 12_000));
    assert_eq!(till.when("subscription payment_restored"), ["2026-03-20"]);
    till.to("2026-06-01");
    assert_eq!(till.subscription(), "year active 2026-06-01..2026-07-01");
}
