//! Plans: what a period brings, and what of it stays. PS-2 to PS-5, roll-over, years, seats, trials.

use account::{Buy, Command};
use catalog::Ask;

use super::till::*;

#[test]
fn ps_2_ps_3_the_allotment_of_each_cycle_ends_with_it() {
    let shop = program("picsart");
    let mut till = Till::open(&shop, "2026-01-31T09:00:00Z");
    till.buys_at_checkout(plan("plus"));
    let mut ends = Vec::new();
    for _ in 0..13 {
        till.spends(30);
        let read = till.desk.read();
        let one = read.subscription().unwrap();
        ends.push(super::words::day(one.end).trim_end_matches("T09:00:00Z").to_owned());
        assert_eq!(till.grants(), [format!("plan 170 {}", one.end)]);
        till.wait_until(one.end);
    }
    let wanted = [
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
        "2026-05-31",
        "2026-06-30",
        "2026-07-31",
        "2026-08-31",
        "2026-09-30",
        "2026-10-31",
        "2026-11-30",
        "2026-12-31",
        "2027-01-31",
        "2027-02-28",
    ];
    assert_eq!(ends, wanted, "back on the 31st");
    assert_eq!(till.balance(), "available 200 held 0 owed 0", "they do not add up");
}

#[test]
fn ps_3_a_cycle_follows_the_accounts_time_zone() {
    let shop = program("picsart");
    // 31 January, 00:30 in Vienna; summer time begins on 29 March.
    let mut till = Till::open_in(&shop, "2026-01-30T23:30:00Z", "Europe/Vienna");
    till.buys_at_checkout(plan("plus"));
    till.to("2026-07-01");
    let wanted = [
        "2026-02-27T23:30:00Z",
        "2026-03-30T22:30:00Z",
        "2026-04-29T22:30:00Z",
        "2026-05-30T22:30:00Z",
        "2026-06-29T22:30:00Z",
    ];
    assert_eq!(till.when("subscription renewed"), wanted);
}

#[test]
fn a_boundary_in_the_hour_that_summer_time_skips() {
    let shop = program("picsart");
    // 28 February, 02:30 in New York: there is no 02:30 on 8 March, but nothing is due then; on 8 February it is.
    let mut till = Till::open_in(&shop, "2026-02-08T07:30:00Z", "America/New_York");
    till.buys_at_checkout(plan("plus"));
    till.to("2026-05-01");
    let wanted = ["2026-03-08T07:30:00Z", "2026-04-08T06:30:00Z"];
    assert_eq!(till.when("subscription renewed"), wanted, "and back to half past two");
}

#[test]
fn ps_4_add_ons_never_end() {
    let shop = program("picsart");
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys_at_checkout(plan("plus"));
    let order = till.buys(package("addon_100"));
    till.pays(order);
    till.spends(150);
    assert_eq!(till.grants(), ["plan 50 2026-02-01", "purchase 100 never"], "PS-5: the plan pays first");
    till.spends(70);
    assert_eq!(till.grants(), ["purchase 80 never"]);
    till.to("2026-12-31");
    assert_eq!(till.grants(), ["plan 200 2027-01-01", "purchase 80 never"]);
}

#[test]
fn a_free_plan_asks_for_nothing() {
    let shop = program("picsart");
    let mut till = Till::open(&shop, "2026-01-31");
    till.buys(plan("free"));
    assert_eq!(till.grants(), ["plan 5 2026-02-28"]);
    assert_eq!(till.last_order(), "credited", "there is no receipt");
    till.to("2026-06-15");
    assert_eq!(till.grants(), ["plan 5 2026-06-30"]);
    assert_eq!(till.orders().len(), 1);
    till.does(Command::CancelSubscription);
    till.to("2026-07-01");
    assert_eq!((till.grants().len(), &*till.subscription()), (0, "none"));
}

