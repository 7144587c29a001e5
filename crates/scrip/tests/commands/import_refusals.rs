//! `scrip import`: what it does not take.

use super::import::{Desk, refusals};

/// Imports a line between two good ones, which are taken; says why it was refused.
fn refused(desk: &Desk, header: &str, line: &[u8]) -> String {
    let filler = ",".repeat(header.matches(',').count());
    let mut text = format!("{header}\ngood-1{filler}\n").into_bytes();
    text.extend(line);
    text.extend(format!("\ngood-2{filler}\n").bytes());
    let ran = desk.import("bad.csv", text, &["--json"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let refused = refusals(&ran);
    assert_eq!(refused.len(), 1, "{ran:?}");
    let told: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&told["lines"], &told["refused"]), (&3.into(), &1.into()), "{ran:?}");
    refused[0].strip_prefix("3: ").unwrap().to_owned()
}

#[test]
fn a_bad_line_is_refused_with_what_would_be_right() {
    let desk = Desk::new();
    let long = "x".repeat(201);
    for (header, line, said) in [
        ("id,balance", ",5", "id: must be given: your own id of the account"),
        (
            "id,balance",
            "a b,5",
            "id: must have 1 to 128 visible ASCII characters, none of them a slash, and not begin with \"acct_\"; it is \"a b\"",
        ),
        ("id,balance", "acct_1,5", "id: must have 1 to 128"),
        (
            "id,balance",
            "x,-5",
            "balance: must not be negative: an import makes no debts. Write 0, and settle what is owed outside; it is \"-5\"",
        ),
        (
            "id,balance",
            "x,1O",
            "balance: must be a whole number of plain digits, such as 1000: no separators; it is \"1O\"",
        ),
        ("id,balance", "x,\"1,000\"", "balance: must be a whole number of plain digits"),
        (
            "id,balance",
            "x,2.5",
            "balance: must be a whole number: unit credit has no decimals; it is \"2.5\"",
        ),
        (
            "id,balance,unit",
            "x,2.505,token",
            "balance: must have at most 2 decimals: unit token has no more; it is \"2.505\"",
        ),
        (
            "id,balance,unit",
            "x,2e1,token",
            "balance: must be a number of plain digits, with a point before decimals",
        ),
        (
            "id,balance",
            "x,1000000000000001",
            "balance: must be at most 1000000000000000 of the smallest parts",
        ),
        ("id,balance,unit", "x,5,coin", "unit: must be a unit of the program: credit, token; it is \"coin\""),
        ("id,balance,class", "x,5,gift", "class: must be one of starter, plan, purchase, bonus"),
        (
            "id,balance,expires_at",
            "x,5,2027-01-01",
            "expires_at: must be a time of RFC 3339 from 1970 on, such as 2026-01-31T09:30:00Z, or \"never\"; it is \"2027-01-01\"",
        ),
        (
            "id,balance,expires_at",
            "x,5,2025-12-31T00:00:00Z",
            "expires_at: must be later than now: leave the line out if its credits have ended",
        ),
        (
            "id,balance,paid_amount,paid_currency",
            "x,5,29,",
            "paid_currency: must be given with paid_amount, such as USD",
        ),
        (
            "id,balance,paid_amount,paid_currency",
            "x,5,,USD",
            "paid_amount: must be given with paid_currency, such as 29.00",
        ),
        (
            "id,balance,paid_amount,paid_currency",
            "x,5,29,usd",
            "paid_currency: must be three capital letters",
        ),
        (
            "id,balance,paid_amount,paid_currency",
            "x,5,29.5,JPY",
            "paid_amount: must be a whole number: JPY has no decimals",
        ),
        (
            "id,balance,paid_amount,paid_currency",
            "x,,29,USD",
            "balance: must be given where something was paid",
        ),
        (
            "id,name",
            &format!("x,{long}"),
            "name: must have 1 to 200 characters, none of them a control character; it is",
        ),
        (
            "id,email",
            "x,nobody",
            "email: must be an e-mail address, such as office@example.com; it is \"nobody\"",
        ),
        ("id,time_zone", "x,Vienna", "time_zone: must be a name of the IANA database, such as Europe/Vienna"),
        ("id,locale", "x,de_AT", "locale: must be a language tag of BCP 47, such as de-AT"),
        ("id,balance,reason", "x,5,\"a\nb\"", "reason: must have 1 to 500 characters"),
        (
            "id,metadata.note",
            &format!("x,{}", long.repeat(3)),
            "metadata: note must have at most 500 characters",
        ),
        ("id,name", "x", "the line has 1 fields, and the header 2"),
        (
            "id,name",
            "x,Berg, Anna",
            "the line has 3 fields, and the header 2: put a field that has ',' in quotes",
        ),
        ("id,name", "x,12\" pipe", "name: a quote stands within the field: put all of it in quotes"),
        ("id,name", "x,\"Anna\" Berg", "name: the field goes on behind its closing quote"),
        ("id,name", "x,\"Anna", "name: a quote is opened and not closed before the end of the file"),
    ] {
        let refused = refused(&desk, header, line.as_bytes());
        assert!(refused.starts_with(said), "{line}\n{refused}\n{said}");
    }
    let refused = refused(&desk, "id,name", b"x,G\xe4rten");
    assert!(
        refused.starts_with("byte 4 of the line (0xe4) is no UTF-8: save the file as UTF-8"),
        "{refused}"
    );
    assert!(!desk.journal().contains("\"x\""), "{}", desk.journal());
}

