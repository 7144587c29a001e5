//! What is told about a wrong file: a row a case, with the whole message.

mod common;

use common::{HEAD, problems, repeated, text};

/// Each row: lines that follow the head (so the first is line 6), and all that is told.
fn check(rows: &[(&str, &[&str])]) {
    for (lines, expected) in rows {
        assert_eq!(problems(&text(lines)), *expected, "\n{lines}");
    }
}

#[test]
fn the_head_of_a_file() {
    for (text, expected) in [
        (
            "",
            "p.toml:1:1: scrip: this is missing; begin the file with scrip = 1, the version of its format; known versions: 1",
        ),
        ("id = 1\nscrip = 2", "p.toml:2:9: scrip: version 2 is not known; known versions: 1"),
        (
            "scrip = \"1\"",
            "p.toml:1:9: scrip: this is a text; it must be the version of the file's format; known versions: 1",
        ),
        ("scrip = 1\nscrip = 1", "p.toml:2:1: this is no TOML: duplicate key"),
        (
            "scrip = 1\nid =\nname = \"P\"",
            "p.toml:2:5: this is no TOML: string values must be quoted, expected literal string",
        ),
    ] {
        assert_eq!(problems(text).first().map(String::as_str), Some(expected), "{text}");
    }
    assert_eq!(
        problems("scrip = 1"),
        [
            "p.toml:1:1: id: this is missing; say what keys and URLs call the program, such as id = \"shop\"",
            "p.toml:1:1: name: this is missing; say what people read, such as name = \"Shop\"",
            "p.toml:1:1: units: this is missing; say which kinds of credit there are, such as [units.credit] with name = \"credits\"",
            "p.toml:1:1: actions: this is missing; say what the program sells, such as [actions.upscale] with price = 5",
        ]
    );
    let wrong = HEAD
        .replace("\"p\"", "\"My Shop\"")
        .replace("name = \"P\"", "name = \"\"")
        .replace("name = \"credits\"", "scale = 7");
    assert_eq!(
        problems(&format!("{wrong}[actions.a]\nprice = 1.23")),
        [
            "p.toml:2:6: id: \"My Shop\" is no code; a code has 1 to 64 characters: lower-case letters, digits, - and _",
            "p.toml:3:8: name: the text is empty; write what people should read",
            "p.toml:5:9: units.credit.scale: the number is out of range; it must be a whole number from 0 to 6",
        ]
    );
    // The console would show a page of its own in its place.
    for id in ["keys", "people", "sign_out"] {
        let found = problems(&format!("{}[actions.a]\nprice = 1", HEAD.replace("\"p\"", &format!("{id:?}"))));
        let [problem] = &found[..] else { panic!("{found:?}") };
        assert!(
            problem.starts_with(&format!("p.toml:2:6: id: no program can be called {id:?}; another id")),
            "{problem}"
        );
    }
    assert_eq!(
        problems(&HEAD.replace("[units.credit]\nname = \"credits\"", "[units]\n[actions.a]\nprice = 1")),
        ["p.toml:4:1: units: 0 units; a program has 1 to 16",]
    );
}

