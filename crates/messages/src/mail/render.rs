//! A message becomes a letter.

use moment::Zone;
use words::{Key, Language, one_line};

use super::said::{Form, Said};
use super::{Letter, Look, catalogue, html, text};
use crate::Message;

/// What a letter says, before it is laid out. The two versions are made of this and nothing else.
pub(super) struct Content {
    pub language: Language,
    pub program: String,
    pub subject: String,
    pub title: String,
    pub paragraphs: Vec<String>,
    /// The facts, the one first that it is about.
    pub rows: Vec<Row>,
    /// What is on the button, and where it leads.
    pub action: Option<(String, String)>,
    pub footer: Vec<String>,
}

/// A fact that is shown.
pub(super) struct Row {
    /// What stands before it.
    pub label: String,
    pub words: String,
    /// Whether few will read it.
    pub minor: bool,
}

/// The letter to a customer, or to those who run the program, in the language that is nearest to `locale` and with dates
/// in `zone`; `None` for a kind of message of which there is none.
///
/// Whatever facts the message has or lacks, there is a letter: what can't be said of them is left out.
pub fn render(message: &Message, look: &Look, to: &str, locale: &str, zone: &Zone) -> Option<Letter> {
    if !message.kind.has_letter() {
        return None;
    }
    let language = Language::of(locale);
    let content = content(message, look, language, zone)?;
    Some(Letter {
        to: to.to_owned(),
        from_name: content.program.clone(),
        // Those who run the program are at that address themselves.
        reply_to: look.support_email.clone().filter(|_| message.kind.to_customer()),
        text: text::text(&content),
        html: html::html(&content, look),
        subject: content.subject,
        message_id: message.id.clone(),
        language: language.code(),
        date: message.at,
        attachments: Vec::new(),
    })
}

fn content(message: &Message, look: &Look, language: Language, zone: &Zone) -> Option<Content> {
    let program = one_line(&look.program_name);
    let Said { rows, mut arguments } = Said::of(message, &program, language, zone);
    let kind = message.kind.code().replace('.', "-");
    let letter = format!("letter-{kind}");
    let part =
        |name| catalogue::text(language, Key { message: &letter, attribute: Some(name) }, Some(&arguments));
    let title = part("title")?;
    let label = |fact: &str| {
        let message = format!("fact-{fact}");
        let own = catalogue::text(language, Key { message: &message, attribute: Some(&kind) }, None);
        own.or_else(|| catalogue::text(language, Key::of(&message), None))
    };
    let subject = one_line(&part("subject").unwrap_or_else(|| title.clone()));
    let paragraphs = ["intro", "more", "also"].into_iter().filter_map(part).collect();
    let action = part("action").zip(target(message, look));
    let rows = rows
        .into_iter()
        .filter_map(|(fact, form, words)| Some(Row { label: label(fact)?, words, minor: form == Form::Id }));
    let rows = rows.collect();
    if let Some(email) = &look.support_email {
        arguments.set("email", one_line(email));
    }
    let footer: &[&str] =
        if message.kind.to_customer() { &["footer-why", "footer-help"] } else { &["footer-operator"] };
    let footer =
        footer.iter().filter_map(|message| catalogue::text(language, Key::of(message), Some(&arguments)));
    let footer = footer.collect();
    Some(Content { language, program, subject, title, paragraphs, rows, action, footer })
}

/// Where the button leads: where the message says, or to the portal.
fn target(message: &Message, look: &Look) -> Option<String> {
    let said = message.facts.get("link").and_then(serde_json::Value::as_str);
    let targets = said.into_iter().chain(look.portal_url.as_deref());
    let web = |url: &url::Url| matches!(url.scheme(), "https" | "http");
    targets.filter_map(|target| url::Url::parse(target).ok().filter(web)).map(String::from).next()
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
