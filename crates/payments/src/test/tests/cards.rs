//! Each card, at the checkout and later.

use super::*;

/// Facts and the days after the start.
type Told = &'static [(&'static str, i64)];

/// What was told, in short, with the days after the start.
fn told(bench: &Bench) -> Vec<(&'static str, i64)> {
    let mut all = Vec::new();
    for day in 0..5 {
        let events = bench.told(start().plus_millis(day * DAY));
        all.extend(
            events
                .into_iter()
                .map(|event| (name(&event.fact), event.occurred_at.millis_since(start()) / DAY)),
        );
    }
    all
}

fn name(fact: &Fact) -> &'static str {
    match fact {
        Fact::Paid { method: Some(_), .. } => "paid and stored",
        Fact::Paid { .. } => "paid",
        Fact::Declined { .. } => "declined",
        Fact::Abandoned => "abandoned",
        Fact::Refunded { .. } => "refunded",
        Fact::Disputed { .. } => "disputed",
        Fact::DisputeClosed { .. } => "closed",
        Fact::Renewed { .. } | Fact::Ended { .. } => "renewed",
    }
}

fn outcome(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Paid { .. } => "paid",
        Outcome::Pending { .. } => "pending",
        Outcome::NeedsAction { .. } => "needs action",
        Outcome::Declined { code, .. } => code,
    }
}

#[test]
fn at_the_checkout() {
    let cases: [(&str, u16, &str, Told); 9] = [
        ("4242 4242 4242 4242", 303, "Paid", &[("paid and stored", 0)]),
        ("4000 0000 0000 0002", 200, "The card was declined.", &[("declined", 0), ("abandoned", 1)]),
        ("4000 0025 0000 3155", 200, "Second step", &[("abandoned", 1)]),
        ("4000 0000 0000 0077", 303, "On its way", &[("paid and stored", 2)]),
        ("4000 0000 0000 0259", 303, "Paid", &[("paid and stored", 0), ("disputed", 1)]),
        ("4000 0000 0000 0341", 303, "Paid", &[("paid and stored", 0)]),
        ("4000 0000 0000 9995", 303, "Paid", &[("paid and stored", 0)]),
        ("4111 1111 1111 1111", 200, "That is no test card.", &[("declined", 0), ("abandoned", 1)]),
        ("", 200, "That is no test card.", &[("declined", 0), ("abandoned", 1)]),
    ];
    for (number, status, says, expected) in cases {
        let bench = Bench::new();
        let session = bench.open(&checkout("k"));
        let page = bench.press(&session, "pay", number, start());
        assert_eq!(page.status, status, "{number}");
        assert!(page.html.contains(says), "{number}: {}", page.html);
        assert_eq!(told(&bench), expected, "{number}");
    }
}

#[test]
fn charged_later() {
    let cases: [(Card, &[&str], Told); 6] = [
        (Card::Good, &["paid", "paid"], &[("paid", 0), ("paid", 0)]),
        (Card::Asks, &["needs action"], &[("declined", 1)]),
        (Card::Late, &["pending"], &[("paid", 2)]),
        (Card::Disputed, &["paid"], &[("paid", 0), ("disputed", 1)]),
        (Card::DeclinesLater, &["card_declined", "card_declined"], &[("declined", 0), ("declined", 0)]),
        (
            Card::ShortTwice,
            &["insufficient_funds", "insufficient_funds", "paid", "paid"],
            &[("declined", 0), ("declined", 0), ("paid", 0), ("paid", 0)],
        ),
    ];
    for (card, expected, facts) in cases {
        let bench = Bench::new();
        let StoredMethod { token, label } = bench.stored(card);
        assert_eq!(label, card.label());
        for (attempt, expected) in expected.iter().enumerate() {
            let ask = charge(&format!("charge {attempt}"), &token);
            let first = bench.charge(&ask);
            assert_eq!(outcome(&first), *expected, "{card:?}, charge {attempt}");
            assert_eq!(bench.charge(&ask), first, "{card:?}, charge {attempt} again");
        }
        let mut told = told(&bench);
        told.sort_unstable();
        let mut facts = facts.to_vec();
        facts.sort_unstable();
        assert_eq!(told, facts, "{card:?}");
    }
}

#[test]
fn the_declined_card_is_not_stored() {
    let bench = Bench::new();
    let session = bench.open(&CheckoutAsk { amount: usd(0), ..checkout("k") });
    let page = bench.press(&session, "pay", Card::Declined.number(), start());
    assert!(page.html.contains("Not saved."));
    // Another card may be tried on the same page.
    assert_eq!(bench.press(&session, "pay", Card::Good.number(), start()).status, 303);
    let facts: Vec<&str> = bench.facts(start()).iter().map(name).collect();
    assert_eq!(facts, ["declined", "paid and stored"]);
}

#[test]
fn a_card_that_is_only_stored_is_not_charged() {
    for card in [Card::Late, Card::Disputed] {
        let bench = Bench::new();
        bench.stored(card);
        assert_eq!(told(&bench), [], "{card:?}");
    }
}

