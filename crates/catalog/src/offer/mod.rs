//! What is sold for money: packages once, plans per period.

mod compare;
mod plan;
mod sale;

use moment::Period;
use money::{Amount, Money};

pub use plan::{Plan, Rollover, RolloverCap, Seats, Trial};
pub use sale::{Ask, NoSale, Sale};

/// Credits for money, once.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// What requests call it. No plan has the same code.
    pub code: String,
    /// What people read.
    pub name: String,
    /// Index into [`crate::Program::units`].
    pub unit: u8,
    /// How many credits one package brings; where their number is free, or the price by quote, the least that can be
    /// asked for. In the unit's smallest part, as all amounts.
    pub credits: Amount,
    /// Credits of the class `bonus` on top of each package; 0 for none. Only where the number is fixed.
    pub bonus: Amount,
    /// How long the bonus lives; `None`: as the class `bonus` says.
    pub bonus_life: Option<Period>,
    /// What it costs.
    pub price: Pricing,
    /// How long the credits live; `None`: as the class `purchase` says.
    pub life: Option<Period>,
    /// The period of an auto-renewal of this package, where it can be renewed. Never by quote.
    pub renew_every: Option<Period>,
    /// How many of it one order may have; 1 where the number of credits is free, or the price by quote.
    pub quantity: QuantityRule,
    /// Who may buy it.
    pub gate: Gate,
}

/// How a package's price is found.
#[derive(Clone, Debug, PartialEq)]
pub enum Pricing {
    /// So much a package, above zero.
    Fixed(Money),
    /// By the number of credits, which the customer chooses.
    Tiers(Tiers),
    /// The operator makes a quote, and the customer accepts it.
    ByQuote,
}

/// Prices for a number of credits that the customer chooses, of [`Package::credits`] or more.
#[derive(Clone, Debug, PartialEq)]
pub struct Tiers {
    /// The prices are for so many credits. Above zero.
    pub per: Amount,
    /// Ascending by `from`, of one currency. At least one, and the first begins at [`Package::credits`].
    pub tiers: Vec<Tier>,
    /// Whether each tier's price holds for its own share only: up to the next `from` one price, beyond it the next.
    /// If not, all credits have the price of the last tier whose `from` is reached.
    pub graduated: bool,
    /// The most that can be asked for; a whole number of steps.
    pub maximum: Amount,
    /// What is asked for is a whole number of steps. Above zero.
    pub step: Amount,
}

/// A price that holds from a number of credits on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tier {
    /// From so many credits on.
    pub from: Amount,
    /// For [`Tiers::per`] credits; above zero.
    pub price: Money,
}

/// How many packages one order may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuantityRule {
    /// The least; 1 or more.
    pub min: i64,
    /// The most; not below the least.
    pub max: i64,
}

/// Who may buy a package. Empty by default: everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gate {
    /// The codes of plans of which the account needs one; `None`: none is needed.
    pub plans: Option<Vec<String>>,
    /// `available` plus the credits may not exceed it; `None`: no bound.
    pub balance_ceiling: Option<Amount>,
}

impl QuantityRule {
    /// 1 to 100.
    pub(crate) const USUAL: QuantityRule = QuantityRule { min: 1, max: 100 };

    /// One, where an order counts credits and not packages.
    pub(crate) const ONE: QuantityRule = QuantityRule { min: 1, max: 1 };
}
