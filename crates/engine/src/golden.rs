//! Golden files: a row of the journal with each kind of event, as the first version wrote it. Every later version
//! reads the same from it. `SCRIP_GOLDEN=write cargo test -p engine golden` writes those that are missing; one that is
//! there is never written again, as there are journals like it.

#[path = "golden_sales.rs"]
mod sales;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use ledger::{
    AccountNo, Adjusted, Back, Balance, BelowZero, Captured, Changed, Charged, Class, Entry, Event, Held,
    Issued, NameId, Opened, OverdraftTerms, Part, Parts, Position, Profile, Released, Returned, Scope,
    SessionCounted, SessionSeen, Source, Started, Tags, Terms, Voided, Why, Work,
};
use moment::Instant;
use money::{Amount, Money};

use crate::Idempotency;
use crate::codec::{Record, Row, RowBuilder};

const TIME: Instant = Instant::from_millis(1_767_225_600_123);

fn part(seq: u64, credits: i64) -> Part {
    Part { grant: Position::new(seq, 3), credits: Amount(credits) }
}

fn parts() -> Parts {
    [part(7, 4), part(9, 300)].into_iter().collect()
}

fn work() -> Work {
    let pair = |name: &str, value: &str| (Box::from(name), Box::from(value));
    Work {
        action: NameId(12),
        price_version: 3,
        quantity: -1,
        tags: Some(Box::new(Tags {
            attributes: vec![pair("resolution", "4k")],
            reference: Some("Auftrag №7".into()),
            member: Some("ada".into()),
            department: Some("design".into()),
            metadata: vec![pair("a", "1"), pair("b", "")],
        })),
    }
}

fn plain() -> Work {
    Work { action: NameId(1), price_version: 1, quantity: 1, tags: None }
}

fn terms(source: Source) -> Terms {
    Terms {
        class: Class::Purchase,
        credits: Amount(500),
        effective_at: TIME,
        expires_at: Instant::NEVER,
        priority: -2,
        paid: "EUR".parse().ok().map(|currency| Money { amount: 1_234, currency }),
        scope: Scope(Some(vec![NameId(2), NameId(300)].into())),
        source,
        notice_hours: 0,
    }
}

fn charged() -> Charged {
    Charged { work: work(), credits: Amount(310), parts: parts(), owed: Amount(6) }
}

fn back() -> Back {
    Back {
        debt: Amount(1),
        parts: parts(),
        unsettled: vec![part(1, 2)],
        expired: vec![part(2, 3)],
        ended: vec![part(3, 4)],
        revoked: vec![part(4, 5)],
        lost: Amount(6),
        voided: vec![part(5, 7)],
        settled: vec![part(6, 8)],
        revived: vec![(Position::new(6, 0), terms(Source::Adjustment))],
    }
}

fn profile() -> Profile {
    Profile {
        name: Some("Ada ☃".into()),
        email: Some("ada@example.com".into()),
        time_zone: Some("Europe/Vienna".into()),
        locale: None,
        metadata: vec![("k".into(), "v".into())],
    }
}

fn below() -> BelowZero {
    BelowZero { since: TIME, deadline: TIME.plus_millis(5), warnings: vec![TIME.plus_millis(1)] }
}

fn overdraft() -> OverdraftTerms {
    OverdraftTerms { grace_millis: Some(864_000_000), limit: Some(Amount(i64::MAX)) }
}

