use serde_json::json;

use super::with_anna;

#[test]
fn a_stream_begins_with_how_it_is() {
    let (_server, host) = with_anna(50);
    let mut events = host.listen("anna", None);
    let account = events.next().unwrap();
    assert_eq!((account.name.as_str(), &account.data["host_id"]), ("account", &json!("anna")));
    assert_eq!(account.data, host.account("anna"));
    let balances: Vec<_> = (0..2).map(|_| events.next().unwrap()).collect();
    let credits = json!({
        "unit": "credit", "settled": 50, "held": 0, "owed": 0, "available": 50, "formatted": "50 credits",
    });
    assert_eq!((balances[0].name.as_str(), &balances[0].data), ("balance", &credits));
    assert_eq!(balances[1].data["unit"], "token");
}

#[test]
fn every_change_arrives() {
    let (_server, host) = with_anna(50);
    let mut events = host.listen("anna", None);
    let hold = host.hold("anna", "photo").made();
    host.capture(&hold).done();
    host.charge("anna", "photo").made();
    for (kind, available) in [("held", 45), ("captured", 45), ("charged", 40)] {
        let entry = events.next_of("entry");
        assert_eq!((&entry.data["kind"], &entry.data["available_after"]), (&json!(kind), &json!(available)));
        let balance = events.next_of("balance");
        assert_eq!((&balance.data["available"], balance.id.is_some()), (&json!(available), true));
    }
    let newest = host.entries("anna")[0].clone();
    host.charge("anna", "photo").made();
    assert_ne!(events.next_of("entry").data, newest);
}

#[test]
fn a_change_of_the_account_arrives() {
    let (_server, host) = with_anna(3);
    let mut events = host.listen("anna", None);
    assert_eq!(events.next_of("account").data["state"], "active");
    host.charge("anna", "scan").made();
    assert_eq!(events.next_of("account").data["state"], "overdrawn");
    host.clock_by("10 days");
    assert_eq!(events.find(|event| event.data["kind"] == "suspended").unwrap().data["credits"], 0);
    assert_eq!(events.next_of("account").data["state"], "suspended");
    host.give("anna", 100);
    assert_eq!(events.find(|event| event.data["kind"] == "restored").unwrap().name, "entry");
    assert_eq!(events.next_of("account").data["state"], "active");
}

#[test]
fn what_others_do_does_not_arrive() {
    let (_server, host) = with_anna(50);
    host.open_with("ben", 50);
    let mut events = host.listen("anna", None);
    host.charge("ben", "photo").made();
    host.charge("anna", "render").made();
    assert_eq!(events.next_of("entry").data["action"], "render");
}

#[test]
fn a_stream_goes_on_where_it_was_cut() {
    let (mut server, host) = with_anna(50);
    let mut events = host.listen("anna", None);
    host.charge("anna", "photo").made();
    events.find(|event| event.data["kind"] == "charged").unwrap();
    let seen = events.next_of("balance").id.unwrap();
    drop(events);
    host.charge("anna", "render").made();
    server.restart();
    host.charge("anna", "video").place();
    host.charge("anna", "scan").made();
    let mut events = host.listen("anna", Some(&seen));
    let mut missed: Vec<_> = (0..2).map(|_| events.next_of("entry").data["action"].clone()).collect();
    host.charge("anna", "photo").made();
    missed.push(events.next_of("entry").data["action"].clone());
    assert_eq!(missed, ["render", "scan", "photo"]);
    assert_eq!(host.available("anna"), 50 - 5 - 2 - 5 - 5);
}

#[test]
fn a_listener_needs_an_account_and_a_place_that_there_is() {
    let (_server, host) = with_anna(50);
    host.get("/v1/events?account=nobody").refused(404, "not_found");
    let answer = host.send("GET", "/v1/events?account=anna", &[("last-event-id", "yesterday")], b"");
    assert_eq!(answer.place().0, "Last-Event-ID");
}
