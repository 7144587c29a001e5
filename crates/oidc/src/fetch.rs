//! Requests to a provider: encrypted, short, and of answers that are not too long.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;
use serde::de::DeserializeOwned;

use crate::Failure;
use crate::options::BadOptions;

/// The longest answer, in bytes: some sets of keys have chains of certificates.
const LONGEST: usize = 256 * 1_024;
/// From the first thing done to the answer's end.
const TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(5);

/// Asks a provider.
#[derive(Clone, Debug)]
pub(crate) struct Fetch(Client);

impl Fetch {
    pub(crate) fn new() -> Result<Fetch, BadOptions> {
        let no = |error: &dyn Error| BadOptions(format!("no TLS on this machine: {error}"));
        let client = Client::builder()
            .tls_backend_preconfigured(tls().map_err(|error| no(&error))?)
            // Where a redirect leads was checked by nobody.
            .redirect(Policy::none())
            .no_proxy()
            .retry(reqwest::retry::never())
            .http1_only()
            .referer(false)
            .user_agent(concat!("Scrip/", env!("CARGO_PKG_VERSION")))
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT)
            .build()
            .map_err(|error| no(&error))?;
        Ok(Fetch(client))
    }

    /// A document.
    pub(crate) async fn get<T: DeserializeOwned>(&self, what: &str, url: &str) -> Result<T, Failure> {
        let (status, body) = answer(what, self.0.get(url)).await?;
        read(what, status, &body)
    }

    /// What is told to whoever has an access token.
    pub(crate) async fn get_as<T: DeserializeOwned>(
        &self,
        what: &str,
        url: &str,
        token: &str,
    ) -> Result<T, Failure> {
        let request = self.0.get(url).header(AUTHORIZATION, format!("Bearer {token}"));
        let (status, body) = answer(what, request).await?;
        read(what, status, &body)
    }

    /// Sends a form; what is refused is told with a code.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        what: &str,
        url: &str,
        form: String,
        basic: Option<String>,
    ) -> Result<T, Failure> {
        let mut request =
            self.0.post(url).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
        if let Some(basic) = basic {
            request = request.header(AUTHORIZATION, format!("Basic {basic}"));
        }
        let (status, body) = answer(what, request).await?;
        if status.is_client_error() {
            let refused: Option<Refusal> = serde_json::from_slice(&body).ok();
            if let Some(refused) = refused {
                return Err(Failure::refused(&refused.error));
            }
        }
        read(what, status, &body)
    }
}

#[derive(serde::Deserialize)]
struct Refusal {
    error: String,
}

fn read<T: DeserializeOwned>(what: &str, status: StatusCode, body: &[u8]) -> Result<T, Failure> {
    if status != StatusCode::OK {
        return Err(Failure::Unreachable(format!("{what} answered with {}", status.as_u16())));
    }
    serde_json::from_slice(body)
        .map_err(|_| Failure::Unreachable(format!("{what} did not answer as it should")))
}

async fn answer(what: &str, request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), Failure> {
    let failed = |error: reqwest::Error| {
        if error.is_timeout() {
            return Failure::Unreachable(format!("{what} did not answer within {} s", TIMEOUT.as_secs()));
        }
        Failure::Unreachable(format!("{what} was not reached: {}", deepest(&error)))
    };
    let mut response = request.header(ACCEPT, "application/json").send().await.map_err(failed)?;
    let (status, mut body) = (response.status(), Vec::new());
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > LONGEST {
            return Err(Failure::Unreachable(format!("{what} answered with more than {LONGEST} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((status, body))
}

/// The first cause, which says most: those around it say where it was noticed.
fn deepest(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    causes.last().map(ToString::to_string).unwrap_or_default()
}

/// TLS 1.2 and 1.3 by rustls and ring, with the certificates that the machine trusts.
fn tls() -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(config.with_platform_verifier()?.with_no_client_auth())
}
