//! A Rust file as the checks see it: tokens without comments and literals' contents, comments, and what is test code.
//!
//! It reads just enough of the language to tell code from comments and literals. It is not a parser: macros are read
//! as they stand.

use super::tokens::{Token, tokens};

/// One Rust file.
pub struct Source {
    /// Identifiers, numbers and punctuation; a text literal is one token, a quotation mark.
    pub tokens: Vec<Token>,
    /// Comments, line by line.
    pub comments: Vec<(usize, String)>,
    /// The modules in other files that are declared under `#[cfg(test)]`.
    pub test_modules: Vec<String>,
    /// How many lines it has.
    pub lines: usize,
}

impl Source {
    /// Reads a file's text.
    pub fn parse(text: &str) -> Source {
        let (code, comments) = split(text);
        let mut tokens = tokens(&code);
        let test_modules = mark_tests(&mut tokens);
        Source { tokens, comments, test_modules, lines: text.lines().count() }
    }

    /// Takes the whole of it for test code.
    pub fn all_test(&mut self) {
        self.tokens.iter_mut().for_each(|token| token.test = true);
    }

    /// Whether all of a line is test code.
    pub fn is_test_line(&self, line: usize) -> bool {
        let mut on_line = self.tokens.iter().filter(|token| token.line == line).peekable();
        on_line.peek().is_some() && on_line.all(|token| token.test)
    }
}

/// The code with comments and the contents of literals taken out, and the comments.
fn split(text: &str) -> (String, Vec<(usize, String)>) {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let (mut code, mut comments) = (String::new(), Vec::new());
    let (mut i, mut line) = (0, 1);
    while i < chars.len() {
        let start = i;
        i = match (at(i), at(i + 1)) {
            ('/', '/') => i + chars[i..].iter().take_while(|c| **c != '\n').count(),
            ('/', '*') => block_comment_end(&chars, i),
            ('"', _) => text_end(&chars, i),
            ('r', '"' | '#') if !in_identifier(&chars, i) => raw_text_end(&chars, i),
            ('\'', '\\') => i + 3 + chars.iter().skip(i + 3).take_while(|c| **c != '\'').count() + 1,
            ('\'', _) if at(i + 2) == '\'' => i + 3,
            _ => i + 1,
        }
        .min(chars.len());
        let piece = &chars[start..i];
        if piece.len() > 1 && piece[0] == '/' {
            let text: String = piece.iter().collect();
            comments.extend(text.split('\n').enumerate().map(|(n, part)| (line + n, part.to_owned())));
            code.push(' ');
        } else if piece.len() > 1 {
            code.push('"');
        } else {
            code.push(piece[0]);
        }
        let breaks = piece.iter().filter(|c| **c == '\n').count();
        line += breaks;
        if piece.len() > 1 {
            code.extend(std::iter::repeat_n('\n', breaks));
        }
    }
    (code, comments)
}

fn block_comment_end(chars: &[char], start: usize) -> usize {
    let (mut i, mut depth) = (start, 0);
    while i < chars.len() {
        match (chars[i], chars.get(i + 1)) {
            ('/', Some('*')) => (depth, i) = (depth + 1, i + 2),
            ('*', Some('/')) => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            break;
        }
    }
    i
}

fn text_end(chars: &[char], start: usize) -> usize {
    let mut i = start + 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

/// The end of `r"…"` or `r#"…"#`; of one letter where it is a raw identifier.
fn raw_text_end(chars: &[char], start: usize) -> usize {
    let hashes = chars[start + 1..].iter().take_while(|c| **c == '#').count();
    let open = start + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return start + 1;
    }
    let closes = |i: &usize| {
        chars[*i] == '"' && chars[*i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes
    };
    (open + 1..chars.len()).find(closes).map_or(chars.len(), |i| i + 1 + hashes)
}

/// Whether the letter at `i` goes on an identifier; `b` and `c` before a raw text don't count as one.
fn in_identifier(chars: &[char], i: usize) -> bool {
    let part = |n: usize| {
        n.checked_sub(1).and_then(|n| chars.get(n)).is_some_and(|c| c.is_alphanumeric() || *c == '_')
    };
    part(i) && (!matches!(chars[i - 1], 'b' | 'c') || part(i - 1))
}

/// Marks each item under `#[test]` or `#[cfg(test)]`; answers the modules among them that are in other files.
fn mark_tests(tokens: &mut [Token]) -> Vec<String> {
    let mut modules = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let inner = is(tokens, i + 1, "!");
        if !is(tokens, i, "#") || !is(tokens, i + 1 + usize::from(inner), "[") {
            i += 1;
            continue;
        }
        let end = group_end(tokens, i + 1 + usize::from(inner));
        if !is_test_attribute(&tokens[i..end]) {
            i = end;
            continue;
        }
        let mut item = end;
        while is(tokens, item, "#") {
            item = group_end(tokens, item + 1);
        }
        let last = if inner { tokens.len() } else { item_end(tokens, item) };
        if let Some(name) = module_elsewhere(&tokens[item.min(last)..last]) {
            modules.push(name);
        }
        tokens[i..last].iter_mut().for_each(|token| token.test = true);
        i = last;
    }
    modules
}

fn is(tokens: &[Token], i: usize, text: &str) -> bool {
    tokens.get(i).is_some_and(|token| token.text == text)
}

fn is_test_attribute(attribute: &[Token]) -> bool {
    let text: String = attribute.iter().map(|token| token.text.as_str()).collect();
    let inside = text.trim_start_matches(['#', '!']).trim_start_matches('[').trim_end_matches(']');
    inside == "test"
        || inside.split('(').next().is_some_and(|path| path.ends_with("::test"))
        || inside == "cfg(test)"
        || inside.starts_with("cfg(all(test,")
}

/// The place after the bracket that closes the one at `open`.
fn group_end(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return i + 1;
        }
    }
    tokens.len()
}

/// The place after an item: after its `;`, or after its body.
fn item_end(tokens: &[Token], start: usize) -> usize {
    let mut i = start;
    while i < tokens.len() {
        match tokens[i].text.as_str() {
            ";" => return i + 1,
            "{" => return group_end(tokens, i),
            "(" | "[" => i = group_end(tokens, i),
            _ => i += 1,
        }
    }
    tokens.len()
}

fn module_elsewhere(item: &[Token]) -> Option<String> {
    match item {
        [.., keyword, name, end] if keyword.text == "mod" && end.text == ";" => Some(name.text.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
