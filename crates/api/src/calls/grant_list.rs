//! The grants of an account.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Rule, Scope};
use crate::incoming::Incoming;
use crate::problem::{Code, Problem};
use crate::reply::{Answer, List, read};
use crate::show::{Grant, GrantState, Whose};

pub(crate) const LIST_GRANTS: Rule = Rule {
    operation: "list_grants",
    scope: Scope::Read,
    changes: false,
    clients: &[],
    problems: &[Code::NotFound],
};
/// List an account's grants
///
/// In the order in which they are drawn on. Those that are spent or have ended are listed for a while; the history
/// keeps all.
#[utoipa::path(
    get,
    path = "/v1/accounts/{account}/grants",
    tag = "Grants",
    params(("state" = Option<GrantState>, Query, description = "Only grants in this state.")),
    responses((status = 200, description = "Grants, in draw order.", body = GrantList))
)]
pub(crate) async fn list_grants(incoming: Incoming) -> Answer {
    let call = incoming.enter(&LIST_GRANTS).await?;
    let mut query = call.query()?;
    let state = match query.text("state") {
        None => None,
        Some(code) => Some(GrantState::from_code(&code).ok_or_else(|| {
            Problem::invalid("?state", "must be one of pending, live, spent, expired, voided")
        })?),
    };
    let limit = query.whole("limit", 1, 200)?.unwrap_or(50) as usize;
    let skip = match query.text("cursor") {
        None => 0,
        Some(text) => {
            let wrong = || Problem::invalid("?cursor", "must be the next_cursor of an earlier answer");
            text.strip_prefix('g').and_then(|count| count.parse::<usize>().ok()).ok_or_else(wrong)?
        }
    };
    call.wait(&mut query).await?;
    query.finish(&["state", "limit", "cursor", "at_least"])?;
    let account = call.look(call.account()?, |account, _, _| account.clone()).await?;
    let books = account.books.iter().zip(0_u8..);
    let all = books.flat_map(|(book, unit)| book.grants.iter().map(move |grant| (unit, grant)));
    let wanted: Vec<_> =
        all.filter(|(_, grant)| state.is_none_or(|state| GrantState::of(grant) == state)).collect();
    let page: Vec<_> =
        wanted.iter().skip(skip).take(limit).map(|(unit, grant)| (*unit, *grant, grant.terms())).collect();
    let data = page.iter().map(|(unit, grant, terms)| {
        let whose = Whose { grant: grant.id, account: account.no, account_id: account.id, unit: *unit };
        Grant::of(&call.known, whose, terms, GrantState::of(grant)).with(grant.free, grant.held)
    });
    let next = skip.saturating_add(limit);
    let next_cursor = (next < wanted.len()).then(|| format!("g{next}"));
    Ok(read(&List { data: data.collect(), next_cursor }))
}

/// A list of grants.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GrantList {
    /// The grants.
    #[schema(inline = false)]
    data: Vec<Grant<'static>>,
    /// Send it as `cursor` for what follows; `null` at the end.
    next_cursor: Option<String>,
}
