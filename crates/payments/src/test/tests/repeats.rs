//! Whatever is repeated, lost or restarted: one charge.

use proptest::prelude::*;

use super::*;
use crate::Shelf;
use crate::test::Misbehaviour;

#[derive(Clone, Copy, Debug)]
enum Step {
    Charge,
    Lost,
    Outage,
    Restart,
    LookUp,
    Tell,
    Approve,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => Just(Step::Charge),
        2 => Just(Step::Lost),
        1 => Just(Step::Outage),
        1 => Just(Step::Restart),
        1 => Just(Step::LookUp),
        2 => Just(Step::Tell),
        1 => Just(Step::Approve),
    ];
    prop::collection::vec(step, 1..24)
}

proptest! {
    #[test]
    fn any_sequence_of_repeats_is_one_charge(steps in steps(), card in prop::sample::select(&Card::ALL[..6])) {
        let mut bench = Bench::new();
        let token = bench.stored(card).token;
        let ask = charge("k", &token);
        let mut answers = Vec::new();
        let mut told = Vec::new();
        let mut arrived = false;
        for step in steps {
            let fault = |fault| bench.provider.misbehave(fault);
            match step {
                Step::Charge => {
                    answers.push(bench.charge(&ask));
                    arrived = true;
                }
                Step::Lost => {
                    fault(Misbehaviour { lose_answers: 1, ..Misbehaviour::default() });
                    prop_assert!(ready(bench.provider.charge(&ask)).is_err());
                    arrived = true;
                }
                Step::Outage => {
                    fault(Misbehaviour { outage: 1, ..Misbehaviour::default() });
                    prop_assert!(ready(bench.provider.charge(&ask)).is_err());
                }
                Step::Restart => bench = bench.restarted(),
                Step::LookUp => prop_assert_eq!(ready(bench.provider.outcome("k")).unwrap().is_some(), arrived),
                Step::Tell => told.extend(bench.told(start())),
                Step::Approve => {
                    if let Some(Outcome::NeedsAction { reference, .. }) = answers.first() {
                        bench.press(reference, "approve", "", start());
                    }
                }
            }
        }
        answers.dedup();
        prop_assert!(answers.len() <= 1, "one answer: {:?}", answers);
        told.extend(bench.told(start().plus_millis(9 * DAY)));
        let decided = told.iter().filter(|event| matches!(event.fact, Fact::Paid { .. } | Fact::Declined { .. }));
        prop_assert_eq!(decided.count(), usize::from(arrived), "one event: {:?}", told);
    }

    #[test]
    fn any_presses_pay_once(presses in prop::collection::vec((0..4_usize, 0..7_usize), 1..20)) {
        let bench = Bench::new();
        let session = bench.open(&checkout("k"));
        for (step, card) in presses {
            let step = ["pay", "approve", "refuse", "leave"][step];
            bench.press(&session, step, Card::ALL[card].number(), start());
        }
        let facts = bench.facts(start().plus_millis(9 * DAY));
        let ends = facts.iter().filter(|fact| matches!(fact, Fact::Paid { .. } | Fact::Abandoned));
        prop_assert_eq!(ends.count(), 1, "{:?}", facts);
    }

    #[test]
    fn no_form_ends_the_server(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let bench = Bench::new();
        let session = bench.open(&checkout("k"));
        let page = bench.provider.submit(&session, &Form::read(&body), start());
        prop_assert_eq!(page.status, 200);
    }
}

#[test]
fn what_a_payment_does_not_tell_any_more_is_gone_at_once() {
    let bench = Bench::new();
    let waiting = || bench.shelf.list("due/").unwrap().len();
    for card in [Card::Good, Card::Asks] {
        let session = bench.open(&checkout(&format!("{card:?}")));
        assert_eq!(waiting(), 1, "it would be abandoned, if nobody came");
        bench.press(&session, "pay", card.number(), start());
        bench.press(&session, "approve", "", start());
        assert_eq!(waiting(), 1, "it is paid, and that is all");
        assert!(matches!(bench.facts(start())[..], [Fact::Paid { .. }]));
        assert_eq!(waiting(), 0);
    }
    let session = bench.open(&checkout("left"));
    ready(bench.provider.cancel_checkout(&session)).unwrap();
    assert_eq!(waiting(), 1);
    assert_eq!(bench.facts(start()), [Fact::Abandoned]);
    assert_eq!(bench.provider.next_due().unwrap(), None);
}
