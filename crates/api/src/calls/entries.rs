//! The history of an account.

use std::collections::hash_map::Entry as Slot;

use engine::{Engine, Failure, Listed, Wanted};
use ledger::{AccountNo, Class, Event, EventKind, Position};
use rustc_hash::FxHashMap;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Rule, Scope};
use crate::body::instant;
use crate::ids::{Id, Kind, read as read_id};
use crate::incoming::Incoming;
use crate::problem::{Code, Problem};
use crate::query::Query;
use crate::reply::{Answer, List, read};
use crate::show::{Entry, KINDS, kind};

pub(crate) const LIST_ENTRIES: Rule = Rule {
    operation: "list_entries",
    scope: Scope::Read,
    changes: false,
    clients: &[],
    problems: &[Code::NotFound],
};

/// How many entries are looked at for one answer, where few of them are wanted.
const LOOKED_AT: usize = 5_000;

const NAMES: [&str; 10] =
    ["kind", "action", "class", "member", "department", "from", "to", "limit", "cursor", "at_least"];

/// A list of entries.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryList {
    /// Newest first.
    data: Vec<Entry<'static>>,
    /// Send it as `cursor` for what follows; `null` at the end. A page may be short of `limit` and have one.
    next_cursor: Option<String>,
}

fn kinds(query: &mut Query<'_>) -> Result<Vec<EventKind>, Problem> {
    let Some(text) = query.text("kind") else {
        // Those that change nothing but when a session ends would hide the rest.
        return Ok(KINDS.into_iter().filter(|kind| *kind != EventKind::SessionSeen).collect());
    };
    let wrong = || {
        let codes: Vec<&str> = KINDS.iter().map(|kind| kind.code()).collect();
        Problem::invalid(
            "?kind",
            format!("must be one or several of {}, with commas between", codes.join(", ")),
        )
    };
    text.split(',').map(|code| kind(code).ok_or_else(wrong)).collect()
}

/// List an account's history
///
/// Newest first: every movement of credits, and what changed about the account. Calls of a session that did not count
/// are left out, unless `kind` asks for them.
#[utoipa::path(
    get,
    path = "/v1/accounts/{account}/entries",
    tag = "History",
    params(
        ("kind" = Option<String>, Query, description = "Only entries of these kinds, with commas between.",
            example = "charged,captured"),
        ("action" = Option<String>, Query, description = "Only spends of this action."),
        ("class" = Option<String>, Query, description = "Only entries that touch grants of this class."),
        ("member" = Option<String>, Query, description = "Only spends of this person."),
        ("department" = Option<String>, Query, description = "Only spends of this part of the organisation."),
        ("from" = Option<String>, Query, description = "Only what counts from this instant on."),
        ("to" = Option<String>, Query, description = "Only what counts before this instant."),
    ),
    responses((status = 200, description = "Entries, newest first.", body = EntryList))
)]
pub(crate) async fn list_entries(incoming: Incoming) -> Answer {
    let call = incoming.enter(&LIST_ENTRIES).await?;
    let mut query = call.query()?;
    let limit = query.whole("limit", 1, 200)?.unwrap_or(50) as usize;
    let (account, _) = call.find(call.account()?).await?;
    let before = match query.text("cursor") {
        None => None,
        Some(text) => Some(
            read_id(Kind::Entry, &text)
                .filter(|named| named.account == account)
                .ok_or_else(|| Problem::invalid("?cursor", "must be the next_cursor of an earlier answer"))?
                .position,
        ),
    };
    let class = match query.text("class") {
        None => None,
        Some(code) => Some(Class::from_code(&code).ok_or_else(|| {
            let codes: Vec<&str> = Class::ALL.into_iter().map(Class::code).collect();
            Problem::invalid("?class", format!("must be one of {}", codes.join(", ")))
        })?),
    };
    let action = query.text("action").map(|code| call.state.engine.known_name(&code));
    let mut wanted = Wanted {
        before,
        limit: 0,
        kinds: kinds(&mut query)?,
        action: action.flatten(),
        member: query.text("member").map(std::borrow::Cow::into_owned),
        department: query.text("department").map(std::borrow::Cow::into_owned),
        from: query.text("from").map(|text| instant("?from", &text)).transpose()?,
        to: query.text("to").map(|text| instant("?to", &text)).transpose()?,
    };
    call.wait(&mut query).await?;
    query.finish(&NAMES)?;
    if matches!(action, Some(None)) {
        // Nobody ever spent on an action of that name.
        return Ok(read(&List::<()> { data: Vec::new(), next_cursor: None }));
    }
    let page = call.block(move |engine| match class {
        None => {
            wanted.limit = limit + 1;
            let mut entries = engine.entries(account, &wanted)?;
            let more = entries.len() > limit;
            entries.truncate(limit);
            let next = entries.last().filter(|_| more).map(|listed| listed.position);
            Ok((entries, next))
        }
        Some(class) => of_class(engine, account, wanted, class, limit),
    });
    let (entries, next) = page.await?;
    let data = entries.iter().map(|listed| Entry::of(&call.known, listed.position, &listed.entry)).collect();
    Ok(read(&List {
        data,
        next_cursor: next.map(|position| Id::new(Kind::Entry, position, account).to_string()),
    }))
}

type Page = (Vec<Listed>, Option<Position>);

/// The entries that touch grants of a class: the grants are looked up, as an entry names them only.
fn of_class(
    engine: &Engine,
    account: AccountNo,
    mut wanted: Wanted,
    class: Class,
    limit: usize,
) -> Result<Page, Failure> {
    wanted.limit = 500;
    let (mut found, mut looked_at) = (Vec::new(), 0);
    let mut classes: FxHashMap<Position, Option<Class>> = FxHashMap::default();
    loop {
        let page = engine.entries(account, &wanted)?;
        let (full, last) = (page.len() == wanted.limit, page.last().map(|listed| listed.position));
        looked_at += page.len();
        for listed in page {
            let position = listed.position;
            if touches(engine, &mut classes, &listed, class)? {
                found.push(listed);
                if found.len() == limit {
                    return Ok((found, Some(position)));
                }
            }
        }
        match last {
            Some(last) if full && looked_at < LOOKED_AT => wanted.before = Some(last),
            _ => return Ok((found, last.filter(|_| full))),
        }
    }
}

fn touches(
    engine: &Engine,
    classes: &mut FxHashMap<Position, Option<Class>>,
    listed: &Listed,
    class: Class,
) -> Result<bool, Failure> {
    let mut grants: Vec<Position> = Vec::new();
    match &listed.entry.event {
        Event::Issued(issued) => return Ok(issued.terms.class == class),
        Event::Voided(voided) => return Ok(voided.terms.class == class),
        Event::Started(started) => grants.push(started.grant),
        Event::Expired(part) => grants.push(part.grant),
        _ => listed.entry.flows(listed.position, &mut |flow| {
            grants.extend([flow.from.grant, flow.to.grant].into_iter().flatten());
        }),
    }
    for grant in grants {
        let found = match classes.entry(grant) {
            Slot::Occupied(found) => *found.get(),
            Slot::Vacant(slot) => *slot.insert(engine.entry(grant)?.and_then(|entry| match entry.event {
                Event::Issued(issued) => Some(issued.terms.class),
                _ => None,
            })),
        };
        if found == Some(class) {
            return Ok(true);
        }
    }
    Ok(false)
}