/// Plans with all that a plan can have.
const OFFERS: &str = r#"
[packages.more]
credits = 40
price = "9 USD"
life = "30 days"
[plans.month]
credits = 100
price = "15 USD"
period = "1 month"
[plans.year]
credits = 100
price = "120 USD"
period = "1 month"
billed = "1 year"
[plans.larger]
credits = 300
price = "360 USD"
period = "1 month"
billed = "1 year"
[plans.team]
credits = 50
price = "10 USD"
period = "1 month"
seats = { min = 2, max = 10 }
trial = { for = "14 days", credits = 30 }
[plans.all]
credits = 100
price = "10 USD"
period = "30 days"
rollover = { cap = "all", times = 2 }
[plans.some]
credits = 100
price = "10 USD"
period = "30 days"
rollover = { cap = 40, life = "10 days" }
[plans.half]
credits = 100
free = true
period = "30 days"
rollover = { share = "50%", times = 9 }
"#;

#[test]
fn a_year_is_paid_at_once_and_allotted_by_the_month() {
    let shop = shop(OFFERS);
    let mut till = Till::open(&shop, "2026-01-31");
    till.buys_at_checkout(plan("year"));
    assert_eq!(till.order(0).ordered.price, usd(12_000));
    till.to("2026-02-28");
    assert_eq!(till.grants(), ["plan 100 2026-03-31"]);
    till.to("2027-01-30");
    assert_eq!(till.orders().len(), 1);
    assert_eq!(till.when("subscription renewal_near"), ["2027-01-28"]);
    till.to("2027-01-31");
    assert_eq!((till.orders().len(), &*till.last_order()), (2, "credited, receipt 2"));
    till.to("2028-01-30");
    assert_eq!((till.orders().len(), till.when("subscription renewed").len()), (2, 23));
    assert_eq!(till.grants(), ["plan 100 2028-01-31"]);
}

#[test]
fn what_a_year_was_paid_for_is_given_though_it_is_cancelled() {
    let shop = shop(OFFERS);
    let mut till = Till::open(&shop, "2026-01-31");
    till.buys_at_checkout(plan("year"));
    till.to("2026-03-05");
    till.does(Command::CancelSubscription);
    till.to("2027-01-30");
    assert_eq!(till.grants(), ["plan 100 2027-01-31"]);
    assert_eq!(till.subscription(), "year active 2026-12-31..2027-01-31, ends");
    till.to("2027-01-31");
    assert_eq!((till.grants().len(), &*till.subscription()), (0, "none"));
    assert_eq!(till.orders().len(), 1);
}

#[test]
fn a_year_that_was_paid_for_comes_before_what_it_is_to_become() {
    let shop = shop(OFFERS);
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys_at_checkout(plan("larger"));
    till.changes_to(plan("year"));
    till.to("2026-12-31");
    assert_eq!(till.subscription(), "larger active 2026-12-01..2027-01-01, then year");
    till.to("2027-01-01");
    assert_eq!(till.subscription(), "year active 2027-01-01..2027-02-01");
    assert_eq!(till.order(1).ordered.price, usd(12_000));
    till.to("2027-12-31");
    assert_eq!(till.orders().len(), 2, "a year again");
}

#[test]
fn from_months_to_a_year_without_a_drift() {
    let shop = shop(OFFERS);
    let mut till = Till::open(&shop, "2026-01-31");
    till.buys_at_checkout(plan("month"));
    till.to("2026-03-10");
    till.changes_to(plan("year"));
    assert_eq!(till.subscription(), "month active 2026-02-28..2026-03-31, then year", "it costs less");
    till.to("2027-03-30");
    assert_eq!(till.subscription(), "year active 2027-02-28..2027-03-31");
    assert_eq!(till.orders().len(), 3, "two months and a year");
    till.to("2027-03-31");
    assert_eq!((till.orders().len(), &*till.last_order()), (4, "credited, receipt 4"));
}

