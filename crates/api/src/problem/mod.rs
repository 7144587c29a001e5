//! Problems: what a refused request is answered with (RFC 9457).

mod about;
mod code;
#[cfg(test)]
mod document;
mod failure;
mod sale;
#[cfg(test)]
mod tests;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::request_id::RequestId;

pub(crate) use code::Code;
pub(crate) use failure::{Asked, of_no_price, refused};
pub(crate) use sale::missing;
use sale::of_sale;

/// Why a request was refused, for the one who sent it. Nothing has changed by it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Problem(Box<Told>);

#[derive(Clone, Debug, PartialEq)]
struct Told {
    code: Code,
    detail: String,
    errors: Vec<Place>,
    facts: Map<String, Value>,
}

/// A place in a request, and what would be right there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Place {
    /// A JSON pointer into the body; `?name` for a query parameter.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Place {
    fn sentence(&self) -> String {
        let place = if self.pointer.is_empty() { "The body" } else { &self.pointer };
        let end = if self.message.ends_with('?') { "" } else { "." };
        format!("{place}: {}{end}", self.message)
    }
}

impl Problem {
    /// A problem, with a sentence that says what is the case and what to do.
    pub fn new(code: Code, detail: impl Into<String>) -> Problem {
        let detail = detail.into();
        Problem(Box::new(Told { code, detail, errors: Vec::new(), facts: Map::new() }))
    }

    /// Something in the request is not as it must be.
    pub fn invalid(pointer: impl Into<String>, message: impl Into<String>) -> Problem {
        let place = Place { pointer: pointer.into(), message: message.into() };
        let mut problem = Problem::new(Code::InvalidRequest, place.sentence());
        problem.0.errors.push(place);
        problem
    }

    /// Several places are not as they must be; none is none of them.
    pub fn invalid_places(places: Vec<Place>) -> Problem {
        let detail = places.first().map(Place::sentence).unwrap_or_default();
        let mut problem = Problem::new(Code::InvalidRequest, detail);
        problem.0.errors = places;
        problem
    }

    /// The first place that it names, and what would be right there.
    pub fn into_place(self) -> Place {
        let Told { errors, detail, .. } = *self.0;
        errors.into_iter().next().unwrap_or(Place { pointer: String::new(), message: detail })
    }

    /// What the path names does not exist.
    pub fn not_found(what: &str) -> Problem {
        Problem::new(Code::NotFound, format!("There is no such {what} in the program of this key."))
    }

    /// The same with a fact more.
    pub fn fact(mut self, name: &str, value: impl Into<Value>) -> Problem {
        self.0.facts.insert(name.to_owned(), value.into());
        self
    }

    /// The same for a part of a larger body: its pointers start at `prefix`.
    pub fn within(mut self, prefix: &str) -> Problem {
        for place in &mut self.0.errors {
            if !place.pointer.starts_with('?') {
                place.pointer.insert_str(0, prefix);
                self.0.detail = place.sentence();
            }
        }
        self
    }

    /// What clients compare.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The places.
    #[cfg(test)]
    pub fn places(&self) -> Vec<(&str, &str)> {
        self.0.errors.iter().map(|place| (place.pointer.as_str(), place.message.as_str())).collect()
    }

    /// The problem with the id of the request that it is the answer to.
    pub fn of(&self, request: RequestId) -> Answered<'_> {
        Answered { problem: self, request }
    }

    /// The whole response.
    pub fn render(self, request: RequestId) -> Response {
        let body = serde_json::to_vec(&self.of(request)).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.0.code.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self.0.code {
            Code::Unauthenticated => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Code::RateLimited | Code::Overloaded | Code::Unavailable => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        response
    }
}

/// The outermost layer writes the body: it knows the id of the request.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response.extensions_mut().insert(self);
        response
    }
}

/// A problem as it is written.
pub(crate) struct Answered<'a> {
    problem: &'a Problem,
    request: RequestId,
}

impl Serialize for Answered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let told = &*self.problem.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &format_args!("/docs#{}", told.code.code()))?;
        map.serialize_entry("title", told.code.title())?;
        map.serialize_entry("status", &told.code.status().as_u16())?;
        map.serialize_entry("code", told.code.code())?;
        map.serialize_entry("detail", &told.detail)?;
        map.serialize_entry("request_id", self.request.as_str())?;
        if !told.errors.is_empty() {
            map.serialize_entry("errors", &told.errors)?;
        }
        for (name, value) in &told.facts {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
