use moment::{Instant, Period};
use money::Money;
use serde::{Deserialize, Serialize};

/// A page to pay on, as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutAsk {
    /// What is asked twice with it is done once. At most 200 bytes.
    pub key: String,
    /// Scrip's id of the order. It comes back in each event.
    pub order: String,
    /// The program that sells.
    pub program: String,
    /// Scrip's id of the account that buys.
    pub account: String,
    /// Where the provider may send its receipt.
    pub email: Option<String>,
    /// The language for the page, as a tag of BCP 47.
    pub locale: Option<String>,
    /// What is sold, in a line.
    pub description: String,
    /// What the amount is made of, to be shown: names and amounts, discounts below zero.
    pub lines: Vec<(String, Money)>,
    /// What is to be paid. Zero stores a method and takes nothing.
    pub amount: Money,
    /// Whether the method is to be stored for later charges.
    pub store_method: bool,
    /// How often it is to be paid again, where the provider drives renewals; the reference of the checkout is then the name
    /// of the subscription. Others are asked with `None`.
    pub renews: Option<Period>,
    /// Where the customer goes afterwards, paid or not. `order` is added to its query.
    pub return_url: Option<String>,
    /// When it is asked.
    pub now: Instant,
}

/// A checkout that waits for its customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkout {
    /// The provider's name for it.
    pub reference: String,
    /// Where the customer pays; `None` where there is no page.
    pub url: Option<String>,
}

/// A charge of a stored method, as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargeAsk {
    /// What is asked twice with it is done once. At most 200 bytes. Another attempt has another key.
    pub key: String,
    /// Scrip's id of the order. It comes back in each event.
    pub order: String,
    /// The program that sells.
    pub program: String,
    /// Scrip's id of the account that buys.
    pub account: String,
    /// What is sold, in a line.
    pub description: String,
    /// What is to be taken, more than zero.
    pub amount: Money,
    /// The [token](crate::StoredMethod::token) of the stored method.
    pub method: String,
    /// When it is asked.
    pub now: Instant,
}

/// What became of a charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Outcome {
    /// It is paid.
    Paid {
        /// The provider's name for the payment.
        reference: String,
    },
    /// It was not paid, and won't be by this charge.
    Declined {
        /// The provider's code, for programs to tell reasons apart.
        code: String,
        /// The reason, for people.
        message: String,
    },
    /// It is not decided; an event will tell.
    Pending {
        /// The provider's name for the payment.
        reference: String,
    },
    /// The customer has to agree to it; an event will tell.
    NeedsAction {
        /// The provider's name for the payment.
        reference: String,
        /// Where the customer agrees.
        url: String,
    },
}

/// Money to be given back, as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundAsk {
    /// What is asked twice with it is done once. At most 200 bytes.
    pub key: String,
    /// The payment, by the reference that [`Fact::Paid`](crate::Fact::Paid) gave.
    pub reference: String,
    /// How much of it, more than zero.
    pub amount: Money,
    /// When it is asked.
    pub now: Instant,
}
