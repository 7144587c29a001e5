use account::Account;
use ledger::{Book, Event, Grant, Part};
use money::Amount;

use crate::notation::parse::instant;
use crate::notation::run::Table;

impl Table<'_> {
    /// Compares what is with what a line expects.
    pub(super) fn expect(&self, expected: &str) -> Result<(), String> {
        let words: Vec<&str> = expected.split_whitespace().collect();
        let account = self.desk.read();
        let said = match words[..] {
            ["available" | "held" | "owed" | "settled", ..] => self.balance(&account, &words)?,
            ["grants", ..] => format!("grants {}", self.grants(&account, &words)?),
            ["drawn", ..] => format!("drawn {}", self.drawn()),
            ["entries", ..] => format!("entries {}", self.entries()),
            ["standing", _] => format!("standing {}", account.standing().code()),
            ["until", name, when] => {
                let end = self.grant(&account, name)?.expires_at;
                if when != "never" && instant(when)? == end {
                    return Ok(());
                }
                format!("until {name} {end}")
            }
            ["paid", name, _] => {
                let paid = self.grant(&account, name)?.paid().map_or(0, |paid| paid.amount);
                format!("paid {name} {paid}")
            }
            ["class", name, _] => format!("class {name} {}", self.grant(&account, name)?.class.code()),
            ["already" | "nothing" | "done"] => self.did.unwrap_or("refused").to_owned(),
            _ => return Err("there is no such expectation".into()),
        };
        if said == words.join(" ") { Ok(()) } else { Err(format!("it is: {said}")) }
    }

    fn book<'b>(&self, account: &'b Account, words: &[&str]) -> Result<Option<&'b Book>, String> {
        let code = words.iter().position(|word| *word == "of").and_then(|place| words.get(place + 1));
        let unit = match code {
            None => 0,
            Some(code) => self.shop.unit(code).ok_or_else(|| format!("there is no unit {code}"))?,
        };
        Ok(account.book(unit))
    }

    fn balance(&self, account: &Account, words: &[&str]) -> Result<String, String> {
        let balance = self.book(account, words)?.map(Book::balance).unwrap_or_default();
        let mut said = Vec::new();
        for pair in words.chunks(2) {
            let amount = match pair[0] {
                "available" => balance.available(),
                "held" => balance.held,
                "owed" => balance.owed,
                "settled" => balance.settled,
                _ => {
                    said.push(pair.join(" "));
                    continue;
                }
            };
            said.push(format!("{} {amount}", pair[0]));
        }
        Ok(said.join(" "))
    }

    fn grants(&self, account: &Account, words: &[&str]) -> Result<String, String> {
        let book = self.book(account, words)?;
        let left = |grant: &&Grant| !grant.remaining().is_zero();
        let grants = book.into_iter().flat_map(|book| &book.grants).filter(left).map(|grant| {
            let held = if grant.held.is_zero() { String::new() } else { format!("+{}", grant.held) };
            format!("{} {}{held}", self.name_of(grant.id), grant.free)
        });
        let text = grants.collect::<Vec<_>>().join(", ");
        let text = if text.is_empty() { "none".to_owned() } else { text };
        let of = words.iter().position(|word| *word == "of").and_then(|place| words.get(place + 1));
        Ok(of.map_or(text.clone(), |unit| format!("{text} of {unit}")))
    }

    fn name_of(&self, id: ledger::Position) -> String {
        let number = self.desk.grants().iter().position(|grant| *grant == id);
        // A reissue that a reader sees before it is booked.
        number.map_or_else(|| "reissue".to_owned(), |number| self.names.grants[number].clone())
    }

    fn grant<'b>(&self, account: &'b Account, name: &str) -> Result<&'b Grant, String> {
        let id = self.desk.grants().get(self.names.grant(name)).ok_or("there is no such grant")?;
        account.books.iter().find_map(|book| book.grant(*id)).ok_or_else(|| "it is not kept".into())
    }

    fn drawn(&self) -> String {
        let last = self.desk.journal.entries().iter().rev().find_map(|(_, entry)| match &entry.event {
            Event::Held(held) => Some((held.parts.to_vec(), held.owed)),
            Event::Adjusted(adjusted) => Some((adjusted.parts.to_vec(), Amount::ZERO)),
            event => event.charge().map(|charged| (charged.parts.to_vec(), charged.owed)),
        });
        let (parts, owed) = last.unwrap_or_default();
        let mut text: Vec<String> = parts
            .iter()
            .map(|Part { grant, credits }| format!("{} {credits}", self.name_of(*grant)))
            .collect();
        if owed.is_positive() {
            text.push(format!("owed {owed}"));
        }
        if text.is_empty() { "nothing".into() } else { text.join(", ") }
    }

    fn entries(&self) -> String {
        let entries = self.desk.journal.entries()[self.before..].iter();
        let text: Vec<String> = entries
            .map(|(_, entry)| match &entry.event {
                Event::AlertFired { threshold } => format!("alert_fired {threshold}"),
                Event::ReportDue(month) => format!("report_due {month}"),
                event => event.kind().code().to_owned(),
            })
            .collect();
        if text.is_empty() { "none".into() } else { text.join(", ") }
    }
}
