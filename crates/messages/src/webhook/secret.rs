use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use standardwebhooks::Webhook;

const PREFIX: &str = "whsec_";

/// A secret that sender and receiver share: `whsec_` and 24 to 64 bytes in Base64.
///
/// It is not shown by `Debug`; [`Secret::expose`] says aloud that it is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Secret(Vec<u8>);

/// A text that is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidSecret;

/// The machine gave no random numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoRandomNumbers(String);

impl Secret {
    /// A new one, of 32 random bytes.
    pub fn generate() -> Result<Secret, NoRandomNumbers> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| NoRandomNumbers(error.to_string()))?;
        Ok(Secret(bytes.to_vec()))
    }

    /// The secret of these bytes: 24 to 64.
    pub fn from_bytes(bytes: &[u8]) -> Result<Secret, InvalidSecret> {
        if (24..=64).contains(&bytes.len()) { Ok(Secret(bytes.to_vec())) } else { Err(InvalidSecret) }
    }

    /// The secret as the host enters it at the receiver. Not for logs.
    pub fn expose(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    /// `v1,` and the signature; `None` for what can't be signed: a body that is no text.
    pub(crate) fn sign(&self, id: &str, seconds: i64, body: &[u8]) -> Option<String> {
        Webhook::from_bytes(self.0.clone()).and_then(|webhook| webhook.sign(id, seconds, body)).ok()
    }
}

impl FromStr for Secret {
    type Err = InvalidSecret;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let encoded = text.strip_prefix(PREFIX).ok_or(InvalidSecret)?;
        Secret::from_bytes(&STANDARD.decode(encoded).map_err(|_| InvalidSecret)?)
    }
}

impl TryFrom<String> for Secret {
    type Error = InvalidSecret;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Secret> for String {
    fn from(secret: Secret) -> String {
        secret.expose()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Display for InvalidSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a webhook secret is \"whsec_\" and 24 to 64 bytes in Base64")
    }
}

impl std::error::Error for InvalidSecret {}

impl fmt::Display for NoRandomNumbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no random numbers: {}", self.0)
    }
}

impl std::error::Error for NoRandomNumbers {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_read_as_they_are_told() {
        let secret = Secret::generate().unwrap();
        let told = secret.expose();
        assert!(told.starts_with("whsec_") && told.len() == 50, "32 bytes");
        assert_eq!(told.parse(), Ok(secret.clone()));
        assert_ne!(Secret::generate().unwrap(), secret);
        assert_eq!(serde_json::to_value(&secret).unwrap(), told);
    }

    #[test]
    fn what_is_too_short_too_long_or_no_base64_is_refused() {
        for (bytes, good) in [(23, false), (24, true), (64, true), (65, false)] {
            let text = format!("whsec_{}", STANDARD.encode(vec![7; bytes]));
            assert_eq!(text.parse::<Secret>().is_ok(), good, "{bytes} bytes");
        }
        let bare = STANDARD.encode([7; 32]);
        for text in ["", "whsec_", "whsec_!!!", &bare, &format!("WHSEC_{bare}"), &format!("whsec_{bare} ")] {
            assert_eq!(text.parse::<Secret>(), Err(InvalidSecret), "{text}");
        }
    }

    #[test]
    fn a_secret_is_not_shown_in_passing() {
        assert_eq!(format!("{:?}", Secret::generate().unwrap()), "Secret(…)");
    }

    #[test]
    fn the_specifications_own_vector() {
        let secret: Secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD".parse().unwrap();
        let body = br#"{"email":"test@example.com","username":"test_user"}"#;
        assert_eq!(
            secret.sign("msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1_649_367_553, body).as_deref(),
            Some("v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=")
        );
    }
}
