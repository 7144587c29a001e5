//! Packages, bought once: PF-3, PT-2, PT-7. Quotes are in `quotes`.

use account::{Command, PaymentFact};
use catalog::Ask;
use money::Amount;
use testkit::Answer;

use super::till::*;

const OFFERS: &str = r#"
[packages.small]
credits = 100
price = "20 USD"
bonus = 10
bonus_life = "60 days"
life = "90 days"
[packages.any]
minimum = 100
maximum = 10_000
step = 50
tiers = [{ from = 100, price = "0.20 USD" }, { from = 1_000, price = "0.15 USD" }]
[packages.extra]
credits = 50
price = "8 USD"
requires_plan = ["pro"]
balance_ceiling = 120
[packages.enterprise]
minimum = 1_000
price = "by quote"
[plans.pro]
credits = 40
free = true
period = "1 month"
"#;

#[test]
fn pf_3_a_package_is_usable_the_instant_it_is_paid() {
    let shop = program("pictofit");
    let mut till = Till::open(&shop, "2026-01-01");
    let order = till.buys(package("credits_100"));
    assert_eq!(till.order_text(order), "awaiting_payment");
    assert_eq!(till.balance(), "available 50 held 0 owed 0", "no credit before the money");
    till.pays(order);
    assert_eq!(till.order_text(order), "credited, receipt 1");
    assert_eq!(till.grants(), ["starter 50 never", "purchase 100 never"]);
    assert_eq!(till.history(2), ["order_placed", "order_paid", "issued", "order_credited"]);
}

#[test]
fn packages_are_bought_one_at_a_time_at_any_time() {
    let shop = program("pictofit");
    let mut till = Till::open(&shop, "2026-01-01");
    let first = till.buys(package("credits_100"));
    let second = till.buys(package("credits_500"));
    till.pays(second);
    till.pays(first);
    assert_eq!(till.order_text(second), "credited, receipt 1");
    assert_eq!(till.order_text(first), "credited, receipt 2");
    assert_eq!(till.balance(), "available 650 held 0 owed 0");
}

#[test]
fn as_many_packages_with_their_bonus() {
    let shop = shop(OFFERS);
    for (ask, credits, bonus, price) in [
        (None, 100, 10, 2_000),
        (Some(Ask::Packages(3)), 300, 30, 6_000),
        (Some(Ask::Packages(10)), 1_000, 100, 20_000),
    ] {
        let mut till = Till::open(&shop, "2026-01-01");
        let order = till.buys(account::Buy { how_many: ask, ..package("small") });
        till.pays(order);
        assert_eq!(till.order(order).ordered.price, usd(price));
        let wanted = [format!("bonus {bonus} 2026-03-02"), format!("purchase {credits} 2026-04-01")];
        assert_eq!(till.grants(), wanted);
        let paid = till.desk.account.books[0].grants.iter().map(ledger::Grant::paid);
        assert!(paid.eq([None, Some(usd(price))]), "the bonus is free");
    }
}

#[test]
fn pt_7_in_bulk_a_credit_costs_less() {
    let shop = shop(OFFERS);
    for (credits, price) in [(100, 2_000), (950, 19_000), (1_000, 15_000), (10_000, 150_000)] {
        let mut till = Till::open(&shop, "2026-01-01");
        let order =
            till.buys(account::Buy { how_many: Some(Ask::Credits(Amount(credits))), ..package("any") });
        assert_eq!(till.order(order).ordered.price, usd(price), "{credits}");
        till.pays(order);
        assert_eq!(till.balance(), format!("available {credits} held 0 owed 0"));
    }
}

#[test]
fn what_is_not_sold() {
    let shop = shop(OFFERS);
    let many = |ask, buy| account::Buy { how_many: Some(ask), ..buy };
    for (buy, why) in [
        (package("nothing"), "unknown offer"),
        (plan("small"), "unknown offer"),
        (many(Ask::Packages(0), package("small")), "no sale: an order has 1 to 100 of it"),
        (
            many(Ask::Credits(Amount(100)), package("small")),
            "no sale: it is sold by the package, not by the number of credits",
        ),
        (many(Ask::Credits(Amount(101)), package("any")), "no sale: it is sold in steps of 50"),
        (package("enterprise"), "no sale: its price is by quote"),
        (package("extra"), "needs plan pro"),
        (renewing("small"), "not renewable"),
    ] {
        let mut till = Till::open(&shop, "2026-01-01");
        let refused = till.refused(Command::Buy(Box::new(buy.clone())));
        assert!(refused.starts_with(why.split(':').next().unwrap()), "{buy:?}: {refused}, not {why}");
    }
}

#[test]
fn a_gate_opens_with_the_plan_and_closes_at_the_ceiling() {
    let shop = shop(OFFERS);
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys(plan("pro"));
    let order = till.buys(package("extra"));
    till.pays(order);
    assert_eq!(till.balance(), "available 90 held 0 owed 0");
    let refused = till.refused(Command::Buy(Box::new(package("extra"))));
    assert_eq!(refused, "ceiling 120 available 90");
    till.spends(20);
    till.buys(package("extra"));
}

