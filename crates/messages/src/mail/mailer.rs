use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Attached, Mailbox, Message, MultiPart};
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncTransport, Tokio1Executor};
use url::Url;
use words::one_line;

use super::{Attachment, Letter};

/// The end of the year 9999.
const LAST_MILLI: i64 = 253_402_300_799_999;

/// Through which server letters go.
#[derive(Clone)]
pub struct SmtpOptions {
    /// `smtps://user:password@host` (TLS from the start, port 465), or `smtp://user:password@host:587` (STARTTLS, and
    /// nothing is said before it). `?tls=none` is for a server on this machine: no TLS, and the port is 25.
    ///
    /// User and password are percent-encoded.
    pub url: String,
    /// The address that letters come from: `credits@example.com`.
    pub from: String,
    /// The longest that one letter may take.
    pub timeout: Duration,
}

/// Sends letters, each once.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
    timeout: Duration,
}

/// Why letters can't be sent by these options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadSmtp {
    /// The URL can't be read, or says what is not known.
    Url(String),
    /// What is to be the sender is no address.
    From(String),
    /// This machine has no TLS: no certificates to trust, say.
    Tls(String),
}

/// A letter that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailFailure {
    /// Whether it would be the same the next time: the letter itself is refused, not us.
    pub permanent: bool,
    /// What happened.
    pub why: String,
}

impl Mailer {
    /// A mailer by these options. Nothing is connected yet.
    pub fn new(options: &SmtpOptions) -> Result<Mailer, BadSmtp> {
        let from: Address = options.from.parse().map_err(|_| BadSmtp::From(options.from.clone()))?;
        let transport = transport(&options.url, &from)?;
        Ok(Mailer { transport, from, timeout: options.timeout })
    }

    /// Makes one attempt to hand the letter to the server.
    pub async fn send(&self, letter: &Letter) -> Result<(), MailFailure> {
        let message = self.message(letter)?;
        // lettre bounds the connecting only; a server that falls silent later must not hold us up either.
        match tokio::time::timeout(self.timeout, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(MailFailure::of(&error)),
            Err(_) => Err(MailFailure::passing(format!("no answer within {} s", self.timeout.as_secs_f32()))),
        }
    }

    /// The letter with its headers.
    ///
    /// lettre encodes what is no plain text, so that no header ends early; but a name with a control character makes
    /// it panic, so there are none.
    fn message(&self, letter: &Letter) -> Result<Message, MailFailure> {
        let from = Mailbox::new(Some(one_line(&letter.from_name)), self.from.clone());
        let to = address(&letter.to, "to")?;
        let id: String =
            letter.message_id.chars().filter(|c| c.is_ascii_alphanumeric() || "_-".contains(*c)).collect();
        // Later than the year 9999, the date can't be written.
        let at = Duration::from_millis(letter.date.millis().clamp(0, LAST_MILLI).unsigned_abs());
        let mut builder = Message::builder()
            .from(from)
            .to(Mailbox::new(None, to))
            .subject(one_line(&letter.subject))
            .date(UNIX_EPOCH.checked_add(at).unwrap_or(UNIX_EPOCH))
            .message_id(Some(format!("<{id}@{}>", self.from.domain())))
            // So that no machine answers it (RFC 3834).
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Content-Language"),
                letter.language.to_owned(),
            ));
        if let Some(reply_to) = &letter.reply_to {
            builder = builder.reply_to(Mailbox::new(None, address(reply_to, "to answer to")?));
        }
        let wrong = |why: String| MailFailure { permanent: true, why };
        let mut whole = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
        if !letter.attachments.is_empty() {
            whole = MultiPart::mixed().multipart(whole);
        }
        for Attachment { name, kind, bytes } in &letter.attachments {
            let kind = ContentType::parse(kind).map_err(|error| wrong(error.to_string()))?;
            let name = name.chars().filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c)).collect();
            whole = whole.singlepart(Attached::new(name).body(bytes.clone(), kind));
        }
        builder.multipart(whole).map_err(|error| wrong(error.to_string()))
    }
}

fn transport(url: &str, from: &Address) -> Result<AsyncSmtpTransport<Tokio1Executor>, BadSmtp> {
    let said = |what: &str| BadSmtp::Url(what.to_owned());
    // The URL itself is not told: it has the password in it.
    let mut parsed = Url::parse(url).map_err(|error| said(&error.to_string()))?;
    let asked = parsed.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
    parsed.set_query(None);
    let host = parsed.host_str().filter(|host| !host.is_empty()).ok_or_else(|| said("it names no host"))?;
    let host = host.to_owned();
    let tls = match (parsed.scheme(), asked.as_deref()) {
        ("smtps", None) => None,
        ("smtp", None | Some("required")) => {
            let parameters = TlsParameters::new(host).map_err(|error| BadSmtp::Tls(error.to_string()))?;
            if parsed.port().is_none() {
                parsed.set_port(Some(587)).map_err(|()| said("it takes no port"))?;
            }
            Some(Tls::Required(parameters))
        }
        ("smtp", Some("none")) => Some(Tls::None),
        ("smtp" | "smtps", Some(_)) => {
            return Err(said("tls is required, or none for a server on this machine"));
        }
        _ => return Err(said("it begins with smtps: or smtp:")),
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(parsed.as_str())
        .map_err(|error| said(&error.to_string()))?;
    if let Some(tls) = tls {
        builder = builder.tls(tls);
    }
    if parsed.path().len() <= 1 {
        // Servers look askance at a client that calls itself localhost.
        builder = builder.hello_name(ClientId::Domain(from.domain().to_owned()));
    }
    Ok(builder.build())
}

fn address(text: &str, what: &str) -> Result<Address, MailFailure> {
    text.parse().map_err(|_| MailFailure {
        permanent: true,
        why: format!("the address {what} is no e-mail address: {text:?}"),
    })
}

impl MailFailure {
    fn passing(why: String) -> MailFailure {
        MailFailure { permanent: false, why }
    }

    fn of(error: &lettre::transport::smtp::Error) -> MailFailure {
        let code = error.status().map(|code| code.to_string());
        // These are about us (who we are, how we speak), whatever the letter is: the next one would be refused as well,
        // until somebody mends it; then this one would be taken.
        let ours =
            matches!(code.as_deref(), Some("530" | "534" | "535" | "538" | "500" | "502" | "503" | "504"));
        MailFailure { permanent: error.is_permanent() && !ours, why: error.to_string() }
    }
}

impl fmt::Debug for SmtpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SmtpOptions { url: _, from, timeout } = self;
        f.debug_struct("SmtpOptions").field("from", from).field("timeout", timeout).finish_non_exhaustive()
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer").field("from", &self.from).finish_non_exhaustive()
    }
}

impl fmt::Display for BadSmtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadSmtp::Url(why) => write!(
                f,
                "the mail server's URL can't be used: {why}; one looks like smtps://user:password@mail.example.com"
            ),
            BadSmtp::From(from) => write!(f, "{from:?}, from which mails are to come, is no e-mail address"),
            BadSmtp::Tls(why) => write!(f, "mails can't be sent with TLS: {why}"),
        }
    }
}

impl std::error::Error for BadSmtp {}

impl fmt::Display for MailFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl std::error::Error for MailFailure {}

#[cfg(test)]
#[path = "mailer_tests.rs"]
mod tests;
