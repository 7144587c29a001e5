use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use moment::Instant;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;

use super::attempt::hint;
use super::payload::headers;
use super::resolver::{Guard, NotPublic};
use super::{Attempt, Endpoint, Outcome, check_url, payload};
use crate::Message;

/// So much of an answer is kept, in bytes.
const ANSWER: usize = 1_024;
/// So many headers may an answer have.
const HEADERS: usize = 64;

/// How messages are sent.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether endpoints may be `http`, on this machine and in networks around it: for development and tests.
    pub allow_private: bool,
    /// From the first thing done to the answer's end.
    pub timeout: Duration,
    /// Who we say that we are.
    pub user_agent: String,
}

impl Default for Options {
    /// For production: public endpoints only, 15 seconds.
    fn default() -> Options {
        Options {
            allow_private: false,
            timeout: Duration::from_secs(15),
            user_agent: concat!("Scrip/", env!("CARGO_PKG_VERSION"), " (webhooks)").to_owned(),
        }
    }
}

/// Tells how long an attempt took, and nothing else.
type Watch = Arc<dyn Fn() -> Instant + Send + Sync>;

/// Sends messages to endpoints, each once.
#[derive(Clone)]
pub struct WebhookSender {
    client: Client,
    allow_private: bool,
    timeout: Duration,
    watch: Watch,
}

/// The sender can't be made: no TLS on this machine (no certificates to trust, say), or options that can't be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSender(String);

impl WebhookSender {
    /// A sender with connections of its own. `watch` tells the time, so that it can be said how long an attempt
    /// took.
    pub fn new(
        options: Options,
        watch: impl Fn() -> Instant + Send + Sync + 'static,
    ) -> Result<WebhookSender, NoSender> {
        WebhookSender::trusting(tls().map_err(|error| NoSender(deepest(&error)))?, options, watch)
    }

    fn trusting(
        tls: ClientConfig,
        options: Options,
        watch: impl Fn() -> Instant + Send + Sync + 'static,
    ) -> Result<WebhookSender, NoSender> {
        let Options { allow_private, timeout, user_agent } = options;
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(Arc::new(Guard { allow_private }))
            // What is at the end of a redirect has been checked by nobody.
            .redirect(Policy::none())
            // A proxy would look names up for us, past the guard.
            .no_proxy()
            // One attempt is one request.
            .retry(reqwest::retry::never())
            .http1_only()
            .http1_max_headers(HEADERS)
            .referer(false)
            .user_agent(user_agent)
            .timeout(timeout)
            .pool_idle_timeout(Duration::from_secs(30))
            .build()
            .map_err(|error| NoSender(deepest(&error)))?;
        Ok(WebhookSender { client, allow_private, timeout, watch: Arc::new(watch) })
    }

    /// Makes one attempt to deliver a message, which is signed as sent at `at`: the time now, by which the receiver
    /// tells an old message that is sent again by somebody else.
    pub async fn send(&self, endpoint: &Endpoint, message: &Message, at: Instant) -> Attempt {
        let started = (self.watch)();
        let mut attempt = match self.request(endpoint, message, at) {
            Ok(request) => match request.send().await {
                Ok(response) => answered(response, at).await,
                Err(error) => Attempt::failed(self.sentence(&error)),
            },
            Err(why) => Attempt::failed(why),
        };
        attempt.took_ms = (self.watch)().millis_since(started).max(0).unsigned_abs();
        attempt
    }

    fn request(&self, endpoint: &Endpoint, message: &Message, at: Instant) -> Result<RequestBuilder, String> {
        // Again: what was allowed when it was entered may not be any more. An address that is written out is looked
        // up by nobody, so the guard would not see it.
        let url = check_url(&endpoint.url, self.allow_private)
            .map_err(|bad| format!("nothing was sent: of the URL, {bad}"))?;
        let body = payload(message);
        let signed = headers(endpoint, message, at, &body)
            .ok_or_else(|| "nothing was sent: the message's id can't be signed".to_owned())?;
        let request = self.client.post(url).header(CONTENT_TYPE, "application/json");
        Ok(signed.into_iter().fold(request, |request, (name, value)| request.header(name, value)).body(body))
    }

    fn sentence(&self, error: &reqwest::Error) -> String {
        if let Some(refused) = sources(error).find(|source| source.is::<NotPublic>()) {
            return format!("nothing was sent: {refused}");
        }
        if error.is_timeout() {
            return format!("no answer within {} s", self.timeout.as_secs_f32());
        }
        let deepest = deepest(error);
        if error.is_connect() { format!("no connection: {deepest}") } else { format!("no answer: {deepest}") }
    }
}

/// TLS 1.2 and 1.3 by rustls and ring, with the certificates that the machine trusts.
fn tls() -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(config.with_platform_verifier()?.with_no_client_auth())
}

/// What an answer means. Its body is read as far as it is kept, and if it breaks off there, it has been answered.
async fn answered(mut response: Response, at: Instant) -> Attempt {
    let status = response.status();
    let asked = response.headers().get(RETRY_AFTER).and_then(|header| header.to_str().ok());
    let retry_after_ms = asked.and_then(|header| hint(header, at));
    let mut body = Vec::new();
    while body.len() < ANSWER
        && let Ok(Some(chunk)) = response.chunk().await
    {
        body.extend(chunk.iter().take(ANSWER - body.len()));
    }
    Attempt {
        status: Some(status.as_u16()),
        took_ms: 0,
        answer: String::from_utf8_lossy(&body).into_owned(),
        retry_after_ms,
        outcome: outcome(status),
    }
}

fn outcome(status: StatusCode) -> Outcome {
    let said = || match status.canonical_reason() {
        Some(reason) => format!("answered with {} {reason}", status.as_u16()),
        None => format!("answered with {}", status.as_u16()),
    };
    match status {
        StatusCode::GONE => Outcome::Gone,
        _ if status.is_success() => Outcome::Delivered,
        _ if status.is_redirection() => Outcome::Refused(format!("{}; redirects are not followed", said())),
        _ => Outcome::Refused(said()),
    }
}

fn sources<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

/// The first cause, which says most: those around it say where it was noticed, and the URL once more.
fn deepest(error: &(dyn Error + 'static)) -> String {
    sources(error).last().map(ToString::to_string).unwrap_or_default()
}

impl fmt::Debug for WebhookSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { allow_private, timeout, .. } = self;
        f.debug_struct("WebhookSender")
            .field("allow_private", allow_private)
            .field("timeout", timeout)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for NoSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "webhooks can't be sent: {}", self.0)
    }
}

impl Error for NoSender {}

#[cfg(test)]
#[path = "sender_tests.rs"]
mod tests;
