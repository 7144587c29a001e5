//! What happens to an account is told to the host and to its owner, once, in the owner's language.

use serde_json::{Value, json};

use super::{Setting, setting};
use crate::harness::{SHORT_CARD, id};

/// The next letter, to this account's owner: its subject.
fn letter(setting: &Setting, account: &str) -> String {
    let (to, language, subject) = setting.post.next();
    assert_eq!((to, language.as_str()), (format!("{account}@kunde.example"), "de"), "{subject}");
    subject.replace('\u{a0}', " ")
}

#[test]
fn a_low_balance_is_one_webhook_and_one_letter() {
    let mut setting = setting("shop");
    let anna = setting.german("anna");
    setting.low("anna");
    let facts = setting.hooks.next_of("balance.low");
    assert_eq!((&facts["account"], &facts["host_id"]), (&anna["id"], &json!("anna")));
    assert_eq!(
        (&facts["available"], &facts["threshold"], &facts["unit"]),
        (&json!(15), &json!(20), &json!("credit"))
    );
    assert_eq!(letter(&setting, "anna"), "Ihr Guthaben bei Shop: 15 Credits");
    // The next that is told is the next that happens.
    setting.german("berta");
    setting.low("berta");
    assert_eq!(setting.hooks.next_of("balance.low")["host_id"], "berta");
    letter(&setting, "berta");
    let all = setting.deliveries("state=delivered&limit=1");
    assert_eq!(all.len(), 1);
    let page = setting.host.read("/v1/webhook_deliveries?limit=1");
    let rest = setting
        .host
        .read(&format!("/v1/webhook_deliveries?cursor={}", page["next_cursor"].as_str().unwrap()));
    let of = |list: &Value| list["data"][0]["account"].clone();
    assert_eq!((of(&rest), rest["data"].as_array().unwrap().len()), (anna["id"].clone(), 1));
    assert_ne!(of(&page), of(&rest));
    let [delivery] = &setting.deliveries("account=anna")[..] else { panic!("there is one") };
    assert_eq!(setting.standing(id(delivery), "delivered", 1)["payload"]["data"], facts);
}

#[test]
fn pt_6_each_time_the_balance_falls_to_the_threshold_the_customer_is_told_once() {
    let mut setting = setting("pictastic");
    setting.german("agent");
    setting.host.give("agent", 25);
    // 20 is the default: the first photo reaches it, the next ones stay below it.
    let stage = json!({ "account": "agent", "action": "basic_staging" });
    for _ in 0..4 {
        setting.host.post("/v1/charges", &stage).made();
    }
    let facts = setting.hooks.next_of("balance.low");
    assert_eq!((&facts["threshold"], &facts["available"]), (&json!(20), &json!(19)));
    assert_eq!(letter(&setting, "agent"), "Ihr Guthaben bei Pictastic: 19 Credits");
    // Above it and down again: told again, and in between nothing was.
    setting.host.give("agent", 5);
    setting.host.post("/v1/charges", &stage).made();
    assert_eq!(setting.hooks.next_of("balance.low")["available"], 20);
    assert_eq!(letter(&setting, "agent"), "Ihr Guthaben bei Pictastic: 20 Credits");
}

#[test]
fn below_zero_up_to_the_suspension_and_back() {
    let mut setting = setting("pictofit");
    setting.german("store");
    let left = setting.host.available("store");
    setting.host.take("store", left);
    let session = json!({ "account": "store", "action": "session", "key": "browser-1" });
    setting.host.post("/v1/sessions", &session).done();
    let facts = setting.hooks.next_of("account.overdrawn");
    assert_eq!((&facts["available"], &facts["deadline"]), (&json!(-1), &json!("2026-01-11T00:00:00Z")));
    letter(&setting, "store");
    for day in ["08", "10"] {
        setting.host.clock_to(&format!("2026-01-{day}T00:00:00Z"));
        assert_eq!(setting.hooks.next_of("suspension.near")["deadline"], "2026-01-11T00:00:00Z");
        assert_eq!(
            letter(&setting, "store"),
            "Ihr Konto bei Pictofit wird am 11. Januar 2026, 01:00 CET pausiert"
        );
    }
    setting.host.clock_to("2026-01-11T00:00:00Z");
    setting.hooks.next_of("account.suspended");
    assert_eq!(letter(&setting, "store"), "Ihr Konto bei Pictofit ist pausiert");
    setting.host.give("store", 10);
    assert_eq!(setting.hooks.next_of("account.restored")["available"], 9);
    assert_eq!(letter(&setting, "store"), "Ihr Konto bei Pictofit ist wieder aktiv");
}

#[test]
fn ps_12_each_renewal_that_fails_is_told() {
    let mut setting = setting("picsart");
    setting.german("anna");
    setting.host.buy_with(SHORT_CARD, "anna", &json!({ "plan": "plus" }));
    let mut first: Vec<String> =
        (0..2).map(|_| setting.hooks.next()["type"].as_str().unwrap().to_owned()).collect();
    first.sort_unstable();
    assert_eq!(first, ["order.credited", "subscription.started"]);
    let mut letters = vec![letter(&setting, "anna"), letter(&setting, "anna")];
    letters.sort_unstable();
    assert_eq!(letters, ["200 Credits für Ihr Konto bei Picsart", "„Plus“ ist aktiv"]);
    // Two attempts are declined, and the third is paid: all of it is told, each at its own instant.
    setting.host.clock_to("2026-02-20T00:00:00Z");
    let mut events: Vec<(String, String)> = Vec::new();
    while events.len() < 5 {
        let next = setting.hooks.next();
        let text = |name: &str| next[name].as_str().unwrap().to_owned();
        if next["type"] == "renewal.failed" {
            assert_eq!(next["data"]["reason"], "insufficient_funds", "{next}");
            assert!(next["data"]["next_attempt_at"].is_string(), "{next}");
        }
        events.push((text("timestamp"), text("type")));
    }
    // They are sent beside each other; their timestamps say in which order they happened.
    events.sort_unstable();
    let kinds: Vec<&str> = events.iter().map(|(_, event)| event.as_str()).collect();
    assert_eq!(
        kinds,
        ["renewal.near", "credits.expired", "renewal.failed", "renewal.failed", "renewal.done"]
    );
    let mut subjects: Vec<String> = (0..4).map(|_| letter(&setting, "anna")).collect();
    subjects.sort_unstable();
    assert_eq!(subjects[0], subjects[1], "each has a letter of its own: {subjects:?}");
    assert!(subjects[0].contains("konnte nicht verlängert werden"), "{subjects:?}");
}

#[test]
fn only_the_events_that_are_wanted_go_to_an_endpoint() {
    let mut setting = setting("shop");
    let path = format!("{}/{}", super::ENDPOINTS, setting.endpoint);
    setting.host.patch(&path, &json!({ "events": ["account.overdrawn"] })).done();
    setting.host.open("anna");
    setting.low("anna");
    setting.host.take("anna", 15);
    setting.host.post("/v1/charges", &json!({ "account": "anna", "action": "scan" })).made();
    setting.hooks.next_of("account.overdrawn");
    assert_eq!(setting.deliveries("account=anna").len(), 1);
}
