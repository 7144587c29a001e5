/// The codes of the languages.
const CODES: [&str; Language::COUNT] = ["en", "de"];

/// A language that texts are written in.
///
/// ```
/// use words::Language;
/// assert_eq!(Language::of("de-AT").code(), "de");
/// assert_eq!(Language::of("fr").code(), "en");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language(usize);

impl Language {
    /// How many there are: a language is a code here, and a folder of `locales/` in each crate that has texts.
    pub const COUNT: usize = 2;

    /// All of them, the one first that the others fall back to.
    pub const ALL: [Language; Language::COUNT] = [Language(0), Language(1)];

    /// The language of a tag such as `de-AT`; the first, if it is none of ours.
    pub fn of(tag: &str) -> Language {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        let found = Language::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.code()));
        found.unwrap_or(Language::ALL[0])
    }

    /// Its code, for `lang` in HTML.
    pub fn code(self) -> &'static str {
        CODES.get(self.0).copied().unwrap_or("en")
    }

    /// Its place in what has one thing a language.
    pub(crate) const fn place(self) -> usize {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn languages_by_tag() {
        for (tag, code) in [
            ("de", "de"),
            ("de-AT", "de"),
            ("DE_ch", "de"),
            ("en-GB", "en"),
            ("fr", "en"),
            ("", "en"),
            ("dent", "en"),
        ] {
            assert_eq!(Language::of(tag).code(), code, "{tag}");
        }
    }
}
