//! Tables as CSV (RFC 4180), as spreadsheets read them.

/// What begins so is a formula to a spreadsheet.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Writes a row of cells.
///
/// A cell that a spreadsheet would take for a formula gets an apostrophe in front, unless it is a number.
///
/// ```
/// let mut text = String::new();
/// reports::csv::row(&mut text, ["-5", "=1+1", "a, \"b\""]);
/// assert_eq!(text, "-5,'=1+1,\"a, \"\"b\"\"\"\r\n");
/// ```
pub fn row<'a>(text: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        write(text, cell);
    }
    text.push_str("\r\n");
}

fn write(text: &mut String, cell: &str) {
    let guard = if cell.starts_with(FORMULA) && !is_number(cell) { "'" } else { "" };
    if cell.contains(['"', ',', '\n', '\r']) {
        text.push('"');
        text.push_str(guard);
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(guard);
        text.push_str(cell);
    }
}

fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix(['-', '+']).unwrap_or(cell);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all(whole) && all(part)
}

/// A number of smallest parts with so many decimals, as programs read it: `-1234.50`.
pub fn number(parts: i64, decimals: u8) -> String {
    let digits = format!("{:0>width$}", parts.unsigned_abs(), width = usize::from(decimals) + 1);
    let (whole, rest) = digits.split_at(digits.len() - usize::from(decimals));
    let sign = if parts < 0 { "-" } else { "" };
    if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_only_text() {
        for (cell, expected) in [
            ("", ""),
            ("Ada", "Ada"),
            ("-5", "-5"),
            ("+5.25", "+5.25"),
            ("=1+1", "'=1+1"),
            ("+1+1", "'+1+1"),
            ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("-", "'-"),
            ("-.5", "'-.5"),
            ("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""),
            ("a\r\nb", "\"a\r\nb\""),
        ] {
            let mut text = String::new();
            row(&mut text, [cell]);
            assert_eq!(text, format!("{expected}\r\n"));
        }
    }

    #[test]
    fn numbers_have_a_point_and_nothing_else() {
        for (parts, decimals, expected) in [
            (0, 0, "0"),
            (-5, 0, "-5"),
            (123_456, 2, "1234.56"),
            (-5, 2, "-0.05"),
            (i64::MIN, 0, "-9223372036854775808"),
        ] {
            assert_eq!(number(parts, decimals), expected);
        }
    }
}
