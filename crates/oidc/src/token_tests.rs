use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

use super::*;
use crate::keys::Published;
use crate::signatures;

/// Seconds, as tokens have them.
const NOW: i64 = 1_800_000_000;

/// Somebody who signs tokens.
pub(crate) struct Signer {
    pub id: &'static str,
    pair: Pair,
}

enum Pair {
    Curve(Box<EcdsaKeyPair>),
    Edwards(Box<Ed25519KeyPair>),
}

impl Signer {
    pub(crate) fn curve(id: &'static str) -> Signer {
        let random = SystemRandom::new();
        let kept = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, kept.as_ref(), &random).unwrap();
        Signer { id, pair: Pair::Curve(Box::new(pair)) }
    }

    fn edwards(id: &'static str) -> Signer {
        let kept = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Signer { id, pair: Pair::Edwards(Box::new(Ed25519KeyPair::from_pkcs8(kept.as_ref()).unwrap())) }
    }

    /// The key as it is published.
    pub(crate) fn key(&self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match &self.pair {
            Pair::Curve(pair) => {
                let point = pair.public_key().as_ref();
                json!({"kty": "EC", "crv": "P-256", "kid": self.id, "use": "sig",
                       "x": text(&point[1..33]), "y": text(&point[33..])})
            }
            Pair::Edwards(pair) => {
                json!({"kty": "OKP", "crv": "Ed25519", "kid": self.id, "x": text(pair.public_key().as_ref())})
            }
        }
    }

    pub(crate) fn header(&self) -> Value {
        json!({"alg": match self.pair { Pair::Curve(_) => "ES256", Pair::Edwards(_) => "EdDSA" }, "kid": self.id})
    }

    pub(crate) fn token(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = match &self.pair {
            Pair::Curve(pair) => {
                pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap().as_ref().to_vec()
            }
            Pair::Edwards(pair) => pair.sign(message.as_bytes()).as_ref().to_vec(),
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn keys(signers: &[&Signer]) -> Keys {
    let keys: Vec<Value> = signers.iter().map(|signer| signer.key()).collect();
    Keys::from(serde_json::from_value::<Published>(json!({ "keys": keys })).unwrap())
}

fn claims() -> Value {
    json!({
        "iss": "https://login.example", "sub": "248289761001", "aud": "scrip", "nonce": "n-0S6",
        "iat": NOW - 1, "exp": NOW + 300, "email": "ada@ops.example", "email_verified": true,
    })
}

fn told(token: &str, keys: &Keys) -> Result<Claims, Distrust> {
    signatures::install();
    let now = Instant::from_millis(NOW * 1_000);
    let expected = Expected { issuer: "https://login.example", client_id: "scrip", nonce: "n-0S6", now };
    read(token, keys, &expected)
}

#[test]
fn what_claims_have_to_be() {
    let signer = Signer::curve("k");
    let keys = keys(&[&signer]);
    for (claim, value, expected) in [
        ("iss", json!("https://login.example/"), Some(Distrust::Issuer)),
        ("iss", json!("https://evil.example"), Some(Distrust::Issuer)),
        ("iss", Value::Null, Some(Distrust::Unreadable)),
        ("aud", json!("other"), Some(Distrust::Audience)),
        ("aud", json!([]), Some(Distrust::Audience)),
        ("aud", json!(["scrip"]), None),
        ("aud", json!(["other", "scrip"]), Some(Distrust::Audience)),
        ("azp", json!("scrip"), None),
        ("azp", json!("other"), Some(Distrust::Audience)),
        ("exp", json!(NOW - 59), None),
        ("exp", json!(NOW - 60), Some(Distrust::Expired)),
        ("exp", json!(i64::MIN), Some(Distrust::Expired)),
        ("exp", json!(1_800_000_030.5), None),
        ("exp", json!("2099"), Some(Distrust::Unreadable)),
        ("iat", json!(NOW + 60), None),
        ("iat", json!(NOW + 61), Some(Distrust::Early)),
        ("iat", Value::Null, Some(Distrust::Unreadable)),
        ("nbf", json!(NOW + 61), Some(Distrust::Early)),
        ("nbf", json!(NOW), None),
        ("nonce", json!("another"), Some(Distrust::Nonce)),
        ("nonce", Value::Null, Some(Distrust::Nonce)),
        ("sub", json!(""), Some(Distrust::Unreadable)),
        ("sub", json!("x".repeat(256)), Some(Distrust::Unreadable)),
        ("sub", json!("x\ny"), Some(Distrust::Unreadable)),
        ("email", json!(["ada@ops.example"]), Some(Distrust::Unreadable)),
        ("email", Value::Null, None),
    ] {
        let mut changed = claims();
        changed[claim] = value.clone();
        let found = told(&signer.token(&signer.header(), &changed), &keys).err();
        assert_eq!(found, expected, "{claim} {value}");
    }
    let mut several = claims();
    (several["aud"], several["azp"]) = (json!(["other", "scrip"]), json!("scrip"));
    assert!(told(&signer.token(&signer.header(), &several), &keys).is_ok());
}

#[test]
fn an_address_is_verified_where_that_is_said() {
    let signer = Signer::curve("k");
    for (value, verified) in [
        (json!(true), true),
        (json!("true"), true),
        (json!(false), false),
        (json!("no"), false),
        (json!(1), false),
    ] {
        let mut changed = claims();
        changed["email_verified"] = value.clone();
        let found = told(&signer.token(&signer.header(), &changed), &keys(&[&signer])).unwrap();
        assert_eq!(
            (found.person.email.as_deref(), found.person.email_verified),
            (Some("ada@ops.example"), verified)
        );
    }
    let mut without = claims();
    without.as_object_mut().unwrap().remove("email_verified");
    let found = told(&signer.token(&signer.header(), &without), &keys(&[&signer])).unwrap();
    assert!(!found.person.email_verified, "where it is not said, it is not");
}

#[test]
fn who_must_have_signed() {
    let (mine, other, edwards) = (Signer::curve("k"), Signer::curve("k"), Signer::edwards("e"));
    let published = keys(&[&mine, &edwards]);
    let good = mine.token(&mine.header(), &claims());
    assert!(told(&good, &published).is_ok());
    assert!(told(&edwards.token(&edwards.header(), &claims()), &published).is_ok());
    assert!(told(&mine.token(&json!({"alg": "ES256"}), &claims()), &published).is_ok(), "it names no key");
    let (message, signature) = good.rsplit_once('.').unwrap();
    let (header, body) = message.split_once('.').unwrap();
    let forged = URL_SAFE_NO_PAD.encode(claims().to_string().replace("ada@", "eve@"));
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    for (token, expected) in [
        (other.token(&other.header(), &claims()), Distrust::Signature),
        (format!("{header}.{forged}.{signature}"), Distrust::Signature),
        (format!("{message}."), Distrust::Signature),
        (mine.token(&json!({"alg": "ES256", "kid": "x"}), &claims()), Distrust::Key),
        // A key of one kind is not taken for another one.
        (mine.token(&json!({"alg": "EdDSA", "kid": "k"}), &claims()), Distrust::Key),
        (mine.token(&json!({"alg": "RS256", "kid": "k"}), &claims()), Distrust::Key),
        (format!("{}.{body}.{signature}", part(json!({"alg": "HS256", "kid": "k"}))), Distrust::Algorithm),
        (format!("{}.{body}.", part(json!({"alg": "none"}))), Distrust::Algorithm),
        (mine.token(&json!({"alg": "ES256", "kid": "k", "crit": ["x"]}), &claims()), Distrust::Unreadable),
        (String::new(), Distrust::Unreadable),
        ("a.b".to_owned(), Distrust::Unreadable),
        ("a.b.c".to_owned(), Distrust::Unreadable),
        (format!("{good}.x"), Distrust::Unreadable),
    ] {
        assert_eq!(told(&token, &published).err(), Some(expected), "{token}");
    }
}

/// RSA, as most providers sign: the example of RFC 7515, appendix A.2.
#[test]
fn rsa_as_in_the_rfc() {
    let n = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMs\
             D1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdV\
             MTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.\
        cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjb\
        KBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZES\
        c6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    signatures::install();
    for (n, fine) in [(n.to_owned(), true), (n.replacen("ofgW", "ofgX", 1), false)] {
        let set = json!({"keys": [{"kty": "RSA", "n": n, "e": "AQAB"}]});
        let keys = Keys::from(serde_json::from_value::<Published>(set).unwrap());
        let key = keys.fitting(None, jsonwebtoken::Algorithm::RS256).remove(0);
        let mut validation = Validation::new(jsonwebtoken::Algorithm::RS256);
        (validation.validate_exp, validation.validate_aud) = (false, false);
        assert_eq!(decode::<Value>(token, &key, &validation).is_ok(), fine);
    }
}
