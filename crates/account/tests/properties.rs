//! The invariants that are about two histories, or about bytes; those of one history are in `histories`.

use account::{Account, Facts, HowMuch, Need, Rules, apply, roll};
use ledger::{Entry, Position};
use moment::Instant;
use money::Amount;
use proptest::prelude::*;
use testkit::generate::{Draw, give, history, pay};
use testkit::{Answer, Desk, Pay, Shop, Step, audit};

use crate::histories::{cases, start};

/// An account after a history.
fn after<'a>(shop: &'a Shop, history: &[Vec<Draw>]) -> Desk<'a> {
    let mut desk = Desk::open(shop, start());
    for request in history {
        desk.clock.advance_millis(request.first().map_or(0, |draw| draw.wait));
        let steps: Vec<Step> = request.iter().map(|draw| draw.step(&desk)).collect();
        desk.ask(&steps);
    }
    desk
}

/// Rolls an account forward, and looks up what is needed for it.
fn rolled_to(desk: &Desk<'_>, account: &Account, rules: &Rules<'_>, to: Instant) -> (Account, Vec<Entry>) {
    let mut facts = Facts::default();
    loop {
        let mut copy = account.clone();
        match roll(&mut copy, rules, to, account.last.next(), &facts) {
            Ok(entries) => return (copy, entries),
            Err(need @ Need::Grant(_)) => desk.journal.look_up(need, &mut facts).unwrap(),
            Err(need) => panic!("a roll does not need {need:?}"),
        }
    }
}

/// What the draw order goes by, but for the order of issue.
type Key = (i16, Instant, bool, usize, Instant);

fn shop() -> Shop {
    Shop::with("alerts.credit = [20, 5]\nlate_return = { reissue = \"2 days\" }")
}

