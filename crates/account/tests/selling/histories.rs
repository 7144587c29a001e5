//! Random histories of selling, and what must hold of all of them (design: the invariants 1-5, 9-11, 18, 19).

use std::collections::BTreeSet;

use account::{Account, Facts, Need, roll};
use ledger::{Entry, Event, Move, Source, SubscriptionState};
use moment::Instant;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use testkit::{Desk, Shop, audit};

use super::acts::{Act, OFFERS, history};
use super::till::{Card, Till, shop};
use super::{boundaries, checks};
use crate::histories::cases;

/// An account after a history; audited at its end, or after every request.
fn after<'a>(shop: &'a Shop, history: &[Act], zone: &str, audits: bool) -> Till<'a> {
    let mut till = Till::open_in(shop, "2026-01-31T10:00:00Z", zone);
    till.audits = audits;
    for act in history {
        till.act(act);
    }
    till.audits = true;
    audit::check(&till.desk);
    checks::check(&till.desk);
    boundaries::check(&till.desk);
    till
}

const ZONES: [&str; 3] = ["", "Europe/Vienna", "America/New_York"];

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn every_request_leaves_an_account_that_adds_up(history in history(40), zone in 0..3_usize) {
        let shop = shop(OFFERS);
        after(&shop, &history, ZONES[zone], true);
    }
}

proptest! {
    #![proptest_config(cases(80))]

    #[test]
    fn long_histories_add_up_in_the_end(history in history(150), zone in 0..3_usize) {
        let shop = shop(OFFERS);
        after(&shop, &history, ZONES[zone], false);
    }
}

/// Rolls an account forward, and looks up what is needed for it.
fn rolled_to(desk: &Desk<'_>, account: &Account, to: Instant) -> (Account, Vec<Entry>) {
    let mut facts = Facts::default();
    loop {
        let mut copy = account.clone();
        match roll(&mut copy, &desk.shop.rules(), to, account.last.next(), &facts) {
            Ok(entries) => return (copy, entries),
            Err(need @ Need::Grant(_)) => desk.journal.look_up(need, &mut facts).unwrap(),
            Err(need) => panic!("a roll does not need {need:?}"),
        }
    }
}

proptest! {
    #![proptest_config(cases(60))]

    /// 5: cutting a run in two changes nothing, with a snapshot in between; nobody answers meanwhile.
    #[test]
    fn rolling_in_two_is_rolling_in_one(history in history(60), first in 0..90_i64, second in 0..90_i64) {
        let shop = shop(OFFERS);
        let till = after(&shop, &history, "", false);
        let desk = &till.desk;
        let half = desk.now().plus_millis(first * 43_200_000);
        let end = half.plus_millis(second * 43_200_000);
        let (in_one, entries) = rolled_to(desk, &desk.account, end);
        let (in_half, mut parts) = rolled_to(desk, &desk.account, half);
        let loaded: Account = postcard::from_bytes(&postcard::to_stdvec(&in_half).unwrap()).unwrap();
        prop_assert_eq!(&loaded, &in_half);
        let mut along = desk.clone();
        along.journal.record(desk.account.last.next(), parts.clone());
        let (in_two, rest) = rolled_to(&along, &loaded, end);
        parts.extend(rest);
        for entry in &mut parts {
            entry.recorded_at = end;
        }
        prop_assert_eq!(in_one, in_two);
        prop_assert_eq!(entries, parts);
    }

    /// The same with a provider that answers at once, whatever it answers.
    #[test]
    fn waiting_in_two_is_waiting_in_one(history in history(60), first in 0..90_i64, second in 0..90_i64, card in 0..3_usize) {
        let shop = shop(OFFERS);
        let mut in_one = after(&shop, &history, "", false);
        in_one.audits = false;
        in_one.card = [Card::Pays, Card::Declines, Card::Silent][card];
        in_one.answer();
        let mut in_two = in_one.clone();
        let half = in_one.desk.now().plus_millis(first * 43_200_000);
        let end = half.plus_millis(second * 43_200_000);
        in_one.wait_until(end);
        in_two.wait_until(half);
        in_two.wait_until(end);
        prop_assert_eq!(&in_one.desk.account, &in_two.desk.account);
        prop_assert_eq!(&in_one.desk.journal, &in_two.desk.journal);
        audit::check(&in_one.desk);
        checks::check(&in_one.desk);
        boundaries::check(&in_one.desk);
    }

    /// 4, 10: the same history gives the same bytes, bytes come back as they went, and a read changes nothing.
    #[test]
    fn bytes_come_back(history in history(60)) {
        let shop = shop(OFFERS);
        let till = after(&shop, &history, "Europe/Vienna", false);
        let mut again = Account::unopened(till.desk.account.no);
        for (id, entry) in till.desk.journal.entries() {
            let read: Entry = postcard::from_bytes(&postcard::to_stdvec(entry).unwrap()).unwrap();
            prop_assert_eq!(&read, entry);
            account::apply(&mut again, *id, &read);
        }
        prop_assert_eq!(postcard::to_stdvec(&till.desk.account).unwrap(), postcard::to_stdvec(&again).unwrap());
        prop_assert_eq!(&after(&shop, &history, "Europe/Vienna", false).desk, &till.desk);
        let before = till.desk.account.clone();
        let read = till.desk.read_at(till.desk.now().plus_millis(50 * 86_400_000));
        audit::sums(&till.desk, &read);
        prop_assert_eq!(before, till.desk.account);
    }
}

