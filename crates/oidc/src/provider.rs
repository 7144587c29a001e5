use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use moment::Instant;
use serde::Deserialize;
use tokio::sync::Semaphore;
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize};

use crate::discovery::{Metadata, Proof, place};
use crate::fetch::Fetch;
use crate::keys::{Keys, Published};
use crate::options::safe;
use crate::token::{Claims, Expected, Person, read};
use crate::{Attempt, BadOptions, Distrust, Failure, Options, signatures};

/// For so long what a provider says of itself holds, in milliseconds.
const FRESH: i64 = 60 * 60_000;
/// So often its keys are fetched anew because one is unknown, at most: only the provider itself can bring that about.
const PAUSE: i64 = 1_000;
/// So many sign-ins ask it at once.
const AT_ONCE: usize = 8;
/// A code, a token, an address is no longer than this.
const LONGEST: usize = 16 * 1_024;
const EMAIL: usize = 320;

/// Who somebody is, as a provider says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Who says it.
    pub issuer: String,
    /// Whom it means: one person for ever, at this issuer.
    pub subject: String,
    /// Their address, if they have one.
    pub email: Option<String>,
    /// Whether the issuer has seen that it is theirs.
    pub email_verified: bool,
}

/// A provider of OpenID Connect, and this server as its client.
#[derive(Clone, Debug)]
pub struct Provider(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: Options,
    fetch: Fetch,
    asking: Semaphore,
    metadata: Mutex<Option<(Arc<Metadata>, Instant)>>,
    keys: Mutex<Option<(Arc<Keys>, Instant)>>,
}

/// What the token endpoint answers.
#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

/// What is told of a person behind the token.
#[derive(Deserialize)]
struct UserInfo {
    sub: String,
    #[serde(flatten)]
    person: Person,
}

impl Provider {
    /// The provider of these options. Nothing is asked of it before somebody signs in.
    pub fn new(options: Options) -> Result<Provider, BadOptions> {
        options.check()?;
        signatures::install();
        Ok(Provider(Arc::new(Inner {
            options,
            fetch: Fetch::new()?,
            asking: Semaphore::new(AT_ONCE),
            metadata: Mutex::default(),
            keys: Mutex::default(),
        })))
    }

    /// Its address, as it names itself.
    pub fn issuer(&self) -> &str {
        &self.0.options.issuer
    }

