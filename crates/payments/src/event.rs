use std::fmt;

use moment::Instant;
use money::Money;
use serde::{Deserialize, Serialize};

/// What a provider tells: a fact about an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderEvent {
    /// The provider's id of the event: the same when it is told again.
    pub id: String,
    /// When it happened, by the provider's clock.
    pub occurred_at: Instant,
    /// The program that sold.
    pub program: String,
    /// Scrip's id of the order; for a renewal, the order that began the subscription.
    pub order: String,
    /// What happened.
    pub fact: Fact,
}

/// What happened. Facts may come in any order, and be repeated: what is paid stays paid when an older decline comes late.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Fact {
    /// The money is there. A checkout of nothing is paid when its method is stored.
    Paid {
        /// The provider's name for the payment, which refunds are asked for by.
        reference: String,
        /// What was paid.
        amount: Money,
        /// The method that was stored with it.
        method: Option<StoredMethod>,
    },
    /// An attempt was declined. A charge is over with it; a checkout may still be paid, by another card.
    Declined {
        /// The provider's name for the payment.
        reference: String,
        /// The provider's code, for programs to tell reasons apart.
        code: String,
        /// The reason, for people.
        message: String,
    },
    /// The checkout was left or has expired: it can't be paid any more.
    Abandoned,
    /// Money was given back.
    Refunded {
        /// How much in all, not this time: so order and repeats don't matter.
        total: Money,
    },
    /// The customer's bank asks for the money back; the provider may have taken it already.
    Disputed {
        /// The provider's name for the dispute.
        dispute: String,
        /// How much of it.
        amount: Money,
    },
    /// The dispute is decided.
    DisputeClosed {
        /// The provider's name for the dispute.
        dispute: String,
        /// Whether the money stays with the merchant.
        won: bool,
        /// How much it was about.
        amount: Money,
    },
    /// The provider has taken the money for the next period, where it drives renewals.
    Renewed {
        /// The provider's name for the subscription.
        subscription: String,
        /// When the period began.
        period_start: Instant,
        /// The provider's name for the payment.
        reference: String,
        /// What was paid.
        amount: Money,
    },
    /// There will be no further renewals, where the provider drives them: cancelled there, or not paid for too long.
    Ended {
        /// The provider's name for the subscription.
        subscription: String,
    },
}

/// A method that can be charged later. What it is made of only the provider knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredMethod {
    /// What the provider is to be given for it.
    pub token: String,
    /// What the customer knows it by, such as "Visa •••• 4242".
    pub label: String,
}

/// Why a message was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// The signature is missing, or not the provider's.
    Signature,
    /// The signature is the provider's, but of another time: the message may have been overheard.
    Stale,
    /// It can't be read: what is wrong.
    Malformed(String),
    /// It is about something that nobody here knows: what. It may be known when the message comes again.
    Unknown(String),
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rejected::Signature => f.write_str("the signature is missing or wrong"),
            Rejected::Stale => f.write_str("the signature is too old, or from the future"),
            Rejected::Malformed(what) => write!(f, "the message can't be read: {what}"),
            Rejected::Unknown(what) => write!(f, "the message is about something unknown: {what}"),
        }
    }
}

impl std::error::Error for Rejected {}
