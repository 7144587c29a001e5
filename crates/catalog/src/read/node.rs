use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::read::document::Document;
use crate::suggest::{hint, nearest};

/// A value of the file, with its place and its key path.
#[derive(Clone)]
pub(crate) struct Node<'d> {
    pub(crate) document: &'d Document<'d>,
    pub(crate) path: String,
    pub(crate) span: Range<usize>,
    pub(crate) value: &'d DeValue<'d>,
}

/// A table whose keys are known.
pub(crate) struct Section<'d> {
    pub(crate) document: &'d Document<'d>,
    pub(crate) path: String,
    /// Where the table begins.
    pub(crate) at: usize,
    table: &'d DeTable<'d>,
    /// Keys that an unknown one was probably meant to be; they aren't called missing as well.
    meant: Vec<&'static str>,
}

/// The keys that a table may have, under the name of its definition in the JSON Schema.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) definition: &'static str,
    pub(crate) keys: &'static [&'static str],
}

impl<'d> Node<'d> {
    /// Notes a problem with this value.
    pub(crate) fn problem(&self, message: impl Into<String>, help: impl Into<String>) {
        self.document.problem(self.span.start, &self.path, message.into(), help.into());
    }

    /// Notes that the value is not of the kind that is needed.
    pub(crate) fn wrong_kind(&self, needed: &str) {
        let found = match self.value {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a decimal",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.problem(format!("this is {found}"), format!("it must be {needed}"));
    }

    /// The table with those keys; unknown ones are problems.
    pub(crate) fn section(&self, keys: &Keys) -> Option<Section<'d>> {
        let DeValue::Table(table) = self.value else {
            let (definition, listed) = (keys.definition, keys.keys.join(", "));
            self.wrong_kind(&format!("a table ({definition}) with the keys {listed}"));
            return None;
        };
        Some(Section::new(self.document, &self.path, self.span.start, table, keys))
    }

    /// The entries of a table whose keys the file chooses, in the file's order: key, its place, value.
    pub(crate) fn entries(&self, needed: &str) -> Option<Vec<(&'d str, usize, Node<'d>)>> {
        let DeValue::Table(table) = self.value else {
            self.wrong_kind(needed);
            return None;
        };
        let mut entries: Vec<(&'d str, usize, Node<'d>)> = table
            .iter()
            .map(|(key, value)| {
                let node = Node {
                    document: self.document,
                    path: join(&self.path, key.get_ref()),
                    span: value.span(),
                    value: value.get_ref(),
                };
                (key.get_ref().as_ref(), key.span().start, node)
            })
            .collect();
        entries.sort_by_key(|(_, at, _)| *at);
        Some(entries)
    }

    /// The items of a list.
    pub(crate) fn items(&self, needed: &str) -> Option<Vec<Node<'d>>> {
        let DeValue::Array(array) = self.value else {
            self.wrong_kind(needed);
            return None;
        };
        let node = |(index, item): (usize, &'d toml::Spanned<DeValue<'d>>)| Node {
            document: self.document,
            path: format!("{}[{index}]", self.path),
            span: item.span(),
            value: item.get_ref(),
        };
        Some(array.iter().enumerate().map(node).collect())
    }
}

impl<'d> Section<'d> {
    pub(crate) fn new(
        document: &'d Document<'d>,
        path: &str,
        at: usize,
        table: &'d DeTable<'d>,
        keys: &Keys,
    ) -> Section<'d> {
        let mut meant = Vec::new();
        for (key, _) in table.iter().filter(|(key, _)| !keys.keys.contains(&key.get_ref().as_ref())) {
            meant.extend(nearest(key.get_ref(), keys.keys.iter().copied()));
            let help = hint(key.get_ref(), keys.keys.iter().copied());
            let path = join(path, key.get_ref());
            document.problem(key.span().start, &path, "there is no such key".to_owned(), help);
        }
        Section { document, path: path.to_owned(), at, table, meant }
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<Node<'d>> {
        let value = self.table.get(key)?;
        Some(Node {
            document: self.document,
            path: join(&self.path, key),
            span: value.span(),
            value: value.get_ref(),
        })
    }

    /// Whether a key is there, or an unknown one that was probably meant to be it.
    pub(crate) fn is_meant(&self, key: &str) -> bool {
        self.meant.contains(&key) || self.table.contains_key(key)
    }

    /// The value of a key that must be there.
    pub(crate) fn need(&self, key: &str, help: &str) -> Option<Node<'d>> {
        let found = self.get(key);
        if found.is_none() {
            self.problem_at(key, "this is missing", help);
        }
        found
    }

    /// Notes a problem with the table as a whole.
    pub(crate) fn problem(&self, message: impl Into<String>, help: impl Into<String>) {
        self.document.problem(self.at, &self.path, message.into(), help.into());
    }

    /// Notes a problem with a key that isn't there.
    pub(crate) fn problem_at(&self, key: &str, message: &str, help: &str) {
        if self.meant.contains(&key) {
            return;
        }
        let path = join(&self.path, key);
        self.document.problem(self.at, &path, message.to_owned(), help.to_owned());
    }

    /// A value that may be absent: `Some(None)` where it is, `None` where it is there and wrong.
    #[expect(clippy::option_option, reason = "every reader says with the outer one whether it could read")]
    pub(crate) fn optional<T>(
        &self,
        key: &str,
        read: impl FnOnce(&Node<'d>) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.get(key) {
            None => Some(None),
            Some(node) => read(&node).map(Some),
        }
    }
}

/// A key under a path, quoted where it is no bare key.
pub(crate) fn join(path: &str, key: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let shown: String = key.chars().take(80).collect();
    let bare = !shown.is_empty() && shown.bytes().all(is_bare);
    let key = if bare { shown } else { format!("{shown:?}") };
    if path.is_empty() { key } else { format!("{path}.{key}") }
}
