//! Looking at a hold, whether it is open or has ended.

use engine::{Engine, Failure, Target};
use ledger::{Event, EventKind};

use crate::access::{Rule, Scope};
use crate::ids::{Kind, Named};
use crate::incoming::Incoming;
use crate::problem::{Code, Problem};
use crate::reply::{Answer, read};
use crate::show::{Balance, Hold, Time};
use crate::target::path_id;

pub(crate) const GET_HOLD: Rule = Rule {
    operation: "get_hold",
    scope: Scope::Read,
    changes: false,
    clients: &[],
    problems: &[Code::NotFound],
};
/// Look at a hold
#[utoipa::path(
    get,
    path = "/v1/holds/{hold}",
    tag = "Spending",
    responses((status = 200, description = "The hold, as it is now.", body = Hold<'static>))
)]
pub(crate) async fn get_hold(incoming: Incoming) -> Answer {
    let call = incoming.enter(&GET_HOLD).await?;
    let named = path_id(Kind::Hold, "hold", &call.segment(2)?)?;
    let mut query = call.query()?;
    call.wait(&mut query).await?;
    query.finish(&["at_least"])?;
    let Named { position, account } = named;
    let look = call.look(Target::Number(account), move |account, _, _| {
        let open = account.books.iter().any(|book| book.hold(position).is_some());
        let recent = account.recent.as_deref().map(|recent| recent.resolved.as_slice()).unwrap_or_default();
        let resolved =
            recent.iter().rev().find(|resolved| resolved.hold == position).map(|resolved| resolved.by);
        let balances: Vec<_> = account.books.iter().map(ledger::Book::balance).collect();
        (account.id, open, resolved, balances)
    });
    let (account_id, open, resolved, balances) = look.await?;
    let not_found = || Problem::not_found("hold");
    let placed = call.block(move |engine| engine.entry(position)).await?;
    let placed = placed.filter(|entry| entry.account == account).ok_or_else(not_found)?;
    let mut hold = Hold::of(&call.known, position, account_id, &placed).ok_or_else(not_found)?;
    if !matches!(placed.event, Event::Held(_)) {
        return Err(not_found());
    }
    let end = if open {
        None
    } else {
        let end = call.block(move |engine| end_of(engine, named, resolved)).await?;
        Some(end.ok_or_else(|| call.failed(Failure::Unavailable))?)
    };
    if let Some((by, entry)) = &end
        && let Some(ended) = Hold::of(&call.known, *by, account_id, entry)
    {
        hold = Hold { created_at: Some(Time(placed.effective_at)), ..ended };
    }
    let balance = balances.get(usize::from(placed.unit)).copied().unwrap_or_default();
    hold.balance = Balance::of(&call.known, placed.unit, balance);
    Ok(read(&hold))
}

/// The entry that resolved a hold.
fn end_of(
    engine: &Engine,
    hold: Named,
    known: Option<ledger::Position>,
) -> Result<Option<(ledger::Position, ledger::Entry)>, Failure> {
    if let Some(by) = known {
        return Ok(engine.entry(by)?.map(|entry| (by, entry)));
    }
    // It was resolved some time ago: it is among the captures and releases after it.
    let mut wanted = engine::Wanted {
        limit: 500,
        kinds: vec![EventKind::Captured, EventKind::Released],
        ..engine::Wanted::default()
    };
    loop {
        let page = engine.entries(hold.account, &wanted)?;
        for listed in &page {
            if listed.entry.resolved(listed.position).is_some_and(|resolved| resolved.hold == hold.position) {
                return Ok(Some((listed.position, listed.entry.clone())));
            }
        }
        match page.last() {
            Some(last) if page.len() == wanted.limit && last.position > hold.position => {
                wanted.before = Some(last.position);
            }
            _ => return Ok(None),
        }
    }
}
