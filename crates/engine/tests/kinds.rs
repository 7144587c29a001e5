//! Looking for entries of some kinds finds what a look at all of them finds.

use std::sync::Arc;

use account::Until;
use engine::{Listed, Wanted};
use ledger::{EventKind, Position};
use testkit::running::TINY;
use testkit::running::key;
use testkit::story::{charge, grant, hold};
use testkit::{MemoryStore, Running};

use crate::common::{clean, no};

#[test]
fn rare_kinds_are_found_in_runs_and_in_the_tail() {
    let store = MemoryStore::default();
    let running = Running::start(Arc::new(store.clone()), TINY, true).unwrap();
    let [account, other] = ["a", "b"].map(|name| running.open(name));
    for number in 0..400 {
        let command = if number % 97 == 0 { grant(1_000, Until::Never) } else { charge(1) };
        running.ask(no(account), command, Some(key(number, 0))).unwrap();
        let command = if number % 31 == 0 { grant(5, Until::Never) } else { hold(0, 60_000) };
        running.ask(no(other), command, Some(key(number + 1_000, 0))).unwrap();
        if number == 300 {
            running.engine.make_runs().unwrap();
        }
    }
    for account in [account, other] {
        let all = running.engine.entries(account, &Wanted { limit: 10_000, ..Wanted::default() }).unwrap();
        for kinds in [
            vec![EventKind::Issued],
            vec![EventKind::Opened],
            vec![EventKind::Charged],
            vec![EventKind::Voided],
            vec![EventKind::Issued, EventKind::Held],
        ] {
            for before in [None, Some(Position::new(300, 0)), Some(all[70].position)] {
                for limit in [3, 10_000] {
                    let wanted = Wanted { before, limit, kinds: kinds.clone(), ..Wanted::default() };
                    let is = |one: &&Listed| {
                        kinds.contains(&one.entry.event.kind())
                            && before.is_none_or(|before| one.position < before)
                    };
                    let expected: Vec<Listed> = all.iter().filter(is).take(limit).cloned().collect();
                    assert_eq!(running.engine.entries(account, &wanted).unwrap(), expected, "{wanted:?}");
                }
            }
        }
    }
    running.engine.stop();
    assert!(clean(Arc::new(store)).runs > 2);
}
