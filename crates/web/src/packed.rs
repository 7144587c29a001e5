//! Texts that are the same for everybody, sent with gzip to who takes it.
//!
//! Nothing else is packed. A page has its form token beside what strangers have written: how well the two pack together
//! would tell the token bit by bit (BREACH). What the API answers, and streams, have no time to lose.

use std::io::Write;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;

/// A text, packed once.
pub(crate) struct Packed {
    plain: &'static str,
    gzip: Option<Bytes>,
    hash: String,
}

impl Packed {
    /// Packs a text.
    pub fn of(plain: &'static str) -> Packed {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let packed = encoder.write_all(plain.as_bytes()).and_then(|()| encoder.finish());
        // What packing makes larger is sent as it is.
        let gzip = packed.ok().filter(|packed| packed.len() < plain.len()).map(Bytes::from);
        let hash = blake3::hash(plain.as_bytes()).to_hex();
        Packed { plain, gzip, hash: hash.get(..16).unwrap_or_default().to_owned() }
    }

    /// The answer to a request with these headers: the text as it takes it, or that it has not changed.
    pub fn answer(&self, asked: &HeaderMap, kind: &'static str, keep: &'static str) -> Response {
        let gzip = self.gzip.as_ref().filter(|_| takes_gzip(asked));
        // The same text in other bytes has another tag: a strong one stands for bytes.
        let tag = format!("\"{}{}\"", self.hash, if gzip.is_some() { "-gzip" } else { "" });
        let fresh = is_known(asked, &tag);
        let mut response = Response::new(match gzip {
            _ if fresh => Body::empty(),
            Some(bytes) => Body::from(bytes.clone()),
            None => Body::from(self.plain),
        });
        let headers = response.headers_mut();
        let mut set = |name: HeaderName, value| headers.insert(name, HeaderValue::from_static(value));
        set(header::CACHE_CONTROL, keep);
        set(header::VARY, "accept-encoding");
        if !fresh {
            set(header::CONTENT_TYPE, kind);
            set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
            if gzip.is_some() {
                set(header::CONTENT_ENCODING, "gzip");
            }
        }
        if let Ok(tag) = HeaderValue::try_from(tag) {
            headers.insert(header::ETAG, tag);
        }
        if fresh {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        response
    }
}

/// The parts of a header that is a list, over all its lines.
fn list(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

/// Whether the browser has what has this tag.
fn is_known(asked: &HeaderMap, tag: &str) -> bool {
    // If-None-Match compares weakly.
    list(asked, header::IF_NONE_MATCH).any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

/// Whether the request takes gzip: it says so, or takes anything, and does not refuse it.
fn takes_gzip(asked: &HeaderMap) -> bool {
    let mut any = false;
    for part in list(asked, header::ACCEPT_ENCODING) {
        let mut words = part.split(';').map(str::trim);
        let coding = words.next().unwrap_or_default();
        let weight = words.find_map(|word| word.strip_prefix("q=").or_else(|| word.strip_prefix("Q=")));
        let taken = weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0));
        if coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip") {
            return taken;
        }
        any |= coding == "*" && taken;
    }
    any
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    const TEXT: &str = "a text that says the same, a text that says the same, a text that says the same";

    fn asked(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    fn body(response: Response) -> Vec<u8> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(axum::body::to_bytes(response.into_body(), 10_000)).unwrap().to_vec()
    }

    #[test]
    fn gzip_is_sent_to_who_takes_it_only() {
        for (said, expected) in [
            ("gzip, deflate, br, zstd", true),
            ("GZIP", true),
            ("br;q=1.0, gzip;q=0.5", true),
            ("*", true),
            ("", false),
            ("identity", false),
            ("br", false),
            ("gzip;q=0", false),
            ("gzip; q=0.000, *", false),
            ("*;q=0", false),
            ("gzip;q=nonsense", false),
        ] {
            assert_eq!(takes_gzip(&asked(header::ACCEPT_ENCODING, said)), expected, "{said}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn both_ways_are_the_same_text_and_each_has_its_tag() {
        let packed = Packed::of(TEXT);
        let plain = packed.answer(&HeaderMap::new(), "text/css", "no-cache");
        assert_eq!(plain.headers()["vary"], "accept-encoding");
        assert!(!plain.headers().contains_key("content-encoding"));
        let gzip = packed.answer(&asked(header::ACCEPT_ENCODING, "gzip"), "text/css", "no-cache");
        assert_eq!(gzip.headers()["content-encoding"], "gzip");
        assert_eq!(gzip.headers()["vary"], "accept-encoding");
        assert_ne!(gzip.headers()["etag"], plain.headers()["etag"]);
        assert_eq!(body(plain), TEXT.as_bytes());
        let bytes = body(gzip);
        assert!(bytes.len() < TEXT.len());
        let mut read = String::new();
        flate2::read::GzDecoder::new(&*bytes).read_to_string(&mut read).unwrap();
        assert_eq!(read, TEXT);
        // Two letters don't become fewer.
        let short = Packed::of("ok").answer(&asked(header::ACCEPT_ENCODING, "gzip"), "text/css", "no-cache");
        assert!(!short.headers().contains_key("content-encoding"));
    }

    #[test]
    fn what_the_browser_has_is_not_sent_again() {
        let packed = Packed::of(TEXT);
        let tag = |headers: &HeaderMap| {
            packed.answer(headers, "text/css", "no-cache").headers()["etag"].to_str().unwrap().to_owned()
        };
        let tag = tag(&HeaderMap::new());
        for (said, status) in [
            (tag.clone(), 304),
            (format!("W/{tag}"), 304),
            (format!("\"other\", {tag}"), 304),
            ("*".to_owned(), 304),
            ("\"other\"".to_owned(), 200),
            (String::new(), 200),
        ] {
            let answer = packed.answer(&asked(header::IF_NONE_MATCH, &said), "text/css", "no-cache");
            assert_eq!(answer.status(), status, "{said}");
            assert_eq!(answer.headers()["etag"], tag.as_str());
            assert_eq!(body(answer).is_empty(), status == 304);
        }
        // The tag of the packed text is not that of the plain one.
        let mut both = asked(header::IF_NONE_MATCH, &tag);
        both.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        assert_eq!(packed.answer(&both, "text/css", "no-cache").status(), 200);
    }
}
