//! What is told about wrong rules and offers: a row a case, with the whole message.

mod common;

use common::{problems, text};

/// Each row: lines that follow the head (so the first is line 6), and all that is told.
fn check(rows: &[(&str, &[&str])]) {
    for (lines, expected) in rows {
        assert_eq!(problems(&text(lines)), *expected, "\n{lines}");
    }
}

#[test]
fn values_of_another_kind_or_out_of_range() {
    check(&[
        ("name2 = 1", &["p.toml:6:1: units.credit.name2: there is no such key; did you mean \"name\"?"]),
        (
            "[brand]\naccent = \"teal\"\nlogo = \"logo.png\"\nsupport_email = \"help\"\nsupport_url = \"http://x\"",
            &[
                "p.toml:7:10: brand.accent: \"teal\" is not right here; it must be a colour of six hexadecimal digits, such as \"#0b7a75\"",
                "p.toml:8:8: brand.logo: \"logo.png\" is not right here; it must be an address that begins with https://, or a path that begins with /",
                "p.toml:9:17: brand.support_email: \"help\" is not right here; it must be an e-mail address",
                "p.toml:10:15: brand.support_url: \"http://x\" is not right here; it must be an address that begins with https://",
            ],
        ),
        (
            "[starter]\nlife = \"soon\"",
            &[
                "p.toml:6:1: starter.credits: this is missing; say how many credits a new account gets, such as credits = 50",
                "p.toml:7:8: starter.life: \"soon\" is no period; it must be a period in quotes, such as \"30 days\", \"1 month\" or \"90 min\"",
            ],
        ),
        ("[starter]\ncredits = 0", &["p.toml:7:11: starter.credits: no credits; it must be above 0"]),
        (
            "[[starter]]\ncredits = 1\n[[starter]]\ncredits = 2",
            &[
                "p.toml:8:1: starter[1]: the unit has a starter grant already; add them up, or name another unit",
            ],
        ),
        (
            "[starter]\ncredits = 1\nunit = \"credits\"",
            &["p.toml:8:8: starter.unit: there is no unit \"credits\"; did you mean \"credit\"?"],
        ),
        (
            "[overdraft]\ngrace = \"1 month\"",
            &[
                "p.toml:7:9: overdraft.grace: months and years have no fixed length; say it in days or hours, such as \"30 days\"",
            ],
        ),
        (
            "[overdraft]\ngrace = \"2 days\"\nwarn_before = [\"2 days\"]",
            &[
                "p.toml:8:16: overdraft.warn_before[0]: the grace is only 2 days; it must be shorter than 2 days",
            ],
        ),
        (
            "[overdraft]\nlimit = 1\n[units.minute]\nscale = 2",
            &[
                "p.toml:7:9: overdraft.limit: the units differ in scale, so a limit for all has no meaning; remove it",
            ],
        ),
        (
            "[sessions]\nidle = \"25 h\"",
            &[
                "p.toml:7:8: sessions.idle: idle is 25 hours and max is 1 day; idle must not be longer than max",
            ],
        ),
        (
            "[holds]\nmax_deadline = \"8 days\"",
            &["p.toml:7:16: holds.max_deadline: 8 days is too long; it must be 7 days at most"],
        ),
        (
            "[holds]\nmax_deadline = \"30 min\"",
            &[
                "p.toml:7:16: holds.max_deadline: deadline is 1 hour and max_deadline is 30 minutes; deadline must not be longer than max_deadline",
            ],
        ),
        (
            "[classes.plan]\npriority = 5000",
            &[
                "p.toml:7:12: classes.plan.priority: the number is out of range; it must be a whole number from -1000 to 1000",
            ],
        ),
        (
            "[classes]\nplan = 3",
            &[
                "p.toml:7:8: classes.plan: this is a whole number; it must be a table (class) with the keys priority, life",
            ],
        ),
        (
            "[alerts]\ncredit = 20",
            &[
                "p.toml:7:10: alerts.credit: this is a whole number; it must be a list of credits, such as [20]",
            ],
        ),
    ]);
    let late = |value: &str| {
        problems(&text("").replace("name = \"P\"", &format!("late_return = {value}\nname = \"P\"")))
    };
    assert_eq!(
        late("\"reisue\""),
        ["p.toml:3:15: late_return: \"reisue\" is not known; did you mean \"reissue\"?"]
    );
    assert_eq!(
        late("\"keep\""),
        ["p.toml:3:15: late_return: \"keep\" is not known; it must be \"reissue\" or \"expire\""]
    );
    assert_eq!(
        late("{}"),
        [
            "p.toml:3:15: late_return.reissue: this is missing; say how long the credits last, such as { reissue = \"7 days\" }"
        ]
    );
}

#[test]
fn offers_and_money() {
    check(&[
        (
            "[packages.a]\ncredits = 1\nprice = \"29 usd\"",
            &["p.toml:8:9: packages.a.price: \"usd\" is no currency; did you mean \"USD\"?"],
        ),
        (
            "[packages.a]\ncredits = 1\nprice = \"29 XYZ\"",
            &[
                "p.toml:8:9: packages.a.price: \"XYZ\" is no currency; use a code of ISO 4217, such as USD or EUR",
            ],
        ),
        (
            "[packages.a]\ncredits = 1\nprice = \"29\"",
            &[
                "p.toml:8:9: packages.a.price: \"29\" is no price; it must be an amount and a currency in quotes, such as \"19.90 USD\"",
            ],
        ),
        (
            "[packages.a]\ncredits = 1\nprice = \"1,5 USD\"",
            &[
                "p.toml:8:9: packages.a.price: \"1,5 USD\" is no price; it must be an amount and a currency in quotes, such as \"19.90 USD\"",
            ],
        ),
        (
            "[packages.a]\ncredits = 1\nprice = 29",
            &[
                "p.toml:8:9: packages.a.price: this is a whole number; it must be an amount and a currency in quotes, such as \"19.90 USD\"",
            ],
        ),
        (
            "[packages.a]\ncredits = 1\nprice = \"1.5 JPY\"",
            &["p.toml:8:9: packages.a.price: 1.5 has more decimals than JPY; JPY has 0"],
        ),
        (
            "[packages.a]\ncredits = 1\nprice = \"0 USD\"",
            &[
                "p.toml:8:9: packages.a.price: the price is not above 0; a plan that costs nothing says free = true",
            ],
        ),
        (
            "[packages.a]\ncredits = 1\nprice = \"by quote\"",
            &[
                "p.toml:6:1: packages.a.minimum: this is missing; say how many credits, such as credits = 100; by quote, the least, such as minimum = 1000",
                "p.toml:7:11: packages.a.credits: this has no meaning here; a package by quote has no fixed number; say minimum = 1000",
            ],
        ),
        (
            "[packages.a]\nminimum = 1\nprice = \"by quote\"\nrenew_every = \"1 month\"",
            &[
                "p.toml:9:15: packages.a.renew_every: a package by quote can't renew itself; remove it, or give the package a price",
            ],
        ),
        (
            "[plans.a]\ncredits = 1",
            &[
                "p.toml:6:1: plans.a.price: this is missing; say what a period costs, such as price = \"7 USD\", or free = true",
                "p.toml:6:1: plans.a.period: this is missing; say how long a period is, such as period = \"1 month\"",
            ],
        ),
        (
            "[plans.a]\ncredits = 1\nperiod = \"1 month\"\nfree = true\n[packages.a]\ncredits = 1\nprice = \"1 USD\"",
            &[
                "p.toml:6:1: plans.a: there is a package \"a\"; an offer is called by its code alone, so a plan and a package can't share one",
            ],
        ),
    ]);
}
