//! Letters, handed to a real SMTP server and read there by another parser.

mod common;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::Script;
use messages::mail::{Attachment, BadSmtp, Letter, Look, MailFailure, Mailer, SmtpOptions, render};
use messages::{Kind, sample, samples};
use moment::Zone;
use serde_json::{Value, json};
use tokio::net::TcpListener;

fn options(url: &str) -> SmtpOptions {
    SmtpOptions {
        url: url.to_owned(),
        from: "credits@atelier.example".to_owned(),
        timeout: Duration::from_secs(10),
    }
}

/// The server, and a mailer that speaks with it.
fn server() -> (Script, Mailer) {
    let mut script = Script::start("smtp_server.py", &[]);
    let port = script.next()["port"].as_u64().unwrap();
    let mailer = Mailer::new(&options(&format!("smtp://127.0.0.1:{port}?tls=none"))).unwrap();
    (script, mailer)
}

fn letter(kind: Kind, locale: &str, to: &str) -> Option<Letter> {
    let look = Look {
        program_name: "Atelier Möbel".to_owned(),
        support_email: Some("help@atelier.example".to_owned()),
        portal_url: Some("https://atelier.example/credits".to_owned()),
        ..Look::default()
    };
    render(&sample(kind), &look, to, locale, &Zone::named("Europe/Vienna").unwrap())
}

fn header<'a>(arrived: &'a Value, name: &str) -> Vec<&'a str> {
    let headers = arrived["headers"].as_array().unwrap();
    let named = headers.iter().filter(|header| header[0].as_str().unwrap().eq_ignore_ascii_case(name));
    named.map(|header| header[1].as_str().unwrap()).collect()
}

#[tokio::test]
async fn every_letter_arrives_as_it_was_written() {
    let (mut server, mailer) = server();
    for message in samples() {
        for locale in ["en", "de"] {
            let Some(letter) = letter(message.kind, locale, "customer@shop.example") else { continue };
            mailer.send(&letter).await.unwrap();
            let arrived = server.next();
            assert_eq!(arrived["hello"], "atelier.example");
            assert_eq!(arrived["from"], "credits@atelier.example");
            assert_eq!(arrived["to"], json!(["customer@shop.example"]));
            assert_eq!(arrived["type"], "multipart/alternative");
            assert_eq!(arrived["defects"], json!([]));
            assert!(arrived["longest_line"].as_u64().unwrap() <= 998, "RFC 5322, 2.1.1");
            // Who runs the program is at that address.
            let reply_to: &[&str] = if message.kind.to_customer() { &["help@atelier.example"] } else { &[] };
            assert_eq!(header(&arrived, "Reply-To"), reply_to);
            for (name, value) in [
                ("From", "Atelier Möbel <credits@atelier.example>"),
                ("To", "customer@shop.example"),
                ("Subject", &letter.subject),
                ("Message-ID", &format!("<{}@atelier.example>", message.id)),
                ("Date", "Wed, 17 Feb 2027 08:15:30 +0000"),
                ("Auto-Submitted", "auto-generated"),
                ("Content-Language", locale),
            ] {
                assert_eq!(header(&arrived, name), [value], "{name}");
            }
            let parts = arrived["parts"].as_array().unwrap();
            let part = |n: usize| parts[n][1].as_str().unwrap().replace("\r\n", "\n");
            assert_eq!((&parts[0][0], &parts[1][0]), (&json!("text/plain"), &json!("text/html")));
            assert_eq!(part(0).trim_end(), letter.text.trim_end());
            assert_eq!(part(1).trim_end(), letter.html.trim_end());
        }
    }
}

#[tokio::test]
async fn a_file_comes_as_it_was_attached() {
    let (mut server, mailer) = server();
    let bytes: Vec<u8> = b"%PDF-1.7\r\n.\r\n".iter().copied().chain((0..=255).cycle().take(20_000)).collect();
    for (name, expected) in [
        ("atelier-report-2027-01.pdf", "atelier-report-2027-01.pdf"),
        ("a\r\nBcc: x@y.example\r\n\r\n\".pdf; x=ä", "aBccxy.example.pdfx"),
    ] {
        let mut letter = letter(Kind::ReportReady, "de", "customer@shop.example").unwrap();
        let attached = Attachment { name: name.to_owned(), kind: "application/pdf", bytes: bytes.clone() };
        letter.attachments = vec![attached];
        mailer.send(&letter).await.unwrap();
        let arrived = server.next();
        assert_eq!((&arrived["type"], &arrived["defects"]), (&json!("multipart/mixed"), &json!([])));
        assert!(arrived["longest_line"].as_u64().unwrap() <= 998, "RFC 5322, 2.1.1");
        assert_eq!(header(&arrived, "bcc"), [""; 0]);
        let types: Vec<&Value> = arrived["parts"].as_array().unwrap().iter().map(|part| &part[0]).collect();
        assert_eq!(types, ["text/plain", "text/html"]);
        let [file] = &arrived["files"].as_array().unwrap()[..] else {
            panic!("one file: {}", arrived["files"])
        };
        assert_eq!((&file[0], &file[1]), (&json!(expected), &json!("application/pdf")));
        assert_eq!(STANDARD.decode(file[2].as_str().unwrap()).unwrap(), bytes);
    }
}

