//! Moves what is in the journal's write-ahead log into the file, beside the writer.
//!
//! SQLite begins its log anew only when all of it has been moved; under load that never happens by itself, and the
//! log would grow for ever. So a thread moves most of it, and then the writer the little that came meanwhile.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use engine::StoreError;

/// How many bytes of rows are appended before the log is moved.
const EVERY: usize = 8 << 20;

/// The thread that moves the log, started when it is needed.
#[derive(Debug)]
pub(crate) struct Checkpointer {
    path: PathBuf,
    appended: AtomicUsize,
    running: AtomicBool,
    /// Most of the log was moved: the writer may move the rest.
    ready: AtomicBool,
    spawning: Mutex<()>,
}

impl Checkpointer {
    pub fn new(path: PathBuf) -> Checkpointer {
        Checkpointer {
            path,
            appended: AtomicUsize::new(0),
            running: AtomicBool::new(false),
            ready: AtomicBool::new(false),
            spawning: Mutex::new(()),
        }
    }

    /// Counts what was appended.
    pub fn appended(&self, bytes: usize) {
        self.appended.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Starts moving the log when that is due. `true`: the caller, who writes, should move the rest now.
    pub fn step(self: &std::sync::Arc<Self>) -> bool {
        if self.ready.swap(false, Ordering::AcqRel) {
            self.appended.store(0, Ordering::Relaxed);
            return true;
        }
        if self.appended.load(Ordering::Relaxed) >= EVERY && !self.running.swap(true, Ordering::AcqRel) {
            let this = std::sync::Arc::clone(self);
            let _guard = self.spawning.lock();
            let spawned = std::thread::Builder::new().name("checkpoint".into()).spawn(move || {
                match this.move_log() {
                    Ok(()) => this.ready.store(true, Ordering::Release),
                    Err(error) => tracing::warn!(%error, "the journal's log can't be moved into its file"),
                }
                this.running.store(false, Ordering::Release);
            });
            if spawned.is_err() {
                self.running.store(false, Ordering::Release);
            }
        }
        false
    }

    fn move_log(&self) -> Result<(), StoreError> {
        let connection = rusqlite::Connection::open(&self.path)
            .and_then(|connection| {
                connection.execute_batch("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0")?;
                Ok(connection)
            })
            .map_err(crate::failed("can't open", &self.path))?;
        move_log(&connection).map_err(crate::failed("can't checkpoint", &self.path))
    }
}

/// Moves what can be moved without waiting for anyone.
pub(crate) fn move_log(connection: &rusqlite::Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
}
