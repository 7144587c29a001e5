//! What every crate's manifest says.

use super::finding::{Finding, Rule};
use super::tree::Tree;

const LINTS: Rule = Rule {
    check: "manifests",
    why: "without it the crate is checked by none of the workspace's lints, `unsafe_code = \"forbid\"` among them",
    instead: "add `[lints]` with `workspace = true`",
};

/// Checks the manifests of all crates.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let manifests = tree.manifests();
    let without = manifests.iter().filter(|manifest| !manifest.workspace_lints);
    without
        .map(|manifest| {
            LINTS.at(&manifest.path, 1, format!("`{}` has lints of its own, or none", manifest.name))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::check;

    #[test]
    fn each_crate_takes_the_workspaces_lints() {
        let good = "[package]\nname = \"a\"\n[lints]\nworkspace = true\n";
        assert!(check(&Tree::from(&[("crates/a/Cargo.toml", good), ("xtask/Cargo.toml", good)])).is_empty());
        let bad = "[package]\nname = \"a\"\n[lints.clippy]\nall = \"allow\"\n";
        let said = check(&Tree::from(&[("crates/a/Cargo.toml", bad), ("fuzz/Cargo.toml", bad)]));
        assert_eq!(said.len(), 1);
        assert!(said[0].to_string().starts_with("crates/a/Cargo.toml:1: error [manifests]"));
    }
}