#[tokio::test]
async fn no_header_can_be_added_from_outside() {
    let (mut server, mailer) = server();
    let plain = letter(Kind::OrderCredited, "en", "customer@shop.example").unwrap();
    for evil in [
        "A\r\nBcc: victim@example.com",
        "A\nBcc: victim@example.com",
        "A\rBcc: victim@example.com",
        "A\r\n\r\n<h1>Another body</h1>",
        "A\" <victim@example.com>, \"B",
        "ä\r\nBcc: victim@example.com",
        "A\0\u{b}\u{85}\u{2028}Bcc: victim@example.com",
    ] {
        let mut letter = plain.clone();
        letter.subject = evil.to_owned();
        letter.from_name = evil.to_owned();
        letter.message_id = evil.to_owned();
        // Refusing to send such a letter would do as well as sending it without harm.
        mailer.send(&letter).await.unwrap();
        let arrived = server.next();
        assert_eq!(arrived["to"], json!(["customer@shop.example"]), "{evil:?}");
        assert_eq!(arrived["from"], "credits@atelier.example");
        assert_eq!(header(&arrived, "bcc"), [""; 0], "{evil:?}");
        assert_eq!(header(&arrived, "from").len(), 1);
        assert!(header(&arrived, "from")[0].ends_with("<credits@atelier.example>"), "{evil:?}");
        assert_eq!(header(&arrived, "subject").len(), 1);
        assert_eq!(arrived["headers"].as_array().unwrap().len(), 10, "{evil:?}: {}", arrived["headers"]);
        assert_eq!(arrived["parts"].as_array().unwrap().len(), 2);
    }
    for evil in [
        "a@b.example\r\nBcc: victim@example.com",
        "a@b.example>\r\nRCPT TO:<victim@example.com",
        "a@b.example, victim@example.com",
        "A <a@b.example>",
        "nobody",
        "",
    ] {
        let mut letters = [plain.clone(), plain.clone()];
        letters[0].to = evil.to_owned();
        letters[1].reply_to = Some(evil.to_owned());
        for letter in letters {
            let failure = mailer.send(&letter).await.unwrap_err();
            assert!(failure.permanent && failure.why.contains("no e-mail address"), "{failure:?}");
        }
    }
}

#[tokio::test]
async fn refusals_for_ever_and_for_now() {
    let (_server, mailer) = server();
    for (to, permanent, part) in
        [("nobody@shop.example", true, "nobody of that name"), ("later@shop.example", false, "Greylisted")]
    {
        let failure = mailer.send(&letter(Kind::BalanceLow, "en", to).unwrap()).await.unwrap_err();
        assert_eq!(failure.permanent, permanent, "{failure:?}");
        assert!(failure.why.contains(part), "{failure:?}");
    }
}

#[tokio::test]
async fn who_is_not_let_in_keeps_the_letter() {
    let mut server = Script::start("smtp_server.py", &["scrip@host:p/a:ss%"]);
    let port = server.next()["port"].as_u64().unwrap();
    let letter = letter(Kind::BalanceLow, "en", "customer@shop.example").unwrap();
    for (user, taken) in [("scrip%40host:p%2Fa%3Ass%25@", true), ("scrip%40host:wrong@", false), ("", false)]
    {
        let mailer = Mailer::new(&options(&format!("smtp://{user}127.0.0.1:{port}?tls=none"))).unwrap();
        let sent = mailer.send(&letter).await;
        assert_eq!(sent.is_ok(), taken, "{sent:?}");
        match sent {
            Ok(()) => assert_eq!(server.next()["to"], json!(["customer@shop.example"])),
            Err(failure) => {
                assert!(!failure.permanent, "the operator mends it: {failure:?}");
                assert!(["530", "535"].iter().any(|code| failure.why.contains(code)), "{failure:?}");
                assert!(!failure.why.contains("wrong"), "{failure:?}");
            }
        }
    }
}

#[tokio::test]
async fn without_tls_nothing_is_said() {
    let mut server = Script::start("smtp_server.py", &["user:secret"]);
    let port = server.next()["port"].as_u64().unwrap();
    let letter = letter(Kind::BalanceLow, "en", "customer@shop.example").unwrap();
    for (scheme, part) in [("smtp", "STARTTLS"), ("smtps", "corrupt message")] {
        let url = format!("{scheme}://user:secret@127.0.0.1:{port}");
        let failure = Mailer::new(&options(&url)).unwrap().send(&letter).await.unwrap_err();
        assert!(!failure.permanent && failure.why.contains(part), "{scheme}: {failure:?}");
    }
}

#[tokio::test]
async fn servers_that_are_silent_or_not_there() {
    let letter = letter(Kind::BalanceLow, "en", "customer@shop.example").unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}?tls=none", listener.local_addr().unwrap());
    let timeout = Duration::from_millis(200);
    let mailer = Mailer::new(&SmtpOptions { timeout, ..options(&url) }).unwrap();
    let silent = mailer.send(&letter).await.unwrap_err();
    assert_eq!(silent, MailFailure { permanent: false, why: "no answer within 0.2 s".to_owned() });
    drop(listener);
    let gone = mailer.send(&letter).await.unwrap_err();
    assert!(!gone.permanent && gone.why.contains("refused"), "{gone:?}");
}

#[test]
fn options_that_can_not_be() {
    for (url, part) in [
        ("mail.example.com", "relative URL"),
        ("http://mail.example.com", "begins with smtps: or smtp:"),
        ("smtp://", "names no host"),
        ("smtp://mail.example.com?tls=opportunistic", "tls is required, or none"),
        ("smtps://mail.example.com?tls=none", "tls is required, or none"),
    ] {
        let said = Mailer::new(&options(url)).unwrap_err().to_string();
        assert!(said.contains(part), "{url}: {said}");
    }
    let from = "no address".to_owned();
    let bad = Mailer::new(&SmtpOptions { from: from.clone(), ..options("smtps://mail.example.com") });
    assert_eq!(bad.unwrap_err(), BadSmtp::From(from));
    let shown = format!("{:?}", options("smtps://user:secret@mail.example.com"));
    assert!(!shown.contains("secret"), "{shown}");
}
