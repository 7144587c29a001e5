//! What work costs: a row a case. Amounts are in the unit's smallest part, which is a whole credit here.

mod common;

use catalog::{Attribute, Work};
use common::{price, program, repeated};
use money::Amount;

/// Each row: quantity, attributes, plan, price.
type Row<'a> = (i64, &'a str, Option<&'a str>, Result<i64, &'a str>);

fn check(lines: &str, rows: &[Row<'_>]) {
    let program = program(lines);
    for (quantity, given, plan, expected) in rows {
        let found = price(&program, *quantity, given, *plan);
        let expected = expected.map_err(str::to_owned);
        assert_eq!(found, expected, "{quantity} × [{given}] on {plan:?} in\n{lines}");
    }
}

#[test]
fn flat() {
    check(
        "[actions.a]\nprice = 5",
        &[
            (1, "", None, Ok(5)),
            (3, "", None, Ok(15)),
            (0, "", None, Err("Quantity")),
            (-1, "", None, Err("Quantity")),
            (200_000_000_000_000, "", None, Ok(1_000_000_000_000_000)),
            (200_000_000_000_001, "", None, Err("OutOfRange")),
            (i64::MAX, "", None, Err("OutOfRange")),
            (1, "size=1", None, Err("size: left out: the action has no attributes")),
        ],
    );
    check("[actions.a]\nfree = true", &[(1, "", None, Ok(0)), (i64::MAX, "", None, Ok(0))]);
    check(
        "[actions.a]\nprice = 5\nattributes = { note = { kind = \"text\", priced = false } }",
        &[
            (1, "", None, Ok(5)),
            (1, "note=x", None, Ok(5)),
            (1, "note=1", None, Err("note: a text")),
            (1, "noted=x", None, Err("noted: left out: the action's attributes are \"note\"")),
        ],
    );
}

#[test]
fn counted_in_blocks() {
    check(
        "[actions.a]\nprice = { credits = 2, block = 1000 }",
        &[
            (1, "", None, Ok(2)),
            (1_000, "", None, Ok(2)),
            (1_001, "", None, Ok(4)),
            (5_000, "", None, Ok(10)),
        ],
    );
    check(
        "[actions.a]\nprice = { credits = 2, minimum = 5 }",
        &[(1, "", None, Ok(5)), (2, "", None, Ok(5)), (3, "", None, Ok(6))],
    );
    // The first is paid, the next three cost nothing more, those after them are paid.
    check(
        "[actions.a]\nprice = { credits = 2, included = 3 }",
        &[(1, "", None, Ok(2)), (4, "", None, Ok(2)), (5, "", None, Ok(4)), (6, "", None, Ok(6))],
    );
    check(
        "[actions.a]\nprice = { credits = 2, block = 10, included = 1, minimum = 3 }",
        &[(10, "", None, Ok(3)), (20, "", None, Ok(3)), (21, "", None, Ok(4)), (31, "", None, Ok(6))],
    );
    check(
        "[actions.a]\nprice = { credits = 1, block = \"2.5\" }",
        &[(2, "", None, Ok(1)), (3, "", None, Ok(2)), (5, "", None, Ok(2)), (6, "", None, Ok(3))],
    );
    check(
        "[actions.a]\nprice = { credits = 1000000000000000 }",
        &[
            (1, "", None, Ok(1_000_000_000_000_000)),
            (2, "", None, Err("OutOfRange")),
            (i64::MAX, "", None, Err("OutOfRange")),
        ],
    );
}

#[test]
fn counted_by_an_attribute() {
    let lines = "[actions.a]\nprice = { credits = 3, per = \"seconds\", minimum = 4 }\n\
                 attributes = { seconds = { kind = \"decimal\", max = 10 } }";
    check(
        lines,
        &[
            (1, "seconds=0", None, Ok(4)),
            (1, "seconds=1", None, Ok(4)),
            (1, "seconds=1.0", None, Ok(4)),
            (1, "seconds=1.000000001", None, Ok(6)),
            (1, "seconds=10", None, Ok(30)),
            // For each of the quantity: 3 × max(2 × 3, 4).
            (3, "seconds=1.5", None, Ok(18)),
            (1, "seconds=10.1", None, Err("seconds: a decimal from 0 to 10, such as \"10\"")),
            (1, "seconds=-1", None, Err("seconds: a decimal from 0 to 10, such as \"10\"")),
            (1, "seconds=1,5", None, Err("seconds: a decimal from 0 to 10, such as \"10\"")),
            (1, "seconds=true", None, Err("seconds: a decimal from 0 to 10, such as \"10\"")),
            (1, "", None, Err("seconds: a decimal from 0 to 10, such as \"10\"")),
        ],
    );
    let lines = "[actions.a]\nprice = { credits = 3, per = \"pages\" }\nattributes = { pages = { one_of = [1, 5], default = 5 } }";
    check(
        lines,
        &[
            (1, "", None, Ok(15)),
            (1, "pages=1", None, Ok(3)),
            (1, "pages=5.0", None, Ok(15)),
            (1, "pages=2", None, Err("pages: one of 1, 5")),
        ],
    );
}

#[test]
fn by_a_table() {
    let lines = r#"
[actions.a]
attributes = { size = { one_of = ["hd", "4k"] }, steps = { min = 1, max = 50, default = 20 }, fast = { kind = "boolean", default = false } }
[actions.a.price]
rows = [
    { plan = ["pro", "max"], size = "hd", credits = 1 },
    { size = "hd", steps = { max = 10 }, credits = 2 },
    { size = "hd", steps = [{ min = 11, max = 20 }, 25], credits = 3 },
    { size = "4k", fast = true, credits = 9 },
    { plan = "pro", size = "4k", credits = 5 },
]
[plans.pro]
free = true
credits = 1
period = "1 month"
[plans.max]
free = true
credits = 1
period = "1 month"
"#;
    check(
        lines,
        &[
            (1, "size=hd steps=1", None, Ok(2)),
            (1, "size=hd steps=10", None, Ok(2)),
            (1, "size=hd steps=11", None, Ok(3)),
            (1, "size=hd", None, Ok(3)),
            (1, "size=hd steps=25", None, Ok(3)),
            (2, "size=hd steps=25", None, Ok(6)),
            (1, "size=hd steps=25", Some("max"), Ok(1)),
            (1, "size=hd steps=25", Some("other"), Ok(3)),
            (1, "size=4k fast=true", Some("pro"), Ok(9)),
            (1, "size=4k", Some("pro"), Ok(5)),
            // No row fits: the first column that leaves none is named, with what would fit.
            (1, "size=hd steps=26", None, Err("steps: one of 1 to 10, 11 to 20, 25")),
            (1, "size=4k", None, Err("fast: true")),
            (1, "size=8k", None, Err("size: one of \"hd\", \"4k\"")),
            (1, "", None, Err("size: one of \"hd\", \"4k\"")),
            (1, "size=hd steps=51", None, Err("steps: a whole number from 1 to 50")),
            (1, "size=hd fast=1", None, Err("fast: true or false")),
        ],
    );
    check(
        &lines.replace("]\n[plans.pro]", "]\ndefault = 7\n[plans.pro]"),
        &[
            (1, "size=hd steps=26", None, Ok(7)),
            (1, "size=4k", None, Ok(7)),
            (1, "size=4k fast=true", None, Ok(9)),
        ],
    );
    let plan = "[actions.a]\nprice = { rows = [{ plan = \"pro\", credits = 0 }] }\n[plans.pro]\nfree = true\ncredits = 1\nperiod = \"1 month\"";
    check(plan, &[(5, "", Some("pro"), Ok(0)), (1, "", None, Err("plan: \"pro\""))]);
}

#[test]
fn in_stages_and_units() {
    let text = "[units.minute]\nscale = 2\n[actions.photo]\nname = \"Photo\"\nunit = \"minute\"\n\
                stages = { generate = 1, accept = { name = \"Keep\", price = 2.5 }, look = { free = true } }\noverdraft = true";
    let program = program(text);
    let work = Work { quantity: 1, ..Work::default() };
    let stages: Vec<_> = program
        .actions
        .iter()
        .map(|stage| {
            (
                stage.code.as_str(),
                stage.name.as_str(),
                stage.unit,
                program.price(stage, &work),
                stage.may_overdraw,
            )
        })
        .collect();
    assert_eq!(
        stages,
        [
            ("photo.generate", "Photo · Generate", 1, Ok(Amount(100)), true),
            ("photo.accept", "Photo · Keep", 1, Ok(Amount(250)), true),
            ("photo.look", "Photo · Look", 1, Ok(Amount(0)), true),
        ]
    );
    assert_eq!(program.action("photo.accept").map(|stage| stage.code.as_str()), Some("photo.accept"));
    assert_eq!((program.action("photo"), program.action("photo.z"), program.action("")), (None, None, None));
}

#[test]
fn a_stage_asks_only_for_what_its_own_price_reads() {
    let text = "[actions.photo.attributes]\nsize = { one_of = [1, 2] }\n[actions.photo.stages]\n\
                generate = { price = { credits = 1, per = \"size\" } }\naccept = 2";
    let program = program(text);
    let accept = program.action("photo.accept").unwrap();
    assert_eq!(program.price(accept, &Work { quantity: 1, ..Work::default() }), Ok(Amount(2)));
    let size = [("size".to_owned(), Attribute::Int(2))];
    assert_eq!(program.price(accept, &Work { quantity: 1, attributes: &size, plan: None }), Ok(Amount(2)));
    let generate = program.action("photo.generate").unwrap();
    assert_eq!(program.price(generate, &Work { quantity: 3, attributes: &size, plan: None }), Ok(Amount(6)));
    assert!(program.price(generate, &Work { quantity: 3, ..Work::default() }).is_err());
}

#[test]
fn many_actions_are_found_by_code() {
    let lines = repeated(500, |index| format!("[actions.a{}]\nprice = {index}\n", (index * 37) % 500));
    let program = program(&lines);
    for (index, action) in (0..).zip(&program.actions) {
        assert_eq!(program.action_index(&action.code), Some(index));
    }
    assert_eq!(program.action("a500"), None);
}
