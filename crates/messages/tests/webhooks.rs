//! Webhooks, sent to servers on this machine and verified by the published library.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::IntoResponse;
use common::Script;
use messages::webhook::{Attempt, Endpoint, Options, Outcome, Secret, WebhookSender, headers, payload};
use messages::{Kind, Message, sample, samples};
use moment::Instant;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// A request that arrived: its path, its headers, its body.
type Arrived = (String, HeaderMap, String);

/// A server that answers `/200` with 200 and so on: its address, and what arrives.
async fn server() -> (String, UnboundedReceiver<Arrived>) {
    let (told, arrived) = unbounded_channel();
    let answer = async move |uri: Uri, headers: HeaderMap, body: Bytes| {
        let path = uri.path().to_owned();
        let status: StatusCode = path.trim_matches('/').parse().unwrap_or(StatusCode::OK);
        told.send((path, headers, String::from_utf8(body.to_vec()).unwrap())).unwrap();
        let more = [("location", "/200"), ("retry-after", "120")];
        (status, more, format!("this is {}", status.as_u16())).into_response()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    (format!("http://{address}"), arrived)
}

/// A server that answers one request with these bytes, and holds the connection or closes it.
async fn bare(answer: Vec<u8>, hold: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut seen = Vec::new();
        while !seen.ends_with(b"}}") {
            stream.read_buf(&mut seen).await.unwrap();
        }
        // The other side may have heard enough before the end.
        let _ = stream.write_all(&answer).await;
        if hold {
            std::future::pending::<()>().await;
        }
    });
    format!("http://{address}/")
}

fn endpoint(url: &str) -> Endpoint {
    Endpoint {
        id: "end_1".to_owned(),
        url: url.to_owned(),
        secret: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD".parse().unwrap(),
        old_secret: None,
        events: None,
        enabled: true,
    }
}

fn sender() -> WebhookSender {
    let options = Options { allow_private: true, timeout: Duration::from_secs(10), ..Options::default() };
    WebhookSender::new(options, Instant::default).unwrap()
}

async fn sent(url: &str) -> Attempt {
    let message = sample(Kind::BalanceLow);
    sender().send(&endpoint(url), &message, message.at).await
}

/// Sent with little patience.
async fn sent_hastily(url: &str) -> Attempt {
    let timeout = Duration::from_millis(250);
    let options = Options { allow_private: true, timeout, ..Options::default() };
    let message = sample(Kind::BalanceLow);
    WebhookSender::new(options, Instant::default).unwrap().send(&endpoint(url), &message, message.at).await
}

fn as_json(headers: &HeaderMap) -> Value {
    let pairs = headers.iter().map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap())));
    Value::Object(pairs.collect::<Map<String, Value>>())
}

#[tokio::test]
async fn every_message_is_verified_by_the_published_library() {
    let mut python = Script::start("webhook_receiver.py", &[]);
    let now = Instant::from_millis(python.next()["now"].as_i64().unwrap() * 1_000);
    let (url, mut arrived) = server().await;
    let mut endpoint = endpoint(&url);
    let old = Secret::generate().unwrap();
    endpoint.old_secret = Some(old.clone());
    let sender = sender();
    for mut message in samples() {
        message.facts.insert("ü".to_owned(), json!("„Ünïcode“ \u{1f4b3} \"quoted\" \\ \u{7f}"));
        let attempt = sender.send(&endpoint, &message, now).await;
        assert_eq!(attempt.outcome, Outcome::Delivered);
        let (_, headers, body) = arrived.recv().await.unwrap();
        assert_eq!(body.as_bytes(), payload(&message));
        assert_eq!(headers["content-type"], "application/json");
        assert_eq!(headers["webhook-id"], message.id.as_str());
        assert!(headers["user-agent"].to_str().unwrap().starts_with("Scrip/"));
        let mut verify = |secret: &Secret, headers: &Value, body: &str| {
            let question =
                json!({"do": "verify", "secret": secret.expose(), "headers": headers, "body": body});
            python.ask(&question)
        };
        let headers = as_json(&headers);
        for secret in [&endpoint.secret, &old] {
            let read = verify(secret, &headers, &body);
            assert_eq!(read["data"]["type"], message.kind.code(), "{read}");
            assert_eq!(read["data"]["timestamp"], message.at.to_string());
            assert_eq!(read["data"]["data"]["program"], "atelier");
        }
        let refused = |read: &Value, what: &str| {
            assert_eq!(read["refused"], "No matching signature found", "{what}: {read}");
        };
        refused(&verify(&Secret::generate().unwrap(), &headers, &body), "another's secret");
        refused(&verify(&old, &headers, &body.replacen("timestamp", "Timestamp", 1)), "another body");
        let mut tampered = headers.clone();
        tampered["webhook-id"] = json!("msg_other");
        refused(&verify(&old, &tampered, &body), "another id");
        tampered = headers.clone();
        tampered["webhook-timestamp"] = json!((now.millis() / 1_000 + 1).to_string());
        refused(&verify(&old, &tampered, &body), "another time");
    }
}

#[tokio::test]
async fn an_old_message_that_is_sent_again_is_refused() {
    let mut python = Script::start("webhook_receiver.py", &[]);
    let now = Instant::from_millis(python.next()["now"].as_i64().unwrap() * 1_000);
    let (endpoint, message) = (endpoint("https://example.com"), sample(Kind::OrderCredited));
    let body = payload(&message);
    for (late, refused) in [(0, false), (4 * 60_000, false), (6 * 60_000, true), (-6 * 60_000, true)] {
        let at = Instant::from_millis(now.millis() - late);
        let signed = headers(&endpoint, &message, at, &body).unwrap();
        let signed: Map<String, Value> =
            signed.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
        let question = json!({
            "do": "verify", "secret": endpoint.secret.expose(), "headers": signed,
            "body": String::from_utf8(body.clone()).unwrap(),
        });
        let read = python.ask(&question);
        assert_eq!(read.get("refused").is_some(), refused, "{late}: {read}");
    }
}

