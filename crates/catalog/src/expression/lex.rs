use crate::expression::Fault;
use crate::rational::{DECIMAL_DIGITS, Rational, WHOLE_DIGITS};

/// A word of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token<'s> {
    Number(Rational),
    Text(String),
    Word(&'s str),
    Sign(&'static str),
    End,
}

/// Longer signs before those that they begin with.
const SIGNS: &[&str] = &[
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", "(", ")", "[", "]",
    ",",
];

/// The tokens with the bytes where they begin; the last is the end.
pub(crate) fn tokens(source: &str) -> Result<Vec<(usize, Token<'_>)>, Fault> {
    let mut tokens = Vec::new();
    let mut rest = source.trim_start();
    while let Some(first) = rest.chars().next() {
        let at = source.len() - rest.len();
        let (token, length) = if first.is_ascii_digit() {
            number(rest, at)?
        } else if first == '"' || first == '\'' {
            text(rest, at, first)?
        } else if first.is_ascii_alphabetic() || first == '_' {
            let length = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
            let (word, _) = rest.split_at(length.unwrap_or(rest.len()));
            (Token::Word(word), word.len())
        } else {
            let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) else {
                return Err(Fault::new(at, format!("{first:?} has no meaning here"), stranger(first)));
            };
            (Token::Sign(sign), sign.len())
        };
        tokens.push((at, token));
        rest = rest.get(length..).unwrap_or("").trim_start();
    }
    tokens.push((source.trim_end().len(), Token::End));
    Ok(tokens)
}

fn stranger(letter: char) -> &'static str {
    match letter {
        '=' => "write == to compare",
        '&' => "write && for and",
        '|' => "write || for or",
        '.' => "there are no methods, and a decimal begins with a digit, such as 0.5",
        _ => "there are numbers, texts in quotes, names, + - * / %, comparisons, && || !, ? : and in [..]",
    }
}

fn number(rest: &str, at: usize) -> Result<(Token<'_>, usize), Fault> {
    let part_of = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '.';
    let (digits, _) = rest.split_at(rest.find(|letter| !part_of(letter)).unwrap_or(rest.len()));
    let number = Rational::parse(digits).ok_or_else(|| {
        let shown: String = digits.chars().take(80).collect();
        let help = format!(
            "write it in digits, such as 5 or 0.5, at most {WHOLE_DIGITS} before the point and {DECIMAL_DIGITS} after it"
        );
        Fault::new(at, format!("{shown:?} is no exact number"), help)
    })?;
    Ok((Token::Number(number), digits.len()))
}

/// A text in either kind of quotes; `\` stands before a quote or a `\` that belongs to it.
fn text(rest: &str, at: usize, quote: char) -> Result<(Token<'_>, usize), Fault> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((index, letter)) = letters.next() {
        match letter {
            _ if letter == quote => return Ok((Token::Text(text), index + quote.len_utf8())),
            '\\' => {
                let Some((_, escaped @ ('"' | '\'' | '\\'))) = letters.next() else {
                    let help = "only a quote or another \\ may stand behind it";
                    return Err(Fault::new(at + index, "\\ has no meaning here", help));
                };
                text.push(escaped);
            }
            _ => text.push(letter),
        }
    }
    Err(Fault::new(at, "the text has no end", format!("close it with {quote}")))
}
