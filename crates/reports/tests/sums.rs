//! Sums against a naive count of all entries, after every few requests: with random histories, restarts, time zones and
//! damage.

use std::collections::BTreeMap;
use std::sync::Arc;

use account::{Command, Spend, What};
use engine::{Options, Target};
use ledger::{AccountNo, Event, NameId, Position};
use moment::Zone;
use money::Amount;
use reports::{Asked, Day, Past, Reports, Sums};
use testkit::running::{START, TINY};
use testkit::story::{charge, grant, open};
use testkit::{MemoryStore, Running, Story};

const DAY: i64 = 86_400_000;

type Key = (Day, u8, NameId, Option<String>, Option<String>);

fn start(store: &MemoryStore, options: Options) -> Running {
    Running::start(Arc::new(store.clone()), options, true).unwrap()
}

fn asked(account: AccountNo, zone: &str, most: usize) -> Asked {
    let zone_of = Zone::named(zone).unwrap();
    let first = Day::at(START, &zone_of).unwrap();
    Asked { account, zone: zone.to_owned(), days: first.plus(-5)..=first.plus(390), balances: true, most }
}

/// Everything at once, entry by entry.
fn naive(running: &Running, account: AccountNo, zone: &Zone) -> BTreeMap<Key, Sums> {
    let mut found: BTreeMap<Key, Sums> = BTreeMap::new();
    for (_, entry) in running.history(account, Position(0)).unwrap() {
        let (count, spent, returned) = match &entry.event {
            Event::Charged(charged) => (1, charged.credits, Amount(0)),
            Event::SessionCounted(counted) => (1, counted.charged.credits, Amount(0)),
            Event::Captured(captured) => (1, captured.credits, Amount(0)),
            Event::Returned(returned) => (0, Amount(0), returned.credits),
            _ => continue,
        };
        let day = Day::at(entry.effective_at, zone).unwrap();
        let work = entry.event.work().unwrap();
        let tag = |of: fn(&ledger::Tags) -> Option<&Box<str>>| {
            work.tags.as_deref().and_then(of).map(ToString::to_string)
        };
        let key = (day, entry.unit, work.action, tag(|t| t.member.as_ref()), tag(|t| t.department.as_ref()));
        let sums = found.entry(key).or_default();
        *sums = sums.plus(Sums { count, spent, returned });
    }
    // A return of nothing says nothing.
    found.retain(|_, sums| *sums != Sums::default());
    found
}

fn summed(past: &Past) -> BTreeMap<Key, Sums> {
    let text = |text: &Option<Arc<str>>| text.as_deref().map(str::to_owned);
    let rows = past.rows.iter().filter(|row| row.sums != Sums::default());
    rows.map(|row| ((row.day, row.unit, row.action, text(&row.member), text(&row.department)), row.sums))
        .collect()
}

fn agree(running: &Running, reports: &Reports, account: AccountNo, zone: &str, most: usize) {
    let asked = asked(account, zone, most);
    let past = loop {
        let past = reports.look(&asked).unwrap();
        if past.complete {
            break past;
        }
    };
    // Once more, for what came to be newer than the last turn.
    let past = if most < 1_000 { past } else { reports.look(&asked).unwrap() };
    let of = Zone::named(zone).unwrap();
    assert_eq!(summed(&past), naive(running, account, &of), "{zone}, {most} at a time");
    for unit in 0..2 {
        // To see an account as it was takes a while: a day a month is looked at.
        for (day, end) in past.balances(unit).iter().step_by(30) {
            let at = day.plus(1).start(&of).unwrap().plus_millis(-1);
            if at > running.engine.now(&running.shop) {
                continue;
            }
            let then = running.engine.account_as_of(account, &running.shop, at).unwrap();
            let then = then.book(unit).map_or(Amount(0), ledger::Book::available);
            assert_eq!(*end, then, "unit {unit} at the end of {day} in {zone}");
        }
    }
}

fn spend(credits: i64, member: &str, department: Option<&str>) -> Command {
    Command::Charge(Box::new(Spend {
        what: What::Credits { unit: 0, credits: Amount(credits) },
        open_for: None,
        reference: None,
        member: Some(member.into()),
        department: department.map(Into::into),
        metadata: Vec::new(),
    }))
}

