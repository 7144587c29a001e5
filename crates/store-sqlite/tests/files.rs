//! What only files can show: who owns them, what else may stand in their place, crashes, damage.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use engine::{Failure, Options, Store, StoreError, Target, check};
use ledger::{AccountNo, Position};
use rusqlite::Connection;
use store_sqlite::SqliteStore;
use testkit::running::{TINY, key};
use testkit::story::{charge, grant};
use testkit::{MemoryStore, Running, Story};

use crate::contract::Folder;

fn refused(folder: &Path, words: &[&str]) {
    let error = SqliteStore::open(folder).unwrap_err().to_string();
    for word in words {
        assert!(error.contains(word), "{word} is not in: {error}");
    }
}

#[test]
fn a_second_owner_is_refused_and_told_who_the_first_is() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.path()).unwrap();
    refused(folder.path(), &["in use", &format!("process {}", std::process::id())]);
    let looking = SqliteStore::inspect(folder.path()).unwrap();
    assert_eq!(looking.damaged(), [""; 0], "one that only looks may");
    drop((store, looking));
    SqliteStore::open(folder.path()).unwrap();
}

#[test]
fn files_of_others_are_refused() {
    for file in ["journal.db", "views.db", "control.db", "outbox.db"] {
        let folder = Folder::new();
        std::fs::write(
            folder.path().join(file),
            "a text that somebody put here, long enough to be a header of a file",
        )
        .unwrap();
        refused(folder.path(), &[file, "not a database"]);

        let folder = Folder::new();
        let other = Connection::open(folder.path().join(file)).unwrap();
        other.execute_batch("CREATE TABLE songs (title TEXT); PRAGMA user_version = 9").unwrap();
        drop(other);
        refused(folder.path(), &[file, "no database of this version of Scrip", "version 9"]);
    }
    let folder = Folder::new();
    drop(SqliteStore::open(folder.path()).unwrap());
    let newer = Connection::open(folder.path().join("journal.db")).unwrap();
    newer.execute_batch("PRAGMA user_version = 2").unwrap();
    drop(newer);
    refused(folder.path(), &["journal.db", "version 2"]);
}

#[test]
fn a_folder_that_cant_be_written_is_told() {
    let folder = Folder::new();
    let file = folder.path().join("a-file");
    std::fs::write(&file, "").unwrap();
    refused(&file.join("data"), &["can't make the folder"]);
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    // Root may write everywhere but to a read-only file system.
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "ro,size=1m", "none"]).arg(&data).output();
    if mounted.is_ok_and(|output| output.status.success()) {
        let error = SqliteStore::open(&data).map(drop);
        assert!(Command::new("umount").arg(&data).status().unwrap().success());
        let error = error.unwrap_err().to_string();
        assert!(error.contains("can't write in the folder") && error.contains("Read-only"), "{error}");
    } else {
        let mut permissions = std::fs::metadata(&data).unwrap().permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&data, permissions).unwrap();
        if std::fs::write(data.join("probe"), "").is_ok() {
            println!("skipped: this user may write to a read-only folder, and may not mount one");
            return;
        }
        refused(&data, &["can't write in the folder"]);
    }
}

pub fn start(folder: &Folder, options: Options) -> Result<Running, StoreError> {
    Running::start(Arc::new(SqliteStore::open(folder.path())?), options, true)
}

pub fn clean(folder: &Folder) {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::inspect(folder.path()).unwrap());
    let places = check(&store).unwrap().places;
    assert!(places.is_empty(), "{places:#?}");
}

