//! The report of a month: what it says, as a paper and in a message.

use std::sync::Arc;

use engine::{Engine, Published};
use ids::Id;
use ledger::{AccountNo, NameId, Position};
use messages::mail::Attachment;
use messages::{Facts, Message};
use moment::Instant;
use money::Unit;
use papers::{Group, Report, Spent};
use reports::{Asked, Month, Past, Sums};

use crate::whose::Owner;
use crate::{Payer, Shared};

/// So many entries are counted before others may look.
const AT_ONCE: usize = 100_000;
/// So many actions are named in a message: those that cost the most.
const NAMED: usize = 5;
/// The largest file that is attached, in bytes: many mail servers take no letter of more than ten million.
const LARGEST: usize = 7_000_000;

/// What the sums of a month say, for a paper of it.
pub fn report(
    engine: &Engine,
    published: &Published,
    payer: &Payer,
    past: &Past,
    (month, made_at): (Month, Instant),
) -> Report {
    let program = &published.program;
    let spent = |(place, unit): (u8, &Unit)| {
        let total = past.total(place);
        let actions = past.by(place, |row| row.action).into_iter();
        let actions = actions.map(|(action, sums)| group(action_name(engine, published, action), sums));
        Spent {
            unit: unit.clone(),
            spent: total.spent,
            returned: total.returned,
            actions: actions.collect(),
            members: named(past.by(place, |row| row.member.clone())),
            departments: named(past.by(place, |row| row.department.clone())),
        }
    };
    Report {
        program: program.name.clone(),
        accent: program.brand.accent.clone(),
        account_name: payer.profile.name.as_deref().map(str::to_owned),
        account_id: Id::new(ids::Kind::Account, payer.id, payer.account).to_string(),
        year: month.year(),
        month: month.number(),
        made_at,
        units: units(published, past).map(spent).collect(),
    }
}

/// The units that something was spent of, each with its place.
fn units<'a>(published: &'a Published, past: &Past) -> impl Iterator<Item = (u8, &'a Unit)> {
    let spent = past.units();
    (0_u8..).zip(&published.program.units).filter(move |(place, _)| spent.contains(place))
}

fn group(name: Option<String>, sums: Sums) -> Group {
    Group { name, count: sums.count, spent: sums.spent, returned: sums.returned }
}

fn named(groups: Vec<(Option<Arc<str>>, Sums)>) -> Vec<Group> {
    groups.into_iter().map(|(name, sums)| group(name.as_deref().map(str::to_owned), sums)).collect()
}

/// What people call an action: as the program does, or by its code where it is no longer in it.
fn action_name(engine: &Engine, published: &Published, action: NameId) -> Option<String> {
    let place = published.actions.iter().position(|name| *name == action);
    let known = place.and_then(|place| published.program.actions.get(place));
    let code = || engine.text(action).to_string();
    action.is_some().then(|| known.map_or_else(code, |action| action.name.clone()))
}

/// What a month came to, of the first unit of which more was spent than came back; `None`: there is none.
pub(crate) fn facts(engine: &Engine, published: &Published, past: &Past, month: Month) -> Option<Facts> {
    let (place, unit) = units(published, past).find(|(place, _)| past.total(*place).net().is_positive())?;
    let sums = past.by(place, |row| row.action);
    let most: Vec<_> = sums
        .into_iter()
        .filter(|(_, sums)| sums.net().is_positive())
        .take(NAMED)
        .map(|(action, sums)| {
            let code = action.is_some().then(|| engine.text(action).to_string());
            (code, action_name(engine, published, action), sums.net())
        })
        .collect();
    let shares = most.iter().map(|(code, name, credits)| (code.as_deref(), name.as_deref(), *credits));
    let facts = Facts::of(unit).text("month", &month.to_string());
    Some(facts.credits("spent", past.total(place).net()).shares("by_action", shares))
}

/// The month that a message is about.
pub(crate) fn month_of(message: &Message) -> Option<Month> {
    message.facts.get("month")?.as_str()?.parse().ok()
}

/// The sums of a month, when all is counted; the error says why not now.
pub(crate) async fn counted(
    shared: &Shared,
    account: AccountNo,
    owner: &Owner,
    month: Month,
) -> Result<Past, String> {
    // The end of the month may be known here before the lists show what was spent last in it.
    let all = Position::new(shared.engine.head(), 0);
    let shown = shared.engine.wait_for(all).await;
    shown.map_err(|failure| format!("the account's history can't be seen now: {failure:?}"))?;
    let reports = shared.reports.clone();
    let zone = owner.profile.time_zone.as_deref().unwrap_or("UTC").to_owned();
    let days = month.first()..=month.last();
    let asked = Asked { account, zone, days, balances: false, most: AT_ONCE };
    let counting = tokio::task::spawn_blocking(move || {
        let past = reports.look(&asked)?;
        if past.complete {
            return Ok(past);
        }
        reports.go_on(account, &asked.zone)?;
        reports.look(&asked)
    });
    match counting.await {
        Ok(Ok(past)) if past.complete => Ok(past),
        Ok(Ok(_)) => Err("the account's history is still being counted".to_owned()),
        Ok(Err(failure)) => Err(format!("the account's history can't be counted now: {failure:?}")),
        Err(error) => Err(error.to_string()),
    }
}

/// Why no file comes with a letter.
pub(crate) enum NoFile {
    /// It would be the same the next time.
    Never(String),
    /// It may come later.
    NotNow(String),
}

/// The report that comes with its letter. It is made when the letter is sent: papers are not kept in the outbox.
pub(crate) async fn attached(
    shared: &Shared,
    published: &Arc<Published>,
    account: AccountNo,
    owner: &Owner,
    message: &Message,
) -> Result<Attachment, NoFile> {
    let month = month_of(message).ok_or_else(|| NoFile::Never("the task is malformed".to_owned()))?;
    let past = counted(shared, account, owner, month).await.map_err(NoFile::NotNow)?;
    let payer = Payer { account, id: owner.id, profile: owner.profile.clone(), method: None };
    let paper = report(&shared.engine, published, &payer, &past, (month, shared.engine.now(published)));
    let (locale, zone) = (payer.locale().to_owned(), payer.zone());
    let made = tokio::task::spawn_blocking(move || papers::report::pdf(&paper, &locale, &zone)).await;
    let made = made.map_err(|error| NoFile::NotNow(error.to_string()))?;
    let bytes = made.map_err(|error| NoFile::NotNow(format!("the report can't be made: {error}")))?;
    if bytes.len() > LARGEST {
        return Err(NoFile::Never(format!("the report has {} bytes, which is too many", bytes.len())));
    }
    let name = format!("{}-report-{month}.pdf", published.program.id);
    Ok(Attachment { name, kind: "application/pdf", bytes })
}