#[test]
fn seats_multiply_and_a_trial_is_given_once() {
    let shop = shop(OFFERS);
    let mut till = Till::open(&shop, "2026-01-01");
    let seats = |count| Buy { how_many: Some(Ask::Packages(count)), ..plan("team") };
    assert!(till.refused(Command::Buy(Box::new(plan("team")))).starts_with("no sale"));
    assert!(till.refused(Command::Buy(Box::new(seats(11)))).starts_with("no sale"));
    till.buys(seats(3));
    assert_eq!(till.subscription(), "team x3 trialing 2026-01-01..2026-01-15");
    assert_eq!(till.grants(), ["plan 30 2026-01-15"], "in all, whatever the seats");
    till.does(Command::CancelSubscription);
    till.to("2026-01-20");
    assert_eq!((till.grants().len(), &*till.subscription()), (0, "none"));
    till.buys_at_checkout(seats(3));
    assert_eq!(till.grants(), ["plan 150 2026-02-20"]);
    assert_eq!(till.order(1).ordered.price, usd(3_000));
}

#[test]
fn a_trial_becomes_a_plan_that_is_paid() {
    let shop = shop(OFFERS);
    let mut till = Till::open(&shop, "2026-01-17");
    till.buys_at_checkout(package("more"));
    till.buys(by_card(Buy { how_many: Some(Ask::Packages(2)), ..plan("team") }));
    till.to("2026-01-31");
    assert_eq!(till.when("subscription renewal_near"), ["2026-01-28"]);
    assert_eq!(till.subscription(), "team x2 active 2026-01-31..2026-02-28", "counted from the trial's end");
    assert_eq!(till.order(2).ordered.price, usd(2_000));
    till.to("2026-03-01");
    assert_eq!(till.subscription(), "team x2 active 2026-02-28..2026-03-31");
}

#[test]
fn what_is_left_rolls_over_as_often_as_the_program_says() {
    let shop = shop(OFFERS);
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys_at_checkout(plan("all"));
    till.spends(30);
    till.to("2026-01-31");
    assert_eq!(till.grants(), ["rollover 70 2026-03-02", "plan 100 2026-03-02"], "free before paid");
    till.spends(20);
    till.to("2026-03-02");
    assert_eq!(till.grants(), ["rollover 50 2026-04-01", "rollover 100 2026-04-01", "plan 100 2026-04-01"]);
    till.to("2026-04-01");
    let wanted = ["rollover 100 2026-05-01", "rollover 100 2026-05-01", "plan 100 2026-05-01"];
    assert_eq!(till.grants(), wanted, "the first have rolled over twice");
}

#[test]
fn what_rolls_over_has_a_cap_and_a_life() {
    let shop = shop(OFFERS);
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys_at_checkout(plan("some"));
    till.to("2026-01-31");
    assert_eq!(till.grants(), ["rollover 40 2026-02-10", "plan 100 2026-03-02"]);
    till.to("2026-02-10");
    assert_eq!(till.grants(), ["plan 100 2026-03-02"]);
    till.to("2026-03-02");
    assert_eq!(till.grants(), ["rollover 40 2026-03-12", "plan 100 2026-04-01"]);
}

#[test]
fn a_share_rolls_over() {
    let shop = shop(OFFERS);
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys(plan("half"));
    till.spends(29);
    till.to("2026-01-31");
    assert_eq!(till.grants(), ["plan 100 2026-03-02", "rollover 35 2026-03-02"]);
    till.to("2026-03-02");
    assert_eq!(till.balance(), "available 167 held 0 owed 0", "half of 135, rounded down");
}

#[test]
fn purchased_credits_do_not_roll_over_nor_end() {
    let shop = shop(OFFERS);
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys_at_checkout(plan("all"));
    let order = till.buys(package("more"));
    till.pays(order);
    till.spends(100);
    till.to("2026-01-31");
    assert_eq!(till.grants(), ["plan 100 2026-03-02"], "the package had its own end, and nothing rolls over");
}
