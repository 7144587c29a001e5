//! Calls and marks that no code has, whichever crate it is in.

use super::finding::{Finding, Rule};
use super::source::Source;
use super::tokens::{NamedPath, Token, paths};
use super::tree::{Tree, extension, in_tests_folder};

/// The files that may ask the machine what time it is, and why.
const CLOCK_FILES: [(&str, &str); 2] = [
    ("crates/engine/src/clock.rs", "the clock port's adapter to the machine's clocks"),
    ("crates/testkit/src/wait.rs", "waits for another process, with a deadline"),
];

const CLOCK_CALLS: [&str; 4] = ["SystemTime::now", "Instant::now", "Timestamp::now", "Zoned::now"];
const SLEEPS: [&str; 2] = ["thread::sleep", "time::sleep"];
const PRINTS: [&str; 4] = ["println", "print", "eprintln", "eprint"];
const UNFINISHED: [&str; 2] = ["dbg", "todo"];
const MARKS: [&str; 4] = ["TODO", "FIXME", "XXX", "HACK"];

/// Files whose comments are not told apart from the rest: each line is read whole.
const READ_WHOLE: [&str; 12] =
    ["css", "html", "js", "mjs", "py", "sh", "sql", "toml", "ts", "xml", "yaml", "yml"];

const CLOCK: Rule = Rule {
    check: "banned",
    why: "with more than one place that asks for the time, a test clock can't move all of it",
    instead: "take the time from the engine's clock port (crates/engine/src/clock.rs), or as an argument",
};

const SLEEP: Rule = Rule {
    check: "banned",
    why: "a test that sleeps is slow when the machine is fast, and fails when it is slow",
    instead: "move the test clock, wait on a channel, or poll with a deadline through `testkit`",
};

const PRINT: Rule = Rule {
    check: "banned",
    why: "a library's output belongs to the program that uses it; prints from servers are lost or break its output",
    instead: "return it, record it in the logs, or print it in `scrip`",
};

const REST: Rule = Rule {
    check: "banned",
    why: "it is a leftover of work in progress",
    instead: "finish it, or take it out and open an issue",
};

const MARK: Rule = Rule {
    check: "banned",
    why: "a mark in a comment is seen by nobody who decides what is done next",
    instead: "do it now, or open an issue and take the mark out; say in the comment what holds today",
};

const IGNORED: Rule = Rule {
    check: "banned",
    why: "a test that does not run tells nothing, and rots",
    instead: "mend it, make it fast enough to run always, or delete it",
};

/// Checks all code, and comments in other files.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let libraries: Vec<&str> =
        tree.sources().filter_map(|(path, _)| path.strip_suffix("src/lib.rs")).collect();
    let mut found = Vec::new();
    for (path, source) in tree.sources() {
        found.extend(paths(&source.tokens).iter().filter_map(|named| call(path, named)));
        let in_library = libraries.iter().any(|library| path.starts_with(library));
        let program = path.starts_with("crates/scrip/") || path.starts_with("xtask/");
        found.extend(macros_and_attributes(path, source, in_library && !program));
        found.extend(source.comments.iter().filter_map(|(line, comment)| mark(path, *line, comment)));
    }
    for (path, text) in tree.texts().filter(|(path, text)| is_read_whole(path, text)) {
        found.extend(text.lines().enumerate().filter_map(|(n, line)| mark(path, n + 1, line)));
    }
    found
}

