use toml_parser::Source;
use toml_parser::lexer::TokenKind;

/// How many brackets may be open at once, and how many dots a key may have.
const BRACKETS: u32 = 12;
const DOTS: u32 = 12;

/// The byte at which a text nests too deeply, if it does.
///
/// Looked at before the text is parsed, so that no file can make the parser's own recursion deep.
pub(crate) fn too_deep(text: &str) -> Option<usize> {
    let (mut brackets, mut dots) = (0_u32, 0_u32);
    for token in Source::new(text).lex() {
        match token.kind() {
            TokenKind::LeftCurlyBracket | TokenKind::LeftSquareBracket => {
                brackets += 1;
                dots = 0;
            }
            TokenKind::RightCurlyBracket | TokenKind::RightSquareBracket => {
                brackets = brackets.saturating_sub(1);
            }
            TokenKind::Dot => dots += 1,
            TokenKind::Equals | TokenKind::Comma | TokenKind::Newline => dots = 0,
            _ => {}
        }
        if brackets > BRACKETS || dots > DOTS {
            return Some(token.span().start());
        }
    }
    None
}
