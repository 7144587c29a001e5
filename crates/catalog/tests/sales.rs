//! What packages and plans bring and cost: a row a case.

mod common;

use catalog::NoSale::*;
use catalog::{Ask, Package, Program, load};
use common::program;
use money::{Amount, Money, Scale, Unit};
use proptest::prelude::*;

/// The first package of a program with those lines of `[packages.a]`.
fn package(lines: &str) -> Package {
    program(&format!("[packages.a]\n{lines}")).packages[0].clone()
}

fn dollars(cents: i64) -> Money {
    Money { amount: cents, currency: "USD".parse().unwrap() }
}

#[test]
fn packages_are_counted() {
    let small = package("credits = 100\nprice = \"29.90 USD\"\nbonus = 5\nquantity = { min = 2, max = 10 }");
    let out_of = Err(Quantity { min: 2, max: 10 });
    for (count, expected) in [
        (2, Ok((200, 10, 5_980))),
        (10, Ok((1_000, 50, 29_900))),
        (1, out_of),
        (11, out_of),
        (0, out_of),
        (i64::MIN, out_of),
        (i64::MAX, out_of),
    ] {
        let sale = small.sale(Ask::Packages(count));
        assert_eq!(sale.map(|sale| (sale.credits.0, sale.bonus.0, sale.price.amount)), expected, "{count}");
    }
    assert_eq!(small.sale(Ask::Credits(Amount(200))), Err(InPackages));
    let large = package("credits = 900_000_000_000_000\nprice = \"1 USD\"");
    assert_eq!(large.sale(Ask::Packages(1)).map(|sale| sale.credits), Ok(Amount(900_000_000_000_000)));
    assert_eq!(large.sale(Ask::Packages(2)), Err(OutOfRange));
}

#[test]
fn credits_are_priced_by_tiers() {
    let head = "minimum = 100\nmaximum = 100_000\nstep = 50\nper = 100";
    let tiers = "tiers = [{ from = 100, price = \"20 USD\" }, { from = 1_000, price = \"18 USD\" }, { from = 5_000, price = \"15 USD\" }]";
    let volume = package(&format!("{head}\n{tiers}"));
    let graduated = package(&format!("{head}\n{tiers}\ngraduated = true"));
    let one = package(&format!("{head}\nprice = \"20 USD\""));
    let (below, above) =
        (Err(BelowMinimum { minimum: Amount(100) }), Err(AboveMaximum { maximum: Amount(100_000) }));
    let step = Err(Step { step: Amount(50) });
    //                 all at the last tier, each its share, one price
    for (credits, expected) in [
        (100, [Ok(2_000), Ok(2_000), Ok(2_000)]),
        (150, [Ok(3_000), Ok(3_000), Ok(3_000)]),
        (950, [Ok(19_000), Ok(19_000), Ok(19_000)]),
        (1_000, [Ok(18_000), Ok(20_000), Ok(20_000)]),
        (1_050, [Ok(18_900), Ok(20_900), Ok(21_000)]),
        (5_000, [Ok(75_000), Ok(92_000), Ok(100_000)]),
        (100_000, [Ok(1_500_000), Ok(1_517_000), Ok(2_000_000)]),
        (50, [below; 3]),
        (0, [below; 3]),
        (-100, [below; 3]),
        (i64::MIN, [below; 3]),
        (125, [step; 3]),
        (100_001, [above; 3]),
        (i64::MAX, [above; 3]),
    ] {
        for (package, expected) in [&volume, &graduated, &one].into_iter().zip(expected) {
            let sale = package.sale(Ask::Credits(Amount(credits)));
            assert_eq!(sale.map(|sale| sale.price), expected.map(dollars), "{credits}");
            assert!(
                sale.is_err() || sale.is_ok_and(|sale| sale.credits.0 == credits && sale.bonus.is_zero())
            );
        }
    }
    assert_eq!(one.sale(Ask::Packages(1)), Err(InCredits));
    let quote = package("minimum = 100\nprice = \"by quote\"");
    assert_eq!(quote.sale(Ask::Packages(1)), Err(ByQuote));
    assert_eq!(quote.sale(Ask::Credits(Amount(100))), Err(ByQuote));
}

#[test]
fn money_is_rounded_once_half_up() {
    for (price, credits, expected) in [
        ("per = 3\nprice = \"1 USD\"", 1, 33),
        ("per = 3\nprice = \"1 USD\"", 2, 67),
        ("per = 3\nprice = \"1 USD\"", 3, 100),
        ("per = 8\nprice = \"1 USD\"", 1, 13),    // 12.5
        ("per = 8\nprice = \"0.99 USD\"", 1, 12), // 12.375
        ("per = 2\nprice = \"3 JPY\"", 1, 2),
        ("per = 2\nprice = \"0.001 KWD\"", 3, 2),
        // 2 × 0.75 + 1 × 0.5 is 2 cents; with each share rounded, it would be 3.
        (
            "per = 20\ntiers = [{ from = 1, price = \"0.15 USD\" }, { from = 2, price = \"0.10 USD\" }]\ngraduated = true",
            3,
            2,
        ),
    ] {
        let package = package(&format!("minimum = 1\nmaximum = 9\n{price}"));
        assert_eq!(package.sale(Ask::Credits(Amount(credits))).unwrap().price.amount, expected, "{price}");
    }
}