proptest! {
    #![proptest_config(cases(60))]

    /// 5, 6: cutting a run in two changes nothing, not even with a snapshot in between.
    #[test]
    fn rolling_in_two_is_rolling_in_one(history in history(1..30), first in 0..20_i64, second in 0..20_i64) {
        let shop = shop();
        let desk = after(&shop, &history);
        let half = desk.now().plus_millis(first * 43_200_000);
        let end = half.plus_millis(second * 43_200_000);
        let rules = shop.rules();
        let (in_one, entries) = rolled_to(&desk, &desk.account, &rules, end);
        let (in_half, mut parts) = rolled_to(&desk, &desk.account, &rules, half);
        let saved = postcard::to_stdvec(&in_half).unwrap();
        let loaded: Account = postcard::from_bytes(&saved).unwrap();
        prop_assert_eq!(&loaded, &in_half);
        // What the first half issued may be dropped and needed in the second.
        let mut along = desk.clone();
        along.journal.record(desk.account.last.next(), parts.clone());
        let (in_two, rest) = rolled_to(&along, &loaded, &rules, end);
        parts.extend(rest);
        for entry in &mut parts {
            entry.recorded_at = end;
        }
        prop_assert_eq!(in_one, in_two);
        prop_assert_eq!(entries, parts);
    }

    /// 4: bytes come back as they went, and the same history gives the same bytes.
    #[test]
    fn bytes_come_back(history in history(1..30)) {
        let shop = shop();
        let desk = after(&shop, &history);
        let mut again = Account::unopened(desk.account.no);
        for (id, entry) in desk.journal.entries() {
            let bytes = postcard::to_stdvec(entry).unwrap();
            let read: Entry = postcard::from_bytes(&bytes).unwrap();
            prop_assert_eq!(&read, entry);
            apply(&mut again, *id, &read);
        }
        let bytes = postcard::to_stdvec(&desk.account).unwrap();
        prop_assert_eq!(&bytes, &postcard::to_stdvec(&again).unwrap());
        prop_assert_eq!(&postcard::from_bytes::<Account>(&bytes).unwrap(), &desk.account);
        prop_assert_eq!(after(&shop, &history), desk);
    }

    /// 10: a read changes nothing, and what is recorded for later does not reach back.
    #[test]
    fn reads_are_pure(history in history(1..30), back in 0..20_usize) {
        let shop = shop();
        let desk = after(&shop, &history);
        let earlier = after(&shop, &history[..history.len().saturating_sub(back)]);
        let before = desk.account.clone();
        let read = desk.read_at(desk.now().plus_millis(86_400_000));
        audit::sums(&desk, &read);
        prop_assert_eq!(&before, &desk.account);
        // The fold of what counted by then is what was read then.
        let mut then = Account::unopened(desk.account.no);
        let kept = earlier.journal.entries().len();
        for (id, entry) in &desk.journal.entries()[..kept] {
            apply(&mut then, *id, entry);
        }
        prop_assert_eq!(then, earlier.account);
    }

    /// 16: releasing all of a hold, with nothing in between, restores every grant.
    #[test]
    fn a_release_restores(history in history(1..30), pay in pay()) {
        let shop = shop();
        let mut desk = after(&shop, &history);
        let hold = desk.holds().len();
        if !matches!(desk.ask(&[Step::Hold { pay, open_for: None }]), Answer::Done(..)) {
            return Ok(());
        }
        let held = desk.clone();
        // As it was right before the hold, and after what fell due before it.
        let mut before = Account::unopened(desk.account.no);
        for (id, entry) in desk.journal.entries().iter().take_while(|(id, _)| *id < desk.holds()[hold]) {
            apply(&mut before, *id, entry);
        }
        desk.ask(&[Step::Release { hold }]);
        for (before, after) in before.books.iter().zip(&desk.account.books) {
            prop_assert_eq!(&before.grants, &after.grants);
            prop_assert_eq!(before.balance(), after.balance());
        }
        // A capture of all, and its return, do the same.
        let mut desk = held;
        desk.ask(&[Step::Capture { hold, how_much: HowMuch::All }]);
        let charge = desk.charges().len() - 1;
        desk.ask(&[Step::Return { charge, credits: None }]);
        for (before, after) in before.books.iter().zip(&desk.account.books) {
            prop_assert_eq!(before.balance(), after.balance());
        }
    }

    /// 7: nothing is drawn of a later grant while an earlier one that may pay has credit; the order of issue is no
    /// matter but between equals.
    #[test]
    fn the_draw_order_is_total(gives in proptest::collection::vec(give(), 1..8), turn in any::<prop::sample::Index>(), credits in 1..60_i64) {
        let shop = shop();
        let place = turn.index(gives.len());
        let turned: Vec<_> = gives[place..].iter().chain(&gives[..place]).cloned().collect();
        let draw = |gives: &[testkit::Give]| {
            let mut desk = Desk::open(&shop, start());
            for give in gives {
                desk.ask(&[Step::Grant(give.clone())]);
            }
            desk.ask(&[Step::Charge(Pay::quoted(0, credits))]);
            let charge = desk.charges().first().and_then(|id| desk.journal.at(*id)?.event.charge());
            let drawn: Vec<_> = charge.iter().flat_map(|charged| &charged.parts).map(|part| {
                let terms = grant_terms(&desk, part.grant);
                (terms, part.credits)
            }).collect();
            drawn
        };
        let (one, other) = (draw(&gives), draw(&turned));
        let total = |drawn: &[(Key, Amount)]| {
            drawn.iter().fold(Amount::ZERO, |sum, (_, credits)| sum.plus(*credits))
        };
        prop_assert_eq!(total(&one), total(&other));
        prop_assert!(one.is_sorted_by_key(|(key, _)| *key) && other.is_sorted_by_key(|(key, _)| *key));
        // Grouped by what the order goes by, the same is drawn.
        let grouped = |drawn: &[(Key, Amount)]| {
            let mut sums = std::collections::BTreeMap::new();
            for (key, credits) in drawn {
                let sum: &mut Amount = sums.entry(*key).or_default();
                *sum = sum.plus(*credits);
            }
            sums
        };
        prop_assert_eq!(grouped(&one), grouped(&other));
    }

    /// 17: what is returned of a charge never exceeds it, however often.
    #[test]
    fn returns_are_bounded(history in history(1..15), amounts in proptest::collection::vec(1..9_i64, 1..12)) {
        let shop = shop();
        let mut desk = after(&shop, &history);
        for charge in 0..desk.charges().len() {
            let mut left = desk.journal.at(desk.charges()[charge]).unwrap().event.charge().unwrap().credits.0;
            left -= returned(&desk, desk.charges()[charge]);
            for amount in &amounts {
                let answer = desk.ask(&[Step::Return { charge, credits: Some(*amount) }]);
                prop_assert_eq!(matches!(answer, Answer::Done(..)), *amount <= left);
                left -= if *amount <= left { *amount } else { 0 };
            }
        }
        audit::check(&desk);
    }
}

fn grant_terms(desk: &Desk<'_>, grant: Position) -> Key {
    let Some(ledger::Event::Issued(issued)) = desk.journal.at(grant).map(|entry| &entry.event) else {
        panic!("{grant} is no grant")
    };
    let terms = &issued.terms;
    let paid = terms.paid.is_some_and(|paid| paid.amount > 0);
    let width = terms.scope.0.as_ref().map_or(usize::MAX, |names| names.len());
    (terms.priority, terms.expires_at, paid, width, terms.effective_at)
}

fn returned(desk: &Desk<'_>, charge: Position) -> i64 {
    let mut facts = Facts::default();
    desk.journal.look_up(Need::Returned(charge), &mut facts).unwrap();
    facts.returned.first().map_or(0, |(_, total)| total.0)
}
