//! What is told about wrong packages: a row a case, with the whole message.

mod common;

use common::{problems, text};

/// Each row: lines of `[packages.a]`, the first of which is line 7, and all that is told.
fn check_package(rows: &[(&str, &[&str])]) {
    for (lines, expected) in rows {
        let lines =
            format!("[packages.a]\n{lines}\n[plans.plus]\ncredits = 1\nfree = true\nperiod = \"1 month\"");
        assert_eq!(problems(&text(&lines)), *expected, "\n{lines}");
    }
}

#[test]
fn packages_of_fixed_credits() {
    check_package(&[
        (
            "credits = 5\nprice = \"1 USD\"\nbonus = 0\nquantity = {}\nrequires_plan = [\"plus\"]\nbalance_ceiling = 5",
            &[],
        ),
        (
            "credits = 5\nprice = \"1 USD\"\nbonuss = 1",
            &["p.toml:9:1: packages.a.bonuss: there is no such key; did you mean \"bonus\"?"],
        ),
        (
            "credits = 5\nprice = \"1 USD\"\nbonus_life = \"1 year\"",
            &[
                "p.toml:9:14: packages.a.bonus_life: there is no bonus; say how much, such as bonus = 50, or remove it",
            ],
        ),
        (
            "credits = 5\nprice = \"1 USD\"\nbonus = -1",
            &["p.toml:9:9: packages.a.bonus: credits can't be negative; it must be 0 or more"],
        ),
        (
            "credits = 5\nminimum = 5\nprice = \"1 USD\"",
            &[
                "p.toml:8:11: packages.a.minimum: this has no meaning here; it is for a package whose number the customer chooses; remove it, or credits",
            ],
        ),
        (
            "credits = 5\nprice = \"1 USD\"\nquantity = { min = 3, max = 2 }",
            &["p.toml:9:12: packages.a.quantity: min is 3 and max is 2; min must not be above max"],
        ),
        (
            "credits = 5\nprice = \"1 USD\"\nquantity = { min = 101 }",
            &["p.toml:9:12: packages.a.quantity: min is 101 and max is 100; min must not be above max"],
        ),
        (
            "credits = 5\nprice = \"1 USD\"\nquantity = { min = 0, most = 7 }",
            &[
                "p.toml:9:20: packages.a.quantity.min: the number is out of range; it must be a whole number from 1 to 1000000",
                "p.toml:9:23: packages.a.quantity.most: there is no such key; known here: min, max",
            ],
        ),
        (
            "credits = 5\nprice = \"1 USD\"\nquantity = 5",
            &[
                "p.toml:9:12: packages.a.quantity: this is a whole number; it must be a table (quantity) with the keys min, max",
            ],
        ),
        (
            "credits = 900_000_000_000_000\nprice = \"1 USD\"\nquantity = { max = 2 }",
            &[
                "p.toml:9:12: packages.a.quantity: 2 of them are more than an order can be; lower max: an order has 1000000000000000 smallest parts of credits or money at most",
            ],
        ),
        ("credits = 900_000_000_000_000\nprice = \"1 USD\"", &[]),
        (
            "credits = 5\nprice = \"1 USD\"\nrequires_plan = [\"pluss\", \"plus\", \"plus\"]",
            &[
                "p.toml:9:18: packages.a.requires_plan[0]: there is no plan \"pluss\"; did you mean \"plus\"?",
                "p.toml:9:35: packages.a.requires_plan[2]: \"plus\" is there twice; remove it",
            ],
        ),
        (
            "credits = 5\nprice = \"1 USD\"\nrequires_plan = []",
            &[
                "p.toml:9:17: packages.a.requires_plan: there are no plans in it, so nobody could buy; name them, or remove it",
            ],
        ),
        (
            "credits = 5\nprice = \"1 USD\"\nrequires_plan = \"plus\"",
            &[
                "p.toml:9:17: packages.a.requires_plan: this is a text; it must be a list of codes of plans, such as [\"plus\", \"pro\"]",
            ],
        ),
        (
            "credits = 5\nprice = \"1 USD\"\nbalance_ceiling = 4",
            &[
                "p.toml:9:19: packages.a.balance_ceiling: nobody could buy it; the least order has 5 credits, so it must be that or more",
            ],
        ),
        (
            "minimum = 5\nprice = \"by quote\"\nbonus = 1\nmaximum = 9\nquantity = {}",
            &[
                "p.toml:9:9: packages.a.bonus: this has no meaning here; it is for a package with a fixed number of credits; remove it",
                "p.toml:10:11: packages.a.maximum: this has no meaning here; the quote says it; remove it",
                "p.toml:11:12: packages.a.quantity: this has no meaning here; it is for a package with a fixed number of credits; remove it",
            ],
        ),
    ]);
}

