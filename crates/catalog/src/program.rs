//! A program as the rest of Scrip sees it: checked, with defaults filled in.

use money::{Amount, Money, Unit};
use moment::Period;

/// One product's credit system.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// What keys, files and URLs call it: lower-case letters, digits, `-` and `_`.
    pub id: String,
    /// What people read.
    pub name: String,
    /// The kinds of credit; the first is the default. At least one, at most sixteen.
    pub units: Vec<Unit>,
    /// What the host sells, by code in the file's order.
    pub actions: Vec<Action>,
    /// Draw-down priority and life of each class, in the order of [`ledger-wide class codes`](CLASS_CODES).
    pub classes: [ClassRule; CLASS_CODES.len()],
    /// Issued once, when an account is opened.
    pub starter: Vec<Starter>,
    /// How long and how far accounts may be below zero.
    pub overdraft: OverdraftRule,
    /// When a session ends.
    pub sessions: SessionRule,
    /// How long holds stay open.
    pub holds: HoldRule,
    /// At which levels of `available` an alert fires, by unit index.
    pub alerts: Vec<AlertRule>,
    /// What happens to credits that come back to a grant which has expired.
    pub late_return: LateReturn,
    /// How long a quote is honoured.
    pub quote_life: Period,
    /// Credits for money, once.
    pub packages: Vec<Package>,
    /// An allotment per period, for money per period.
    pub plans: Vec<Plan>,
}

/// The classes of grants, as files and the API write them.
pub const CLASS_CODES: [&str; 8] =
    ["starter", "plan", "purchase", "bonus", "promotion", "rollover", "reissue", "adjustment"];

/// Something that a host sells. A staged action is several of these: `photo.generate`, `photo.accept`.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// What requests call it.
    pub code: String,
    /// What people read.
    pub name: String,
    /// Index into [`Program::units`].
    pub unit: u8,
    /// What it costs.
    pub price: Price,
    /// Whether it may take `available` below zero.
    pub may_overdraw: bool,
    /// Whether a capture may exceed its hold (`settle = "may_exceed"`).
    pub may_exceed_hold: bool,
    /// Whether it is metered by session: a span in which it counts once.
    pub session: bool,
}

/// How a price is found. Opaque: ask [`Program::price`].
#[derive(Clone, Debug, PartialEq)]
pub enum Price {
    /// The same each time, times the quantity.
    Flat(Amount),
}

/// What a request says about the work, for its price.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work<'a> {
    /// How many; 1 where a request does not say.
    pub quantity: i64,
    /// Named properties, such as `resolution`; sorted by name, no name twice.
    pub attributes: &'a [(String, Attribute)],
    /// The plan that the account is on.
    pub plan: Option<&'a str>,
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum Attribute {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text, which may also be an exact decimal where a price reads it as a number.
    Text(String),
}

/// Why there is no price. Facts, for an error that says what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoPrice {
    /// The quantity is below 1, or above what the price is made for.
    Quantity,
    /// An attribute that the price needs is not there, or not of its kind: its name and what is expected.
    Attribute {
        /// Which.
        name: String,
        /// What would be right, as a phrase: `one of "hd", "4k"`.
        expected: String,
    },
    /// The result is negative or beyond [`Amount::MAX`].
    OutOfRange,
    /// The expression has no result for this work (a division by zero).
    Undefined,
}

/// Priority and life of a class of grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassRule {
    /// Lower is drawn first.
    pub priority: i16,
    /// When grants of this class expire, counted from their start, where the grant does not say.
    pub life: Option<Period>,
}

/// Credits that come with opening an account.
#[derive(Clone, Debug, PartialEq)]
pub struct Starter {
    /// Index into [`Program::units`].
    pub unit: u8,
    /// How many.
    pub credits: Amount,
    /// How long they live; `None`: as the class says.
    pub life: Option<Period>,
}

/// How long and how far accounts may be below zero.
#[derive(Clone, Debug, PartialEq)]
pub struct OverdraftRule {
    /// From the moment of going below zero until suspension.
    pub grace: Period,
    /// How far below zero, at most; `None`: no bound but time.
    pub limit: Option<Amount>,
    /// How long before the deadline the host is told, longest first.
    pub warn_before: Vec<Period>,
}

/// When a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionRule {
    /// After so long without a call.
    pub idle: Period,
    /// At the latest, so long after its start.
    pub max: Period,
}

/// How long holds stay open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldRule {
    /// Where a request does not say.
    pub deadline: Period,
    /// The most that a request may say; never above 7 days.
    pub max_deadline: Period,
}

/// The levels at which an alert fires, for one unit, where an account has not set its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertRule {
    /// Thresholds of `available`, highest first.
    pub thresholds: Vec<Amount>,
}

/// What happens to credits that come back to a grant which has expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LateReturn {
    /// They come back as a new grant that lasts so long, or until the end of the current plan period.
    Reissue {
        /// How long where there is no plan.
        life: Period,
    },
    /// They expire at once.
    Expire,
}

/// Credits for money, once.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// What requests call it.
    pub code: String,
    /// What people read.
    pub name: String,
    /// Index into [`Program::units`].
    pub unit: u8,
    /// How many credits.
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
    /// What requests call it.
    pub code: String,
    /// What people read.
    pub name: String,
    /// Index into [`Program::units`].
    pub unit: u8,
    /// The allotment.
    pub credits: Amount,
    /// For how much a period; `None`: free.
    pub price: Option<Money>,
    /// How long a period is.
    pub period: Period,
}

impl Program {
    /// The action of that code.
    pub fn action(&self, code: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.code == code)
    }

    /// What the work costs: never negative, at most [`Amount::MAX`].
    pub fn price(&self, action: &Action, work: &Work<'_>) -> Result<Amount, NoPrice> {
        let _ = self;
        if work.quantity < 1 {
            return Err(NoPrice::Quantity);
        }
        match &action.price {
            Price::Flat(credits) => credits.checked_mul(work.quantity).map_err(|_| NoPrice::OutOfRange),
        }
    }
}