#[test]
fn a_line_of_ten_megabytes_is_passed_over() {
    let desk = Desk::new();
    let line = format!("x,{}", "x".repeat(10 << 20));
    let refused = refused(&desk, "id,name", line.as_bytes());
    assert_eq!(refused, "the line has 10485762 bytes, and a line has at most 262144");
    // A quote that swallows the rest of a large file is given up, too.
    let quoted = format!("x,\"{}", "\ny".repeat(200_000));
    let ran = desk.import("quote.csv", format!("id,name\n{quoted}\nz,\n"), &["--json"]);
    assert!(refusals(&ran)[0].starts_with("2: name: a quote is opened and not closed within 262144 bytes"));
    let told: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&told["refused"], &told["accounts"]["opened"]), (&200_001.into(), &1.into()));
    assert!(ran.err.contains("and 199981 more; --report FILE keeps all of them"), "{}", ran.err);
}

#[test]
fn a_file_that_is_wrong_as_a_whole_is_refused_before_anything_is_done() {
    let desk = Desk::new();
    let before = desk.journal();
    for (file, text, said) in [
        (
            "a.csv",
            b"id,blance,E-Mail\nanna,5,\n".as_slice(),
            "line 1, the header: there is no column \"blance\": did you mean \"balance\"?\n  there is no column \"E-Mail\": did you mean \"email\"?",
        ),
        ("a.csv", b"id,colour\nanna,5\n", "there is no column \"colour\": known are id, name, email"),
        ("a.csv", b"id,name,id\nanna,,\n", "columns 1 and 3 are both \"id\""),
        ("a.csv", b"id,\nanna,\n", "column 2 has no name"),
        ("a.csv", b"name,balance\nAnna,5\n", "there is no column \"id\""),
        ("a.csv", b"id,\"name\nanna,\n", "a quote is not closed"),
        ("a.csv", b"id\ranna\rben\r", "carriage return alone"),
        ("a.csv", b"", "is empty: there is nothing to import"),
        ("a.csv", b"\n \r\n", "is empty: there is nothing to import"),
        ("a.csv", b"\xff\xfei\0d\0", "it is UTF-16: save it as UTF-8"),
        ("a.csv", b"PK\x03\x04", "it is a workbook or an archive: save the sheet as CSV"),
        ("a.jsonl", b"[\n{\"id\": \"anna\"}\n]\n", "it begins with a list"),
    ] {
        let ran = desk.import(file, text, &[]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
        assert!(ran.err.contains(said), "{}\n{said}", ran.err);
    }
    let ran = desk.import("a.csv", "id\nanna\n", &["--program", "shp"]);
    assert!(ran.code == 2 && ran.err.contains("there is mill, shop. Did you mean \"shop\"?"), "{ran:?}");
    let file = desk.files.join("a.csv");
    let ran = desk.import("a.csv", "id\nanna\n", &["--report", file.to_str().unwrap()]);
    assert!(ran.code == 2 && ran.err.contains("--report names the file"), "{ran:?}");
    let ran = desk.import("a.csv", "id\nanna\n", &["--name", ""]);
    assert!(ran.code == 2 && ran.err.contains("--name"), "{ran:?}");
    assert_eq!(desk.journal(), before);
}

#[test]
fn what_other_programs_write_is_read() {
    let mut desk = Desk::new();
    let text =
        b"\xef\xbb\xbfid;name;metadata.note\r\nanna;\"Berg; Anna\";\"two\r\nlines\"\r\n;;\r\n\r\nben; Ben ;x";
    let ran = desk.import("a.csv", text, &[]);
    assert!(ran.fine().contains("2 opened"), "{ran:?}");
    assert!(ran.err.contains("note: the fields are separated by ';'"), "{ran:?}");
    assert!(ran.err.contains("note: the last line has no line end"), "{ran:?}");
    let ran = desk.import("b.csv", "id\tname\ncarl\tCarl, the third\n", &[]);
    assert!(ran.fine().contains("1 opened") && ran.err.contains("separated by tabs"), "{ran:?}");
    let ran = desk.import("c.csv", "id,name\nanna,Anna\nben", &[]);
    let cut = "3: the line has 1 fields, and the header 2: the file ends in it, so it was cut";
    assert_eq!(refusals(&ran), [cut]);
    let ran = desk.import("d.jsonl", "{\"id\": \"anna\"}\n{\"id\": \"ben\", \"bal", &[]);
    assert_eq!(refusals(&ran), ["2: the file ends in the middle of the object: it was cut"]);
    // A name that says nothing: as the file begins.
    assert!(desk.import("e.txt", "{\"id\": \"dora\"}\n", &[]).fine().contains("1 opened"));
    assert!(desk.import("f.txt", "id\ndora\n", &[]).fine().contains("1 there already"));
    assert_eq!(desk.import("g.txt", "id\n", &["--format", "csv"]).code, 0);
    desk.server.start();
    let host = desk.server.host("shop");
    let anna = host.account("anna");
    assert_eq!((&anna["name"], &anna["metadata"]["note"]), (&"Berg; Anna".into(), &"two\nlines".into()));
    assert_eq!(host.account("ben")["name"], "Ben");
}

#[test]
fn refused_lines_are_reported_to_be_mended() {
    let desk = Desk::new();
    let report = desk.files.join("refused.csv");
    let path = report.to_str().unwrap();
    let bad: String = (0..30).map(|n| format!("user-{n};\"a;b\";-{n}.5\n")).collect::<Vec<_>>().concat();
    let ran = desk.import("a.csv", format!("id;name;balance\nanna;;5\n{bad}carl;x\n"), &["--report", path]);
    assert_eq!((ran.code, refusals(&ran).len()), (1, 20));
    assert!(ran.err.contains(&format!("the refused lines are in {path}")), "{}", ran.err);
    let text = std::fs::read_to_string(&report).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines.len(), lines[0]), (32, "id;name;balance;refused"));
    assert!(
        lines[1].starts_with("user-0;\"a;b\";-0.5;\"line 3: balance: must not be negative"),
        "{}",
        lines[1]
    );
    assert!(lines[31].contains("line 33: the line has 2 fields, and the header 3"), "{}", lines[31]);
    let mended = text.replace(";-", ";").replace(".5;", ";").replace("\"carl;x\";;;", "carl;x;5;");
    let ran = desk.import("mended.csv", mended, &["--report", path]);
    assert!(ran.fine().contains("accounts   31 opened"), "{ran:?}");
    assert_eq!(std::fs::read_to_string(&report).unwrap(), "id;name;balance;refused\n");
}

