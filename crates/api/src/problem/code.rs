use axum::http::StatusCode;

/// Every problem that the API tells. The codes are stable; see `docs/errors.md`, which is made from this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Code {
    InvalidRequest,
    IdempotencyKeyMissing,
    Unauthenticated,
    InsufficientCredits,
    AllocationExhausted,
    AccountSuspended,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    HoldAlreadyCaptured,
    HoldAlreadyReleased,
    HoldExpired,
    RequestInProgress,
    AccountClosed,
    OrderClosed,
    EndpointDisabled,
    PublicationEnded,
    BodyTooLarge,
    UnsupportedMediaType,
    UnknownAction,
    UnknownOffer,
    NotForSale,
    NotByInvoice,
    NotRefundable,
    NotMailable,
    ExceedsHold,
    ExceedsCharge,
    IdempotencyKeyReused,
    QuoteExpired,
    AmountOutOfRange,
    TooManyEndpoints,
    RateLimited,
    Overloaded,
    Unavailable,
}

impl Code {
    /// All of them, by status.
    pub const ALL: [Code; 34] = [
        Code::InvalidRequest,
        Code::IdempotencyKeyMissing,
        Code::Unauthenticated,
        Code::InsufficientCredits,
        Code::AllocationExhausted,
        Code::AccountSuspended,
        Code::Forbidden,
        Code::NotFound,
        Code::MethodNotAllowed,
        Code::HoldAlreadyCaptured,
        Code::HoldAlreadyReleased,
        Code::HoldExpired,
        Code::RequestInProgress,
        Code::AccountClosed,
        Code::OrderClosed,
        Code::EndpointDisabled,
        Code::PublicationEnded,
        Code::BodyTooLarge,
        Code::UnsupportedMediaType,
        Code::UnknownAction,
        Code::UnknownOffer,
        Code::NotForSale,
        Code::NotByInvoice,
        Code::NotRefundable,
        Code::NotMailable,
        Code::ExceedsHold,
        Code::ExceedsCharge,
        Code::IdempotencyKeyReused,
        Code::QuoteExpired,
        Code::AmountOutOfRange,
        Code::TooManyEndpoints,
        Code::RateLimited,
        Code::Overloaded,
        Code::Unavailable,
    ];

    /// What clients compare.
    pub const fn code(self) -> &'static str {
        self.about().1
    }

    /// The status that it is answered with.
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.about().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// What it is, in a few words.
    pub const fn title(self) -> &'static str {
        self.about().2
    }

    /// What it means, and what to do.
    pub const fn explanation(self) -> &'static str {
        self.about().3
    }

    /// The fields that it brings beside those of every problem.
    pub const fn facts(self) -> &'static [&'static str] {
        self.about().4
    }

    /// Whether the same request may succeed when it is sent again later, unchanged.
    pub const fn is_worth_a_retry(self) -> bool {
        matches!(self, Code::RequestInProgress | Code::RateLimited | Code::Overloaded | Code::Unavailable)
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn codes_are_in_the_order_of_their_statuses_and_each_is_its_own() {
        assert!(Code::ALL.windows(2).all(|pair| pair[0].status() <= pair[1].status()));
        let mut codes: Vec<&str> = Code::ALL.iter().map(|code| code.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Code::ALL.len());
    }
}
