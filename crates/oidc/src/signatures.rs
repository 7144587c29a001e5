//! Signatures of tokens, checked by ring, which is linked for TLS already. `jsonwebtoken` would bring forty crates for
//! it, one of them with an open advisory (RUSTSEC-2023-0071).

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result, new_error};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind, EncodingKey};
use ring::signature as by;
use signature::Verifier;

/// The algorithms that are taken: with a public key, always. With a secret that is shared, whoever can check a token
/// could have made it; without a signature, anybody could.
pub(crate) const TAKEN: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// The family of keys that an algorithm needs.
pub(crate) fn family(algorithm: Algorithm) -> AlgorithmFamily {
    match algorithm {
        Algorithm::ES256 | Algorithm::ES384 => AlgorithmFamily::Ec,
        Algorithm::EdDSA => AlgorithmFamily::Ed,
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => AlgorithmFamily::Hmac,
        _ => AlgorithmFamily::Rsa,
    }
}

/// Has tokens checked by ring, in all of this process. What was installed before stays, and there is nothing else here.
pub(crate) fn install() {
    static BY_RING: CryptoProvider =
        CryptoProvider { signer_factory, verifier_factory, key_utils: KeyUtils::new_unimplemented() };
    let _ = BY_RING.install_default();
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as the library asks for it")]
fn signer_factory(_: &Algorithm, _: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    // We sign no tokens.
    Err(new_error(ErrorKind::UnsupportedAlgorithm))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as the library asks for it")]
fn verifier_factory(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    if !TAKEN.contains(algorithm) || family(*algorithm) != key.family() {
        return Err(new_error(ErrorKind::InvalidAlgorithm));
    }
    Ok(Box::new(ByRing { algorithm: *algorithm, key: key.clone() }))
}

struct ByRing {
    algorithm: Algorithm,
    key: DecodingKey,
}

impl JwtVerifier for ByRing {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

impl Verifier<Vec<u8>> for ByRing {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), signature::Error> {
        let found = match (self.key.kind(), rsa(self.algorithm), curve(self.algorithm)) {
            (DecodingKeyKind::RsaModulusExponent { n, e }, Some(parameters), _) => {
                // Some write a zero in front, as for a number with a sign.
                let n =
                    n.iter().position(|byte| *byte != 0).and_then(|first| n.get(first..)).unwrap_or_default();
                by::RsaPublicKeyComponents { n, e }.verify(parameters, message, signature)
            }
            (DecodingKeyKind::SecretOrDer(point), None, Some(curve)) => {
                by::UnparsedPublicKey::new(curve, point).verify(message, signature)
            }
            _ => return Err(signature::Error::new()),
        };
        found.map_err(|_| signature::Error::new())
    }
}

/// How RSA is checked: keys of 2048 bits at least.
fn rsa(algorithm: Algorithm) -> Option<&'static by::RsaParameters> {
    Some(match algorithm {
        Algorithm::RS256 => &by::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::RS384 => &by::RSA_PKCS1_2048_8192_SHA384,
        Algorithm::RS512 => &by::RSA_PKCS1_2048_8192_SHA512,
        Algorithm::PS256 => &by::RSA_PSS_2048_8192_SHA256,
        Algorithm::PS384 => &by::RSA_PSS_2048_8192_SHA384,
        Algorithm::PS512 => &by::RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

/// How curves are checked.
fn curve(algorithm: Algorithm) -> Option<&'static dyn by::VerificationAlgorithm> {
    Some(match algorithm {
        Algorithm::ES256 => &by::ECDSA_P256_SHA256_FIXED,
        Algorithm::ES384 => &by::ECDSA_P384_SHA384_FIXED,
        Algorithm::EdDSA => &by::ED25519,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_algorithm_that_is_taken_has_one_way_to_be_checked() {
        for algorithm in TAKEN {
            assert!(rsa(algorithm).is_some() != curve(algorithm).is_some(), "{algorithm:?}");
            assert_ne!(family(algorithm), AlgorithmFamily::Hmac, "{algorithm:?}");
        }
    }
}
