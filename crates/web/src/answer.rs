//! Answers to browsers, with the headers that all of them have.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use catalog::Brand;
use maud::Markup;

/// What a page may load, and who may frame it: nothing from elsewhere, no script or style within the page, and only the
/// host's own pages.
fn policy(brand: &Brand) -> String {
    let framed_by = if brand.origins.is_empty() { "'none'".to_owned() } else { brand.origins.join(" ") };
    let logo = match brand.logo.as_deref().and_then(origin) {
        Some(origin) => format!("'self' data: {origin}"),
        None => "'self' data:".to_owned(),
    };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src {logo}; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors {framed_by}"
    )
}

/// The origin of an address: `https://cdn.example`.
fn origin(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://")?;
    let host = rest.split('/').next().filter(|host| !host.is_empty())?;
    url.get(..url.len() - rest.len() + host.len())
}

/// A page.
pub(crate) fn page(status: StatusCode, brand: &Brand, body: Markup) -> Response {
    let mut response = bytes(status, "text/html; charset=utf-8", body.into_string().into_bytes());
    if let Ok(policy) = HeaderValue::from_str(&policy(brand)) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Something that is of one customer, and not kept on the way.
pub(crate) fn bytes(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// A file to be kept by that name.
pub(crate) fn file(kind: &'static str, name: &str, body: Vec<u8>) -> Response {
    let mut response = bytes(StatusCode::OK, kind, body);
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// Go there, with GET.
pub(crate) fn see(url: &str) -> Response {
    let mut response = bytes(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", Vec::new());
    if let Ok(location) = HeaderValue::from_str(url) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_framed_by_the_hosts_pages_only() {
        let nobody = policy(&Brand::default());
        assert!(nobody.contains("frame-ancestors 'none'") && !nobody.contains("unsafe"), "{nobody}");
        let origins = vec!["https://shop.example".to_owned()];
        let brand =
            Brand { origins, logo: Some("https://cdn.example/a/logo.svg".into()), ..Brand::default() };
        let policy = policy(&brand);
        assert!(policy.ends_with("frame-ancestors https://shop.example"), "{policy}");
        assert!(policy.contains("img-src 'self' data: https://cdn.example;"), "{policy}");
    }
}
