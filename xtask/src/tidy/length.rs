//! How long a file may be.

use super::finding::{Finding, Rule};
use super::tree::Tree;

const ERROR_OVER: usize = 400;
const NOTE_OVER: usize = 250;

/// Files that may be longer than `ERROR_OVER`: how long, and why.
const EXCEPTIONS: [(&str, usize, &str); 0] = [];

const LENGTH: Rule = Rule {
    check: "length",
    why: "a file that is read in one go is understood in one go; most of ours have 80 to 250 lines",
    instead: "move what belongs together into a module of its own, and a long table of tests into a file beside it; where \
              it really is one thing, give it a line with a reason in xtask/src/tidy/length.rs",
};

const STALE: Rule = Rule {
    check: "length",
    why: "an exception that nothing needs any more lets the file grow unseen",
    instead: "delete its line in xtask/src/tidy/length.rs",
};

/// Checks every Rust file.
pub fn check(tree: &Tree) -> Vec<Finding> {
    with(tree, &EXCEPTIONS)
}

fn with(tree: &Tree, exceptions: &[(&str, usize, &str)]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, source) in tree.sources() {
        let allowed =
            exceptions.iter().find(|(file, ..)| *file == path).map_or(ERROR_OVER, |(_, lines, _)| *lines);
        let lines = source.lines;
        if lines > allowed {
            found.push(LENGTH.at(path, allowed + 1, format!("{lines} lines, {allowed} are allowed")));
        } else if lines > NOTE_OVER && allowed == ERROR_OVER {
            found.push(LENGTH.at(path, NOTE_OVER + 1, format!("{lines} lines")).into_note());
        }
    }
    for (file, ..) in exceptions {
        if tree.source(file).is_none_or(|source| source.lines <= ERROR_OVER) {
            found.push(STALE.at(file, 1, "an exception that is not needed"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::{check, with};

    fn file(lines: usize) -> Tree {
        Tree::from(&[("crates/money/src/lib.rs", "\n".repeat(lines).as_str())])
    }

    #[test]
    fn short_is_fine_longer_is_noted_long_is_not() {
        assert!(check(&file(250)).is_empty());
        assert!(check(&file(251))[0].note && check(&file(400))[0].note);
        assert!(!check(&file(401))[0].note);
    }

    #[test]
    fn exceptions_have_a_bound_and_an_end() {
        let exceptions = [("crates/money/src/lib.rs", 500, "a table")];
        assert!(with(&file(500), &exceptions).is_empty());
        assert!(with(&file(501), &exceptions)[0].to_string().contains("501 lines, 500 are allowed"));
        assert!(with(&file(100), &exceptions)[0].to_string().contains("not needed"));
    }
}
