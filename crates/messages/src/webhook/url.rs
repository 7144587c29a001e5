use std::fmt;
use std::net::IpAddr;

use url::{ParseError, Url};

use super::address::is_global;

/// The longest URL that is kept.
const LONGEST: usize = 2_000;

/// Why a URL is none that messages are sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadUrl {
    /// It can't be read.
    Unreadable,
    /// It is too long.
    TooLong,
    /// It has another scheme than `https`.
    Scheme {
        /// The one it has.
        scheme: String,
        /// Whether `http` would do, too.
        http: bool,
    },
    /// It names no host.
    NoHost,
    /// It has a user's name or a password in it.
    UserInfo,
    /// Its host is this machine, or one of a network around it.
    NotPublic(String),
}

/// Checks a URL that messages are to be sent to. With `allow_private`, for development and tests, it may be `http`
/// and lead anywhere.
///
/// A name can lead elsewhere tomorrow; so where it leads is looked at whenever something is sent.
pub fn check_url(text: &str, allow_private: bool) -> Result<Url, BadUrl> {
    if text.len() > LONGEST {
        return Err(BadUrl::TooLong);
    }
    let url = Url::parse(text).map_err(|error| match error {
        ParseError::EmptyHost => BadUrl::NoHost,
        _ => BadUrl::Unreadable,
    })?;
    if url.scheme() != "https" && !(allow_private && url.scheme() == "http") {
        return Err(BadUrl::Scheme { scheme: url.scheme().to_owned(), http: allow_private });
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BadUrl::UserInfo);
    }
    let host = url.host_str().ok_or(BadUrl::NoHost)?;
    if !allow_private && is_private(host) {
        return Err(BadUrl::NotPublic(host.to_owned()));
    }
    Ok(url)
}

/// Whether it can be told from the host as it is written that it is not everybody's.
///
/// The parser has made one form of `127.1`, `0x7f000001` and `[::ffff:127.0.0.1]` before.
fn is_private(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    if let Ok(address) = bare.parse::<IpAddr>() {
        return !is_global(address);
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    // A name of one label is looked up in the network's own domain.
    let last = name.rsplit_once('.').map(|(_, last)| last);
    last.is_none_or(|last| matches!(last, "localhost" | "local" | "internal" | "lan"))
}

impl fmt::Display for BadUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadUrl::Unreadable => {
                f.write_str("it can't be read as a URL; one looks like https://example.com/webhooks")
            }
            BadUrl::TooLong => write!(f, "it is longer than {LONGEST} bytes"),
            BadUrl::Scheme { scheme, http } => {
                write!(f, "it begins with {scheme}:, and must begin with https:")?;
                if *http { f.write_str(" or http:") } else { Ok(()) }
            }
            BadUrl::NoHost => f.write_str("it names no host"),
            BadUrl::UserInfo => f.write_str(
                "it has a user's name or a password in it, which would be kept and shown with it; the signature \
                 tells the receiver who is calling",
            ),
            BadUrl::NotPublic(host) => {
                write!(f, "{host} can't be reached by everybody: it is this machine, or one in a private network")
            }
        }
    }
}

impl std::error::Error for BadUrl {}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(text: &str, allow_private: bool) -> String {
        check_url(text, allow_private).map_or_else(|bad| bad.to_string(), |url| url.to_string())
    }

    #[test]
    fn public_https_is_fine_on_any_port() {
        for url in [
            "https://example.com/hooks?a=1",
            "https://example.com:8443/",
            "https://9.9.9.9/",
            "https://[2606:4700::1]/",
        ] {
            assert_eq!(says(url, false), url);
        }
        assert_eq!(says("HTTPS://EXAMPLE.com", false), "https://example.com/");
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (url, part) in [
            ("", "can't be read"),
            ("example.com/hooks", "can't be read"),
            ("https://", "names no host"),
            ("http://example.com/", "begins with http:, and must begin with https:"),
            ("file:///etc/passwd", "begins with file:"),
            ("gopher://example.com/", "begins with gopher:"),
            ("https://user@example.com/", "user's name"),
            ("https://user:pass@example.com/", "password"),
            ("https://:pass@example.com/", "password"),
        ] {
            assert!(says(url, false).contains(part), "{url}: {}", says(url, false));
        }
        assert!(
            says(&format!("https://example.com/{}", "a".repeat(2_000)), false).contains("longer than 2000")
        );
    }

    #[test]
    fn private_hosts_are_refused_however_they_are_written() {
        for host in [
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "printer.local",
            "metadata.google.internal",
            "intranet",
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f.0.0.1",
            "0177.0.0.1",
            "10.1.2.3",
            "169.254.169.254",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[fd00::1]",
            "[fe80::1]",
            "[64:ff9b::7f00:1]",
            "１２７.0.0.1",
        ] {
            let url = format!("https://{host}:8080/");
            assert!(
                says(&url, false).contains("can't be reached by everybody"),
                "{url}: {}",
                says(&url, false)
            );
            assert!(check_url(&url, true).is_ok(), "{url}");
        }
    }

    #[test]
    fn for_development_http_will_do() {
        assert_eq!(says("http://localhost:3000/hooks", true), "http://localhost:3000/hooks");
        assert!(says("ftp://localhost/", true).contains("https: or http:"));
        assert!(says("http://a:b@localhost/", true).contains("password"));
    }
}