#[test]
fn refusals_are_sentences() {
    let unit = Unit { code: "credit".to_owned(), name: "credits".to_owned(), scale: Scale::new(2).unwrap() };
    for (no_sale, plain, in_unit) in [
        (Quantity { min: 1, max: 10 }, "an order has 1 to 10 of this package", None),
        (Quantity { min: 1, max: 1 }, "an order has 1 of this package", None),
        (
            Step { step: Amount(5_000) },
            "the credits must be a multiple of 5000",
            Some("the credits must be a multiple of 50.00 credits"),
        ),
        (
            BelowMinimum { minimum: Amount(10_000) },
            "the least that can be ordered is 10000",
            Some("the least that can be ordered is 100.00 credits"),
        ),
        (
            AboveMaximum { maximum: Amount(100_000) },
            "the most that can be ordered is 100000",
            Some("the most that can be ordered is 1,000.00 credits"),
        ),
        (ByQuote, "this package is sold by quote: ask for one", None),
        (InPackages, "this package has a fixed number of credits: say how many packages", None),
        (InCredits, "this package is sold by the number of credits: say how many credits", None),
        (OutOfRange, "the order is larger than an order can be", None),
    ] {
        assert_eq!(no_sale.to_string(), plain);
        assert_eq!(no_sale.sentence(&unit), in_unit.unwrap_or(plain));
    }
}

/// Each package's price per credit, and what it saves.
fn compared(program: &Program) -> Vec<(Option<String>, Option<u8>)> {
    program.packages.iter().map(|one| (program.price_per_credit(one), program.saving(one))).collect()
}

#[test]
fn packages_are_compared_by_what_a_credit_costs() {
    let each = |price: &str, saving| (Some(price.to_owned()), saving);
    let file = |text| load("p.toml", text).unwrap();
    assert_eq!(
        compared(&file(include_str!("../../../programs/pictofit.toml"))),
        [each("0.29", None), each("0.238", Some(17)), each("0.1995", Some(31)), each("0.1599", Some(44))]
    );
    assert_eq!(
        compared(&file(include_str!("../../../programs/pictastic.toml"))),
        [each("1.99", None), each("1.798", Some(9)), (None, None)]
    );
    let lines = "scale = 2\n[units.minute]\n\
        [packages.dear]\ncredits = 10\nprice = \"20 USD\"\n\
        [packages.third]\ncredits = 3\nprice = \"4 USD\"\nbonus = 100\n\
        [packages.near]\ncredits = 1_000\nprice = \"1990.01 USD\"\n\
        [packages.half]\ncredits = 100\nprice = \"0.01 USD\"\n\
        [packages.yen]\ncredits = 100\nprice = \"200 JPY\"\n\
        [packages.dinar]\ncredits = 10\nprice = \"3 KWD\"\n\
        [packages.talk]\nunit = \"minute\"\ncredits = 1\nprice = \"5 USD\"\n\
        [packages.any]\nminimum = 100\nmaximum = 9_000\nper = 10\ntiers = [{ from = 100, price = \"18 USD\" }, { from = 200, price = \"15 USD\" }]\n\
        [packages.quote]\nminimum = 1\nprice = \"by quote\"";
    assert_eq!(
        compared(&program(lines)),
        [
            each("2.00", None),
            each("1.3333", Some(33)),
            each("1.99", None), // 1.99001: less than a percent
            each("0.0001", Some(99)),
            each("2", None),
            each("0.300", None),
            each("5.00", None),
            each("1.50", Some(25)),
            (None, None),
        ]
    );
}

#[test]
fn plans_bring_and_cost_by_the_seat() {
    let plans = "[plans.team]\ncredits = 200\nprice = \"70 USD\"\nperiod = \"1 month\"\nbilled = \"1 year\"\nseats = { max = 500 }\n\
        [plans.free]\ncredits = 5\nfree = true\nperiod = \"1 week\"";
    let program = program(plans);
    let [team, free] = program.plans.as_slice() else { panic!() };
    assert_eq!((team.periods_billed, team.billing_period().to_string()), (12, "1 year".to_owned()));
    assert_eq!((free.periods_billed, free.billing_period().to_string()), (1, "7 days".to_owned()));
    for (seats, credits, charge) in [
        (1, Some(200), Some(7_000)),
        (500, Some(100_000), Some(3_500_000)),
        (0, None, None),
        (-1, None, None),
        (i64::MAX, None, None),
        (1_000_000_000_000, Some(200_000_000_000_000), None),
    ] {
        assert_eq!(team.allotment(seats), credits.map(Amount), "{seats}");
        assert_eq!(team.charge(seats), charge.map(dollars), "{seats}");
    }
    assert_eq!((free.allotment(1), free.charge(1)), (Some(Amount(5)), None));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is asked for is sold or refused; by shares, more never costs less, and never more than at the dearest tier.
    #[test]
    fn more_credits_never_cost_less_by_shares(
        prices in prop::collection::vec(1..10_000_i64, 3), per in 1..1_000_i64, credits in 20..2_000_i64, more in 0..500_i64,
    ) {
        let tier = |(from, price): (i64, &i64)| format!("{{ from = {from}, price = \"{price} USD\" }}");
        let tiers: Vec<String> = [20, 100, 700].into_iter().zip(&prices).map(tier).collect();
        let package = package(&format!(
            "minimum = 20\nmaximum = 2_500\nper = {per}\ntiers = [{}]\ngraduated = true", tiers.join(", ")
        ));
        let cost = |credits| package.sale(Ask::Credits(Amount(credits))).unwrap().price.amount;
        prop_assert!(cost(credits) <= cost(credits + more));
        let dearest = prices.iter().max().unwrap() * 100;
        prop_assert!(cost(credits) <= (credits * dearest + per - 1) / per);
    }
}
