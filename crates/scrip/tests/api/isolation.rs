use std::fmt::Write;

use serde_json::{Value, json};

use super::with_anna;
use crate::harness::{Host, Server, fresh_key, id};

/// The parts of paths that name something.
const PARAMETERS: [&str; 9] =
    ["account", "grant", "hold", "charge", "order", "quote", "endpoint", "delivery", "publication"];

/// What the shop has that nobody else may see, by what paths and bodies call it.
struct Hidden {
    account: Value,
    host_id: &'static str,
    grant: Value,
    hold: Value,
    charge: Value,
    quote: Value,
    entry: Value,
    order: Value,
    custom_quote: Value,
    endpoint: Value,
    delivery: Value,
    publication: Value,
}

const MARKS: [&str; 3] = ["hidden-name", "hidden-reference", "hidden-reason"];

impl Hidden {
    fn new(host: &Host) -> Hidden {
        let host_id = "hidden-account";
        let account = host.post("/v1/accounts", &json!({ "id": host_id, "name": "hidden-name" })).made();
        let grant = json!({ "credits": 50, "class": "purchase", "reason": "hidden-reason" });
        let grant = host.post("/v1/accounts/hidden-account/grants", &grant).made();
        let spend = json!({ "account": host_id, "action": "photo", "reference": "hidden-reference" });
        let hold = host.post("/v1/holds", &spend).made();
        let charge = host.post("/v1/charges", &spend).made();
        let quote = host.post("/v1/quotes", &json!({ "account": host_id, "action": "photo" })).done();
        let order = host.buy(host_id, &json!({ "plan": "basic" }));
        let made = json!({ "package": "enterprise", "credits": 10_000, "amount": 90_000, "currency": "USD",
            "note": "hidden-reason" });
        let custom_quote = host.post(&format!("/v1/accounts/{host_id}/custom_quotes"), &made).made();
        let entry = host.entries(host_id)[0].clone();
        let hook = json!({ "url": "https://hooks.example/hidden", "description": "hidden-name" });
        let endpoint = host.post("/v1/webhook_endpoints", &hook).made();
        let test = format!("/v1/webhook_endpoints/{}/test", id(&endpoint));
        let sent = host.post(&test, &json!({}));
        assert!(sent.status < 300, "{}", sent.text());
        let delivery = host.read("/v1/webhook_deliveries")["data"][0].clone();
        let file = include_str!("../harness/store.toml").replacen("29 USD", "31 USD", 1);
        let later = json!({ "file": file + "\n# hidden-reason\n", "effective_at": "2026-02-01T00:00:00Z" });
        let publication = host.post("/v1/publications", &later).made();
        Hidden {
            account,
            host_id,
            grant,
            hold,
            charge,
            quote,
            entry,
            order,
            custom_quote,
            endpoint,
            delivery,
            publication,
        }
    }

    /// The thing that a part of a path names.
    fn named(&self, parameter: &str) -> &str {
        match parameter {
            "account" => id(&self.account),
            "grant" => id(&self.grant),
            "hold" => id(&self.hold),
            "charge" => id(&self.charge),
            "order" => id(&self.order),
            "quote" => id(&self.custom_quote),
            "endpoint" => id(&self.endpoint),
            "delivery" => id(&self.delivery),
            "publication" => id(&self.publication),
            other => panic!("what is {other}?"),
        }
    }
}

/// A call of the API, as the document describes it.
pub(super) struct Operation {
    pub method: String,
    pub path: String,
    pub name: String,
    pub example: Option<Value>,
    in_query: Vec<String>,
}

pub(super) fn operations(host: &Host) -> Vec<Operation> {
    let document = host.read("/openapi.json");
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, described) in methods.as_object().unwrap() {
            let parameters = described["parameters"].as_array().into_iter().flatten();
            let in_query = parameters.filter(|parameter| parameter["in"] == "query");
            operations.push(Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                name: described["operationId"].as_str().unwrap().to_owned(),
                example: described["requestBody"]["content"]["application/json"].get("example").cloned(),
                in_query: in_query.map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect(),
            });
        }
    }
    operations
}

/// The example of a body, for this account and an action that there is.
pub(super) fn about(example: &Value, account: &str, action: &str) -> Value {
    match example {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| match name.as_str() {
                "account" => (name.clone(), json!(account)),
                "action" => (name.clone(), json!(action)),
                _ => (name.clone(), about(value, account, action)),
            })
            .collect(),
        Value::Array(values) => values.iter().map(|value| about(value, account, action)).collect(),
        other => other.clone(),
    }
}

fn send(host: &Host, operation: &Operation, path: &str, body: Option<&Value>) -> crate::harness::Answer {
    match body {
        Some(body) => host.change(&operation.method, path, &fresh_key(), &body.to_string()),
        None => host.send(&operation.method, path, &[("idempotency-key", &fresh_key())], b""),
    }
}

