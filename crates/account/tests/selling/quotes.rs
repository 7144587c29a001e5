//! Quotes: a price that the operator makes for one account (PT-1).

use account::{Buy, Command, MakeQuote, Wanted};
use ledger::Position;
use money::Amount;

use super::till::*;

fn make(credits: i64, price: i64) -> MakeQuote {
    MakeQuote {
        package: "enterprise".into(),
        credits: Amount(credits),
        price: usd(price),
        expires_at: None,
        note: "As agreed".into(),
    }
}

fn quoted(till: &mut Till<'_>, make: MakeQuote) -> Position {
    till.does(Command::MakeQuote(Box::new(make)));
    till.desk.account.sales.as_deref().unwrap().quotes.last().unwrap().id
}

fn accepting(quote: Position) -> Buy {
    Buy { offer: Wanted::Quote(quote), ..package("enterprise") }
}

fn open_quotes(till: &Till<'_>) -> usize {
    till.desk.account.sales.as_deref().map_or(0, |sales| sales.quotes.len())
}

#[test]
fn pt_1_a_quote_is_made_accepted_and_paid() {
    let shop = program("pictastic");
    let mut till = Till::open(&shop, "2026-01-01");
    let quote = quoted(&mut till, make(2_000, 300_000));
    till.to("2026-01-20");
    let order = till.buys(accepting(quote));
    assert_eq!(open_quotes(&till), 0, "it is accepted once");
    assert_eq!(till.refused(Command::Buy(Box::new(accepting(quote)))), "not found quote");
    till.pays(order);
    assert_eq!(till.order_text(order), "credited, receipt 1");
    assert_eq!(till.grants(), ["purchase 2000 never"]);
    assert_eq!(till.desk.account.books[0].grants[0].paid(), Some(usd(300_000)));
}

#[test]
fn a_quote_can_be_accepted_for_thirty_days() {
    let shop = program("pictastic");
    let mut till = Till::open(&shop, "2026-01-01");
    let quote = quoted(&mut till, make(1_000, 150_000));
    till.to("2026-01-30T23:59:59.999Z");
    assert_eq!(open_quotes(&till), 1);
    till.to("2026-01-31");
    assert_eq!(open_quotes(&till), 0);
    assert_eq!(till.refused(Command::Buy(Box::new(accepting(quote)))), "not found quote");
    assert_eq!(till.when("quote_ended"), ["2026-01-31"]);
}

#[test]
fn a_quote_is_withdrawn() {
    let shop = program("pictastic");
    let mut till = Till::open(&shop, "2026-01-01");
    let one = quoted(&mut till, make(1_000, 150_000));
    let other = quoted(&mut till, make(1_500, 200_000));
    till.does(Command::WithdrawQuote { quote: one });
    assert_eq!(till.refused(Command::WithdrawQuote { quote: one }), "not found quote");
    let order = till.buys(accepting(other));
    till.pays(order);
    assert_eq!(till.balance(), "available 1500 held 0 owed 0");
}

#[test]
fn what_is_not_quoted() {
    let shop = program("pictastic");
    let mut till = Till::open(&shop, "2026-01-01");
    let past = Some(at("2025-12-31"));
    for (make, why) in [
        (MakeQuote { package: "starter".into(), ..make(1_000, 1) }, "not by quote"),
        (MakeQuote { package: "none".into(), ..make(1_000, 1) }, "unknown offer"),
        (make(999, 1), "no sale"),
        (make(1_000, 0), "out of range"),
        (MakeQuote { expires_at: past, ..make(1_000, 1) }, "invalid /expires_at"),
    ] {
        let refused = till.refused(Command::MakeQuote(Box::new(make.clone())));
        assert!(refused.starts_with(why), "{make:?}: {refused}");
    }
}
