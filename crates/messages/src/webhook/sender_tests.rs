//! TLS, by a server with a certificate of its own. What needs no TLS is in `tests/webhooks.rs`.

use rustls::RootCertStore;

use super::*;
use crate::tls_server::server;
use crate::webhook::Secret;
use crate::{Kind, sample};

fn endpoint(port: u16) -> Endpoint {
    Endpoint {
        id: "end_1".to_owned(),
        url: format!("https://localhost:{port}/hooks"),
        secret: Secret::from_bytes(&[1; 24]).unwrap(),
        old_secret: None,
        events: None,
        enabled: true,
    }
}

fn options() -> Options {
    Options { allow_private: true, ..Options::default() }
}

#[tokio::test]
async fn a_certificate_that_is_trusted() {
    let (port, certificate) = server().await;
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let tls = config.with_root_certificates(roots).with_no_client_auth();
    let sender = WebhookSender::trusting(tls, options(), Instant::default).unwrap();
    let message = sample(Kind::BalanceLow);
    let attempt = sender.send(&endpoint(port), &message, message.at).await;
    assert_eq!((attempt.status, attempt.outcome), (Some(204), Outcome::Delivered));
}

#[tokio::test]
async fn a_certificate_that_is_not() {
    let (port, _) = server().await;
    let sender = WebhookSender::new(options(), Instant::default).unwrap();
    let message = sample(Kind::BalanceLow);
    let attempt = sender.send(&endpoint(port), &message, message.at).await;
    let Outcome::Failed(why) = attempt.outcome else { panic!("{attempt:?}") };
    assert!(why.starts_with("no connection: ") && why.to_lowercase().contains("certificate"), "{why}");
}

#[tokio::test]
async fn here_is_nowhere_to_send_to() {
    let (port, _) = server().await;
    let sender = WebhookSender::new(Options::default(), Instant::default).unwrap();
    let message = sample(Kind::BalanceLow);
    for host in ["localhost", "127.0.0.1", "[::1]", "127.1", "[::ffff:127.0.0.1]"] {
        let mut endpoint = endpoint(port);
        endpoint.url = format!("https://{host}:{port}/hooks");
        let attempt = sender.send(&endpoint, &message, message.at).await;
        let Outcome::Failed(why) = attempt.outcome else { panic!("{attempt:?}") };
        assert!(
            why.starts_with("nothing was sent: ") && why.contains("can't be reached by everybody"),
            "{why}"
        );
    }
}

/// The guard is the connection's own, whatever the URL's check has let through.
#[tokio::test]
async fn a_name_that_leads_here_is_not_connected_to() {
    let (port, _) = server().await;
    let mut sender = WebhookSender::new(Options::default(), Instant::default).unwrap();
    sender.allow_private = true;
    let message = sample(Kind::BalanceLow);
    let attempt = sender.send(&endpoint(port), &message, message.at).await;
    let why = "nothing was sent: localhost leads to no address that everybody can reach";
    assert_eq!(attempt.outcome, Outcome::Failed(why.to_owned()));
}
