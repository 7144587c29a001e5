//! Bodies of requests: read at once where they are right; looked at closely where they are not.

mod explain;
mod field;
mod object;
mod pairs;
mod text;

use serde::Deserialize;

use crate::json::Json;
use crate::problem::{Code, Problem};

pub(crate) use explain::{escape, nearest};
pub(crate) use field::Field;
pub(crate) use object::Object;
pub(crate) use pairs::{Attributes, Metadata};
pub(crate) use text::{Text, instant, label, locale, period, reason, time_zone};

/// The largest body: 1 MiB.
pub(crate) const LARGEST: usize = 1 << 20;

/// Reads a body. No body is an empty object.
pub(crate) fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Problem> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    // A type that is made from the text alone never recurses deeper than its own fields, so the fast way is safe.
    let read: Result<Object<T>, _> = serde_json::from_slice(bytes);
    read.map(|object| object.0).map_err(|_| explain::explain::<Object<T>>(bytes))
}

/// The body was too large.
pub(crate) fn too_large() -> Problem {
    Problem::new(Code::BodyTooLarge, "The body has more than 1 MiB. Send it in several parts.")
        .fact("limit", LARGEST)
}

/// Half a digest: enough to tell one request from another under the same key.
///
/// Only what is given is to be written, in one order: the same request with other spaces or another order of its
/// fields, or to a later version that knows more fields, is the same request.
pub(crate) fn digest(method: &str, path: &str, scratch: &mut Json, write: impl FnOnce(&mut Json)) -> [u8; 8] {
    scratch.clear();
    scratch.raw(method).raw("\0").raw(path).raw("\0");
    write(scratch);
    let hash = blake3::hash(scratch.as_bytes());
    let mut digest = [0; 8];
    digest.copy_from_slice(&hash.as_bytes()[..8]);
    digest
}
