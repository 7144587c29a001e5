//! Checks of the repository that neither the compiler nor clippy makes.
//!
//! Each check is a function from the files to what is wrong with them, in a module of its own, with the data that it
//! goes by at the top. None of them can be switched off from within the code that it checks: what is allowed is in
//! these tables, with a reason.

mod adr;
mod arrows;
mod banned;
mod finding;
mod length;
mod links;
mod manifest;
mod manifests;
mod names;
mod places;
mod purity;
mod source;
mod tokens;
mod tree;

pub use finding::Finding;
pub use tree::Tree;

/// All that is wrong, by file and line.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let checks = [
        adr::check,
        arrows::check,
        banned::check,
        length::check,
        links::check,
        manifests::check,
        names::check,
        places::check,
        purity::check,
    ];
    let mut findings: Vec<Finding> = checks.iter().flat_map(|check| check(tree)).collect();
    findings.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    findings
}
