use serde_json::{Value, json};

use crate::harness::{Folder, Server, scrip};

fn with_history() -> (Server, String) {
    let server = Server::new();
    let (key, host) = server.host_for("shop", "spend,read,manage");
    host.open_with("anna", 50);
    host.charge("anna", "photo").made();
    host.open("ben");
    (server, key)
}

#[test]
fn the_journal_is_readable() {
    let (server, key) = with_history();
    let journal = server.scrip(&["journal"]);
    let lines: Vec<&str> = journal.fine().lines().collect();
    assert_eq!(lines.len(), 4);
    for said in
        ["account 0", "2026-01-01T00:00:00Z", "charged", "photo", "-5", "settled 45 held 0 owed 0", &key]
    {
        assert!(lines[2].contains(said), "{}", lines[2]);
    }
    assert_eq!(server.scrip(&["journal", "--account", "1"]).fine().lines().count(), 1);
    assert_eq!(server.scrip(&["journal", "--limit", "2"]).fine().lines().count(), 2);
    assert_eq!(server.scrip(&["journal", "--from", "2"]).fine().lines().count(), 3);
}

#[test]
fn the_journal_is_readable_by_machines() {
    let (server, key) = with_history();
    let journal = server.scrip(&["journal", "--json"]);
    let lines: Vec<Value> = journal.fine().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<&Value> = lines.iter().map(|line| &line["kind"]).collect();
    assert_eq!(kinds, ["opened", "issued", "charged", "opened"]);
    assert_eq!((&lines[2]["by"], &lines[2]["settled"]), (&json!(key), &json!(45)));
    assert!(lines[2]["idempotency_key"].is_string());
}

#[test]
fn check_says_what_it_has_looked_at() {
    let (server, _) = with_history();
    let checked = server.scrip(&["check"]);
    let text = checked.fine();
    for said in [
        "4 entries",
        "2 replayed",
        "books      shop unit 0: issued -50, available 45, consumed 5 = 0",
        "\nclean\n",
    ] {
        assert!(text.contains(said), "{text}");
    }
    let json = server.scrip(&["check", "--json"]).json();
    assert_eq!((&json["clean"], &json["entries"], &json["accounts"]), (&json!(true), &json!(4), &json!(2)));
}

#[test]
fn doctor_says_that_all_is_fine_or_what_is_not() {
    let (mut server, _) = with_history();
    let all = ["folder", "disk", "clock", "programs", "owner", "files"];
    for running in [true, false] {
        let found = server.scrip(&["doctor", "--json"]).json();
        let findings = found["findings"].as_array().unwrap();
        let names: Vec<&Value> = findings.iter().map(|finding| &finding["what"]).collect();
        assert_eq!(names, all);
        assert_eq!(findings[4]["says"].as_str().unwrap().contains("in use"), running, "{findings:?}");
        if running {
            server.stop();
        }
    }
    let folder = Folder::new();
    let ran = scrip(&[&"doctor", &"--data", &folder.join("nothing")]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.starts_with("NO  folder"), "{}", ran.out);
}

#[test]
fn a_folder_that_is_no_database_is_not_checked() {
    let folder = Folder::new();
    for name in ["nothing", "."] {
        for command in ["check", "journal"] {
            let ran = scrip(&[&command, &"--data", &folder.join(name)]);
            assert!(ran.code != 0 && !ran.err.is_empty(), "{command}: {ran:?}");
            assert!(!folder.join("nothing").exists());
        }
    }
}

#[test]
fn keys_are_listed_without_their_secrets() {
    let (server, key) = with_history();
    let listed = server.scrip(&["keys", "list", "--program", "shop"]);
    assert!(listed.fine().contains(&key) && listed.fine().contains("spend,read,manage"), "{listed:?}");
    assert!(!listed.fine().contains("sk_"));
    assert_eq!(server.scrip(&["keys", "list", "--program", "mill"]).fine(), "");
    server.scrip(&["keys", "revoke", &key]).fine();
    let revoked = server.scrip(&["keys", "list", "--program", "shop", "--json"]).json();
    assert!(revoked["revoked_at"].is_string());
    let again = server.scrip(&["keys", "revoke", &key]);
    assert!(again.code == 1 && again.err.contains(&key), "{again:?}");
}

#[test]
fn a_key_says_by_its_name_that_it_is_of_a_test_program() {
    let server = Server::new();
    let made = server.scrip(&["keys", "create", "--program", "shop", "--label", "Front", "--json"]).json();
    assert!(made["key"].as_str().unwrap().starts_with("sk_test_"), "{made}");
    assert_eq!((&made["scopes"], &made["label"]), (&json!(["spend", "read"]), &json!("Front")));
}
