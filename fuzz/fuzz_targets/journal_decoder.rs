//! Bytes are a journal row, or an error that names it; never a panic, whatever is on the disk.

#![no_main]

use engine::Row;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    // A seal that fits lets more through.
    let seal = blake3::hash(bytes);
    let sealed = [bytes, &seal.as_bytes()[..16]].concat();
    read(&sealed);
});

fn read(bytes: &[u8]) {
    let row = match Row::open(7, bytes) {
        Ok(row) => row,
        Err(error) => {
            assert!(error.to_string().starts_with("journal row 7"), "no place in: {error}");
            return;
        }
    };
    for record in row.records() {
        match record {
            Ok((position, _)) => assert_eq!(position.seq(), 7),
            Err(error) => assert!(error.to_string().starts_with("journal "), "no place in: {error}"),
        }
    }
}
