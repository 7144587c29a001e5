//! Saved states in their file: how large it gets, what is damaged in it, who else looks at it, older ones.

use std::collections::BTreeSet;
use std::sync::Arc;

use engine::port::Snapshot;
use engine::{Failure, Store, Target, check};
use ledger::{AccountNo, NameId};
use moment::Instant;
use rusqlite::Connection;
use store_sqlite::SqliteStore;
use testkit::running::TINY;
use testkit::story::Dice;

use crate::contract::Folder;
use crate::files::{clean, flip, found, shop, start};

const ACCOUNTS: u64 = 3_000;
const LENGTH: usize = 300;

fn snapshot(no: u64, version: u64) -> Snapshot {
    let mut state = [no.to_le_bytes(), version.to_le_bytes()].concat();
    state.resize(LENGTH, 0);
    Snapshot {
        account: AccountNo(no),
        program: NameId(1),
        host_id: format!("host-{no}").into(),
        due: Instant::from_millis(1_000),
        due_changed: version == 0,
        state,
    }
}

fn put(store: &SqliteStore, accounts: impl IntoIterator<Item = u64>, version: u64) {
    let batch: Vec<_> = accounts.into_iter().map(|no| snapshot(no, version)).collect();
    store.views().unwrap().put_snapshots(&batch).unwrap();
}

fn ask<T: rusqlite::types::FromSql>(folder: &Folder, query: &str) -> T {
    let connection = Connection::open(folder.path().join("views.db")).unwrap();
    connection.query_row(query, [], |row| row.get(0)).unwrap()
}

#[test]
fn the_file_stays_small_however_often_states_are_overwritten() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.path()).unwrap();
    put(&store, 0..ACCOUNTS, 0);
    let mut dice = Dice::new(3);
    let mut longest = 0;
    for version in 1..150 {
        // A tenth at a time, spread over all, so that every chunk dies slowly.
        let some: BTreeSet<u64> = (0..ACCOUNTS / 10).map(|_| dice.roll(ACCOUNTS)).collect();
        put(&store, some, version);
        let bytes: i64 = ask(&folder, "SELECT sum(length(chunk)) FROM state_chunks");
        longest = longest.max(bytes);
    }
    let live = (ACCOUNTS as usize * LENGTH) as i64;
    assert!(longest < live * 5 / 2, "{longest} bytes of states, of which {live} are live");
    ask::<i64>(&folder, "PRAGMA wal_checkpoint(TRUNCATE)");
    let file = std::fs::metadata(folder.path().join("views.db")).unwrap().len() as i64;
    assert!(file < live * 3 + 200_000, "a file of {file} bytes for {live} that are live");
    let (heads, chunks): (i64, i64) =
        (ask(&folder, "SELECT count(*) FROM state_heads"), ask(&folder, "SELECT count(*) FROM state_chunks"));
    assert_eq!(heads, chunks);
}

#[test]
fn dead_chunks_that_a_start_finds_go_with_the_first_put() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.path()).unwrap();
    put(&store, 0..200, 0);
    put(&store, 0..200, 1);
    drop(store);
    let before: i64 = ask(&folder, "SELECT count(*) FROM state_chunks");
    let store = SqliteStore::open(folder.path()).unwrap();
    put(&store, 0..1, 2);
    let after: i64 = ask(&folder, "SELECT count(*) FROM state_chunks");
    assert_eq!(after, before / 2 + 1, "of {before}");
    assert_eq!(store.views_reader().unwrap().snapshot(AccountNo(7)).unwrap(), Some(snapshot(7, 1).state));
}

#[test]
fn a_put_that_fails_changes_nothing() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.path()).unwrap();
    put(&store, 0..500, 0);
    put(&store, (0..500).filter(|no| no % 3 != 0), 1);
    let connection = Connection::open(folder.path().join("views.db")).unwrap();
    for table in ["state_heads", "accounts"] {
        let refuse =
            format!("CREATE TRIGGER full BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END");
        connection.execute_batch(&refuse).unwrap();
        let mut views = store.views().unwrap();
        let batch: Vec<_> =
            (0..100).chain(900..950).map(|no| snapshot(no, if no < 500 { 2 } else { 0 })).collect();
        let error = views.put_snapshots(&batch).unwrap_err().to_string();
        assert!(error.contains("can't write") && error.contains("full"), "{error}");
        assert_eq!(views.last_account().unwrap(), Some(AccountNo(499)));
        for no in 0..500 {
            let version = u64::from(no % 3 != 0);
            assert_eq!(views.snapshot(AccountNo(no)).unwrap(), Some(snapshot(no, version).state));
        }
        connection.execute_batch("DROP TRIGGER full").unwrap();
    }
    put(&store, 0..500, 3);
    put(&store, 0..250, 4);
    let mut reader = store.views_reader().unwrap();
    for no in 0..500 {
        let version = if no < 250 { 4 } else { 3 };
        assert_eq!(reader.snapshot(AccountNo(no)).unwrap(), Some(snapshot(no, version).state));
    }
}

