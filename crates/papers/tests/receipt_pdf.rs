//! Receipts as PDF, read back by another program: `pdftotext` and `pdfinfo` of poppler.

mod common;

use common::{hard, long, money, receipt, vienna};
use moment::{Instant, Zone};
use papers::Receipt;
use papers::receipt::pdf;

#[path = "common/poppler.rs"]
mod poppler;

use poppler::{lines, pages, read, text};

fn made(receipt: &Receipt, locale: &str) -> Vec<u8> {
    pdf(receipt, locale, &vienna()).unwrap()
}

#[test]
fn it_says_what_was_paid_in_two_languages() {
    for (locale, texts) in [
        (
            "en",
            [
                "Atelier 4KX9-0007",
                "\nReceipt\n",
                "\n$519.00\n",
                "Paid on 1 March 2027, 00:30 CET",
                "Description Quantity Credits Amount in USD",
                "2,000 credits 1 2,000 credits $399.00",
                "Extra seats for the studio 12 600 credits $120.00",
                "\nTotal $519.00\n",
                "Receipt 4KX9-0007 – Atelier Page 1 of 1",
            ],
        ),
        (
            "de",
            [
                "Atelier 4KX9-0007",
                "\nQuittung\n",
                "\n519,00 $\n",
                "Bezahlt am 1. März 2027, 00:30 CET",
                "Beschreibung Menge Credits Betrag in USD",
                "2,000 credits 1 2,000 credits 399,00 $",
                "Extra seats for the studio 12 600 credits 120,00 $",
                "\nSumme 519,00 $\n",
                "Quittung 4KX9-0007 – Atelier Seite 1 von 1",
            ],
        ),
    ] {
        let pdf = made(&receipt(), locale);
        let text = text(&pdf);
        for expected in texts {
            assert!(text.contains(expected), "{locale}: {expected:?}\n{text}");
        }
        assert_eq!(pages(&pdf), 1);
    }
}

#[test]
fn the_same_receipt_has_the_same_bytes() {
    for receipt in [receipt(), hard(), long(60)] {
        assert!(made(&receipt, "de") == made(&receipt, "de"));
    }
    assert!(made(&receipt(), "de") != made(&receipt(), "en"));
}

#[test]
fn it_is_tagged_and_dated_by_the_payment() {
    let pdf = made(&receipt(), "de");
    let info = read("pdfinfo", &["-isodates", "-"], &pdf);
    let info = lines(&info);
    for line in [
        "Title: Quittung 4KX9-0007 – Atelier",
        "Author: Atelier",
        "Tagged: yes",
        "Page size: 595.276 x 841.89 pts (A4)",
    ] {
        assert!(info.contains(line), "{line}\n{info}");
    }
    assert!(info.contains("CreationDate: 2027-02-28T23:30:42Z"), "{info}");
    let structure = read("pdfinfo", &["-struct-text", "-"], &pdf);
    for part in ["H1", "Table", "THead", "TBody", "TFoot", "LBody", "\"Summe\"", "\"Ada Lovelace\""] {
        assert!(structure.contains(part), "{part}\n{structure}");
    }
    assert!(!structure.contains("Seite 1 von 1"), "seen, not read out");
}

#[test]
fn many_lines_take_many_sheets() {
    let pdf = made(&long(200), "en");
    let count = pages(&pdf);
    assert!((8..=14).contains(&count), "{count} pages");
    let text = text(&pdf);
    let sheets: Vec<&str> = text.split('\u{c}').collect();
    for (index, sheet) in sheets.iter().take(count).enumerate() {
        assert!(sheet.contains(&format!("Page {} of {count}", index + 1)), "{sheet}");
        assert!(
            sheet.contains("Line ") && sheet.contains("Amount in EUR"),
            "no sheet is without lines:\n{sheet}"
        );
    }
    for n in 1..=200 {
        assert!(text.contains(&format!("Line {n}:")), "{n}");
    }
    assert!(text.contains("Total €20,100.00"), "{}", sheets[count - 1]);
    // Each sheet's names of columns are seen; they are read out once.
    let structure = read("pdfinfo", &["-struct-text", "-"], &pdf);
    assert_eq!(structure.matches("\"Amount in EUR\"").count(), 1);
}

#[test]
fn what_is_hard_to_write_is_written() {
    let pdf = made(&hard(), "de");
    let raw = lines(&read("pdftotext", &["-raw", "-", "-"], &pdf)).replace('\n', " ");
    for text in
        ["<script>alert(1)</script>", "für Ελένη и Юлію, Người Việt", "你好", "🎉", "txt.exe Next: line"]
    {
        assert!(raw.contains(text), "{text}\n{raw}");
    }
    assert!(raw.contains("−9.223.372.036.854.775,808 KWD"), "{raw}");
    assert!(raw.contains("Es ist kein Geld geflossen"), "{raw}");
}

#[test]
fn what_happened_since_is_said() {
    let refunded = Receipt { refunded: Some(money(10_000, "USD")), disputed: true, ..receipt() };
    let text = text(&made(&refunded, "en"));
    for expected in [
        "$100.00 of this payment has been refunded.",
        "The bank has disputed this payment and asked for the money back.",
        "Total $519.00\n",
        "Refunded −$100.00\n",
        "Total after refund $419.00\n",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

#[test]
fn a_receipt_without_anything_is_a_receipt() {
    let bare = Receipt {
        number: String::new(),
        program: String::new(),
        accent: None,
        support_email: None,
        support_url: None,
        account_name: None,
        account_email: None,
        account_id: String::new(),
        order: String::new(),
        paid_at: Instant::NEVER,
        method: None,
        lines: Vec::new(),
        total: money(0, "XXX"),
        reference: None,
        ..receipt()
    };
    let pdf = pdf(&bare, "", &Zone::utc()).unwrap();
    assert!(text(&pdf).contains("Total 0.00"));
    assert_eq!(pages(&pdf), 1);
}
