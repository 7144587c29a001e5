use std::fmt;

use moment::Instant;

/// An e-mail, as it is shown and as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The customer's address.
    pub to: String,
    /// The name that it comes from: the program's. The address is the [`Mailer`](super::Mailer)'s.
    pub from_name: String,
    /// Where an answer goes.
    pub reply_to: Option<String>,
    /// One line.
    pub subject: String,
    /// All that `html` says, for those who read text.
    pub text: String,
    /// The same, laid out.
    pub html: String,
    /// The message's id: the same on every attempt, so a second copy is told from a second letter.
    pub message_id: String,
    /// Its language.
    pub language: &'static str,
    /// When it happened that it tells of.
    pub date: Instant,
    /// What comes with it.
    pub attachments: Vec<Attachment>,
}

/// A file that comes with a letter.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// What it is kept as: letters, digits, `.`, `_` and `-`; others are left out.
    pub name: String,
    /// What it is, such as `application/pdf`.
    pub kind: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Attachment { name, kind, bytes } = self;
        write!(f, "{name} ({kind}, {} bytes)", bytes.len())
    }
}

/// Whose a letter looks like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// What people call the program.
    pub program_name: String,
    /// `#` and six hexadecimal digits. Anything else is not used.
    pub accent: Option<String>,
    /// An `https` address: a mail has no other place to take a picture from. Anything else is not used.
    pub logo: Option<String>,
    /// Where questions go.
    pub support_email: Option<String>,
    /// Where the button leads: the customer's portal. Without one there is no button.
    pub portal_url: Option<String>,
}
