//! What is told about wrong plans and rules of selling: a row a case, with the whole message.

mod common;

use common::{problems, text};

/// Each row: lines that follow the head (so the first is line 6), and all that is told.
fn check(rows: &[(&str, &[&str])]) {
    for (lines, expected) in rows {
        assert_eq!(problems(&text(lines)), *expected, "\n{lines}");
    }
}

/// The same, for lines of `[plans.a]`, 100 credits for 7 USD, from line 9 on.
fn check_plan(rows: &[(&str, &[&str])]) {
    for (lines, expected) in rows {
        let lines = format!("[plans.a]\ncredits = 100\nprice = \"7 USD\"\n{lines}");
        assert_eq!(problems(&text(&lines)), *expected, "\n{lines}");
    }
}

#[test]
fn plans() {
    for good in [
        "period = \"1 month\"\nbilled = \"1 year\"",
        "period = \"1 week\"\nbilled = \"28 days\"",
        "period = \"1 month\"\nbilled = \"1 month\"",
        "period = \"1 month\"\nrollover = \"nothing\"",
        "period = \"1 month\"\nrollover = { share = \"100%\" }",
        "period = \"1 month\"\nseats = { max = 5 }",
    ] {
        check_plan(&[(good, &[])]);
    }
    check_plan(&[
        (
            "period = \"1 month\"\nbilled = \"30 days\"",
            &[
                "p.toml:10:10: plans.a.billed: 30 days is no fixed number of periods of 1 month; say both in months and years, or both in days",
            ],
        ),
        (
            "period = \"2 months\"\nbilled = \"1 month\"",
            &[
                "p.toml:10:10: plans.a.billed: 1 month is no whole number of periods of 2 months; what is billed at once must be a whole number of periods",
            ],
        ),
        (
            "period = \"5 months\"\nbilled = \"1 year\"",
            &[
                "p.toml:10:10: plans.a.billed: 1 year is no whole number of periods of 5 months; what is billed at once must be a whole number of periods",
            ],
        ),
        (
            "period = \"1 min\"\nbilled = \"365 days\"",
            &["p.toml:10:10: plans.a.billed: 525600 periods would be billed at once; there may be 1000"],
        ),
        (
            "period = \"1 month\"\nseats = { min = 5 }",
            &[
                "p.toml:10:9: plans.a.seats.max: this is missing; say how many at most, such as { min = 1, max = 500 }",
            ],
        ),
        (
            "period = \"1 month\"\nseats = { min = 5, max = 4 }",
            &["p.toml:10:9: plans.a.seats: min is 5 and max is 4; min must not be above max"],
        ),
        (
            "credit = 1\nperiod = \"1 month\"\nseat = { max = 4 }",
            &[
                "p.toml:9:1: plans.a.credit: there is no such key; did you mean \"credits\"?",
                "p.toml:11:1: plans.a.seat: there is no such key; did you mean \"seats\"?",
            ],
        ),
        (
            "period = \"1 month\"\ntrial = { for = \"14 days\" }",
            &[
                "p.toml:10:9: plans.a.trial.credits: this is missing; say how many credits it has, such as credits = 50",
            ],
        ),
        (
            "period = \"1 month\"\ntrial = \"14 days\"",
            &[
                "p.toml:10:9: plans.a.trial: this is a text; it must be a table (trial) with the keys for, credits",
            ],
        ),
        (
            "period = \"1 month\"\ntrial = { length = \"14 days\", credits = 0 }",
            &[
                "p.toml:10:9: plans.a.trial.for: this is missing; say how long it is, such as for = \"14 days\"",
                "p.toml:10:11: plans.a.trial.length: there is no such key; known here: for, credits",
                "p.toml:10:41: plans.a.trial.credits: no credits; it must be above 0",
            ],
        ),
        (
            "period = \"1 month\"\nrollover = \"al\"",
            &["p.toml:10:12: plans.a.rollover: \"al\" is not known; did you mean \"all\"?"],
        ),
        (
            "period = \"1 month\"\nrollover = true",
            &[
                "p.toml:10:12: plans.a.rollover: this is true or false; it must be \"all\", or a table that says how much, such as { cap = 500 }",
            ],
        ),
        (
            "period = \"1 month\"\nrollover = { life = \"1 month\", times = 0 }",
            &[
                "p.toml:10:12: plans.a.rollover.cap: this is missing; say how much rolls over: cap = 500, cap = \"all\", share = \"50%\" or multiple = 2",
                "p.toml:10:40: plans.a.rollover.times: the number is out of range; it must be a whole number from 1 to 1000",
            ],
        ),
        (
            "period = \"1 month\"\nrollover = { cap = 5, multiple = 2 }",
            &[
                "p.toml:10:34: plans.a.rollover.multiple: there is cap as well; only one of cap, share, multiple may be there",
            ],
        ),
        (
            "period = \"1 month\"\nrollover = { cap = 0 }",
            &["p.toml:10:20: plans.a.rollover.cap: no credits; it must be above 0"],
        ),
        (
            "period = \"1 month\"\nrollover = { share = \"101%\" }",
            &[
                "p.toml:10:22: plans.a.rollover.share: \"101%\" is no share; it must be whole percent in quotes, from \"1%\" to \"100%\"",
            ],
        ),
        (
            "period = \"1 month\"\nrollover = { share = \"half\" }",
            &[
                "p.toml:10:22: plans.a.rollover.share: \"half\" is no share; it must be whole percent in quotes, from \"1%\" to \"100%\"",
            ],
        ),
        (
            "period = \"1 month\"\nrollover = { share = 50 }",
            &[
                "p.toml:10:22: plans.a.rollover.share: this is a whole number; it must be whole percent in quotes, from \"1%\" to \"100%\"",
            ],
        ),
        (
            "period = \"1 month\"\nrollover = { multipel = 2 }",
            &["p.toml:10:14: plans.a.rollover.multipel: there is no such key; did you mean \"multiple\"?"],
        ),
    ]);
    check(&[
        (
            "[plans.a]\ncredits = 1\nfree = true\nperiod = \"1 month\"\nbilled = \"1 year\"\ntrial = { for = \"1 day\", credits = 1 }",
            &[
                "p.toml:10:10: plans.a.billed: the plan is free; remove it, or give the plan a price",
                "p.toml:11:9: plans.a.trial: the plan is free; remove it, or give the plan a price",
            ],
        ),
        (
            "[plans.a]\ncredits = 900_000_000_000_000\nfree = true\nperiod = \"1 month\"\nseats = { max = 2 }",
            &[
                "p.toml:10:9: plans.a.seats: 2 seats are more than a plan can have; credits and price may be 1000000000000000 smallest parts at most; lower max",
            ],
        ),
    ]);
}