fn call(path: &str, named: &NamedPath) -> Option<Finding> {
    let ends = |calls: &[&'static str]| calls.iter().copied().find(|call| named.ends_with(call));
    let clock = ends(&CLOCK_CALLS).filter(|_| CLOCK_FILES.iter().all(|(file, _)| *file != path));
    let sleep = ends(&SLEEPS).filter(|_| named.test);
    clock
        .map(|call| CLOCK.at(path, named.line, format!("`{call}` outside the clock's module")))
        .or_else(|| sleep.map(|call| SLEEP.at(path, named.line, format!("`{call}` in a test"))))
}

fn macros_and_attributes(path: &str, source: &Source, library: bool) -> Vec<Finding> {
    let mut found = Vec::new();
    for window in source.tokens.windows(3) {
        let [first, second, third] = window else { continue };
        let word = first.text.as_str();
        let called = second.text == "!" && third.text != "=";
        if called && UNFINISHED.contains(&word) {
            found.push(REST.at(path, first.line, format!("`{word}!`")));
        } else if called && library && !first.test && !in_tests_folder(path) && PRINTS.contains(&word) {
            found.push(PRINT.at(path, first.line, format!("`{word}!` in a library crate")));
        } else if is_ignore(window) {
            found.push(IGNORED.at(path, third.line, "a test that is ignored"));
        }
    }
    found
}

fn is_ignore(window: &[Token]) -> bool {
    window.iter().map(|token| token.text.as_str()).eq(["#", "[", "ignore"])
}

fn mark(path: &str, line: usize, text: &str) -> Option<Finding> {
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    let word = words.find(|word| MARKS.contains(word))?;
    Some(MARK.at(path, line, format!("the mark {word}")))
}

fn is_read_whole(path: &str, text: &str) -> bool {
    let extension = extension(path);
    extension != "rs" && (READ_WHOLE.contains(&extension) || text.starts_with("#!"))
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::check;

    fn says(path: &str, text: &str) -> Vec<String> {
        let found = check(&Tree::from(&[
            ("crates/api/src/lib.rs", ""),
            ("crates/scrip/src/lib.rs", ""),
            (path, text),
        ]));
        found
            .iter()
            .map(|finding| finding.to_string().lines().next().unwrap_or_default().to_owned())
            .collect()
    }

    #[test]
    fn the_clock_is_asked_in_one_place() {
        let code = "fn f() {\n    std::time::Instant::now()\n}";
        let said = says("crates/api/src/a.rs", code);
        assert_eq!(
            said,
            ["crates/api/src/a.rs:2: error [banned]: `Instant::now` outside the clock's module"]
        );
        assert_eq!(says("crates/api/tests/it.rs", code).len(), 1);
        assert_eq!(says("crates/engine/src/clock.rs", code), [""; 0]);
        assert_eq!(says("crates/api/src/a.rs", "fn f() { clock.now() }"), [""; 0]);
    }

    #[test]
    fn tests_do_not_sleep() {
        assert_eq!(says("crates/api/tests/it.rs", "fn f() { std::thread::sleep(a) }").len(), 1);
        assert_eq!(says("crates/api/src/a.rs", "#[test]\nfn f() { tokio::time::sleep(a).await }").len(), 1);
        assert_eq!(says("crates/api/src/a.rs", "fn f() { std::thread::sleep(a) }"), [""; 0]);
    }

    #[test]
    fn libraries_do_not_print() {
        let code = "fn f() { println!() }";
        assert_eq!(says("crates/api/src/a.rs", code).len(), 1);
        assert_eq!(says("crates/api/src/a.rs", &format!("#[cfg(test)]\nmod tests {{ {code} }}")), [""; 0]);
        assert_eq!(says("crates/api/tests/it.rs", code), [""; 0]);
        assert_eq!(says("crates/scrip/src/demo.rs", code), [""; 0]);
    }

    #[test]
    fn nothing_is_left_over() {
        assert_eq!(says("crates/api/src/a.rs", "fn f() { dbg!(a); todo!() }").len(), 2);
        assert_eq!(says("crates/api/src/a.rs", "// TODO: later\n/* a\n FIXME */").len(), 2);
        assert_eq!(says("crates/api/tests/it.rs", "#[test]\n#[ignore = \"slow\"]\nfn f() {}").len(), 1);
        assert_eq!(says("docs/x.sql", "-- HACK").len(), 1);
        assert_eq!(says("test", "#!/bin/sh\n# TODO").len(), 1);
    }

    #[test]
    fn marks_are_words_of_comments() {
        assert_eq!(says("crates/api/src/a.rs", "const TODO: &str = \"FIXME\"; // todos, TODOS"), [""; 0]);
        assert_eq!(says("test", "#!/bin/sh\nmktemp -d /tmp/a.XXXXXX"), [""; 0]);
    }
}
