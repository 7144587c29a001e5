use catalog::{Ask, Attribute};
use ledger::{Class, Method, NameId, OverdraftTerms, Position, Profile, Scope};
use moment::{Instant, Period};
use money::{Amount, Money};

/// What may be asked of an account.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Open it.
    Open(Box<Open>),
    /// Change its particulars; what is `None` stays.
    Change(Box<Change>),
    /// Take no more requests.
    Close {
        /// Why.
        reason: Box<str>,
    },
    /// Take requests again.
    Reopen {
        /// Why.
        reason: Box<str>,
    },
    /// Give credits.
    Issue(Box<Issue>),
    /// Take back what is left of a grant.
    Void {
        /// Which.
        grant: Position,
        /// Why.
        reason: Box<str>,
    },
    /// Take credits away, in draw order.
    Adjust {
        /// Index into the program's units.
        unit: u8,
        /// How many; positive.
        credits: Amount,
        /// Why.
        reason: Box<str>,
    },
    /// Set credits aside.
    Hold(Box<Spend>),
    /// Consume a hold.
    Capture {
        /// Which.
        hold: Position,
        /// How much of it.
        how_much: HowMuch,
    },
    /// Give a hold back.
    Release {
        /// Which.
        hold: Position,
        /// Why.
        reason: Option<Box<str>>,
    },
    /// Consume credits at once.
    Charge(Box<Spend>),
    /// Give consumed credits back.
    Return {
        /// The charge.
        charge: Position,
        /// How many; `None`: all that is left.
        credits: Option<Amount>,
        /// Why.
        reason: Box<str>,
    },
    /// Count a session, once.
    Session {
        /// What for.
        work: ActionWork,
        /// The host's key for the session.
        key: Box<str>,
    },
    /// Set the account's own alert thresholds.
    SetAlerts {
        /// Index into the program's units.
        unit: u8,
        /// Highest first; `None`: the program's.
        thresholds: Option<Box<[Amount]>>,
    },
    /// Have each month's report sent by itself, or not.
    SetReports(bool),
    /// Book what fell due. What timers ask.
    Roll,
    /// Book what fell due, up to the first question that somebody outside has to answer. What a test clock asks that
    /// moves far ahead.
    RollToQuestion,
    /// Buy something.
    Buy(Box<Buy>),
    /// Say where the customer pays for an order.
    CheckoutOpened {
        /// The order.
        order: Position,
        /// What the provider calls it.
        reference: Box<str>,
        /// Where; none where an invoice is sent.
        url: Option<Box<str>>,
    },
    /// Book what a payment provider tells.
    Payment {
        /// The order.
        order: Position,
        /// Which provider tells it: it may speak of its own orders only. `None`: the operator does.
        provider: Option<Box<str>>,
        /// What.
        fact: Box<PaymentFact>,
    },
    /// Give an order up.
    CancelOrder {
        /// Which.
        order: Position,
        /// Why.
        reason: Box<str>,
    },
    /// Make a price for this account.
    MakeQuote(Box<MakeQuote>),
    /// Take a quote back.
    WithdrawQuote {
        /// Which.
        quote: Position,
    },
    /// Be on another offer.
    ChangeSubscription(Box<Buy>),
    /// End it with its period.
    CancelSubscription,
    /// Go on.
    ResumeSubscription,
    /// Rest from the end of the period on.
    PauseSubscription {
        /// Until then at most; `None`: until it is resumed.
        until: Option<Instant>,
    },
    /// Set the auto top-up.
    SetTopUp(Box<SetTopUp>),
    /// Top up, as a spend is about to be refused that needs so much.
    TopUpFor {
        /// Index into the program's units.
        unit: u8,
        /// What it needs.
        needed: Amount,
    },
}

/// See [`Command::Buy`] and [`Command::ChangeSubscription`].
#[derive(Clone, Debug, PartialEq)]
pub struct Buy {
    /// What.
    pub offer: Wanted,
    /// How many packages, seats or credits; `None`: one.
    pub how_many: Option<Ask>,
    /// Whether a package renews itself from then on.
    pub renew: bool,
    /// Which payment provider.
    pub provider: Box<str>,
    /// Whether the stored payment method is charged, where there is one of that provider.
    pub stored: bool,
    /// Where the customer is sent back to.
    pub return_url: Option<Box<str>>,
}

/// An offer, as a request names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A package, by its code.
    Package(Box<str>),
    /// A plan, by its code.
    Plan(Box<str>),
    /// A quote that was made for the account.
    Quote(Position),
}

