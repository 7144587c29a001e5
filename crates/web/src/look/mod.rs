//! How pages look: one style sheet, one accent colour a program, one small script.

mod accent;

use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::get;

pub use accent::Accent;

use crate::packed::Packed;
use crate::state::Web;

/// What pages link: the path, its media type, and what is in it.
const FILES: [(&str, &str, &str); 2] = [
    ("portal.css", "text/css; charset=utf-8", include_str!("../../assets/portal.css")),
    ("portal.js", "text/javascript; charset=utf-8", include_str!("../../assets/portal.js")),
];

/// The files that pages link, by name.
pub fn static_files() -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.iter().map(|(name, _, text)| (*name, *text))
}

/// The address of a file: it changes with what is in it, so it can be kept for ever.
pub(crate) fn href(name: &str) -> String {
    let text = FILES.iter().find(|(other, ..)| *other == name).map_or("", |(_, _, text)| *text);
    let hash = blake3::hash(text.as_bytes()).to_hex();
    format!("/static/{}/{name}", hash.get(..12).unwrap_or_default())
}

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/static/accent/{file}", get(accent_style))
        .route("/static/{version}/{name}", get(file))
}

/// The files as they are sent, in the same order.
static PACKED: LazyLock<Vec<Packed>> =
    LazyLock::new(|| FILES.iter().map(|(.., text)| Packed::of(text)).collect());

const FOR_EVER: &str = "public, max-age=31536000, immutable";

async fn file(Path((version, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let mut files = FILES.iter().zip(PACKED.iter());
    match files.find(|((other, ..), _)| *other == name) {
        // An old page may ask for what was there before: it gets what there is, and keeps it shortly.
        Some(((name, kind, _), packed)) => {
            let keep = if href(name).contains(&version) { FOR_EVER } else { "no-cache" };
            packed.answer(&headers, kind, keep)
        }
        None => none(),
    }
}

async fn accent_style(Path(file): Path<String>) -> Response {
    match file.strip_suffix(".css").and_then(Accent::read) {
        Some(accent) => kept("text/css; charset=utf-8", accent.style()),
        None => none(),
    }
}

fn kept(kind: &'static str, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(FOR_EVER));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn none() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

#[cfg(test)]
mod tests {
    use super::FILES;

    #[test]
    fn each_brace_of_the_style_sheet_is_closed_and_it_asks_nobody_for_anything() {
        let (.., style) = FILES[0];
        let mut depth = 0_i32;
        for (number, line) in style.lines().enumerate() {
            depth += line.matches('{').count() as i32 - line.matches('}').count() as i32;
            assert!((0..=2).contains(&depth), "line {}: {line}", number + 1);
            assert!(
                !line.starts_with("/*") || depth == 0,
                "line {}: a part begins within another",
                number + 1
            );
        }
        assert_eq!(depth, 0);
        for word in ["url(", "@import", "http", "@font-face"] {
            assert!(!style.contains(word), "{word}");
        }
    }
}
