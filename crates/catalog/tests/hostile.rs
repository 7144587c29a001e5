//! Files that mean harm, or none at all: loading ends, quickly, and never panics.

mod common;

use catalog::{Attribute, Work, load};
use common::{problems, repeated, text};
use money::Amount;
use proptest::collection::vec;
use proptest::prelude::*;

const FILES: [&str; 4] = [
    include_str!("files/every_key.toml"),
    include_str!("../../../programs/pictofit.toml"),
    include_str!("../../../programs/pictastic.toml"),
    include_str!("../../../programs/picsart.toml"),
];

#[test]
fn nesting_is_refused_before_it_is_parsed() {
    for (text, line) in [
        (format!("scrip = 1\nx = {}", "[".repeat(100_000)), 2),
        (format!("scrip = 1\nx = {}", "{ a = ".repeat(100_000)), 2),
        (format!("scrip = 1\n{}a = 1", "a.".repeat(100_000)), 2),
        (format!("scrip = 1\n[{}a]", "a.".repeat(100_000)), 2),
        (format!("scrip = 1\n\nx = {}", "{ a.a.a.a.a.a.a.a.a = ".repeat(79)), 3),
    ] {
        let told = problems(&text);
        assert!(told[0].starts_with(&format!("p.toml:{line}:")), "{}", told[0]);
        assert!(told[0].ends_with(
            "the file nests too deeply; a program file needs tables within tables four deep at most"
        ));
    }
}

#[test]
fn sizes_are_bounded() {
    let told = problems(&"#".repeat((1 << 20) + 1));
    assert_eq!(told, ["p.toml:1:1: the file is too long; it may have 1048576 bytes"]);
    let many = repeated(1_001, |index| format!("[actions.a{index}]\nprice = 1\n"));
    assert_eq!(
        problems(&text(&many)),
        ["p.toml:6:2: actions: there are too many actions; a program may have 1000"]
    );
    let rows = |count: usize| {
        let rows: Vec<String> = (0..count).map(|index| format!("{{ n = {index}, credits = 1 }}")).collect();
        format!(
            "[actions.a]\nattributes = {{ n = {{ max = 5000 }} }}\nprice = {{ rows = [{}] }}",
            rows.join(", ")
        )
    };
    assert_eq!(problems(&text(&rows(1_000))), Vec::<String>::new());
    assert_eq!(
        problems(&text(&rows(1_001))),
        ["p.toml:8:18: actions.a.price.rows: 1001 rows; a table has 1 to 1000"]
    );
    let long = "x".repeat(100_000);
    for line in [
        format!("{long} = 1"),
        format!("[actions.{long}]\nprice = 1"),
        format!("[brand]\naccent = \"{long}\""),
        format!("[actions.a]\nprice = {}", "9".repeat(100_000)),
        format!("[starter]\ncredits = 1\nlife = \"{long}\""),
        format!("[packages.a]\ncredits = 1\nprice = \"1 {long}\""),
        format!("[packages.a]\ncredits = 1\nprice = \"{} USD\"", "9".repeat(100_000)),
        format!("[actions.a]\nprice = 1\nunit = \"{long}\""),
        format!("[actions.a]\nprice = {{ round = \"up\", expression = \"{long}\" }}"),
    ] {
        let told = problems(&text(&line));
        assert!(!told.is_empty() && told.iter().all(|told| told.len() < 1_000), "{}", told[0].len());
    }
}

