//! Letters: what customers are told by e-mail, in their language, and handing one to an SMTP server.

mod catalogue;
mod colour;
mod html;
mod letter;
mod mailer;
mod render;
mod said;
mod text;

pub use letter::{Attachment, Letter, Look};
pub use mailer::{BadSmtp, MailFailure, Mailer, SmtpOptions};
pub use render::render;

/// The languages that letters are written in, by their codes; the first is what others fall back to.
pub fn languages() -> impl Iterator<Item = &'static str> {
    words::Language::ALL.into_iter().map(words::Language::code)
}