#[test]
fn pt_2_however_often_the_provider_repeats_itself() {
    let shop = program("pictastic");
    let mut till = Till::open(&shop, "2026-01-01");
    let order = till.buys(package("starter"));
    let checkout = Command::CheckoutOpened {
        order: till.orders()[order],
        reference: "cs1".into(),
        url: Some("https://pay.example/cs1".into()),
    };
    till.does(checkout.clone());
    let entries = till.entries();
    till.does(checkout);
    assert_eq!(till.entries(), entries, "the same checkout again");
    assert_eq!(till.order(order).checkout_url.as_deref(), Some("https://pay.example/cs1"));
    let pending = PaymentFact::Pending { reference: "pi1".into(), url: None };
    till.tells(order, pending.clone());
    for _ in 0..3 {
        till.pays(order);
        till.tells(order, pending.clone());
    }
    assert_eq!(till.balance(), "available 100 held 0 owed 0");
    assert_eq!(till.order_text(order), "credited, receipt 1");
}

#[test]
fn another_amount_is_not_taken() {
    let shop = program("pictastic");
    let mut till = Till::open(&shop, "2026-01-01");
    let order = till.buys(package("starter"));
    let paid = PaymentFact::Paid { reference: "pay".into(), amount: usd(100), method: None };
    let Answer::Refused(_, refusal) = till.told(order, paid) else { panic!("it was taken") };
    assert_eq!(testkit::refusal_text(&refusal), "wrong amount 100 of 19900");
    let euros = money::Money { amount: 100, currency: "EUR".parse().unwrap() };
    till.pays(order);
    let refund = till.told(order, PaymentFact::Refunded { total: euros });
    assert!(matches!(refund, Answer::Refused(..)), "nor in another currency");
}

#[test]
fn an_order_that_is_not_paid_fails_after_a_day_and_money_is_credited_all_the_same() {
    let shop = program("pictastic");
    let mut till = Till::open(&shop, "2026-01-01");
    let order = till.buys(package("starter"));
    till.tells(order, declined(0));
    assert_eq!(till.order_text(order), "awaiting_payment", "the customer may try another card");
    till.to("2026-01-01T23:59:59.999Z");
    assert_eq!(till.order_text(order), "awaiting_payment");
    till.to("2026-01-02");
    assert_eq!(till.order_text(order), "failed");
    till.to("2026-01-05");
    till.pays(order);
    assert_eq!(till.order_text(order), "credited, receipt 1");
    assert_eq!(till.balance(), "available 100 held 0 owed 0");
}

#[test]
fn an_order_is_given_up() {
    let shop = program("pictastic");
    let mut till = Till::open(&shop, "2026-01-01");
    let order = till.buys(package("starter"));
    let cancel = Command::CancelOrder { order: till.orders()[order], reason: "Too much".into() };
    till.does(cancel.clone());
    assert_eq!(till.order_text(order), "canceled");
    till.does(cancel);
    till.pays(order);
    assert_eq!(till.order_text(order), "credited, receipt 1", "credits follow money");
    let cancel = Command::CancelOrder { order: till.orders()[order], reason: "Too much".into() };
    assert_eq!(till.refused(cancel), "order credited");
}

#[test]
fn a_stored_card_is_charged_at_once() {
    let shop = program("pictastic");
    let mut till = Till::open(&shop, "2026-01-01");
    till.buys_at_checkout(package("starter"));
    let order = till.buys(by_card(package("professional")));
    assert_eq!(till.order_text(order), "credited, receipt 2");
    till.card = Card::Silent;
    let order = till.buys(by_card(package("starter")));
    till.days(3);
    assert_eq!(till.order_text(order), "awaiting_payment", "an unknown outcome is no decline");
    let cancel = Command::CancelOrder { order: till.orders()[order], reason: "Too slow".into() };
    assert_eq!(till.refused(cancel), "order awaiting_payment, being paid");
    till.card = Card::Declines;
    till.answer();
    till.does(Command::Roll);
    assert_eq!(till.order_text(order), "failed", "its day is over");
    let order = till.buys(by_card(package("starter")));
    assert_eq!(till.order_text(order), "awaiting_payment", "it can still be paid at a checkout");
    till.pays(order);
    assert_eq!(till.order_text(order), "credited, receipt 3");
}

#[test]
fn what_is_remembered_of_orders_is_enough() {
    let shop = program("pictastic");
    let mut till = Till::open(&shop, "2026-01-01");
    for _ in 0..12 {
        let order = till.buys(package("starter"));
        till.pays(order);
    }
    assert!(till.desk.account.sales.as_deref().is_some_and(|sales| sales.orders.len() < 12));
    // The first is only in the journal by now.
    till.pays(0);
    till.tells(0, refunded(19_900));
    assert_eq!(till.order_text(0), "credited, receipt 1, refunded 19900, clawed 100");
    assert_eq!(till.balance(), "available 1100 held 0 owed 0");
}

#[test]
fn a_debt_is_settled_first_out_of_what_is_bought() {
    let shop = program("pictofit");
    let mut till = Till::open(&shop, "2026-01-01");
    till.spends(50);
    for key in 0..3 {
        let work = testkit::Step::Visit { action: 1, key: key.to_string() };
        till.desk.ask(&[work]);
    }
    assert_eq!(till.balance(), "available -3 held 0 owed 3");
    let order = till.buys(package("credits_100"));
    till.pays(order);
    assert_eq!(till.balance(), "available 97 held 0 owed 0");
}
