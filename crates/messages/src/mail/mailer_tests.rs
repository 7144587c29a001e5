use proptest::prelude::*;

use super::*;
use crate::mail::{Look, render};
use crate::{Kind, sample, tls_server};

#[tokio::test]
async fn a_certificate_that_nobody_trusts() {
    let (port, _) = tls_server::server().await;
    let (url, from) = (format!("smtps://localhost:{port}"), "credits@atelier.example".to_owned());
    let mailer = Mailer::new(&SmtpOptions { url, from, timeout: Duration::from_secs(10) }).unwrap();
    let zone = moment::Zone::utc();
    let letter = render(&sample(Kind::BalanceLow), &Look::default(), "a@b.example", "en", &zone).unwrap();
    let failure = mailer.send(&letter).await.unwrap_err();
    assert!(!failure.permanent && failure.why.to_lowercase().contains("certificate"), "{failure:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_letter_can_be_written_down(
        from_name in "\\PC*|[\\x00-\\x7f]{0,40}|(?s).*",
        subject in "\\PC*|[\\x00-\\x7f]{0,400}|(?s).*",
        message_id in "(?s).*",
        reply_to in prop::option::of("[a-z\"@.<>\r\n é]{0,20}"),
        at: i64,
    ) {
        let (url, from) = ("smtp://127.0.0.1?tls=none".to_owned(), "credits@atelier.example".to_owned());
        let mailer = Mailer::new(&SmtpOptions { url, from, timeout: Duration::ZERO }).unwrap();
        let look = Look::default();
        let letter = render(&sample(Kind::BalanceLow), &look, "a@b.example", "en", &moment::Zone::utc());
        let date = moment::Instant::from_millis(at);
        let letter = Letter { from_name, reply_to, subject, message_id, date, ..letter.unwrap() };
        if let Ok(message) = mailer.message(&letter) {
            let bytes = message.formatted();
            let text = String::from_utf8(bytes).unwrap();
            let (head, _) = text.split_once("\r\n\r\n").unwrap();
            prop_assert!(head.lines().all(|line| line.starts_with(' ') || line.contains(": ")), "{head}");
            let names = head.lines().filter_map(|line| line.split_once(": ")).map(|(name, _)| name);
            let known = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language",
                "Reply-To", "MIME-Version", "Content-Type"];
            prop_assert!(names.filter(|name| !name.starts_with(' ')).all(|name| known.contains(&name)), "{head}");
        } else {
            prop_assert!(letter.reply_to.is_some());
        }
    }
}