/// Tables whose rows overlap in many columns are the dearest to check.
#[test]
fn checking_a_table_ends() {
    let names: Vec<String> = (0..16).map(|index| format!("n{index}")).collect();
    let attributes: Vec<String> = names.iter().map(|name| format!("{name} = {{ max = 100000 }}")).collect();
    let rows: Vec<String> = (0..300_usize)
        .map(|row| {
            let bounds = |column: usize| (row * 7919 + column * 104_729) % 50_000;
            let conditions: Vec<String> = (0..16)
                .map(|column| {
                    format!("n{column} = {{ min = {}, max = {} }}", bounds(column), bounds(column) + 50_000)
                })
                .collect();
            format!("{{ {}, credits = 1 }}", conditions.join(", "))
        })
        .collect();
    let text = text(&format!(
        "[actions.a]\nattributes = {{ {} }}\nprice = {{ rows = [{}] }}",
        attributes.join(", "),
        rows.join(", ")
    ));
    let _ = load("p.toml", &text);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        let _ = load("p.toml", &text);
        let _ = load("p.toml", &format!("scrip = 1\n{text}"));
    }

    /// Files with pieces cut out, doubled, or exchanged for what hurts.
    #[test]
    fn damaged_files_are_read_or_refused(
        file in 0..FILES.len(),
        edits in vec((any::<prop::sample::Index>(), 0..40_usize, prop::sample::select(vec![
            "", "\n", "=", "[", "]", "{", "}", "\"", "'", "'''", "\"\"\"", ".", ",", "#", "\\", "\u{0}", "é", "\u{feff}", "-1", "1e999",
            "0x", "99999999999999999999", "nan", "2026-01-01", "true", "[[a]]", "[actions]", "price", "free = true\n", "rows", "\r",
        ])), 1..6),
    ) {
        let mut text: Vec<char> = FILES[file].chars().collect();
        for (place, length, piece) in edits {
            let start = place.index(text.len().max(1)).min(text.len());
            let end = (start + length).min(text.len());
            text.splice(start..end, piece.chars());
        }
        let text: String = text.into_iter().collect();
        if let Err(problems) = load("p.toml", &text) {
            prop_assert!(!problems.is_empty());
            let lines = u32::try_from(text.split('\n').count()).unwrap();
            prop_assert!(problems.iter().all(|problem| (1..=lines).contains(&problem.line) && problem.column >= 1));
        }
    }

    /// Lines of a file in another order, or without some.
    #[test]
    fn shuffled_files_are_read_or_refused(file in 0..FILES.len(), order in vec(any::<prop::sample::Index>(), 1..80)) {
        let lines: Vec<&str> = FILES[file].lines().collect();
        let text: Vec<&str> = order.iter().map(|place| lines[place.index(lines.len())]).collect();
        let _ = load("p.toml", &format!("scrip = 1\n{}", text.join("\n")));
    }

    /// Any words of the language, in any order.
    #[test]
    fn any_expression_has_a_price_in_range_or_none(
        words in vec(prop::sample::select(vec![
            "1", "0", "2.5", "999999999999999999", "0.000000001", "quantity", "plan", "n", "d", "size", "fast", "'hd'", "''", "true",
            "+", "-", "*", "/", "%", "<", "<=", "==", "!=", "&&", "||", "!", "?", ":", "(", ")", "[", "]", ",", "in",
            "min(", "max(", "ceil(", "floor(", "round(", ".", "\\", "é",
        ]), 0..30),
        n in any::<i64>(), d in "-?[0-9]{1,4}(\\.[0-9]{1,3})?", quantity in any::<i64>(), fast in any::<bool>(),
    ) {
        priced(&words.join(" "), n, &d, quantity, fast)?;
    }

    /// Sums, products and choices that are well formed, so that most have a price.
    #[test]
    fn any_sound_expression_has_a_price_in_range_or_none(
        expression in sound(), n in -100..100_i64, d in "[0-9]{1,2}(\\.[0-9]{1,3})?", quantity in 1..1_000_000_i64, fast in any::<bool>(),
    ) {
        priced(&expression, n, &d, quantity, fast)?;
    }
}

fn sound() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "1",
        "0",
        "2.5",
        "0.000000001",
        "999999999999999999",
        "quantity",
        "n",
        "d",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(5, 40, 3, |inner| {
        let number = (inner.clone(), inner.clone(), inner);
        let sign = prop::sample::select(vec!["+", "-", "*", "/", "%"]);
        let function = prop::sample::select(vec!["min", "max"]);
        prop_oneof![
            (number.clone(), sign).prop_map(|((a, b, _), sign)| format!("({a} {sign} {b})")),
            (number.clone(), function).prop_map(|((a, b, c), name)| format!("{name}({a}, {b}, {c})")),
            number.clone().prop_map(|(a, b, c)| format!("(fast && {a} < {b} ? {c} : -{a})")),
            number.prop_map(|(a, b, _)| format!("round({a} / (1 + {b}))")),
        ]
    })
}

fn priced(expression: &str, n: i64, d: &str, quantity: i64, fast: bool) -> Result<(), TestCaseError> {
    let declared = [
        ("size", "size = { one_of = [\"hd\", \"4k\"] }"),
        ("n", "n = { min = -1000000000000000 }"),
        ("d", "d = { kind = \"decimal\", min = -10000 }"),
        ("fast", "fast = { kind = \"boolean\" }"),
    ];
    let names =
        |name: &str| expression.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == name);
    let lines: Vec<&str> = declared.iter().filter(|(name, _)| names(name)).map(|(_, line)| *line).collect();
    let lines = format!(
        "[actions.a.attributes]\n{}\n[actions.a.price]\nround = \"half_up\"\nexpression = '''\n{expression}\n'''",
        lines.join("\n")
    );
    let Ok(program) = load("p.toml", &text(&lines)) else {
        return Ok(());
    };
    let mut attributes = vec![
        ("d".to_owned(), Attribute::Text(d.to_owned())),
        ("fast".to_owned(), Attribute::Bool(fast)),
        ("n".to_owned(), Attribute::Int(n)),
        ("size".to_owned(), Attribute::Text("hd".to_owned())),
    ];
    attributes.retain(|(name, _)| names(name));
    if let Ok(price) =
        program.price(&program.actions[0], &Work { quantity, attributes: &attributes, plan: Some("pro") })
    {
        prop_assert!((Amount::ZERO..=Amount::MAX).contains(&price), "{expression}: {price}");
    }
    Ok(())
}