/// Random histories prove nothing about what never happens in them.
#[test]
fn histories_are_rich() {
    let shop = shop(OFFERS);
    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for _ in 0..60 {
        let history = history(150).new_tree(&mut runner).unwrap().current();
        let till = after(&shop, &history, "", false);
        seen.extend(till.history(0));
        let mut note = |what: &str, is: bool| {
            if is {
                seen.insert(what.to_owned());
            }
        };
        for (id, entry) in till.desk.journal.entries() {
            match &entry.event {
                Event::ClawedBack(clawed) => {
                    note("voided", !clawed.parts.is_empty());
                    note("of a hold", !clawed.holds.is_empty());
                    note("owed", clawed.owed.is_positive());
                    note("lapsed", clawed.lapsed.is_positive());
                    note("settled by others", !clawed.settled.is_empty());
                    note("reclaimed", !clawed.reclaimed.is_empty());
                }
                Event::Issued(issued) => match issued.terms.source {
                    Source::Rollover { times, .. } => note("rolled over twice", times > 1),
                    Source::Reissue { .. } => note("reissued", true),
                    _ => {}
                },
                Event::Subscription(moved) => match moved.now.state {
                    SubscriptionState::Trial => note("trial", true),
                    SubscriptionState::Paused { .. } => note("paused", true),
                    SubscriptionState::PastDue { .. } => note("late", moved.how != Move::PeriodEnded),
                    SubscriptionState::Active => note("prepaid", moved.now.paid > moved.now.count),
                },
                _ => {}
            }
            let looked_up = till.desk.journal.order(*id).is_some_and(|facts| {
                let kept = till.desk.account.sales.as_deref().and_then(|sales| sales.order(*id));
                kept.is_none() && facts.order.clawed.is_positive()
            });
            note("an order that is not kept", looked_up);
        }
    }
    let expected = [
        "order_placed",
        "payment_asked",
        "payment_declined",
        "order_paid",
        "order_credited",
        "order_failed",
        "order_canceled",
        "order_refunded",
        "order_disputed",
        "dispute_closed",
        "clawed_back",
        "given_again",
        "quote_made",
        "quote_ended",
        "expiry_near",
        "subscription started",
        "subscription period_ended",
        "subscription renewed",
        "subscription change_planned",
        "subscription changed",
        "subscription cancel_planned",
        "subscription resumed",
        "subscription pause_planned",
        "subscription paused",
        "subscription method_changed",
        "subscription renewal_near",
        "subscription ended",
        "subscription unpaid",
        "subscription payment_taken_back",
        "top_up set",
        "top_up ordered",
        "top_up succeeded",
        "top_up declined",
        "top_up paused",
        "overdrawn",
        "suspended",
        "restored",
        "closed",
        "voided",
        "of a hold",
        "owed",
        "lapsed",
        "settled by others",
        "reclaimed",
        "rolled over twice",
        "reissued",
        "trial",
        "paused",
        "late",
        "prepaid",
        "an order that is not kept",
    ];
    let missing: Vec<_> = expected.iter().filter(|what| !seen.contains(**what)).collect();
    assert!(missing.is_empty(), "never seen: {missing:?}");
}
