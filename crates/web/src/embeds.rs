//! What pages of hosts load: small web components, and the storefront's script. `/embed` shows them.

mod page;

use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::get;

use crate::packed::Packed;
use crate::state::Web;

/// What the examples on `/embed` show, where they are live.
#[derive(Clone, Debug)]
pub struct Examples {
    /// Where a token comes from, of an account that has credits.
    pub token_url: String,
    /// An action of its program.
    pub action: String,
    /// Where a token comes from, of an account that has none.
    pub low_token_url: String,
}

/// The files, as they are written: there is no build.
const FILES: [(&str, &str); 10] = [
    ("scrip.js", include_str!("../assets/embeds/scrip.js")),
    ("balance.js", include_str!("../assets/embeds/balance.js")),
    ("buy.js", include_str!("../assets/embeds/buy.js")),
    ("client.js", include_str!("../assets/embeds/client.js")),
    ("cost.js", include_str!("../assets/embeds/cost.js")),
    ("element.js", include_str!("../assets/embeds/element.js")),
    ("low-balance.js", include_str!("../assets/embeds/low-balance.js")),
    ("stream.js", include_str!("../assets/embeds/stream.js")),
    ("words.js", include_str!("../assets/embeds/words.js")),
    ("storefront.js", include_str!("../assets/embeds/storefront.js")),
];

/// The files as they are sent, in the same order.
static PACKED: LazyLock<Vec<Packed>> =
    LazyLock::new(|| FILES.iter().map(|(_, text)| Packed::of(text)).collect());

/// What pages of hosts name: it stays as it is, as long as what they rely on does.
const VERSION: &str = "v1";

pub(crate) fn routes() -> Router<Web> {
    Router::new().route("/embed", get(page::page)).route("/embed/{version}/{file}", get(file))
}

/// The version that changes with what is in any file, as they load each other.
static HASHED: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = blake3::Hasher::new();
    for (name, text) in FILES {
        hasher.update(name.as_bytes()).update(&[0]).update(text.as_bytes()).update(&[0]);
    }
    hasher.finalize().to_hex().get(..12).unwrap_or_default().to_owned()
});

async fn file(Path((version, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let keep = if version == VERSION {
        // A host's page names this for years, and gets what is mended within minutes.
        "public, max-age=300, stale-while-revalidate=86400"
    } else if version == *HASHED {
        "public, max-age=31536000, immutable"
    } else {
        "no-store"
    };
    let mut files = FILES.iter().zip(PACKED.iter()).filter(|_| keep != "no-store");
    let mut response = match files.find(|((other, _), _)| *other == name) {
        Some((_, packed)) => packed.answer(&headers, "text/javascript; charset=utf-8", keep),
        None => none(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        // They are there to be loaded by pages of any origin.
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn none() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(version: &str, name: &str) -> Response {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(file(Path((version.to_owned(), name.to_owned())), HeaderMap::new()))
    }

    #[test]
    fn files_are_for_pages_of_any_origin_and_kept_as_long_as_their_address_says() {
        for (version, keep) in [(VERSION.to_owned(), "max-age=300"), (HASHED.clone(), "immutable")] {
            let response = asked(&version, "scrip.js");
            assert_eq!(response.status(), 200);
            assert_eq!(response.headers()["access-control-allow-origin"], "*");
            assert_eq!(response.headers()["content-type"], "text/javascript; charset=utf-8");
            assert!(response.headers()["cache-control"].to_str().unwrap().contains(keep));
        }
        for (version, name) in [("v2", "scrip.js"), (VERSION, "other.js"), ("", "")] {
            assert_eq!(asked(version, name).status(), 404);
        }
    }

    #[test]
    fn what_a_file_imports_is_there() {
        for (name, text) in FILES {
            let imports = text.split("from \"./").skip(1).chain(text.split("import(\"./").skip(1));
            for part in imports {
                let imported = part.split('"').next().unwrap();
                assert!(FILES.iter().any(|(other, _)| *other == imported), "{name}: {imported}");
            }
        }
    }
}