    /// Where a browser goes to sign in.
    pub async fn address(&self, attempt: &Attempt, now: Instant) -> Result<String, Failure> {
        let _one = self.0.asking.try_acquire().map_err(|_| busy())?;
        let metadata = self.metadata(now).await?;
        let mut url = safe(&metadata.authorization_endpoint).map_err(Failure::Unreachable)?;
        let options = &self.0.options;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &options.client_id)
            .append_pair("redirect_uri", &options.redirect_url)
            .append_pair("scope", "openid email")
            .append_pair("state", &attempt.state())
            .append_pair("nonce", &attempt.nonce())
            .append_pair("code_challenge", &attempt.challenge())
            .append_pair("code_challenge_method", "S256");
        Ok(Url::to_string(&url))
    }

    /// Who has come back with this code. `issuer` is who sends it, if the address says so (RFC 9207).
    pub async fn identify(
        &self,
        attempt: &Attempt,
        code: &str,
        issuer: Option<&str>,
        now: Instant,
    ) -> Result<Identity, Failure> {
        if code.is_empty() || code.len() > LONGEST {
            return Err(Failure::Untrusted(Distrust::Unreadable));
        }
        let _one = self.0.asking.try_acquire().map_err(|_| busy())?;
        let metadata = self.metadata(now).await?;
        let said = issuer.is_some() || !metadata.authorization_response_iss_parameter_supported;
        if !said || issuer.is_some_and(|issuer| issuer != self.issuer()) {
            return Err(Failure::Untrusted(Distrust::Issuer));
        }
        let tokens = self.tokens(&metadata, attempt, code).await?;
        let claims = self.read(&metadata, &tokens.id_token, attempt, now).await?;
        let person = self.person(&metadata, &claims, tokens.access_token.as_deref()).await?;
        Ok(Identity {
            issuer: self.issuer().to_owned(),
            subject: claims.sub,
            email: person.email.map(|email| email.trim().to_lowercase()).filter(|email| email.len() <= EMAIL),
            email_verified: person.email_verified,
        })
    }

    /// Turns a code into tokens.
    async fn tokens(&self, metadata: &Metadata, attempt: &Attempt, code: &str) -> Result<Tokens, Failure> {
        let (form, basic) = self.form(metadata.proof(), attempt, code);
        self.0.fetch.post("the token endpoint", &metadata.token_endpoint, form, basic).await
    }

    /// What is sent for tokens: a form, and what goes into a header.
    fn form(&self, proof: Proof, attempt: &Attempt, code: &str) -> (String, Option<String>) {
        let options = &self.0.options;
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &options.redirect_url)
            .append_pair("code_verifier", &attempt.verifier());
        let mut basic = None;
        match (&options.client_secret, proof) {
            (Some(secret), Proof::Basic) => {
                // Both are escaped first (RFC 6749, 2.3.1).
                let escaped = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
                let pair = format!("{}:{}", escaped(&options.client_id), escaped(secret.expose()));
                basic = Some(STANDARD.encode(pair));
            }
            (Some(secret), Proof::Post) => {
                form.append_pair("client_id", &options.client_id)
                    .append_pair("client_secret", secret.expose());
            }
            (None, _) => {
                form.append_pair("client_id", &options.client_id);
            }
        }
        (form.finish(), basic)
    }

    /// Reads an ID token. A key that is not known yet may be new: then the keys are fetched anew, and it is read again.
    async fn read(
        &self,
        metadata: &Metadata,
        token: &str,
        attempt: &Attempt,
        now: Instant,
    ) -> Result<Claims, Failure> {
        if token.len() > LONGEST {
            return Err(Failure::Untrusted(Distrust::Unreadable));
        }
        let options = &self.0.options;
        let (issuer, client_id, nonce) =
            (options.issuer.as_str(), options.client_id.as_str(), attempt.nonce());
        let expected = Expected { issuer, client_id, nonce: &nonce, now };
        let (keys, fetched) = self.keys(metadata, FRESH, now).await?;
        match read(token, &keys, &expected) {
            Err(Distrust::Key) if !fetched => {
                let (keys, _) = self.keys(metadata, PAUSE, now).await?;
                read(token, &keys, &expected)
            }
            other => other,
        }
        .map_err(Failure::Untrusted)
    }

    /// What is told of the person: by the token, or by the provider, where the token has no address.
    async fn person(
        &self,
        metadata: &Metadata,
        claims: &Claims,
        access: Option<&str>,
    ) -> Result<Person, Failure> {
        let (Some(url), Some(access)) = (&metadata.userinfo_endpoint, access) else {
            return Ok(claims.person.clone());
        };
        if claims.person.email.is_some() {
            return Ok(claims.person.clone());
        }
        let info: UserInfo = self.0.fetch.get_as("the userinfo endpoint", url, access).await?;
        if info.sub == claims.sub { Ok(info.person) } else { Err(Failure::Untrusted(Distrust::Subject)) }
    }

    async fn metadata(&self, now: Instant) -> Result<Arc<Metadata>, Failure> {
        if let Some(known) = recent(&self.0.metadata, FRESH, now) {
            return Ok(known);
        }
        let issuer = self.issuer();
        let found: Metadata = self.0.fetch.get("the provider", &place(issuer)).await?;
        let found = Arc::new(found.check(issuer)?);
        keep(&self.0.metadata, &found, now);
        Ok(found)
    }

    /// The provider's keys, no older than this, and whether they were fetched just now.
    async fn keys(&self, metadata: &Metadata, age: i64, now: Instant) -> Result<(Arc<Keys>, bool), Failure> {
        if let Some(known) = recent(&self.0.keys, age, now) {
            return Ok((known, false));
        }
        let found: Published = self.0.fetch.get("the provider's set of keys", &metadata.jwks_uri).await?;
        let found = Arc::new(Keys::from(found));
        keep(&self.0.keys, &found, now);
        Ok((found, true))
    }
}

fn busy() -> Failure {
    Failure::Unreachable("too many sign-ins at once".to_owned())
}

type Kept<T> = Mutex<Option<(Arc<T>, Instant)>>;

/// What was kept, if it is younger than this. A clock that was set back makes nothing young.
fn recent<T>(kept: &Kept<T>, age: i64, now: Instant) -> Option<Arc<T>> {
    let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    let young = |at: Instant| (0..age).contains(&now.millis_since(at));
    kept.as_ref().filter(|(_, at)| young(*at)).map(|(what, _)| Arc::clone(what))
}

fn keep<T>(kept: &Kept<T>, what: &Arc<T>, now: Instant) {
    *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some((Arc::clone(what), now));
}

#[cfg(test)]
#[path = "provider_tests.rs"]
mod tests;
