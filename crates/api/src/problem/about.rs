use super::Code;

/// What is told about a code: status, code, title, what it means and what to do, the facts that come with it.
pub(super) struct About(
    pub u16,
    pub &'static str,
    pub &'static str,
    pub &'static str,
    pub &'static [&'static str],
);

impl Code {
    pub(super) const fn about(self) -> About {
        match self {
            Code::InvalidRequest => About(
                400,
                "invalid_request",
                "The request is not valid",
                "Something in the request is not as it must be. `errors` names each place: a JSON pointer into the \
                 body (`/paid/currency`), or a query parameter (`?limit`), with what would be right.",
                &["errors"],
            ),
            Code::IdempotencyKeyMissing => About(
                400,
                "idempotency_key_missing",
                "The Idempotency-Key header is missing",
                "Every request that changes something carries an `Idempotency-Key` of 1 to 255 visible characters, new \
                 for each thing you do and the same for each attempt at it. Make one (a UUID, or your own id of the \
                 work), and send the request again.",
                &[],
            ),
            Code::Unauthenticated => About(
                401,
                "unauthenticated",
                "No valid key",
                "The request has no key, or one that is not valid (any more). Send `Authorization: Bearer` with a \
                 secret key of the program. The token of a browser ends after an hour: ask your server for a fresh one.",
                &[],
            ),
            Code::InsufficientCredits => About(
                402,
                "insufficient_credits",
                "Too few credits",
                "The account has too few credits for this, and nothing was taken. `required` is what it costs, \
                 `available` what can be spent on it, `shortfall` what is missing, and `offers` are the packages that \
                 would cover that. Where an auto top-up is on its way, `top_up` names its order: try again when it is paid.",
                &["required", "available", "shortfall", "unit", "offers", "top_up"],
            ),
            Code::AllocationExhausted => About(
                402,
                "allocation_exhausted",
                "The department's allocation is used up",
                "Reserved for departments with allocations; no call answers with it yet.",
                &["department", "remaining"],
            ),
            Code::AccountSuspended => About(
                402,
                "account_suspended",
                "The account is suspended",
                "The account was below zero for too long. Credits that bring it to zero or more restore it at once: \
                 `owed` is the debt, `since` when it went below zero.",
                &["owed", "since"],
            ),
            Code::Forbidden => About(
                403,
                "forbidden",
                "The key may not do this",
                "The key is valid, but lacks the scope that this call needs, or the program does not allow the call, or it is \
                 the token of a browser, which is good for a few calls only. `detail` says which.",
                &["missing_scope"],
            ),
            Code::NotFound => About(
                404,
                "not_found",
                "There is no such thing",
                "The path is none of the API's, or what it names does not exist in the program of the key. A mistyped \
                 id is told as such.",
                &[],
            ),
            Code::MethodNotAllowed => About(
                405,
                "method_not_allowed",
                "The path does not know this method",
                "The path exists, but not with this method. The `Allow` header names those that it has.",
                &[],
            ),
            Code::HoldAlreadyCaptured => About(
                409,
                "hold_already_captured",
                "The hold was captured before",
                "The hold was captured before with another amount, or can't be released any more. `captured` is how \
                 much, `charge` the charge that it became: return that to give credits back.",
                &["captured", "charge", "at"],
            ),
            Code::HoldAlreadyReleased => About(
                409,
                "hold_already_released",
                "The hold was released before",
                "The hold was released, and its credits are back. To take credits for the work nevertheless, make a \
                 charge.",
                &["at"],
            ),
            Code::HoldExpired => About(
                409,
                "hold_expired",
                "The hold's time ran out",
                "The hold was open for longer than it was made for, and its credits are back. To take them for work \
                 that was done nevertheless, make a charge; ask for more time with `expires_in` next time.",
                &["at"],
            ),
            Code::RequestInProgress => About(
                409,
                "request_in_progress",
                "The same request is under way",
                "Reserved for requests that are answered later than at once; no call answers with it yet.",
                &[],
            ),
            Code::AccountClosed => About(
                409,
                "account_closed",
                "The account is closed",
                "A closed account takes no requests that change it. Reopen it first.",
                &[],
            ),
            Code::OrderClosed => About(
                409,
                "order_closed",
                "The order can't be cancelled",
                "The order is paid, has ended, or its stored payment method is being charged. `state` says where it is.",
                &["state"],
            ),
            Code::EndpointDisabled => About(
                409,
                "endpoint_disabled",
                "The webhook endpoint is disabled",
                "Nothing is sent to an endpoint that is disabled. Enable it first, with `PATCH` of the endpoint.",
                &[],
            ),
            Code::PublicationEnded => About(
                409,
                "publication_ended",
                "The publication is not scheduled any more",
                "It was published, has failed, or was cancelled before. To undo what was published, publish the version \
                 before it again.",
                &[],
            ),
            Code::BodyTooLarge => About(
                413,
                "body_too_large",
                "The body is too large",
                "A body has at most 1 MiB (1 048 576 bytes). Send a batch in several parts.",
                &["limit"],
            ),
            Code::UnsupportedMediaType => About(
                415,
                "unsupported_media_type",
                "The body is not marked as JSON",
                "A body is JSON, sent with `Content-Type: application/json`.",
                &[],
            ),
            Code::UnknownAction => About(
                422,
                "unknown_action",
                "The program has no such action",
                "The action is none of the program's. `actions` lists those there are, `did_you_mean` the nearest.",
                &["action", "did_you_mean", "actions"],
            ),
            Code::UnknownOffer => About(
                422,
                "unknown_offer",
                "The program has no such package or plan",
                "The package or plan that is named is none of the program's (any more). `GET /v1/program` lists them.",
                &[],
            ),
            Code::NotForSale => About(
                422,
                "not_for_sale",
                "It is not sold to this account now",
                "`reason` says why: `quantity`, `needs_plan`, `balance_ceiling`, `not_renewable`, `subscribed`, \
                 `renewal_under_way`, `other_unit`, `other_currency` or `not_by_quote`. Nothing was ordered.",
                &["reason"],
            ),
            Code::NotByInvoice => About(
                422,
                "not_by_invoice",
                "The order is not paid by invoice",
                "Only what is paid by invoice is marked as paid by hand. Of any other order its payment provider tells: \
                 `provider` says which.",
                &["provider"],
            ),
            Code::NotRefundable => About(
                422,
                "not_refundable",
                "So much can't be given back",
                "The order is not paid, or less of its money is left than was asked for, or its payment provider refuses. \
                 `refundable` is what is left, in the currency's smallest part.",
                &["refundable"],
            ),
            Code::NotMailable => About(
                422,
                "not_mailable",
                "The report can't be sent by e-mail",
                "`reason` says why: `nothing_spent` in that month, `no_address` of the account, `too_many` within a day, or \
                 `no_mail_server`. Nothing was sent.",
                &["reason"],
            ),
            Code::ExceedsHold => About(
                422,
                "exceeds_hold",
                "More than the hold",
                "A capture takes at most what the hold set aside, unless its action may exceed it. Capture `held` at \
                 most, and charge the rest.",
                &["held", "asked"],
            ),
            Code::ExceedsCharge => About(
                422,
                "exceeds_charge",
                "More than is left of the charge",
                "Returns give back at most what was charged, all of them together. `left` is what can still be returned.",
                &["left", "asked"],
            ),
            Code::IdempotencyKeyReused => About(
                422,
                "idempotency_key_reused",
                "The idempotency key was used for another request",
                "The same `Idempotency-Key` came with a different request before. Keys are remembered for 30 days: use a \
                 new one for each thing you do.",
                &[],
            ),
            Code::QuoteExpired => About(
                422,
                "quote_expired",
                "The quote is no longer honoured",
                "The quote's time has passed. Ask for a new one, and show the customer its price.",
                &["expired_at"],
            ),
            Code::AmountOutOfRange => About(
                422,
                "amount_out_of_range",
                "The amount is out of range",
                "An amount is at most 10^15 of the unit's smallest part and, where it gives or takes, above zero; a \
                 balance is at most 4 × 10^18.",
                &[],
            ),
            Code::TooManyEndpoints => About(
                422,
                "too_many_endpoints",
                "The program has as many webhook endpoints as it may have",
                "A program has 20 webhook endpoints at most. Delete one that is not needed any more.",
                &["limit"],
            ),
            Code::RateLimited => About(
                429,
                "rate_limited",
                "Too many requests with unknown keys",
                "Too many requests came with keys that are not known. Check the key, wait as long as `Retry-After` \
                 says, and send the request again.",
                &[],
            ),
            Code::Overloaded => About(
                429,
                "overloaded",
                "There is more to do than can be done now",
                "Nothing has changed. Wait as long as `Retry-After` says, and send the same request again with the same \
                 `Idempotency-Key`.",
                &[],
            ),
            Code::Unavailable => About(
                503,
                "unavailable",
                "The answer can't be given now",
                "What was asked can't be made durable, or read, now. Whether it was done is not known: send the same \
                 request again with the same `Idempotency-Key`, which does it once.",
                &[],
            ),
        }
    }
}
