use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::*;
use crate::token::tests::Signer;
use crate::{Attempts, Secret};

const NOW: Instant = Instant::from_millis(1_800_000_000_000);

/// A provider whose answers a test chooses.
struct Fake {
    url: String,
    signer: Mutex<Signer>,
    /// What is laid over its answers, by path.
    change: Mutex<Value>,
    asked_keys: AtomicUsize,
    /// The last request to the token endpoint: its header, its form.
    told: Mutex<(String, String)>,
    nonce: Mutex<String>,
}

impl Fake {
    async fn start() -> Arc<Fake> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fake = Arc::new(Fake {
            url: format!("http://{}", listener.local_addr().unwrap()),
            signer: Mutex::new(Signer::curve("first")),
            change: Mutex::new(json!({})),
            asked_keys: AtomicUsize::new(0),
            told: Mutex::default(),
            nonce: Mutex::default(),
        });
        let router = Router::new().fallback(Fake::answer).with_state(Arc::clone(&fake));
        tokio::spawn(async move { axum::serve(listener, router).await });
        fake
    }

    async fn answer(State(fake): State<Arc<Fake>>, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        let url = &fake.url;
        let change = fake.change.lock().unwrap().clone();
        let mut answer = match path.as_str() {
            "/.well-known/openid-configuration" => json!({
                "issuer": url, "authorization_endpoint": format!("{url}/authorize?tenant=1"), "jwks_uri": format!("{url}/keys"),
                "token_endpoint": format!("{url}/token"), "userinfo_endpoint": format!("{url}/me"),
            }),
            "/keys" => {
                fake.asked_keys.fetch_add(1, Ordering::Relaxed);
                json!({"keys": [fake.signer.lock().unwrap().key()]})
            }
            "/me" => json!({"sub": "s1", "email": "behind@ops.example", "email_verified": true}),
            _ => {
                let form = axum::body::to_bytes(body, 100_000).await.unwrap();
                let header = parts.headers.get("authorization").map_or("", |value| value.to_str().unwrap());
                *fake.told.lock().unwrap() = (header.to_owned(), String::from_utf8(form.to_vec()).unwrap());
                let mut claims = json!({
                    "iss": url, "sub": "s1", "aud": "scrip", "iat": 1_800_000_000, "exp": 1_800_010_000,
                    "nonce": *fake.nonce.lock().unwrap(), "email": "Ada@Ops.example", "email_verified": true,
                });
                lay(&mut claims, &change["claims"]);
                let signer = fake.signer.lock().unwrap();
                json!({"id_token": signer.token(&signer.header(), &claims), "access_token": "a", "token_type": "Bearer"})
            }
        };
        let change = &change[&path];
        lay(&mut answer, change);
        if let Some(long) = change["long"].as_u64() {
            answer["padding"] = json!("x".repeat(long as usize));
        }
        let status = change["status"].as_u64().unwrap_or(200);
        (StatusCode::from_u16(status as u16).unwrap(), answer.to_string()).into_response()
    }

    fn provider(&self, secret: Option<&str>) -> Provider {
        let options = Options {
            issuer: self.url.clone(),
            client_id: "scrip".to_owned(),
            client_secret: secret.map(Secret::new),
            redirect_url: "http://127.0.0.1:1/console/oidc/return".to_owned(),
        };
        Provider::new(options).unwrap()
    }

    async fn sign_in(&self, provider: &Provider, now: Instant) -> Result<Identity, Failure> {
        let attempt = Attempts::with([1; 32]).begin(now).unwrap();
        *self.nonce.lock().unwrap() = attempt.nonce();
        provider.identify(&attempt, "the code", None, now).await
    }
}

fn lay(over: &mut Value, change: &Value) {
    for (key, value) in change.as_object().into_iter().flatten() {
        over[key] = value.clone();
    }
}

#[tokio::test]
async fn the_way_out_and_back() {
    let fake = Fake::start().await;
    let provider = fake.provider(Some("s3cret/&"));
    let attempt = Attempts::with([1; 32]).begin(NOW).unwrap();
    let url = Url::parse(&provider.address(&attempt, NOW).await.unwrap()).unwrap();
    let asked =
        |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    for (name, value) in [
        ("tenant", "1"),
        ("response_type", "code"),
        ("client_id", "scrip"),
        ("scope", "openid email"),
        ("state", &*attempt.state()),
        ("nonce", &*attempt.nonce()),
        ("code_challenge", &*attempt.challenge()),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(asked(name).as_deref(), Some(value), "{name}");
    }
    assert!(!url.as_str().contains(&attempt.verifier()));
    *fake.nonce.lock().unwrap() = attempt.nonce();
    let found = provider.identify(&attempt, "c&d", Some(&fake.url), NOW).await.unwrap();
    assert_eq!((found.subject.as_str(), found.email.as_deref()), ("s1", Some("ada@ops.example")));
    assert!(found.email_verified);
    let (header, form) = fake.told.lock().unwrap().clone();
    assert_eq!(header, format!("Basic {}", STANDARD.encode("scrip:s3cret%2F%26")));
    assert!(
        form.contains("code=c%26d&") && form.ends_with(&format!("code_verifier={}", attempt.verifier())),
        "{form}"
    );
    let other = provider.identify(&attempt, "c", Some("https://evil.example"), NOW).await;
    assert_eq!(other, Err(Failure::Untrusted(Distrust::Issuer)));
}

