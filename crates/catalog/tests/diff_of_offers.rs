//! What a new file changes in what is sold: a row a case.

use catalog::{Program, diff, load};

const FILE: &str = include_str!("files/every_key.toml");

fn program(text: &str) -> Program {
    load("p.toml", text).unwrap_or_else(|problems| panic!("{}", problems[0]))
}

#[test]
fn each_change_of_an_offer_is_told_in_words() {
    for (from, to, expected) in [
        ("bonus = 7.50", "bonus = 10", "packages.small.bonus: from 7.50 credits to 10.00 credits"),
        (
            "bonus = 7.50\nbonus_life = \"60 days\"\n",
            "bonus = 7.50\n",
            "packages.small.bonus_life: from 60 days to as its class",
        ),
        ("quantity = { min = 2, max = 20 }\n", "", "packages.small.quantity: from 2 to 20 to 1 to 100"),
        (
            "requires_plan = [\"pro\", \"keep\"]\n",
            "",
            "packages.small.requires_plan: from pro or keep to none",
        ),
        (
            "balance_ceiling = 5_000\n",
            "",
            "packages.small.balance_ceiling: from 5,000.00 credits to no ceiling",
        ),
        (
            "price = \"20 EUR\"\n",
            "price = \"21 EUR\"\n",
            "packages.any: from 50.00 credits to 10,000.00 credits in steps of 10.00 credits, 20 EUR per 100.00 credits \
             to 50.00 credits to 10,000.00 credits in steps of 10.00 credits, 21 EUR per 100.00 credits",
        ),
        (
            "graduated = true\n",
            "",
            "packages.tiered: from 100.00 credits to 10,000.00 credits in steps of 1.00 credits, 0.20 EUR per 1.00 credits, \
             beyond 1,000.00 credits 0.18 EUR to 100.00 credits to 10,000.00 credits in steps of 1.00 credits, \
             0.20 EUR per 1.00 credits, from 1,000.00 credits 0.18 EUR",
        ),
        (
            "billed = \"1 year\"\n",
            "",
            "plans.pro: from 500.50 credits a seat every 1 month for 15 EUR every 1 year to 500.50 credits a seat for 15 EUR every 1 month",
        ),
        (
            "seats = { min = 2, max = 500 }",
            "seats = { max = 500 }",
            "plans.pro.seats: from 2 to 500 to 1 to 500",
        ),
        (
            "trial = { for = \"14 days\", credits = 50 }\n",
            "",
            "plans.pro.trial: from 50.00 credits for 14 days to none",
        ),
        (
            "cap = 250, life = \"2 months\", times = 3",
            "cap = \"all\"",
            "plans.pro.rollover: from at most 250.00 credits for 2 months, 3 times to all for 1 period",
        ),
        ("rollover = { share = \"50%\" }\n", "", "plans.half.rollover: from 50% for 1 period to nothing"),
        (
            "multiple = 2",
            "multiple = 3",
            "plans.double.rollover: from at most 2 times the allotment for 1 period to at most 3 times the allotment for 1 period",
        ),
    ] {
        told(from, to, expected);
    }
}

#[test]
fn each_change_of_a_rule_of_selling_is_told_in_words() {
    for (from, to, expected) in [
        (
            "[\"12 h\", \"2 days\"]\nnotice",
            "[]\nnotice",
            "renewal.retry_after: from 12 hours, 2 days to no retry",
        ),
        (
            "notice_before = \"7 days\"",
            "notice_before = \"none\"",
            "renewal.notice_before: from 7 days to no notice",
        ),
        ("up = \"at_period_end\"\n", "", "changes.up: from at_period_end to now"),
        ("down = \"now\"\n", "", "changes.down: from now to at_period_end"),
        ("declines = 3\n", "", "top_up.declines: from 3 to 2"),
        ("monthly_cap = \"500 EUR\"\n", "", "top_up.monthly_cap: from 500 EUR to no cap"),
        ("unpaid_for = \"1 h\"\n", "", "orders.unpaid_for: from 1 hour to 1 day"),
        ("quote_for = \"14 days\"\n", "", "orders.quote_for: from 14 days to 30 days"),
        ("expiry_notice = \"30 days\"\n", "", "orders.expiry_notice: from 30 days to 7 days"),
    ] {
        told(from, to, expected);
    }
}

/// One text of the file is another, and one change is told.
fn told(from: &str, to: &str, expected: &str) {
    assert!(FILE.contains(from), "{from}");
    let changes = diff(&program(FILE), &program(&FILE.replacen(from, to, 1)));
    let changes: Vec<String> = changes.iter().map(ToString::to_string).collect();
    assert_eq!(changes, [expected], "{from:?} to {to:?}");
}
