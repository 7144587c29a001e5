//! The texts of letters, by language.

use words::{Catalogue, FluentArgs, Key, Language};

static LETTERS: Catalogue = Catalogue::new([
    &[include_str!("../../locales/en/facts.ftl"), include_str!("../../locales/en/letters.ftl")],
    &[include_str!("../../locales/de/facts.ftl"), include_str!("../../locales/de/letters.ftl")],
]);

/// A text in this language, or in the first if this one does not have it. `None`: neither does, or it names an
/// argument that is not there.
pub(super) fn text(language: Language, key: Key<'_>, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
    LETTERS.text(language, key, arguments)
}

#[cfg(test)]
mod tests {
    use words::FluentValue;

    use super::*;

    #[test]
    fn every_language_has_every_text() {
        assert_eq!(LETTERS.faults(), [""; 0]);
    }

    #[test]
    fn a_text_has_its_arguments() {
        let key = Key::of("footer-why");
        let arguments: FluentArgs<'_> = [("program", FluentValue::from("X"))].into_iter().collect();
        let said = text(Language::of("de"), key, Some(&arguments)).unwrap();
        assert_eq!(said, "Sie erhalten diese Nachricht, weil Sie ein Konto bei X haben.");
        assert_eq!(text(Language::of("en"), key, None), None);
    }
}
