//! `scrip import`: what files bring, and what a second run does.

use serde_json::{Value, json};

use crate::harness::{Folder, Ran, Server, scrip};

/// A server that was stopped, and a folder for files.
pub struct Desk {
    pub server: Server,
    pub files: Folder,
}

impl Desk {
    pub fn new() -> Desk {
        let mut server = Server::new();
        server.stop();
        Desk { server, files: Folder::new() }
    }

    /// Imports a text under the name of its file, into the shop.
    pub fn import(&self, file: &str, text: impl AsRef<[u8]>, options: &[&str]) -> Ran {
        let path = self.files.join(file);
        std::fs::write(&path, text).unwrap();
        let mut all = vec!["import", path.to_str().unwrap()];
        if !options.contains(&"--program") {
            all.extend(["--program", "shop"]);
        }
        all.extend(options);
        self.server.scrip(&all)
    }

    pub fn journal(&self) -> String {
        self.server.scrip(&["journal"]).fine().to_owned()
    }
}

/// What is said of lines that are refused, without the notes.
pub fn refusals(ran: &Ran) -> Vec<&str> {
    ran.err.lines().filter_map(|line| line.strip_prefix("scrip: line ")).collect()
}

const THREE: &str = "\
id,name,email,time_zone,balance,unit,metadata.crm
anna,Anna Berg,anna@example.com,Europe/Vienna,120,,C-17
ben,,,,2.50,token,
anna,,,,30,,
";

#[test]
fn csv_brings_accounts_and_balances() {
    let mut desk = Desk::new();
    let ran = desk.import("accounts.csv", THREE, &[]);
    let expected = "\
lines      3 read, 0 refused
accounts   2 opened, 0 there already, 0 changed
grants     3 issued, 0 issued before
credits    150 credits, 2.50 tokens
";
    assert_eq!((ran.fine(), ran.err.as_str()), (expected, ""));
    desk.server.start();
    let host = desk.server.host("shop");
    let anna = host.account("anna");
    assert_eq!(
        (&anna["name"], &anna["email"], &anna["time_zone"], &anna["metadata"]),
        (&json!("Anna Berg"), &json!("anna@example.com"), &json!("Europe/Vienna"), &json!({ "crm": "C-17" }))
    );
    assert_eq!(host.available("anna"), 150);
    let adjustment = |credits| ("adjustment".to_owned(), credits, None);
    assert_eq!(host.grants("anna"), [adjustment(120), adjustment(30)]);
    assert_eq!(host.balance("ben")["units"][1]["available"], 250);
    let entries = host.entries("anna");
    assert_eq!(host.kinds("anna", 0), ["opened", "issued", "issued"]);
    assert_eq!(
        (&entries[0]["reason"], &entries[0]["by"]),
        (&json!("Imported from accounts.csv"), &json!("import accounts.csv"))
    );
    host.charge("anna", "photo").made();
}

#[test]
fn json_lines_bring_the_same_and_grants_say_where_they_come_from() {
    let mut desk = Desk::new();
    let lines = r#"{"id": 17, "name": "Anna", "locale": "de-AT", "metadata": {"crm": "C-17"}, "balance": 100, "paid_amount": 29.9, "paid_currency": "USD"}

{"id": "17", "balance": "20.0", "class": "bonus", "expires_at": "2026-03-01T00:00:00Z", "reason": "Spring"}
{"id": "ben", "balance": 0}
{"id": "carl", "balance": null, "unit": "token", "name": "Carl"}
"#;
    let told = desk.import("accounts.jsonl", lines, &["--json"]).json();
    let expected = json!({
        "program": "shop", "name": "accounts.jsonl", "dry_run": false, "lines": 4, "refused": 0,
        "accounts": { "opened": 3, "there": 0, "changed": 0 }, "grants": { "issued": 2, "before": 0 },
        "credits": { "credit": "120" },
    });
    assert_eq!(told, expected);
    desk.server.start();
    let host = desk.server.host("shop");
    let end = Some("2026-03-01T00:00:00Z".to_owned());
    assert_eq!(host.grants("17"), [("bonus".to_owned(), 20, end), ("purchase".to_owned(), 100, None)]);
    let listed = host.read("/v1/accounts/17/grants?state=live");
    assert_eq!(listed["data"][1]["paid"], json!({ "amount": 2990, "currency": "USD" }));
    assert_eq!(host.entries("17")[0]["reason"], "Spring");
    assert_eq!((host.available("ben"), host.available("carl")), (0, 0));
}

