use std::fmt;

use money::{Amount, Money, Unit};

use crate::{Package, Pricing, Tiers};

/// How much of a package is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// So many packages, where each has a fixed number of credits.
    Packages(i64),
    /// So many credits, in the unit's smallest part, where their number is free.
    Credits(Amount),
}

/// What is sold, and for how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sale {
    /// The credits, without the bonus.
    pub credits: Amount,
    /// The bonus on top.
    pub bonus: Amount,
    /// For all of it.
    pub price: Money,
}

/// Why so much of a package can't be sold. Amounts are in the unit's smallest part.
///
/// Shown without its unit, it has the amounts as the API counts them; [`NoSale::sentence`] has them as people do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSale {
    /// Fewer or more packages than one order may have.
    Quantity {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
    /// No whole number of steps.
    Step {
        /// How large a step is.
        step: Amount,
    },
    /// Fewer credits than the least.
    BelowMinimum {
        /// The least.
        minimum: Amount,
    },
    /// More credits than the most.
    AboveMaximum {
        /// The most.
        maximum: Amount,
    },
    /// It has no price of its own: the operator makes a quote.
    ByQuote,
    /// Credits were asked for, and it is sold by the package.
    InPackages,
    /// Packages were asked for, and it is sold by the number of credits.
    InCredits,
    /// The credits or the price are beyond what an order can have.
    OutOfRange,
}

impl Package {
    /// What so much of it brings, and costs.
    ///
    /// A price by tiers is computed exactly and rounded once, half up, to the currency's minor unit. Refused is what the
    /// package does not allow, and credits or a price above 10^15; see [`NoSale`]. Who may buy it ([`Package::gate`]) is
    /// not looked at.
    ///
    /// ```
    /// # use catalog::{Ask, NoSale};
    /// # let text = "scrip = 1\nid = \"a\"\nname = \"A\"\n[units.credit]\nname = \"credits\"\n[actions.crop]\nprice = 5";
    /// let text = format!("{text}\n[packages.small]\ncredits = 100\nprice = \"29 USD\"\nbonus = 10");
    /// let program = catalog::load("a.toml", &text).unwrap();
    /// let small = program.package("small").unwrap();
    /// let sale = small.sale(Ask::Packages(3)).unwrap();
    /// assert_eq!((sale.credits.0, sale.bonus.0, sale.price.amount), (300, 30, 8_700));
    /// assert_eq!(small.sale(Ask::Packages(0)), Err(NoSale::Quantity { min: 1, max: 100 }));
    /// ```
    pub fn sale(&self, ask: Ask) -> Result<Sale, NoSale> {
        match (&self.price, ask) {
            (Pricing::ByQuote, _) => Err(NoSale::ByQuote),
            (Pricing::Fixed(price), Ask::Packages(count)) => self.by_package(*price, count),
            (Pricing::Fixed(_), Ask::Credits(_)) => Err(NoSale::InPackages),
            (Pricing::Tiers(tiers), Ask::Credits(credits)) => self.by_credits(tiers, credits),
            (Pricing::Tiers(_), Ask::Packages(_)) => Err(NoSale::InCredits),
        }
    }

    fn by_package(&self, price: Money, count: i64) -> Result<Sale, NoSale> {
        let (min, max) = (self.quantity.min, self.quantity.max);
        if count < min || count > max {
            return Err(NoSale::Quantity { min, max });
        }
        let times = |each: i64| each.checked_mul(count).filter(|all| *all <= Amount::MAX.0);
        let (credits, bonus) = (times(self.credits.0), times(self.bonus.0));
        let (Some(credits), Some(bonus), Some(amount)) = (credits, bonus, times(price.amount)) else {
            return Err(NoSale::OutOfRange);
        };
        Ok(Sale { credits: Amount(credits), bonus: Amount(bonus), price: Money { amount, ..price } })
    }

    fn by_credits(&self, tiers: &Tiers, credits: Amount) -> Result<Sale, NoSale> {
        if credits < self.credits {
            return Err(NoSale::BelowMinimum { minimum: self.credits });
        }
        if credits > tiers.maximum {
            return Err(NoSale::AboveMaximum { maximum: tiers.maximum });
        }
        if credits.0.checked_rem(tiers.step.0) != Some(0) {
            return Err(NoSale::Step { step: tiers.step });
        }
        let price = tiers.price(credits).ok_or(NoSale::OutOfRange)?;
        Ok(Sale { credits, bonus: Amount::ZERO, price })
    }
}

impl Tiers {
    /// What so many credits cost, rounded half up; `None` above 10^15 of the minor unit, or below the first tier.
    pub(crate) fn price(&self, credits: Amount) -> Option<Money> {
        let first = self.tiers.first().filter(|first| first.from <= credits)?;
        // In the minor unit, times `per`, so that all is rounded once. Each factor is 10^15 at most.
        let exact = if self.graduated {
            let ends = self.tiers.iter().skip(1).map(|next| next.from).chain([credits]);
            let starts = std::iter::once(Amount::ZERO).chain(self.tiers.iter().skip(1).map(|tier| tier.from));
            let shares = starts.zip(ends).map(|(start, end)| end.min(credits).minus(start.min(credits)));
            shares.zip(&self.tiers).map(|(share, tier)| cost(share, tier.price)).sum()
        } else {
            let reached = self.tiers.iter().take_while(|tier| tier.from <= credits).last();
            cost(credits, reached?.price)
        };
        let per = i128::from(self.per.0);
        let rounded = (exact * 2 + per).checked_div(per * 2)?;
        let amount = i64::try_from(rounded).ok().filter(|amount| *amount <= Amount::MAX.0)?;
        Some(Money { amount, ..first.price })
    }
}

fn cost(credits: Amount, price: Money) -> i128 {
    i128::from(credits.0) * i128::from(price.amount)
}

impl NoSale {
    /// The sentence, with amounts in the unit: `the least that can be ordered is 100 credits`.
    pub fn sentence(&self, unit: &Unit) -> String {
        self.told(|amount| unit.format(amount).to_string())
    }

    fn told(self, shown: impl Fn(Amount) -> String) -> String {
        match self {
            NoSale::Quantity { min, max } if min == max => format!("an order has {min} of this package"),
            NoSale::Quantity { min, max } => format!("an order has {min} to {max} of this package"),
            NoSale::Step { step } => format!("the credits must be a multiple of {}", shown(step)),
            NoSale::BelowMinimum { minimum } => {
                format!("the least that can be ordered is {}", shown(minimum))
            }
            NoSale::AboveMaximum { maximum } => format!("the most that can be ordered is {}", shown(maximum)),
            NoSale::ByQuote => "this package is sold by quote: ask for one".to_owned(),
            NoSale::InPackages => {
                "this package has a fixed number of credits: say how many packages".to_owned()
            }
            NoSale::InCredits => {
                "this package is sold by the number of credits: say how many credits".to_owned()
            }
            NoSale::OutOfRange => "the order is larger than an order can be".to_owned(),
        }
    }
}

impl fmt::Display for NoSale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(|amount| amount.to_string()))
    }
}

impl std::error::Error for NoSale {}
