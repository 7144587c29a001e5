//! What a check says.

use std::fmt;

/// Why something is not wanted, and what to do instead.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The check that it belongs to.
    pub check: &'static str,
    /// What goes wrong otherwise.
    pub why: &'static str,
    /// What to do.
    pub instead: &'static str,
}

/// One place that breaks a rule.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Path from the root.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// Whether it is to be known only, and fails nothing.
    pub note: bool,
    what: String,
    rule: Rule,
}

impl Rule {
    /// That it is broken here.
    pub fn at(&self, file: &str, line: usize, what: impl Into<String>) -> Finding {
        Finding { file: file.to_owned(), line, note: false, what: what.into(), rule: *self }
    }
}

impl Finding {
    /// The same, as something to know.
    pub fn into_note(self) -> Finding {
        Finding { note: true, ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rule { check, why, instead } = self.rule;
        let level = if self.note { "note" } else { "error" };
        write!(f, "{}:{}: {level} [{check}]: {}\n    why: {why}", self.file, self.line, self.what)?;
        write!(f, "\n    instead: {instead}")
    }
}

#[cfg(test)]
mod tests {
    use super::Rule;

    #[test]
    fn a_message_has_the_place_the_reason_and_the_way_out() {
        let rule = Rule { check: "purity", why: "floats round", instead: "use Amount" };
        let finding = rule.at("crates/money/src/lib.rs", 7, "`f64`");
        let text = "crates/money/src/lib.rs:7: error [purity]: `f64`\n    why: floats round\n    instead: use Amount";
        assert_eq!(finding.to_string(), text);
        assert!(finding.into_note().to_string().contains("7: note [purity]"));
    }
}
