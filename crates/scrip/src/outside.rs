//! How payment providers, hosts and customers are reached.

use std::time::Duration;

use dispatch::{Dispatch, Options};
use engine::{Clock, Engine, SystemClock};
use messages::mail::{Mailer, SmtpOptions};
use messages::webhook::{self, WebhookSender};

use crate::Trouble;

/// What may be said about it.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct OutsideArgs {
    /// Where customers reach this server, such as `https://credits.example.com`; the address that it listens on where this
    /// is left out.
    #[arg(long, value_name = "URL", env = "SCRIP_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// The mail server: `smtps://user:password@host`, or `smtp://user:password@host:587`. Without one no mail is sent.
    #[arg(long, value_name = "URL", env = "SCRIP_SMTP", hide_env_values = true)]
    pub smtp: Option<String>,
    /// The address that mail comes from, such as credits@example.com.
    #[arg(long, value_name = "ADDRESS", env = "SCRIP_MAIL_FROM", requires = "smtp")]
    pub mail_from: Option<String>,
    /// Let webhooks go to this machine and to private networks, and without encryption: for development and tests.
    #[arg(long)]
    pub allow_private_webhooks: bool,
}

impl OutsideArgs {
    /// The same, as a demo needs it: what it tells goes to the machine that it runs on.
    pub fn for_demo(&self) -> OutsideArgs {
        OutsideArgs { allow_private_webhooks: true, ..self.clone() }
    }

    /// Starts what reaches them. `listening` is the address of this server.
    pub fn start(&self, engine: &Engine, listening: &str) -> Result<Dispatch, Trouble> {
        let clock = SystemClock;
        let options =
            webhook::Options { allow_private: self.allow_private_webhooks, ..webhook::Options::default() };
        let sender = WebhookSender::new(options, move || clock.now());
        let sender = sender.map_err(|error| Trouble::new(format!("webhooks can't be sent: {error}")))?;
        let url = self.public_url.as_deref().unwrap_or(listening).trim_end_matches('/');
        let options = Options {
            public_url: url.to_owned(),
            allow_private: self.allow_private_webhooks,
            mailer: self.mailer()?,
            sender,
        };
        Ok(Dispatch::start(engine, options)?)
    }

    fn mailer(&self) -> Result<Option<Mailer>, Trouble> {
        let Some(url) = &self.smtp else { return Ok(None) };
        let from = self.mail_from.as_deref();
        let from =
            from.ok_or_else(|| Trouble::new("--smtp needs --mail-from: the address that mail comes from"))?;
        let options =
            SmtpOptions { url: url.clone(), from: from.to_owned(), timeout: Duration::from_secs(30) };
        let mailer = Mailer::new(&options);
        mailer.map(Some).map_err(|error| Trouble::new(format!("mail can't be sent: {error}")))
    }
}
