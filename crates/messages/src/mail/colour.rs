//! The accent colour, and what can be read on it.

/// What is used where a program has no colour of its own.
const DEFAULT: Colour = Colour([0x1f, 0x4e, 0xd8]);

/// A colour: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour([u8; 3]);

impl Colour {
    /// The colour of `#rrggbb`; the default one for anything else, so that nothing else gets into a style.
    pub fn of(accent: Option<&str>) -> Colour {
        accent.and_then(Colour::parse).unwrap_or(DEFAULT)
    }

    fn parse(text: &str) -> Option<Colour> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Colour([red, green, blue]))
    }

    /// As CSS writes it.
    pub fn css(self) -> String {
        let [red, green, blue] = self.0;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// White or black, whichever is read better on it (the contrast of WCAG).
    pub fn text_on(self) -> &'static str {
        // Where the contrasts to white and to black are alike: sqrt(1.05 × 0.05) − 0.05.
        if self.luminance() > 0.179 { "#111111" } else { "#ffffff" }
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|byte| {
            let part = f64::from(byte) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_readable_on_it() {
        for (accent, text) in [
            ("#0b7a75", "#ffffff"),
            ("#6A2CF5", "#ffffff"),
            ("#b4472e", "#ffffff"),
            ("#ffcc00", "#111111"),
            ("#ffffff", "#111111"),
            ("#000000", "#ffffff"),
        ] {
            let colour = Colour::of(Some(accent));
            assert_eq!((colour.css(), colour.text_on()), (accent.to_lowercase(), text));
        }
    }

    #[test]
    fn anything_else_is_the_default() {
        for accent in ["", "#fff", "red", "#12345g", "#+12345", "#123456;background:url(//x)", "＃123456"] {
            assert_eq!(Colour::of(Some(accent)), DEFAULT, "{accent}");
        }
        assert_eq!(Colour::of(None), DEFAULT);
    }
}
