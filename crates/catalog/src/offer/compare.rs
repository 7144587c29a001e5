use std::cmp::Ordering;

use money::{Currency, Money, Unit};

use crate::price::Round;
use crate::rational::Rational;
use crate::{Package, Pricing, Program};

/// The most decimals of a price per credit, unless the currency has more.
const DECIMALS: u8 = 4;

impl Program {
    /// What one whole credit of the package costs, in the currency's major unit: `"1.798"` where 500 cost 899 USD.
    ///
    /// Rounded half up to 4 decimals, and shown with no fewer than the currency has. The bonus is not counted. Where the
    /// customer chooses the number, it is that of the best tier. `None` where the price is by quote.
    pub fn price_per_credit(&self, package: &Package) -> Option<String> {
        let (each, currency) = each(package)?;
        let unit = self.units.get(usize::from(package.unit))?;
        decimal(each, currency, unit)
    }

    /// How many whole percent a credit of the package costs less than a credit of the dearest package of the same unit
    /// and currency; rounded down. `None` where it is less than one, or the price by quote.
    ///
    /// The bonus is not counted. A package whose number the customer chooses counts with its best tier.
    pub fn saving(&self, package: &Package) -> Option<u8> {
        let (own, currency) = each(package)?;
        let others = self.packages.iter().filter(|other| other.unit == package.unit).filter_map(each);
        let others = others.filter(|(_, other)| *other == currency).map(|(each, _)| each);
        let dearest = others.reduce(|a, b| if a.compare(b) == Some(Ordering::Less) { b } else { a })?;
        let saved = Rational::ONE.minus(own.over(dearest)?)?.times(Rational::whole(100))?.floor();
        u8::try_from(saved).ok().filter(|percent| *percent > 0)
    }
}

/// What one smallest part of the unit costs, in the currency's minor unit.
fn each(package: &Package) -> Option<(Rational, Currency)> {
    let over = |price: Money, credits| {
        Some((Rational::whole(price.amount).over(Rational::whole(credits))?, price.currency))
    };
    match &package.price {
        Pricing::ByQuote => None,
        Pricing::Fixed(price) => over(*price, package.credits.0),
        Pricing::Tiers(tiers) => {
            over(tiers.tiers.iter().map(|tier| tier.price).min_by_key(|price| price.amount)?, tiers.per.0)
        }
    }
}

fn decimal(each: Rational, currency: Currency, unit: &Unit) -> Option<String> {
    let (least, most) = (currency.decimals(), currency.decimals().max(DECIMALS));
    let ten_to = |power: u8| 10_i64.checked_pow(u32::from(power)).map(Rational::whole);
    let whole = each.times(Rational::whole(unit.scale.parts()))?.over(ten_to(least)?)?;
    let parts = Round::HalfUp.apply(whole.times(ten_to(most)?)?);
    let (most, least) = (usize::from(most), usize::from(least));
    let digits = format!("{parts:0width$}", width = most + 1);
    let (whole, decimals) = digits.split_at_checked(digits.len().checked_sub(most)?)?;
    let needed = decimals.trim_end_matches('0').len().max(least);
    match decimals.get(..needed)? {
        "" => Some(whole.to_owned()),
        decimals => Some(format!("{whole}.{decimals}")),
    }
}
