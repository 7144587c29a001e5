//! A photo and video editor: an account is a subscriber, with plan credits and add-on credits.

mod add_ons;
mod changes;
mod cycles;
mod dunning;

use serde_json::{Value, json};

use crate::harness::{Host, Server, id};

const JANUARY: &str = "2026-02-01T00:00:00Z";
const FEBRUARY: &str = "2026-03-01T00:00:00Z";

fn with_subscriber() -> (Server, Host) {
    let server = Server::publishing("picsart");
    let host = server.host("picsart");
    host.open("subscriber");
    (server, host)
}

/// The plan's credits for the cycle that ends then.
fn plan(host: &Host, credits: i64, starts: &str, ends: &str) {
    let cycle = json!({ "credits": credits, "class": "plan", "effective_at": starts, "expires_at": ends });
    host.grant("subscriber", &cycle);
}

/// A subscriber with so many credits of January's cycle, and so many add-on credits.
fn in_january(credits: i64, add_on: i64) -> (Server, Host) {
    let (server, host) = with_subscriber();
    plan(&host, credits, "2026-01-01T00:00:00Z", JANUARY);
    if add_on > 0 {
        host.give("subscriber", add_on);
    }
    (server, host)
}

fn grant(class: &str, remaining: i64, ends: Option<&str>) -> (String, i64, Option<String>) {
    (class.to_owned(), remaining, ends.map(str::to_owned))
}

fn video(resolution: &str, duration: &str) -> Value {
    let attributes = json!({ "resolution": resolution, "duration": duration });
    json!({ "account": "subscriber", "action": "video", "attributes": attributes })
}

/// A video of so many credits is begun; the hold.
fn begin(host: &Host, seconds: i64, expires_in: &str) -> Value {
    let mut body = video("1080p", &seconds.to_string());
    body["expires_in"] = json!(expires_in);
    host.post("/v1/holds", &body).made()
}

#[test]
fn ps_1_each_tool_has_its_number_of_credits() {
    let (_server, host) = in_january(100, 0);
    for (tool, credits) in [("ai_image", 1), ("background", 1), ("enhance", 2), ("replace", 3), ("expand", 3)]
    {
        let before = host.available("subscriber");
        assert_eq!(host.charge("subscriber", tool).made()["credits"], credits, "{tool}");
        assert_eq!(host.available("subscriber"), before - credits, "{tool}");
    }
}

#[test]
fn ps_1_a_video_costs_by_the_started_second() {
    let (_server, host) = in_january(100_000, 0);
    let table = [
        ("1080p", "1", 10),
        ("1080p", "0.1", 10),
        ("1080p", "1.0", 10),
        ("1080p", "1.000001", 20),
        ("1080p", "60", 600),
        ("4k", "2.5", 60),
        ("4k", "3", 60),
        ("4k", "600", 12_000),
    ];
    for (resolution, duration, credits) in table {
        let charge = host.post("/v1/charges", &video(resolution, duration)).made();
        assert_eq!(charge["credits"], credits, "{resolution} {duration}");
        assert_eq!(charge["attributes"]["resolution"], resolution);
    }
}

#[test]
fn ps_1_a_video_without_a_price_is_refused() {
    let (_server, host) = in_january(100_000, 0);
    let table = [
        (json!({ "resolution": "8k", "duration": "1" }), "/attributes/resolution"),
        (json!({ "resolution": "4k", "duration": "0" }), "/attributes/duration"),
        (json!({ "resolution": "4k", "duration": "600.1" }), "/attributes/duration"),
        (json!({ "resolution": "4k", "duration": "long" }), "/attributes/duration"),
        (json!({ "resolution": "4k", "duration": 2.5 }), "/attributes/duration"),
        (json!({ "resolution": "4k" }), "/attributes/duration"),
        (json!({ "duration": "1" }), "/attributes/resolution"),
        (json!({ "resolution": "4k", "duration": "1", "frames": 60 }), "/attributes/frames"),
    ];
    for (attributes, place) in table {
        let body = json!({ "account": "subscriber", "action": "video", "attributes": attributes });
        assert_eq!(host.post("/v1/charges", &body).place().0, place, "{attributes}");
    }
    assert_eq!(host.available("subscriber"), 100_000);
}

#[test]
fn ps_1_the_breakdown_is_shown() {
    let (_server, host) = with_subscriber();
    let program = host.read("/v1/program");
    let actions = program["actions"].as_array().unwrap().iter();
    let list: Vec<&str> = actions.map(|action| action["price"]["sentence"].as_str().unwrap()).collect();
    let video = "10 credits per started second at 1080p, 20 at 4k";
    assert_eq!(list, ["1 credit", "1 credit", "2 credits", "3 credits", "3 credits", video]);
}

