//! The idempotency keys of grants: what makes a second import of a file harmless.
//!
//! A key is made of the program, the name of the import, the account, what the grant is, and how many lines before it
//! say the same: not of the line's place. So lines may move, and others may come between them, and each grant keeps
//! its key. Two lines that say the same are two grants, and a third one that comes later is one more.

use std::collections::{HashMap, HashSet};

use account::{Issue, Until};
use engine::Idempotency;

use super::wanted::Wanted;

/// Makes keys. It keeps nine bytes or so for each grant, whatever its line says.
#[derive(Debug)]
pub struct Keys {
    begun: blake3::Hasher,
    once: HashSet<u64>,
    /// How many lines say the same, where it is more than one.
    more: HashMap<u64, u32>,
}

impl Keys {
    /// The keys of an import of this name into a program.
    pub fn new(program: &str, name: &str) -> Keys {
        let mut begun = blake3::Hasher::new();
        // No host makes such keys: theirs begin with a program's id, which has no space.
        begun.update(b"scrip import\0");
        part(&mut begun, program.as_bytes());
        part(&mut begun, name.as_bytes());
        Keys { begun, once: HashSet::new(), more: HashMap::new() }
    }

    /// The key of the grant that a line asks for, if it does.
    pub fn next(&mut self, wanted: &Wanted) -> Option<Idempotency> {
        let issue = wanted.grant.as_ref()?;
        let mut hasher = self.begun.clone();
        part(&mut hasher, wanted.host_id.as_bytes());
        terms(&mut hasher, issue);
        let said = hasher.finalize();
        let (short, _) = said.as_bytes().split_at(8);
        let short = short.try_into().map_or(0, u64::from_le_bytes);
        let before = if self.once.insert(short) {
            0
        } else {
            let more = self.more.entry(short).or_default();
            *more += 1;
            *more
        };
        hasher.update(&before.to_le_bytes());
        let hash = hasher.finalize();
        let mut idempotency = Idempotency { key: [0; 16], digest: [0; 8] };
        let (key, rest) = hash.as_bytes().split_at(16);
        let (digest, _) = rest.split_at(8);
        idempotency.key.copy_from_slice(key);
        idempotency.digest.copy_from_slice(digest);
        Some(idempotency)
    }
}

/// What the grant is. Not its reason: to put a word right is not to give credits again.
fn terms(hasher: &mut blake3::Hasher, issue: &Issue) {
    hasher.update(&[issue.unit]);
    hasher.update(&issue.credits.0.to_le_bytes());
    part(hasher, issue.class.code().as_bytes());
    let until = match issue.until {
        Until::Default => "usual".to_owned(),
        Until::Never => "never".to_owned(),
        Until::At(at) => at.millis().to_string(),
        Until::After(period) => period.to_string(),
    };
    part(hasher, until.as_bytes());
    if let Some(paid) = issue.paid {
        hasher.update(&paid.amount.to_le_bytes()).update(paid.currency.code().as_bytes());
    }
}

/// A part that ends where its length says.
fn part(hasher: &mut blake3::Hasher, bytes: &[u8]) {
    hasher.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
}

#[cfg(test)]
mod tests {
    use ledger::{Class, Scope};
    use money::Amount;

    use super::*;

    fn line(id: &str, credits: i64, reason: &str) -> Wanted {
        let grant = Issue {
            unit: 0,
            class: Class::Adjustment,
            credits: Amount(credits),
            effective_at: None,
            until: Until::Default,
            priority: None,
            paid: None,
            scope: Scope::default(),
            reason: reason.into(),
        };
        Wanted { host_id: id.into(), profile: ledger::Profile::default(), grant: Some(grant) }
    }

    fn keys(name: &str, lines: &[Wanted]) -> Vec<[u8; 16]> {
        let mut keys = Keys::new("mill", name);
        lines.iter().map(|line| keys.next(line).unwrap().key).collect()
    }

    #[test]
    fn keys_do_not_depend_on_the_place() {
        let lines = [line("anna", 5, ""), line("anna", 6, ""), line("ben", 5, "")];
        let [a, b, c] = keys("file", &lines)[..] else { panic!() };
        assert!(a != b && b != c && a != c);
        let moved = [line("ben", 5, ""), line("carl", 1, ""), line("anna", 6, "other"), line("anna", 5, "")];
        let moved = keys("file", &moved);
        assert_eq!([moved[3], moved[2], moved[0]], [a, b, c]);
        assert_ne!(keys("other", &lines)[0], a);
    }

    #[test]
    fn lines_that_say_the_same_are_told_apart_by_their_number() {
        let two = keys("file", &[line("anna", 5, ""), line("anna", 5, "")]);
        let three = keys(
            "file",
            &[line("anna", 5, ""), line("ben", 1, ""), line("anna", 5, ""), line("anna", 5, "")],
        );
        assert_ne!(two[0], two[1]);
        assert_eq!([three[0], three[2]], [two[0], two[1]]);
        assert!(!two.contains(&three[3]));
    }
}
