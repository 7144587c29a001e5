use moment::Period;
use money::{Amount, Money};

/// Credits for money, once.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// What requests call it. No plan has the same code.
    pub code: String,
    /// What people read.
    pub name: String,
    /// Index into [`crate::Program::units`].
    pub unit: u8,
    /// How many credits; where the price is by quote, the least that can be asked for.
    pub credits: Amount,
    /// For how much; `None`: by quote.
    pub price: Option<Money>,
    /// How long the credits live; `None`: as the class `purchase` says.
    pub life: Option<Period>,
    /// The period of an auto-renewal of this package, where it can be renewed.
    pub renew_every: Option<Period>,
}

/// An allotment per period, for money per period.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What requests call it. No package has the same code.
    pub code: String,
    /// What people read.
    pub name: String,
    /// Index into [`crate::Program::units`].
    pub unit: u8,
    /// The allotment.
    pub credits: Amount,
    /// For how much a period; `None`: free.
    pub price: Option<Money>,
    /// How long a period is.
    pub period: Period,
}
