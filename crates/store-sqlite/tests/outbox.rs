//! What only files can show of the outbox and the shelves: another process beside the owner, crashes, damage.

use std::io::{Seek, SeekFrom, Write};

use engine::Store;
use engine::outbox::{Attempt, NewTask, Outcome, Queue, TaskFilter, TaskState};
use moment::Instant;
use rusqlite::Connection;
use store_sqlite::SqliteStore;

use crate::contract::Folder;

fn tasks(numbers: std::ops::Range<i64>) -> Vec<NewTask> {
    let task = |number| NewTask {
        key: format!("row-{number}/end_1"),
        queue: Queue::Webhook,
        program: "shop".into(),
        account: format!("acc_{}", number % 100),
        to: "end_1".into(),
        kind: "charge.made".into(),
        payload: vec![b'x'; 300],
        at: Instant::from_millis(number),
        due: Instant::from_millis(number),
    };
    numbers.map(task).collect()
}

#[test]
fn another_process_may_look_and_ask_for_a_task_again() {
    let folder = Folder::new();
    let owner = SqliteStore::open(folder.path()).unwrap();
    let mut outbox = owner.outbox().unwrap();
    outbox.add(&tasks(0..3), 9).unwrap();
    let dead = outbox.list(&TaskFilter { limit: 1, ..TaskFilter::default() }).unwrap().remove(0);
    let (at, due) = (Instant::from_millis(50), Instant::from_millis(60));
    let given_up =
        Outcome { id: dead.id, state: TaskState::Dead, due, attempt: Attempt { at, said: "410".into() } };
    outbox.note(&[given_up]).unwrap();
    owner.shelf("endpoints", true).unwrap().put("end_1", b"on").unwrap();

    let other = SqliteStore::inspect(folder.path()).unwrap();
    let mut looking = other.outbox().unwrap();
    let listed =
        looking.list(&TaskFilter { state: Some(TaskState::Dead), limit: 9, ..TaskFilter::default() });
    assert_eq!(listed.unwrap().len(), 1);
    assert!(looking.again(dead.id, due).unwrap());
    assert_eq!(outbox.due(Queue::Webhook, due, 9).unwrap().last().map(|task| task.id), Some(dead.id));
    let shelf = other.shelf("endpoints", false).unwrap();
    assert_eq!(shelf.get("end_1").unwrap().as_deref(), Some(b"on".as_slice()));
    shelf.put("end_2", b"off").unwrap();
    assert_eq!(owner.shelf("endpoints", true).unwrap().list("end_").unwrap().len(), 2);
}

#[test]
fn a_copy_of_the_journal_has_an_empty_outbox_and_no_shelf() {
    let folder = Folder::new();
    drop(SqliteStore::open(folder.path()).unwrap());
    std::fs::remove_file(folder.path().join("outbox.db")).unwrap();
    let store = SqliteStore::inspect(folder.path()).unwrap();
    assert_eq!(store.damaged(), [""; 0], "what is not there is not damaged");
    assert!(!folder.path().join("outbox.db").exists(), "and was not made by looking");
    assert_eq!(store.outbox().unwrap().next_row().unwrap(), 1);
}

#[test]
fn several_may_open_a_new_shelf_in_the_same_moment() {
    for _ in 0..3 {
        let folder = Folder::new();
        drop(SqliteStore::open(folder.path()).unwrap());
        std::fs::remove_file(folder.path().join("outbox.db")).unwrap();
        std::thread::scope(|scope| {
            for number in 0..4 {
                let folder = &folder;
                scope.spawn(move || {
                    let store = SqliteStore::inspect(folder.path()).unwrap();
                    store.shelf("new", true).unwrap().put(&format!("{number}"), b"x").unwrap();
                    store.outbox().unwrap().add_by_hand(&tasks(number..number + 2)).unwrap();
                });
            }
        });
        let store = SqliteStore::open(folder.path()).unwrap();
        assert_eq!(store.shelf("new", true).unwrap().list("").unwrap().len(), 4);
        let all = TaskFilter { limit: 99, ..TaskFilter::default() };
        assert_eq!(store.outbox().unwrap().list(&all).unwrap().len(), 5);
    }
}

#[test]
fn a_crash_loses_nothing_that_was_added() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.path()).unwrap();
    let mut outbox = store.outbox().unwrap();
    outbox.add(&tasks(0..500), 70).unwrap();
    store.shelf("endpoints", true).unwrap().put("end_1", b"on").unwrap();
    let left = folder.copied();
    let store = SqliteStore::open(left.path()).unwrap();
    let mut outbox = store.outbox().unwrap();
    assert_eq!(outbox.next_row().unwrap(), 70);
    assert_eq!(outbox.due(Queue::Webhook, Instant::NEVER, 1_000).unwrap().len(), 500);
    assert!(store.shelf("endpoints", true).unwrap().get("end_1").unwrap().is_some());
}

#[test]
fn damage_is_found_in_each_file() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.path()).unwrap();
    store.outbox().unwrap().add(&tasks(0..2_000), 70).unwrap();
    let shelf = store.shelf("book", true).unwrap();
    for number in 0..300 {
        shelf.put(&format!("key-{number}"), &[7; 300]).unwrap();
    }
    let before = store.bytes_on_disk();
    assert!(before > 1_000_000, "{before}: with the outbox");
    drop((store, shelf));
    for file in ["outbox.db", "shelf-book.db"] {
        let path = folder.path().join(file);
        let connection = Connection::open(&path).unwrap();
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        drop(connection);
        assert_eq!(SqliteStore::inspect(folder.path()).unwrap().damaged(), [""; 0]);
        let whole = std::fs::read(&path).unwrap();
        let mut damaged = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        damaged.seek(SeekFrom::Start(whole.len() as u64 / 2 / 4096 * 4096)).unwrap();
        damaged.write_all(&[0xa5; 4096]).unwrap();
        drop(damaged);
        let found = SqliteStore::inspect(folder.path()).unwrap().damaged();
        assert!(!found.is_empty() && found.iter().all(|place| place.contains(file)), "{found:#?}");
        std::fs::write(&path, whole).unwrap();
    }
}

#[test]
fn a_shelf_of_others_is_refused() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.path()).unwrap();
    let other = Connection::open(folder.path().join("shelf-songs.db")).unwrap();
    other.execute_batch("CREATE TABLE songs (title TEXT); PRAGMA user_version = 9").unwrap();
    drop(other);
    let error = store.shelf("songs", true).map(drop).unwrap_err().to_string();
    assert!(error.contains("shelf-songs.db") && error.contains("version 9"), "{error}");
    let error = store.shelf("../songs", true).map(drop).unwrap_err().to_string();
    assert!(error.contains("no name of a shelf"), "{error}");
}

#[test]
fn what_is_put_together_on_a_shelf_is_kept_together() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.path()).unwrap();
    let shelf = store.shelf("many", false).unwrap();
    shelf.begin().unwrap();
    shelf.begin().unwrap();
    shelf.put("a", b"1").unwrap();
    shelf.commit().unwrap();
    // Another process sees nothing before the last of them has committed.
    let other = store_sqlite::open_shelf(folder.path(), "many", false).unwrap();
    assert_eq!((shelf.get("a").unwrap().as_deref(), other.get("a").unwrap()), (Some(&b"1"[..]), None));
    shelf.put("b", b"2").unwrap();
    shelf.commit().unwrap();
    assert_eq!(other.list("").unwrap().len(), 2);
    shelf.put("c", b"3").unwrap();
    assert!(other.get("c").unwrap().is_some(), "alone it is kept at once, as before");
}
