use serde_json::{Value, json};

use super::with_anna;
use crate::harness::{Host, id};

fn spend(host: &Host, action: &str, member: &str, department: &str) -> Value {
    let spend = json!({ "account": "anna", "action": action, "member": member, "department": department });
    host.post("/v1/charges", &spend).made()
}

fn report(host: &Host, month: &str) -> Value {
    host.read(&format!("/v1/accounts/anna/reports/{month}"))
}

#[test]
fn pt_8_a_month_by_service_by_member_and_by_department() {
    let (mut server, host) = with_anna(500);
    assert_eq!(report(&host, "2026-01")["units"], json!([]), "nothing is spent yet");
    spend(&host, "photo", "ada", "studio");
    let charge = spend(&host, "photo", "ben", "studio");
    spend(&host, "scan", "=ben", "print, large");
    host.post(&format!("/v1/charges/{}/return", id(&charge)), &json!({ "reason": "blurred" })).done();
    host.clock_to("2026-02-03T10:00:00Z");
    spend(&host, "photo", "ada", "studio");

    let january = report(&host, "2026-01");
    assert_eq!((&january["month"], &january["complete"]), (&json!("2026-01"), &json!(true)));
    let unit = &january["units"][0];
    assert_eq!(unit["total"], json!({ "count": 3, "spent": 15, "returned": 5, "credits": 10 }));
    let by = |what: &str| -> Vec<(Value, i64)> {
        let groups = unit[what].as_array().unwrap().iter();
        groups.map(|group| (group["key"].clone(), group["credits"].as_i64().unwrap())).collect()
    };
    assert_eq!(by("by_action"), [(json!("photo"), 5), (json!("scan"), 5)]);
    assert_eq!(by("by_member"), [(json!("=ben"), 5), (json!("ada"), 5), (json!("ben"), 0)]);
    assert_eq!(by("by_department"), [(json!("studio"), 5), (json!("print, large"), 5)]);
    let days = unit["by_day"].as_array().unwrap();
    assert_eq!((days.len(), &days[0]), (31, &json!({ "date": "2026-01-01", "credits": 10 })));
    assert_eq!(report(&host, "2026-02")["units"][0]["total"]["credits"], 5);

    // After a restart, and by the id that the account got.
    server.restart();
    assert_eq!(report(&host, "2026-01"), january);
    let path = format!("/v1/accounts/{}/reports/2026-01", january["account"].as_str().unwrap());
    assert_eq!(host.read(&path), january);

    let file = |kind: &str| {
        let path = "/v1/accounts/anna/reports/2026-01";
        let answer = host.send("GET", path, &[("accept", kind)], b"");
        assert_eq!(answer.status, 200);
        assert!(answer.header("content-type").unwrap().starts_with(kind));
        answer
    };
    let csv = file("text/csv");
    let rows: Vec<&str> = csv.text().trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(rows[0], "date,unit,action,action_name,member,department,count,spent,returned");
    let of_scan = rows.iter().find(|row| row.starts_with("2026-01-01,credit,scan,"));
    assert!(of_scan.is_some_and(|row| row.ends_with(",'=ben,\"print, large\",1,5,0")), "{rows:#?}");
    assert!(file("application/pdf").body.starts_with(b"%PDF-"));
}

#[test]
fn a_month_is_one_of_the_accounts_time_zone() {
    let (_server, host) = with_anna(500);
    host.clock_to("2026-01-31T23:30:00Z");
    spend(&host, "photo", "ada", "studio");
    assert_eq!(report(&host, "2026-01")["units"][0]["total"]["credits"], 5);
    // East of Greenwich it is February already. What was counted is counted anew.
    host.patch("/v1/accounts/anna", &json!({ "time_zone": "Europe/Vienna" })).done();
    assert_eq!(report(&host, "2026-01")["units"], json!([]));
    let february = report(&host, "2026-02");
    assert_eq!(february["time_zone"], "Europe/Vienna");
    assert_eq!(february["units"][0]["by_day"][0], json!({ "date": "2026-02-01", "credits": 5 }));
}

#[test]
fn a_month_that_there_is_not_is_refused() {
    let (_server, host) = with_anna(0);
    for month in ["2026-13", "2026-1", "26-01", "2026-01-01", "now", "%00"] {
        host.get(&format!("/v1/accounts/anna/reports/{month}")).refused(404, "not_found");
    }
    host.get("/v1/accounts/nobody/reports/2026-01").refused(404, "not_found");
    host.get("/v1/accounts/anna/reports/2026-01?x=1").refused(400, "invalid_request");
}