#[test]
fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    let desk = Desk::new();
    let text = format!("{THREE}dora,,,,-1,,\n");
    let before = desk.journal();
    let dry = desk.import("accounts.csv", &text, &["--dry-run", "--json"]);
    assert_eq!((dry.code, desk.journal()), (1, before));
    let done = desk.import("accounts.csv", &text, &["--json"]);
    let read = |ran: &Ran| serde_json::from_str::<Value>(&ran.out).unwrap();
    let mut told = read(&done);
    told["dry_run"] = json!(true);
    assert_eq!(read(&dry), told);
    assert_eq!(dry.err, done.err);
    // Against what is there, it says that there is nothing to do.
    let again = read(&desk.import("accounts.csv", &text, &["--dry-run", "--json"]));
    assert_eq!(again["accounts"], json!({ "opened": 0, "there": 2, "changed": 0 }));
    assert_eq!((&again["grants"], &again["credits"]), (&json!({ "issued": 0, "before": 3 }), &json!({})));
    let ran = desk.import("accounts.csv", &text, &["--dry-run"]);
    assert!(ran.out.starts_with("dry run: nothing was changed"), "{ran:?}");
}

#[test]
fn a_second_run_changes_nothing() {
    let desk = Desk::new();
    desk.import("accounts.csv", THREE, &[]).fine();
    let before = desk.journal();
    let told = desk.import("accounts.csv", THREE, &["--json"]).json();
    assert_eq!(told["accounts"], json!({ "opened": 0, "there": 2, "changed": 0 }));
    assert_eq!((&told["grants"], &told["credits"]), (&json!({ "issued": 0, "before": 3 }), &json!({})));
    assert_eq!(desk.journal(), before);
    // Another name is another import.
    let told = desk.import("accounts.csv", THREE, &["--json", "--name", "second"]).json();
    assert_eq!(told["grants"], json!({ "issued": 3, "before": 0 }));
}

#[test]
fn a_mended_file_brings_what_was_missing() {
    let mut desk = Desk::new();
    let first = desk.import("a.csv", "id,balance\nanna,10\nben,1O\nanna,10\ncarl,5\n", &[]);
    assert_eq!((first.code, refusals(&first).len()), (1, 1));
    // Mended, in another order, with other words and columns; and one more grant that says the same as two others.
    let mended = "balance,id,reason\n5.0,carl,Moved\n10,anna,\n10,ben,\n10,anna,\n10,anna,\n7,dora,\n";
    let told = desk.import("a.csv", mended, &["--json"]).json();
    assert_eq!(told["grants"], json!({ "issued": 3, "before": 3 }));
    assert_eq!(told["accounts"], json!({ "opened": 2, "there": 2, "changed": 0 }));
    desk.server.start();
    let host = desk.server.host("shop");
    let available: Vec<i64> = ["anna", "ben", "carl", "dora"].map(|id| host.available(id)).into();
    assert_eq!(available, [30, 10, 5, 7]);
}

#[test]
fn accounts_that_are_there_keep_what_is_said_of_them() {
    let mut desk = Desk::new();
    desk.import("a.csv", "id,name,email\nanna,Anna,anna@example.com\n", &[]).fine();
    let other = "id,name,locale,balance\nanna,Anna Berg,de,5\nanna,Nobody,fr,6\nben,Ben,,\n";
    let told = desk.import("b.csv", other, &["--json"]).json();
    assert_eq!(told["accounts"], json!({ "opened": 1, "there": 1, "changed": 0 }));
    let told = desk.import("b.csv", other, &["--json", "--update", "--dry-run"]).json();
    assert_eq!(told["accounts"], json!({ "opened": 0, "there": 2, "changed": 1 }));
    let told = desk.import("b.csv", other, &["--json", "--update"]).json();
    assert_eq!(told["accounts"], json!({ "opened": 0, "there": 2, "changed": 1 }));
    assert_eq!(told["grants"], json!({ "issued": 0, "before": 2 }));
    let before = desk.journal();
    let told = desk.import("b.csv", other, &["--json", "--update"]).json();
    assert_eq!(told["accounts"], json!({ "opened": 0, "there": 2, "changed": 0 }));
    assert_eq!(desk.journal(), before);
    desk.server.start();
    let anna = desk.server.host("shop").account("anna");
    assert_eq!(
        (&anna["name"], &anna["email"], &anna["locale"]),
        (&json!("Anna Berg"), &json!("anna@example.com"), &json!("de"))
    );
}

