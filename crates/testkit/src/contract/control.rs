//! What is administered: programs, keys, test clocks, secrets.

use engine::{Scopes, StoredKey, StoredProgram};
use moment::Instant;

use super::{Fresh, opened};

/// Every case.
pub fn all(fresh: Fresh<'_>) {
    the_latest_version_of_each_program_is_listed(fresh);
    every_version_of_a_program_is_there(fresh);
    keys_are_found_by_their_hash_and_withdrawn(fresh);
    test_clocks_are_kept(fresh);
    a_secret_is_made_once(fresh);
}

fn program(id: &str, version: u32) -> StoredProgram {
    StoredProgram {
        id: id.into(),
        version,
        text: format!("{id} {version} ☃"),
        published_at: Instant::from_millis(i64::from(version)),
    }
}

fn key(id: &str, program: &str, hash: u8, created_at: i64) -> StoredKey {
    StoredKey {
        id: id.into(),
        program: program.into(),
        hash: [hash; 32],
        scopes: Scopes { spend: true, read: false, manage: true },
        label: "the shop's".into(),
        created_at: Instant::from_millis(created_at),
        revoked_at: None,
    }
}

fn the_latest_version_of_each_program_is_listed(fresh: Fresh<'_>) {
    let place = fresh();
    {
        let control = opened(place.as_ref()).control();
        assert_eq!(control.programs().unwrap(), []);
        for stored in [program("b", 1), program("a", 1), program("a", 2), program("a", 10)] {
            control.publish(&stored).unwrap();
        }
        assert!(control.publish(&program("a", 2)).is_err(), "a version is published once");
    }
    let control = opened(place.as_ref()).control();
    assert_eq!(control.programs().unwrap(), [program("a", 10), program("b", 1)]);
}

fn every_version_of_a_program_is_there(fresh: Fresh<'_>) {
    let place = fresh();
    {
        let control = opened(place.as_ref()).control();
        for version in [1, 2, 3, 10] {
            control.publish(&program("a", version)).unwrap();
        }
        control.publish(&program("b", 4)).unwrap();
    }
    let control = opened(place.as_ref()).control();
    let at = |version: u32| (version, Instant::from_millis(i64::from(version)));
    for (before, limit, expected) in [
        (None, 9, vec![at(10), at(3), at(2), at(1)]),
        (None, 2, vec![at(10), at(3)]),
        (Some(10), 2, vec![at(3), at(2)]),
        (Some(u32::MAX), 1, vec![at(10)]),
        (Some(1), 9, vec![]),
        (Some(0), 9, vec![]),
    ] {
        assert_eq!(control.versions("a", before, limit).unwrap(), expected, "{before:?} {limit}");
    }
    assert_eq!(control.versions("c", None, 9).unwrap(), []);
    assert_eq!(control.version("a", 3).unwrap(), Some(program("a", 3)));
    for (id, version) in [("a", 4), ("a", 0), ("b", 3), ("c", 1)] {
        assert_eq!(control.version(id, version).unwrap(), None, "{id} {version}");
    }
}

fn keys_are_found_by_their_hash_and_withdrawn(fresh: Fresh<'_>) {
    let place = fresh();
    {
        let control = opened(place.as_ref()).control();
        for stored in [key("key_2", "a", 2, 7), key("key_1", "a", 1, 9), key("key_3", "b", 3, 1)] {
            control.add_key(&stored).unwrap();
        }
        assert!(control.add_key(&key("key_1", "a", 9, 1)).is_err(), "an id is given once");
        assert!(control.add_key(&key("key_9", "a", 1, 1)).is_err(), "a hash belongs to one key");
        assert!(control.revoke_key("key_1", Instant::from_millis(50)).unwrap());
        assert!(!control.revoke_key("key_7", Instant::from_millis(50)).unwrap(), "there is none");
    }
    let control = opened(place.as_ref()).control();
    let withdrawn = StoredKey { revoked_at: Some(Instant::from_millis(50)), ..key("key_1", "a", 1, 9) };
    assert_eq!(control.keys("a").unwrap(), [key("key_2", "a", 2, 7), withdrawn.clone()], "oldest first");
    assert_eq!(control.key_by_hash(&[1; 32]).unwrap(), Some(withdrawn));
    assert_eq!(control.key_by_hash(&[3; 32]).unwrap(), Some(key("key_3", "b", 3, 1)));
    assert_eq!(control.key_by_hash(&[8; 32]).unwrap(), None);
}

fn test_clocks_are_kept(fresh: Fresh<'_>) {
    let place = fresh();
    {
        let control = opened(place.as_ref()).control();
        assert_eq!(control.test_clock("a").unwrap(), None);
        control.set_test_clock("a", Instant::from_millis(5)).unwrap();
        control.set_test_clock("a", Instant::from_millis(6)).unwrap();
    }
    let control = opened(place.as_ref()).control();
    assert_eq!(control.test_clock("a").unwrap(), Some(Instant::from_millis(6)));
    assert_eq!(control.test_clock("b").unwrap(), None);
}

fn a_secret_is_made_once(fresh: Fresh<'_>) {
    let place = fresh();
    let first = opened(place.as_ref()).control().secret("quotes", [1; 32]).unwrap();
    assert_eq!(first, [1; 32]);
    let again = opened(place.as_ref()).control();
    assert_eq!(again.secret("quotes", [2; 32]).unwrap(), [1; 32], "what was made first");
    assert_eq!(again.secret("other", [3; 32]).unwrap(), [3; 32]);
}
