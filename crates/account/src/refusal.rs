use catalog::{NoPrice, NoSale};
use ledger::{OrderState, Position};
use moment::Instant;
use money::{Amount, Money};

/// Why a command was refused: what is the case, with what is needed to explain it. Nothing has changed.
///
/// In order of precedence: where two are the case, the earlier one is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such grant, hold or charge in this account.
    NotFound(&'static str),
    /// The account takes no more requests.
    AccountClosed,
    /// The action is none of the program's (any more).
    UnknownAction,
    /// There is no price for what is asked.
    NoPrice(NoPrice),
    /// The request names something that the program does not allow: where, and what would be right.
    Invalid {
        /// The field, as a JSON pointer.
        pointer: &'static str,
        /// What would be right.
        message: String,
    },
    /// The hold was captured before, with another amount.
    HoldAlreadyCaptured {
        /// How much was captured.
        captured: Amount,
        /// When.
        at: Instant,
        /// The charge.
        charge: Position,
    },
    /// The hold was released before.
    HoldAlreadyReleased {
        /// When.
        at: Instant,
    },
    /// The hold's deadline came first.
    HoldExpired {
        /// When.
        at: Instant,
    },
    /// More than the hold, and its action may not.
    ExceedsHold {
        /// The hold's credits.
        held: Amount,
        /// What was asked.
        asked: Amount,
    },
    /// More than what is left of the charge.
    ExceedsCharge {
        /// What can still be returned.
        left: Amount,
        /// What was asked.
        asked: Amount,
    },
    /// The account was below zero for too long.
    Suspended {
        /// The debt.
        owed: Amount,
        /// Since when it has been below zero.
        since: Instant,
    },
    /// There are too few credits.
    Insufficient {
        /// What it costs.
        required: Amount,
        /// What can be spent on it.
        available: Amount,
        /// What is missing.
        shortfall: Amount,
        /// Of which unit.
        unit: u8,
    },
    /// A balance would leave the range of amounts.
    OutOfRange,
    /// The program has no such package or plan.
    UnknownOffer,
    /// It is not sold like that.
    NoSale(NoSale),
    /// It is not sold to this account now.
    NotForSale(NotForSale),
    /// The order can't be given up any more.
    OrderClosed {
        /// Where it is.
        state: OrderState,
        /// Whether a stored method is being charged for it.
        asking: bool,
    },
    /// The provider tells another amount than the order's price.
    WrongAmount {
        /// The price.
        price: Money,
        /// What was told.
        amount: Money,
    },
}

/// Why something is not sold to an account now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotForSale {
    /// It is for those who are on one of these plans.
    NeedsPlan(Vec<String>),
    /// The account would have more than one may have.
    Ceiling {
        /// The most.
        ceiling: Amount,
        /// What it has.
        available: Amount,
        /// Of which unit.
        unit: u8,
    },
    /// It does not renew itself.
    NotRenewable,
    /// The account has a subscription already: that is changed instead.
    Subscribed {
        /// To what: its name.
        to: String,
    },
    /// A payment for the next period is under way.
    RenewalUnderWay,
    /// A change is between offers of one unit.
    OtherUnit,
    /// A change at once is between prices of one currency.
    OtherCurrency,
    /// Only a package by quote is quoted.
    NotByQuote,
}

impl From<NotForSale> for Refusal {
    fn from(why: NotForSale) -> Refusal {
        Refusal::NotForSale(why)
    }
}

impl From<money::OutOfRange> for Refusal {
    fn from(_: money::OutOfRange) -> Refusal {
        Refusal::OutOfRange
    }
}
