use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{Kind, letter_sample, sample};

fn samples() -> impl Iterator<Item = Message> {
    Kind::ALL.into_iter().map(letter_sample)
}

fn look() -> Look {
    Look {
        program_name: "Atelier".to_owned(),
        accent: Some("#0b7a75".to_owned()),
        logo: None,
        support_email: Some("help@atelier.example".to_owned()),
        portal_url: Some("https://atelier.example/credits?a=1&b=2".to_owned()),
    }
}

fn rendered(message: &Message, locale: &str) -> Letter {
    let vienna = Zone::named("Europe/Vienna").unwrap();
    render(message, &look(), "customer@shop.example", locale, &vienna).unwrap()
}

/// What is read of the HTML: its text, without tags and with each entity as what it stands for.
fn read(html: &str) -> String {
    let (_, body) = html.split_once("<body").unwrap();
    let (mut text, mut within) = (String::new(), true);
    for c in body.chars() {
        match c {
            '<' => within = true,
            '>' if within => {
                within = false;
                text.push('\n');
            }
            _ if !within => text.push(c),
            _ => {}
        }
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[test]
fn every_kind_in_every_language_is_whole() {
    for message in samples() {
        for locale in super::super::languages() {
            let kind = message.kind;
            if !kind.has_letter() {
                assert_eq!(render(&message, &look(), "a@b.example", locale, &Zone::utc()), None);
                continue;
            }
            let letter = rendered(&message, locale);
            let content = content(&message, &look(), Language::of(locale), &Zone::utc()).unwrap();
            assert!(!content.paragraphs.is_empty() && !content.rows.is_empty(), "{kind} {locale}");
            let lines = if kind.to_customer() { 2 } else { 1 };
            assert_eq!(content.action.is_some(), kind.to_customer(), "{kind} {locale}");
            assert_eq!(content.footer.len(), lines, "{kind} {locale}");
            assert_eq!(content.rows.len(), super::super::said::shown(kind).len(), "{kind} {locale}: labels");
            assert_ne!(
                letter.subject, content.title,
                "{kind} {locale}: the subject says a fact or the program"
            );
            for part in [&letter.subject, &letter.text, &read(&letter.html)] {
                let left = ["{", "}", "letter-", "fact-", "reason-", "footer-"].iter();
                let left: Vec<_> = left.filter(|rest| part.contains(**rest)).collect();
                assert!(left.is_empty(), "{kind} {locale}: {left:?} in {part}");
            }
        }
    }
}

/// Each sentence of the catalogue can be said of its sample: none is left out for a fact that no message has.
#[test]
fn every_sentence_is_said_of_its_sample() {
    for (locale, file) in [
        ("en", include_str!("../../locales/en/letters.ftl")),
        ("de", include_str!("../../locales/de/letters.ftl")),
    ] {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut letter = "";
        for line in file.lines() {
            if let Some(name) = line.strip_prefix("letter-") {
                letter = name.trim_end_matches(" =");
            } else if ["    .intro =", "    .more =", "    .also ="]
                .iter()
                .any(|start| line.starts_with(start))
            {
                *counts.entry(letter).or_default() += 1;
            }
        }
        for kind in Kind::ALL.into_iter().filter(|kind| kind.has_letter()) {
            let content = content(&letter_sample(kind), &look(), Language::of(locale), &Zone::utc()).unwrap();
            assert_eq!(
                Some(&content.paragraphs.len()),
                counts.get(&*kind.code().replace('.', "-")),
                "{kind} {locale}"
            );
        }
    }
}

#[test]
fn the_two_versions_say_the_same() {
    for message in samples().filter(|message| message.kind.to_customer()) {
        for locale in ["en", "de"] {
            let content = content(&message, &look(), Language::of(locale), &Zone::utc()).unwrap();
            let html = read(&html::html(&content, &look()));
            let text = text::text(&content);
            let (label, target) = content.action.as_ref().unwrap();
            let mut parts = vec![&content.program, &content.title, label];
            parts.extend(content.paragraphs.iter().chain(&content.footer));
            parts.extend(content.rows.iter().flat_map(|row| [&row.label, &row.words]));
            for part in parts {
                assert!(
                    html.contains(part.as_str()) && text.contains(part.as_str()),
                    "{part}\n{text}\n{html}"
                );
            }
            assert!(text.contains(target));
        }
    }
}

#[test]
fn those_who_run_the_program_are_told_what_they_can_do() {
    for (locale, subject) in [
        ("en", "Atelier: a webhook endpoint was switched off"),
        ("de", "Atelier: Ein Webhook-Endpunkt wurde abgeschaltet"),
    ] {
        let letter = rendered(&sample(Kind::EndpointDisabled), locale);
        assert_eq!(letter.subject, subject);
        assert_eq!(letter.reply_to, None, "it goes to that address");
        for part in
            ["https://atelier.example/hooks", "end_00000001000000000c3r", "no answer within 15 s", "2027"]
        {
            assert!(letter.text.contains(part), "{part}: {}", letter.text);
        }
        assert!(!letter.html.contains("<a "), "a button would lead to the customers' portal");
    }
}

#[test]
fn a_letter_as_text() {
    let letter = rendered(&sample(Kind::RenewalFailed), "de-AT");
    assert_eq!(letter.subject, "„Pro“ konnte nicht verlängert werden");
    assert_eq!(
        letter.text,
        "Atelier\n\nIhre Verlängerung ist fehlgeschlagen\n====================================\n\n\
         Wir konnten 15,00\u{a0}$ für „Pro“ nicht abbuchen.\n\n\
         Am 20.\u{a0}Februar 2027 versuchen wir es noch einmal. Bitte prüfen Sie vorher Ihre Zahlungsart.\n\n\
         Nicht bezahlt: 15,00\u{a0}$\nProdukt: Pro\nGrund: Das Konto ist nicht gedeckt\n\
         Nächster Versuch: 20.\u{a0}Februar 2027\n\n\
         Zahlungsart ändern:\nhttps://atelier.example/credits?a=1&b=2\n\n\
         -- \nSie erhalten diese Nachricht, weil Sie ein Konto bei Atelier haben.\n\
         Fragen? Schreiben Sie an help@atelier.example.\n"
    );
}

#[test]
fn facts_are_text_and_nothing_else() {
    let nasty = "<script>alert('x')</script> & \"co\" <img src=x onerror=y>";
    let mut message = sample(Kind::OrderFailed);
    message.facts.insert("name".to_owned(), json!(nasty));
    message.facts.insert("order".to_owned(), json!("{ $price }"));
    let mut look = look();
    look.program_name = nasty.to_owned();
    look.logo = Some("https://x.example/\"><script>".to_owned());
    let letter = render(&message, &look, "a@b.example", "en", &Zone::utc()).unwrap();
    assert!(!letter.html.contains("<script") && !letter.html.contains("<img src=x"), "{}", letter.html);
    assert!(read(&letter.html).contains(nasty), "it is seen as it was written");
    assert!(letter.text.contains(nasty) && letter.text.contains("{ $price }"), "no fact is a pattern");
}

#[test]
fn a_fact_makes_no_line_of_its_own() {
    let mut message = sample(Kind::RenewalDone);
    message
        .facts
        .insert("name".to_owned(), json!("Pro\r\nBcc: all@example.com\n\nPay here: https://evil.example"));
    let letter = rendered(&message, "en");
    assert!(!letter.subject.contains(['\r', '\n']));
    assert!(letter.text.lines().all(|line| !line.starts_with("Bcc") && !line.starts_with("Pay here")));
}

#[test]
fn buttons_lead_to_the_web_only() {
    let mut message = sample(Kind::QuoteReady);
    let mut look = look();
    for (link, portal, target) in [
        (None, Some("https://a.example/x"), Some("https://a.example/x")),
        (Some("https://b.example/quote"), Some("https://a.example/x"), Some("https://b.example/quote")),
        (Some("javascript:alert(1)"), Some("https://a.example/x"), Some("https://a.example/x")),
        (None, Some("javascript:alert(1)"), None),
        (None, Some("/portal"), None),
        (None, None, None),
    ] {
        message.facts.remove("link");
        message.facts.extend(link.map(|link| ("link".to_owned(), json!(link))));
        look.portal_url = portal.map(str::to_owned);
        let letter = render(&message, &look, "a@b.example", "en", &Zone::utc()).unwrap();
        assert_eq!(letter.html.contains("<a "), target.is_some());
        assert!(!letter.html.contains("javascript:"));
        if let Some(target) = target {
            assert!(letter.html.contains(&format!("href=\"{target}\"")) && letter.text.contains(target));
        }
    }
}

#[test]
fn a_logo_takes_the_names_place() {
    let mut look = look();
    look.logo = Some("https://atelier.example/logo.png".to_owned());
    let html = |look: &Look| {
        render(&sample(Kind::BalanceLow), look, "a@b.example", "en", &Zone::utc()).unwrap().html
    };
    assert!(html(&look).contains("<img src=\"https://atelier.example/logo.png\" alt=\"Atelier\""));
    look.logo = Some("http://atelier.example/logo.png".to_owned());
    assert!(!html(&look).contains("<img"));
}

#[test]
fn without_a_support_address_none_is_told() {
    let look = Look { support_email: None, ..look() };
    let letter = render(&sample(Kind::BalanceLow), &look, "a@b.example", "en", &Zone::utc()).unwrap();
    assert_eq!(letter.reply_to, None);
    assert!(!letter.text.contains("Questions?"));
}

/// Any fact, of whatever form.
fn any_fact() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
        Just(Value::Null),
        Just(json!({"amount": i64::MIN, "currency": "KWD"})),
        Just(json!({"amount": "1", "currency": 7})),
        Just(json!("9999-12-31T23:59:59Z")),
        Just(json!([1])),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn there_is_a_letter_whatever_the_facts(
        kind in prop::sample::select(&Kind::ALL),
        kept in any::<u32>(),
        others in prop::collection::vec((any::<prop::sample::Index>(), any_fact()), 0..4),
        scale in any_fact(),
        locale in "(en|de|fr|[a-z-]{0,6})",
    ) {
        let mut message = sample(kind);
        let names: Vec<String> = message.facts.keys().cloned().collect();
        for (bit, name) in names.iter().enumerate() {
            if kept >> (bit % 32) & 1 == 0 {
                message.facts.remove(name);
            }
        }
        for (index, fact) in others {
            message.facts.insert(index.get(&names).clone(), fact);
        }
        message.facts.insert("scale".to_owned(), scale);
        let letter = render(&message, &look(), "a@b.example", &locale, &Zone::utc());
        prop_assert_eq!(letter.is_some(), kind.has_letter());
        let Some(letter) = letter else { return Ok(()) };
        prop_assert!(!letter.subject.is_empty() && !letter.subject.contains(char::is_control));
        for name in &names {
            prop_assert!(!letter.text.contains(&format!("{{${name}}}")), "{}", letter.text);
        }
    }
}
