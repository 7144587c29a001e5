//! What is told about wrong actions and prices: a row a case, with the whole message.

mod common;

use common::{problems, text};

/// Each row: lines that follow the head (so the first is line 6), and all that is told.
fn check(rows: &[(&str, &[&str])]) {
    for (lines, expected) in rows {
        assert_eq!(problems(&text(lines)), *expected, "\n{lines}");
    }
}

#[test]
fn actions_have_one_price() {
    check(&[
        (
            "[actions.a]\nname = \"A\"",
            &["p.toml:6:1: actions.a.price: this is missing; say what it costs: price = 5, or free = true"],
        ),
        (
            "[actions.a]\nprice = 1\nfree = true",
            &[
                "p.toml:8:8: actions.a.free: there is price as well; only one of price, free, stages may be there",
            ],
        ),
        (
            "[actions.a]\nfree = false",
            &["p.toml:7:8: actions.a.free: what is not free has a price; say price = 5, or free = true"],
        ),
        (
            "[actions.a]\nstages = {}",
            &[
                "p.toml:7:10: actions.a.stages: there are no stages; name them with their prices, such as { generate = 1, accept = 2 }",
            ],
        ),
        (
            "[actions.a]\nstages = { one = { name = \"One\" } }",
            &[
                "p.toml:7:18: actions.a.stages.one.price: this is missing; say what it costs: price = 5, or free = true",
            ],
        ),
        (
            "[actions.\"a.b\"]\nprice = 1",
            &[
                "p.toml:6:10: actions.\"a.b\": \"a.b\" is no code; a code has 1 to 64 characters: lower-case letters, digits, - and _",
            ],
        ),
        (
            "[actions.a]\nprice = 1\nsettle = \"exceed\"",
            &[
                "p.toml:8:10: actions.a.settle: \"exceed\" is not known; it must be \"within_hold\" or \"may_exceed\"",
            ],
        ),
        (
            "[actions.a]\nprice = 1\nunit = \"minute\"",
            &["p.toml:8:8: actions.a.unit: there is no unit \"minute\"; known here: credit"],
        ),
        (
            "[actions.a]\nstages = { one = 1 }\nsession = true",
            &["p.toml:6:1: actions.a.session: a session has no stages; remove the stages, or session = true"],
        ),
        (
            "[actions.a]\nprice = {}",
            &[
                "p.toml:7:9: actions.a.price.credits: this is missing; say credits = 5, rows = [...] or expression = \"...\"",
            ],
        ),
        (
            "[actions.a]\nprice = { credits = 1, expression = \"1\" }",
            &[
                "p.toml:7:37: actions.a.price.expression: a price has one way to be found; keep one of credits, rows and expression",
            ],
        ),
        (
            "[actions.a]\nprice = { credits = 1, round = \"up\" }",
            &[
                "p.toml:7:32: actions.a.price.round: this has no meaning here; remove it: only an expression's result is rounded",
            ],
        ),
        (
            "[actions.a]\nprice = { credits = 1, default = 2 }",
            &[
                "p.toml:7:34: actions.a.price.default: this has no meaning here; remove it: it belongs to rows",
            ],
        ),
        (
            "[actions.a]\nprice = { credits = 1, block = 0 }",
            &["p.toml:7:32: actions.a.price.block: a block can't be empty; it must be above 0"],
        ),
        (
            "[actions.a]\nprice = { credits = 1, per = \"size\" }",
            &["p.toml:7:30: actions.a.price.per: no attribute \"size\" is declared; known here: quantity"],
        ),
    ]);
}

