//! Killed at any moment, out of disk: what was acknowledged is there, once.

mod client;
mod process;

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use serde_json::{Value, json};

use client::{Client, Done};
use process::Process;

use crate::harness::Folder;

/// Lets the clients work for a moment.
fn pause(millis: u64) {
    let (_keep, never) = sync_channel::<()>(0);
    assert_eq!(never.recv_timeout(Duration::from_millis(millis)), Err(RecvTimeoutError::Timeout));
}

const CREDITS: i64 = 1_000_000;

fn accounts(process: &Process, count: usize) {
    let mut client = Client::new(process, 0, 1);
    for account in 0..count {
        client.must("/v1/accounts", &json!({ "id": format!("a-{account}") }));
        let grant = json!({ "credits": CREDITS, "class": "purchase", "reason": BEGUN });
        client.must(&format!("/v1/accounts/a-{account}/grants"), &grant);
    }
}

/// The reason of the grants that accounts begin with.
const BEGUN: &str = "Order 1";

/// What an entry is known by to whoever asked for it.
fn known_by(entry: &Value) -> Option<&str> {
    let kind = entry["kind"].as_str().unwrap();
    let field = match kind {
        "returned" => "reason",
        "issued" if entry["order"].is_null() => "reason",
        "session_counted" => "charge",
        "issued" | "order_placed" | "order_paid" | "order_credited" => "order",
        _ => "reference",
    };
    entry[field].as_str().filter(|text| *text != BEGUN)
}

/// How often each (kind, what it is known by) stands in the history of an account.
fn history(process: &Process, account: &str) -> BTreeMap<(String, String), u64> {
    let mut client = Client::new(process, 0, 1);
    let mut counts = BTreeMap::new();
    let mut cursor = String::new();
    loop {
        let page = client.get(&format!("/v1/accounts/{account}/entries?limit=200{cursor}"));
        for entry in page["data"].as_array().unwrap() {
            if let Some(reference) = known_by(entry) {
                let kind = entry["kind"].as_str().unwrap().to_owned();
                *counts.entry((kind, reference.to_owned())).or_insert(0) += 1;
            }
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return counts,
        }
    }
}

/// Each thing that was acknowledged is in the history of its account once, nothing else is, and the balance is theirs.
fn verify(process: &Process, accounts: usize, done: &[Done]) {
    let mut expected: Vec<BTreeMap<(String, String), u64>> = vec![BTreeMap::new(); accounts];
    for Done { account, kind, reference } in done {
        let before = expected[*account].insert(((*kind).to_owned(), reference.clone()), 1);
        assert_eq!(before, None, "{reference} was done by the clients once");
    }
    let mut client = Client::new(process, 0, 1);
    for (account, expected) in expected.iter().enumerate() {
        let name = format!("a-{account}");
        let found = history(process, &name);
        for (what, count) in expected {
            assert_eq!(found.get(what), Some(count), "{what:?} of {name} was acknowledged");
        }
        assert_eq!(&found, expected, "nothing else is there");
        let changes = expected.keys().map(|(kind, by)| match kind.as_str() {
            "charged" | "captured" => -5,
            "returned" => 5,
            "session_counted" => -2,
            "order_credited" => 100,
            "issued" if !by.starts_with("ord_") => 3,
            _ => 0,
        });
        let balance = client.get(&format!("/v1/accounts/{name}/balance"));
        assert_eq!(balance["available"], CREDITS + changes.sum::<i64>(), "{balance}");
        assert_eq!(balance["held"], 0, "each hold was captured");
    }
}

#[test]
fn killed_again_and_again_it_loses_nothing_and_repeats_nothing() {
    const ACCOUNTS: usize = 5;
    let folder = Folder::new();
    let mut process = Process::start(&folder.join("data"), &folder);
    accounts(&process, ACCOUNTS);
    let clients: Vec<_> = (0..4)
        .map(|number| {
            let mut client = Client::new(&process, number + 1, ACCOUNTS);
            std::thread::spawn(move || {
                while client.goes_on() {
                    client.work();
                }
                client.finished()
            })
        })
        .collect();
    // The moments differ from run to run by themselves; the spans between them are the same.
    let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..12 {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        pause(40 + (dice >> 33) % 500);
        process.kill();
        process.start_again();
    }
    pause(200);
    process.shared.finish();
    let mut done = Vec::new();
    let mut replays = 0;
    for client in clients {
        let (of_client, replayed) = client.join().unwrap();
        done.extend(of_client);
        replays += replayed;
    }
    println!("{} things were done, {replays} requests had happened though nobody was told", done.len());
    assert!(done.len() > 200, "there was some load");
    verify(&process, ACCOUNTS, &done);
    process.stop_and_check();
}

/// A file system of eight megabytes; `None` where this user may not mount one.
struct Small(std::path::PathBuf);

impl Small {
    fn mount(at: std::path::PathBuf) -> Option<Small> {
        std::fs::create_dir_all(&at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=8m", "none"]).arg(&at).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Small(at))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
    }
}

#[test]
fn a_full_disk_loses_nothing_that_was_acknowledged() {
    let folder = Folder::new();
    let Some(small) = Small::mount(folder.join("small")) else {
        println!("skipped: this user may not mount a small file system");
        return;
    };
    let process = Process::start(&small.0.join("data"), &folder);
    accounts(&process, 1);
    let filler = small.0.join("filler");
    let filled =
        Command::new("dd").args(["if=/dev/zero", "bs=64k"]).arg(format!("of={}", filler.display())).output();
    assert!(!filled.unwrap().status.success(), "it is full");
    let mut client = Client::new(&process, 1, 1);
    let mut unavailable = Vec::new();
    let mut acknowledged = 0;
    for number in 0..4_000 {
        let charge = json!({ "account": "a-0", "action": "photo", "reference": format!("full-{number}") });
        let answer = client.once("/v1/charges", &format!("full-{number}"), &charge).unwrap();
        if answer.status == 201 {
            client.did(0, "charged", format!("full-{number}"));
            acknowledged += 1;
        } else {
            answer.refused(503, "unavailable");
            assert!(answer.header("retry-after").is_some(), "it says when to ask again");
            unavailable.push(number);
        }
        if unavailable.len() == 20 {
            break;
        }
    }
    assert_eq!(unavailable.len(), 20, "after {acknowledged} charges the disk is still not full");
    std::fs::remove_file(filler).unwrap();
    for number in unavailable {
        let charge = json!({ "account": "a-0", "action": "photo", "reference": format!("full-{number}") });
        let key = format!("full-{number}");
        let answer = testkit::wait::until("it to serve again", || {
            let answer = client.once("/v1/charges", &key, &charge).ok()?;
            (answer.status == 201).then_some(answer)
        });
        assert_eq!(answer.json()["credits"], 5);
        client.did(0, "charged", key);
    }
    let (done, _) = client.finished();
    let healthy = |path: &str| Client::new(&process, 0, 1).status(path) == 200;
    testkit::wait::until("it to be ready", || healthy("/healthz").then_some(()));
    verify(&process, 1, &done);
    process.stop_and_check();
}
