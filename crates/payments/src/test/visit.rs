//! The provider's page, as it is visited.

use moment::Instant;

use super::cards::{Card, Decline};
use super::html::{self, View};
use super::payment::{Payment, State};
use super::{Form, TestProvider};
use crate::ShelfError;

/// What a browser is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub html: String,
    /// Where to send the browser on to, with the `Location` header.
    pub redirect: Option<String>,
}

/// Headers for the pages and their style sheets: nothing is loaded from elsewhere, nothing runs, nothing is kept.
///
/// `form-action` is left open: browsers apply it to redirects too, and the customer goes on to the host's own site.
pub const HEADERS: [(&str, &str); 4] = [
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-store"),
];

/// The longest address that anyone is sent back to.
const LONGEST_URL: usize = 2_000;

impl TestProvider {
    /// The page of a checkout, or of a charge that needs its customer.
    pub fn page(&self, session: &str) -> Page {
        let _alone = self.lock();
        self.visit(session, |_| Ok(None))
    }

    /// The page after a button was pressed on it.
    pub fn submit(&self, session: &str, form: &Form, now: Instant) -> Page {
        let _alone = self.lock();
        self.visit(session, |payment| self.press(payment, form, now))
    }

    fn visit(
        &self,
        session: &str,
        press: impl FnOnce(&mut Payment) -> Result<Option<Pressed>, ShelfError>,
    ) -> Page {
        let visit = || {
            let Some(mut payment) = self.payment(session)? else {
                return Ok(show(404, &View::Unknown));
            };
            let before = payment.clone();
            let pressed = press(&mut payment)?;
            if payment != before {
                self.keep(&mut payment)?;
            }
            Ok(self.answer(&payment, pressed.as_ref()))
        };
        visit().unwrap_or_else(|_: ShelfError| show(503, &View::Trouble))
    }

    fn press(&self, payment: &mut Payment, form: &Form, now: Instant) -> Result<Option<Pressed>, ShelfError> {
        if !payment.waits(now) {
            let expired = matches!(payment.state, State::Open | State::Asking { .. });
            return Ok(expired.then_some(Pressed::Expired));
        }
        let declined = match (payment.state.clone(), form.step.as_str()) {
            (State::Open, "pay") => {
                // What was typed counts before what was chosen, as one card is always chosen.
                let typed = form.number.trim();
                let number = if typed.is_empty() { form.card.as_str() } else { typed };
                self.attempt(payment, Card::with_number(number), now)?
            }
            (State::Open, "leave") => self.leave(payment, now).map(|()| None)?,
            (State::Asking { card }, "approve") => self.pay(payment, card, now, now).map(|()| None)?,
            (State::Asking { .. }, "refuse") => {
                self.decline(payment, Decline::refused(), now)?;
                Some(Decline::refused())
            }
            _ => return Ok(None),
        };
        Ok(Some(Pressed::Done { declined }))
    }

    fn answer(&self, payment: &Payment, pressed: Option<&Pressed>) -> Page {
        let look = (self.looks)(&payment.program);
        let back = payment.return_url.as_deref().and_then(|url| return_to(url, &payment.order));
        let (status, view) = match (&payment.state, pressed) {
            (_, Some(Pressed::Expired)) | (State::Left, _) => (410, View::Left),
            (State::Open, Some(Pressed::Done { declined })) => {
                (200, View::Pay { declined: declined.as_ref() })
            }
            (State::Open, None) => (200, View::Pay { declined: None }),
            (State::Asking { .. }, _) => (200, View::Approve),
            (State::Late, _) => (200, View::Late),
            (State::Paid, _) => (200, View::Paid),
            (State::Declined(_), _) => (200, View::Refused),
        };
        let over = !matches!(payment.state, State::Open | State::Asking { .. });
        let goes = over && matches!(pressed, Some(Pressed::Done { .. }));
        let html = html::of(payment, &look, &view, back.as_deref());
        match back.filter(|_| goes) {
            // 303: whatever was sent is not sent again to where the browser goes.
            Some(url) => Page { status: 303, html, redirect: Some(url) },
            None => Page { status, html, redirect: None },
        }
    }
}

/// What a press of a button did.
enum Pressed {
    Done { declined: Option<Decline> },
    Expired,
}

fn show(status: u16, view: &View<'_>) -> Page {
    Page { status, html: html::of_nothing(view), redirect: None }
}

/// The host's address with the order in its query. `None` for what is no address of the web.
pub(super) fn return_to(url: &str, order: &str) -> Option<String> {
    let rest = ["https://", "http://"].iter().find_map(|scheme| url.strip_prefix(scheme))?;
    let host = !rest.is_empty() && !rest.starts_with(['/', '?', '#', ':', '@']);
    let plain = url.len() <= LONGEST_URL
        && url.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b'<' | b'>'));
    if !host || !plain {
        return None;
    }
    let (before, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
    let joint = if !before.contains('?') {
        "?"
    } else if before.ends_with(['?', '&']) {
        ""
    } else {
        "&"
    };
    Some(format!("{before}{joint}order={}{fragment}", encoded(order)))
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::return_to;

    #[test]
    fn the_order_is_added_to_the_query() {
        let cases = [
            ("https://shop.example", "https://shop.example?order=ord_1"),
            ("http://localhost:3000/done", "http://localhost:3000/done?order=ord_1"),
            ("https://shop.example/?a=1", "https://shop.example/?a=1&order=ord_1"),
            ("https://shop.example/?", "https://shop.example/?order=ord_1"),
            ("https://shop.example/a?b=1&#top", "https://shop.example/a?b=1&order=ord_1#top"),
        ];
        for (url, expected) in cases {
            assert_eq!(return_to(url, "ord_1").as_deref(), Some(expected));
        }
        assert_eq!(
            return_to("https://a.b", "a&b=<ä>").as_deref(),
            Some("https://a.b?order=a%26b%3D%3C%C3%A4%3E")
        );
    }

    #[test]
    fn nobody_is_sent_anywhere_else() {
        let long = format!("https://shop.example/{}", "a".repeat(2_000));
        for url in [
            "",
            "shop.example",
            "//shop.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://shop.example",
            "https://",
            "https:///path",
            "https://?a",
            "https://shop.example/\r\nset-cookie: a=b",
            "https://shop.example/a b",
            "https://shop.example\\@evil.example",
            "https://shop.example/\"onload=",
            &long,
        ] {
            assert_eq!(return_to(url, "ord_1"), None, "{url}");
        }
    }
}
