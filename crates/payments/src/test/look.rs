//! How the page looks.

/// What a program's merchant is called on the page, and its colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Who sells.
    pub merchant: String,
    /// The one colour; without it, the style sheet's own.
    pub accent: Option<Accent>,
}

impl Look {
    /// How it looks when nobody said more than the program's id.
    pub fn of_program(program: &str) -> Look {
        Look { merchant: program.to_owned(), accent: None }
    }
}

/// A colour of the merchant's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent([u8; 3]);

impl Accent {
    /// Reads `#0b6e4f`, with or without the sign.
    pub fn read(text: &str) -> Option<Accent> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Accent([red, green, blue]))
    }

    /// The six digits, as the style sheet's address has them.
    pub fn digits(self) -> String {
        let [red, green, blue] = self.0;
        format!("{red:02x}{green:02x}{blue:02x}")
    }

    /// The colour of text on it: black or white, whichever is told from it better. One of them always has a contrast of
    /// more than 4.5 to 1.
    fn text(self) -> &'static str {
        // The relative luminance of WCAG 2.2. Black and white are equally far at 0.179.
        let linear = |channel: u8| {
            let part = f64::from(channel) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.0.map(linear);
        if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 { "#000" } else { "#fff" }
    }
}

/// The style sheet of all pages, to be served at `/test_checkout/style.css`.
pub fn style() -> &'static str {
    include_str!("style.css")
}

/// The style sheet of one colour, to be served at `/test_checkout/accent/{accent}.css`. `None` if it is no colour.
pub fn accent_style(accent: &str) -> Option<String> {
    let accent = Accent::read(accent)?;
    Some(format!(":root{{--accent:#{};--on-accent:{}}}\n", accent.digits(), accent.text()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_are_six_digits_and_nothing_else() {
        let css = |text| accent_style(text);
        assert_eq!(css("#0B6E4F").as_deref(), Some(":root{--accent:#0b6e4f;--on-accent:#fff}\n"));
        assert_eq!(css("ffd23f").as_deref(), Some(":root{--accent:#ffd23f;--on-accent:#000}\n"));
        for wrong in ["", "#fff", "red", "+b6e4f", "0b6e4f;", "0b6e4f}body{", "äbcde"] {
            assert_eq!(css(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_style_sheet_asks_nobody_for_anything() {
        for word in ["url(", "@import", "http", "@font-face"] {
            assert!(!style().contains(word), "{word}");
        }
    }
}
