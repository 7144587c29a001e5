//! Texts by key and language, from files in Fluent's format.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::Language;

/// The files of a language.
type Files = &'static [&'static str];

/// The texts of a crate, in all languages.
pub struct Catalogue {
    files: [Files; Language::COUNT],
    bundles: OnceLock<Vec<FluentBundle<FluentResource>>>,
}

/// What is looked up: a message, or an attribute of one.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// The message's name.
    pub message: &'a str,
    /// The attribute's, if it is one.
    pub attribute: Option<&'a str>,
}

impl<'a> Key<'a> {
    /// A message itself.
    pub const fn of(message: &'a str) -> Key<'a> {
        Key { message, attribute: None }
    }
}

impl Catalogue {
    /// A catalogue of what is in these files, in the order of [`Language::ALL`]. They are read when the first text is
    /// asked for.
    pub const fn new(files: [Files; Language::COUNT]) -> Catalogue {
        Catalogue { files, bundles: OnceLock::new() }
    }

    /// A text in this language, or in the first if this one does not have it. `None`: neither does, or it names an
    /// argument that is not there.
    pub fn text(
        &self,
        language: Language,
        key: Key<'_>,
        arguments: Option<&FluentArgs<'_>>,
    ) -> Option<String> {
        let first = Language::ALL[0];
        let own = self.own(language, key, arguments);
        if own.is_none() && language != first { self.own(first, key, arguments) } else { own }
    }

    fn own(&self, language: Language, key: Key<'_>, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
        let bundle = self.bundles().get(language.place())?;
        let message = bundle.get_message(key.message)?;
        let pattern = match key.attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, arguments, &mut errors).into_owned();
        errors.is_empty().then_some(text)
    }

    fn bundles(&self) -> &[FluentBundle<FluentResource>] {
        self.bundles.get_or_init(|| {
            Language::ALL.iter().zip(self.files).map(|(language, files)| bundle(*language, files)).collect()
        })
    }

    /// What is wrong with the files: what can't be read, keys that are there twice, keys that not every language has.
    /// The test of each crate that has a catalogue holds it to nothing.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let first = keys(self.files[0], &mut Vec::new());
        for (language, files) in Language::ALL.iter().zip(self.files) {
            let code = language.code();
            for file in files {
                if let Err((_, errors)) = FluentResource::try_new((*file).to_owned()) {
                    faults.extend(errors.iter().map(|error| format!("{code}: {error}")));
                }
            }
            let mut twice = Vec::new();
            let keys = keys(files, &mut twice);
            faults.extend(twice.iter().map(|key| format!("{code}: {key} is there twice")));
            faults.extend(first.difference(&keys).map(|key| format!("{code}: {key} is missing")));
            faults.extend(keys.difference(&first).map(|key| format!("{code}: only here is {key}")));
        }
        faults
    }
}

/// What can't be read of a file is left out, and falls back; see [`Catalogue::faults`].
fn bundle(language: Language, files: Files) -> FluentBundle<FluentResource> {
    let identifier: LanguageIdentifier = language.code().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    // The marks would be seen in subjects, and in text that is copied.
    bundle.set_use_isolating(false);
    for file in files {
        let resource = FluentResource::try_new((*file).to_owned());
        bundle.add_resource_overriding(resource.unwrap_or_else(|(resource, _)| resource));
    }
    bundle
}

/// All keys of a language: `message` and `message.attribute`.
fn keys(files: Files, twice: &mut Vec<String>) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut message = "";
    for line in files.iter().flat_map(|file| file.lines()) {
        let Some((name, _)) = line.split_once(" =") else { continue };
        let key = if let Some(attribute) = name.strip_prefix("    .") {
            format!("{message}.{attribute}")
        } else if name.starts_with([' ', '#']) {
            continue;
        } else {
            message = name;
            name.to_owned()
        };
        if !keys.insert(key.clone()) {
            twice.push(key);
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    static TEXTS: Catalogue = Catalogue::new([
        &["hello = Hello, { $name }", "only = Only here\nwhole = Whole\n    .part = Part"],
        &["hello = Hallo, { $name }"],
    ]);

    fn said(tag: &str, key: Key<'_>, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
        TEXTS.text(Language::of(tag), key, arguments)
    }

    #[test]
    fn texts_by_language() {
        let arguments: FluentArgs<'_> = [("name", "Ada")].into_iter().collect();
        assert_eq!(said("de", Key::of("hello"), Some(&arguments)).as_deref(), Some("Hallo, Ada"));
        assert_eq!(said("en", Key::of("hello"), Some(&arguments)).as_deref(), Some("Hello, Ada"));
        let part = Key { message: "whole", attribute: Some("part") };
        assert_eq!(said("en", part, None).as_deref(), Some("Part"));
    }

    #[test]
    fn what_is_missing_falls_back_to_the_first_language() {
        assert_eq!(said("de", Key::of("only"), None).as_deref(), Some("Only here"));
    }

    #[test]
    fn a_text_without_its_argument_is_none() {
        assert_eq!(said("de", Key::of("hello"), None), None);
        assert_eq!(said("de", Key::of("nothing"), None), None);
    }

    #[test]
    fn faults_are_found() {
        assert_eq!(
            TEXTS.faults(),
            ["de: only is missing", "de: whole is missing", "de: whole.part is missing"]
        );
        let other = Catalogue::new([&["a = A\na = B"], &["a = { $x\nb = B"]]);
        let faults = other.faults();
        assert!(faults.contains(&"en: a is there twice".to_owned()));
        assert!(faults.contains(&"de: only here is b".to_owned()));
        assert!(faults.len() > 2, "what can't be read: {faults:?}");
    }
}
