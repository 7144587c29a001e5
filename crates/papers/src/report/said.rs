//! What a report says, in words.

use moment::Zone;
use money::{Amount, Unit};
use words::{Catalogue, FluentArgs, Key, Language, one_line};

use super::{Group, Report, Spent};
use crate::accent::Accent;

static TEXTS: Catalogue = Catalogue::new([
    &[include_str!("../../locales/en/report.ftl")],
    &[include_str!("../../locales/de/report.ftl")],
]);

/// So many names stand in a table; the others are told together.
const NAMES: usize = 400;

/// A report in words.
pub(super) struct Said {
    pub language: Language,
    pub accent: Accent,
    pub program: String,
    pub title: String,
    pub name: String,
    pub made: Option<String>,
    /// Who spent: the account, and its id.
    pub account: [String; 2],
    pub account_label: String,
    pub nothing: String,
    pub units: Vec<Part>,
}

/// What was spent of a unit.
pub(super) struct Part {
    pub sum: String,
    pub label: String,
    pub returned: Option<String>,
    pub tables: Vec<Table>,
}

/// A table: what it is of, what its columns are called, and what is in it.
pub(super) struct Table {
    pub title: String,
    pub columns: [String; 4],
    pub lines: Vec<[String; 4]>,
}

impl Said {
    pub fn of(report: &Report, language: Language, zone: &Zone) -> Said {
        let program = one_line(&report.program);
        let month = words::month(language, report.year, report.month).unwrap_or_default();
        let title = text(language, "report-title", &[("month", &month)]);
        let made = words::date(language, report.made_at, zone, true);
        let name = report.account_name.as_deref().map(one_line).unwrap_or_default();
        Said {
            accent: Accent::of(report.accent.as_deref()),
            name: text(language, "report-name", &[("title", &title), ("program", &program)]),
            made: made.map(|date| text(language, "report-made", &[("date", &date)])),
            account: [name, one_line(&report.account_id)],
            account_label: text(language, "report-account", &[]),
            nothing: text(language, "report-nothing", &[]),
            units: report.units.iter().map(|spent| Part::of(spent, language)).collect(),
            language,
            program,
            title,
        }
    }

    /// What stands at the foot of a page.
    pub fn page(&self, page: usize, pages: usize) -> String {
        text(self.language, "report-page", &[("page", &page.to_string()), ("pages", &pages.to_string())])
    }
}

impl Part {
    fn of(spent: &Spent, language: Language) -> Part {
        let credits = |amount: Amount| {
            words::credits(language, amount.0, spent.unit.scale, &one_line(&spent.unit.name))
                .unwrap_or_default()
        };
        let tables =
            [("action", &spent.actions), ("member", &spent.members), ("department", &spent.departments)];
        // Where nobody is named, there is nothing to tell apart.
        let tables = tables
            .into_iter()
            .filter(|(what, groups)| *what == "action" || groups.iter().any(|group| group.name.is_some()));
        let returned = text(language, "report-returned", &[]);
        Part {
            sum: credits(spent.spent.minus(spent.returned)),
            label: text(language, "report-sum", &[]),
            returned: spent
                .returned
                .is_positive()
                .then(|| format!("{returned}: {}", credits(spent.returned))),
            tables: tables.map(|(what, groups)| table(language, what, &spent.unit, groups)).collect(),
        }
    }
}

fn table(language: Language, what: &str, unit: &Unit, groups: &[Group]) -> Table {
    let whole = groups.iter().map(|group| i128::from(group.net().0.max(0))).sum::<i128>();
    let line = |name: String, group: &Group| {
        let number = words::number(language, group.net().0, unit.scale.decimals()).unwrap_or_default();
        let count = words::number(language, group.count as i64, 0).unwrap_or_default();
        [name, count, number, share(language, group.net(), whole)]
    };
    let nobody = text(language, &format!("report-no-{what}"), &[]);
    let name = |group: &Group| group.name.as_deref().map(one_line).filter(|name| !name.is_empty());
    let (told, others) = groups.split_at(groups.len().min(NAMES));
    let mut lines: Vec<[String; 4]> =
        told.iter().map(|group| line(name(group).unwrap_or_else(|| nobody.clone()), group)).collect();
    if !others.is_empty() {
        let sum = others.iter().fold(
            Group { name: None, count: 0, spent: Amount::ZERO, returned: Amount::ZERO },
            |sum, group| Group {
                name: None,
                count: sum.count.saturating_add(group.count),
                spent: sum.spent.plus(group.spent),
                returned: sum.returned.plus(group.returned),
            },
        );
        let count = words::number(language, others.len() as i64, 0).unwrap_or_default();
        lines.push(line(text(language, "report-others", &[("count", &count)]), &sum));
    }
    let column = |column: &str| text(language, &format!("report-column-{column}"), &[]);
    Table {
        title: text(language, &format!("report-by-{what}"), &[]),
        columns: [column(what), column("count"), column("credits"), column("share")],
        lines,
    }
}

/// A part of a whole, in whole percent; nothing of nothing.
fn share(language: Language, part: Amount, whole: i128) -> String {
    if !part.is_positive() || whole <= 0 {
        return String::new();
    }
    let percent = (i128::from(part.0) * 200 + whole) / (whole * 2);
    let number = if percent == 0 { "<1".to_owned() } else { percent.to_string() };
    text(language, "report-share", &[("number", &number)])
}

/// A text of the catalogue. All of them are there, and the tests hold us to it: nothing is said for one that is not.
fn text(language: Language, message: &str, arguments: &[(&str, &str)]) -> String {
    let arguments: FluentArgs<'_> = arguments.iter().copied().collect();
    TEXTS.text(language, Key::of(message), Some(&arguments)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::TEXTS;

    #[test]
    fn every_language_has_every_text() {
        assert_eq!(TEXTS.faults(), [""; 0]);
    }
}
