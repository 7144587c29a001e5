//! Price expressions: a row a case.

mod common;

use common::{price, problems, program, text};

const ATTRIBUTES: &str = "[actions.a.attributes]\nsize = { one_of = [\"hd\", \"4k\"], default = \"hd\" }\n\
    n = { min = -100, max = 100, default = 7 }\nd = { kind = \"decimal\", min = -100, max = 100, default = \"2.5\" }\n\
    fast = { kind = \"boolean\", default = false }\nnote = { kind = \"text\", default = \"x\" }\n\
    [plans.pro]\nfree = true\ncredits = 1\nperiod = \"1 month\"\n";

/// The lines of a program whose one action has that price. What the expression does not read is left undeclared.
fn lines(expression: &str, round: &str) -> String {
    let used = |line: &str| {
        let name = line.split(" = {").next().unwrap_or("");
        !line.contains(" = {")
            || expression.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
    };
    let declared: Vec<&str> = ATTRIBUTES.lines().filter(|line| used(line)).collect();
    format!(
        "{}\n[actions.a.price]\nround = \"{round}\"\nexpression = '''{expression}'''\n",
        declared.join("\n")
    )
}

#[test]
fn results_are_exact() {
    for (expression, expected) in [
        ("5", Ok(5)),
        ("quantity", Ok(3)),
        ("1 + 2 * 3 - 4", Ok(3)),
        ("(1 + 2) * 3", Ok(9)),
        ("10 - 4 - 3", Ok(3)),
        ("24 / 4 / 3", Ok(2)),
        ("2 * 7 % 4", Ok(2)),
        ("0.1 + 0.2 == 0.3 ? 1 : 2", Ok(1)),
        ("1 / 3 * 3", Ok(1)),
        ("7 / 2 * 2", Ok(7)),
        ("-(-5)", Ok(5)),
        ("- -5", Ok(5)),
        ("5 - -5", Ok(10)),
        ("d * 2", Ok(5)),
        ("n % 4 + (0 - 7) % 4", Ok(0)),
        ("5.5 % 2 * 2", Ok(3)),
        ("max(1, 2, n) + min(3, 4)", Ok(10)),
        ("ceil(d) * 100 + floor(d) * 10 + round(d)", Ok(323)),
        ("ceil(-d) + floor(-d) + round(-d) + 8", Ok(0)),
        ("n > 6 && n < 8 ? 1 : 0", Ok(1)),
        ("n >= 8 || n <= 6 || !(n == 7) ? 1 : 0", Ok(0)),
        ("true || 1 / (n - 7) > 0 ? 1 : 0", Ok(1)),
        ("n != 7 && 1 / (n - 7) > 0 ? 1 : 0", Ok(0)),
        ("true ? 1 : true ? 2 : 3", Ok(1)),
        ("false ? 1 : false ? 2 : 3", Ok(3)),
        ("size in ['4k'] ? 1 : size in [\"hd\", '4k'] ? 2 : 3", Ok(2)),
        ("n in [] ? 1 : n in [1, 7.0] ? 2 : 3", Ok(2)),
        ("fast in [true] ? 1 : 2", Ok(2)),
        ("fast ? 1 : 2", Ok(2)),
        ("fast == (n > 100) ? 1 : 2", Ok(1)),
        ("note == 'it\\'s \\\\' ? 1 : 2", Ok(2)),
        ("note == \"x\" ? 1 : 2", Ok(1)),
        ("plan == '' ? 1 : plan == 'pro' ? 2 : 3", Ok(1)),
        ("0.4", Ok(1)),
        ("-0.4", Err("OutOfRange")),
        ("n - 8", Err("OutOfRange")),
        ("1 / (n - 7)", Err("Undefined")),
        ("1 % (n - 7)", Err("Undefined")),
        ("999999999999999999", Err("OutOfRange")),
        ("quantity * 333333333333333", Ok(999_999_999_999_999)),
        ("999999999999999999 * 999999999999999999 * 999999999999999999", Err("OutOfRange")),
        ("999999999999999999 * 999999999999999999 > 1 / 999999999999999999 ? 1 : 2", Err("OutOfRange")),
        ("  5\n  + 1 ", Ok(6)),
    ] {
        let program = program(&lines(expression, "up"));
        assert_eq!(price(&program, 3, "", None), expected.map_err(str::to_owned), "{expression}");
    }
}

#[test]
fn results_are_rounded_as_the_file_says() {
    for (expression, up, down, half_up, half_even) in [
        ("2.5", 3, 2, 3, 2),
        ("3.5", 4, 3, 4, 4),
        ("10 / 3", 4, 3, 3, 3),
        ("20 / 3", 7, 6, 7, 7),
        ("4", 4, 4, 4, 4),
    ] {
        let rounded = ["up", "down", "half_up", "half_even"]
            .map(|round| price(&program(&lines(expression, round)), 1, "", None));
        assert_eq!(rounded, [Ok(up), Ok(down), Ok(half_up), Ok(half_even)], "{expression}");
    }
    // Rounded to the smallest part of the unit: 10 / 3 of a credit with two decimals is 3.34.
    let cents = lines("10 / 3", "up");
    let text = text(&cents).replace("name = \"credits\"", "name = \"credits\"\nscale = 2");
    assert_eq!(price(&catalog::load("p.toml", &text).unwrap(), 1, "", None), Ok(334));
}

