//! Reports of a month, by e-mail: by themselves when the month is over, and because somebody asks.

use serde_json::json;

use super::{Setting, setting};
use crate::harness::fresh_key;

/// What a PDF begins with, in base64.
const PDF: &str = "JVBERi0";

fn switched_on(setting: &Setting, account: &str) {
    let path = format!("/v1/accounts/{account}/alerts/monthly_report");
    let alerts = setting.host.put(&path, &json!({ "enabled": true })).done();
    assert_eq!(alerts["monthly_report"], true);
}

fn stage(setting: &Setting, account: &str, action: &str) {
    setting.host.charge(account, action).made();
}

/// Sees that the next letter is a month's report to this account's owner, with its PDF; tells what it says.
fn report(setting: &Setting, account: &str, subject: &str, file: &str) -> String {
    let letter = setting.post.letter();
    assert_eq!(letter["Subject"], subject);
    assert_eq!(letter["To"], format!("{account}@kunde.example"));
    let [attached] = &letter["files"].as_array().unwrap()[..] else { panic!("one file: {letter}") };
    assert_eq!((&attached[0], &attached[1]), (&json!(file), &json!("application/pdf")));
    assert!(attached[2].as_str().unwrap().starts_with(PDF));
    letter["text"].as_str().unwrap().replace('\u{a0}', " ")
}

#[test]
fn pt_8_the_last_months_report_comes_by_e_mail_on_the_first_day_of_the_next() {
    let mut setting = setting("pictastic");
    for account in ["agentur", "silent", "off"] {
        setting.german(account);
    }
    setting.host.open("nobody");
    for account in ["agentur", "silent", "off", "nobody"] {
        setting.host.give(account, 500);
    }
    // One spends nothing, one has not asked for it, one has no address.
    for account in ["agentur", "silent", "nobody"] {
        switched_on(&setting, account);
    }
    for account in ["agentur", "off", "nobody"] {
        stage(&setting, account, "basic_staging");
    }
    stage(&setting, "agentur", "furniture_removal");
    setting.host.clock_to("2026-01-31T22:59:59.999Z");
    assert!(!setting.host.kinds("agentur", 0).contains(&"report_due".to_owned()), "the month is not over");
    setting.host.clock_to("2026-01-31T23:00:00Z");
    let subject = "Ihr Bericht für Januar 2026 von Pictastic";
    let text = report(&setting, "agentur", subject, "pictastic-report-2026-01.pdf");
    for part in [
        "Im Januar 2026 haben Sie 3 Credits ausgegeben.",
        "Nach Diensten: Basic room staging: 2 · Furniture removal: 1",
        "pictastic-report-2026-01.pdf",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let facts = setting.hooks.next_of("report.ready");
    assert_eq!((&facts["host_id"], &facts["month"]), (&json!("agentur"), &json!("2026-01")));
    assert_eq!((&facts["spent"], &facts["unit"]), (&json!(3), &json!("credit")));
    let first = json!({ "action": "basic_staging", "name": "Basic room staging", "credits": 2 });
    assert_eq!(facts["by_action"][0], first);

    // Whoever has no address: only the host is told, an hour later, as its zone is another.
    setting.host.clock_to("2026-02-01T00:00:00Z");
    assert_eq!(setting.hooks.next_of("report.ready")["host_id"], "nobody");

    // After a restart, and however far the clock moves: each month once, and none in which nothing was spent.
    setting.server.restart();
    setting.host.clock_to("2026-02-15T00:00:00Z");
    stage(&setting, "agentur", "outdoor_staging");
    setting.host.clock_to("2026-05-01T00:00:00Z");
    let subject = "Ihr Bericht für Februar 2026 von Pictastic";
    report(&setting, "agentur", subject, "pictastic-report-2026-02.pdf");
    assert_eq!(setting.hooks.next_of("report.ready")["month"], "2026-02");
    setting.server.restart();
    stage(&setting, "agentur", "style_change");
    setting.host.put("/v1/accounts/agentur/alerts/monthly_report", &json!({ "enabled": false })).done();
    setting.host.clock_to("2026-08-01T00:00:00Z");
    // What comes next is what happens next.
    setting.host.take("off", 490);
    assert_eq!(setting.post.next().2.replace('\u{a0}', " "), "Ihr Guthaben bei Pictastic: 8 Credits");
    assert_eq!(setting.hooks.next_of("balance.low")["host_id"], "off");
    // Whether anything was spent in January before it was switched on, nobody knew: it was counted, and nobody told.
    let due =
        |account: &str| setting.host.kinds(account, 0).iter().filter(|kind| *kind == "report_due").count();
    assert_eq!(["agentur", "nobody", "silent", "off"].map(due), [2, 1, 1, 0]);
}

#[test]
fn pt_8_a_report_is_sent_to_the_address_on_file_when_it_is_asked_for() {
    let setting = setting("pictastic");
    let host = &setting.host;
    host.open_with("agentur", 500);
    let january = "/v1/accounts/agentur/reports/2026-01/email";
    let refused = |path: &str| host.post(path, &json!({})).refused(422, "not_mailable")["reason"].clone();
    assert_eq!(refused(january), "nothing_spent");
    stage(&setting, "agentur", "basic_staging");
    assert_eq!(refused(january), "no_address");
    let particulars = json!({ "email": "agentur@kunde.example", "locale": "de", "name": "A\u{2028}B" });
    host.patch("/v1/accounts/agentur", &particulars).done();
    assert_eq!(refused("/v1/accounts/agentur/reports/2025-12/email"), "nothing_spent");
    for month in ["2026-02", "9998-12", "2026-13", "10000-01", "2026-1", "%0d%0aBcc:x"] {
        let path = format!("/v1/accounts/agentur/reports/{month}/email");
        host.post(&path, &json!({})).refused(404, "not_found");
    }
    host.post(january, &json!({ "to": "victim@elsewhere.example" })).refused(400, "invalid_request");

    let key = fresh_key();
    for _ in 0..3 {
        let sent = host.post_as(&key, january, &json!({})).done();
        assert_eq!((&sent["to"], &sent["month"]), (&json!("agentur@kunde.example"), &json!("2026-01")));
    }
    let subject = "Ihr Bericht für Januar 2026 von Pictastic";
    let text = report(&setting, "agentur", subject, "pictastic-report-2026-01.pdf");
    assert!(text.contains("2 Credits"), "{text}");
    for _ in 0..4 {
        host.post(january, &json!({})).done();
        report(&setting, "agentur", subject, "pictastic-report-2026-01.pdf");
    }
    assert_eq!(refused(january), "too_many");
    host.clock_to("2026-01-02T00:00:00Z");
    host.post(january, &json!({})).done();
    report(&setting, "agentur", subject, "pictastic-report-2026-01.pdf");
    assert_eq!(setting.deliveries("account=agentur").len(), 0, "webhooks are told of months that are over");
}

#[test]
fn where_no_mail_is_sent_a_report_is_not_either() {
    let server = crate::harness::Server::publishing("pictastic");
    let host = server.host("pictastic");
    host.open_with("agentur", 500);
    host.patch("/v1/accounts/agentur", &json!({ "email": "a@kunde.example" })).done();
    host.charge("agentur", "basic_staging").made();
    let month = &host.account("agentur")["created_at"].as_str().unwrap()[..7].to_owned();
    let path = format!("/v1/accounts/agentur/reports/{month}/email");
    assert_eq!(host.post(&path, &json!({})).refused(422, "not_mailable")["reason"], "no_mail_server");
}
