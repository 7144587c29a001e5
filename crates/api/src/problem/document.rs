//! `docs/errors.md`, which is made from the codes.

use std::fmt::Write;
use std::path::Path;

use super::Code;

fn document() -> String {
    let mut text = String::from(
        "# Problems\n\n\
         Made from `crates/api/src/problem/code.rs` by its tests; `UPDATE_DOCS=1 cargo test -p api` writes it anew.\n\n\
         A request that is refused changes nothing. It is answered with `application/problem+json` (RFC 9457): `type`, \
         `title`, `status`, `code`, `detail` (what is the case, and what to do), `request_id`, and the facts that are \
         listed here. Codes are stable; clients compare `code`, and never `title` or `detail`.\n",
    );
    for code in Code::ALL {
        let mut facts: Vec<String> = code.facts().iter().map(|fact| format!("`{fact}`")).collect();
        if facts.is_empty() {
            facts.push("none".to_owned());
        }
        let again = if code.is_worth_a_retry() { "yes, unchanged" } else { "no" };
        write!(
            text,
            "\n## `{}`\n\n{}. Status {}; facts: {}; worth sending again: {again}.\n\n{}\n",
            code.code(),
            code.title(),
            code.status().as_u16(),
            facts.join(", "),
            code.explanation(),
        )
        .unwrap();
    }
    text
}

#[test]
fn the_document_says_what_the_codes_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
    let text = document();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "docs/errors.md is not up to date: UPDATE_DOCS=1 cargo test -p api");
}
