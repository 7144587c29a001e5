use engine::{Control, StoreError, StoredKey, StoredProgram};
use moment::Instant;

use super::MemoryStore;
use super::disk::Write;

impl Control for MemoryStore {
    fn programs(&self) -> Result<Vec<StoredProgram>, StoreError> {
        self.read(|disk| {
            let latest = |program: &&StoredProgram| {
                !disk.programs.iter().any(|other| other.id == program.id && other.version > program.version)
            };
            let mut programs: Vec<StoredProgram> = disk.programs.iter().filter(latest).cloned().collect();
            programs.sort_by(|a, b| a.id.cmp(&b.id));
            programs
        })
    }

    fn versions(
        &self,
        program: &str,
        before: Option<u32>,
        limit: usize,
    ) -> Result<Vec<(u32, Instant)>, StoreError> {
        self.read(|disk| {
            let mine = disk.programs.iter().filter(|stored| stored.id == program);
            let mut versions: Vec<_> = mine
                .map(|stored| (stored.version, stored.published_at))
                .filter(|(version, _)| before.is_none_or(|before| *version < before))
                .collect();
            versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
            versions.truncate(limit);
            versions
        })
    }

    fn version(&self, id: &str, version: u32) -> Result<Option<StoredProgram>, StoreError> {
        let is = |stored: &&StoredProgram| stored.id == id && stored.version == version;
        self.read(|disk| disk.programs.iter().find(is).cloned())
    }

    fn publish(&self, program: &StoredProgram) -> Result<(), StoreError> {
        self.write(Write::Program(program.clone()))
    }

    fn add_key(&self, key: &StoredKey) -> Result<(), StoreError> {
        self.write(Write::Key(key.clone()))
    }

    fn key_by_hash(&self, hash: &[u8; 32]) -> Result<Option<StoredKey>, StoreError> {
        self.read(|disk| disk.keys.iter().find(|key| key.hash == *hash).cloned())
    }

    fn keys(&self, program: &str) -> Result<Vec<StoredKey>, StoreError> {
        let mut keys: Vec<StoredKey> =
            self.read(|disk| disk.keys.iter().filter(|key| key.program == program).cloned().collect())?;
        keys.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        Ok(keys)
    }

    fn revoke_key(&self, id: &str, at: Instant) -> Result<bool, StoreError> {
        let there = self.read(|disk| disk.keys.iter().any(|key| key.id == id && key.revoked_at.is_none()))?;
        self.write(Write::Revoke(id.to_owned(), at))?;
        Ok(there)
    }

    fn test_clock(&self, program: &str) -> Result<Option<Instant>, StoreError> {
        self.read(|disk| disk.clocks.get(program).copied())
    }

    fn set_test_clock(&self, program: &str, at: Instant) -> Result<(), StoreError> {
        self.write(Write::Clock(program.to_owned(), at))
    }

    fn secret(&self, name: &str, fresh: [u8; 32]) -> Result<[u8; 32], StoreError> {
        self.write(Write::Secret(name.to_owned(), fresh))?;
        self.read(|disk| disk.secrets.get(name).copied().unwrap_or(fresh))
    }
}