/// The same requests to an engine on files, which is killed, stopped and robbed of its views, and to one in memory.
#[test]
fn files_answer_as_memory_does_whatever_happens_to_them() {
    let huge =
        Options { cached_accounts: 1_000_000, snapshot_every: 1_000_000, run_size: 1_000_000, queue: 65_536 };
    let memory = Running::start(Arc::new(MemoryStore::default()), huge, true).unwrap();
    let mut folder = Folder::new();
    let mut files = start(&folder, TINY).unwrap();
    let mut story = Story::new(11, 60);
    let mut now = 0;
    for number in 0..900 {
        let asked = story.next(&memory);
        let answers = memory.write(asked.op(&memory)).unwrap();
        assert_eq!(files.write(asked.op(&files)).unwrap(), answers, "request {number}: {asked:#?}");
        story.learn(&answers);
        match story.dice.roll(60) {
            0 => {
                now += story.dice.roll(30 * 3_600_000) as i64;
                assert_eq!(files.advance_to(now), memory.advance_to(now));
            }
            1 => {
                // As a crash leaves the files: with what is in their logs.
                files.engine.drain().unwrap();
                let left = folder.copied();
                if story.dice.roll(2) == 0 {
                    std::fs::remove_file(left.path().join("views.db")).unwrap();
                }
                files.engine.stop();
                drop(files);
                clean(&folder);
                folder = left;
                files = start(&folder, TINY).unwrap();
            }
            2..5 => {
                let target = story.host();
                let account = memory.read(target.clone());
                assert_eq!(files.read(target), account);
                if let Ok(account) = account {
                    let history = |running: &Running| running.history(account.no, Position(0)).unwrap();
                    assert_eq!(history(&files), history(&memory));
                }
            }
            _ => {}
        }
    }
    files.engine.stop();
    clean(&folder);
}

/// Accounts with entries, keys and runs, in a folder that was closed.
pub fn shop() -> Folder {
    let folder = Folder::new();
    let running = start(&folder, TINY).unwrap();
    for account in 0..20 {
        let account = running.open(&format!("a-{account}"));
        running.ask(Target::Number(account), grant(100, account::Until::Never), None).unwrap();
    }
    for number in 0..100 {
        running.ask(Target::Number(AccountNo(number % 20)), charge(1), Some(key(number, number))).unwrap();
    }
    running.engine.stop();
    drop(running);
    clean(&folder);
    folder
}

/// Changes one byte of every blob that a statement selects, which has a row id and a blob.
pub fn flip(folder: &Folder, file: &str, table: &str, column: &str, row: i64) {
    let connection = Connection::open(folder.path().join(file)).unwrap();
    let read = format!("SELECT {column} FROM {table} WHERE rowid = ?1");
    let mut blob: Vec<u8> = connection.query_row(&read, [row], |row| row.get(0)).unwrap();
    let middle = blob.len() / 2;
    blob[middle] ^= 0x20;
    let write = format!("UPDATE {table} SET {column} = ?2 WHERE rowid = ?1");
    assert_eq!(connection.execute(&write, rusqlite::params![row, blob]).unwrap(), 1);
}

pub fn found(folder: &Folder, word: &str) {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::inspect(folder.path()).unwrap());
    let places = check(&store).unwrap().places;
    assert!(places.iter().any(|place| place.contains(word)), "{word} is not in {places:#?}");
}

#[test]
fn a_changed_row_is_found_by_check_and_at_the_start() {
    let folder = shop();
    flip(&folder, "journal.db", "journal", "row", 30);
    found(&folder, "journal row 30");
    std::fs::remove_file(folder.path().join("views.db")).unwrap();
    let error = start(&folder, TINY).map(drop).unwrap_err().to_string();
    assert!(error.contains("journal row 30"), "{error}");
}

#[test]
fn a_changed_run_is_found_and_not_served() {
    let folder = shop();
    flip(&folder, "views.db", "chunks", "chunk", 1 << 24);
    found(&folder, "run 1");
    let running = start(&folder, TINY).unwrap();
    assert_eq!(running.history(AccountNo(0), Position(0)), Err(Failure::Unavailable));
    running.engine.stop();
    drop(running);
    let folder = shop();
    flip(&folder, "views.db", "runs", "fences", 1);
    found(&folder, "run 1");
    let error = start(&folder, TINY).map(drop).unwrap_err().to_string();
    assert!(error.contains("run 1 is damaged"), "{error}");
}

#[test]
fn a_damaged_page_is_named() {
    use std::io::{Seek, SeekFrom, Write};
    let folder = shop();
    let path = folder.path().join("journal.db");
    // All of the log into the file.
    let connection = Connection::open(&path).unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(connection);
    let length = std::fs::metadata(&path).unwrap().len();
    let mut file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(length / 2 / 4096 * 4096)).unwrap();
    file.write_all(&[0xa5; 4096]).unwrap();
    drop(file);
    found(&folder, "journal.db");
    std::fs::remove_file(folder.path().join("views.db")).unwrap();
    let error = start(&folder, TINY).map(drop).unwrap_err().to_string();
    assert!(error.contains("journal"), "{error}");
}
