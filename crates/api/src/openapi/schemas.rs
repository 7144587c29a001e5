//! Schemas of what is written piece by piece, for the document only.
#![expect(dead_code, reason = "these say what JSON looks like, and are never made")]

use serde::Serialize;
use utoipa::ToSchema;

/// A string (a decimal among them), a whole number or a boolean.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum AttributeValue {
    /// A text, or a decimal such as `"1.5"`.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// `true` or `false`.
    Boolean(bool),
}

/// Any JSON.
#[derive(Debug, Serialize, ToSchema)]
#[schema(value_type = Value)]
pub(crate) struct Anything(serde_json::Value);

/// Why a request was refused (RFC 9457). Nothing has changed by it. Each code has facts of its own as fields more.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Where the code is explained.
    #[serde(rename = "type")]
    #[schema(example = "/docs#invalid_request")]
    kind: String,
    /// What it is, in a few words.
    #[schema(example = "The request is not valid")]
    title: String,
    /// The status of the answer.
    #[schema(example = 400)]
    status: u16,
    /// What clients compare. Codes are stable.
    #[schema(example = "invalid_request")]
    code: String,
    /// What is the case, and what to do.
    #[schema(example = "/credits: must be given.")]
    detail: String,
    /// The id of the request, for questions about it.
    #[schema(example = "req_0123456789abc")]
    request_id: String,
    /// The places that are not as they must be.
    errors: Option<Vec<Place>>,
}

/// A place in a request, and what would be right there.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Place {
    /// A JSON pointer into the body, `?name` for a query parameter, or the name of a header.
    #[schema(example = "/credits")]
    pointer: String,
    /// What would be right.
    #[schema(example = "must be given")]
    message: String,
}
