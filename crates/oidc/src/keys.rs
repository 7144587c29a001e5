//! The keys by which a provider signs.

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey};
use serde::Deserialize;

use crate::signatures::family;

/// More keys than this no provider has.
const MOST: usize = 100;

/// A set of keys, as it is published.
#[derive(Debug, Deserialize)]
pub(crate) struct Published {
    keys: Vec<serde_json::Value>,
}

/// Those of them that a signature can be checked by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys(Vec<Jwk>);

impl From<Published> for Keys {
    fn from(published: Published) -> Keys {
        // A key of a kind that nobody knows yet must not make the others useless.
        let known = published.keys.into_iter().take(MOST).filter_map(|key| serde_json::from_value(key).ok());
        Keys(known.filter(signs).collect())
    }
}

fn signs(key: &Jwk) -> bool {
    let of_use = matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature));
    of_use && kind(key).is_some()
}

fn kind(key: &Jwk) -> Option<AlgorithmFamily> {
    match key.algorithm {
        AlgorithmParameters::RSA(_) => Some(AlgorithmFamily::Rsa),
        AlgorithmParameters::EllipticCurve(_) => Some(AlgorithmFamily::Ec),
        AlgorithmParameters::OctetKeyPair(_) => Some(AlgorithmFamily::Ed),
        // A secret, or something that nobody knows yet.
        _ => None,
    }
}

impl Keys {
    /// The keys by which a token may be signed: the one that it names, or all that fit where it names none.
    pub(crate) fn fitting(&self, id: Option<&str>, algorithm: Algorithm) -> Vec<DecodingKey> {
        let fits = |key: &&Jwk| {
            let named = id.is_none() || key.common.key_id.as_deref() == id;
            let meant =
                key.common.key_algorithm.is_none_or(|other| other.to_string() == format!("{algorithm:?}"));
            named && meant && kind(key) == Some(family(algorithm))
        };
        self.0.iter().filter(fits).filter_map(|key| DecodingKey::from_jwk(key).ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET: &str = r#"{"keys":[
        {"kty":"RSA","kid":"r","use":"sig","alg":"RS256","n":"qqqq","e":"AQAB"},
        {"kty":"RSA","kid":"e","use":"enc","n":"qqqq","e":"AQAB"},
        {"kty":"EC","kid":"c","crv":"P-256","x":"qqqq","y":"qqqq"},
        {"kty":"OKP","kid":"o","crv":"Ed25519","x":"qqqq"},
        {"kty":"oct","kid":"s","k":"qqqq"},
        {"kty":"LATTICE","kid":"l","alg":"ML-DSA-44","pub":"qqqq"},
        "nonsense"]}"#;

    #[test]
    fn which_keys_a_token_may_be_signed_by() {
        let keys = Keys::from(serde_json::from_str::<Published>(SET).unwrap());
        for (id, algorithm, found) in [
            (Some("r"), Algorithm::RS256, 1),
            (Some("r"), Algorithm::RS512, 0),
            (Some("r"), Algorithm::ES256, 0),
            (Some("e"), Algorithm::RS256, 0),
            (Some("c"), Algorithm::ES256, 1),
            (Some("o"), Algorithm::EdDSA, 1),
            (Some("s"), Algorithm::HS256, 0),
            (Some("unknown"), Algorithm::RS256, 0),
            (None, Algorithm::RS256, 1),
            (None, Algorithm::HS256, 0),
        ] {
            assert_eq!(keys.fitting(id, algorithm).len(), found, "{id:?} {algorithm:?}");
        }
    }
}
