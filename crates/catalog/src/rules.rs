use moment::Period;
use money::Amount;

/// The classes of grants, as files and the API write them.
pub const CLASS_CODES: [&str; 8] =
    ["starter", "plan", "purchase", "bonus", "promotion", "rollover", "reissue", "adjustment"];

/// Priority and life of a class of grants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClassRule {
    /// Lower is drawn first. 0 where the file does not say.
    pub priority: i16,
    /// When grants of this class expire, counted from their start, where the grant does not say.
    pub life: Option<Period>,
}

/// Credits that come with opening an account.
#[derive(Clone, Debug, PartialEq)]
pub struct Starter {
    /// Index into [`crate::Program::units`].
    pub unit: u8,
    /// How many.
    pub credits: Amount,
    /// How long they live; `None`: as the class says.
    pub life: Option<Period>,
}

/// How long and how far accounts may be below zero.
#[derive(Clone, Debug, PartialEq)]
pub struct OverdraftRule {
    /// From the moment of going below zero until suspension. An exact period.
    pub grace: Period,
    /// How far below zero, at most; `None`: no bound but time.
    pub limit: Option<Amount>,
    /// How long before the deadline the host is told, longest first. Exact periods, shorter than the grace.
    pub warn_before: Vec<Period>,
}

/// When a session ends. Exact periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionRule {
    /// After so long without a call.
    pub idle: Period,
    /// At the latest, so long after its start.
    pub max: Period,
}

/// How long holds stay open. Exact periods.
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

impl OverdraftRule {
    /// 10 days, warned 3 days and 1 day before; no bound but time.
    pub(crate) fn usual() -> OverdraftRule {
        OverdraftRule {
            grace: Period::days(10),
            limit: None,
            warn_before: vec![Period::days(3), Period::days(1)],
        }
    }
}

impl SessionRule {
    /// 30 minutes idle, 24 hours at most.
    pub(crate) const USUAL: SessionRule =
        SessionRule { idle: Period::seconds(1_800), max: Period::hours(24) };
}

impl HoldRule {
    /// 1 hour, 7 days at most.
    pub(crate) const USUAL: HoldRule = HoldRule { deadline: Period::hours(1), max_deadline: Period::days(7) };
}

impl LateReturn {
    /// Reissued for 7 days.
    pub(crate) const USUAL: LateReturn = LateReturn::Reissue { life: Period::days(7) };
}
