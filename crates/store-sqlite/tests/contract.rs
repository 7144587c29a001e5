use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use engine::{Store, StoreError};
use store_sqlite::SqliteStore;
use testkit::contract::{Place, control, journal, outbox, shelf, views};

static COUNT: AtomicU64 = AtomicU64::new(0);

/// A fresh folder, which goes with the test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Folder {
        let name = format!("sqlite-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        drop(std::fs::remove_dir_all(&path));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Copies its files as they are now: what a crash would leave.
    pub fn copied(&self) -> Folder {
        let copy = Folder::new();
        for file in std::fs::read_dir(&self.0).unwrap().map(Result::unwrap) {
            let name = file.file_name();
            // What is shared by processes that run is gone with them.
            if !name.to_string_lossy().ends_with("-shm") {
                std::fs::copy(file.path(), copy.0.join(name)).unwrap();
            }
        }
        copy
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            drop(std::fs::remove_dir_all(&self.0));
        }
    }
}

impl Place for Folder {
    fn open(&self) -> Result<Arc<dyn Store>, StoreError> {
        Ok(Arc::new(SqliteStore::open(&self.0)?))
    }
}

fn fresh() -> Box<dyn Place> {
    Box::new(Folder::new())
}

#[test]
fn the_journal_does_what_every_journal_does() {
    journal::all(&fresh);
}

#[test]
fn the_views_do_what_all_views_do() {
    views::all(&fresh);
}

#[test]
fn the_control_does_what_every_control_does() {
    control::all(&fresh);
}

#[test]
fn the_outbox_does_what_every_outbox_does() {
    outbox::all(&fresh);
}

#[test]
fn the_shelves_do_what_all_shelves_do() {
    shelf::all(&fresh);
}
