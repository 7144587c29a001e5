use std::fmt;

use url::{Host, Url};

/// What is known of a provider, and of us at it.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its address, as it names itself: `https://login.example.com/realms/ops`.
    pub issuer: String,
    /// Our name at the provider.
    pub client_id: String,
    /// What proves that we are it; a public client has none.
    pub client_secret: Option<Secret>,
    /// Where the provider sends browsers back to.
    pub redirect_url: String,
}

/// A text that is not shown.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// A secret that is this text, without the space around it: files end with a line's end.
    pub fn new(text: &str) -> Secret {
        Secret(text.trim().to_owned())
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Options with which nobody can sign in: which one, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadOptions(pub(crate) String);

impl fmt::Display for BadOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadOptions {}

impl Options {
    pub(crate) fn check(&self) -> Result<(), BadOptions> {
        let issuer = safe(&self.issuer).map_err(|why| BadOptions(format!("of the issuer, {why}")))?;
        if issuer.query().is_some() || issuer.fragment().is_some() {
            return Err(BadOptions("of the issuer, the URL has a query or a fragment".to_owned()));
        }
        if self.client_id.trim().is_empty() {
            return Err(BadOptions("the client id is empty".to_owned()));
        }
        if self.client_secret.as_ref().is_some_and(|secret| secret.expose().is_empty()) {
            return Err(BadOptions("the client secret is empty".to_owned()));
        }
        Ok(())
    }
}

/// An address that may be asked: encrypted, unless it is on this machine.
pub(crate) fn safe(url: &str) -> Result<Url, String> {
    let parsed = Url::parse(url).map_err(|error| format!("{url:?} is no URL: {error}"))?;
    let here = match parsed.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if parsed.scheme() != "https" && !(parsed.scheme() == "http" && here) {
        return Err(format!("{url:?} is not https"));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err("the URL has a user name or a password".to_owned());
    }
    Ok(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_unless_it_is_this_machine() {
        for (url, fine) in [
            ("https://login.example.com", true),
            ("https://login.example.com:8443/realms/ops", true),
            ("http://127.0.0.1:9000", true),
            ("http://[::1]:9000", true),
            ("http://localhost:9000/x", true),
            ("http://login.example.com", false),
            ("http://127.0.0.1.example.com", false),
            ("http://localhost.example.com", false),
            ("http://10.0.0.1", false),
            ("https://user:word@login.example.com", false),
            ("ftp://localhost", false),
            ("file:///etc/passwd", false),
            ("login.example.com", false),
            ("", false),
        ] {
            assert_eq!(safe(url).is_ok(), fine, "{url}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let options = |issuer: &str, id: &str, secret: &str| Options {
            issuer: issuer.to_owned(),
            client_id: id.to_owned(),
            client_secret: Some(Secret::new(secret)),
            redirect_url: "http://127.0.0.1/console/oidc/return".to_owned(),
        };
        for (options, named) in [
            (options("https://x.example", "scrip", "s3cret\n"), None),
            (options("http://x.example", "scrip", "s"), Some("issuer")),
            (options("https://x.example?a=b", "scrip", "s"), Some("issuer")),
            (options("https://x.example", " ", "s"), Some("client id")),
            (options("https://x.example", "scrip", "\n"), Some("client secret")),
        ] {
            let told = options.check().err().map(|bad| bad.to_string()).unwrap_or_default();
            assert!(named.map_or(told.is_empty(), |named| told.contains(named)), "{options:?}: {told}");
            assert!(!format!("{options:?}").contains("s3cret"), "a secret is not shown");
        }
    }
}
