//! Prices as people and APIs see them.

mod common;

use catalog::load;
use common::program;

#[test]
fn prices_are_said_in_a_sentence() {
    for (price, sentence) in [
        ("price = 0", "free"),
        ("free = true", "free"),
        ("price = 1", "1 credit"),
        ("price = 12345", "12345 credits"),
        ("price = { credits = 2, label = \"photo\" }", "2 credits per photo"),
        ("price = { credits = 2, block = 1000 }", "2 credits per started 1000"),
        ("price = { credits = 2, block = 1000, label = \"token\" }", "2 credits per started 1000 tokens"),
        (
            "price = { credits = 2, minimum = 5, label = \"photo\" }",
            "2 credits per photo, at least 5 credits",
        ),
        ("price = { credits = 2, included = 3 }", "2 credits, the next 3 after the first at no cost"),
        ("price = { credits = 2, summary = \"Two, always\" }", "Two, always"),
        (
            "price = { expression = \"quantity * 2\", round = \"half_even\" }",
            "quantity * 2 credits, rounded to the nearest, halves to even",
        ),
        (
            "price = { credits = 2, per = \"length\" }\nattributes = { length = { kind = \"decimal\" } }",
            "2 credits per started length",
        ),
        (
            "price = { credits = 2, per = \"pages\", label = \"page\" }\nattributes = { pages = { max = 9 } }",
            "2 credits per page",
        ),
        (
            "price = { rows = [{ fast = true, credits = 2 }, { fast = false, credits = 1 }] }\nattributes = { fast = { kind = \"boolean\" } }",
            "2 credits with fast, 1 without fast",
        ),
        (
            "price = { rows = [{ n = { max = 5 }, credits = 1 }, { n = [6, 7], credits = 0 }], default = 3 }\nattributes = { n = { max = 9 } }",
            "1 credit at n 0 to 5, free at n 6 or 7, 3 otherwise",
        ),
        (
            "price = { rows = [{ n = 0, credits = 9 }, { n = 1, credits = 8 }, { n = 2, credits = 7 }, { n = 3, credits = 6 }, \
          { n = 4, credits = 5 }, { n = 5, credits = 4 }, { n = 6, credits = 3 }] }\nattributes = { n = { max = 9 } }",
            "3 to 9 credits, by table",
        ),
    ] {
        let program = program(&format!("[actions.a]\n{price}"));
        assert_eq!(program.price_view(&program.actions[0]).sentence, sentence, "{price}");
    }
}

#[test]
fn views_have_all_numbers() {
    let program = load("p.toml", include_str!("files/every_key.toml")).unwrap();
    let view = |code: &str| {
        let view = program.price_view(program.action(code).unwrap());
        serde_json::to_value(view).unwrap()
    };
    assert_eq!(view("flat"), serde_json::json!({ "kind": "flat", "credits": 50, "sentence": "0.5 credits" }));
    assert_eq!(
        view("tokens"),
        serde_json::json!({
            "kind": "quantity", "credits": 25, "per": "quantity", "label": "token", "block": "1000", "included": 2, "minimum": 100,
            "sentence": "0.25 credits per started 1000 tokens, the next 2 after the first at no cost, at least 1 credit",
        })
    );
    assert_eq!(
        view("video"),
        serde_json::json!({
            "kind": "table", "per": "seconds", "label": "second", "block": "1", "included": 0, "minimum": 0,
            "rows": [
                { "when": [["plan", ["pro"]], ["resolution", ["hd", "4k"]]], "credits": 500 },
                { "when": [["resolution", ["hd"]]], "credits": 1000 },
                { "when": [], "credits": 2000 },
            ],
            "attributes": [
                { "name": "resolution", "kind": "one_of", "one_of": ["hd", "4k"], "default": "hd", "required": false },
                { "name": "seconds", "kind": "decimal", "min": "0.1", "max": "600", "required": true },
                { "name": "note", "kind": "text", "required": false },
            ],
            "sentence": "5 credits per started second on Pro and at hd or 4k, 10 at hd, 20 otherwise",
        })
    );
    assert_eq!(
        view("render"),
        serde_json::json!({
            "kind": "expression", "round": "half_even", "sentence": "By megapixels",
            "expression": "max(1, quantity * megapixels * (plan == 'pro' ? 0.5 : 0.75))",
            "attributes": [{ "name": "megapixels", "kind": "decimal", "min": "0", "max": "1000", "required": true }],
        })
    );
}
