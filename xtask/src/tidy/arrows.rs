//! Who may depend on whom.

use super::finding::{Finding, Rule};
use super::manifest::Manifest;
use super::tree::Tree;

/// Crates without IO, clock, randomness and floats; see `purity`.
pub const PURE: [&str; 7] = ["money", "moment", "ledger", "ids", "catalog", "billing", "account"];

/// Each crate, and the crates of this workspace that it may know.
const ARROWS: [(&str, &[&str]); 24] = [
    ("money", &[]),
    ("moment", &[]),
    ("ledger", &["money", "moment"]),
    ("ids", &["ledger"]),
    ("catalog", &["money", "moment"]),
    ("billing", &["ledger", "catalog", "money", "moment"]),
    ("account", &["billing", "ledger", "catalog", "money", "moment"]),
    ("words", &["money", "moment"]),
    ("messages", &["words", "money", "moment"]),
    ("papers", &["words", "money", "moment"]),
    ("payments", &["money", "moment"]),
    ("engine", &PURE),
    ("store-sqlite", &["engine", "account", "ledger", "catalog", "money", "moment"]),
    ("operators", &["engine", "moment"]),
    ("publishing", &["operators", "engine", "catalog", "moment"]),
    ("reports", &["engine", "account", "ledger", "money", "moment"]),
    (
        "dispatch",
        &[
            "reports",
            "publishing",
            "engine",
            "payments",
            "papers",
            "messages",
            "words",
            "ids",
            "account",
            "ledger",
            "catalog",
            "money",
            "moment",
        ],
    ),
    ("tickets", &["ids", "engine", "ledger", "moment"]),
    ("oidc", &["moment"]),
    (
        "api",
        &[
            "tickets",
            "reports",
            "dispatch",
            "publishing",
            "engine",
            "payments",
            "papers",
            "messages",
            "ids",
            "account",
            "ledger",
            "catalog",
            "money",
            "moment",
        ],
    ),
    (
        "web",
        &[
            "tickets",
            "reports",
            "operators",
            "oidc",
            "dispatch",
            "publishing",
            "engine",
            "payments",
            "papers",
            "messages",
            "words",
            "ids",
            "account",
            "ledger",
            "catalog",
            "money",
            "moment",
        ],
    ),
    (
        "scrip",
        &[
            "api",
            "web",
            "tickets",
            "operators",
            "oidc",
            "dispatch",
            "payments",
            "messages",
            "ids",
            "store-sqlite",
            "engine",
            "account",
            "ledger",
            "catalog",
            "money",
            "moment",
        ],
    ),
    // Made for tests, so known to tests only: see `TESTS_ONLY`.
    (
        TESTS_ONLY,
        &[
            "scrip",
            "api",
            "dispatch",
            "payments",
            "messages",
            "ids",
            "billing",
            "store-sqlite",
            "engine",
            "account",
            "ledger",
            "catalog",
            "money",
            "moment",
        ],
    ),
    ("xtask", &[]),
];

/// What every crate may know in its tests, and none outside them.
const TESTS_ONLY: &str = "testkit";

/// Crates from outside that bring what the pure ones must not have.
const NOT_FOR_PURE: [&str; 16] = [
    "async-std",
    "axum",
    "chrono",
    "fastrand",
    "futures",
    "getrandom",
    "hyper",
    "mio",
    "rand",
    "reqwest",
    "rusqlite",
    "smol",
    "time",
    "tokio",
    "tracing",
    "uuid",
];

const ARROW: Rule = Rule {
    check: "arrows",
    why: "the crates point one way, from the program down to `money`: that is what lets each be read, tested and \
          replaced by itself",
    instead: "move what is needed down to a crate that both may know, or hand it in as an argument or a trait that the \
              lower crate owns; if the design itself has changed, change ARCHITECTURE.md and the table in \
              xtask/src/tidy/arrows.rs with it",
};

const UNKNOWN: Rule = Rule {
    check: "arrows",
    why: "a crate that is not in the table may know everything",
    instead: "give it a line in the table in xtask/src/tidy/arrows.rs that says whom it may know",
};

const TEST_CODE: Rule = Rule {
    check: "arrows",
    why: "`testkit` holds manual clocks, models and faults, which have no place in what people run",
    instead: "put it under [dev-dependencies]",
};

const IMPURE: Rule = Rule {
    check: "arrows",
    why: "a pure crate decides the same for the same arguments, on every machine and in every replay of the journal",
    instead: "let the engine do the IO, read the clock or draw the id, and hand the result in as an argument",
};