#[test]
fn imported_accounts_get_no_starter_credits_but_where_it_is_asked() {
    let mut desk = Desk::new();
    let mill = ["--program", "mill"];
    let ran = desk.import("a.csv", "id,balance\nanna,5\nben,\n", &mill);
    assert!(ran.err.contains("no starter credits; --starter"), "{ran:?}");
    desk.import("b.csv", "id,balance\ncarl,5\n", &["--program", "mill", "--starter"]).fine();
    desk.server.start();
    let host = desk.server.host("mill");
    let available: Vec<i64> = ["anna", "ben", "carl"].map(|id| host.available(id)).into();
    assert_eq!(available, [5, 0, 75]);
}

#[test]
fn a_closed_account_is_left_alone() {
    let mut desk = Desk::new();
    desk.import("a.csv", "id\nanna\n", &[]).fine();
    desk.server.start();
    let host = desk.server.host("shop");
    host.post("/v1/accounts/anna/close", &json!({ "reason": "Gone" })).done();
    desk.server.stop();
    let before = desk.journal();
    for options in [&["--update"][..], &["--update", "--dry-run"]] {
        let ran = desk.import("b.csv", "id,balance,name\nanna,5,\nanna,,Anna\nanna,,\n", options);
        let closed = "the account is closed: reopen it first, or leave the line out";
        assert_eq!(refusals(&ran), [format!("2: {closed}")], "{ran:?}");
        let ran = desk.import("c.csv", "id,name\nanna,Anna\n", options);
        assert_eq!(refusals(&ran), [format!("2: {closed}")], "{ran:?}");
    }
    assert_eq!(desk.journal(), before);
}

#[test]
fn many_lines_of_many_accounts() {
    let desk = Desk::new();
    let line = |n: u32| format!("user-{},{}\n", n % 1_700, n % 7 + 1);
    let text = format!("id,balance\n{}", (0..4_000).map(line).collect::<String>());
    let told = desk.import("many.csv", &text, &["--json"]).json();
    let sum: u32 = (0..4_000).map(|n| n % 7 + 1).sum();
    assert_eq!(told["accounts"], json!({ "opened": 1_700, "there": 0, "changed": 0 }));
    assert_eq!(told["credits"], json!({ "credit": sum.to_string() }));
    let again = desk.import("many.csv", &text, &["--json"]).json();
    assert_eq!(again["grants"], json!({ "issued": 0, "before": 4_000 }));
}

#[test]
fn after_29_days_a_name_is_not_used_again() {
    let mut desk = Desk::new();
    desk.import("a.csv", "id,balance\nanna,5\n", &[]).fine();
    desk.server.start();
    desk.server.host("shop").clock_by("29 days");
    desk.server.stop();
    let before = desk.journal();
    let ran = desk.import("a.csv", "id,balance\nanna,5\n", &[]);
    assert!(
        ran.code == 2 && ran.err.contains("2026-01-01T00:00:00Z") && ran.err.contains("--name"),
        "{ran:?}"
    );
    assert_eq!(desk.journal(), before);
    desk.import("b.csv", "id,balance\nanna,5\n", &[]).fine();
}

#[test]
fn the_server_must_be_stopped() {
    let server = Server::new();
    let files = Folder::new();
    let file = files.write("a.csv", "id\nanna\n");
    let ran = server.scrip(&["import", file.to_str().unwrap(), "--program", "shop"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    for said in ["in use by process", &server.process().to_string(), "stop the server, import, and start it"]
    {
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    let nothing = files.join("nothing");
    let ran = scrip(&[&"import", &file, &"--program", &"shop", &"--data", &nothing]);
    assert!(ran.code == 2 && ran.err.contains("no database") && !nothing.exists(), "{ran:?}");
}