#[test]
fn refused_objects_are_reported_to_be_mended() {
    let desk = Desk::new();
    let report = desk.files.join("refused.jsonl");
    let text =
        "{\"id\": \"anna\", \"balance\": -0.10, \"metadata\": {\"a\": \"b\"}}\nnonsense\n{\"id\":\"ben\"}\n";
    let ran = desk.import("a.jsonl", text, &["--report", report.to_str().unwrap()]);
    assert_eq!((ran.code, refusals(&ran).len()), (1, 2));
    let text = std::fs::read_to_string(&report).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0].starts_with(
            "{\"id\":\"anna\",\"balance\":-0.10,\"metadata\":{\"a\": \"b\"},\"refused\":\"line 1: balance: "
        ),
        "{text}"
    );
    assert!(lines[1].starts_with("{\"line\":\"nonsense\",\"refused\":\"line 2: it is no JSON"), "{text}");
    let again = desk.import("refused-2.jsonl", &text, &["--report", report.to_str().unwrap()]);
    assert_eq!(again.code, 1);
    let twice = std::fs::read_to_string(&report).unwrap();
    assert_eq!(twice.matches("\"refused\"").count(), 2, "{twice}");
    let mended = text.lines().next().unwrap().replace("-0.10", "10");
    assert!(desk.import("mended.jsonl", mended, &[]).fine().contains("10 credits"));
}
