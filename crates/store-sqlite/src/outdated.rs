//! Views that another version of Scrip has made: nothing is true only there, so they are not converted.

use std::path::Path;

use engine::StoreError;
use rusqlite::Connection;

use crate::views::VERSION;
use crate::{APPLICATION_ID, failed};

/// The version of views that are ours, but not of this version's tables.
pub(crate) fn version(views: &Path) -> Result<Option<i32>, StoreError> {
    let bad = || failed("can't open", views);
    let connection = Connection::open(views).map_err(bad())?;
    connection.busy_timeout(std::time::Duration::from_secs(10)).map_err(bad())?;
    let id: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0)).map_err(bad())?;
    let version: i32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(bad())?;
    Ok((id == APPLICATION_ID && version != VERSION).then_some(version))
}

/// Deletes views of another version: they are made again from the journal.
pub(crate) fn delete(views: &Path) -> Result<(), StoreError> {
    let Some(version) = views.exists().then(|| version(views)).transpose()?.flatten() else { return Ok(()) };
    tracing::warn!(version, "the views are of another version, and are made again: {}", views.display());
    for end in ["", "-wal", "-shm"] {
        let mut file = views.as_os_str().to_owned();
        file.push(end);
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::with(format!("can't delete {}", file.display()), error));
            }
            _ => {}
        }
    }
    Ok(())
}