#[test]
fn every_call_shows_a_program_nothing_of_another() {
    let server = Server::selling();
    let (shop, mill) = (server.host("store"), server.host("mill"));
    let hidden = Hidden::new(&shop);
    let (account, entries) = (shop.account(hidden.host_id), shop.entries(hidden.host_id));
    let (mut asked, mut own) = (0, Vec::new());
    // What providers tell is signed, whoever sends it: see the tests of selling.
    for operation in operations(&mill).into_iter().filter(|one| one.name != "take_provider_event") {
        for named in [id(&hidden.account), hidden.host_id] {
            let mut path = operation.path.clone();
            for parameter in PARAMETERS {
                let with = if parameter == "account" { named } else { hidden.named(parameter) };
                path = path.replace(&format!("{{{parameter}}}"), with);
            }
            if operation.in_query.iter().any(|name| name == "account") {
                write!(path, "?account={named}").unwrap();
            }
            let action = if operation.name == "create_session" { "visit" } else { "photo" };
            let body = operation.example.as_ref().map(|example| about(example, named, action));
            let names_it =
                path != operation.path || body.as_ref().is_some_and(|body| body.to_string().contains(named));
            let answer = send(&mill, &operation, &path, body.as_ref());
            let call = format!("{} {path}", operation.method);
            for mark in MARKS {
                assert!(!answer.text().contains(mark), "{call}: {}", answer.text());
            }
            if names_it {
                answer.refused(404, "not_found");
                asked += 1;
            } else {
                own.push(operation.name.clone());
            }
        }
    }
    assert_eq!(shop.account(hidden.host_id), account);
    assert_eq!(shop.entries(hidden.host_id), entries);
    assert_eq!(mill.read("/v1/publications")["data"], json!([]));
    let publication = format!("/v1/publications/{}", id(&hidden.publication));
    mill.get(&publication).refused(404, "not_found");
    assert_eq!(shop.read(&publication), hidden.publication, "nobody has cancelled it");
    // Calls that name nothing: each is of the key's own program, or of none.
    own.dedup();
    let expected = [
        "get_health",
        "get_metrics",
        "get_readiness",
        "create_account",
        "get_program",
        "get_test_clock",
        "advance_test_clock",
        "create_webhook_endpoint",
        "list_webhook_endpoints",
        "create_publication",
        "list_publications",
    ];
    own.sort();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(own, expected);
    assert!(asked >= 40, "{asked}");
}

#[test]
fn a_batch_reaches_nothing_of_another_program() {
    let server = Server::selling();
    let (shop, mill) = (server.host("store"), server.host("mill"));
    let hidden = Hidden::new(&shop);
    let operations = json!([
        { "op": "hold", "account": id(&hidden.account), "action": "photo" },
        { "op": "charge", "account": hidden.host_id, "action": "photo" },
        { "op": "capture", "hold": id(&hidden.hold) },
        { "op": "release", "hold": id(&hidden.hold) },
        { "op": "return", "charge": id(&hidden.charge), "reason": "Mine" },
    ]);
    let entries = shop.entries(hidden.host_id);
    let answer = mill.post("/v1/batches", &json!({ "operations": operations })).done();
    for result in answer["results"].as_array().unwrap() {
        assert_eq!((&result["status"], &result["problem"]["code"]), (&json!(404), &json!("not_found")));
    }
    for operation in operations.as_array().unwrap() {
        let batch = json!({ "atomic": true, "operations": [operation] });
        mill.post("/v1/batches", &batch).refused(404, "not_found");
    }
    assert_eq!(shop.entries(hidden.host_id), entries);
}

#[test]
fn what_another_program_gave_out_is_worth_nothing() {
    let server = Server::selling();
    let (shop, mill) = (server.host("store"), server.host("mill"));
    let hidden = Hidden::new(&shop);
    mill.open("miller");
    let quoted = json!({ "account": "miller", "action": "photo", "quote": id(&hidden.quote) });
    assert_eq!(mill.post("/v1/charges", &quoted).place().0, "/quote");
    let cursor = format!("/v1/accounts/miller/entries?cursor={}", id(&hidden.entry));
    assert_eq!(mill.get(&cursor).place().0, "?cursor");
}

#[test]
fn both_programs_may_call_an_account_the_same() {
    let (server, shop) = with_anna(50);
    let mill = server.host("mill");
    let other = mill.open("anna");
    assert_ne!(id(&other), id(&shop.account("anna")));
    mill.charge("anna", "photo").made();
    assert_eq!((shop.available("anna"), mill.available("anna")), (50, 63));
    assert_eq!(mill.kinds("anna", 0), ["opened", "issued", "charged"]);
}

#[test]
fn each_program_has_a_test_clock_of_its_own() {
    let (server, shop) = with_anna(50);
    let mill = server.host("mill");
    mill.clock_by("1 year");
    assert_eq!(shop.read("/v1/test_clock")["now"], "2026-01-01T00:00:00Z");
    assert_eq!(mill.read("/v1/test_clock")["now"], "2027-01-01T00:00:00Z");
}