fn tell(seed: u64) {
    let mut store = MemoryStore::default();
    let mut running = start(&store, TINY);
    let mut story = Story::new(seed, 2);
    let mut reports = Reports::of(&running.engine).unwrap();
    let accounts = [running.open("shop-0"), running.open("shop-1")];
    let zones = ["UTC", "Europe/Vienna", "America/New_York", "Pacific/Auckland"];
    let (mut now, mut zone) = (0, zones[0]);
    for number in 0..400 {
        let asked = story.next(&running);
        let answers = running.write(asked.op(&running)).unwrap();
        story.learn(&answers);
        let account = accounts[(number % 2) as usize];
        if number % 5 == 0 {
            let department = (number % 3 == 0).then_some("studio");
            let member = ["ada", "ben", "<script>"][(number % 3) as usize];
            // It may be refused, for want of credits.
            let _ = running.ask(Target::Number(account), spend(number % 7, member, department), None);
        }
        match story.dice.roll(24) {
            0..4 => {
                let most = [7, 50, 20_000][story.dice.roll(3) as usize];
                agree(&running, &reports, account, zone, most);
            }
            4..7 => {
                now += story.dice.roll(3 * DAY as u64) as i64;
                running.advance_to(now).unwrap();
            }
            7 => {
                running.engine.stop();
                store = store.copied();
                running = start(&store, TINY);
                reports = Reports::of(&running.engine).unwrap();
            }
            8 => zone = zones[story.dice.roll(4) as usize],
            _ => {}
        }
    }
    for account in accounts {
        agree(&running, &reports, account, zone, 64);
    }
}

#[test]
fn random_histories_are_summed_as_a_naive_count_does() {
    for seed in 1..4 {
        tell(seed);
    }
}

#[test]
fn what_is_damaged_is_made_anew() {
    let store = MemoryStore::default();
    let running = start(&store, TINY);
    let account = running.open("shop-0");
    let target = || Target::Number(account);
    running.ask(target(), grant(500, account::Until::Never), None).unwrap();
    for day in 0..60 {
        running.advance_to(day * DAY).unwrap();
        running.ask(target(), charge(day % 5), None).unwrap();
    }
    let reports = Reports::of(&running.engine).unwrap();
    agree(&running, &reports, account, "UTC", 1_000);
    let shelf = running.engine.store().shelf("reports", false).unwrap();
    let kept = shelf.list("").unwrap();
    assert!(kept.len() >= 3, "a head and a sheet a month: {kept:?}");
    for (key, value) in &kept {
        for change in 0..4 {
            let mut value = value.clone();
            match change {
                0 => value.clear(),
                1 => value.truncate(value.len() / 2),
                2 => value[12] ^= 0x40,
                _ => drop(shelf.remove(key).unwrap()),
            }
            if change < 3 {
                shelf.put(key, &value).unwrap();
            }
            agree(&running, &reports, account, "UTC", 1_000);
            running.ask(target(), charge(1), None).unwrap();
            agree(&running, &reports, account, "UTC", 1_000);
        }
    }
}

#[test]
fn older_figures_are_counted_bit_by_bit_and_the_newest_first() {
    let store = MemoryStore::default();
    let running = start(&store, TINY);
    let account = running.open("shop-0");
    let target = || Target::Number(account);
    running.ask(target(), grant(5_000, account::Until::Never), None).unwrap();
    for day in 0..40 {
        running.advance_to(day * DAY).unwrap();
        for _ in 0..5 {
            running.ask(target(), charge(1), None).unwrap();
        }
    }
    let reports = Reports::of(&running.engine).unwrap();
    let first = reports.look(&asked(account, "UTC", 50)).unwrap();
    assert!(!first.complete);
    let first_day = Day::at(START, &Zone::utc()).unwrap();
    let days: Vec<Day> = first.rows.iter().map(|row| row.day).collect();
    assert_eq!(days, (30..40).map(|day| first_day.plus(day)).collect::<Vec<_>>());
    assert_eq!(first.balances(0)[44].1, Amount(5_000 - 200), "the newest balances are there");
    reports.go_on(account, "UTC").unwrap();
    assert!(reports.look(&asked(account, "UTC", 1)).unwrap().complete);
    agree(&running, &reports, account, "UTC", 1_000);
    // Nobody spends anything: there is nothing to say.
    let other = running.ask(Target::Host("shop-9".into()), open(), None).unwrap().entry.account;
    let none = reports.look(&asked(other, "UTC", 10)).unwrap();
    assert!(none.complete && none.rows.is_empty());
}
