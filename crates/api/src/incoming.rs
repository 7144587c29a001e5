//! A request on its way to its handler.

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header;
use axum::http::request::Parts;
use engine::{Idempotency, Scopes, Target};
use ledger::NameId;
use serde::{Deserialize, Serialize};
use tickets::Pass;

use crate::access::{self, Admitted, Rule, Scope};
use crate::body;
use crate::json::Json;
use crate::known::Known;
use crate::problem::{Code, Problem};
use crate::query::{Query, unescape};
use crate::request_id::RequestId;
use crate::state::ApiState;
use crate::target::{body_account, path_account};

/// A request as it arrived.
pub(crate) struct Incoming {
    state: ApiState,
    request: Request,
}

/// A request that anybody may send: what it says has to prove itself.
pub(crate) struct Open {
    pub state: ApiState,
    pub parts: Parts,
    pub body: Bytes,
}

/// A request that was let in: who asks is known and may ask this, and the body is there.
pub(crate) struct Call {
    pub state: ApiState,
    /// The program of the key.
    pub known: Arc<Known>,
    /// The number that entries know the key by.
    pub by: NameId,
    pub request_id: RequestId,
    /// Whom the token of a browser is bound to, where it is no secret key that asks.
    pub client: Option<Pass>,
    scopes: Scopes,
    parts: Parts,
    body: Bytes,
    key: Option<Box<str>>,
}

impl FromRequest<ApiState> for Incoming {
    type Rejection = Infallible;

    async fn from_request(request: Request, state: &ApiState) -> Result<Incoming, Infallible> {
        Ok(Incoming { state: state.clone(), request })
    }
}

impl Incoming {
    /// Lets the request in, or says why not.
    pub async fn enter(self, rule: &Rule) -> Result<Call, Problem> {
        let Incoming { state, request } = self;
        let (parts, body) = request.into_parts();
        let Admitted { by, known, client, scopes } = access::admit(&state, &parts.headers, rule).await?;
        let key = if rule.changes { Some(idempotency_key(&parts)?) } else { None };
        let reads_body = parts.method != axum::http::Method::GET && parts.method != axum::http::Method::HEAD;
        let body = if reads_body { receive(&parts, body).await? } else { Bytes::new() };
        let request_id = parts.extensions.get().copied().unwrap_or(RequestId::from_bits(0));
        Ok(Call { state, known, by, request_id, client, scopes, parts, body, key })
    }
}

impl Incoming {
    /// The request as it is, of whoever sent it: its body is bounded, and not looked at.
    pub async fn open(self) -> Result<Open, Problem> {
        let Incoming { state, request } = self;
        let (parts, body) = request.into_parts();
        let body = bounded(&parts, body).await?;
        Ok(Open { state, parts, body })
    }
}

async fn receive(parts: &Parts, body: axum::body::Body) -> Result<Bytes, Problem> {
    let bytes = bounded(parts, body).await?;
    if !bytes.is_empty() && !is_json(parts) {
        return Err(Problem::new(
            Code::UnsupportedMediaType,
            "The body must be JSON, sent with Content-Type: application/json.",
        ));
    }
    Ok(bytes)
}

async fn bounded(parts: &Parts, body: axum::body::Body) -> Result<Bytes, Problem> {
    let told = parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if told.and_then(|value| value.parse::<u64>().ok()).is_some_and(|length| length > body::LARGEST as u64) {
        return Err(body::too_large());
    }
    // What fails otherwise is a connection that has gone: nobody reads the answer.
    to_bytes(body, body::LARGEST).await.map_err(|_| body::too_large())
}

fn is_json(parts: &Parts) -> bool {
    let Some(value) = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let kind = value.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

fn idempotency_key(parts: &Parts) -> Result<Box<str>, Problem> {
    let Some(value) = parts.headers.get("idempotency-key") else {
        return Err(Problem::new(
            Code::IdempotencyKeyMissing,
            "Send an Idempotency-Key header: new for each thing you do, the same for each attempt at it.",
        ));
    };
    let visible = value
        .to_str()
        .ok()
        .filter(|key| (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()));
    visible.map(Box::from).ok_or_else(|| {
        let message = "must have 1 to 255 visible ASCII characters: letters, digits, punctuation";
        Problem::invalid("Idempotency-Key", message)
    })
}

impl Call {
    /// The body.
    pub fn body<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Problem> {
        body::read(&self.body)
    }

    /// The query parameters.
    pub fn query(&self) -> Result<Query<'_>, Problem> {
        Query::read(self.parts.uri.query())
    }

    /// Refuses query parameters, where there are none.
    pub fn no_query(&self) -> Result<(), Problem> {
        self.query()?.finish(&[])
    }

    /// A part of the path, counted from 0.
    pub fn segment(&self, place: usize) -> Result<Cow<'_, str>, Problem> {
        let mut segments = self.parts.uri.path().split('/').skip(1);
        segments
            .nth(place)
            .and_then(|segment| unescape(segment, false))
            .ok_or_else(|| Problem::not_found("thing"))
    }

    /// The account that the path names: in all paths that name one, it follows `/v1/accounts/`.
    pub fn account(&self) -> Result<Target, Problem> {
        path_account(&self.segment(2)?)
    }

    /// The account that a body names. A browser's token has its own, named or not: any other is as if there were none.
    pub async fn account_of(&self, text: Option<&str>) -> Result<Target, Problem> {
        match (&self.client, text) {
            (None, text) => body_account(text),
            (Some(pass), None) => Ok(Target::Number(pass.account)),
            (Some(_), text) => Ok(Target::Number(self.find(body_account(text)?).await?.0)),
        }
    }

    /// Refuses a secret key that lacks a scope more than its rule asks for.
    pub fn need(&self, scope: Scope) -> Result<(), Problem> {
        access::need(self.scopes, scope)
    }

    /// A header of the request.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.parts.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// What makes a repeat of this request harmless.
    pub fn idempotency(&self, body: &impl Serialize) -> Option<Idempotency> {
        let key = self.key_hash()?;
        let path = unescape(self.parts.uri.path(), false).unwrap_or_default();
        let mut scratch = Json::with_capacity(256);
        let digest =
            body::digest(self.parts.method.as_str(), &path, &mut scratch, |json| _ = json.value(body));
        Some(Idempotency { key, digest })
    }

    /// The hash of the request's key and its program.
    pub fn key_hash(&self) -> Option<[u8; 16]> {
        let key = self.key.as_deref()?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.known.program().id.as_bytes()).update(&[0]);
        if let Some(pass) = &self.client {
            // What a browser thinks of can't be what a server of the host has thought of, or another account's.
            hasher.update(b"client\0").update(&pass.account.0.to_be_bytes());
        }
        hasher.update(key.as_bytes());
        let mut hash = [0; 16];
        hash.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        Some(hash)
    }
}

/// What makes a repeat of one operation of a batch harmless. It has no key of its own: it gets one made of the batch's
/// and of its place, as far from all others as hashes are from each other.
pub(crate) fn idempotency_of(
    batch: [u8; 16],
    place: u32,
    scratch: &mut Json,
    write: impl FnOnce(&mut Json),
) -> Idempotency {
    // A step of the golden ratio for each place: no two places of a batch come near each other.
    let step = (u128::from(place) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    let key = u128::from_le_bytes(batch).wrapping_add(step).to_le_bytes();
    Idempotency { key, digest: body::digest("POST", "/v1/batches", scratch, write) }
}
