//! Tokens and paths of code.

/// The smallest part of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// An identifier, a number, `::`, a quotation mark for a literal, or one character.
    pub text: String,
    /// Counted from 1.
    pub line: usize,
    /// Whether it is in a test.
    pub test: bool,
}

/// A path such as `std::fs::File`, written out or imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPath {
    /// Its identifiers; `*` at the end of one that imports all.
    pub segments: Vec<String>,
    /// Where its last identifier is.
    pub line: usize,
    /// Whether that is in a test.
    pub test: bool,
}

impl NamedPath {
    /// Whether it is this path or goes on from it.
    pub fn starts_with(&self, path: &str) -> bool {
        let wanted: Vec<&str> = path.split("::").collect();
        self.segments.len() >= wanted.len() && self.segments.iter().zip(wanted).all(|(a, b)| a == b)
    }

    /// Whether its last identifiers are these.
    pub fn ends_with(&self, path: &str) -> bool {
        let wanted: Vec<&str> = path.split("::").collect();
        self.segments.len() >= wanted.len()
            && self.segments.iter().rev().zip(wanted.into_iter().rev()).all(|(a, b)| a == b)
    }
}

/// The tokens of code without comments and literals.
pub fn tokens(code: &str) -> Vec<Token> {
    let chars: Vec<char> = code.chars().collect();
    let word = |i: usize| chars.get(i).is_some_and(|c: &char| c.is_alphanumeric() || *c == '_');
    let mut tokens: Vec<Token> = Vec::new();
    let (mut i, mut line) = (0, 1);
    while i < chars.len() {
        let start = i;
        i += 1;
        if chars[start] == '\n' {
            line += 1;
        }
        if chars[start].is_whitespace() {
            continue;
        }
        if word(start) {
            while word(i) {
                i += 1;
            }
            let of_tuple = tokens.last().is_some_and(|token| token.text == ".");
            let point = chars.get(i) == Some(&'.') && chars.get(i + 1).is_some_and(char::is_ascii_digit);
            if chars[start].is_ascii_digit() && !of_tuple && point {
                i += 1;
                while word(i) {
                    i += 1;
                }
            }
        } else if chars[start] == ':' && chars.get(i) == Some(&':') {
            i += 1;
        }
        tokens.push(Token { text: chars[start..i].iter().collect(), line, test: false });
    }
    tokens
}

/// All paths of two identifiers and more, and all that is imported.
pub fn paths(tokens: &[Token]) -> Vec<NamedPath> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let next = tokens.get(i + 1).map_or("", |token| token.text.as_str());
        if tokens[i].text == "use" && next != "<" {
            i = imports(tokens, i + 1, &[], &mut found);
        } else if next == "::" && is_identifier(&tokens[i]) {
            let mut segments = vec![tokens[i].text.clone()];
            while tokens.get(i + 1).is_some_and(|token| token.text == "::") {
                let Some(token) = tokens.get(i + 2).filter(|token| is_identifier(token)) else { break };
                segments.push(token.text.clone());
                i += 2;
            }
            found.push(NamedPath { segments, line: tokens[i].line, test: tokens[i].test });
            i += 1;
        } else {
            i += 1;
        }
    }
    found
}

/// Reads one branch of a `use`, and what is in its braces; answers the place after it.
fn imports(tokens: &[Token], start: usize, prefix: &[String], found: &mut Vec<NamedPath>) -> usize {
    let mut segments = prefix.to_vec();
    let mut i = start;
    while let Some(token) = tokens.get(i) {
        match token.text.as_str() {
            "{" => {
                i += 1;
                while tokens.get(i).is_some_and(|token| !matches!(token.text.as_str(), "}" | ";")) {
                    i = imports(tokens, i, &segments, found);
                    i += usize::from(tokens.get(i).is_some_and(|token| token.text == ","));
                }
                return i + 1;
            }
            "as" => i += 1,
            "self" if !segments.is_empty() => {}
            "::" => {}
            text if text == "*" || is_identifier(token) => segments.push(text.to_owned()),
            _ => break,
        }
        i += 1;
    }
    // A token that ends nothing is stepped over, or a broken file would be read for ever.
    let last = tokens.get(i.saturating_sub(1).max(start)).or(tokens.last());
    if let Some(last) = last {
        found.push(NamedPath { segments, line: last.line, test: last.test });
    }
    let ends = tokens.get(i).is_none_or(|token| matches!(token.text.as_str(), "," | "}" | ";"));
    if ends { i } else { i + 1 }
}

fn is_identifier(token: &Token) -> bool {
    token.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::{paths, tokens};

    fn texts(code: &str) -> Vec<String> {
        tokens(code).into_iter().map(|token| token.text).collect()
    }

    fn found(code: &str) -> Vec<String> {
        paths(&tokens(code))
            .iter()
            .map(|path| format!("{}@{}", path.segments.join("::"), path.line))
            .collect()
    }

    #[test]
    fn numbers_and_ranges_and_tuples() {
        assert_eq!(
            texts("1.5 1..2 x.0.1 0xff_u8 1.max(2)"),
            ["1.5", "1", ".", ".", "2", "x", ".", "0", ".", "1", "0xff_u8", "1", ".", "max", "(", "2", ")"]
        );
        assert_eq!(texts("a::b!=c"), ["a", "::", "b", "!", "=", "c"]);
    }

    #[test]
    fn paths_that_are_written_out() {
        assert_eq!(found("let a = std::fs::read(b::C::<u8>::new());"), ["std::fs::read@1", "b::C@1"]);
    }

    #[test]
    fn paths_that_are_imported() {
        assert_eq!(
            found("use a;\nuse std::{fs, io::{self, Read},\n time::*};\nb::c"),
            ["a@1", "std::fs@2", "std::io@2", "std::io::Read@2", "std::time::*@3", "b::c@4"]
        );
        assert_eq!(found("use a::b as c;"), ["a::b@1"]);
        assert_eq!(found("use a::{};\nx::y"), ["x::y@2"]);
        assert_eq!(found("fn f() -> impl A + use<'a> {}"), [""; 0]);
    }

    #[test]
    fn broken_imports_end() {
        for code in ["use", "use {", "use a::{b", "use a::{(", "use ;", "use a::{b,,}", "use ="] {
            paths(&tokens(code));
        }
    }

    #[test]
    fn ends_of_paths() {
        let path = &paths(&tokens("std::time::Instant::now()"))[0];
        assert!(
            path.starts_with("std::time")
                && path.ends_with("Instant::now")
                && !path.ends_with("OtherInstant::now")
        );
        assert!(!path.starts_with("std::tim"));
    }
}
