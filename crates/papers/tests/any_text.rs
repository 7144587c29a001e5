//! Whatever the texts are, there are papers.

mod common;

use common::{line, money, receipt};
use moment::{Instant, Zone};
use papers::Receipt;
use papers::receipt::{html, pdf};
use proptest::prelude::*;

/// Any text: mostly of what is hard for fonts, and for readers of PDF.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "\\PC{0,300}",
        "[\u{0}-\u{2ff}]{0,40}",
        "[\u{300}-\u{36f}e\u{ad}\u{200b}-\u{206f}\u{fe00}-\u{fe0f} ]{0,40}",
        "[\u{590}-\u{6ff}\u{900}-\u{97f}\u{e00}-\u{e7f}a ]{0,60}",
        "[\u{e000}-\u{e010}\u{feff}\u{fff0}-\u{ffff}\u{1f300}-\u{1f3ff}\u{10fffe}\u{10ffff}]{0,20}",
        "[filtTAVWo.1/2−]{0,250}",
        Just("<script>alert(1)</script>".to_owned()),
    ]
}

fn receipts() -> impl Strategy<Value = Receipt> {
    let texts = proptest::collection::vec(text(), 10);
    let lines = proptest::collection::vec((text(), any::<i64>(), text(), any::<i64>()), 0..8);
    let numbers = (any::<i64>(), proptest::option::of(any::<i64>()), any::<i64>());
    let currency = proptest::sample::select(vec!["USD", "JPY", "KWD", "CLF", "XXX", "ZZZ"]);
    (texts, lines, numbers, currency, any::<(bool, bool)>()).prop_map(
        |(texts, lines, (total, refunded, paid_at), currency, (disputed, test))| {
            let mut texts = texts.into_iter();
            let mut next = || texts.next().unwrap_or_default();
            Receipt {
                number: next(),
                program: next(),
                accent: Some(next()),
                support_email: Some(next()),
                support_url: Some(next()),
                account_name: Some(next()),
                account_email: Some(next()),
                order: next(),
                method: Some(next()),
                reference: Some(next()),
                paid_at: Instant::from_millis(paid_at),
                lines: lines
                    .into_iter()
                    .map(|(what, quantity, credits, amount)| {
                        line(&what, quantity, &credits, money(amount, currency))
                    })
                    .collect(),
                total: money(total, currency),
                refunded: refunded.map(|amount| money(amount, currency)),
                disputed,
                test,
                ..receipt()
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn there_is_a_paper_of_any_text(receipt in receipts(), locale in "[a-z-]{0,5}|de|en") {
        let page = html(&receipt, &locale, &Zone::utc());
        prop_assert!(!page.contains("<script"));
        let pdf = pdf(&receipt, &locale, &Zone::utc());
        prop_assert!(pdf.is_ok_and(|pdf| pdf.starts_with(b"%PDF-1.7")));
    }
}
