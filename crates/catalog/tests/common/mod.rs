//! What the tests share: a small program to which each adds its own lines.

#![allow(dead_code, reason = "each test file uses its own part")]

use catalog::{Attribute, NoPrice, Program, Work, load};

/// Five lines. The unit has one decimal.
pub const HEAD: &str = "scrip = 1\nid = \"p\"\nname = \"P\"\n[units.credit]\nname = \"credits\"\n";

/// The head with lines from line 6 on, and an action where they have none.
pub fn text(lines: &str) -> String {
    let actions = if lines.contains("actions") { "" } else { "\n[actions.a]\nprice = 1\n" };
    format!("{HEAD}{}{actions}", lines.trim_start_matches('\n'))
}

pub fn program(lines: &str) -> Program {
    load("p.toml", &text(lines)).unwrap_or_else(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", problems.join("\n"))
    })
}

/// The problems as people read them, a line each.
pub fn problems(text: &str) -> Vec<String> {
    match load("p.toml", text) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

/// Attributes as requests have them: `resolution=4k steps=5 fast=true`.
pub fn attributes(text: &str) -> Vec<(String, Attribute)> {
    let mut attributes: Vec<(String, Attribute)> = text
        .split_whitespace()
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap();
            let value = match (value, value.parse::<i64>()) {
                ("true", _) => Attribute::Bool(true),
                ("false", _) => Attribute::Bool(false),
                (_, Ok(number)) => Attribute::Int(number),
                _ => Attribute::Text(value.to_owned()),
            };
            (name.to_owned(), value)
        })
        .collect();
    attributes.sort();
    attributes
}

/// The price of the first action, in smallest parts; a refusal as a short text.
pub fn price(program: &Program, quantity: i64, given: &str, plan: Option<&str>) -> Result<i64, String> {
    let attributes = attributes(given);
    let work = Work { quantity, attributes: &attributes, plan };
    match program.price(&program.actions[0], &work) {
        Ok(credits) => Ok(credits.0),
        Err(NoPrice::Attribute { name, expected }) => Err(format!("{name}: {expected}")),
        Err(other) => Err(format!("{other:?}")),
    }
}

/// So many pieces of text, each made from its number.
pub fn repeated(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect::<Vec<_>>().concat()
}
