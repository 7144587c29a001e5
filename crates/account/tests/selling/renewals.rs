//! Auto-renewal of a package: PF-4, PF-5, PF-6.

use account::Command;

use super::till::*;

#[test]
fn pf_4_the_package_is_added_every_thirty_days() {
    let shop = program("pictofit");
    // In Vienna there is a change to summer time in between, which 30 × 24 hours do not know.
    let mut till = Till::open_in(&shop, "2026-03-10T08:00:00Z", "Europe/Vienna");
    till.buys_at_checkout(renewing("credits_100"));
    let text = "credits_100 active 2026-03-10T08:00:00Z..2026-04-09T08:00:00Z";
    assert_eq!(till.subscription(), text);
    till.to("2026-04-09T07:59:59.999Z");
    assert_eq!(till.balance(), "available 150 held 0 owed 0");
    till.to("2026-04-09T08:00:00Z");
    assert_eq!(till.balance(), "available 250 held 0 owed 0");
    till.to("2026-12-31");
    let begun = till.when("subscription renewed");
    assert_eq!(begun.len(), 9);
    assert_eq!((&*begun[0], &*begun[8]), ("2026-04-09T08:00:00Z", "2026-12-05T08:00:00Z"));
    assert_eq!(till.balance(), "available 1050 held 0 owed 0", "what was bought stays");
    assert_eq!(till.last_order(), "credited, receipt 10");
}

#[test]
fn the_customer_is_told_three_days_before() {
    let shop = program("pictofit");
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys_at_checkout(renewing("credits_100"));
    till.to("2026-03-15");
    assert_eq!(till.when("subscription renewal_near"), ["2026-01-28", "2026-02-27"]);
    till.does(Command::CancelSubscription);
    till.to("2026-05-01");
    assert_eq!(till.when("subscription renewal_near").len(), 2, "not of what does not come");
}

#[test]
fn pf_5_a_change_takes_effect_with_the_next_cycle_and_a_package_is_bought_in_between() {
    let shop = program("pictofit");
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys_at_checkout(renewing("credits_100"));
    till.to("2026-01-10");
    till.changes_to(package("credits_500"));
    assert_eq!(till.subscription(), "credits_100 active 2026-01-01..2026-01-31, then credits_500");
    let once = till.buys(package("credits_2000"));
    till.pays(once);
    assert_eq!(till.balance(), "available 2150 held 0 owed 0", "it can be used at once");
    assert_eq!(till.subscription(), "credits_100 active 2026-01-01..2026-01-31, then credits_500");
    till.to("2026-01-31");
    assert_eq!(till.subscription(), "credits_500 active 2026-01-31..2026-03-02");
    assert_eq!(till.balance(), "available 2650 held 0 owed 0");
    assert_eq!(till.order(till.orders().len() - 1).ordered.price, usd(11_900));
    till.to("2026-03-02");
    assert_eq!(till.balance(), "available 3150 held 0 owed 0");
}

#[test]
fn a_planned_change_is_changed_and_withdrawn() {
    let shop = program("pictofit");
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys_at_checkout(renewing("credits_500"));
    till.changes_to(package("credits_100"));
    till.changes_to(package("credits_2000"));
    assert_eq!(till.subscription(), "credits_500 active 2026-01-01..2026-01-31, then credits_2000");
    till.changes_to(package("credits_500"));
    assert_eq!(till.subscription(), "credits_500 active 2026-01-01..2026-01-31");
    let entries = till.entries();
    till.changes_to(package("credits_500"));
    assert_eq!(till.entries(), entries, "it is that already");
}

#[test]
fn pf_6_it_is_cancelled_and_what_was_added_stays() {
    let shop = program("pictofit");
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys_at_checkout(renewing("credits_100"));
    till.changes_to(package("credits_500"));
    till.does(Command::CancelSubscription);
    assert_eq!(till.subscription(), "credits_100 active 2026-01-01..2026-01-31, ends");
    till.does(Command::CancelSubscription);
    till.to("2026-02-15");
    assert_eq!(till.subscription(), "none");
    assert_eq!(till.when("subscription ended"), ["2026-01-31"]);
    assert_eq!(till.balance(), "available 150 held 0 owed 0");
    assert_eq!(till.orders().len(), 1, "nothing more is asked for");
    till.buys_at_checkout(renewing("credits_2000"));
    assert_eq!(till.subscription(), "credits_2000 active 2026-02-15..2026-03-17");
}

#[test]
fn a_cancellation_is_taken_back() {
    let shop = program("pictofit");
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys_at_checkout(renewing("credits_100"));
    till.does(Command::CancelSubscription);
    till.does(Command::ResumeSubscription);
    let entries = till.entries();
    till.does(Command::ResumeSubscription);
    assert_eq!(till.entries(), entries);
    till.to("2026-01-31");
    assert_eq!(till.subscription(), "credits_100 active 2026-01-31..2026-03-02");
    assert_eq!(till.when("subscription renewal_near"), ["2026-01-28"]);
}

#[test]
fn one_at_a_time() {
    let shop = program("pictofit");
    let mut till = Till::open(&shop, "2026-01-01");
    let (one, other) = (till.buys(renewing("credits_100")), till.buys(renewing("credits_500")));
    till.pays(other);
    till.pays(one);
    assert_eq!(till.subscription(), "credits_500 active 2026-01-01..2026-01-31", "what was paid first");
    assert_eq!(till.balance(), "available 650 held 0 owed 0", "credits follow money all the same");
    let more = Command::Buy(Box::new(renewing("credits_100")));
    assert_eq!(till.refused(more), "subscribed to 500 credits");
}

#[test]
fn a_start_that_was_given_up_and_paid_does_not_go_on() {
    let shop = program("pictofit");
    let mut till = Till::open(&shop, "2026-01-01");
    let order = till.buys(renewing("credits_100"));
    till.does(Command::CancelOrder { order: till.orders()[order], reason: "No".into() });
    till.pays_and_stores(order, "card");
    assert_eq!(till.subscription(), "credits_100 active 2026-01-01..2026-01-31, ends");
    till.to("2026-03-01");
    assert_eq!((till.orders().len(), &*till.subscription()), (1, "none"));
}

#[test]
fn two_packages_of_one_renewal() {
    let shop = program("pictofit");
    let mut till = Till::open(&shop, "2026-01-01");
    let two = account::Buy { how_many: Some(catalog::Ask::Packages(2)), ..renewing("credits_100") };
    till.buys_at_checkout(two);
    till.to("2026-01-31");
    assert_eq!(till.subscription(), "credits_100 x2 active 2026-01-31..2026-03-02");
    assert_eq!(till.balance(), "available 450 held 0 owed 0");
    till.changes_to(package("credits_100"));
    assert_eq!(till.subscription(), "credits_100 x2 active 2026-01-31..2026-03-02, then credits_100");
}