/// What a payment provider tells of an order. Absolute: told twice, it is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentFact {
    /// The money has come.
    Paid {
        /// What the provider calls the payment.
        reference: Box<str>,
        /// How much.
        amount: Money,
        /// The method that was stored with it.
        method: Option<Method>,
    },
    /// It was declined.
    Declined {
        /// Which attempt of a stored method; 0: at a checkout.
        attempt: u32,
        /// The provider's code.
        code: Box<str>,
        /// What people read.
        message: Box<str>,
    },
    /// It will be told later.
    Pending {
        /// What the provider calls the payment.
        reference: Box<str>,
        /// Where the customer has to do something, if so.
        url: Option<Box<str>>,
    },
    /// The checkout was left, or its time ran out.
    Abandoned,
    /// Money was paid back.
    Refunded {
        /// In all, not this time.
        total: Money,
    },
    /// The customer's bank takes the money back, for now.
    Disputed {
        /// What the provider calls the dispute.
        dispute: Box<str>,
        /// How much.
        amount: Money,
    },
    /// The dispute has ended.
    DisputeClosed {
        /// What the provider calls the dispute.
        dispute: Box<str>,
        /// Whether the money stays.
        won: bool,
        /// How much it was about.
        amount: Money,
    },
}

/// See [`Command::MakeQuote`].
#[derive(Clone, Debug, PartialEq)]
pub struct MakeQuote {
    /// The package that is sold by quote.
    pub package: Box<str>,
    /// How many credits.
    pub credits: Amount,
    /// For how much.
    pub price: Money,
    /// Until when; `None`: as the program says.
    pub expires_at: Option<Instant>,
    /// What the operator says about it.
    pub note: Box<str>,
}

/// See [`Command::SetTopUp`].
#[derive(Clone, Debug, PartialEq)]
pub struct SetTopUp {
    /// Whether it is on.
    pub enabled: bool,
    /// The package that is bought.
    pub package: Box<str>,
    /// It is bought when `available` is below this.
    pub below: Amount,
    /// As many as bring `available` to this; `None`: to the level.
    pub to: Option<Amount>,
    /// The most in a calendar month; `None`: as the program says.
    pub monthly_cap: Option<Money>,
}

/// See [`Command::Open`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Open {
    /// The host's id for it; empty where the host gives none.
    pub host_id: Box<str>,
    /// Its particulars.
    pub profile: Profile,
    /// Its own overdraft.
    pub overdraft: OverdraftTerms,
    /// Whether it gets none of the program's starter grants, as its holder is not new.
    pub without_starter: bool,
}

/// See [`Command::Change`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// What people call it.
    pub name: Option<Box<str>>,
    /// Where messages go.
    pub email: Option<Box<str>>,
    /// A name of the IANA database.
    pub time_zone: Option<Box<str>>,
    /// A tag of BCP 47.
    pub locale: Option<Box<str>>,
    /// The host's own.
    pub metadata: Option<Vec<(Box<str>, Box<str>)>>,
    /// Its own overdraft.
    pub overdraft: Option<OverdraftTerms>,
}

/// See [`Command::Issue`].
#[derive(Clone, Debug, PartialEq)]
pub struct Issue {
    /// Index into the program's units.
    pub unit: u8,
    /// Where the credits come from.
    pub class: Class,
    /// How many; positive.
    pub credits: Amount,
    /// Usable from here on; `None`: from now.
    pub effective_at: Option<Instant>,
    /// Until when.
    pub until: Until,
    /// Lower is drawn first; `None`: as the program says for the class.
    pub priority: Option<i16>,
    /// What was paid for it.
    pub paid: Option<Money>,
    /// Which actions it may pay for.
    pub scope: Scope,
    /// Why.
    pub reason: Box<str>,
}

/// The end of a grant, as a request names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// As the program says for the class.
    Default,
    /// It does not end.
    Never,
    /// At an instant.
    At(Instant),
    /// So long after its start.
    After(Period),
}

/// See [`Command::Hold`] and [`Command::Charge`].
#[derive(Clone, Debug, PartialEq)]
pub struct Spend {
    /// What for, or how much.
    pub what: What,
    /// How long a hold stays open; `None`: as the program says.
    pub open_for: Option<Period>,
    /// The host's own reference.
    pub reference: Option<Box<str>>,
    /// Which person.
    pub member: Option<Box<str>>,
    /// Which part of the organisation.
    pub department: Option<Box<str>>,
    /// The host's own, by name.
    pub metadata: Vec<(Box<str>, Box<str>)>,
}

/// What a spend is for.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// An action of the program, at its price.
    Action(ActionWork),
    /// A number of credits that the host names.
    Credits {
        /// Index into the program's units.
        unit: u8,
        /// How many; not negative.
        credits: Amount,
    },
}

/// An action, how often, with which attributes.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionWork {
    /// Its place in the program's actions.
    pub index: usize,
    /// The number that entries know it by.
    pub name: NameId,
    /// How many.
    pub quantity: i64,
    /// Sorted by name.
    pub attributes: Vec<(String, Attribute)>,
    /// What a quote promised, and by which version of the program.
    pub quoted: Option<(Amount, u32)>,
}

/// How much of a hold is captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HowMuch {
    /// All of it.
    All,
    /// So many credits.
    Credits(Amount),
    /// What the hold's action costs for so many.
    Quantity(i64),
}
