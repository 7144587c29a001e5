use account::Standing;
use moment::Period;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Pairs, PaymentMethod, SubscriptionInShort, Time, UnitBalance};
use crate::ids::{Id, Kind};
use crate::known::Known;

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Account<'a> {
    /// Scrip's id for it.
    #[schema(value_type = String, example = "acct_00000001000000000w3c")]
    pub id: Id,
    /// Your own id for it; `null` if it was opened without one.
    #[schema(example = "shop-1")]
    pub host_id: Option<&'a str>,
    /// What people call it.
    #[schema(example = "Blue Door Interiors")]
    pub name: Option<&'a str>,
    /// Where messages go.
    #[schema(example = "office@bluedoor.example")]
    pub email: Option<&'a str>,
    /// A name of the IANA database; calendar periods are counted in it. `null`: UTC.
    #[schema(example = "Europe/Vienna")]
    pub time_zone: Option<&'a str>,
    /// A language tag of BCP 47.
    #[schema(example = "de-AT")]
    pub locale: Option<&'a str>,
    /// Your own facts, by name.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub metadata: Pairs<'a>,
    /// How it stands.
    pub state: AccountState,
    /// What it has of each unit.
    pub balance: Vec<UnitBalance<'a>>,
    /// Since when it is below zero and until when it may be; `null` where it is not.
    pub overdraft: Option<Below<'a>>,
    /// Its own terms for being below zero, where they differ from the program's.
    pub overdraft_terms: Option<OverdraftTerms>,
    /// The plan or auto-renewal that it is on, in short; `null` where there is none.
    pub subscription: Option<SubscriptionInShort<'a>>,
    /// The payment method that was stored last; `null` where there is none.
    pub payment_method: Option<PaymentMethod<'a>>,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T09:30:00Z")]
    pub created_at: Time,
}

/// How an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AccountState {
    /// It takes requests, and is not below zero.
    Active,
    /// It is below zero, before the deadline.
    Overdrawn,
    /// It was below zero for too long: what may overdraw is refused until it is zero or more.
    Suspended,
    /// It takes no requests.
    Closed,
}

/// A time below zero.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Overdraft)]
pub(crate) struct Below<'a> {
    /// Of which unit.
    #[schema(example = "credit")]
    pub unit: &'a str,
    /// When it went below zero.
    #[schema(value_type = String, format = DateTime, example = "2026-02-01T08:00:00Z")]
    pub since: Time,
    /// When it is, or was, suspended.
    #[schema(value_type = String, format = DateTime, example = "2026-02-11T08:00:00Z")]
    pub deadline: Time,
}

/// An account's own terms for being below zero.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct OverdraftTerms {
    /// From going below zero to suspension; `null`: as the program says.
    #[schema(example = "20 days")]
    pub grace: Option<String>,
    /// How far below zero, at most; `null`: as the program says.
    #[schema(example = 500)]
    pub limit: Option<i64>,
}

impl<'a> Account<'a> {
    /// The account, as it is.
    pub fn of(known: &'a Known, account: &'a account::Account) -> Account<'a> {
        let profile = account.profile.as_deref();
        // A particular that was taken away is kept as an empty text.
        let text = |pick: fn(&ledger::Profile) -> &Option<Box<str>>| {
            profile.and_then(|profile| pick(profile).as_deref()).filter(|text| !text.is_empty())
        };
        Account {
            id: Id::new(Kind::Account, account.id, account.no),
            host_id: Some(&*account.host_id).filter(|id| !id.is_empty()),
            name: text(|profile| &profile.name),
            email: text(|profile| &profile.email),
            time_zone: text(|profile| &profile.time_zone),
            locale: text(|profile| &profile.locale),
            metadata: Pairs(profile.map(|profile| profile.metadata.as_slice()).unwrap_or_default()),
            state: AccountState::of(account),
            balance: UnitBalance::all(known, account),
            overdraft: Below::of(known, account),
            overdraft_terms: account.overdraft.as_deref().map(|own| OverdraftTerms {
                grace: own.grace_millis.map(|millis| Period::Exact(millis).to_string()),
                limit: own.limit.map(|limit| limit.0),
            }),
            subscription: SubscriptionInShort::of(account),
            payment_method: account.sales.as_deref().and_then(PaymentMethod::of),
            created_at: Time(account.opened_at),
        }
    }
}

/// What a browser on a host's page is told of an account.
#[derive(Debug, Serialize)]
pub(crate) struct AccountInShort<'a> {
    id: Id,
    state: AccountState,
    overdraft: Option<Below<'a>>,
}

impl<'a> AccountInShort<'a> {
    /// The account, as it is.
    pub fn of(known: &'a Known, account: &account::Account) -> AccountInShort<'a> {
        AccountInShort {
            id: Id::new(Kind::Account, account.id, account.no),
            state: AccountState::of(account),
            overdraft: Below::of(known, account),
        }
    }
}

impl AccountState {
    /// How the account stands.
    pub fn of(account: &account::Account) -> AccountState {
        match account.standing() {
            Standing::Active => AccountState::Active,
            Standing::Overdrawn => AccountState::Overdrawn,
            Standing::Suspended => AccountState::Suspended,
            Standing::Closed => AccountState::Closed,
        }
    }
}

impl<'a> Below<'a> {
    /// Since when the account is below zero: of the unit that has been so for longest.
    pub fn of(known: &'a Known, account: &account::Account) -> Option<Below<'a>> {
        let books = account.books.iter().zip(0_u8..);
        let below = books.filter_map(|(book, unit)| Some((book.overdraft.as_deref()?, unit)));
        below.min_by_key(|(overdraft, unit)| (overdraft.since, *unit)).map(|(overdraft, unit)| Below {
            unit: known.unit(unit),
            since: Time(overdraft.since),
            deadline: Time(overdraft.deadline),
        })
    }
}
