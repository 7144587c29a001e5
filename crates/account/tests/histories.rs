//! Random histories: the account against the naive model, and against what must always hold.

use std::collections::BTreeSet;

use account::Done;
use ledger::Event;
use moment::Instant;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, FileFailurePersistence, TestRunner};
use testkit::generate::{Draw, history, many_returns};
use testkit::model::{Model, Verdict};
use testkit::{Answer, Desk, Shop, Step, audit, refusal_text};

/// So many cases, unless `PROPTEST_CASES` asks for more (256 are as many as written here).
pub fn cases(cases: u32) -> Config {
    Config {
        cases: cases * Config::default().cases / 256,
        max_shrink_iters: 10_000,
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..Config::default()
    }
}

pub fn start() -> Instant {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

/// Programs whose rules differ where rules can.
fn shops() -> Vec<Shop> {
    vec![
        Shop::with("alerts.credit = [20, 5]"),
        Shop::with(
            "late_return = \"expire\"\noverdraft.limit = 12\noverdraft.grace = \"9 days\"\n\
             overdraft.warn_before = [\"1 day\"]\nclasses.plan.priority = -1\nclasses.plan.life = \"9 days\"",
        ),
        Shop::with(
            "late_return = { reissue = \"3 days\" }\nstarter = { credits = 15, life = \"10 days\" }\nholds.deadline = \"30 min\"",
        ),
    ]
}

/// Lets a history happen to an account and to the model, and compares them after every request.
fn run<'a>(shop: &'a Shop, history: &[Vec<Draw>], thorough: bool) -> Desk<'a> {
    let mut desk = Desk::open(shop, start());
    let mut model = Model::open(shop, start());
    for (number, request) in history.iter().enumerate() {
        desk.clock.advance_millis(request.first().map_or(0, |draw| draw.wait));
        let steps: Vec<Step> = request.iter().map(|draw| draw.step(&desk)).collect();
        let (before, entries) = (desk.account.clone(), desk.journal.entries().len());
        let expected = model.ask(desk.now(), &steps);
        let answer = desk.ask(&steps);
        let context = || format!("request {number}: {steps:?} at {}", desk.now());
        match (&expected, &answer) {
            (Ok(verdicts), Answer::Done(done, _)) => assert!(
                verdicts.len() == done.len()
                    && verdicts.iter().zip(done).all(|(verdict, done)| like(*verdict, *done)),
                "{}: {verdicts:?}, but {done:?}",
                context()
            ),
            (Err((place, text)), Answer::Refused(number, refusal)) => {
                assert_eq!((*place, text), (*number, &refusal_text(refusal)), "{}", context());
                assert_eq!(before, desk.account, "refused is unchanged");
                assert_eq!(entries, desk.journal.entries().len());
            }
            _ => panic!("{}: {expected:?}, but {answer:?}", context()),
        }
        let read = desk.read();
        let world = if thorough { model.afresh(desk.now()) } else { model.at(desk.now()) };
        if matches!(answer, Answer::Refused(..)) {
            // A refusal books nothing, so what fell due is booked by a timer before it is looked at.
            audit::sums(&desk, &read);
            assert_eq!(read.books.len(), desk.account.books.len());
            desk.ask(&[Step::Roll]);
        }
        let read = desk.read();
        audit::sums(&desk, &read);
        audit::sums(&desk, &desk.account);
        world.assert_like(&desk, &read);
    }
    desk.ask(&[Step::Roll]);
    let world = model.afresh(desk.now());
    assert_eq!(world, model.at(desk.now()), "told along and told afresh are one");
    world.assert_told(&desk);
    audit::check(&desk);
    desk
}

fn like(verdict: Verdict, done: Done) -> bool {
    matches!(
        (verdict, done),
        (Verdict::Done, Done::Entry(_))
            | (Verdict::Already, Done::Already(_))
            | (Verdict::Nothing, Done::Nothing)
    )
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn short_histories_are_as_the_model_tells_them(history in history(1..40), shop in 0..3_usize) {
        run(&shops()[shop], &history, true);
    }
}

proptest! {
    #![proptest_config(cases(30))]

    #[test]
    fn long_histories_are_as_the_model_tells_them(history in history(0..300), shop in 0..3_usize) {
        run(&shops()[shop], &history, false);
    }
}

proptest! {
    #![proptest_config(cases(8))]

    #[test]
    fn returns_beyond_the_accounts_memory_are_as_the_model_tells_them(history in many_returns()) {
        run(&shops()[0], &history, false);
    }
}

/// Random histories prove nothing about what never happens in them.
#[test]
fn histories_are_rich() {
    let shops = shops();
    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for number in 0..24 {
        let history = match number {
            0 => many_returns().new_tree(&mut runner).unwrap().current(),
            _ => history(300).new_tree(&mut runner).unwrap().current(),
        };
        let shop = &shops[number % shops.len()];
        let mut desk = Desk::open(shop, start());
        for request in &history {
            desk.clock.advance_millis(request.first().map_or(0, |draw| draw.wait));
            let steps: Vec<Step> = request.iter().map(|draw| draw.step(&desk)).collect();
            if let Answer::Refused(_, refusal) = desk.ask(&steps) {
                seen.extend(
                    refusal_text(&refusal).split(" required ").next().map(|text| kind(text).to_owned()),
                );
            }
            seen.extend(desk.needs.iter().map(|need| kind(&format!("{need:?}")).to_owned()));
        }
        for (_, entry) in desk.journal.entries() {
            seen.insert(entry.event.kind().code().to_owned());
            let back = match &entry.event {
                Event::Returned(returned) => Some(&returned.back),
                Event::Released(released) => Some(&*released.back),
                Event::Captured(captured) => captured.back.as_deref(),
                _ => None,
            };
            let Some(back) = back else { continue };
            let places = [
                ("debt", back.debt.is_positive()),
                ("parts", !back.parts.is_empty()),
                ("unsettled", !back.unsettled.is_empty()),
                ("expired back", !back.expired.is_empty()),
                ("ended", !back.ended.is_empty()),
                ("revoked", !back.revoked.is_empty()),
                ("voided back", !back.voided.is_empty()),
                ("settled", !back.settled.is_empty()),
                ("revived", !back.revived.is_empty()),
            ];
            seen.extend(places.iter().filter(|(_, is)| *is).map(|(place, _)| (*place).to_owned()));
        }
    }
    let expected = [
        "opened",
        "changed",
        "closed",
        "reopened",
        "issued",
        "started",
        "expired",
        "voided",
        "adjusted",
        "held",
        "captured",
        "released",
        "charged",
        "returned",
        "session_counted",
        "session_seen",
        "overdrawn",
        "recovered",
        "suspension_near",
        "suspended",
        "restored",
        "alert_fired",
        "alerts_set",
        "debt",
        "parts",
        "unsettled",
        "expired back",
        "ended",
        "revoked",
        "voided back",
        "settled",
        "revived",
        "Charge",
        "Returned",
        "Resolved",
        "Grant",
        "insufficient",
        "not",
        "exceeds",
        "already",
        "hold",
        "invalid",
    ];
    let missing: Vec<_> = expected.iter().filter(|what| !seen.contains(**what)).collect();
    assert!(missing.is_empty(), "never seen: {missing:?}");
}

/// The first word.
fn kind(text: &str) -> &str {
    text.split([' ', '(']).next().unwrap_or_default()
}