#[test]
fn rules_of_selling() {
    check(&[
        ("[renewal]\nretry_after = []\nnotice_before = \"none\"\n[orders]\nexpiry_notice = \"none\"", &[]),
        (
            "[renewal]\nretry_after = [\"1 day\", \"1 day\"]",
            &[
                "p.toml:7:25: renewal.retry_after[1]: 1 day is not after 1 day; each is counted from the boundary, so each must be longer than the one before",
            ],
        ),
        (
            "[renewal]\nretry_after = [\"1 month\"]\nnotice_before = \"1 month\"",
            &[
                "p.toml:7:16: renewal.retry_after[0]: months and years have no fixed length; say it in days or hours, such as \"30 days\"",
                "p.toml:8:17: renewal.notice_before: months and years have no fixed length; say it in days or hours, such as \"30 days\"",
            ],
        ),
        (
            "[renewal]\nretry_after = \"1 day\"\nnotice = 3",
            &[
                "p.toml:7:15: renewal.retry_after: this is a text; it must be a list of periods, such as [\"1 day\", \"3 days\"]",
                "p.toml:8:1: renewal.notice: there is no such key; known here: retry_after, notice_before",
            ],
        ),
        (
            "[changes]\nup = \"later\"\ndown = \"at_priod_end\"",
            &[
                "p.toml:7:6: changes.up: \"later\" is not known; it must be \"now\" or \"at_period_end\"",
                "p.toml:8:8: changes.down: \"at_priod_end\" is not known; did you mean \"at_period_end\"?",
            ],
        ),
        (
            "[top_up]\ndeclines = 0\nmonthly_cap = \"0 USD\"",
            &[
                "p.toml:7:12: top_up.declines: the number is out of range; it must be a whole number from 1 to 100",
                "p.toml:8:15: top_up.monthly_cap: the price is not above 0; leave it out where there is no cap",
            ],
        ),
        ("[top_up]\nmonthly_cap = \"5 USD\"", &[]),
        (
            "[top_up]\nmonthly_cap = \"5 EUR\"\n[packages.a]\ncredits = 1\nprice = \"1 USD\"",
            &["p.toml:7:15: top_up.monthly_cap: no package is sold in EUR; packages are sold in USD"],
        ),
        (
            "[orders]\nunpaid_for = \"1 month\"\nquote_for = \"30\"\nexpiry_notice = \"never\"",
            &[
                "p.toml:7:14: orders.unpaid_for: months and years have no fixed length; say it in days or hours, such as \"30 days\"",
                "p.toml:8:13: orders.quote_for: \"30\" is no period; it must be a period in quotes, such as \"30 days\", \"1 month\" or \"90 min\"",
                "p.toml:9:17: orders.expiry_notice: \"never\" is no period; it must be a period in quotes, such as \"3 days\", or \"none\"",
            ],
        ),
        (
            "[order]\nunpaid_for = \"1 day\"",
            &["p.toml:6:2: order: there is no such key; did you mean \"orders\"?"],
        ),
    ]);
}