#[test]
fn a_method_is_its_accounts_and_its_programs() {
    let bench = Bench::new();
    let StoredMethod { token, .. } = bench.stored(Card::Good);
    let ask = |key: &str| charge(key, &token);
    let asks = [
        ChargeAsk { account: "acct_2".into(), ..ask("a") },
        ChargeAsk { program: "other".into(), ..ask("b") },
        ChargeAsk { method: "tm_00000000000000000000000000000000".into(), ..ask("c") },
        ChargeAsk { method: "../payment".into(), ..ask("d") },
    ];
    for ask in asks {
        assert_eq!(outcome(&bench.charge(&ask)), "unknown_method", "{ask:?}");
    }
}

#[test]
fn the_second_step_decides() {
    let bench = Bench::new();
    let session = bench.open(&checkout("k"));
    bench.press(&session, "pay", Card::Asks.number(), start());
    let refused = bench.press(&session, "refuse", "", start());
    assert!(refused.html.contains("was not approved"), "{}", refused.html);
    bench.press(&session, "pay", Card::Asks.number(), start());
    assert_eq!(bench.press(&session, "approve", "", start()).status, 303);
    assert_eq!(told(&bench), [("declined", 0), ("paid and stored", 0)]);

    let StoredMethod { token, .. } = bench.stored(Card::Asks);
    for (key, step, becomes, page) in
        [("yes", "approve", "paid", "Paid"), ("no", "refuse", "authentication_required", "Not paid")]
    {
        let Outcome::NeedsAction { reference, url } = bench.charge(&charge(key, &token)) else { panic!() };
        assert_eq!(url, format!("https://scrip.example/test_checkout/{reference}"));
        assert!(bench.provider.page(&reference).html.contains("Approve"));
        assert!(bench.press(&reference, step, "", start()).html.contains(page));
        let found = ready(bench.provider.outcome(key)).unwrap().unwrap();
        assert_eq!(outcome(&found), becomes);
        assert_eq!(bench.facts(start()).len(), 1);
    }
}

#[test]
fn late_money_comes_with_its_event() {
    let bench = Bench::new();
    let StoredMethod { token, .. } = bench.stored(Card::Late);
    let first = bench.charge(&charge("k", &token));
    let Outcome::Pending { reference } = first.clone() else { panic!() };
    assert!(bench.refund("r", &reference, 900, start()).is_err_and(|error| error.is_refusal()));
    assert_eq!(bench.provider.next_due().unwrap(), Some(start().plus_millis(2 * DAY)));
    assert_eq!(bench.facts(start().plus_millis(2 * DAY - 1)), []);
    assert_eq!(bench.facts(start().plus_millis(2 * DAY)).len(), 1);
    assert_eq!(
        ready(bench.provider.outcome("k")).unwrap(),
        Some(Outcome::Paid { reference: reference.clone() })
    );
    // The charge itself is answered as it was at first.
    assert_eq!(bench.charge(&charge("k", &token)), first);
    bench.refund("r", &reference, 900, start()).unwrap();
}

#[test]
fn refunds_tell_their_total() {
    let bench = Bench::new();
    let StoredMethod { token, .. } = bench.stored(Card::Good);
    let Outcome::Paid { reference } = bench.charge(&charge("k", &token)) else { panic!() };
    bench.facts(start());
    for (key, cents, total) in
        [("a", 300, Some(300)), ("a", 300, None), ("b", 600, Some(900)), ("b", 600, None)]
    {
        bench.refund(key, &reference, cents, start()).unwrap();
        let facts: Vec<Fact> = total.map(|total| Fact::Refunded { total: usd(total) }).into_iter().collect();
        assert_eq!(bench.facts(start()), facts, "{key}");
    }
    for (key, cents) in [("c", 1), ("a", 301), ("d", 0), ("e", -5), ("", 1)] {
        assert!(
            bench.refund(key, &reference, cents, start()).is_err_and(|error| error.is_refusal()),
            "{key}"
        );
    }
    assert!(bench.refund("f", "tp_unknown", 1, start()).is_err_and(|error| error.is_refusal()));
}

#[test]
fn disputes_are_closed_once() {
    let bench = Bench::new();
    let session = bench.open(&checkout("k"));
    bench.press(&session, "pay", Card::Disputed.number(), start());
    bench.facts(start());
    let day = start().plus_millis(DAY);
    let Some(Fact::Disputed { dispute, amount }) = bench.facts(day).pop() else { panic!() };
    assert!(bench.provider.close_dispute(&dispute, false, day).unwrap());
    assert_eq!(bench.facts(day), [Fact::DisputeClosed { dispute: dispute.clone(), won: false, amount }]);
    assert!(!bench.provider.close_dispute(&dispute, true, day).unwrap());
    assert!(!bench.provider.close_dispute("dp_none", true, day).unwrap());
}

#[test]
fn a_number_that_is_none_is_told_which_there_are() {
    let bench = Bench::new();
    let session = bench.open(&checkout("k"));
    bench.provider.submit(&session, &Form::read(b"step=pay&card=4242+4242+4242+4242&number=4111"), start());
    let Some(Fact::Declined { code, message, .. }) = bench.facts(start()).pop() else { panic!() };
    assert_eq!(code, "unknown_test_card");
    assert!(Card::ALL.into_iter().all(|card| message.contains(card.number())), "{message}");
}
