//! What a receipt says, in words: the page and the PDF are made of this and nothing else.

use moment::Zone;
use money::{Currency, Money};
use words::{Catalogue, FluentArgs, Key, Language, one_line};

use super::{Line, Receipt};
use crate::accent::Accent;

static TEXTS: Catalogue = Catalogue::new([
    &[include_str!("../../locales/en/receipt.ftl")],
    &[include_str!("../../locales/de/receipt.ftl")],
]);

/// What stands where there is nothing to say.
const NOTHING: &str = "–";

/// A receipt in words.
pub(super) struct Said {
    pub language: Language,
    pub accent: Accent,
    pub program: String,
    pub number: String,
    /// What kind of paper it is.
    pub title: String,
    /// What it is called among other papers.
    pub name: String,
    pub total: String,
    pub paid: Option<String>,
    /// That it is a test.
    pub test: Option<String>,
    /// What has happened to the payment since.
    pub since: Vec<String>,
    /// Who paid, and how: two groups of facts that stand side by side.
    pub facts: [Vec<Fact>; 2],
    /// What the columns of the lines are called.
    pub columns: [String; 4],
    pub lines: Vec<[String; 4]>,
    pub sums: Vec<Sum>,
    pub questions: String,
    pub support_email: Option<String>,
    pub support_url: Option<String>,
}

/// A label, and what it says, line by line.
pub(super) struct Fact {
    pub label: String,
    pub values: Vec<String>,
}

/// A sum below the lines.
pub(super) struct Sum {
    pub label: String,
    pub amount: String,
}

impl Said {
    pub fn of(receipt: &Receipt, language: Language, zone: &Zone) -> Said {
        let text = |message: &str, arguments: &[(&str, &str)]| text(language, message, arguments);
        let program = one_line(&receipt.program);
        let number = one_line(&receipt.number);
        let (title, paid) = if receipt.test { ("title-test", "paid-on-test") } else { ("title", "paid-on") };
        let title = text(title, &[]);
        let date = words::date(language, receipt.paid_at, zone, true);
        let currency = receipt.total.currency;
        let columns = ["column-what", "column-quantity", "column-credits"].map(|column| text(column, &[]));
        let [what, quantity, credits] = columns;
        let amount = if currency == Currency::NONE {
            text("column-amount", &[])
        } else {
            text("column-amount-in", &[("currency", currency.code())])
        };
        Said {
            name: text("name", &[("title", &title), ("number", &number), ("program", &program)]),
            total: sum(language, receipt.total),
            paid: date.map(|date| text(paid, &[("date", &date)])),
            test: receipt.test.then(|| text("test", &[])),
            since: since(receipt, language),
            facts: facts(receipt, language),
            columns: [what, quantity, credits, amount],
            lines: receipt.lines.iter().map(|line| cells(line, language)).collect(),
            sums: sums(receipt, language),
            questions: text("questions", &[]),
            support_email: shown(receipt.support_email.as_deref()),
            support_url: shown(receipt.support_url.as_deref()),
            accent: Accent::of(receipt.accent.as_deref()),
            language,
            program,
            number,
            title,
        }
    }

    /// What stands at the foot of a page.
    pub fn page(&self, page: usize, pages: usize) -> String {
        text(self.language, "page", &[("page", &page.to_string()), ("pages", &pages.to_string())])
    }
}

/// A text of the catalogue. All of them are there, and the tests hold us to it: nothing is said for one that is not.
fn text(language: Language, message: &str, arguments: &[(&str, &str)]) -> String {
    let arguments: FluentArgs<'_> = arguments.iter().copied().collect();
    TEXTS.text(language, Key::of(message), Some(&arguments)).unwrap_or_default()
}

/// Money, or the bare number of what is no currency.
fn sum(language: Language, money: Money) -> String {
    let said = if money.currency == Currency::NONE {
        words::number(language, money.amount, money.currency.decimals())
    } else {
        words::money(language, money)
    };
    said.unwrap_or_default()
}

/// A text on its line, if there is anything in it.
fn shown(text: Option<&str>) -> Option<String> {
    text.map(one_line).filter(|text| !text.is_empty())
}

/// A web address as people say it.
pub(super) fn bare(url: &str) -> &str {
    url.strip_prefix("https://").unwrap_or(url).trim_end_matches('/')
}

fn since(receipt: &Receipt, language: Language) -> Vec<String> {
    let refunded = receipt.refunded.filter(|refunded| refunded.amount != 0).map(|refunded| {
        if refunded == receipt.total {
            text(language, "refunded-all", &[])
        } else {
            text(language, "refunded-part", &[("amount", &sum(language, refunded))])
        }
    });
    let disputed = receipt.disputed.then(|| text(language, "disputed", &[]));
    refunded.into_iter().chain(disputed).collect()
}

fn facts(receipt: &Receipt, language: Language) -> [Vec<Fact>; 2] {
    let fact = |label: &str, values: &[Option<&str>]| {
        let values: Vec<String> = values.iter().filter_map(|value| shown(*value)).collect();
        (!values.is_empty()).then(|| Fact { label: text(language, label, &[]), values })
    };
    let payer = [
        fact("fact-payer", &[receipt.account_name.as_deref(), receipt.account_email.as_deref()]),
        fact("fact-account", &[Some(&receipt.account_id)]),
    ];
    let payment = [
        fact("fact-method", &[receipt.method.as_deref()]),
        fact("fact-order", &[Some(&receipt.order)]),
        fact("fact-reference", &[receipt.reference.as_deref()]),
    ];
    [payer.into_iter().flatten().collect(), payment.into_iter().flatten().collect()]
}

fn cells(line: &Line, language: Language) -> [String; 4] {
    let or_nothing = |text: &str| shown(Some(text)).unwrap_or_else(|| NOTHING.to_owned());
    let quantity = words::number(language, line.quantity, 0).unwrap_or_default();
    [or_nothing(&line.what), quantity, or_nothing(&line.credits), sum(language, line.amount)]
}

fn sums(receipt: &Receipt, language: Language) -> Vec<Sum> {
    let row =
        |label: &str, money: Money| Sum { label: text(language, label, &[]), amount: sum(language, money) };
    let mut sums = vec![row("sum-total", receipt.total)];
    let Some(refunded) = receipt.refunded.filter(|refunded| refunded.amount != 0) else { return sums };
    let negative = Money { amount: refunded.amount.saturating_neg(), ..refunded };
    sums.push(row("sum-refunded", negative));
    let left = receipt.total.amount.checked_sub(refunded.amount);
    if let Some(amount) = left.filter(|_| refunded.currency == receipt.total.currency) {
        sums.push(row("sum-left", Money { amount, ..refunded }));
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::TEXTS;

    #[test]
    fn every_language_has_every_text() {
        assert_eq!(TEXTS.faults(), [""; 0]);
    }
}
