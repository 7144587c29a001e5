//! The bounds of what hosts say of accounts and grants, for those who take it from elsewhere than a request: what an
//! import takes, a request takes, too. Each function gives what is kept, or says what would be right.

use moment::Instant;

use crate::body::{self, Metadata, Text};
use crate::problem::Problem;
use crate::{calls, target};

/// What is kept of a field, or what it must be.
pub type Field<T> = Result<T, String>;

fn said<T>(checked: Result<T, Problem>) -> Field<T> {
    checked.map_err(|problem| problem.into_place().message)
}

/// The host's own id of an account.
pub fn host_id(text: &str) -> Field<Box<str>> {
    if target::is_host_id(text) { Ok(Box::from(text)) } else { Err(target::HOST_ID.to_owned()) }
}

/// What people call an account.
pub fn name(text: &str) -> Field<Box<str>> {
    said(body::label("/name", text, 200))
}

/// Where its messages go.
pub fn email(text: &str) -> Field<Box<str>> {
    said(calls::accounts::email(text))
}

/// The name of its time zone.
pub fn time_zone(text: &str) -> Field<Box<str>> {
    said(body::time_zone(text))
}

/// Its language.
pub fn locale(text: &str) -> Field<Box<str>> {
    said(body::locale(text))
}

/// The host's own facts about it, sorted by name.
pub fn metadata(pairs: &[(String, String)]) -> Field<Vec<(Box<str>, Box<str>)>> {
    let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    Metadata::of(pairs).and_then(|metadata| metadata.boxed()).map_err(|problem| {
        let place = problem.into_place();
        match place.pointer.strip_prefix("/metadata/") {
            Some(name) => format!("{name} {}", place.message),
            None => place.message,
        }
    })
}

/// Why something is done.
pub fn reason(text: &str) -> Field<Box<str>> {
    said(body::reason(Some(&Text(text.into()))))
}

/// A point in time.
pub fn instant(text: &str) -> Field<Instant> {
    said(body::instant("", text))
}

/// The known name that was probably meant, if one is near.
pub fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    body::nearest(name, names)
}
