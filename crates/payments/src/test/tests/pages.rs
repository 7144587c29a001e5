//! The page, as browsers and strangers see it.

use super::*;
use crate::Shelf;
use crate::test::{Accent, Look};

fn later(days: i64) -> Instant {
    start().plus_millis(days * DAY)
}

#[test]
fn a_page_shows_what_is_sold_by_whom_for_how_much() {
    let accent = Accent::read("#0b6e4f");
    let bench = Bench::new();
    let Bench { provider, shelf } = bench;
    let provider = provider.with_looks(move |_| Look { merchant: "Acme Studio".into(), accent });
    let bench = Bench { shelf, provider };
    let page = bench.provider.page(&bench.open(&checkout("k")));
    assert_eq!((page.status, page.redirect), (200, None));
    for text in
        ["Acme Studio", "1,000 credits", "$19.90", "−$5.00", "ord_1", "No money moves", "accent/0b6e4f.css"]
    {
        assert!(page.html.contains(text), "{text}");
    }
    for card in Card::ALL {
        assert!(page.html.contains(card.number()) && page.html.contains(card.does()));
    }
}

#[test]
fn after_paying_the_customer_goes_back() {
    let bench = Bench::new();
    let session = bench.open(&checkout("k"));
    let page = bench.press(&session, "pay", Card::Good.number(), start());
    assert_eq!(page.redirect.as_deref(), Some("https://shop.example/done?a=1&order=ord_1"));
    // Later visits say what is, and send nobody anywhere.
    for page in [bench.provider.page(&session), bench.press(&session, "pay", Card::Good.number(), start())] {
        assert_eq!((page.status, page.redirect), (200, None));
        assert!(page.html.contains("Back to acme") && page.html.contains("a=1&amp;order=ord_1"));
    }
    assert_eq!(bench.facts(later(3)).len(), 1);

    let session = bench.open(&CheckoutAsk { return_url: None, ..checkout("l") });
    let page = bench.press(&session, "pay", Card::Good.number(), start());
    assert_eq!((page.status, page.redirect), (200, None));
    assert!(page.html.contains("<h1>Paid</h1>"));
}

#[test]
fn checkouts_end_in_three_other_ways() {
    let bench = Bench::new();
    // Left by the customer.
    let left = bench.open(&checkout("left"));
    let page = bench.press(&left, "leave", "", start());
    assert_eq!(page.redirect.as_deref(), Some("https://shop.example/done?a=1&order=ord_1"));
    assert_eq!(bench.facts(start()), [Fact::Abandoned]);
    // Cancelled by Scrip.
    let cancelled = bench.open(&checkout("cancelled"));
    ready(bench.provider.cancel_checkout(&cancelled)).unwrap();
    assert_eq!(bench.facts(start()), [Fact::Abandoned]);
    // Expired, told or not.
    let expired = bench.open(&checkout("expired"));
    assert_eq!(bench.press(&expired, "pay", Card::Good.number(), later(1)).status, 410);
    assert_eq!(bench.facts(later(1)), [Fact::Abandoned]);
    for session in [left, cancelled, expired] {
        let pages =
            [bench.provider.page(&session), bench.press(&session, "pay", Card::Good.number(), start())];
        for page in pages {
            assert_eq!((page.status, page.redirect), (410, None));
            assert!(page.html.contains("This checkout is closed"));
        }
    }
    assert_eq!(bench.facts(later(9)), []);
}

#[test]
fn a_checkout_that_is_paid_is_not_cancelled() {
    let bench = Bench::new();
    let session = bench.open(&checkout("k"));
    bench.press(&session, "pay", Card::Good.number(), start());
    ready(bench.provider.cancel_checkout(&session)).unwrap();
    assert!(matches!(bench.facts(later(2)).as_slice(), [Fact::Paid { .. }]));
    assert!(ready(bench.provider.cancel_checkout("tp_none")).is_err_and(|error| error.is_refusal()));
}