#[test]
fn rows_of_a_table() {
    let attributes = "[actions.a.attributes]\nsize = { one_of = [\"hd\", \"4k\"] }\nsteps = { min = 1, max = 50 }\n\
                      fast = { kind = \"boolean\" }\nlength = { kind = \"decimal\" }\n";
    let priced = attributes
        .replace(" }\n", ", priced = false }\n")
        .replace("size = { one_of = [\"hd\", \"4k\"], priced = false", "size = { one_of = [\"hd\", \"4k\"]");
    let row = |rows: &str, expected: &[&str]| {
        let lines = format!(
            "{priced}[plans.pro]\nfree = true\ncredits = 1\nperiod = \"1 month\"\n[actions.a.price]\n{rows}"
        );
        assert_eq!(problems(&text(&lines)), expected, "{rows}");
    };
    row("rows = [{ size = \"hd\", credits = 1 }, { size = \"4k\", credits = 2 }]", &[]);
    row("rows = []", &["p.toml:16:8: actions.a.price.rows: 0 rows; a table has 1 to 1000"]);
    row(
        "rows = [{ size = \"4K\", credits = 1 }]",
        &["p.toml:16:18: actions.a.price.rows[0].size: \"4K\" is not known; did you mean \"4k\"?"],
    );
    row(
        "rows = [{ sise = \"4k\", credits = 1 }]",
        &[
            "p.toml:16:11: actions.a.price.rows[0].sise: no attribute \"sise\" is declared; did you mean \"size\"?",
        ],
    );
    row(
        "rows = [{ quantity = 1, credits = 1 }]",
        &[
            "p.toml:16:11: actions.a.price.rows[0].quantity: no attribute \"quantity\" is declared; a row can't depend on the quantity; an expression can",
        ],
    );
    row(
        "rows = [{ size = \"hd\" }]",
        &[
            "p.toml:16:9: actions.a.price.rows[0].credits: this is missing; say what the row costs, such as credits = 2",
        ],
    );
    row(
        "rows = [{ credits = 2 }]",
        &[
            "p.toml:16:9: actions.a.price.rows[0]: a row without conditions fits everything; say default = ... beside the rows instead",
        ],
    );
    row(
        "rows = [{ plan = \"prp\", credits = 2 }]",
        &["p.toml:16:18: actions.a.price.rows[0].plan: there is no plan \"prp\"; did you mean \"pro\"?"],
    );
    row(
        "rows = [{ length = 2, credits = 2 }]",
        &[
            "p.toml:16:20: actions.a.price.rows[0].length: a row can't depend on a decimal; count it with per = \"length\", or use an expression",
        ],
    );
    row(
        "rows = [{ steps = 51, credits = 2 }]",
        &[
            "p.toml:16:19: actions.a.price.rows[0].steps: the number is out of range; it must be a whole number from 1 to 50",
        ],
    );
    row(
        "rows = [{ steps = { min = 9, max = 3 }, credits = 2 }]",
        &["p.toml:16:19: actions.a.price.rows[0].steps: min 9 is above max 3; exchange them"],
    );
    row(
        "rows = [\n{ size = \"hd\", credits = 1 },\n{ size = \"hd\", credits = 2 },\n]",
        &["p.toml:18:1: actions.a.price.rows[1]: row 1 has the same conditions; remove one of them"],
    );
    row(
        "rows = [\n{ size = [\"hd\", \"4k\"], credits = 1 },\n{ size = \"hd\", plan = \"pro\", credits = 2 },\n]",
        &[
            "p.toml:18:1: actions.a.price.rows[1]: no work reaches this row: those before it fit all of it; move it up, or remove it",
        ],
    );
    row(
        "rows = [{ size = \"hd\", credits = 1 }, { size = \"4k\", credits = 2 }]\ndefault = 3",
        &[
            "p.toml:17:11: actions.a.price.default: no work reaches the default: the rows fit everything; remove it",
        ],
    );
    row("rows = [{ size = \"hd\", credits = 1 }]\ndefault = 3", &[]);
}

#[test]
fn expressions_are_pointed_into() {
    let row = |expression: &str, expected: &[&str]| {
        let lines = format!(
            "[actions.a.attributes]\nsize = {{ one_of = [\"hd\", \"4k\"] }}\n[plans.pro]\nfree = true\ncredits = 1\n\
             period = \"1 month\"\n[actions.a.price]\nround = \"up\"\nexpression = \"{expression}\"\n"
        );
        assert_eq!(problems(&text(&lines)), expected, "{expression}");
    };
    row("size == 'hd' ? quantity : 2", &[]);
    row(
        "sise == 'hd' ? 1 : 2",
        &["p.toml:14:15: actions.a.price.expression: nothing is called \"sise\"; did you mean \"size\"?"],
    );
    row(
        "size == '4K' ? 1 : 2",
        &["p.toml:14:23: actions.a.price.expression: size is never \"4K\"; did you mean \"4k\"?"],
    );
    row(
        "plan in ['pro', 'max'] && size == 'hd' ? 1 : 2",
        &["p.toml:14:31: actions.a.price.expression: plan is never \"max\"; known here: pro"],
    );
    row(
        "1 + size",
        &[
            "p.toml:14:19: actions.a.price.expression: this is a text; it must be a number: arithmetic is done with numbers",
        ],
    );
    row(
        "ciel(1) + size",
        &["p.toml:14:15: actions.a.price.expression: there is no function \"ciel\"; did you mean \"ceil\"?"],
    );
    row(
        "quantity * 2",
        &[
            "p.toml:7:1: actions.a.attributes.size: the price does not read it; use it in the price, remove it, or say priced = false",
        ],
    );
    let lines = "[actions.a]\nprice = { expression = \"1\" }";
    check(&[(
        lines,
        &[
            "p.toml:7:9: actions.a.price.round: this is missing; say how the result becomes a whole number: round = \"up\", \"down\", \"half_up\" or \"half_even\"",
        ],
    )]);
    let lines = "[actions.a]\nprice = { expression = \"1\", round = \"nearest\", minimum = 1 }";
    check(&[(
        lines,
        &[
            "p.toml:7:37: actions.a.price.round: \"nearest\" is not known; it must be \"up\", \"down\", \"half_up\" or \"half_even\"",
            "p.toml:7:58: actions.a.price.minimum: this has no meaning here; remove it: the expression says all but how its result is rounded",
        ],
    )]);
}