#[test]
fn who_looks_on_finds_states_wherever_their_owner_has_moved_them() {
    let folder = Folder::new();
    let owner = SqliteStore::open(folder.path()).unwrap();
    put(&owner, 0..500, 0);
    let looking = SqliteStore::inspect(folder.path()).unwrap();
    let mut reader = looking.views_reader().unwrap();
    assert_eq!(reader.snapshot(AccountNo(3)).unwrap(), Some(snapshot(3, 0).state));
    for version in 1..6 {
        put(&owner, 0..500, version);
    }
    put(&owner, 500..600, 0);
    assert_eq!(reader.snapshot(AccountNo(3)).unwrap(), Some(snapshot(3, 5).state));
    let mut seen = 0;
    let mut count = |_: AccountNo, _: &[u8]| {
        seen += 1;
        Ok(true)
    };
    reader.snapshots(&mut count).unwrap();
    assert_eq!(seen, 600);
    assert_eq!(
        reader.snapshot(AccountNo(599)).unwrap(),
        Some(snapshot(599, 0).state),
        "what was visited is found"
    );
    let error = looking.views().unwrap().put_snapshots(&[snapshot(1, 9)]).unwrap_err().to_string();
    assert!(error.contains("owns the folder"), "{error}");
}

#[test]
fn a_changed_chunk_is_found_and_only_its_account_is_not_served() {
    let folder = shop();
    let newest: i64 = ask(&folder, "SELECT max(id) FROM state_chunks");
    flip(&folder, "views.db", "state_chunks", "chunk", newest);
    found(&folder, "snapshot of account");
    let store: Arc<dyn Store> = Arc::new(SqliteStore::inspect(folder.path()).unwrap());
    let places = check(&store).unwrap().places.join("\n");
    drop(store);
    let running = start(&folder, TINY).unwrap();
    let mut refused = 0;
    for no in 0..20 {
        let read = running.read(Target::Number(AccountNo(no)));
        if places.contains(&format!("snapshot of account {no} ")) {
            assert_eq!(read.map(drop), Err(Failure::Unavailable), "account {no}");
            refused += 1;
        } else {
            assert_eq!(running.available(AccountNo(no)), 95, "account {no}");
        }
    }
    assert_eq!(refused, 1, "{places}");
    running.engine.stop();
}

#[test]
fn a_chunk_that_is_gone_is_told() {
    let folder = shop();
    let connection = Connection::open(folder.path().join("views.db")).unwrap();
    connection.execute("DELETE FROM state_chunks", []).unwrap();
    drop(connection);
    for no in [0, 7, 19] {
        found(&folder, &format!("snapshot of account {no} is"));
    }
    let running = start(&folder, TINY).unwrap();
    assert_eq!(running.read(Target::Number(AccountNo(7))).map(drop), Err(Failure::Unavailable));
    running.engine.stop();
}

#[test]
fn changed_heads_are_found_by_check_and_at_the_start() {
    let folder = shop();
    let newest: i64 = ask(&folder, "SELECT max(id) FROM state_heads");
    flip(&folder, "views.db", "state_heads", "heads", newest);
    let words = format!("heads of the saved states in chunk {newest}");
    found(&folder, &words);
    let error = SqliteStore::open(folder.path()).unwrap_err().to_string();
    assert!(
        error.contains(&words) && error.contains("views.db") && error.contains("delete the views"),
        "{error}"
    );
    std::fs::remove_file(folder.path().join("views.db")).unwrap();
    let running = start(&folder, TINY).unwrap();
    assert_eq!(running.available(AccountNo(7)), 95);
    running.engine.stop();
    drop(running);
    clean(&folder);
}

#[test]
fn a_number_that_is_no_accounts_is_found() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.path()).unwrap();
    put(&store, [7], 0);
    // As if there had been a state of the account before.
    put(&store, [8], 1);
    drop(store);
    let error = SqliteStore::open(folder.path()).unwrap_err().to_string();
    assert!(error.contains("heads of the saved states in chunk 2"), "{error}");
}

#[test]
fn views_of_another_version_are_made_again() {
    let folder = shop();
    let connection = Connection::open(folder.path().join("views.db")).unwrap();
    connection.execute_batch("DROP TABLE state_heads; PRAGMA user_version = 1").unwrap();
    drop(connection);
    let error = SqliteStore::inspect(folder.path()).unwrap_err().to_string();
    assert!(error.contains("views.db is of version 1"), "{error}");
    let running = start(&folder, TINY).unwrap();
    for no in 0..20 {
        assert_eq!(running.available(AccountNo(no)), 95);
    }
    running.engine.stop();
    drop(running);
    clean(&folder);
}
