//! Turning journal entries into tasks.

use engine::outbox::{NewTask, Queue};
use engine::{Follower, StoreError};
use ids::Id;
use ledger::{Entry, Event, EventKind, Ordered, Position};
use messages::{Kind, Message};
use moment::Instant;
use money::Money;
use serde::{Deserialize, Serialize};

use crate::Shared;
use crate::tell::{TOLD, told};

/// A payment that is to be asked for, as the outbox keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PaymentTask {
    pub account: u64,
    pub order: u64,
    pub attempt: u32,
    pub provider: String,
    pub method: String,
    pub amount: Money,
    pub what: String,
}

/// A message to be sent, as the outbox keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct MessageTask {
    pub account: u64,
    pub message: Message,
}

/// The kinds of entries that tasks are made of.
pub(crate) fn kinds() -> Vec<EventKind> {
    TOLD.iter().copied().chain([EventKind::PaymentAsked]).collect()
}

/// How many rows are read at a time.
const ROWS: u64 = 64;

/// How long something is news: as long as a message is tried.
const NEWS_MILLIS: i64 = 3 * 24 * 3_600_000;

/// So many rows may be read again after a start.
const KEEP_EVERY: u64 = 20_000;

/// Makes tasks of what the journal has beyond what was looked at; says whether there may be more.
pub(crate) async fn derive(
    shared: &Shared,
    follower: &mut Follower,
    kept: &mut u64,
) -> Result<bool, StoreError> {
    let before = follower.next();
    let mut found: Vec<(Position, Entry, Instant)> = Vec::new();
    let more = follower.read(ROWS, &mut |position, entry, written| {
        found.push((position, entry.clone(), written));
        Ok(())
    })?;
    if follower.next() == before {
        return Ok(false);
    }
    let mut tasks = Vec::new();
    for (position, entry, written) in &found {
        crate::after_others();
        if let Err(error) = add_tasks(shared, *position, entry, *written, &mut tasks).await {
            follower.back_to(before);
            return Err(error);
        }
    }
    // Where nothing was found the position is kept only now and then: what is read again is known by its key.
    if !tasks.is_empty() || follower.next() >= *kept + KEEP_EVERY {
        let added = shared.outbox().add(&tasks, follower.next());
        if let Err(error) = added {
            // Or the tasks of these rows would never be made.
            follower.back_to(before);
            return Err(error);
        }
        *kept = follower.next();
    }
    Ok(more)
}

async fn add_tasks(
    shared: &Shared,
    position: Position,
    entry: &Entry,
    written: Instant,
    tasks: &mut Vec<NewTask>,
) -> Result<(), StoreError> {
    let Some(published) = shared.program_of(entry.account).await? else { return Ok(()) };
    let program = published.program.id.as_str();
    let base = NewTask {
        key: String::new(),
        queue: Queue::Payment,
        program: program.to_owned(),
        account: String::new(),
        to: String::new(),
        kind: String::new(),
        payload: Vec::new(),
        at: entry.effective_at,
        due: shared.now(),
    };
    if let Event::PaymentAsked(asked) = &entry.event {
        let order = Id::new(ids::Kind::Order, asked.order, entry.account);
        let task = PaymentTask {
            account: entry.account.0,
            order: asked.order.0,
            attempt: asked.attempt,
            provider: asked.provider.to_string(),
            method: asked.method.to_string(),
            amount: asked.amount,
            what: asked.what.to_string(),
        };
        tasks.push(NewTask {
            key: format!("pay_{order}_{}", asked.attempt),
            to: task.provider.clone(),
            kind: "charge".to_owned(),
            payload: serde_json::to_vec(&task).unwrap_or_default(),
            ..base
        });
        return Ok(());
    }
    // Where the outbox was lost nobody wants to be told of all that ever happened.
    if shared.now().millis_since(written) > NEWS_MILLIS {
        return Ok(());
    }
    let name = |name| shared.engine.text(name).to_string();
    let placed = placed(shared, entry)?;
    let Some((kind, facts)) = told(&published, position, entry, placed.as_ref(), &name) else {
        return Ok(());
    };
    let ears = Ears::of(shared, program, kind)?;
    if ears.are_none() {
        return Ok(());
    }
    let Some(owner) = shared.owner(&published, entry.account).await? else { return Ok(()) };
    let account = Id::new(ids::Kind::Account, owner.id, entry.account).to_string();
    let id = Id::new(ids::Kind::Message, position, entry.account).to_string();
    let message = Message {
        id: id.clone(),
        kind,
        program: program.to_owned(),
        account: account.clone(),
        host_id: owner.host_id,
        at: entry.effective_at,
        facts,
    };
    let task = MessageTask { account: entry.account.0, message };
    let payload = serde_json::to_vec(&task).unwrap_or_default();
    let base = NewTask { account, kind: kind.code().to_owned(), payload, ..base };
    if kind == Kind::ReportReady {
        // What the month came to is not in the entry: it is counted first, and payments do not wait for that.
        tasks.push(NewTask { key: format!("{id}:report"), queue: Queue::Report, ..base });
        return Ok(());
    }
    tasks.extend(ears.tasks(&id, owner.profile.email.as_deref(), &base));
    Ok(())
}

/// Who is told of a kind of message.
pub(crate) struct Ears {
    /// The endpoints that want it.
    hosts: Vec<String>,
    /// Whether the account's owner gets a letter, where it has an address.
    mail: bool,
}

impl Ears {
    /// As it is now.
    pub fn of(shared: &Shared, program: &str, kind: Kind) -> Result<Ears, StoreError> {
        let endpoints = shared.endpoints.of(program)?;
        let hosts = endpoints.iter().filter(|stored| stored.endpoint.wants(kind));
        let hosts = hosts.map(|stored| stored.endpoint.id.clone());
        let mail = kind.to_customer() && shared.options.mailer.is_some();
        Ok(Ears { hosts: hosts.collect(), mail })
    }

    fn are_none(&self) -> bool {
        self.hosts.is_empty() && !self.mail
    }

    /// A task for each. `id` is the message's, `base` what the tasks have in common.
    pub fn tasks(self, id: &str, email: Option<&str>, base: &NewTask) -> Vec<NewTask> {
        let hosts = self.hosts.into_iter().map(|to| (format!("{id}:{to}"), Queue::Webhook, to));
        // An address that was taken away is an empty text.
        let email = email.filter(|email| self.mail && !email.is_empty());
        let mail = email.map(|to| (format!("{id}:mail"), Queue::Mail, to.to_owned()));
        hosts.chain(mail).map(|(key, queue, to)| NewTask { key, queue, to, ..base.clone() }).collect()
    }
}

/// What had been ordered, where the entry says only what became of the order.
fn placed(shared: &Shared, entry: &Entry) -> Result<Option<Ordered>, StoreError> {
    let order = match &entry.event {
        Event::OrderFailed(failed) => failed.order,
        Event::OrderDisputed(disputed) => disputed.order,
        Event::OrderRefunded(refunded) => refunded.order,
        _ => return Ok(None),
    };
    let placed = shared.engine.entry(order);
    let placed = placed.map_err(|_| StoreError::new("an order can't be looked at now".to_owned()))?;
    Ok(placed.and_then(|placed| match placed.event {
        Event::OrderPlaced(ordered) => Some(*ordered),
        _ => None,
    }))
}