#[test]
fn unknown_keys_are_named_with_what_was_meant() {
    check(&[
        (
            "[actions.a]\nprise = 1",
            &["p.toml:7:1: actions.a.prise: there is no such key; did you mean \"price\"?"],
        ),
        (
            "[actions.a]\nprice = 1\nCredits-per = 1",
            &[
                "p.toml:8:1: actions.a.Credits-per: there is no such key; known here: name, unit, price, free, stages, \
             attributes, overdraft, settle, session",
            ],
        ),
        (
            "[bonus]\ncredits = 1",
            &[
                "p.toml:6:2: bonus: there is no such key; known here: scrip, id, name, late_return, quote_life, brand, units, \
             actions, classes, starter, overdraft, sessions, holds, alerts, packages, plans, renewal, changes, \
             top_up, orders",
            ],
        ),
        (
            "[action.a]\nprice = 1\n[actions.b]\nprice = 1",
            &["p.toml:6:2: action: there is no such key; did you mean \"actions\"?"],
        ),
        (
            "[overdraft]\n\"warn before\" = []",
            &["p.toml:7:1: overdraft.\"warn before\": there is no such key; did you mean \"warn_before\"?"],
        ),
        (
            "[classes.purchased]\npriority = 1",
            &["p.toml:6:10: classes.purchased: there is no such class; did you mean \"purchase\"?"],
        ),
        (
            "[alerts]\ncredits = [1]",
            &["p.toml:7:1: alerts.credits: there is no unit \"credits\"; did you mean \"credit\"?"],
        ),
        (
            "[actions.a]\nprice = { credits = 1, blocks = 2 }",
            &["p.toml:7:24: actions.a.price.blocks: there is no such key; did you mean \"block\"?"],
        ),
    ]);
}

#[test]
fn amounts_are_exact() {
    check(&[
        (
            "[actions.a]\nprice = 0.5",
            &[
                "p.toml:7:9: actions.a.price: 0.5 has more decimals than the unit; the unit \"credit\" has no decimals (its scale)",
            ],
        ),
        (
            "scale = 1\n[actions.a]\nprice = 0.55",
            &[
                "p.toml:8:9: actions.a.price: 0.55 has more decimals than the unit; the unit \"credit\" has 1 decimal (its scale)",
            ],
        ),
        (
            "[actions.a]\nprice = -1",
            &["p.toml:7:9: actions.a.price: credits can't be negative; it must be 0 or more"],
        ),
        (
            "[actions.a]\nprice = 1e3",
            &[
                "p.toml:7:9: actions.a.price: \"1e3\" is no exact number; write it in digits, such as 5 or \"0.5\", at most 18 before the point and 9 after it",
            ],
        ),
        (
            "[actions.a]\nprice = nan",
            &[
                "p.toml:7:9: actions.a.price: \"nan\" is no exact number; write it in digits, such as 5 or \"0.5\", at most 18 before the point and 9 after it",
            ],
        ),
        (
            "[actions.a]\nprice = 99999999999999999",
            &[
                "p.toml:7:9: actions.a.price: that is more than an amount can be; it may be 1000000000000000 at most",
            ],
        ),
        (
            "[actions.a]\nprice = 999999999999999999999999999999",
            &[
                "p.toml:7:9: actions.a.price: \"999999999999999999999999999999\" is no exact number; write it in digits, such as 5 or \"0.5\", at most 18 before the point and 9 after it",
            ],
        ),
        (
            "[actions.a]\nprice = true",
            &[
                "p.toml:7:9: actions.a.price: this is true or false; it must be credits, such as 5, or a table with credits, rows or expression",
            ],
        ),
        (
            "[actions.a]\nprice = 5.0\n[actions.b]\nprice = \"5\"\n[actions.c]\nprice = 1_000\n[actions.d]\nprice = +5",
            &[],
        ),
    ]);
}

#[test]
fn all_problems_are_told_in_the_order_of_the_file() {
    let lines = "[starter]\ncredits = -1\n[holds]\ndeadlin = \"1 h\"\n[actions.b]\nprice = 0.5\n[plans.pro]\ncredits = \"x\"";
    let lines_told: Vec<String> =
        problems(&text(lines)).iter().map(|told| told.split(':').nth(1).unwrap().to_owned()).collect();
    assert_eq!(lines_told, ["7", "9", "11", "12", "12", "13"]);
    let many = repeated(500, |index| format!("x{index} = 1\n"));
    assert_eq!(problems(&format!("scrip = 1\n{many}")).len(), 100);
    let syntax = problems("scrip = 1\na = \nb = [\n");
    assert!(syntax.len() > 1, "{syntax:?}");
}
