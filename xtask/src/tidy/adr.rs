//! Decision records are numbered, each number once.

use std::collections::BTreeMap;

use super::finding::{Finding, Rule};
use super::tree::Tree;

const FOLDER: &str = "docs/adr/";

const NUMBER: Rule = Rule {
    check: "adr",
    why: "records are quoted by their number, and read in its order",
    instead: "name it with the next free number of four digits: docs/adr/0042-what-was-decided.md",
};

/// Checks the names of all records.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut taken = BTreeMap::new();
    for (path, _) in tree.texts() {
        let Some(name) = path.strip_prefix(FOLDER).filter(|name| *name != "README.md") else { continue };
        match number(name) {
            None => found.push(NUMBER.at(path, 1, format!("\"{name}\" is no name of a record"))),
            Some(number) => {
                if let Some(first) = taken.insert(number, path) {
                    found.push(NUMBER.at(path, 1, format!("the number {number} is that of {first}")));
                }
            }
        }
    }
    found
}

fn number(name: &str) -> Option<&str> {
    let (number, title) = name.strip_suffix(".md")?.split_once('-')?;
    let digits = number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit());
    let plain =
        !title.is_empty() && title.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    (digits && plain).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::check;

    fn says(files: &[&str]) -> Vec<String> {
        let files: Vec<(&str, &str)> = files.iter().map(|file| (*file, "")).collect();
        check(&Tree::from(&files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn numbers_are_taken_once() {
        assert_eq!(
            says(&["docs/adr/0001-a.md", "docs/adr/0002-b-2.md", "docs/adr/README.md", "docs/x.md"]),
            [""; 0]
        );
        let said = says(&["docs/adr/0001-a.md", "docs/adr/0001-b.md"]);
        assert!(
            said[0].starts_with(
                "docs/adr/0001-b.md:1: error [adr]: the number 0001 is that of docs/adr/0001-a.md"
            )
        );
    }

    #[test]
    fn records_are_numbered() {
        for bad in [
            "docs/adr/1-a.md",
            "docs/adr/lanes.md",
            "docs/adr/0001_a.md",
            "docs/adr/0001-A.md",
            "docs/adr/0001-a.txt",
        ] {
            assert_eq!(says(&[bad]).len(), 1, "{bad}");
        }
    }
}
