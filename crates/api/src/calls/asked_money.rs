//! Money in bodies.

use money::{Amount, Currency, Money};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::body::Text;
use crate::problem::Problem;

/// Money, as a request names it.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Money)]
pub(crate) struct MoneyAsked<'a> {
    /// In the currency's smallest part: `2900` and `USD` are 29 dollars.
    #[schema(minimum = 1, example = 10000)]
    pub amount: i64,
    /// Three letters of ISO 4217.
    #[serde(borrow)]
    #[schema(value_type = String, example = "USD")]
    pub currency: Text<'a>,
}

/// The money that stands at this place of a body: above zero.
pub(crate) fn money(pointer: &str, asked: &MoneyAsked<'_>) -> Result<Money, Problem> {
    of(pointer, asked.amount, &asked.currency)
}

/// So much, above zero, of a currency: the fields `amount` and `currency` behind a pointer.
pub(crate) fn of(pointer: &str, amount: i64, currency: &str) -> Result<Money, Problem> {
    if !(1..=Amount::MAX.0).contains(&amount) {
        return Err(Problem::invalid(
            format!("{pointer}/amount"),
            format!("must be from 1 to {}", Amount::MAX),
        ));
    }
    let read: Option<Currency> = currency.parse().ok().filter(|currency| *currency != Currency::NONE);
    let currency = read.ok_or_else(|| {
        let message = "must be three capital letters of ISO 4217, such as USD";
        Problem::invalid(format!("{pointer}/currency"), message)
    })?;
    Ok(Money { amount, currency })
}
