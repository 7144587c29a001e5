use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What somebody is told of.
///
/// Kept and sent by its [`code`](Kind::code), so a variant may be renamed and its code may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Kind {
    /// The balance crossed a threshold downwards.
    BalanceLow,
    /// The balance went below zero.
    AccountOverdrawn,
    /// The account is below zero, and the deadline is near.
    SuspensionNear,
    /// The account was below zero for too long.
    AccountSuspended,
    /// A suspended account is zero or more again.
    AccountRestored,
    /// A purchase was paid, and its credits are there.
    OrderCredited,
    /// A purchase was not paid.
    OrderFailed,
    /// The customer's bank took the money of a purchase back.
    OrderDisputed,
    /// The money of a purchase was given back.
    OrderRefunded,
    /// An offer was made for this account, to be accepted or not.
    QuoteReady,
    /// A renewal will be charged soon.
    RenewalNear,
    /// A renewal was paid, and its credits are there.
    RenewalDone,
    /// A renewal was not paid.
    RenewalFailed,
    /// A plan or an automatic renewal began.
    SubscriptionStarted,
    /// A plan or an automatic renewal became another one.
    SubscriptionChanged,
    /// A plan or an automatic renewal ended.
    SubscriptionEnded,
    /// The automatic top-up was declined too often, and stopped itself.
    TopUpPaused,
    /// Credits will expire soon.
    CreditsExpiring,
    /// Credits have expired.
    CreditsExpired,
    /// A month is over, and its report is ready.
    ReportReady,
    /// A hold was not resolved by its deadline, and was released.
    HoldExpired,
    /// A webhook endpoint failed for so long that nothing is sent to it any more.
    EndpointDisabled,
}

/// A text that is no kind's code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownKind(pub String);

impl Kind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Kind; 22] = [
        Kind::BalanceLow,
        Kind::AccountOverdrawn,
        Kind::SuspensionNear,
        Kind::AccountSuspended,
        Kind::AccountRestored,
        Kind::OrderCredited,
        Kind::OrderFailed,
        Kind::OrderDisputed,
        Kind::OrderRefunded,
        Kind::QuoteReady,
        Kind::RenewalNear,
        Kind::RenewalDone,
        Kind::RenewalFailed,
        Kind::SubscriptionStarted,
        Kind::SubscriptionChanged,
        Kind::SubscriptionEnded,
        Kind::TopUpPaused,
        Kind::CreditsExpiring,
        Kind::CreditsExpired,
        Kind::ReportReady,
        Kind::HoldExpired,
        Kind::EndpointDisabled,
    ];

    /// What webhooks, endpoints' filters and the outbox call it.
    ///
    /// ```
    /// use messages::Kind;
    /// assert_eq!(Kind::RenewalFailed.code(), "renewal.failed");
    /// assert_eq!("renewal.failed".parse(), Ok(Kind::RenewalFailed));
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Kind::BalanceLow => "balance.low",
            Kind::AccountOverdrawn => "account.overdrawn",
            Kind::SuspensionNear => "suspension.near",
            Kind::AccountSuspended => "account.suspended",
            Kind::AccountRestored => "account.restored",
            Kind::OrderCredited => "order.credited",
            Kind::OrderFailed => "order.failed",
            Kind::OrderDisputed => "order.disputed",
            Kind::OrderRefunded => "order.refunded",
            Kind::QuoteReady => "quote.ready",
            Kind::RenewalNear => "renewal.near",
            Kind::RenewalDone => "renewal.done",
            Kind::RenewalFailed => "renewal.failed",
            Kind::SubscriptionStarted => "subscription.started",
            Kind::SubscriptionChanged => "subscription.changed",
            Kind::SubscriptionEnded => "subscription.ended",
            Kind::TopUpPaused => "top_up.paused",
            Kind::CreditsExpiring => "credits.expiring",
            Kind::CreditsExpired => "credits.expired",
            Kind::ReportReady => "report.ready",
            Kind::HoldExpired => "hold.expired",
            Kind::EndpointDisabled => "endpoint.disabled",
        }
    }

    /// What it says has happened, in a sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Kind::BalanceLow => "The balance crossed a threshold downwards.",
            Kind::AccountOverdrawn => "The balance went below zero.",
            Kind::SuspensionNear => "The account is below zero, and the deadline is near.",
            Kind::AccountSuspended => "The account was below zero for too long.",
            Kind::AccountRestored => "A suspended account is zero or more again.",
            Kind::OrderCredited => "A purchase was paid, and its credits are there.",
            Kind::OrderFailed => "A purchase was not paid.",
            Kind::OrderDisputed => "The customer's bank took the money of a purchase back.",
            Kind::OrderRefunded => "The money of a purchase was given back.",
            Kind::QuoteReady => "An offer was made for this account, to be accepted or not.",
            Kind::RenewalNear => "A renewal will be charged soon.",
            Kind::RenewalDone => "A renewal was paid, and its credits are there.",
            Kind::RenewalFailed => "A renewal was not paid.",
            Kind::SubscriptionStarted => "A plan or an automatic renewal began.",
            Kind::SubscriptionChanged => "A plan or an automatic renewal became another one.",
            Kind::SubscriptionEnded => "A plan or an automatic renewal ended.",
            Kind::TopUpPaused => "The automatic top-up was declined too often, and stopped itself.",
            Kind::CreditsExpiring => "Credits will expire soon.",
            Kind::CreditsExpired => "Credits have expired.",
            Kind::ReportReady => "A month is over, and its report is ready.",
            Kind::HoldExpired => "A hold was not resolved by its deadline, and was released.",
            Kind::EndpointDisabled => {
                "A webhook endpoint failed for so long that nothing is sent to it any more."
            }
        }
    }

    /// Whether there is an e-mail about it: for the customer, or for those who run the program.
    pub const fn has_letter(self) -> bool {
        self.to_customer() || matches!(self, Kind::EndpointDisabled)
    }

    /// Whether there is an e-mail for the customer too.
    ///
    /// Not for what only the host can mend, and not for credits that expired: that they would was said before.
    pub const fn to_customer(self) -> bool {
        !matches!(self, Kind::CreditsExpired | Kind::HoldExpired | Kind::EndpointDisabled)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Kind::ALL.into_iter().find(|kind| kind.code() == text);
        found.ok_or_else(|| UnknownKind(text.to_owned()))
    }
}

impl TryFrom<String> for Kind {
    type Error = UnknownKind;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Kind> for &'static str {
    fn from(kind: Kind) -> &'static str {
        kind.code()
    }
}

impl fmt::Display for UnknownKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no kind of message \"{}\"; there are: ", self.0)?;
        for (index, kind) in Kind::ALL.into_iter().enumerate() {
            write!(f, "{}{kind}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownKind {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Kind;

    #[test]
    fn every_kind_is_read_from_its_code() {
        let codes: BTreeSet<&str> = Kind::ALL.into_iter().map(Kind::code).collect();
        assert_eq!(codes.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            assert_eq!(kind.code().parse(), Ok(kind));
            let json = serde_json::to_string(&kind).unwrap();
            assert_eq!(json, format!("\"{kind}\""));
            assert_eq!(serde_json::from_str::<Kind>(&json).unwrap(), kind);
        }
    }

    #[test]
    fn an_unknown_code_is_answered_with_the_known_ones() {
        let said = "balance.high".parse::<Kind>().unwrap_err().to_string();
        assert!(
            said.contains("\"balance.high\"") && said.contains("balance.low, account.overdrawn"),
            "{said}"
        );
        assert!(serde_json::from_str::<Kind>("\"balance.high\"").is_err());
    }
}
