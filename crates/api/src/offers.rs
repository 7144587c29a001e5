//! What would cover a shortfall.

use catalog::Program;
use money::Amount;
use serde::Serialize;
use utoipa::ToSchema;

/// Money, in the currency's smallest part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Price<'a> {
    /// In the currency's smallest part: `1990` and `USD` are 19.90 dollars.
    #[schema(example = 2900)]
    pub amount: i64,
    /// Three letters of ISO 4217.
    #[schema(example = "USD")]
    pub currency: &'a str,
}

/// A package that would cover a shortfall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Offer<'a> {
    /// The package's code.
    #[schema(example = "small")]
    pub code: &'a str,
    /// What people call it.
    #[schema(example = "100 credits")]
    pub name: &'a str,
    /// How many credits it brings.
    #[schema(example = 100)]
    pub credits: i64,
    /// What it costs; `null` where the price is by quote.
    pub price: Option<Price<'a>>,
}

impl<'a> Price<'a> {
    /// The money, as it is shown.
    pub fn of(money: &'a money::Money) -> Price<'a> {
        Price { amount: money.amount, currency: money.currency.code() }
    }
}

/// The packages of the unit that bring at least so much, the smallest first; where none does, the largest.
pub(crate) fn offers(program: &Program, unit: u8, shortfall: Amount) -> Vec<Offer<'_>> {
    let mut packages: Vec<_> = program.packages.iter().filter(|package| package.unit == unit).collect();
    packages.sort_by_key(|package| package.credits);
    let enough = packages.partition_point(|package| package.credits < shortfall);
    let from = enough.min(packages.len().saturating_sub(1));
    packages
        .into_iter()
        .skip(from)
        .map(|package| Offer {
            code: &package.code,
            name: &package.name,
            credits: package.credits.0,
            price: package.price.as_ref().map(Price::of),
        })
        .collect()
}
