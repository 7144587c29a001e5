use std::thread;

use serde_json::json;

use super::with_store;
use crate::harness::Server;

#[test]
fn pf_1_a_store_that_uses_nothing_pays_nothing() {
    let (_server, host) = with_store();
    host.clock_by("400 days");
    let store = host.account("store");
    assert_eq!((&store["state"], &store["balance"][0]["settled"]), (&json!("active"), &json!(50)));
    assert_eq!(host.kinds("store", 0), ["opened", "issued"]);
}

#[test]
fn pf_2_the_first_installation_gives_50_credits() {
    let (_server, host) = with_store();
    assert_eq!(host.available("store"), 50);
    assert_eq!(host.grants("store"), [("starter".to_owned(), 50, None)]);
}

#[test]
fn pf_2_installing_again_gives_no_second_starter_package() {
    let (_server, host) = with_store();
    let first = host.account("store");
    host.charge("store", "garment").made();
    let again = host.post("/v1/accounts", &json!({ "id": "store" })).done();
    assert_eq!((&again["id"], &again["balance"][0]["available"]), (&first["id"], &json!(45)));
    assert_eq!(host.kinds("store", 0), ["opened", "issued", "charged"]);
}

#[test]
fn pf_2_uninstalling_and_installing_gives_no_second_starter_package() {
    let (mut server, host) = with_store();
    host.charge("store", "garment").made();
    let why = json!({ "reason": "The app was uninstalled" });
    assert_eq!(host.post("/v1/accounts/store/close", &why).done()["state"], "closed");
    host.clock_by("90 days");
    server.restart();
    let there = host.post("/v1/accounts", &json!({ "id": "store" })).done();
    assert_eq!(there["state"], "closed");
    let open = host.post("/v1/accounts/store/reopen", &json!({ "reason": "Installed again" })).done();
    assert_eq!((&open["state"], &open["balance"][0]["available"]), (&json!("active"), &json!(45)));
    assert_eq!(host.kinds("store", 0), ["opened", "issued", "charged", "closed", "reopened"]);
}

#[test]
fn pf_2_installations_that_race_are_one() {
    let server = Server::publishing("pictofit");
    let host = server.host("pictofit");
    let made: Vec<u16> = thread::scope(|scope| {
        let install =
            |host: crate::harness::Host| move || host.post("/v1/accounts", &json!({ "id": "store" })).status;
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(install(host.clone()))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(made.iter().filter(|status| **status == 201).count(), 1, "{made:?}");
    assert_eq!(made.iter().filter(|status| **status == 200).count(), 5, "{made:?}");
    assert_eq!(host.available("store"), 50);
    assert_eq!(host.kinds("store", 0), ["opened", "issued"]);
}