#[tokio::test]
async fn how_the_secret_is_sent() {
    let fake = Fake::start().await;
    *fake.change.lock().unwrap() = json!({"/.well-known/openid-configuration":
        {"token_endpoint_auth_methods_supported": ["client_secret_post"]}});
    fake.sign_in(&fake.provider(Some("s3cret")), NOW).await.unwrap();
    let (header, form) = fake.told.lock().unwrap().clone();
    assert!(header.is_empty() && form.ends_with("&client_id=scrip&client_secret=s3cret"), "{form}");
    fake.sign_in(&fake.provider(None), NOW).await.unwrap();
    let (header, form) = fake.told.lock().unwrap().clone();
    assert!(header.is_empty() && form.ends_with("&client_id=scrip"), "{form}");
}

#[tokio::test]
async fn a_key_that_is_not_known_is_fetched() {
    let fake = Fake::start().await;
    let provider = fake.provider(None);
    let asked = || fake.asked_keys.load(Ordering::Relaxed);
    for _ in 0..3 {
        fake.sign_in(&provider, NOW).await.unwrap();
    }
    assert_eq!(asked(), 1, "they are kept");
    *fake.signer.lock().unwrap() = Signer::curve("second");
    let later = NOW.plus_millis(60_000);
    fake.sign_in(&provider, later).await.unwrap();
    assert_eq!(asked(), 2, "the new one was fetched");
    // One that is never published is not asked for again and again.
    *fake.change.lock().unwrap() = json!({"/keys": {"keys": []}});
    *fake.signer.lock().unwrap() = Signer::curve("third");
    for _ in 0..3 {
        assert_eq!(fake.sign_in(&provider, later).await, Err(Failure::Untrusted(Distrust::Key)));
    }
    assert_eq!(asked(), 2);
    // A new key under the old name is found when the old one has had its hour.
    *fake.change.lock().unwrap() = json!({});
    *fake.signer.lock().unwrap() = Signer::curve("second");
    assert_eq!(fake.sign_in(&provider, later).await, Err(Failure::Untrusted(Distrust::Signature)));
    fake.sign_in(&provider, later.plus_millis(FRESH)).await.unwrap();
}

#[tokio::test]
async fn an_address_that_the_token_lacks_is_asked_for() {
    let fake = Fake::start().await;
    let provider = fake.provider(None);
    for (change, expected) in [
        (json!({"claims": {"email": null}}), Ok(Some("behind@ops.example"))),
        (json!({"claims": {"email": null}, "/token": {"access_token": null}}), Ok(None)),
        (
            json!({"claims": {"email": null}, "/me": {"sub": "s2"}}),
            Err(Failure::Untrusted(Distrust::Subject)),
        ),
    ] {
        *fake.change.lock().unwrap() = change.clone();
        let found = fake.sign_in(&provider, NOW).await.map(|found| found.email);
        assert_eq!(found, expected.map(|email: Option<&str>| email.map(str::to_owned)), "{change}");
    }
}

#[tokio::test]
async fn what_can_go_wrong_is_said() {
    let fake = Fake::start().await;
    let discovery = "/.well-known/openid-configuration";
    for (change, expected) in [
        (json!({discovery: {"status": 500}}), "the provider answered with 500"),
        (json!({discovery: {"status": 302}}), "the provider answered with 302"),
        (json!({discovery: {"issuer": "https://evil.example"}}), "names itself https://evil.example"),
        (json!({discovery: {"token_endpoint": "http://evil.example/t"}}), "is not https"),
        (json!({discovery: {"token_endpoint": null}}), "did not answer as it should"),
        (json!({discovery: {"long": 300_000}}), "more than 262144 bytes"),
        (
            json!({discovery: {"authorization_response_iss_parameter_supported": true}}),
            "the issuer is another one",
        ),
        (json!({"/keys": {"status": 404}}), "the provider's set of keys answered with 404"),
        (json!({"/token": {"status": 400, "error": "invalid_grant"}}), "the provider refused: invalid_grant"),
        (json!({"/token": {"status": 503}}), "the token endpoint answered with 503"),
        (json!({"/token": {"id_token": "x"}}), "the ID token can't be read"),
        (json!({"/token": {"id_token": "x".repeat(20_000)}}), "the ID token can't be read"),
        (json!({"claims": {"aud": "other"}}), "the ID token is for another audience"),
    ] {
        *fake.change.lock().unwrap() = change.clone();
        let found = fake.sign_in(&fake.provider(None), NOW).await.unwrap_err();
        assert!(found.to_string().contains(expected), "{change}: {found}");
    }
    // Nobody is there.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let options = Options { issuer: url, ..fake.provider(None).0.options.clone() };
    let found = fake.sign_in(&Provider::new(options).unwrap(), NOW).await;
    assert!(matches!(&found, Err(Failure::Unreachable(why)) if why.contains("was not reached")), "{found:?}");
}
