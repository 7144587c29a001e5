//! What the engine refuses, as the one who asked is told.

use account::Refusal;
use catalog::NoPrice;
use engine::Failure;
use ledger::AccountNo;
use money::Amount;
use serde_json::{Value, json};

use super::{Code, Problem};
use crate::ids::{Id, Kind};
use crate::known::Known;
use crate::offers::offers;
use crate::show::Time;

/// What was asked, as far as a refusal of it needs it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Asked<'a> {
    /// The action, as the request wrote it.
    pub action: Option<&'a str>,
    /// The account, where its number is known.
    pub account: Option<AccountNo>,
}

/// The problem for a failure.
pub(crate) fn refused(failure: Failure, known: &Known, asked: Asked<'_>) -> Problem {
    match failure {
        Failure::Refused(refusal) => of_refusal(refusal, known, asked),
        Failure::NoAccount => Problem::not_found("account"),
        Failure::KeyReused => Problem::new(
            Code::IdempotencyKeyReused,
            "This Idempotency-Key came with a different request before. Use a new key for a new request.",
        ),
        Failure::Undone { by } => Problem::new(
            Code::InvalidRequest,
            format!(
                "Operation {by} of the same atomic batch was refused, so nothing of the batch has happened."
            ),
        ),
        Failure::Overloaded => Problem::new(
            Code::Overloaded,
            "There is more to do than can be done now. Send the same request again in a second, with the same key.",
        ),
        Failure::Unavailable => Problem::new(
            Code::Unavailable,
            "The answer can't be given now. Send the same request again, with the same Idempotency-Key.",
        ),
    }
}

fn of_refusal(refusal: Refusal, known: &Known, asked: Asked<'_>) -> Problem {
    match refusal {
        Refusal::NotFound(what) => super::missing(what),
        Refusal::AccountClosed => Problem::new(
            Code::AccountClosed,
            "The account is closed and takes no requests. Reopen it with POST /v1/accounts/{account}/reopen first.",
        ),
        Refusal::UnknownAction => unknown_action(known, asked.action.unwrap_or_default()),
        Refusal::NoPrice(no_price) => of_no_price(&no_price),
        Refusal::Invalid { pointer, message } => Problem::invalid(pointer, message),
        Refusal::HoldAlreadyCaptured { captured, at, charge } => {
            let problem = Problem::new(
                Code::HoldAlreadyCaptured,
                format!(
                    "The hold was captured at {at}, with {captured} credits. To give credits back, return its charge."
                ),
            );
            let problem = problem.fact("captured", captured.0).fact("at", at.to_string());
            match asked.account {
                Some(account) => problem.fact("charge", Id::new(Kind::Charge, charge, account).as_str()),
                None => problem,
            }
        }
        Refusal::HoldAlreadyReleased { at } => Problem::new(
            Code::HoldAlreadyReleased,
            format!("The hold was released at {at}, and its credits are back. To take credits, make a charge."),
        )
        .fact("at", at.to_string()),
        Refusal::HoldExpired { at } => Problem::new(
            Code::HoldExpired,
            format!(
                "The hold's time ran out at {at}, and its credits are back. To take credits for work that was done, \
                 make a charge: POST /v1/charges with the same action."
            ),
        )
        .fact("at", at.to_string()),
        Refusal::ExceedsHold { held, asked } => Problem::new(
            Code::ExceedsHold,
            format!("The hold set {held} credits aside, and {asked} were asked. Capture {held} at most."),
        )
        .fact("held", held.0)
        .fact("asked", asked.0),
        Refusal::ExceedsCharge { left, asked } => {
            let detail = if left.is_zero() {
                "All of the charge was returned before: nothing is left to return.".to_owned()
            } else if asked.is_positive() {
                format!("Of the charge, {left} credits can still be returned, and {asked} were asked.")
            } else {
                format!("A return gives back at least 1 and, of this charge, at most {left} credits.")
            };
            Problem::new(Code::ExceedsCharge, detail).fact("left", left.0).fact("asked", asked.0)
        }
        Refusal::Suspended { owed, since } => Problem::new(
            Code::AccountSuspended,
            format!(
                "The account has been below zero since {since} and is suspended. Credits that bring it to zero or \
                 more restore it at once; {owed} are owed."
            ),
        )
        .fact("owed", owed.0)
        .fact("since", Time(since).to_string()),
        Refusal::Insufficient { required, available, shortfall, unit } => {
            insufficient(known, required, available, shortfall, unit)
        }
        Refusal::UnknownOffer
        | Refusal::NoSale(_)
        | Refusal::NotForSale(_)
        | Refusal::OrderClosed { .. }
        | Refusal::WrongAmount { .. } => super::of_sale(&refusal, known),
        Refusal::OutOfRange => Problem::new(
            Code::AmountOutOfRange,
            format!("An amount is above zero and at most {}, and the balance stays within 4 × 10^18.", Amount::MAX),
        ),
    }
}

fn insufficient(known: &Known, required: Amount, available: Amount, shortfall: Amount, unit: u8) -> Problem {
    let offers = offers(known.program(), unit, shortfall);
    let costs = known.format(unit, required);
    let has = known.format(unit, available);
    let next = match offers.first() {
        Some(offer) if offer.credits >= shortfall.0 => {
            format!("The package {:?} would cover it: see offers", offer.name)
        }
        _ => format!("At least {} more are needed", known.format(unit, shortfall)),
    };
    Problem::new(
        Code::InsufficientCredits,
        format!("This costs {costs}, and {has} are available. {next}. Nothing was taken."),
    )
    .fact("required", required.0)
    .fact("available", available.0)
    .fact("shortfall", shortfall.0)
    .fact("unit", known.unit(unit))
    .fact("offers", serde_json::to_value(&offers).unwrap_or(Value::Null))
}

fn unknown_action(known: &Known, action: &str) -> Problem {
    let codes: Vec<&str> = known.program().actions.iter().map(|action| action.code.as_str()).collect();
    let nearest = crate::body::nearest(action, codes.iter().copied());
    let hint = match nearest {
        Some(nearest) => format!("did you mean {nearest:?}?"),
        None => "the list is in actions.".to_owned(),
    };
    Problem::new(Code::UnknownAction, format!("The program has no action {action:?}; {hint}"))
        .fact("action", action)
        .fact("did_you_mean", nearest.map_or(Value::Null, |nearest| json!(nearest)))
        .fact("actions", codes)
}

/// The problem where an action has no price for what is asked.
pub(crate) fn of_no_price(no_price: &NoPrice) -> Problem {
    match no_price {
        NoPrice::Quantity => Problem::invalid("/quantity", "must be at least 1"),
        NoPrice::Attribute { name, expected } => {
            let pointer = format!("/attributes/{}", crate::body::escape(name));
            Problem::invalid(pointer, format!("must be {expected}"))
        }
        NoPrice::OutOfRange => Problem::new(
            Code::AmountOutOfRange,
            format!("The price of this work is not between 0 and {}: ask for less at a time.", Amount::MAX),
        ),
        NoPrice::Undefined => {
            Problem::invalid("/attributes", "these have no price, as computing it would divide by zero")
        }
    }
}