#[test]
fn ps_5_plan_credits_are_spent_before_add_on_credits() {
    let (_server, host) = with_subscriber();
    // The add-on was bought first.
    host.give("subscriber", 100);
    plan(&host, 4, "2026-01-01T00:00:00Z", JANUARY);
    let charge = host.charge("subscriber", "replace").made();
    assert_eq!(charge["drawn"].as_array().unwrap().len(), 1);
    assert_eq!(host.grants("subscriber"), [grant("plan", 1, Some(JANUARY)), grant("purchase", 100, None)]);
    let charge = host.charge("subscriber", "replace").made();
    let drawn: Vec<&Value> =
        charge["drawn"].as_array().unwrap().iter().map(|part| &part["credits"]).collect();
    assert_eq!(drawn, [1, 2]);
    assert_eq!(host.grants("subscriber"), [grant("purchase", 98, None)]);
}

#[test]
fn ps_5_what_expires_soonest_is_spent_first() {
    let (_server, host) = with_subscriber();
    plan(&host, 10, "2026-01-01T00:00:00Z", FEBRUARY);
    plan(&host, 10, "2026-01-01T00:00:00Z", JANUARY);
    host.charge("subscriber", "ai_image").made();
    assert_eq!(
        host.grants("subscriber"),
        [grant("plan", 9, Some(JANUARY)), grant("plan", 10, Some(FEBRUARY))]
    );
    let by_class = host.balance("subscriber")["by_class"].clone();
    assert_eq!(by_class[0], json!({ "class": "plan", "available": 9, "expires_at": JANUARY }));
}

#[test]
fn ps_7_a_generation_that_fails_gives_its_credits_back_to_where_they_came_from() {
    let (_server, host) = in_january(4, 100);
    let untouched = [grant("plan", 4, Some(JANUARY)), grant("purchase", 100, None)];
    let hold = begin(&host, 1, "1 h");
    assert_eq!(host.available("subscriber"), 94);
    host.failed(&hold).done();
    assert_eq!(host.grants("subscriber"), untouched);

    let charge = host.post("/v1/charges", &video("1080p", "1")).made();
    assert_eq!(host.grants("subscriber"), [grant("purchase", 94, None)]);
    host.failed(&charge).done();
    assert_eq!(host.grants("subscriber"), untouched);
}

#[test]
fn ps_7_a_generation_that_is_cut_short_gives_the_rest_back() {
    let (_server, host) = in_january(15, 100);
    let hold = begin(&host, 3, "1 h");
    let captured = host.post(&format!("/v1/holds/{}/capture", id(&hold)), &json!({ "credits": 20 })).done();
    assert_eq!((&captured["captured"], &captured["released"]), (&json!(20), &json!(10)));
    assert_eq!(host.grants("subscriber"), [grant("purchase", 95, None)]);
}

#[test]
fn ps_7_a_worker_that_dies_costs_nothing() {
    let (_server, host) = in_january(4, 100);
    let hold = begin(&host, 1, "10 min");
    host.clock_to("2026-01-01T00:09:59.999Z");
    assert_eq!(host.available("subscriber"), 94);
    host.clock_to("2026-01-01T00:10:00Z");
    assert_eq!(host.grants("subscriber"), [grant("plan", 4, Some(JANUARY)), grant("purchase", 100, None)]);
    let ended = host.read(&format!("/v1/holds/{}", id(&hold)));
    assert_eq!((&ended["state"], &ended["resolved_at"]), (&json!("expired"), &json!("2026-01-01T00:10:00Z")));
    // If it reports after all, it is told how to charge.
    let problem = host.capture(&hold).refused(409, "hold_expired");
    assert!(problem["detail"].as_str().unwrap().contains("POST /v1/charges"));
}

#[test]
fn ps_7_a_worker_that_dies_while_the_server_is_down_costs_nothing() {
    let (mut server, host) = in_january(4, 100);
    begin(&host, 1, "10 min");
    server.crash();
    host.clock_by("11 min");
    assert_eq!(host.available("subscriber"), 104);
}

