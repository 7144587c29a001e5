//! What an account has.

use account::Account;
use ledger::{Book, Class, GrantState};
use moment::Instant;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Rule, Scope, Use};
use crate::body::instant;
use crate::incoming::Incoming;
use crate::known::Known;
use crate::problem::{Code, Problem};
use crate::reply::{Answer, read};
use crate::show::{Time, UnitBalance};

pub(crate) const GET_BALANCE: Rule = Rule {
    operation: "get_balance",
    scope: Scope::Read,
    changes: false,
    clients: &[Use::Client],
    problems: &[Code::NotFound],
};

/// What an account has: of the program's first unit, and of each.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountBalance)]
pub(crate) struct BalanceAt<'a> {
    /// The code of the program's first unit, which the fields here are of.
    #[schema(example = "credit")]
    unit: &'a str,
    /// What the live grants have left, less what is owed.
    #[schema(example = 48)]
    settled: i64,
    /// What open holds have set aside.
    #[schema(example = 5)]
    held: i64,
    /// The debt.
    #[schema(example = 0)]
    owed: i64,
    /// What can be spent: `settled` less `held`.
    #[schema(example = 43)]
    available: i64,
    /// Where it comes from: what is free of the live grants, by class and end, in the order in which it is drawn on.
    by_class: Vec<ClassBalance>,
    /// `available` for people to read.
    #[schema(example = "43 credits")]
    formatted: String,
    /// The same for each of the program's units.
    units: Vec<UnitByClass<'a>>,
    /// The instant that this is the balance of.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T09:30:00Z")]
    as_of: Time,
}

/// What an account has of a unit, by class.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct UnitByClass<'a> {
    /// The unit's code.
    #[schema(example = "credit")]
    unit: &'a str,
    /// What the live grants have left, less what is owed.
    #[schema(example = 48)]
    settled: i64,
    /// What open holds have set aside.
    #[schema(example = 5)]
    held: i64,
    /// The debt.
    #[schema(example = 0)]
    owed: i64,
    /// What can be spent: `settled` less `held`.
    #[schema(example = 43)]
    available: i64,
    /// Where it comes from.
    by_class: Vec<ClassBalance>,
    /// `available` for people to read.
    #[schema(example = "43 credits")]
    formatted: String,
}

/// What is free of the live grants of a class that end together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ClassBalance {
    /// Where the credits come from.
    #[schema(example = "purchase")]
    class: &'static str,
    /// What can be spent of them, a debt not counted.
    #[schema(example = 43)]
    available: i64,
    /// When they end; `null`: never.
    #[schema(value_type = Option<String>, format = DateTime, example = "2027-01-31T09:30:00Z")]
    expires_at: Option<Time>,
}

fn by_class(book: &Book) -> Vec<ClassBalance> {
    let mut groups: Vec<(Class, Instant, i64)> = Vec::new();
    for grant in
        book.grants.iter().filter(|grant| grant.state == GrantState::Live && grant.free.is_positive())
    {
        match groups.iter_mut().find(|(class, end, _)| *class == grant.class && *end == grant.expires_at) {
            Some((_, _, sum)) => *sum = sum.saturating_add(grant.free.0),
            None => groups.push((grant.class, grant.expires_at, grant.free.0)),
        }
    }
    let shown = groups.into_iter().map(|(class, end, available)| ClassBalance {
        class: class.code(),
        available,
        expires_at: Time::unless_never(end),
    });
    shown.collect()
}

impl<'a> BalanceAt<'a> {
    fn of(known: &'a Known, account: &Account, at: Instant) -> BalanceAt<'a> {
        let all = UnitBalance::all(known, account).into_iter().zip(0_u8..);
        let units: Vec<UnitByClass<'a>> = all
            .map(|(balance, unit)| {
                let UnitBalance { unit: code, settled, held, owed, available, formatted } = balance;
                let by_class = account.book(unit).map(by_class).unwrap_or_default();
                UnitByClass { unit: code, settled, held, owed, available, by_class, formatted }
            })
            .collect();
        let first = UnitBalance::of(known, account, 0);
        BalanceAt {
            unit: first.unit,
            settled: first.settled,
            held: first.held,
            owed: first.owed,
            available: first.available,
            by_class: account.book(0).map(by_class).unwrap_or_default(),
            formatted: first.formatted,
            units,
            as_of: Time(at),
        }
    }
}

/// Look at a balance
///
/// Now, or as it was at an instant in the past.
#[utoipa::path(
    get,
    path = "/v1/accounts/{account}/balance",
    tag = "Accounts",
    params(("as_of" = Option<String>, Query, description = "An instant in the past, of RFC 3339.",
        example = "2026-01-31T09:30:00Z")),
    responses((status = 200, description = "What the account has of each unit.", body = BalanceAt<'static>))
)]
pub(crate) async fn get_balance(incoming: Incoming) -> Answer {
    let call = incoming.enter(&GET_BALANCE).await?;
    let mut query = call.query()?;
    let as_of = query.text("as_of").map(|text| instant("?as_of", &text)).transpose()?;
    call.wait(&mut query).await?;
    query.finish(&["as_of", "at_least"])?;
    let target = call.account()?;
    let Some(at) = as_of else {
        let (account, now) = call.look(target, |account, now, _| (account.clone(), now)).await?;
        return Ok(read(&BalanceAt::of(&call.known, &account, now)));
    };
    let (number, opened_at, now) =
        call.look(target, |account, now, _| (account.no, account.opened_at, now)).await?;
    if at > now {
        return Err(Problem::invalid("?as_of", format!("must not be in the future: it is {now}")));
    }
    if at < opened_at {
        // Before it was opened, it had nothing.
        return Ok(read(&BalanceAt::of(&call.known, &Account::unopened(number), at)));
    }
    let known = call.known.clone();
    let account = call.block(move |engine| engine.account_as_of(number, &known.published, at)).await?;
    Ok(read(&BalanceAt::of(&call.known, &account, at)))
}