#[test]
fn whoever_tries_numbers_is_stopped() {
    let bench = Bench::new();
    let session = bench.open(&checkout("k"));
    for _ in 0..50 {
        bench.press(&session, "pay", "1", start());
    }
    let facts = bench.facts(later(2));
    assert_eq!(facts.len(), 11);
    assert_eq!(facts.last(), Some(&Fact::Abandoned));
    assert_eq!(bench.press(&session, "pay", Card::Good.number(), start()).status, 410);
}

#[test]
fn strangers_see_nothing() {
    let bench = Bench::new();
    bench.open(&checkout("k"));
    for session in
        ["", "tp_", "../card/tm_1", "tp_00000000000000000000000000000000", "<script>", &"a".repeat(9_999)]
    {
        for page in [bench.provider.page(session), bench.press(session, "pay", "", start())] {
            assert_eq!(page.status, 404);
            assert!(!page.html.contains("script"), "{}", page.html);
        }
    }
}

#[test]
fn a_broken_record_is_the_providers_trouble() {
    let bench = Bench::new();
    let session = bench.open(&checkout("k"));
    bench.shelf.put(&format!("payment/{session}"), b"{").unwrap();
    assert_eq!(bench.provider.page(&session).status, 503);
}

#[test]
fn a_charge_shows_its_second_step_and_no_more() {
    let bench = Bench::new();
    let token = bench.stored(Card::Asks).token;
    let Outcome::NeedsAction { reference, .. } = bench.charge(&charge("k", &token)) else { panic!() };
    // There is nothing to leave, and no card to choose.
    for step in ["leave", "pay"] {
        assert!(bench.press(&reference, step, Card::Good.number(), start()).html.contains("Approve"));
    }
    assert_eq!(bench.facts(start()), []);
}

/// Every page of a checkout whose every text is an attack.
fn hostile() -> Vec<String> {
    let evil = "<script>alert(1)</script>\"'><img src=https://evil.example onerror=alert(1)>";
    let shelf = Arc::new(MemoryShelf::default());
    let provider = TestProvider::new(shelf.clone(), SECRET, "https://scrip.example")
        .with_looks(move |_| Look { merchant: evil.into(), accent: None });
    let bench = Bench { shelf, provider };
    let ask = |key: &str, amount| CheckoutAsk {
        order: evil.into(),
        program: evil.into(),
        description: evil.into(),
        lines: vec![(evil.into(), usd(1))],
        amount,
        return_url: Some("https://shop.example/?a='onclick='alert(1)".into()),
        ..checkout(key)
    };
    let mut pages = Vec::new();
    for (key, card) in [("a", Card::Good), ("b", Card::Late), ("c", Card::Asks), ("d", Card::Declined)] {
        for (kind, amount) in [("paid", usd(1_990)), ("stored", usd(0))] {
            let session = bench.open(&ask(&format!("{key} {kind}"), amount));
            pages.push(bench.provider.page(&session).html);
            pages.push(bench.press(&session, "pay", card.number(), start()).html);
            pages.push(bench.press(&session, "leave", "", start()).html);
            let number = format!("step=pay&number={}", evil.replace(' ', "+"));
            pages.push(bench.provider.submit(&session, &Form::read(number.as_bytes()), start()).html);
            pages.push(bench.press(&session, "refuse", "", start()).html);
            pages.push(bench.press(&session, "leave", "", start()).html);
        }
    }
    pages
}

#[test]
fn what_comes_in_is_text() {
    for html in hostile() {
        assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
    }
}

#[test]
fn nothing_is_loaded_from_elsewhere_and_nothing_runs() {
    for html in hostile() {
        for (at, _) in html.match_indices("<link") {
            assert!(html[at..].starts_with("<link rel=\"stylesheet\" href=\"style.css\">"), "{html}");
        }
        for word in [" src=", " style=", " on", "javascript:"] {
            let tags = html.split('<').filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag);
            assert!(tags.into_iter().all(|tag| !tag.contains(word)), "{word}: {html}");
        }
        let labels = html.matches("<label").count();
        assert_eq!(html.matches("type=\"radio\"").count() + html.matches("type=\"text\"").count(), labels);
    }
}
