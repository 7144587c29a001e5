/// So much of a name is shown, in characters.
const LONGEST: usize = 200;

/// A name as it may stand in a line: without line breaks and the like, which could pass for lines of ours, without
/// marks that turn the direction of what follows, and not longer than a line.
///
/// ```
/// assert_eq!(words::one_line("  Ada\r\nBcc:\tx "), "Ada Bcc: x");
/// ```
pub fn one_line(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '\u{2028}' | '\u{2029}');
    let words: Vec<&str> = text.split(breaks).filter(|word| !word.is_empty()).collect();
    let mut line: String = words.join(" ").chars().filter(|c| !turns(*c)).collect();
    if let Some((end, _)) = line.char_indices().nth(LONGEST) {
        line.truncate(end);
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn names_stay_in_their_line() {
        assert_eq!(one_line("  A\r\nBcc:\tx\u{2028}y\u{7} "), "A Bcc: x y");
        assert_eq!(one_line("abc\u{202e}def"), "abcdef");
        assert_eq!(one_line(&"ä".repeat(300)).chars().count(), 201);
    }
}