#[test]
fn ps_7_after_its_cycle_has_ended_the_credits_last_until_the_end_of_the_current_one() {
    let (_server, host) = in_january(200, 7);
    plan(&host, 200, JANUARY, FEBRUARY);
    host.clock_to("2026-01-31T23:30:00Z");
    begin(&host, 12, "1 h");
    host.clock_to("2026-02-01T00:29:59.999Z");
    assert_eq!(host.grants("subscriber"), [grant("plan", 200, Some(FEBRUARY)), grant("purchase", 7, None)]);
    host.clock_to("2026-02-01T00:30:00Z");
    let back =
        [grant("plan", 200, Some(FEBRUARY)), grant("plan", 120, Some(FEBRUARY)), grant("purchase", 7, None)];
    assert_eq!(host.grants("subscriber"), back);
    host.clock_to(FEBRUARY);
    assert_eq!(host.grants("subscriber"), [grant("purchase", 7, None)]);
}

#[test]
fn ps_7_a_failure_that_is_reported_in_the_next_cycle_costs_nothing() {
    let (_server, host) = in_january(200, 7);
    plan(&host, 200, JANUARY, FEBRUARY);
    host.clock_to("2026-01-31T23:30:00Z");
    let charge = host.post("/v1/charges", &video("1080p", "2")).made();
    let hold = begin(&host, 3, "1 h");
    host.clock_to("2026-02-01T00:10:00Z");
    host.failed(&hold).done();
    host.failed(&charge).done();
    assert_eq!(host.available("subscriber"), 200 + 30 + 20 + 7);
    let ends: Vec<_> = host.grants("subscriber").into_iter().map(|(class, _, end)| (class, end)).collect();
    let plan = ("plan".to_owned(), Some(FEBRUARY.to_owned()));
    assert_eq!(ends, [plan.clone(), plan.clone(), plan, ("purchase".to_owned(), None)]);
}

#[test]
fn ps_7_without_a_plan_they_last_for_seven_days() {
    let (_server, host) = in_january(200, 0);
    host.clock_to("2026-01-31T23:30:00Z");
    begin(&host, 12, "1 h");
    host.clock_to("2026-02-01T00:30:00Z");
    assert_eq!(host.grants("subscriber"), [grant("plan", 120, Some("2026-02-08T00:30:00Z"))]);
}

#[test]
fn ps_8_a_failure_that_is_reported_twice_changes_nothing_more() {
    let (_server, host) = in_january(200, 7);
    let hold = begin(&host, 3, "1 h");
    let first = host.failed(&hold).done();
    let entries = host.entries("subscriber");
    let again = host.failed(&hold).done();
    assert_eq!((&again["state"], &again["resolved_at"]), (&json!("released"), &first["resolved_at"]));
    assert_eq!(host.entries("subscriber"), entries);
    assert_eq!(host.available("subscriber"), 207);
}

#[test]
fn ps_8_a_charge_is_returned_once() {
    let (_server, host) = in_january(200, 7);
    let charge = host.post("/v1/charges", &video("1080p", "2")).made();
    let path = format!("/v1/charges/{}/return", id(&charge));
    let body = json!({ "reason": "The work failed" });
    let first = host.post_as("failure-1", &path, &body);
    assert_eq!(first.done()["returned"], 20);
    let again = host.post_as("failure-1", &path, &body);
    assert_eq!((again.is_replay(), again.body), (true, first.body));
    let problem = host.failed(&charge).refused(422, "exceeds_charge");
    assert_eq!(problem["left"], 0);
    assert_eq!(host.available("subscriber"), 207);
}

#[test]
fn ps_8_a_failure_after_a_success_changes_nothing() {
    let (_server, host) = in_january(200, 7);
    let hold = begin(&host, 3, "1 h");
    let captured = host.capture(&hold).done();
    let entries = host.entries("subscriber");
    let problem = host.failed(&hold).refused(409, "hold_already_captured");
    assert_eq!((&problem["captured"], &problem["charge"]), (&json!(30), &captured["charge"]));
    assert_eq!(host.entries("subscriber"), entries);
    assert_eq!(host.available("subscriber"), 177);
}

#[test]
fn ps_8_a_success_after_a_failure_changes_nothing() {
    let (_server, host) = in_january(200, 7);
    let hold = begin(&host, 3, "1 h");
    host.failed(&hold).done();
    let entries = host.entries("subscriber");
    host.capture(&hold).refused(409, "hold_already_released");
    assert_eq!(host.entries("subscriber"), entries);
}

#[test]
fn ps_8_a_failure_after_the_time_out_changes_nothing() {
    let (_server, host) = in_january(200, 7);
    let hold = begin(&host, 3, "10 min");
    host.clock_by("1 h");
    let entries = host.entries("subscriber");
    let problem = host.failed(&hold).refused(409, "hold_expired");
    assert_eq!(problem["at"], "2026-01-01T00:10:00Z");
    assert_eq!(host.entries("subscriber"), entries);
    assert_eq!(host.available("subscriber"), 207);
}
