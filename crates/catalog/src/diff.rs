mod offers;
mod parts;
mod selling;

use crate::Program;

/// A difference between two program files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whether something came, went or is another.
    pub kind: ChangeKind,
    /// What it is about, as a key path of the file: `actions.video.price`.
    pub key: String,
    /// The change in words.
    pub text: String,
    /// Why a live program can't be changed so; `None` where it can.
    pub forbidden: Option<String>,
}

/// Whether something came, went or is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was not there.
    Added,
    /// It is no longer there.
    Removed,
    /// It is another.
    Changed,
}

/// What a new program file changes, in the order in which files have it. Nothing where nothing differs.
///
/// A live program keeps its id, and its units with their scales and their order, as what is in its journal is
/// counted in them. A change that would touch them is [`Change::forbidden`], and says why.
///
/// ```
/// let text = "scrip = 1\nid = \"a\"\nname = \"A\"\n[units.credit]\nname = \"credits\"\n[actions.crop]\nprice = 5";
/// let old = catalog::load("a.toml", text).unwrap();
/// let new = catalog::load("a.toml", &text.replace("price = 5", "price = 6")).unwrap();
/// let changes = catalog::diff(&old, &new);
/// assert_eq!(changes[0].to_string(), "actions.crop.price: from 5 credits to 6 credits");
/// assert!(catalog::diff(&old, &old).is_empty());
/// ```
pub fn diff(old: &Program, new: &Program) -> Vec<Change> {
    let mut changes = Changes::default();
    parts::head(old, new, &mut changes);
    parts::units(old, new, &mut changes);
    parts::actions(old, new, &mut changes);
    parts::rules(old, new, &mut changes);
    offers::packages(old, new, &mut changes);
    offers::plans(old, new, &mut changes);
    selling::rules(old, new, &mut changes);
    changes.0
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.key, self.text)?;
        match &self.forbidden {
            Some(reason) => write!(f, " (not on a live program: {reason})"),
            None => Ok(()),
        }
    }
}

#[derive(Default)]
struct Changes(Vec<Change>);

impl Changes {
    fn push(&mut self, kind: ChangeKind, key: impl Into<String>, text: impl Into<String>) {
        self.0.push(Change { kind, key: key.into(), text: text.into(), forbidden: None });
    }

    fn forbid(&mut self, kind: ChangeKind, key: impl Into<String>, text: impl Into<String>, reason: &str) {
        let forbidden = Some(reason.to_owned());
        self.0.push(Change { kind, key: key.into(), text: text.into(), forbidden });
    }

    /// Notes a value that is another, as people read it. `None` is shown as the word for nothing.
    fn compare(&mut self, key: impl Into<String>, old: Option<String>, new: Option<String>, nothing: &str) {
        if old != new {
            let shown = |value: Option<String>| value.unwrap_or_else(|| nothing.to_owned());
            self.push(ChangeKind::Changed, key, format!("from {} to {}", shown(old), shown(new)));
        }
    }

    /// Pairs what has a code: notes what came and went, and hands on what is in both.
    fn pair<'p, T>(
        &mut self,
        key: &str,
        old: &'p [T],
        new: &'p [T],
        code: impl Fn(&T) -> &str,
        words: impl Fn(&T, bool) -> String,
    ) -> Vec<(&'p T, &'p T)> {
        for one in old.iter().filter(|one| !new.iter().any(|other| code(other) == code(one))) {
            self.push(
                ChangeKind::Removed,
                format!("{key}.{}", code(one)),
                format!("removed: {}", words(one, true)),
            );
        }
        let mut both = Vec::new();
        for one in new {
            match old.iter().find(|other| code(other) == code(one)) {
                Some(other) => both.push((other, one)),
                None => self.push(
                    ChangeKind::Added,
                    format!("{key}.{}", code(one)),
                    format!("added: {}", words(one, false)),
                ),
            }
        }
        both
    }
}
