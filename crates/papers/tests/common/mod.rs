//! Receipts to look at and to test with.
#![allow(dead_code, reason = "not every test has need of all of them")]

use moment::Zone;
use money::{Amount, Money, Scale, Unit};
use papers::{Group, Line, Receipt, Report, Spent, receipt_number};

pub fn money(amount: i64, currency: &str) -> Money {
    Money { amount, currency: currency.parse().unwrap() }
}

pub fn vienna() -> Zone {
    Zone::named("Europe/Vienna").unwrap()
}

pub fn line(what: &str, quantity: i64, credits: &str, amount: Money) -> Line {
    Line { what: what.to_owned(), quantity, credits: credits.to_owned(), amount }
}

/// A receipt as most are.
pub fn receipt() -> Receipt {
    let account = "acct_00000001000000004kx9";
    Receipt {
        number: receipt_number(account, 7),
        program: "Atelier".to_owned(),
        accent: Some("#0b7a75".to_owned()),
        support_email: Some("help@atelier.example".to_owned()),
        support_url: Some("https://atelier.example/help".to_owned()),
        account_name: Some("Ada Lovelace".to_owned()),
        account_email: Some("ada@example.com".to_owned()),
        account_id: account.to_owned(),
        order: "ord_00000001000000000zwg".to_owned(),
        paid_at: "2027-02-28T23:30:42Z".parse().unwrap(),
        method: Some("Visa •••• 4242".to_owned()),
        lines: vec![
            line("2,000 credits", 1, "2,000 credits", money(39_900, "USD")),
            line("Extra seats for the studio", 12, "600 credits", money(12_000, "USD")),
        ],
        total: money(51_900, "USD"),
        refunded: None,
        disputed: false,
        test: false,
        reference: Some("pi_3PqY7d2eZvKYlo2C1gFJ8x0a".to_owned()),
    }
}

/// One on which everything is too long, and much has happened.
pub fn hard() -> Receipt {
    let name = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
    Receipt {
        program: format!("{name} & Ἀθῆναι, Київ"),
        account_name: Some(format!("<script>alert(1)</script> {name} {name}")),
        account_email: Some(format!("{name}@{name}.example").to_lowercase()),
        lines: vec![
            line(
                "<b>Überraschungspaket</b> für Ελένη и Юлію, Người Việt",
                1,
                "1.00 credits",
                money(1, "KWD"),
            ),
            line("שלום עולם, مرحبا بالعالم, 你好 🎉👩‍🚀", i64::MIN, name, money(i64::MIN, "KWD")),
            line("e\u{301}\u{202e}txt.exe\u{0}\u{7}\r\nNext: line", i64::MAX, "", money(i64::MAX, "JPY")),
            line("", 0, "0 credits", money(1_234_567, "ISK")),
        ],
        total: money(i64::MIN, "KWD"),
        refunded: Some(money(1_500, "KWD")),
        disputed: true,
        test: true,
        accent: Some("red".to_owned()),
        ..receipt()
    }
}

/// One with so many lines.
pub fn long(lines: usize) -> Receipt {
    let what = |n: usize| match n % 7 {
        0 => format!(
            "Line {n}: rendering of all views of the summer collection, with shadows and in two sizes"
        ),
        _ => format!("Line {n}: rendering"),
    };
    let lines: Vec<Line> = (1..=lines)
        .map(|n| line(&what(n), n as i64, &format!("{n} credits"), money(100 * n as i64, "EUR")))
        .collect();
    let total = lines.iter().map(|line| line.amount.amount).sum();
    Receipt { lines, total: money(total, "EUR"), ..receipt() }
}

pub fn group(name: Option<&str>, count: u64, spent: i64, returned: i64) -> Group {
    let (spent, returned) = (Amount(spent), Amount(returned));
    Group { name: name.map(str::to_owned), count, spent, returned }
}

/// A report as most are.
pub fn report() -> Report {
    Report {
        program: "Atelier".to_owned(),
        accent: Some("#0b7a75".to_owned()),
        account_name: Some("Ada Lovelace".to_owned()),
        account_id: "acct_00000001000000004kx9".to_owned(),
        year: 2027,
        month: 3,
        made_at: "2027-03-31T23:30:42Z".parse().unwrap(),
        units: vec![Spent {
            unit: Unit { code: "credit".into(), name: "credits".into(), scale: Scale::default() },
            spent: Amount(1_205),
            returned: Amount(5),
            actions: vec![
                group(Some("Virtual garment"), 220, 1_105, 5),
                group(Some("Background"), 20, 99, 0),
                group(None, 1, 1, 0),
            ],
            members: vec![group(Some("Ada <b>"), 121, 1_000, 0), group(None, 120, 205, 5)],
            departments: vec![group(None, 241, 1_205, 5)],
        }],
    }
}