#[test]
fn facts_come_from_the_request() {
    let program = program(&lines("quantity * n * (size == '4k' ? 2 : 1) * (plan == 'pro' ? d : 1)", "up"));
    for (quantity, given, plan, expected) in [
        (1, "", None, Ok(7)),
        (2, "n=5 size=4k", None, Ok(20)),
        (2, "n=5 size=4k d=0.5", Some("pro"), Ok(10)),
        (2, "n=5 size=4k d=0.5", Some("gone"), Ok(20)),
        (1, "n=101", None, Err("n: a whole number from -100 to 100")),
        (1, "m=1", None, Err("m: left out: the action's attributes are one of \"size\", \"n\", \"d\"")),
    ] {
        assert_eq!(price(&program, quantity, given, plan), expected.map_err(str::to_owned), "{given}");
    }
}

#[test]
fn faults_say_where_and_what_would_be_right() {
    let deep = format!("{}1{}", "(".repeat(25), ")".repeat(25));
    let minuses = format!("{}1", "-".repeat(100));
    let long = vec!["1"; 300].join("+");
    let longer = "1+".repeat(1_500);
    for (expression, expected) in [
        (" ", "1: the end is not expected here; a number, a text, a name or a bracket is"),
        ("1 +", "4: the end is not expected here; a number, a text, a name or a bracket is"),
        ("1 2", "3: 2 is not expected here; an operator is"),
        ("(1", "3: the end is not expected here; \")\" closes the bracket"),
        ("true ? 1", "9: the end is not expected here; \":\" stands between the two results of ?"),
        ("n = 7 ? 1 : 2", "3: '=' has no meaning here; write == to compare"),
        ("n & 7", "3: '&' has no meaning here; write && for and"),
        (
            ".5",
            "1: '.' has no meaning here; there are no methods, and a decimal begins with a digit, such as 0.5",
        ),
        (
            "1 # 2",
            "3: '#' has no meaning here; there are numbers, texts in quotes, names, + - * / %, comparisons, && || !, ? : and in [..]",
        ),
        (
            "1e3",
            "1: \"1e3\" is no exact number; write it in digits, such as 5 or 0.5, at most 18 before the point and 9 after it",
        ),
        (
            "0x10",
            "1: \"0x10\" is no exact number; write it in digits, such as 5 or 0.5, at most 18 before the point and 9 after it",
        ),
        ("note == 'x ? 1 : 2", "9: the text has no end; close it with '"),
        (
            "note == '\\n' ? 1 : 2",
            "10: \\ has no meaning here; only a quote or another \\ may stand behind it",
        ),
        ("quantty", "1: nothing is called \"quantty\"; did you mean \"quantity\"?"),
        ("size(note)", "1: there is no function \"size\"; known here: min, max, ceil, floor, round"),
        ("max(1)", "1: max is given 1; it takes 2 to 16 numbers"),
        ("ceil(1, 2)", "1: ceil is given 2; it takes one number"),
        ("note", "1: this is a text; it must be a number: a price is a number"),
        ("n > 1", "3: this is true or false; it must be a number: a price is a number"),
        ("n ? 1 : 2", "1: this is a number; it must be true or false: ? stands behind a condition"),
        ("fast ? 1 : 'a'", "6: one result is a number, the other a text; they must be of one kind"),
        ("n == 'a' ? 1 : 2", "3: a number is compared with a text; compare what is of one kind"),
        (
            "note < 'a' ? 1 : 2",
            "1: this is a text; it must be a number: only numbers are more or less than others",
        ),
        ("!n ? 1 : 2", "2: this is a number; it must be true or false: ! stands before a condition"),
        ("-note", "2: this is a text; it must be a number: - stands before a number"),
        (
            "n && fast ? 1 : 2",
            "1: this is a number; it must be true or false: && and || stand between conditions",
        ),
        (
            "1 < 2 < 3 ? 1 : 2",
            "3: this is true or false; it must be a number: only numbers are more or less than others",
        ),
        ("n / 0", "5: this divides by zero; divide by another number"),
        ("[1]", "1: a list stands alone; a list may only stand behind in"),
        ("n in 7 ? 1 : 2", "6: there is no list behind in; write it as in [\"hd\", \"4k\"]"),
        ("n in [n] ? 1 : 2", "7: a list holds plain values; write a number, a text, true or false"),
        ("n in ['a'] ? 1 : 2", "7: this is a text; it must be a number, as what is looked for"),
        ("'8k' == size ? 1 : 2", "1: size is never \"8k\"; did you mean \"4k\"?"),
        ("plan == 'plus' ? 1 : 2", "9: plan is never \"plus\"; known here: pro"),
        (&deep, "25: the expression nests too deeply; 24 levels are allowed"),
        (&minuses, "25: the expression nests too deeply; 24 levels are allowed"),
        (&long, "250: the expression has too many parts; it may have 250"),
        (&longer, "1: the expression is too long; it may have 2000 bytes"),
    ] {
        let told = problems(&text(&lines(expression, "up")));
        let found = told.iter().find_map(|told| {
            let (place, message) = told.split_once(": actions.a.price.expression: ")?;
            // The column within the expression, which begins behind the key and three quotes.
            let column: usize = place.rsplit(':').next()?.parse().ok()?;
            Some(format!("{}: {message}", (column + 1).saturating_sub("expression = '''".len() + 1)))
        });
        assert_eq!(found.as_deref(), Some(expected), "{expression}\n{told:?}");
    }
}
