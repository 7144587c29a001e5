//! The code knows programs from their files only: none of their names is in it.

use super::finding::{Finding, Rule};
use super::tree::{Tree, extension, in_tests_folder};

const NAMES: [&str; 3] = ["pictofit", "pictastic", "picsart"];

/// Where they may be named, by how the path starts; so may they in tests and in Markdown.
const ALLOWED: [(&str, &str); 6] = [
    ("programs/", "the programs themselves"),
    ("docs/", "is read by people"),
    ("crates/scrip/src/demo", "says which program files the demo loads"),
    ("examples/hosts/", "plays hosts of these programs"),
    ("crates/testkit/", "only tests use it"),
    ("xtask/src/tidy/names.rs", "this list"),
];

const NAME: Rule = Rule {
    check: "names",
    why: "what one product needs must be said in its program file, or the next product needs other code",
    instead: "make it a key of the program file (crates/catalog) and ask the `Program` for it",
};

/// Checks every text file.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| !is_allowed(path)) {
        let source = tree.source(path);
        for (n, line) in text.lines().enumerate() {
            let lower = line.to_lowercase();
            let Some(name) = NAMES.iter().find(|name| lower.contains(**name)) else { continue };
            if !source.is_some_and(|source| source.is_test_line(n + 1)) {
                found.push(NAME.at(path, n + 1, format!("the program's name \"{name}\" in code")));
            }
        }
    }
    found
}

fn is_allowed(path: &str) -> bool {
    extension(path) == "md"
        || path.starts_with("tests/")
        || in_tests_folder(path)
        || ALLOWED.iter().any(|(start, _)| path.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::check;

    #[test]
    fn code_names_no_program() {
        let said = check(&Tree::from(&[("crates/api/src/a.rs", "fn f() {}\nconst A: &str = \"Pictofit\";")]));
        assert!(said[0].to_string().starts_with("crates/api/src/a.rs:2: error [names]"));
        assert_eq!(check(&Tree::from(&[("crates/api/Cargo.toml", "# as for picsart")])).len(), 1);
    }

    #[test]
    fn programs_tests_documents_and_the_demo_do() {
        let text = "pictastic";
        let places = [
            "programs/pictastic.toml",
            "docs/how-to/start.md",
            "README.md",
            "crates/api/tests/it.rs",
            "crates/scrip/src/demo/seed.rs",
            "tests/python/run.sh",
        ];
        for place in places {
            assert!(check(&Tree::from(&[(place, text)])).is_empty(), "{place}");
        }
        let inside = "#[cfg(test)]\nmod tests {\n    const A: &str = \"picsart\";\n}";
        assert!(check(&Tree::from(&[("crates/api/src/a.rs", inside)])).is_empty());
    }
}
