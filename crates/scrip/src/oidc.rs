//! The provider by which operators sign in to the console.

use std::path::PathBuf;

use oidc::{Options, Provider, Secret};

use crate::Trouble;

/// Where the secret may be, beside a file. It has no option: what is written in a command, everybody on the machine sees.
const SECRET: &str = "SCRIP_OIDC_CLIENT_SECRET";

/// What may be said about it.
#[derive(Clone, Debug, Default, clap::Args)]
#[expect(clippy::struct_field_names, reason = "they are named as the options are")]
pub struct OidcArgs {
    /// Let operators sign in by OpenID Connect at this provider, such as `https://login.example.com`: its issuer. The
    /// client's secret is read from `SCRIP_OIDC_CLIENT_SECRET`, or from a file.
    #[arg(long, value_name = "URL", env = "SCRIP_OIDC_ISSUER", requires = "oidc_client_id")]
    pub oidc_issuer: Option<String>,
    /// This server's client id at the provider.
    #[arg(long, value_name = "ID", env = "SCRIP_OIDC_CLIENT_ID", requires = "oidc_issuer")]
    pub oidc_client_id: Option<String>,
    /// A file with the client's secret.
    #[arg(long, value_name = "FILE", env = "SCRIP_OIDC_CLIENT_SECRET_FILE", requires = "oidc_issuer")]
    pub oidc_client_secret_file: Option<PathBuf>,
    /// What the button calls the provider; its host where this is left out.
    #[arg(long, value_name = "NAME", env = "SCRIP_OIDC_NAME", requires = "oidc_issuer")]
    pub oidc_name: Option<String>,
}

/// A provider, and what it is called.
#[derive(Debug)]
pub struct Named {
    /// What the button calls it.
    pub name: String,
    /// It.
    pub provider: Provider,
}

impl OidcArgs {
    /// The provider, for a server that is reached at this address.
    pub fn provider(&self, public_url: &str) -> Result<Option<Named>, Trouble> {
        let (Some(issuer), Some(client_id)) = (&self.oidc_issuer, &self.oidc_client_id) else {
            return Ok(None);
        };
        let name = match &self.oidc_name {
            Some(name) => name.trim().to_owned(),
            None => host(issuer).to_owned(),
        };
        let options = Options {
            issuer: issuer.clone(),
            client_id: client_id.clone(),
            client_secret: self.secret()?,
            redirect_url: web::Web::oidc_return(public_url),
        };
        let provider = Provider::new(options)
            .map_err(|bad| Trouble::new(format!("operators can't sign in by OpenID Connect: {bad}")))?;
        Ok(Some(Named { name, provider }))
    }

    fn secret(&self) -> Result<Option<Secret>, Trouble> {
        if let Some(file) = &self.oidc_client_secret_file {
            let text = std::fs::read_to_string(file).map_err(|error| {
                Trouble::new(format!("--oidc-client-secret-file {} can't be read: {error}", file.display()))
            })?;
            return Ok(Some(Secret::new(&text)));
        }
        match std::env::var(SECRET) {
            Ok(text) => Ok(Some(Secret::new(&text))),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => Err(Trouble::new(format!("{SECRET} is no UTF-8 text"))),
        }
    }
}

/// The host of an issuer.
fn host(issuer: &str) -> &str {
    let rest = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
    rest.split(['/', ':']).next().filter(|host| !host.is_empty()).unwrap_or(issuer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_button_calls_a_provider() {
        for (issuer, name) in [
            ("https://login.example.com/realms/ops", "login.example.com"),
            ("http://127.0.0.1:9000", "127.0.0.1"),
            ("nonsense", "nonsense"),
        ] {
            assert_eq!(host(issuer), name);
        }
    }

    #[test]
    fn what_is_wrong_is_said_before_the_server_runs() {
        let options = |issuer: &str, file: Option<&str>| OidcArgs {
            oidc_issuer: Some(issuer.to_owned()),
            oidc_client_id: Some("scrip".to_owned()),
            oidc_client_secret_file: file.map(PathBuf::from),
            oidc_name: None,
        };
        let provider = |options: OidcArgs| options.provider("https://credits.example.com/");
        assert!(provider(OidcArgs::default()).unwrap().is_none());
        assert_eq!(
            provider(options("https://login.example.com", None)).unwrap().unwrap().name,
            "login.example.com"
        );
        for (options, told) in [
            (options("http://login.example.com", None), "is not https"),
            (options("https://login.example.com", Some("/not/there")), "/not/there can't be read"),
            (options("https://login.example.com", Some("/dev/null")), "the client secret is empty"),
        ] {
            let trouble = provider(options).unwrap_err().to_string();
            assert!(trouble.contains(told), "{trouble}");
        }
    }
}
