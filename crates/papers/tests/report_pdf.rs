//! Reports as PDF, read back by another program: `pdftotext` and `pdfinfo` of poppler.

mod common;

use common::{group, report, vienna};
use moment::{Instant, Zone};
use money::Amount;
use papers::Report;
use papers::report::pdf;

#[path = "common/poppler.rs"]
mod poppler;

use poppler::{lines, pages, read, text};

fn made(report: &Report, locale: &str) -> Vec<u8> {
    pdf(report, locale, &vienna()).unwrap()
}

#[test]
fn it_says_what_was_spent_in_two_languages() {
    for (locale, texts) in [
        (
            "en",
            [
                "\nReport for March 2027\n",
                "As of 1 April 2027, 01:30 CEST",
                "Account: Ada Lovelace (acct_00000001000000004kx9)",
                "\nSpent\n1,200 credits\n",
                "Given back, and taken off: 5 credits",
                "What for Count Credits Share",
                "Virtual garment 220 1,100 92 %",
                "Other credits 1 1 <1 %",
                "Ada <b> 121 1,000 83 %",
                "Nobody named 120 200 17 %",
                "Report for March 2027 – Atelier Page 1 of 1",
            ],
        ),
        (
            "de",
            [
                "\nBericht für März 2027\n",
                "Stand 1. April 2027, 01:30 CEST",
                "Konto: Ada Lovelace (acct_00000001000000004kx9)",
                "\nAusgegeben\n1.200 Credits\n",
                "Zurückgegeben und abgezogen: 5 Credits",
                "Wofür Anzahl Credits Anteil",
                "Virtual garment 220 1.100 92 %",
                "Sonstige Credits 1 1 <1 %",
                "Ada <b> 121 1.000 83 %",
                "Niemand genannt 120 200 17 %",
                "Bericht für März 2027 – Atelier Seite 1 von 1",
            ],
        ),
    ] {
        let pdf = made(&report(), locale);
        let text = text(&pdf).replace('\u{a0}', " ");
        for expected in texts {
            assert!(text.contains(expected), "{locale}: {expected:?}\n{text}");
        }
        // Where no department is named, there is nothing to tell apart.
        assert!(!text.contains("epartment") && !text.contains("bteilung"), "{text}");
        assert_eq!(pages(&pdf), 1);
        assert!(pdf == made(&report(), locale), "the same report has the same bytes");
    }
}

#[test]
fn it_is_tagged() {
    let pdf = made(&report(), "de");
    let info = lines(&read("pdfinfo", &["-isodates", "-"], &pdf));
    for line in ["Title: Bericht für März 2027 – Atelier", "Author: Atelier", "Tagged: yes"] {
        assert!(info.contains(line), "{line}\n{info}");
    }
    let structure = read("pdfinfo", &["-struct-text", "-"], &pdf);
    for part in ["H1", "H2", "Table", "THead", "TBody", "\"Virtual garment\""] {
        assert!(structure.contains(part), "{part}\n{structure}");
    }
}

#[test]
fn many_names_take_many_sheets_and_more_are_told_together() {
    let mut report = report();
    report.units[0].members = (1..=500).map(|n| group(Some(&format!("Member {n}")), 1, 10, 0)).collect();
    let pdf = made(&report, "en");
    assert!((10..=20).contains(&pages(&pdf)), "{}", pages(&pdf));
    let text = text(&pdf).replace('\u{a0}', " ");
    assert!(text.contains("Member 400 1 10 <1 %") && !text.contains("Member 401"));
    assert!(text.contains("100 others 100 1,000 20 %"), "{text}");
}

#[test]
fn whatever_it_is_of_there_is_a_report() {
    let mut hard = report();
    hard.month = 13;
    hard.made_at = Instant::NEVER;
    hard.program = "\u{0}\u{202e}🎉שלום".repeat(40);
    let unit = &mut hard.units[0];
    unit.spent = Amount(i64::MIN);
    unit.actions =
        vec![group(Some(&"x".repeat(3_000)), u64::MAX, i64::MAX, i64::MIN), group(Some(""), 0, i64::MIN, 1)];
    unit.members = vec![group(Some("<script>alert(1)</script>"), 1, 1, 0)];
    assert!(text(&made(&hard, "xx")).contains("<script>alert(1)</script>"));
    let nothing = Report { units: Vec::new(), ..report() };
    let pdf = pdf(&nothing, "en", &Zone::utc()).unwrap();
    assert!(text(&pdf).contains("Nothing was spent in this month."));
}
