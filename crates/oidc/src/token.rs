//! The ID token, and what is seen before it is believed.

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Validation, decode, decode_header};
use moment::Instant;
use serde::{Deserialize, Deserializer};
use subtle::ConstantTimeEq;

use crate::Distrust;
use crate::keys::Keys;
use crate::signatures::TAKEN;

/// By so much clocks may differ, in milliseconds.
const LEEWAY: i64 = 60_000;
/// A subject is no longer than this, by the specification.
const SUBJECT: usize = 255;

/// What a token has to say.
pub(crate) struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    pub now: Instant,
}

/// What a token says of itself and of a person.
#[derive(Debug, Deserialize)]
pub(crate) struct Claims {
    iss: String,
    pub sub: String,
    aud: Audience,
    azp: Option<String>,
    #[serde(deserialize_with = "seconds")]
    exp: i64,
    #[serde(deserialize_with = "seconds")]
    iat: i64,
    #[serde(default, deserialize_with = "seconds_if_any")]
    nbf: Option<i64>,
    nonce: Option<String>,
    #[serde(flatten)]
    pub person: Person,
}

/// What is told of a person, in the token or behind it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Person {
    pub email: Option<String>,
    #[serde(default, deserialize_with = "yes")]
    pub email_verified: bool,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Seconds since 1970, whole or with a fraction.
fn seconds<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    let number = serde_json::Number::deserialize(from)?;
    let whole = number.as_i64().or_else(|| number.as_f64().map(|seconds| seconds as i64));
    whole.ok_or_else(|| serde::de::Error::custom("no time"))
}

fn seconds_if_any<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    seconds(from).map(Some)
}

/// Some providers say it as a text.
fn yes<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    let value = serde_json::Value::deserialize(from)?;
    Ok(value == serde_json::Value::Bool(true) || value.as_str() == Some("true"))
}

/// Reads a token and sees that it is the provider's, for us, for this attempt and of now.
pub(crate) fn read(token: &str, keys: &Keys, expected: &Expected<'_>) -> Result<Claims, Distrust> {
    let header = decode_header(token).map_err(|error| match error.kind() {
        // The names of algorithms that are not known, `none` among them, can't be read.
        ErrorKind::Json(why) if why.to_string().contains("unknown variant") => Distrust::Algorithm,
        _ => Distrust::Unreadable,
    })?;
    if !TAKEN.contains(&header.alg) {
        return Err(Distrust::Algorithm);
    }
    // What says that it must be understood, and is not, is refused (RFC 7515, 4.1.11).
    if header.crit.is_some() {
        return Err(Distrust::Unreadable);
    }
    let fitting = keys.fitting(header.kid.as_deref(), header.alg);
    // What the claims have to be is seen below, by the clock that everything here goes by.
    let mut validation = Validation::new(header.alg);
    (validation.validate_exp, validation.validate_aud) = (false, false);
    validation.required_spec_claims.clear();
    let mut found = Err(Distrust::Key);
    for key in &fitting {
        found = match decode::<Claims>(token, key, &validation) {
            Ok(data) => Ok(data.claims),
            Err(error) if matches!(error.kind(), ErrorKind::InvalidSignature) => Err(Distrust::Signature),
            Err(_) => Err(Distrust::Unreadable),
        };
        if !matches!(found, Err(Distrust::Signature)) {
            break;
        }
    }
    found.and_then(|claims| claims.check(expected))
}

impl Claims {
    /// OpenID Connect Core 1.0, section 3.1.3.7.
    fn check(self, expected: &Expected<'_>) -> Result<Claims, Distrust> {
        if self.iss != expected.issuer {
            return Err(Distrust::Issuer);
        }
        let audience = match &self.aud {
            Audience::One(one) => std::slice::from_ref(one),
            Audience::Many(many) => many,
        };
        let named = audience.iter().any(|one| one == expected.client_id);
        let party = self.azp.as_deref();
        // Where there are several, it is said which of them asked.
        let asked = if audience.len() > 1 { party == Some(expected.client_id) } else { true };
        if !named || !asked || party.is_some_and(|party| party != expected.client_id) {
            return Err(Distrust::Audience);
        }
        let now = expected.now.millis();
        if now >= self.exp.saturating_mul(1_000).saturating_add(LEEWAY) {
            return Err(Distrust::Expired);
        }
        if self.iat.max(self.nbf.unwrap_or(i64::MIN)).saturating_mul(1_000) > now.saturating_add(LEEWAY) {
            return Err(Distrust::Early);
        }
        let nonce = self.nonce.as_deref().unwrap_or_default();
        if !bool::from(nonce.as_bytes().ct_eq(expected.nonce.as_bytes())) {
            return Err(Distrust::Nonce);
        }
        let plain = self.sub.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        if self.sub.is_empty() || self.sub.len() > SUBJECT || !plain {
            return Err(Distrust::Unreadable);
        }
        Ok(self)
    }
}

#[cfg(test)]
#[path = "token_tests.rs"]
pub(crate) mod tests;
