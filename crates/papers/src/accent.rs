/// What is used where a program has no colour of its own: that of letters.
const DEFAULT: Accent = Accent([0x1f, 0x4e, 0xd8]);

/// The one colour of a paper that is not ink: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Accent(pub [u8; 3]);

impl Accent {
    /// The colour of `#rrggbb`; the default one for anything else, so that nothing else gets into a page.
    pub fn of(accent: Option<&str>) -> Accent {
        accent.and_then(Accent::read).unwrap_or(DEFAULT)
    }

    fn read(text: &str) -> Option<Accent> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Accent([red, green, blue]))
    }

    /// As HTML writes it.
    pub fn html(self) -> String {
        let [red, green, blue] = self.0;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Accent, DEFAULT};

    #[test]
    fn a_colour_is_six_digits_and_nothing_else() {
        assert_eq!(Accent::of(Some("#0B7a75")).html(), "#0b7a75");
        for accent in ["", "#fff", "red", "#12345g", "#+12345", "#123456\" onload=\"x", "＃123456"] {
            assert_eq!(Accent::of(Some(accent)), DEFAULT, "{accent}");
        }
        assert_eq!(Accent::of(None), DEFAULT);
    }
}
