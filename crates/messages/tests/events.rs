//! `docs/events.md`, which is made from the samples.

use std::fmt::Write;
use std::path::Path;

use messages::webhook::payload;
use messages::{Kind, sample};
use serde_json::Value;

const START: &str = "\
# Events

Made from `crates/messages/src/samples.rs` by its tests; `UPDATE_DOCS=1 cargo test -p messages` writes it anew.

What a webhook says: `type` is the event, `timestamp` when it happened by the program's clock, `data` the fields that are listed
here. In front of them stand `account` (Scrip's id), `host_id` (your own) and `program`; of an event about no account the
first two are `null`. Credits are whole numbers of the unit's smallest part, with `unit`, `unit_name` and `scale` beside them; money
is `{\"amount\", \"currency\"}` in the minor unit. A field that does not apply is left out (a `price` where nothing is paid, `from` where
there was nothing before, `next_attempt_at` after the last attempt), and later versions may add fields and events.

How they are sent, verified and sent again is in [Webhooks](how-to/webhooks.md), which of them are letters too in
[Mail](how-to/mail.md).
";

fn form(value: &Value) -> &'static str {
    match value {
        Value::Number(_) => "number",
        Value::Object(_) => "money",
        Value::String(text) if text.len() == 20 && text.ends_with('Z') => "time",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        _ => "?",
    }
}

fn document() -> String {
    let mut text = START.to_owned();
    for kind in Kind::ALL {
        let told: &str = match (kind.to_customer(), kind.has_letter()) {
            (true, _) => "The customer gets a letter.",
            (false, true) => "The support address gets a letter.",
            (false, false) => "There is no letter.",
        };
        let happened = kind.meaning();
        write!(text, "\n## `{kind}`\n\n{happened} {told}\n\n| field | is | for instance |\n|---|---|---|\n")
            .unwrap();
        let body: Value = serde_json::from_slice(&payload(&sample(kind))).unwrap();
        for (name, value) in body["data"].as_object().unwrap() {
            if !["account", "host_id", "program", "unit", "unit_name", "scale"].contains(&name.as_str()) {
                writeln!(text, "| `{name}` | {} | `{value}` |", form(value)).unwrap();
            }
        }
    }
    text
}

#[test]
fn the_document_says_what_the_samples_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/events.md");
    let text = document();
    assert!(!text.contains("| ? |"), "{text}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "docs/events.md is not up to date: UPDATE_DOCS=1 cargo test -p messages");
}
