use account::{HowMuch, Until};
use ledger::Class;
use moment::{Instant, Period};
use money::Amount;

use crate::notation::run::Table;
use crate::{Give, Pay, Step};

/// What a command is called by, if it makes something that has a name.
pub(super) struct Parsed {
    pub step: Step,
    pub grant: Option<String>,
    pub hold: Option<String>,
    pub charge: Option<String>,
}

pub(super) fn instant(text: &str) -> Result<Instant, String> {
    let full = match text.len() {
        10 => format!("{text}T00:00:00Z"),
        16 => format!("{text}:00Z"),
        _ => text.to_owned(),
    };
    full.parse().map_err(|_| format!("{text:?} is no instant"))
}

pub(super) fn period(count: Option<&str>, unit: Option<&str>) -> Result<Period, String> {
    let text = format!("{} {}", count.unwrap_or_default(), unit.unwrap_or_default());
    text.parse().map_err(|_| format!("{text:?} is no period"))
}

fn number(text: Option<&str>) -> Result<i64, String> {
    text.unwrap_or_default().parse().map_err(|_| format!("{text:?} is no number"))
}

/// The word behind a keyword.
fn after<'a>(words: &[&'a str], keyword: &str) -> Option<&'a str> {
    let place = words.iter().position(|word| *word == keyword)?;
    words.get(place + 1).copied()
}

fn period_after(words: &[&str], keyword: &str) -> Result<Option<Period>, String> {
    let Some(place) = words.iter().position(|word| *word == keyword) else { return Ok(None) };
    period(words.get(place + 1).copied(), words.get(place + 2).copied()).map(Some)
}

impl Table<'_> {
    fn unit(&self, words: &[&str]) -> Result<u8, String> {
        match after(words, "unit") {
            None => Ok(0),
            Some(code) => self.shop.unit(code).ok_or_else(|| format!("there is no unit {code}")),
        }
    }

    fn action(&self, code: &str) -> Result<usize, String> {
        self.shop.action(code).ok_or_else(|| format!("there is no action {code}"))
    }

    /// A command as a step.
    pub(super) fn parse(&self, line: &str) -> Result<Parsed, String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let word = |place: usize| words.get(place).copied();
        let name = || word(1).map(str::to_owned);
        let hold = || self.names.hold(word(1).unwrap_or_default());
        let mut parsed = Parsed { step: Step::Roll, grant: None, hold: None, charge: None };
        parsed.step = match word(0).unwrap_or_default() {
            "grant" => {
                let give = self.give(&words)?;
                parsed.grant = after(&words, "as").or(word(1)).map(str::to_owned);
                Step::Grant(give)
            }
            "void" => Step::Void { grant: self.names.grant(word(1).unwrap_or_default()) },
            "adjust" => Step::Adjust { unit: self.unit(&words)?, credits: number(word(1))? },
            "hold" => {
                parsed.hold = name();
                Step::Hold { pay: self.pay(&words)?, open_for: period_after(&words, "lasting")? }
            }
            "capture" => {
                parsed.charge = name();
                let how_much = match word(2) {
                    None => HowMuch::All,
                    Some(text) => match text.strip_prefix('x') {
                        Some(quantity) => HowMuch::Quantity(number(Some(quantity))?),
                        None => HowMuch::Credits(Amount(number(Some(text))?)),
                    },
                };
                Step::Capture { hold: hold(), how_much }
            }
            "release" => Step::Release { hold: hold() },
            "charge" => {
                parsed.charge = name();
                Step::Charge(self.pay(&words)?)
            }
            "return" => Step::Return {
                charge: self.names.charge(word(1).unwrap_or_default()),
                credits: word(2).map(|text| number(Some(text))).transpose()?,
            },
            "visit" => {
                let key = word(2).unwrap_or("session").to_owned();
                parsed.charge = Some(key.clone());
                Step::Visit { action: self.action(word(1).unwrap_or_default())?, key }
            }
            "alerts" => {
                let thresholds = match word(1) {
                    Some("program") => None,
                    Some("none") => Some(Vec::new()),
                    _ => Some(
                        words[1..]
                            .iter()
                            .take_while(|word| **word != "unit")
                            .map(|word| number(Some(word)))
                            .collect::<Result<_, _>>()?,
                    ),
                };
                Step::SetAlerts { unit: self.unit(&words)?, thresholds }
            }
            "overdraft" => Step::SetOverdraft {
                grace: period_after(&words, "grace")?,
                limit: after(&words, "limit").map(|text| number(Some(text))).transpose()?,
            },
            "reports" => Step::SetReports(word(1) == Some("on")),
            "close" => Step::Close,
            "reopen" => Step::Reopen,
            "roll" => Step::Roll,
            other => return Err(format!("there is no command {other:?}")),
        };
        Ok(parsed)
    }

    fn give(&self, words: &[&str]) -> Result<Give, String> {
        let code = words.get(1).copied().unwrap_or_default();
        let class = Class::from_code(code).ok_or_else(|| format!("there is no class {code:?}"))?;
        let until = match (after(words, "until"), period_after(words, "lasting")?) {
            (Some("never"), _) => Until::Never,
            (Some(text), _) => Until::At(instant(text)?),
            (None, Some(period)) => Until::After(period),
            (None, None) => Until::Default,
        };
        let start = after(words, "from").map(instant).transpose()?;
        let scope = after(words, "for")
            .map(|codes| codes.split(',').map(|code| self.action(code)).collect::<Result<Vec<_>, _>>())
            .transpose()?;
        Ok(Give {
            unit: self.unit(words)?,
            class,
            credits: number(words.get(2).copied())?,
            starts_in: start.map_or(0, |start| start.millis_since(self.now())),
            until,
            priority: after(words, "priority").map(|text| number(Some(text))).transpose()?.map(|n| n as i16),
            paid: after(words, "paid").map(|text| number(Some(text))).transpose()?,
            scope,
        })
    }

    fn pay(&self, words: &[&str]) -> Result<Pay, String> {
        let mut pay = Pay { action: None, quantity: 1, credits: None, unit: self.unit(words)? };
        for word in words.iter().skip(2).take_while(|word| !["unit", "lasting"].contains(word)) {
            if let Some(quantity) = word.strip_prefix('x').and_then(|text| text.parse().ok()) {
                pay.quantity = quantity;
            } else if let Ok(credits) = word.parse() {
                pay.credits = Some(credits);
            } else {
                pay.action = Some(self.action(word)?);
            }
        }
        Ok(pay)
    }
}