/// Checks the manifests of all crates.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let manifests = tree.manifests();
    let ours: Vec<&str> = manifests.iter().map(|manifest| manifest.name.as_str()).collect();
    manifests.iter().flat_map(|manifest| of_crate(manifest, &ours)).collect()
}

fn of_crate(manifest: &Manifest, ours: &[&str]) -> Vec<Finding> {
    let name = manifest.name.as_str();
    let Some((_, may_know)) = ARROWS.iter().find(|(from, _)| *from == name) else {
        return vec![UNKNOWN.at(&manifest.path, 1, format!("nobody said whom `{name}` may depend on"))];
    };
    let wrong = manifest.dependencies.iter().filter_map(|dependency| {
        let to = dependency.name.as_str();
        let at = |rule: Rule, what: String| Some(rule.at(&manifest.path, dependency.line, what));
        if to == TESTS_ONLY {
            let misplaced = !dependency.dev && name != TESTS_ONLY;
            return misplaced
                .then(|| TEST_CODE.at(&manifest.path, dependency.line, format!("`{name}` uses `{to}`")));
        }
        if ours.contains(&to) && !may_know.contains(&to) {
            return at(ARROW, format!("`{name}` may not depend on `{to}`, only on {}", list(may_know)));
        }
        if PURE.contains(&name) && !dependency.dev && NOT_FOR_PURE.contains(&to) {
            return at(IMPURE, format!("`{name}` is pure and may not depend on `{to}`"));
        }
        None
    });
    wrong.collect()
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "none of ours".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::{ARROWS, PURE, check};

    fn says(name: &str, dependencies: &str) -> Vec<String> {
        let manifest = format!("[package]\nname = \"{name}\"\n{dependencies}");
        let path = format!("crates/{name}/Cargo.toml");
        let other = |name: &str| format!("[package]\nname = \"{name}\"\n");
        let mut files = vec![(path.as_str(), manifest.as_str())];
        let (engine, money, testkit) = (other("engine"), other("money"), other("testkit"));
        let others = [
            ("crates/engine/Cargo.toml", &engine),
            ("crates/money/Cargo.toml", &money),
            ("crates/testkit/Cargo.toml", &testkit),
        ];
        files.extend(
            others.iter().filter(|(other, _)| *other != path).map(|(path, text)| (*path, text.as_str())),
        );
        check(&Tree::from(&files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn arrows_in_the_table_are_fine() {
        assert_eq!(says("ledger", "[dependencies]\nmoney.workspace = true\nserde = \"1\""), [""; 0]);
        assert_eq!(
            says("engine", "[dependencies]\nmoney = {}\ntokio = \"1\"\n[dev-dependencies]\ntestkit = {}"),
            [""; 0]
        );
    }

    #[test]
    fn arrows_that_point_up_are_not() {
        let said = says("ledger", "[dependencies]\nengine.workspace = true");
        assert!(
            said[0].starts_with(
                "crates/ledger/Cargo.toml:4: error [arrows]: `ledger` may not depend on `engine`"
            )
        );
        assert_eq!(says("ledger", "[dev-dependencies]\nengine.workspace = true").len(), 1);
        assert_eq!(says("money", "[build-dependencies]\nengine = {}").len(), 1);
    }

    #[test]
    fn the_testkit_is_for_tests() {
        assert!(says("scrip", "[dependencies]\ntestkit = {}")[0].contains("[dev-dependencies]"));
        assert_eq!(says("scrip", "[dev-dependencies]\ntestkit = {}"), [""; 0]);
    }

    #[test]
    fn pure_crates_bring_no_io() {
        assert!(says("money", "[dependencies]\ntokio = \"1\"")[0].contains("pure"));
        assert_eq!(says("money", "[dev-dependencies]\nrand = \"1\""), [""; 0]);
    }

    #[test]
    fn a_new_crate_needs_a_line() {
        assert!(says("bakery", "")[0].contains("`bakery`"));
    }

    #[test]
    fn the_table_has_no_way_round() {
        for (position, (_, may_know)) in ARROWS.iter().enumerate() {
            for name in *may_know {
                let at = ARROWS.iter().position(|(other, _)| other == name);
                assert!(at.is_some_and(|at| at < position), "{name} comes before those who know it");
            }
        }
        assert!(ARROWS.iter().take(PURE.len()).map(|(name, _)| *name).eq(PURE));
    }
}
