//! Why something was not done, and what to do.

use account::Refusal;
use engine::Failure;

use crate::say::Say;

/// Why a form did nothing, in words, with the way out.
pub(crate) fn why(say: &Say, failure: &Failure) -> String {
    let key = match failure {
        Failure::Refused(refusal) => match refusal {
            Refusal::AccountClosed => "refused-closed",
            Refusal::Suspended { .. } => "refused-suspended",
            Refusal::UnknownOffer | Refusal::NoSale(_) => "refused-no-sale",
            Refusal::NotForSale(_) => "refused-not-for-sale",
            Refusal::NotFound(_) => "refused-gone",
            Refusal::OutOfRange => "refused-range",
            _ => "refused",
        },
        Failure::KeyReused => "refused-twice",
        Failure::Overloaded | Failure::Unavailable => "refused-now",
        _ => "refused",
    };
    say.t(key)
}