/// Kept here as well as made there, so that a change of the body's form is seen.
const GOLDEN: [(Kind, &str); 3] = [
    (Kind::BalanceLow, "v1,6G7c+4WxDoHKWRdJkiQQ1rowHmR+oy2jbNmaxnXncLA="),
    (Kind::OrderCredited, "v1,ne7l19ojrK58j0lC89KLm+T3PbcxwIL8KFtczy75hdM="),
    (Kind::EndpointDisabled, "v1,fBd+kNb404cDYj38pRaK267HoKJdApQwMFYqKz6O25Q="),
];

#[test]
fn golden_signatures() {
    let mut python = Script::start("webhook_receiver.py", &[]);
    python.next();
    for (kind, signature) in GOLDEN {
        let message: Message = sample(kind);
        let (endpoint, body) = (endpoint("https://example.com"), payload(&message));
        let [(_, id), (_, seconds), (_, ours)] = headers(&endpoint, &message, message.at, &body).unwrap();
        let theirs = python.ask(&json!({
            "do": "sign", "secret": endpoint.secret.expose(), "id": id,
            "seconds": seconds.parse::<i64>().unwrap(), "body": String::from_utf8(body).unwrap(),
        }));
        assert_eq!(theirs["signature"], ours.as_str());
        assert_eq!(ours, signature, "{kind}");
    }
}

#[tokio::test]
async fn what_each_answer_means() {
    let (url, mut arrived) = server().await;
    let refused = |why: &str| Outcome::Refused(why.to_owned());
    for (status, outcome) in [
        (200, Outcome::Delivered),
        (202, Outcome::Delivered),
        (301, refused("answered with 301 Moved Permanently; redirects are not followed")),
        (307, refused("answered with 307 Temporary Redirect; redirects are not followed")),
        (400, refused("answered with 400 Bad Request")),
        (401, refused("answered with 401 Unauthorized")),
        (410, Outcome::Gone),
        (429, refused("answered with 429 Too Many Requests")),
        (500, refused("answered with 500 Internal Server Error")),
        (503, refused("answered with 503 Service Unavailable")),
        (599, refused("answered with 599")),
    ] {
        let attempt = sent(&format!("{url}/{status}")).await;
        assert_eq!(attempt.outcome, outcome);
        assert_eq!(attempt.status, Some(status));
        assert_eq!(attempt.answer, format!("this is {status}"));
        assert_eq!(attempt.retry_after_ms, Some(120_000));
        assert_eq!(arrived.recv().await.unwrap().0, format!("/{status}"));
    }
    assert!(arrived.try_recv().is_err(), "no redirect was followed, and nothing was sent twice");
}

#[tokio::test]
async fn of_a_long_answer_the_beginning_is_kept() {
    let mut answer = b"HTTP/1.1 500 Oh\r\ncontent-length: 100000000\r\n\r\n\xff".to_vec();
    answer.resize(100_000, b'a');
    let attempt = sent(&bare(answer, true).await).await;
    assert_eq!(attempt.status, Some(500));
    assert_eq!(attempt.answer, format!("\u{fffd}{}", "a".repeat(1_023)), "and the rest is not waited for");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_an_answer() {
    let stalls = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc".to_vec();
    for hold in [true, false] {
        let attempt = sent_hastily(&bare(stalls.clone(), hold).await).await;
        assert_eq!((attempt.outcome, attempt.answer.as_str()), (Outcome::Delivered, "abc"), "{hold}");
    }
}

#[tokio::test]
async fn servers_that_give_no_answer() {
    let mut many = b"HTTP/1.1 200 OK\r\n".to_vec();
    many.extend((0..100).flat_map(|n| format!("x-{n}: y\r\n").into_bytes()));
    many.extend(b"\r\n");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    for (url, part) in [
        (bare(Vec::new(), true).await, "no answer within 0.25 s"),
        (bare(b"HTTP/1.1 200 OK\r\nx: ".to_vec(), true).await, "no answer within 0.25 s"),
        (bare(Vec::new(), false).await, "no answer: "),
        (bare(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(), false).await, "no answer: "),
        (bare(many, true).await, "no answer: "),
        (closed, "no connection: "),
        ("http://no-such-host.invalid/".to_owned(), "no connection: "),
        ("ftp://127.0.0.1/".to_owned(), "nothing was sent: of the URL, it begins with ftp:"),
        ("http://user:pass@127.0.0.1/".to_owned(), "nothing was sent: of the URL, it has a user's name"),
    ] {
        let attempt = sent_hastily(&url).await;
        let Outcome::Failed(why) = &attempt.outcome else { panic!("{url}: {attempt:?}") };
        assert!(why.starts_with(part), "{url}: {why}");
        assert_eq!((attempt.status, attempt.answer.as_str()), (None, ""));
    }
}

#[tokio::test]
async fn how_long_it_took() {
    let (url, _arrived) = server().await;
    let clock = Arc::new(AtomicI64::new(1_000));
    let watch = Arc::clone(&clock);
    let options = Options { allow_private: true, ..Options::default() };
    let sender =
        WebhookSender::new(options, move || Instant::from_millis(watch.fetch_add(42, Ordering::SeqCst)));
    let message = sample(Kind::BalanceLow);
    let attempt = sender.unwrap().send(&endpoint(&url), &message, message.at).await;
    assert_eq!(attempt.took_ms, 42);
}