/// An event of each kind; of some, with and without what may be missing. Add to it, and change nothing.
fn events() -> Vec<(&'static str, Event)> {
    let hold = Position::new(40, 8_191);
    let reason = || Box::from("a reason");
    let why = || Why { reason: reason() };
    let captured = |back: Option<Box<Back>>| Captured {
        hold,
        work: plain(),
        credits: Amount(10),
        taken: parts(),
        taken_owed: Amount(2),
        excess: vec![part(8, 1)],
        excess_owed: Amount(3),
        back,
    };
    vec![
        (
            "opened",
            Event::Opened(Box::new(Opened {
                program: NameId(1),
                host_id: "shop-1".into(),
                profile: profile(),
                overdraft: overdraft(),
            })),
        ),
        (
            "opened-plain",
            Event::Opened(Box::new(Opened {
                program: NameId(1),
                host_id: "".into(),
                profile: Profile::default(),
                overdraft: OverdraftTerms::default(),
            })),
        ),
        ("changed", Event::Changed(Box::new(Changed { profile: profile(), overdraft: overdraft() }))),
        ("closed", Event::Closed(why())),
        ("reopened", Event::Reopened(why())),
        (
            "issued",
            Event::Issued(Box::new(Issued {
                terms: terms(Source::Request),
                settled: Amount(20),
                reason: reason(),
            })),
        ),
        (
            "issued-opening",
            Event::Issued(Box::new(Issued {
                terms: Terms { paid: None, scope: Scope::default(), ..terms(Source::Opening) },
                settled: Amount::ZERO,
                reason: "".into(),
            })),
        ),
        (
            "issued-reissue",
            Event::Issued(Box::new(Issued {
                terms: terms(Source::Reissue { of: hold }),
                settled: Amount::ZERO,
                reason: reason(),
            })),
        ),
        ("started", Event::Started(Started { grant: hold, credits: Amount(7), settled: Amount(1) })),
        ("expired", Event::Expired(part(3, 9))),
        (
            "voided",
            Event::Voided(Box::new(Voided {
                grant: hold,
                terms: terms(Source::Request),
                credits: Amount(5),
                held: Amount(6),
                reason: reason(),
            })),
        ),
        (
            "adjusted",
            Event::Adjusted(Box::new(Adjusted { credits: Amount(304), parts: parts(), reason: reason() })),
        ),
        (
            "held",
            Event::Held(Held {
                work: work(),
                credits: Amount(310),
                parts: parts(),
                owed: Amount(6),
                deadline: TIME.plus_millis(3_600_000),
            }),
        ),
        ("captured", Event::Captured(captured(Some(Box::new(back()))))),
        ("captured-plain", Event::Captured(captured(None))),
        (
            "released",
            Event::Released(Released {
                hold,
                work: plain(),
                credits: Amount(9),
                expired: true,
                back: Box::new(back()),
                reason: Some(reason()),
            }),
        ),
        ("charged", Event::Charged(charged())),
        (
            "charged-plain",
            Event::Charged(Charged {
                work: plain(),
                credits: Amount(4),
                parts: [part(7, 4)].into_iter().collect(),
                owed: Amount::ZERO,
            }),
        ),
        (
            "returned",
            Event::Returned(Box::new(Returned {
                charge: hold,
                charged: charged(),
                before: Amount(1),
                credits: Amount(2),
                back: back(),
                reason: reason(),
            })),
        ),
        (
            "session_counted",
            Event::SessionCounted(Box::new(SessionCounted {
                key: "visit".into(),
                ends_at: TIME.plus_millis(9),
                charged: charged(),
            })),
        ),
        (
            "session_seen",
            Event::SessionSeen(Box::new(SessionSeen {
                action: NameId(4),
                key: "visit".into(),
                charge: hold,
                started_at: TIME,
                ends_at: TIME.plus_millis(9),
            })),
        ),
        ("overdrawn", Event::Overdrawn(below())),
        ("recovered", Event::Recovered(below())),
        ("suspension_near", Event::SuspensionNear(below())),
        ("suspended", Event::Suspended(below())),
        ("restored", Event::Restored(below())),
        ("alert_fired", Event::AlertFired { threshold: Amount(-20) }),
        ("alerts_set", Event::AlertsSet { thresholds: Some(vec![Amount(20), Amount(-5)].into()) }),
        ("alerts_set-none", Event::AlertsSet { thresholds: None }),
    ]
}

/// One of each kind and more, by name.
pub(crate) fn all() -> Vec<(&'static str, Event)> {
    events().into_iter().chain(sales::events()).collect()
}

fn record(event: Event, place: usize) -> Record {
    let idempotency =
        (!place.is_multiple_of(3)).then_some(Idempotency { key: [place as u8; 16], digest: [0xd1; 8] });
    Record {
        previous: [place as u8 ^ 0xff; 16],
        idempotency,
        entry: Entry {
            account: AccountNo(place as u64 * 1_000),
            effective_at: TIME.plus_millis(-40),
            recorded_at: TIME.plus_millis(2),
            by: NameId(if place.is_multiple_of(2) { 0 } else { 200 }),
            unit: (place % 4) as u8,
            event,
            after: Balance { settled: Amount(-7), held: Amount(1_000_000_007), owed: Amount(i64::MAX) },
        },
    }
}

fn row(record: &Record) -> Vec<u8> {
    let mut row = RowBuilder::new(77, TIME, [0xab; 16]);
    row.push(&record.entry, record.previous, record.idempotency).unwrap();
    row.seal().0
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn hex(bytes: &[u8]) -> String {
    let lines = bytes.chunks(32).map(|line| {
        let digits = line.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        });
        digits + "\n"
    });
    lines.collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap()).collect()
}

#[test]
fn golden_rows_are_read_as_they_were_written() {
    let write = std::env::var("SCRIP_GOLDEN").is_ok_and(|what| what == "write");
    for (place, (name, event)) in all().into_iter().enumerate() {
        let expected = record(event, place);
        let readable = format!("{expected:#?}\n");
        let (bytes_file, text_file) =
            (folder().join(format!("{name}.hex")), folder().join(format!("{name}.txt")));
        if write && !bytes_file.exists() {
            std::fs::write(&bytes_file, hex(&row(&expected))).unwrap();
            std::fs::write(&text_file, &readable).unwrap();
        }
        let bytes = unhex(&std::fs::read_to_string(&bytes_file).unwrap());
        let row = Row::open(77, &bytes).unwrap();
        assert_eq!((row.seq, row.time, row.previous_seal), (77, TIME, [0xab; 16]));
        let records: Vec<_> = row.records().map(Result::unwrap).collect();
        assert_eq!(records, [(Position::new(77, 0), expected)], "{name}");
        assert_eq!(std::fs::read_to_string(&text_file).unwrap(), readable, "{name}, for those who read it");
    }
}

#[test]
fn there_is_a_golden_row_of_each_kind() {
    let mut kinds: Vec<&str> = all().iter().map(|(_, event)| event.kind().code()).collect();
    kinds.dedup();
    assert_eq!(kinds.len(), 44, "a new kind needs a row: {kinds:?}");
    for (name, event) in all() {
        assert!(name.starts_with(event.kind().code()), "{name} is of another kind");
    }
}
