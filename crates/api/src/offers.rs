//! What would cover a shortfall.

use catalog::{Ask, Package, Pricing, Program};
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
    /// How many credits it brings, at the least order of it that is enough.
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

/// The price of a package, where it is fixed.
pub(crate) fn fixed(package: &Package) -> Option<Price<'_>> {
    match &package.price {
        Pricing::Fixed(price) => Some(Price::of(price)),
        Pricing::Tiers(_) | Pricing::ByQuote => None,
    }
}

/// The packages of the unit, each as the smallest order of it, that bring at least so much; where none does, the
/// largest. Where the customer chooses the number of credits, it is the least that is enough.
pub(crate) fn offers(program: &Program, unit: u8, shortfall: Amount) -> Vec<Offer<'_>> {
    let packages = program.packages.iter().filter(|package| package.unit == unit);
    let mut offers: Vec<Offer<'_>> = packages.map(|package| offer(package, shortfall)).collect();
    offers.sort_by_key(|offer| offer.credits);
    let enough = offers.partition_point(|offer| offer.credits < shortfall.0);
    let from = enough.min(offers.len().saturating_sub(1));
    offers.split_off(from)
}

fn offer(package: &Package, shortfall: Amount) -> Offer<'_> {
    let (ask, money) = match &package.price {
        Pricing::Fixed(price) => (Ask::Packages(package.quantity.min), Some(price)),
        Pricing::Tiers(tiers) => {
            let steps =
                shortfall.0.max(0).checked_add(tiers.step.0 - 1).and_then(|up| up.checked_div(tiers.step.0));
            let enough = steps.map_or(tiers.maximum.0, |steps| steps.saturating_mul(tiers.step.0));
            let credits = enough.clamp(package.credits.0, tiers.maximum.0.max(package.credits.0));
            (Ask::Credits(Amount(credits)), tiers.tiers.first().map(|tier| &tier.price))
        }
        Pricing::ByQuote => (Ask::Credits(package.credits), None),
    };
    let sale = package.sale(ask).ok();
    let price = sale.zip(money).map(|(sale, money)| Price { amount: sale.price.amount, ..Price::of(money) });
    let credits = sale.map_or(package.credits.0, |sale| sale.credits.0);
    Offer { code: &package.code, name: &package.name, credits, price }
}

#[cfg(test)]
mod tests {
    use money::Amount;

    use super::offers;

    #[test]
    fn what_covers_a_shortfall_is_offered() {
        let text = "scrip = 1\nid = \"a\"\nname = \"A\"\n[units.credit]\n[actions.a]\nprice = 1\n\
            [packages.small]\ncredits = 100\nprice = \"29 USD\"\n\
            [packages.pairs]\ncredits = 100\nprice = \"25 USD\"\nquantity = { min = 2 }\n\
            [packages.any]\nminimum = 150\nmaximum = 1_000\nstep = 50\nper = 100\n\
            tiers = [{ from = 150, price = \"30 USD\" }, { from = 400, price = \"20 USD\" }]\n\
            [packages.large]\nminimum = 500\nprice = \"by quote\"";
        let program = catalog::load("a.toml", text).unwrap();
        let offered = |shortfall: i64| -> Vec<(String, i64, Option<i64>)> {
            let offers = offers(&program, 0, Amount(shortfall));
            let shown =
                |one: super::Offer<'_>| (one.code.to_owned(), one.credits, one.price.map(|p| p.amount));
            offers.into_iter().map(shown).collect()
        };
        let row = |code: &str, credits, price| (code.to_owned(), credits, price);
        let (small, pairs) = (row("small", 100, Some(2_900)), row("pairs", 200, Some(5_000)));
        let large = row("large", 500, None);
        assert_eq!(offered(60), [small, row("any", 150, Some(4_500)), pairs.clone(), large.clone()]);
        assert_eq!(offered(151), [pairs, row("any", 200, Some(6_000)), large.clone()]);
        assert_eq!(offered(401), [row("any", 450, Some(9_000)), large]);
        assert_eq!(offered(501), [row("any", 550, Some(11_000))]);
        assert_eq!(offered(5_000), [row("any", 1_000, Some(20_000))]);
        assert!(offers(&program, 1, Amount(1)).is_empty());
    }
}
