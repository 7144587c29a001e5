use serde_json::{Value, json};

use crate::harness::{Host, Server};

/// How many accounts begin on each of the days.
const EACH: usize = 10;
const BEGIN: [u32; 5] = [1, 28, 29, 30, 31];

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The instants at which a month begins, so many months from January 2026 on.
fn boundaries(day: u32, months: u32) -> Vec<String> {
    let boundary = |month: u32| {
        let (year, month) = (2026 + month / 12, month % 12 + 1);
        format!("{year}-{month:02}-{:02}T09:30:00Z", day.min(days(year, month)))
    };
    (0..months).map(boundary).collect()
}

fn subscribe(host: &Host, id: &str) {
    host.open(id);
    host.buy(id, &json!({ "plan": "plus" }));
}

/// The instants at which an account's orders were placed, and that of their payments, oldest first.
fn instants(host: &Host, id: &str) -> (Vec<String>, Vec<String>) {
    let orders = host.orders(id);
    let receipts: Vec<Value> = orders.iter().map(|order| order["receipt"].clone()).collect();
    assert_eq!(receipts, (1..=orders.len()).map(Value::from).collect::<Vec<_>>(), "{id}");
    let all = |name: &str| orders.iter().map(|order| order[name].as_str().unwrap().to_owned()).collect();
    (all("created_at"), all("paid_at"))
}

#[test]
fn three_years_in_one_call_renew_each_month_once() {
    let server = Server::publishing("picsart");
    let host = server.host("picsart");
    let id = |day: u32, place: usize| format!("subscriber-{day}-{place}");
    for day in BEGIN {
        host.clock_to(&format!("2026-01-{day:02}T09:30:00Z"));
        for place in 0..EACH {
            subscribe(&host, &id(day, place));
        }
    }
    host.clock_to("2029-01-31T09:30:00Z");
    for day in BEGIN {
        // January 2026, and 36 renewals up to January 2029.
        let expected = boundaries(day, 37);
        for place in 0..EACH {
            let id = id(day, place);
            assert_eq!(instants(&host, &id), (expected.clone(), expected.clone()), "{id}");
            assert_eq!(host.available(&id), 200, "{id}");
            let renewed = host.moves(&id).iter().filter(|how| *how == "renewed").count();
            assert_eq!(renewed, 36, "{id}");
        }
    }
}
