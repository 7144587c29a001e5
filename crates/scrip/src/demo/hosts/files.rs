//! The pages of the hosts, from `examples/hosts`.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::{Hosts, none};

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../../../../examples/hosts/", $path)))),*]
    };
}

const FILES: &[(&str, &str)] = files![
    "shop/index.html",
    "shop/admin.html",
    "shop/shop.js",
    "shop/admin.js",
    "shop/shop.css",
    "studio/index.html",
    "studio/studio.js",
    "studio/studio.css",
    "editor/index.html",
    "editor/editor.js",
    "editor/editor.css",
];

/// What a careful host's pages may do: no script or style within the page, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The first page of a host, for an account.
pub async fn index(State(hosts): State<Hosts>, Path((name, _)): Path<(String, String)>) -> Response {
    match hosts.named(&name) {
        Some(_) => page(&name, "index.html"),
        None => none("page"),
    }
}

/// A style sheet or a script; anything else is an account, whose page has a slash behind it.
pub async fn file(State(hosts): State<Hosts>, Path((name, file)): Path<(String, String)>) -> Response {
    if hosts.named(&name).is_none() {
        return none("page");
    }
    let wanted = format!("{name}/{file}");
    if FILES.iter().any(|(path, _)| *path == wanted) {
        return page(&name, &file);
    }
    let account: String =
        file.chars().filter(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(*letter)).collect();
    Redirect::temporary(&format!("/hosts/{name}/{account}/")).into_response()
}

/// A file of a host.
pub fn page(host: &str, name: &str) -> Response {
    let path = format!("{host}/{name}");
    let Some((_, text)) = FILES.iter().find(|(other, _)| *other == path) else { return none("page") };
    let kind = match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        _ => "text/html; charset=utf-8",
    };
    let mut response = Response::new(Body::from(*text));
    for (name, value) in [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
