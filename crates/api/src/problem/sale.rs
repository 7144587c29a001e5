//! Why something is not sold.

use account::{NotForSale, Refusal};

use super::{Code, Problem};
use crate::known::Known;

/// The problem of a refusal to sell.
pub(crate) fn of_sale(refusal: &Refusal, known: &Known) -> Problem {
    match refusal {
        Refusal::NoSale(why) => {
            let unit = known.program().units.first();
            let sentence = unit.map_or_else(|| why.to_string(), |unit| why.sentence(unit));
            Problem::new(Code::NotForSale, format!("It is not sold like that: {sentence}."))
                .fact("reason", "quantity")
        }
        Refusal::NotForSale(why) => not_for_sale(why, known),
        Refusal::OrderClosed { state, asking } => {
            let detail = if *asking {
                "The stored payment method is being charged for the order: wait for the answer.".to_owned()
            } else {
                format!("The order is {} and can't be cancelled any more.", state.code())
            };
            Problem::new(Code::OrderClosed, detail).fact("state", state.code())
        }
        Refusal::WrongAmount { price, amount } => Problem::new(
            Code::InvalidRequest,
            format!(
                "The order costs {} {}, in the currency's minor unit, and {} {} were told.",
                price.amount, price.currency, amount.amount, amount.currency
            ),
        ),
        _ => Problem::new(
            Code::UnknownOffer,
            "The program has no such package or plan. GET /v1/program lists those that there are.",
        ),
    }
}

/// The problem where the account does not have what is named.
pub(crate) fn missing(what: &str) -> Problem {
    let detail = match what {
        "subscription" => {
            "The account has no subscription. POST /v1/orders of a plan, or of a package with `renew`, begins one."
        }
        "quote" => {
            "The account has no such open quote: it was accepted or withdrawn, has expired, or never was."
        }
        _ => return Problem::not_found(what),
    };
    Problem::new(Code::NotFound, detail)
}

fn not_for_sale(why: &NotForSale, known: &Known) -> Problem {
    let (reason, detail) = match why {
        NotForSale::NeedsPlan(plans) => {
            ("needs_plan", format!("It is sold to accounts on one of these plans: {}.", plans.join(", ")))
        }
        NotForSale::Ceiling { ceiling, available, unit } => (
            "balance_ceiling",
            format!(
                "An account may have {} at most with it, and this one has {}.",
                known.format(*unit, *ceiling),
                known.format(*unit, *available)
            ),
        ),
        NotForSale::NotRenewable => {
            ("not_renewable", "The package does not renew itself: order it without `renew`.".to_owned())
        }
        NotForSale::Subscribed { to } => (
            "subscribed",
            format!(
                "The account is on {to:?} already: change that with PUT /v1/accounts/{{account}}/subscription."
            ),
        ),
        NotForSale::RenewalUnderWay => (
            "renewal_under_way",
            "A payment for the next period is under way: wait for it, or cancel the subscription.".to_owned(),
        ),
        NotForSale::OtherUnit => (
            "other_unit",
            "A subscription is changed within one unit: cancel it and order the other.".to_owned(),
        ),
        NotForSale::OtherCurrency => (
            "other_currency",
            "A change at once is between prices of one currency: cancel it and order the other.".to_owned(),
        ),
        NotForSale::NotByQuote => {
            ("not_by_quote", "The package has a price: only a package by quote is quoted.".to_owned())
        }
    };
    Problem::new(Code::NotForSale, detail).fact("reason", reason)
}
