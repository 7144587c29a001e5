//! What is told about wrong attributes: a row a case, with the whole message.

mod common;

use common::{problems, text};

/// Each row: lines that follow the head (so the first is line 6), and all that is told.
fn check(rows: &[(&str, &[&str])]) {
    for (lines, expected) in rows {
        assert_eq!(problems(&text(lines)), *expected, "\n{lines}");
    }
}

#[test]
fn attributes_are_declared_and_used() {
    let used = |declared: &str| {
        format!("[actions.a.attributes]\n{declared}\n[actions.a]\nprice = {{ credits = 1, per = \"n\" }}")
    };
    let row = |declared: &str, expected: &[&str]| {
        assert_eq!(problems(&text(&used(declared))), expected, "{declared}");
    };
    row("n = { min = 1, max = 5 }", &[]);
    row("n = { kind = \"decimal\" }", &[]);
    row("n = { one_of = [1, 2] }", &[]);
    row(
        "n = {}",
        &[
            "p.toml:7:5: actions.a.attributes.n.kind: this is missing; say one_of = [\"hd\", \"4k\"], min and max, or kind = \"boolean\"",
        ],
    );
    row(
        "n = { kind = \"float\" }",
        &[
            "p.toml:7:14: actions.a.attributes.n.kind: \"float\" is not known; it must be \"integer\", \"decimal\", \"boolean\" or \"text\"",
        ],
    );
    row(
        "n = { min = 0.5 }",
        &[
            "p.toml:7:13: actions.a.attributes.n.min: 0.5 is no whole number of at most 15 digits; round it, or say kind = \"decimal\"",
        ],
    );
    row(
        "n = { min = 5, max = 1 }",
        &["p.toml:7:5: actions.a.attributes.n: min 5 is above max 1; exchange them"],
    );
    row(
        "n = { one_of = [1, 1] }",
        &["p.toml:7:20: actions.a.attributes.n.one_of[1]: this is there twice; remove one of them"],
    );
    row(
        "n = { one_of = [1], max = 2 }",
        &["p.toml:7:27: actions.a.attributes.n.max: one_of says all that is needed; remove this, or one_of"],
    );
    row(
        "n = { one_of = [1, \"a\"] }",
        &[
            "p.toml:7:17: actions.a.attributes.n.one_of[0]: this is a whole number; it must be a text in quotes",
        ],
    );
    row(
        "n = { max = 5, default = 6 }",
        &[
            "p.toml:7:26: actions.a.attributes.n.default: the default is none of the attribute's values; it must be a whole number from 0 to 5",
        ],
    );
    row(
        "n = { kind = \"boolean\", max = 1 }",
        &[
            "p.toml:7:31: actions.a.attributes.n.max: only numbers have bounds; remove this, or say kind = \"integer\" or \"decimal\"",
            "p.toml:9:30: actions.a.price.per: \"n\" is no number; only a number can be counted",
        ],
    );
    row(
        "n = { one_of = [\"a\"] }",
        &["p.toml:9:30: actions.a.price.per: \"n\" is no number; only a number can be counted"],
    );
    row(
        "n = { min = -1 }",
        &[
            "p.toml:9:30: actions.a.price.per: \"n\" may be negative; what is counted must have a min of 0 or more",
        ],
    );
    row(
        "n = { max = 5, priced = false }",
        &[
            "p.toml:7:1: actions.a.attributes.n: the price reads it, and priced = false says that it doesn't; remove priced = false",
        ],
    );
    row(
        "n = { max = 5 }\nm = { max = 5 }",
        &[
            "p.toml:8:1: actions.a.attributes.m: the price does not read it; use it in the price, remove it, or say priced = false",
        ],
    );
    row(
        "n = { max = 5 }\nplan = { max = 5 }",
        &["p.toml:8:1: actions.a.attributes.plan: \"plan\" has a meaning already; choose another name"],
    );
    row(
        "n = { max = 5 }\nmax = { max = 5 }",
        &["p.toml:8:1: actions.a.attributes.max: \"max\" has a meaning already; choose another name"],
    );
    row(
        "n = { max = 5 }\nN-1 = { max = 5 }",
        &[
            "p.toml:8:1: actions.a.attributes.N-1: \"N-1\" is no name of an attribute; a name has lower-case letters, digits and _, and begins with a letter",
        ],
    );
    check(&[(
        "[actions.a]\nprice = 1\nsession = true\nattributes = { n = { max = 5, priced = false } }",
        &[
            "p.toml:6:1: actions.a.session: a session has no attributes; remove the attributes, or session = true",
        ],
    )]);
}
