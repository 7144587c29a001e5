//! A shelf: values by key, durable when a call returns.

use std::sync::Arc;

use engine::outbox::Shelf;

use super::{Fresh, opened};

/// Every case.
pub fn all(fresh: Fresh<'_>) {
    values_are_set_replaced_and_removed(fresh);
    keys_that_begin_so_come_in_order(fresh);
    a_shelf_has_its_own_keys(fresh);
    a_shelf_is_one_however_often_it_is_opened(fresh);
    names_are_checked(fresh);
    values_are_kept(fresh);
}

fn keys(shelf: &Arc<dyn Shelf>, prefix: &str) -> Vec<String> {
    shelf.list(prefix).unwrap().into_iter().map(|(key, _)| key).collect()
}

fn values_are_set_replaced_and_removed(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let shelf = store.shelf("endpoints", true).unwrap();
    assert_eq!(shelf.get("a").unwrap(), None);
    assert_eq!(shelf.list("").unwrap(), []);
    assert!(!shelf.remove("a").unwrap(), "there is none");
    shelf.put("a", b"one").unwrap();
    shelf.put("b", b"").unwrap();
    shelf.put("a", b"two\0\xff").unwrap();
    assert_eq!(shelf.get("a").unwrap().as_deref(), Some(b"two\0\xff".as_slice()));
    assert_eq!(shelf.get("b").unwrap().as_deref(), Some(b"".as_slice()), "nothing is a value too");
    assert_eq!(shelf.get("A").unwrap(), None, "keys are told apart by every letter");
    assert!(shelf.remove("a").unwrap());
    assert!(!shelf.remove("a").unwrap());
    assert_eq!(shelf.list("").unwrap(), [("b".to_owned(), Vec::new())]);
}

fn keys_that_begin_so_come_in_order(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let shelf = store.shelf("book", false).unwrap();
    for key in ["b/2", "a/1", "b/10", "c", "b", "b/☃", "b%", "b_x", "ba/1", "B/1", "b/"] {
        shelf.put(key, key.as_bytes()).unwrap();
    }
    assert_eq!(keys(&shelf, "b/"), ["b/", "b/10", "b/2", "b/☃"]);
    assert_eq!(keys(&shelf, "b/☃"), ["b/☃"]);
    assert_eq!(keys(&shelf, "b%"), ["b%"], "a sign is a sign");
    assert_eq!(keys(&shelf, "b_"), ["b_x"]);
    assert_eq!(keys(&shelf, "d"), [""; 0]);
    assert_eq!(keys(&shelf, "").len(), 11);
    assert_eq!(shelf.list("a").unwrap(), [("a/1".to_owned(), b"a/1".to_vec())]);
}

fn a_shelf_has_its_own_keys(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let (one, other) = (store.shelf("one", true).unwrap(), store.shelf("other", true).unwrap());
    one.put("a", b"1").unwrap();
    assert_eq!(other.get("a").unwrap(), None);
    other.put("a", b"2").unwrap();
    assert_eq!(one.get("a").unwrap().as_deref(), Some(b"1".as_slice()));
}

fn a_shelf_is_one_however_often_it_is_opened(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let store = &store;
            scope.spawn(move || {
                let shelf = store.shelf("shared", thread % 2 == 0).unwrap();
                for number in 0..10 {
                    shelf.put(&format!("{thread}-{number}"), b"x").unwrap();
                }
            });
        }
    });
    let again = store.shelf("shared", true).unwrap();
    assert_eq!(keys(&again, "").len(), 40);
    assert_eq!(keys(&again, "3-").len(), 10);
}

fn names_are_checked(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let (longest, longer) = ("x".repeat(32), "x".repeat(33));
    for name in ["a", "test-provider_2", longest.as_str()] {
        assert!(store.shelf(name, false).is_ok(), "{name}");
    }
    for name in ["", "A", "a.db", "../a", "a/b", "ä", "a b", "a\0", longer.as_str()] {
        assert!(store.shelf(name, false).is_err(), "{name:?}");
    }
}

fn values_are_kept(fresh: Fresh<'_>) {
    let place = fresh();
    {
        let store = opened(place.as_ref());
        store.shelf("one", true).unwrap().put("a", b"1").unwrap();
        let other = store.shelf("other", false).unwrap();
        other.put("a", b"2").unwrap();
        other.put("b", b"3").unwrap();
        other.remove("b").unwrap();
    }
    let store = opened(place.as_ref());
    assert_eq!(store.shelf("one", true).unwrap().list("").unwrap(), [("a".to_owned(), b"1".to_vec())]);
    assert_eq!(store.shelf("other", true).unwrap().list("").unwrap(), [("a".to_owned(), b"2".to_vec())]);
}
