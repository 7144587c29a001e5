use catalog::{Change, Program};
use engine::StoreError;
use moment::Instant;

use crate::{Publication, Schedule, State};

/// A version of a program that was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// 1 is the first.
    pub number: u32,
    /// When it was published, by the machine's clock.
    pub published_at: Instant,
    /// Who published it, as far as that is known: of what a server was started with, and of what was published long ago, it
    /// is not.
    pub by: Option<String>,
}

/// Between a version and the note of who published it there is one write.
const AT_ONCE: i64 = 60_000;

/// These block for a moment, and must not be called on a runtime's own thread.
impl Schedule {
    /// The versions of a program below one, or from the latest on, newest first.
    pub fn versions(
        &self,
        program: &str,
        before: Option<u32>,
        limit: usize,
    ) -> Result<Vec<Version>, StoreError> {
        let publications = self.list(program)?;
        let versions = self.engine().control().versions(program, before, limit)?;
        let known = |(number, published_at)| {
            let by = by(&publications, number, published_at);
            Version { number, published_at, by }
        };
        Ok(versions.into_iter().map(known).collect())
    }

    /// A version of a program, and its file.
    pub fn version(&self, program: &str, number: u32) -> Result<Option<(Version, String)>, StoreError> {
        let Some(stored) = self.engine().control().version(program, number)? else { return Ok(None) };
        let by = by(&self.list(program)?, number, stored.published_at);
        Ok(Some((Version { number, published_at: stored.published_at, by }, stored.text)))
    }
}

/// Who published a version. The same file, published again later, makes none.
fn by(publications: &[Publication], number: u32, published_at: Instant) -> Option<String> {
    let made = |one: &&Publication| match one.state {
        State::Published { version, at } => {
            version == number && (0..=AT_ONCE).contains(&at.millis_since(published_at))
        }
        _ => false,
    };
    // They are newest first.
    publications.iter().rev().find(made).map(|one| one.by.clone())
}

/// What one version of a program's file changes of another, or why one of them can't be read any more.
pub fn compare(id: &str, before: &str, after: &str) -> Result<Vec<Change>, Vec<String>> {
    let read = |text: &str| -> Result<Program, Vec<String>> {
        catalog::load(&format!("{id}.toml"), text)
            .map_err(|problems| problems.iter().map(ToString::to_string).collect())
    };
    Ok(catalog::diff(&read(before)?, &read(after)?))
}