#[test]
fn packages_whose_number_the_customer_chooses() {
    let two = "tiers = [{ from = 10, price = \"2 USD\" }, { from = 50, price = \"1 USD\" }]";
    let range = "minimum = 10\nmaximum = 90";
    for good in [
        "per = 100\nprice = \"20 USD\"\nstep = 5",
        two,
        &format!("{two}\ngraduated = true"),
        "price = \"1 USD\"\nrenew_every = \"1 month\"",
    ] {
        check_package(&[(&format!("{range}\n{good}"), &[])]);
    }
    check_package(&[
        (
            "minimum = 10\nprice = \"1 USD\"",
            &[
                "p.toml:6:1: packages.a.maximum: this is missing; say how many credits one order can have at most, such as maximum = 100_000",
            ],
        ),
        (
            "maximum = 10\nprice = \"1 USD\"",
            &[
                "p.toml:6:1: packages.a.minimum: this is missing; say the least that an order can have, such as minimum = 100",
            ],
        ),
        (
            "minimun = 10\nmaximum = 90\nprice = \"1 USD\"",
            &["p.toml:7:1: packages.a.minimun: there is no such key; did you mean \"minimum\"?"],
        ),
        (
            "minimum = 10\nmaximum = 90",
            &[
                "p.toml:6:1: packages.a.price: this is missing; say what the credits cost, such as per = 100 with price = \"20 USD\", or tiers",
            ],
        ),
        (
            "minimum = 10\nmaximum = 90\nprice = \"1 USD\"\nbonus = 1\nquantity = { max = 1 }",
            &[
                "p.toml:10:9: packages.a.bonus: this has no meaning here; it is for a package with a fixed number of credits; remove it",
                "p.toml:11:12: packages.a.quantity: this has no meaning here; it is for a package with a fixed number of credits; remove it",
            ],
        ),
        (
            "minimum = 10\nmaximum = 90\nprice = \"1 USD\"\ngraduated = true",
            &[
                "p.toml:10:13: packages.a.graduated: there are no tiers; remove it, or say tiers = [{ from = 100, price = \"20 USD\" }]",
            ],
        ),
        (
            "minimum = 10\nmaximum = 90\nprice = \"1 USD\"\ntiers = []",
            &["p.toml:10:9: packages.a.tiers: there is a price as well; keep one of price and tiers"],
        ),
        (
            "minimum = 10\nmaximum = 90\ntiers = []",
            &["p.toml:9:9: packages.a.tiers: 0 tiers; there are 1 to 100"],
        ),
        (
            "minimum = 10\nmaximum = 90\ntiers = [{ form = 10, price = \"1 USD\" }]",
            &["p.toml:9:12: packages.a.tiers[0].form: there is no such key; did you mean \"from\"?"],
        ),
        (
            "minimum = 10\nmaximum = 95\nprice = \"1 USD\"\nstep = 10",
            &[
                "p.toml:8:11: packages.a.maximum: this is no whole number of steps, which are 10 credits; make it a multiple of step, or say another step",
            ],
        ),
        (
            "minimum = 10\nmaximum = 9\nprice = \"1 USD\"",
            &[
                "p.toml:8:11: packages.a.maximum: minimum is 10 credits and maximum is 9 credits; maximum must not be below minimum",
            ],
        ),
        (
            "minimum = 10\nmaximum = 9\nprice = \"1 USD\"\nper = 0",
            &["p.toml:10:7: packages.a.per: no credits; it must be above 0"],
        ),
        (
            "minimum = 20\nmaximum = 90\ntiers = [{ from = 10, price = \"3 USD\" }, { from = 10, price = \"2 USD\" }, { from = 91, price = \"1 USD\" }, { from = 92, price = \"1 EUR\" }]",
            &[
                "p.toml:9:10: packages.a.tiers[0]: the first tier begins at 10 credits, and minimum is 20 credits; the first tier's from must be the minimum",
                "p.toml:9:42: packages.a.tiers[1]: the tier begins at 10 credits, and the one before at 10 credits; tiers must ascend by from",
                "p.toml:9:74: packages.a.tiers[2]: the tier begins at 91 credits, and maximum is 90 credits; remove it, or raise maximum",
                "p.toml:9:106: packages.a.tiers[3]: the tier begins at 92 credits, and maximum is 90 credits; remove it, or raise maximum",
            ],
        ),
        (
            "minimum = 20\nmaximum = 90\ntiers = [{ from = 20, price = \"3 USD\" }, { from = 30, price = \"3 EUR\" }]",
            &[
                "p.toml:9:42: packages.a.tiers[1]: USD and EUR in one package; its tiers must have one currency",
            ],
        ),
        (
            "minimum = 1\nmaximum = 90\nper = 1_000\nprice = \"4 USD\"",
            &[
                "p.toml:10:9: packages.a.price: 1 credits would cost nothing, once the price is rounded; raise the price, or the least that can be ordered",
            ],
        ),
        ("minimum = 1\nmaximum = 90\nper = 800\nprice = \"4 USD\"", &[]),
        (
            "minimum = 1\nmaximum = 900_000_000_000\nprice = \"1000 USD\"",
            &[
                "p.toml:9:9: packages.a.price: 900,000,000,000 credits would cost more than a price can be; lower the price, or maximum",
            ],
        ),
    ]);
}
