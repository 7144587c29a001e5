use std::sync::Arc;

use account::{Account, Command};
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use catalog::Program;
use engine::{Engine, Failure, Idempotency, Op, Published, Step, Target, Written};
use moment::Instant;
use smallvec::smallvec;
use tickets::{Pass, Use};

use super::layout::{Lost, lost};
use crate::say::Say;
use crate::state::Web;

/// A page that is asked for by somebody who was let in: whose it is, and how to say things to them.
pub(crate) struct Visit {
    pub web: Web,
    pub published: Arc<Published>,
    /// The account, as it is now.
    pub account: Account,
    /// The program's time.
    pub now: Instant,
    pub pass: Pass,
    pub say: Say,
    /// What forms carry.
    pub form_token: String,
    /// The query, as it was sent.
    pub query: String,
}

/// The cookie of a program's portal.
pub(super) fn cookie_name(program: &str) -> String {
    format!("scrip_portal_{program}")
}

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(';')).find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The first language that the browser names.
pub(crate) fn accept_language(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    value.split([',', ';']).next()
}

impl<S> FromRequestParts<S> for Visit
where
    Web: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Visit, Response> {
        let web = Web::from_ref(state);
        let browser = accept_language(&parts.headers);
        let say = Say::to(None, browser);
        let id = parts.uri.path().split('/').nth(2).unwrap_or_default();
        let Some(published) = web.engine.program(id) else {
            return Err(lost(None, &say, Lost::NoProgram));
        };
        let Some(token) = cookie(&parts.headers, &cookie_name(id)) else {
            return Err(lost(Some(&published.program), &say, Lost::NoSession));
        };
        let pass = web.tickets.read(Use::Portal, token, web.now()).filter(|pass| pass.program == id);
        let Some(pass) = pass else {
            return Err(lost(Some(&published.program), &say, Lost::Ended));
        };
        let look = |account: &Account, now| (account.clone(), now);
        let seen = web.engine.read(Target::Number(pass.account), Arc::clone(&published), look).await;
        let (account, now) = match seen {
            Ok(seen) => seen,
            Err(Failure::NoAccount) => return Err(lost(Some(&published.program), &say, Lost::Ended)),
            Err(_) => return Err(lost(Some(&published.program), &say, Lost::Trouble)),
        };
        let say = Say::to(account.profile.as_deref(), browser);
        let form_token = web.tickets.form_token(token);
        let query = parts.uri.query().unwrap_or_default().to_owned();
        Ok(Visit { web, published, account, now, pass, say, form_token, query })
    }
}

impl Visit {
    /// The program.
    pub fn program(&self) -> &Program {
        &self.published.program
    }

    /// Where another page of this portal is: `history`, or empty for the first.
    pub fn path(&self, page: &str) -> String {
        super::path(&self.program().id, page)
    }

    /// A parameter of the query.
    pub fn asked(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(self.query.as_bytes());
        pairs
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
            .filter(|value| !value.is_empty())
    }

    /// Asks something that blocks, away from the thread that answers requests.
    pub async fn block<R: Send + 'static>(
        &self,
        ask: impl FnOnce(&Engine) -> Result<R, Failure> + Send + 'static,
    ) -> Result<R, Failure> {
        let engine = self.web.engine.clone();
        tokio::task::spawn_blocking(move || ask(&engine)).await.unwrap_or(Err(Failure::Unavailable))
    }

    /// Asks one thing of the account, in the name of whoever visits, and waits until it is durable. What is asked with the
    /// same `once` again is not done again.
    pub async fn write(&self, command: Command, once: Option<&str>) -> Result<Written, Failure> {
        let who = match &self.pass.member {
            Some(member) => format!("portal:{member}"),
            None => "portal".to_owned(),
        };
        let by = self.web.engine.name_async(&who).await?;
        let idempotency = once.map(|once| self.idempotency(once));
        let op = Op {
            target: Target::Number(self.pass.account),
            published: Arc::clone(&self.published),
            by,
            steps: smallvec![Step { command, idempotency }],
        };
        let answers = self.web.engine.write(op).await?;
        answers.into_iter().next().unwrap_or(Err(Failure::Unavailable))
    }

    fn idempotency(&self, once: &str) -> Idempotency {
        let mut hasher = blake3::Hasher::new_derive_key("scrip 2026-11 portal form");
        for part in [self.program().id.as_bytes(), &self.pass.account.0.to_be_bytes(), once.as_bytes()] {
            hasher.update(&(part.len() as u64).to_be_bytes()).update(part);
        }
        let mut bytes = [0; 24];
        hasher.finalize_xof().fill(&mut bytes);
        let (mut key, mut digest) = ([0; 16], [0; 8]);
        key.copy_from_slice(&bytes[..16]);
        digest.copy_from_slice(&bytes[16..]);
        Idempotency { key, digest }
    }

    /// The key of a form that was sent: another one where it has no `once`.
    pub fn once_key(&self, once: Option<&str>) -> [u8; 16] {
        let own = once.is_none().then(|| self.once());
        self.idempotency(once.or(own.as_deref()).unwrap_or_default()).key
    }

    /// A value for a form's `once`: another one each time.
    #[expect(clippy::unused_self, reason = "a form asks its visit for all that it carries")]
    pub fn once(&self) -> String {
        let mut bytes = [0; 12];
        // Without randomness a form is sent without one, and then counts each time that it is sent.
        match getrandom::fill(&mut bytes) {
            Ok(()) => bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(digit).collect(),
            Err(_) => String::new(),
        }
    }
}

/// A hexadecimal digit.
fn digit(value: u8) -> char {
    char::from_digit(u32::from(value), 16).unwrap_or('0')
}
