//! Receipts: that something was paid, by whom and for what.

mod html;
mod said;
mod sheet;

use moment::{Instant, Zone};
use money::Money;
use words::Language;

use crate::PaperError;
use said::Said;

/// What a receipt says. All texts are shown as they are, on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// See [`receipt_number`](crate::receipt_number).
    pub number: String,
    /// Who was paid, as people call it.
    pub program: String,
    /// `#` and six hexadecimal digits. Anything else is not used.
    pub accent: Option<String>,
    /// Where questions go.
    pub support_email: Option<String>,
    /// Where questions go on the web. It is a link only if it begins with `https://` or `http://`.
    pub support_url: Option<String>,
    /// Who paid.
    pub account_name: Option<String>,
    /// The payer's address.
    pub account_email: Option<String>,
    /// The payer's id.
    pub account_id: String,
    /// The order's id.
    pub order: String,
    /// When it was paid.
    pub paid_at: Instant,
    /// With what: `Visa •••• 4242`.
    pub method: Option<String>,
    /// What was bought.
    pub lines: Vec<Line>,
    /// What was paid for all of it.
    pub total: Money,
    /// How much of it was given back since.
    pub refunded: Option<Money>,
    /// Whether the payer's bank has asked for it back.
    pub disputed: bool,
    /// Whether no money moved.
    pub test: bool,
    /// What the payment provider calls it.
    pub reference: Option<String>,
}

/// A line of a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What was bought.
    pub what: String,
    /// How many of it.
    pub quantity: i64,
    /// The credits that came with it, with their unit: `2,000 credits`.
    pub credits: String,
    /// What was paid for it.
    pub amount: Money,
}

/// The receipt as a page, in the language that is nearest to `locale` and with dates in `zone`. It links `style.css`
/// beside it, see [`style`](crate::style), and asks for nothing else.
pub fn html(receipt: &Receipt, locale: &str, zone: &Zone) -> String {
    html::html(&Said::of(receipt, Language::of(locale), zone))
}

/// The receipt as a PDF on A4, tagged for screen readers (PDF/UA-1). The same receipt has the same bytes: the only date
/// is that of the payment.
pub fn pdf(receipt: &Receipt, locale: &str, zone: &Zone) -> Result<Vec<u8>, PaperError> {
    sheet::pdf(&Said::of(receipt, Language::of(locale), zone), receipt.paid_at)
}
