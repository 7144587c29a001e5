//! Reports of a month: how many credits were spent, on what and by whom.

mod said;
mod sheet;

use moment::{Instant, Zone};
use money::{Amount, Unit};
use words::Language;

use crate::PaperError;
use said::Said;

/// What a report says. All texts are shown as they are, on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Whose credits these are, as people call it.
    pub program: String,
    /// `#` and six hexadecimal digits. Anything else is not used.
    pub accent: Option<String>,
    /// Who spent.
    pub account_name: Option<String>,
    /// The account's id.
    pub account_id: String,
    /// The year.
    pub year: i32,
    /// 1 to 12.
    pub month: i32,
    /// Up to when it was counted.
    pub made_at: Instant,
    /// Each unit that something was spent of.
    pub units: Vec<Spent>,
}

/// What was spent of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spent {
    /// The unit.
    pub unit: Unit,
    /// In all.
    pub spent: Amount,
    /// How much of it, or of earlier months, was given back.
    pub returned: Amount,
    /// By what it was for, the most first; without a name: what has none.
    pub actions: Vec<Group>,
    /// By person.
    pub members: Vec<Group>,
    /// By part of the organisation.
    pub departments: Vec<Group>,
}

/// What was spent on one thing, or by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What people call it; `None`: nobody said.
    pub name: Option<String>,
    /// How many spends.
    pub count: u64,
    /// Their credits.
    pub spent: Amount,
    /// What was given back.
    pub returned: Amount,
}

impl Group {
    /// Spent, less what was given back.
    const fn net(&self) -> Amount {
        self.spent.minus(self.returned)
    }
}

/// The report as a PDF on A4, tagged for screen readers (PDF/UA-1), in the language that is nearest to `locale` and with
/// dates in `zone`. The same report has the same bytes.
pub fn pdf(report: &Report, locale: &str, zone: &Zone) -> Result<Vec<u8>, PaperError> {
    sheet::pdf(&Said::of(report, Language::of(locale), zone), report.made_at)
}
