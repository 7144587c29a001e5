//! Receipts as pages.

mod common;

use common::{hard, long, money, receipt, vienna};
use moment::{Instant, Zone};
use papers::Receipt;
use papers::receipt::html;

fn page(receipt: &Receipt, locale: &str) -> String {
    html(receipt, locale, &vienna())
}

#[test]
fn it_says_what_was_paid_in_two_languages() {
    for (locale, texts) in [
        (
            "en",
            [
                "<html lang=\"en\">",
                "<title>Receipt 4KX9-0007 – Atelier</title>",
                "$519.00",
                "Paid on 1\u{a0}March 2027, 00:30\u{a0}CET",
                "Amount in USD",
                "Visa •••• 4242",
                "$120.00",
            ],
        ),
        (
            "de-AT",
            [
                "<html lang=\"de\">",
                "<title>Quittung 4KX9-0007 – Atelier</title>",
                "519,00\u{a0}$",
                "Bezahlt am 1.\u{a0}März 2027, 00:30\u{a0}CET",
                "Betrag in USD",
                "Visa •••• 4242",
                "120,00\u{a0}$",
            ],
        ),
    ] {
        let page = page(&receipt(), locale);
        for text in texts {
            assert!(page.contains(text), "{locale}: {text}\n{page}");
        }
        for person in
            ["Ada Lovelace", "ada@example.com", "acct_00000001000000004kx9", "ord_00000001000000000zwg"]
        {
            assert!(page.contains(person), "{locale}: {person}");
        }
    }
}

#[test]
fn what_happened_since_is_said() {
    let of = |refunded: Option<i64>, disputed, test| {
        let refunded = refunded.map(|amount| money(amount, "USD"));
        page(&Receipt { refunded, disputed, test, ..receipt() }, "en")
    };
    let usual = of(None, false, false);
    for (text, said) in [
        ("$100.00 of this payment has been refunded.", of(Some(10_000), false, false)),
        ("−$100.00", of(Some(10_000), false, false)),
        ("$419.00", of(Some(10_000), false, false)),
        ("This payment has been refunded in full.", of(Some(51_900), false, false)),
        ("The bank has disputed this payment and asked for the money back.", of(None, true, false)),
        ("No money has moved", of(None, false, true)),
        ("Test payment of 1\u{a0}March 2027", of(None, false, true)),
        ("<h1>Test receipt</h1>", of(None, false, true)),
    ] {
        assert!(said.contains(text) && !usual.contains(text), "{text}");
    }
    assert_eq!(of(Some(0), false, false), usual);
}

#[test]
fn names_are_text_and_stay_in_their_line() {
    let page = page(&hard(), "en");
    assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(!page.contains(['\u{202e}', '\u{0}', '\u{7}', '\r']));
    assert!(page.contains("<bdi>e\u{301}txt.exe Next: line</bdi>"));
}

#[test]
fn only_what_is_safe_becomes_a_link() {
    let with = |email: &str, url: &str| {
        let (support_email, support_url) = (Some(email.to_owned()), Some(url.to_owned()));
        page(&Receipt { support_email, support_url, ..receipt() }, "en")
    };
    let good = with("help@a.example", "https://a.example/");
    assert!(good.contains("href=\"mailto:help@a.example\"") && good.contains("href=\"https://a.example/\""));
    let bad = with("help@a.example?bcc=b@c.example", "javascript:alert(1)");
    assert_eq!(bad.matches("href=").count(), 1, "only the style sheet's");
    let none = page(&Receipt { support_email: None, support_url: None, ..receipt() }, "en");
    assert!(!none.contains("Questions?"));
}

#[test]
fn currencies_have_their_decimals() {
    for (amount, currency, english, german) in [
        (2_900, "USD", "$29.00", "29,00\u{a0}$"),
        (1_500, "JPY", "¥1,500", "1.500\u{a0}¥"),
        (1_500, "KWD", "KWD 1.500", "1,500\u{a0}KWD"),
        (1_250, "CHF", "CHF 12.50", "12,50\u{a0}CHF"),
        (0, "XXX", ">0.00<", ">0,00<"),
    ] {
        let free = Receipt { total: money(amount, currency), lines: Vec::new(), ..receipt() };
        assert!(page(&free, "en").contains(english), "{english}");
        assert!(page(&free, "de").contains(german), "{german}");
        assert_eq!(page(&free, "en").contains("Amount in"), currency != "XXX");
    }
}

#[test]
fn the_page_has_no_style_or_script_of_its_own() {
    for receipt in [receipt(), hard(), long(3)] {
        let page = page(&receipt, "en");
        assert!(!page.contains("style=") && !page.contains("<style") && !page.contains("<script"));
        assert_eq!(page.matches("<link").count(), 1);
    }
}

#[test]
fn what_is_not_known_is_left_out() {
    let bare = Receipt {
        account_name: None,
        account_email: Some(" \n ".to_owned()),
        method: None,
        reference: None,
        paid_at: Instant::NEVER,
        ..receipt()
    };
    let page = html(&bare, "en", &Zone::utc());
    for label in ["Paid by", "Paid with", "Paid on", "Payment reference"] {
        assert!(!page.contains(label), "{label}");
    }
}
