use money::Amount;
use serde::Serialize;
use utoipa::ToSchema;

use crate::json::Json;
use crate::known::Known;

/// What an account has of a unit, in the unit's smallest part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Balance<'a> {
    /// The unit's code.
    #[schema(example = "credit")]
    pub unit: &'a str,
    /// What the live grants have left, less what is owed.
    #[schema(example = 48)]
    pub settled: i64,
    /// What open holds have set aside.
    #[schema(example = 5)]
    pub held: i64,
    /// The debt.
    #[schema(example = 0)]
    pub owed: i64,
    /// What can be spent: `settled` less `held`. Below zero only where an overdraft allows it.
    #[schema(example = 43)]
    pub available: i64,
}

impl<'a> Balance<'a> {
    /// The balance, in this unit.
    pub fn of(known: &'a Known, unit: u8, balance: ledger::Balance) -> Balance<'a> {
        Balance {
            unit: known.unit(unit),
            settled: balance.settled.0,
            held: balance.held.0,
            owed: balance.owed.0,
            available: balance.available().0,
        }
    }
}

impl Balance<'_> {
    pub(super) fn write(&self, json: &mut Json) {
        json.raw("{\"unit\":").text(self.unit);
        json.raw(",\"settled\":").number(self.settled);
        json.raw(",\"held\":").number(self.held);
        json.raw(",\"owed\":").number(self.owed);
        json.raw(",\"available\":").number(self.available);
        json.raw("}");
    }
}

/// What an account has of a unit, with a text for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct UnitBalance<'a> {
    /// The unit's code.
    #[schema(example = "credit")]
    pub unit: &'a str,
    /// What the live grants have left, less what is owed.
    #[schema(example = 48)]
    pub settled: i64,
    /// What open holds have set aside.
    #[schema(example = 5)]
    pub held: i64,
    /// The debt.
    #[schema(example = 0)]
    pub owed: i64,
    /// What can be spent: `settled` less `held`.
    #[schema(example = 43)]
    pub available: i64,
    /// `available` for people to read.
    #[schema(example = "43 credits")]
    pub formatted: String,
}

impl<'a> UnitBalance<'a> {
    /// What the account has of each of the program's units.
    pub fn all(known: &'a Known, account: &account::Account) -> Vec<UnitBalance<'a>> {
        let units = 0..u8::try_from(known.program().units.len()).unwrap_or(u8::MAX);
        units.map(|unit| UnitBalance::of(known, account, unit)).collect()
    }

    /// What the account has of a unit.
    pub fn of(known: &'a Known, account: &account::Account, unit: u8) -> UnitBalance<'a> {
        let balance = account.book(unit).map(ledger::Book::balance).unwrap_or_default();
        let available: Amount = balance.available();
        UnitBalance {
            unit: known.unit(unit),
            settled: balance.settled.0,
            held: balance.held.0,
            owed: balance.owed.0,
            available: available.0,
            formatted: known.format(unit, available),
        }
    }
}
