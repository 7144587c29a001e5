//! What is sent, to be looked at while it is being written: for a page of a development server.

use maud::{DOCTYPE, html};
use moment::Zone;

use crate::mail::{Letter, Look, languages, render};
use crate::webhook::payload;
use crate::{Kind, Message, letter_sample, sample};

const STYLE: &str = "
:root { color-scheme: light dark }
body { font: 15px/24px system-ui, sans-serif; margin: 40px auto; max-width: 960px; padding: 0 24px }
h1 { font-size: 26px; letter-spacing: -.02em }
table { border-collapse: collapse; width: 100% }
th, td { border-top: 1px solid rgba(128, 128, 128, .3); padding: 10px 16px 10px 0; text-align: left; vertical-align: top }
code, pre { font: 13px/20px ui-monospace, monospace }
pre { overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere }
summary { cursor: pointer; white-space: nowrap }
a { color: inherit }
@media (max-width: 640px) { thead { display: none } tr, td { display: block; border: 0; padding: 4px 0 } tr { padding: 10px 0 } summary { white-space: normal } }
";

/// A page that lists the samples. Its links are relative: `balance.low/en` beside it is
/// [`preview(Kind::BalanceLow, "en")`](preview).
pub fn preview_index() -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Messages" }
                style { (maud::PreEscaped(STYLE)) }
            }
            body { main {
                h1 { "Messages" }
                p { "Each kind as your endpoint gets it, and the letter that a customer reads where there is one." }
                table {
                    thead { tr {
                        th scope="col" { "Kind" }
                        @for locale in languages() { th scope="col" { "Letter (" (locale) ")" } }
                    } }
                    tbody { @for kind in Kind::ALL { tr {
                        td {
                            details {
                                summary { code { (kind) } }
                                pre { (pretty(&sample(kind))) }
                            }
                        }
                        @for locale in languages() { td lang=(locale) {
                            @if let Some(letter) = letter(kind, locale) {
                                a href={ (kind) "/" (locale) } { (letter.subject) }
                            }
                        } }
                    } } }
                }
            } }
        }
    };
    page.into_string()
}

/// The sample of this kind as a letter; `None` if there is no letter of this kind.
pub fn preview(kind: Kind, locale: &str) -> Option<String> {
    Some(letter(kind, locale)?.html)
}

fn letter(kind: Kind, locale: &str) -> Option<Letter> {
    let look = Look {
        program_name: "Atelier".to_owned(),
        accent: Some("#0b7a75".to_owned()),
        logo: None,
        support_email: Some("help@atelier.example".to_owned()),
        portal_url: Some("https://atelier.example/credits".to_owned()),
    };
    let zone = Zone::named("Europe/Vienna").unwrap_or_else(Zone::utc);
    render(&letter_sample(kind), &look, "customer@shop.example", locale, &zone)
}

fn pretty(message: &Message) -> String {
    let body: Option<serde_json::Value> = serde_json::from_slice(&payload(message)).ok();
    body.and_then(|body| serde_json::to_string_pretty(&body).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_leads_to_every_letter() {
        let index = preview_index();
        for kind in Kind::ALL {
            for locale in languages() {
                let link = format!("href=\"{kind}/{locale}\"");
                assert_eq!(index.contains(&link), preview(kind, locale).is_some(), "{link}");
                assert_eq!(index.contains(&link), kind.has_letter(), "{link}");
            }
            assert!(index.contains(&format!("&quot;type&quot;: &quot;{kind}&quot;")), "{kind}");
        }
    }
}
