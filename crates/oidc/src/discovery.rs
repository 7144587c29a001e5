//! What a provider says of itself.

use serde::Deserialize;

use crate::Failure;
use crate::options::safe;

/// The parts of the [discovery document] that are used.
///
/// [discovery document]: https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Metadata {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    pub userinfo_endpoint: Option<String>,
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

/// How we prove to the token endpoint who we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// The secret in a header.
    Basic,
    /// The secret in the body.
    Post,
}

/// Where the document of an issuer is.
pub(crate) fn place(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}

impl Metadata {
    /// Sees that it is of the issuer that was asked for, and that nothing is sent unencrypted.
    pub(crate) fn check(self, issuer: &str) -> Result<Metadata, Failure> {
        if self.issuer != issuer {
            let theirs: String = self.issuer.chars().filter(char::is_ascii_graphic).take(200).collect();
            let why =
                format!("the provider names itself {theirs}, and not {issuer}: set --oidc-issuer to that");
            return Err(Failure::Unreachable(why));
        }
        let places = [
            Some(&self.authorization_endpoint),
            Some(&self.token_endpoint),
            Some(&self.jwks_uri),
            self.userinfo_endpoint.as_ref(),
        ];
        for place in places.into_iter().flatten() {
            safe(place).map_err(|why| Failure::Unreachable(format!("of the provider's addresses, {why}")))?;
        }
        Ok(self)
    }

    /// How we prove who we are: in a header, unless it is said that only the body is taken.
    pub(crate) fn proof(&self) -> Proof {
        let Some(methods) = &self.token_endpoint_auth_methods_supported else { return Proof::Basic };
        let takes = |wanted: &str| methods.iter().any(|method| method == wanted);
        if takes("client_secret_post") && !takes("client_secret_basic") { Proof::Post } else { Proof::Basic }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(issuer: &str, host: &str, more: &str) -> Metadata {
        let text = format!(
            r#"{{"issuer":"{issuer}","authorization_endpoint":"https://x.example/a","token_endpoint":"{host}/t",
                "jwks_uri":"https://x.example/k","response_types_supported":["code"]{more}}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn the_document_is_of_the_issuer_and_names_safe_addresses() {
        let issuer = "https://x.example";
        assert_eq!(place(issuer), "https://x.example/.well-known/openid-configuration");
        assert_eq!(place("https://x.example/"), place(issuer));
        for (metadata, fine) in [
            (told(issuer, issuer, ""), true),
            (told("https://x.example/", issuer, ""), false),
            (told("https://y.example", issuer, ""), false),
            (told(issuer, "http://x.example", ""), false),
            (told(issuer, issuer, r#","userinfo_endpoint":"http://x.example/u""#), false),
        ] {
            assert_eq!(metadata.clone().check(issuer).is_ok(), fine, "{metadata:?}");
        }
    }

    #[test]
    fn how_the_secret_is_sent() {
        for (methods, expected) in [
            ("", Proof::Basic),
            (r#"["client_secret_post"]"#, Proof::Post),
            (r#"["client_secret_post","client_secret_basic"]"#, Proof::Basic),
            (r#"["none"]"#, Proof::Basic),
        ] {
            let more = match methods {
                "" => String::new(),
                methods => format!(r#","token_endpoint_auth_methods_supported":{methods}"#),
            };
            assert_eq!(told("https://x.example", "https://x.example", &more).proof(), expected, "{methods}");
        }
    }
}
