//! A line that was checked: what it asks for.

use account::{Issue, Until};
use catalog::Program;
use ledger::{Class, Profile, Scope};
use money::{Amount, Currency, Money};

use super::amount::{NoAmount, parts};
use super::row::{Cells, Field, Wrong};

/// What a line asks for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The host's own id of the account.
    pub host_id: Box<str>,
    /// What is said of it.
    pub profile: Profile,
    /// The credits that it has, if any.
    pub grant: Option<Issue>,
}

/// Checks all of a line. `reason` is said where the line has none.
pub fn check(cells: &Cells, program: &Program, reason: &str) -> Result<Wanted, Wrong> {
    let id = cells
        .get(Field::Id)
        .ok_or_else(|| Wrong::at(Field::Id, "must be given: your own id of the account"))?;
    let host_id = api::fields::host_id(id).map_err(|must| Wrong::at(Field::Id, is(must, id)))?;
    let profile = Profile {
        name: kept(cells, Field::Name, api::fields::name)?,
        email: kept(cells, Field::Email, api::fields::email)?,
        time_zone: kept(cells, Field::TimeZone, api::fields::time_zone)?,
        locale: kept(cells, Field::Locale, api::fields::locale)?,
        metadata: api::fields::metadata(&cells.metadata)
            .map_err(|why| Wrong { field: "metadata".to_owned(), why })?,
    };
    Ok(Wanted { host_id, profile, grant: grant(cells, program, reason)? })
}

/// What must be, and what is there instead.
fn is(must: impl std::fmt::Display, text: &str) -> String {
    const SHOWN: usize = 40;
    let start: String = text.chars().take(SHOWN).collect();
    let more = if start.len() < text.len() { "…" } else { "" };
    format!("{must}; it is {start:?}{more}")
}

fn kept<T>(
    cells: &Cells,
    field: Field,
    check: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, Wrong> {
    let text = cells.get(field);
    text.map(|text| check(text).map_err(|must| Wrong::at(field, is(must, text)))).transpose()
}

fn grant(cells: &Cells, program: &Program, reason: &str) -> Result<Option<Issue>, Wrong> {
    let unit = kept(cells, Field::Unit, |code| {
        program.unit_index(code).ok_or_else(|| {
            let codes: Vec<&str> = program.units.iter().map(|unit| unit.code.as_str()).collect();
            format!("must be a unit of the program: {}", codes.join(", "))
        })
    })?;
    let unit = unit.unwrap_or(0);
    let class = kept(cells, Field::Class, |code| {
        Class::from_code(code).ok_or_else(|| {
            let codes: Vec<&str> = Class::ALL.into_iter().map(Class::code).collect();
            format!("must be one of {}", codes.join(", "))
        })
    })?;
    let until = kept(cells, Field::ExpiresAt, |text| match text {
        "never" => Ok(Until::Never),
        at => api::fields::instant(at).map(Until::At).map_err(|must| format!("{must}, or \"never\"")),
    })?;
    let paid = paid(cells)?;
    let why = kept(cells, Field::Reason, api::fields::reason)?;
    let balance = match cells.get(Field::Balance) {
        Some(text) => {
            self::balance(text, program, unit).map_err(|why| Wrong::at(Field::Balance, is(why, text)))?
        }
        None if paid.is_some() => {
            return Err(Wrong::at(Field::Balance, "must be given where something was paid"));
        }
        None => Amount::ZERO,
    };
    if balance.is_zero() {
        return Ok(None);
    }
    // Who paid has bought. Of the rest nobody knows where it comes from; an adjustment claims nothing of it.
    let usual = if paid.is_some_and(|paid| paid.amount > 0) { Class::Purchase } else { Class::Adjustment };
    Ok(Some(Issue {
        unit,
        class: class.unwrap_or(usual),
        credits: balance,
        effective_at: None,
        until: until.unwrap_or(Until::Default),
        priority: None,
        paid,
        scope: Scope::default(),
        reason: why.unwrap_or_else(|| Box::from(reason)),
    }))
}

fn balance(text: &str, program: &Program, unit: u8) -> Result<Amount, String> {
    let unit = program.units.get(usize::from(unit));
    let (decimals, code) = unit.map_or((0, ""), |unit| (unit.scale.decimals(), unit.code.as_str()));
    parts(text, decimals).map(Amount).map_err(|no| match no {
        NoAmount::Negative => {
            "must not be negative: an import makes no debts. Write 0, and settle what is owed outside"
                .to_owned()
        }
        no => why(no, decimals, &format!("unit {code}")),
    })
}

fn paid(cells: &Cells) -> Result<Option<Money>, Wrong> {
    let currency = kept(cells, Field::PaidCurrency, |code| {
        code.parse::<Currency>()
            .map_err(|_| "must be three capital letters of ISO 4217, such as USD".to_owned())
    })?;
    match (cells.get(Field::PaidAmount), currency) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(Wrong::at(Field::PaidCurrency, "must be given with paid_amount, such as USD")),
        (None, Some(_)) => {
            Err(Wrong::at(Field::PaidAmount, "must be given with paid_currency, such as 29.00"))
        }
        (Some(text), Some(currency)) => {
            let decimals = currency.decimals();
            let amount = parts(text, decimals).map_err(|no| {
                let why = why(no, decimals, currency.code());
                Wrong::at(Field::PaidAmount, is(why, text))
            })?;
            Ok(Some(Money { amount, currency }))
        }
    }
}

fn why(no: NoAmount, decimals: u8, of: &str) -> String {
    match no {
        NoAmount::NoNumber if decimals == 0 => {
            "must be a whole number of plain digits, such as 1000: no separators".to_owned()
        }
        NoAmount::NoNumber => {
            "must be a number of plain digits, with a point before decimals, such as 1000.5: no separators"
                .to_owned()
        }
        NoAmount::Negative => "must not be negative".to_owned(),
        NoAmount::TooFine if decimals == 0 => format!("must be a whole number: {of} has no decimals"),
        NoAmount::TooFine => format!("must have at most {decimals} decimals: {of} has no more"),
        NoAmount::TooLarge => format!("must be at most {} of the smallest parts", Amount::MAX),
    }
}
