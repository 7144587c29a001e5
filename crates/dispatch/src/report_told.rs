//! Telling what a month came to: it is counted, then told; by itself, or because somebody asks for a letter.

use engine::outbox::{NewTask, Outcome, Queue, Task, TaskFilter};
use engine::{Published, StoreError};
use ids::Id;
use ledger::AccountNo;
use messages::webhook::retry_after;
use messages::{Facts, Kind, Message};
use reports::Month;

use crate::deliver::{dead, done, later_or_dead};
use crate::derive::{Ears, MessageTask};
use crate::report::{counted, facts, month_of};
use crate::{Dispatch, Payer, Shared};

/// So many reports are sent to an account within a day because somebody asks for them.
const MOST_A_DAY: usize = 5;
const DAY_MILLIS: i64 = 24 * 3_600_000;
/// The longest that counting waits before it is tried again, in milliseconds: an hour.
const LONGEST_WAIT: i64 = 3_600_000;

/// Counts a month, and makes the messages that tell what it came to. A task that goes to an address is for a letter
/// there; any other for all who want to be told.
pub(crate) async fn count(shared: &Shared, task: &Task) -> Outcome {
    let now = shared.now();
    // Counting asks nobody outside: it is tried until it is done, or a month would be lost without a word.
    let later = |why: String| {
        let wait = retry_after(task.attempts + 1).unwrap_or(LONGEST_WAIT);
        if wait >= LONGEST_WAIT {
            tracing::warn!(key = task.new.key, why, "a month's report still can't be counted");
        }
        later_or_dead(task, now, Some(wait.min(LONGEST_WAIT)), why)
    };
    let kept = serde_json::from_slice::<MessageTask>(&task.new.payload).ok();
    let month = kept.as_ref().and_then(|kept| month_of(&kept.message));
    let (Some(mut kept), Some(month)) = (kept, month) else {
        tracing::error!(key = task.new.key, "the task of a month's report is malformed");
        return dead(task, now, "the task is malformed".to_owned());
    };
    let account = AccountNo(kept.account);
    let Some(published) = shared.program(&task.new.program) else {
        return later("the program does not run".to_owned());
    };
    let owner = match shared.owner(&published, account).await {
        Ok(Some(owner)) => owner,
        Ok(None) => return dead(task, now, "there is no such account".to_owned()),
        Err(error) => return later(error.to_string()),
    };
    let past = match counted(shared, account, &owner, month).await {
        Ok(past) => past,
        Err(why) => return later(why),
    };
    let Some(facts) = facts(&shared.engine, &published, &past, month) else {
        return done(task, now, format!("nothing was spent in {month}: nobody is told"));
    };
    kept.message.facts = facts.done();
    let id = kept.message.id.clone();
    let payload = serde_json::to_vec(&kept).unwrap_or_default();
    let base = NewTask { payload, due: now, ..task.new.clone() };
    let tasks = if task.new.to.is_empty() {
        Ears::of(shared, &task.new.program, Kind::ReportReady)
            .map(|ears| ears.tasks(&id, owner.profile.email.as_deref(), &base))
    } else {
        Ok(vec![NewTask { key: format!("{id}:mail"), queue: Queue::Mail, ..base }])
    };
    // Whoever makes them again after this was cut off makes the same keys.
    if let Err(error) = tasks.and_then(|tasks| shared.outbox().add_by_hand(&tasks)) {
        return later(error.to_string());
    }
    shared.look();
    done(task, now, format!("{month} is counted"))
}

/// Why a report is not sent by e-mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotMailed {
    /// No mail server is set.
    NoServer,
    /// The account has no address.
    NoAddress,
    /// So many were sent within a day: more come back to nobody's use.
    TooMany,
}

impl Dispatch {
    /// Has a month's report sent to the account's own address, and says which that is. What is asked with the same
    /// `once` again is not sent again. Blocks for a moment.
    pub fn mail_report(
        &self,
        published: &Published,
        payer: &Payer,
        month: Month,
        once: [u8; 16],
    ) -> Result<Result<String, NotMailed>, StoreError> {
        let shared = &self.0;
        if shared.options.mailer.is_none() {
            return Ok(Err(NotMailed::NoServer));
        }
        let Some(to) = payer.profile.email.as_deref().filter(|email| !email.is_empty()) else {
            return Ok(Err(NotMailed::NoAddress));
        };
        let (to, program) = (to.to_owned(), published.program.id.clone());
        let account = Id::new(ids::Kind::Account, payer.id, payer.account).to_string();
        let id = format!("msg_report_{account}_{month}_{:032x}", u128::from_be_bytes(once));
        let (key, at) = (format!("{id}:report"), shared.engine.now(published));
        let filter = TaskFilter {
            program: Some(program.clone()),
            queue: Some(Queue::Report),
            account: Some(account.clone()),
            limit: 64,
            ..TaskFilter::default()
        };
        // Held from the look to the end, or two requests would both find room.
        let mut outbox = shared.outbox();
        if outbox.by_key(&key)?.is_some() {
            return Ok(Ok(to));
        }
        let by_hand = |task: &&Task| !task.new.to.is_empty() && at.millis_since(task.new.at) < DAY_MILLIS;
        if outbox.list(&filter)?.iter().filter(by_hand).count() >= MOST_A_DAY {
            return Ok(Err(NotMailed::TooMany));
        }
        let kind = Kind::ReportReady;
        let facts = Facts::new().text("month", &month.to_string()).done();
        let message = Message {
            id,
            kind,
            program: program.clone(),
            account: account.clone(),
            host_id: None,
            at,
            facts,
        };
        let payload =
            serde_json::to_vec(&MessageTask { account: payer.account.0, message }).unwrap_or_default();
        outbox.add_by_hand(&[NewTask {
            key,
            queue: Queue::Report,
            program,
            account,
            to: to.clone(),
            kind: kind.code().to_owned(),
            payload,
            at,
            due: shared.now(),
        }])?;
        drop(outbox);
        self.wake();
        Ok(Ok(to))
    }
}
