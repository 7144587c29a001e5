//! What the pure crates do without. Indexing out of bounds is left to clippy's `indexing_slicing`.

use super::arrows::PURE;
use super::finding::{Finding, Rule};
use super::source::Source;
use super::tokens::{Token, paths};
use super::tree::Tree;

const FLOAT: Rule = Rule {
    check: "purity",
    why: "floats round, and round differently with another order of the same sums: credits must be exact",
    instead: "use `money::Amount`, integers in the unit's smallest part, or an exact decimal that is rounded by a stated \
              rule",
};

const CLOCK: Rule = Rule {
    check: "purity",
    why: "a decision that asks what time it is can't be replayed from the journal",
    instead: "take the instant as an argument (`now: moment::Instant`); the engine's clock port gives it",
};

const IO: Rule = Rule {
    check: "purity",
    why: "a pure crate decides the same for the same arguments, and never waits, or fails for the world's reasons",
    instead: "let the engine do it, and hand the result in as an argument",
};

const CHANCE: Rule = Rule {
    check: "purity",
    why: "what is drawn at random can't be replayed",
    instead: "take the id or the number as an argument; the engine's id port gives it",
};

const ORDER: Rule = Rule {
    check: "purity",
    why: "its order differs with every run, so what is made by going over it differs too",
    instead: "use BTreeMap or BTreeSet, or a sorted Vec",
};

const PANIC: Rule = Rule {
    check: "purity",
    why: "no input may end the server: one account's bad event would take all the others with it",
    instead: "give the case an answer: a refusal, an error, a saturating sum, or a type in which it can't occur",
};

/// Identifiers that tell by themselves.
const WORDS: [(&str, Rule); 13] = [
    ("f32", FLOAT),
    ("f64", FLOAT),
    ("SystemTime", CLOCK),
    ("async", IO),
    ("await", IO),
    ("tokio", IO),
    ("rand", CHANCE),
    ("fastrand", CHANCE),
    ("getrandom", CHANCE),
    ("uuid", CHANCE),
    ("HashMap", ORDER),
    ("HashSet", ORDER),
    ("RandomState", ORDER),
];

/// Paths, imported or written out, and all below them.
const BELOW: [(&str, Rule); 8] = [
    ("std::fs", IO),
    ("std::net", IO),
    ("std::io", IO),
    ("std::env", IO),
    ("std::process", IO),
    ("std::thread", IO),
    ("std::time::Instant", CLOCK),
    ("std::time::*", CLOCK),
];

/// Calls by the end of their path.
const CALLS: [(&str, Rule); 4] =
    [("Instant::now", CLOCK), ("Timestamp::now", CLOCK), ("Zoned::now", CLOCK), ("TimeZone::system", CLOCK)];

const MACROS: [&str; 4] = ["panic", "todo", "unimplemented", "unreachable"];
const METHODS: [&str; 4] = ["unwrap", "expect", "unwrap_err", "expect_err"];

/// Checks the code of the pure crates, but for their tests.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let pure = |path: &str| PURE.iter().any(|name| path.starts_with(&format!("crates/{name}/")));
    tree.sources().filter(|(path, _)| pure(path)).flat_map(|(path, source)| of_file(path, source)).collect()
}

fn of_file(path: &str, source: &Source) -> Vec<Finding> {
    let mut found = Vec::new();
    for (i, token) in source.tokens.iter().enumerate().filter(|(_, token)| !token.test) {
        let text = |offset: isize| neighbour(&source.tokens, i, offset);
        let word = token.text.as_str();
        if let Some((_, rule)) = WORDS.iter().find(|(banned, _)| *banned == word) {
            found.push(rule.at(path, token.line, format!("`{word}` in a pure crate")));
        } else if is_float(word) {
            found.push(FLOAT.at(path, token.line, format!("the float {word} in a pure crate")));
        } else if MACROS.contains(&word) && text(1) == "!" && text(2) != "=" {
            found.push(PANIC.at(path, token.line, format!("`{word}!` in a pure crate")));
        } else if METHODS.contains(&word) && text(-1) == "." && text(1) == "(" && text(-2) != "self" {
            found.push(PANIC.at(path, token.line, format!("`.{word}()` in a pure crate")));
        }
    }
    for named in paths(&source.tokens).iter().filter(|named| !named.test) {
        let below = BELOW.iter().find(|(banned, _)| named.starts_with(banned));
        if let Some((banned, rule)) = below.or(CALLS.iter().find(|(banned, _)| named.ends_with(banned))) {
            found.push(rule.at(path, named.line, format!("`{banned}` in a pure crate")));
        }
    }
    found
}

fn neighbour(tokens: &[Token], i: usize, offset: isize) -> &str {
    i.checked_add_signed(offset).and_then(|i| tokens.get(i)).map_or("", |token| token.text.as_str())
}

fn is_float(word: &str) -> bool {
    let hexadecimal = word.starts_with("0x");
    let digits = word.starts_with(|c: char| c.is_ascii_digit());
    let suffix = word.ends_with("f32") || word.ends_with("f64");
    let exponent = word.contains(['e', 'E']) && !word.contains("size");
    digits && (word.contains('.') || !hexadecimal && (suffix || exponent))
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::check;

    fn says(code: &str) -> Vec<String> {
        check(&Tree::from(&[("crates/money/src/lib.rs", code)])).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_impurity_is_found() {
        let bad = [
            "fn f(a: f64) {}",
            "const A: i64 = 1.5 as i64;",
            "let a = 1f32;",
            "let a = 1e9;",
            "use std::time::{Duration, Instant};",
            "use std::time::*;",
            "let a = SystemTime::UNIX_EPOCH;",
            "let a = jiff::Timestamp::now();",
            "let a = Zoned::now();",
            "use std::{cmp, fs};",
            "let a = std::env::var(b);",
            "fn f(a: impl std::io::Read) {}",
            "async fn f() {}",
            "use rand::Rng;",
            "let a: uuid::Uuid = b;",
            "use std::collections::HashMap;",
            "a.unwrap()",
            "a.expect(\"b\")",
            "panic!(\"a\")",
            "_ => unreachable!(),",
            "todo!()",
        ];
        for code in bad {
            let said = says(code);
            assert!(!said.is_empty(), "{code}");
            assert!(said[0].starts_with("crates/money/src/lib.rs:1: error [purity]"), "{}", said[0]);
        }
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        let good = [
            "use std::time::Duration;",
            "use std::collections::BTreeMap;",
            "use rustc_hash::FxHashMap;",
            "// an f64 would round; see std::fs",
            "let a = \"f64 HashMap panic!\";",
            "let a = 0x1f64; let b = 0xe1; let c = 1usize;",
            "a.unwrap_or(b); a.unwrap_or_default(); self.expect(Token::Comma)",
            "let panic = a; if panic != b {}",
            "let a = pair.0.1; for i in 1..20 {}",
            "#[cfg(test)]\nmod tests { use std::fs; fn f() { a.unwrap(); panic!() } }",
            "/// ```\n/// a.unwrap();\n/// ```\nfn f() {}",
        ];
        for code in good {
            assert_eq!(says(code), [""; 0], "{code}");
        }
    }

    #[test]
    fn tests_and_other_crates_may() {
        let code = "fn f() { std::fs::read(a).unwrap(); }";
        assert!(
            check(&Tree::from(&[("crates/money/tests/it.rs", code), ("crates/api/src/lib.rs", code)]))
                .is_empty()
        );
    }
}
