//! The journal: durable, all or none, each number once.

use engine::StoreError;
use engine::port::JournalReader;
use ledger::NameId;

use super::{Fresh, opened};

/// Every case.
pub fn all(fresh: Fresh<'_>) {
    it_begins_empty(fresh);
    rows_last(fresh);
    a_taken_number_is_refused_and_changes_nothing(fresh);
    rows_are_read_in_order_and_from_anywhere(fresh);
    readers_see_what_is_appended(fresh);
    names_are_kept_once(fresh);
    large_rows_are_kept(fresh);
}

fn row(seq: u64) -> (u64, Vec<u8>) {
    (seq, vec![seq as u8; 40 + seq as usize])
}

fn scanned(journal: &mut dyn JournalReader, from: u64) -> Vec<u64> {
    let mut seen = Vec::new();
    let mut visit = |seq: u64, bytes: &[u8]| {
        assert_eq!(bytes, row(seq).1, "row {seq}");
        seen.push(seq);
        Ok(true)
    };
    journal.scan(from, &mut visit).unwrap();
    seen
}

fn it_begins_empty(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let mut journal = store.journal().unwrap();
    assert_eq!(journal.last().unwrap(), None);
    assert_eq!(journal.row(1).unwrap(), None);
    assert_eq!(scanned(journal.as_mut(), 0), [0; 0]);
    assert_eq!(journal.names().unwrap(), []);
    assert_eq!(store.damaged(), [""; 0]);
}

fn rows_last(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let mut journal = store.journal().unwrap();
    journal.append(&[row(1)]).unwrap();
    journal.append(&[row(2), row(3), row(4)]).unwrap();
    journal.maintain().unwrap();
    drop((journal, store));
    let store = opened(place.as_ref());
    let mut journal = store.journal_reader().unwrap();
    assert_eq!(journal.last().unwrap(), Some(4));
    assert_eq!(scanned(journal.as_mut(), 0), [1, 2, 3, 4]);
    assert!(store.bytes_on_disk() >= 160);
}

fn a_taken_number_is_refused_and_changes_nothing(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let mut journal = store.journal().unwrap();
    journal.append(&[row(1), row(2)]).unwrap();
    let mut other = store.journal().unwrap();
    assert!(other.append(&[(2, vec![9])]).is_err(), "row 2 is taken");
    assert!(
        other.append(&[row(3), (2, vec![9]), row(4)]).is_err(),
        "row 2 is taken: neither 3 nor 4 is there"
    );
    assert_eq!(scanned(journal.as_mut(), 0), [1, 2]);
    journal.append(&[row(3)]).unwrap();
    assert!(other.append(&[row(3)]).is_err(), "two writers can't both append row 3");
    assert_eq!(scanned(other.as_mut(), 0), [1, 2, 3]);
    other.append(&[row(4)]).unwrap();
    assert_eq!(journal.last().unwrap(), Some(4), "one that was refused can append the next");
}

fn rows_are_read_in_order_and_from_anywhere(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let mut journal = store.journal().unwrap();
    for seq in 1..=20 {
        journal.append(&[row(seq)]).unwrap();
    }
    assert_eq!(journal.row(7).unwrap(), Some(row(7).1));
    assert_eq!(journal.row(21).unwrap(), None);
    assert_eq!(journal.row(0).unwrap(), None);
    assert_eq!(scanned(journal.as_mut(), 18), [18, 19, 20]);
    assert_eq!(scanned(journal.as_mut(), 21), [0; 0]);
    let mut count = 0;
    let mut some = |_: u64, _: &[u8]| {
        count += 1;
        Ok(count < 5)
    };
    journal.scan(3, &mut some).unwrap();
    assert_eq!(count, 5, "until it is told to stop");
    let failed = journal.scan(3, &mut |_, _| Err(StoreError::new("enough")));
    assert_eq!(failed.unwrap_err().to_string(), "enough", "the visitor's error comes back as it is");
    journal.append(&[row(21)]).unwrap();
    assert_eq!(journal.last().unwrap(), Some(21), "a scan that ended early is in nobody's way");
}

fn readers_see_what_is_appended(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let (mut journal, mut reader) = (store.journal().unwrap(), store.journal_reader().unwrap());
    for seq in 1..=5 {
        journal.append(&[row(seq)]).unwrap();
        assert_eq!(reader.last().unwrap(), Some(seq));
        assert_eq!(reader.row(seq).unwrap(), Some(row(seq).1));
    }
}

fn names_are_kept_once(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let mut journal = store.journal().unwrap();
    journal.add_name(NameId(1), "photo").unwrap();
    journal.add_name(NameId(2), "Größe ☃").unwrap();
    assert!(journal.add_name(NameId(1), "video").is_err(), "the number is taken");
    assert!(journal.add_name(NameId(3), "photo").is_err(), "the name is taken");
    drop((journal, store));
    let names = opened(place.as_ref()).journal_reader().unwrap().names().unwrap();
    assert_eq!(names, [(NameId(1), "photo".to_owned()), (NameId(2), "Größe ☃".to_owned())]);
}

fn large_rows_are_kept(fresh: Fresh<'_>) {
    let place = fresh();
    let large = vec![7; 3 << 20];
    {
        let store = opened(place.as_ref());
        store.journal().unwrap().append(&[(1, large.clone()), (2, Vec::new())]).unwrap();
    }
    let mut journal = opened(place.as_ref()).journal_reader().unwrap();
    assert_eq!(journal.row(1).unwrap(), Some(large));
    assert_eq!(journal.row(2).unwrap(), Some(Vec::new()));
}
