//! Webhooks: one attempt at a message, and what it says about its endpoint.

use engine::outbox::{NewTask, Outcome, Queue, Task, TaskState};
use messages::webhook::Outcome as Sent;
use messages::{Facts, Kind, Message};
use moment::Instant;

use crate::Shared;
use crate::deliver::{dead, done, later_or_dead, outcome};
use crate::derive::MessageTask;
use crate::endpoints::StoredEndpoint;

/// An endpoint at which nothing has arrived for so long is switched off, when a message to it is given up: some hours
/// less than a message is tried for, so that one that never answers is off with the first message that it has missed.
const LONG_MILLIS: i64 = 3 * 24 * 3_600_000;

/// How long until it is tried again, where the endpoint can't be read.
const UNREADABLE_MILLIS: i64 = 60_000;

/// Tries to deliver a message.
pub(crate) async fn webhook(shared: &Shared, task: &Task) -> Outcome {
    let now = shared.now();
    let program = &task.new.program;
    let Ok(kept) = serde_json::from_slice::<MessageTask>(&task.new.payload) else {
        return dead(task, now, "the task is malformed".to_owned());
    };
    let stored = match shared.endpoints.get(program, &task.new.to) {
        Ok(Some(stored)) => stored,
        Ok(None) => return dead(task, now, "the endpoint was removed".to_owned()),
        Err(error) => {
            tracing::error!(%error, program, "the webhook endpoints can't be read");
            let due = now.plus_millis(UNREADABLE_MILLIS);
            return outcome(task, TaskState::Waiting, now, due, "the endpoint can't be read".to_owned());
        }
    };
    if !stored.endpoint.enabled {
        return dead(task, now, "the endpoint is disabled".to_owned());
    }
    let attempt = shared.options.sender.send(&stored.endpoint, &kept.message, now).await;
    let now = shared.now();
    let (said, arrived) = match &attempt.outcome {
        Sent::Delivered => {
            let status = attempt.status.unwrap_or_default();
            (format!("{status} delivered in {} ms", attempt.took_ms), true)
        }
        // It names the status, where there was one.
        Sent::Refused(why) | Sent::Failed(why) => (why.clone(), false),
        Sent::Gone => ("answered with 410 Gone: the endpoint wants no more messages".to_owned(), false),
    };
    let wait = attempt.next_after(task.attempts + 1);
    let attempted = Attempted {
        url: &stored.endpoint.url,
        arrived,
        gone: attempt.outcome == Sent::Gone,
        given_up: wait.is_none(),
        now,
    };
    learn(shared, program, &task.new.to, &attempted, &said);
    if arrived { done(task, now, said) } else { later_or_dead(task, now, wait, said) }
}

/// What an attempt says about its endpoint.
struct Attempted<'a> {
    /// Where it went.
    url: &'a str,
    arrived: bool,
    /// The endpoint wants no more.
    gone: bool,
    /// The message is not tried again.
    given_up: bool,
    now: Instant,
}

/// What an endpoint has become by an attempt.
#[derive(Debug, PartialEq, Eq)]
enum Became {
    /// It is as it was.
    Same,
    /// It has begun to fail, or works again.
    Other,
    /// It was switched off.
    Disabled,
}

impl Attempted<'_> {
    /// Applies it to the endpoint as it is now: since the attempt began the host may have changed it, and other attempts
    /// have ended.
    fn tell(&self, stored: &mut StoredEndpoint) -> Became {
        if !stored.endpoint.enabled || stored.endpoint.url != self.url {
            return Became::Same;
        }
        if self.arrived {
            return if stored.failing_since.take().is_some() { Became::Other } else { Became::Same };
        }
        let news = stored.failing_since.is_none();
        let since = *stored.failing_since.get_or_insert(self.now);
        if self.gone || (self.given_up && self.now.millis_since(since) >= LONG_MILLIS) {
            stored.endpoint.enabled = false;
            stored.disabled_by_us = true;
            return Became::Disabled;
        }
        if news { Became::Other } else { Became::Same }
    }
}

fn learn(shared: &Shared, program: &str, id: &str, attempted: &Attempted<'_>, said: &str) {
    let mut became = Became::Same;
    let updated = shared.endpoints.update(program, id, |stored| {
        became = attempted.tell(stored);
        became != Became::Same
    });
    match updated {
        Ok(Some(stored)) if became == Became::Disabled => {
            tracing::warn!(program, endpoint = id, said, "a webhook endpoint is disabled");
            tell(shared, program, &stored, said, attempted.now);
        }
        Ok(_) => {}
        Err(error) => tracing::error!(%error, program, "an endpoint's state can't be kept"),
    }
}

/// Says that an endpoint was switched off: to the program's other endpoints, and by mail to its support address.
fn tell(shared: &Shared, program: &str, stored: &StoredEndpoint, why: &str, now: Instant) {
    let id = &stored.endpoint.id;
    let facts = Facts::new().text("endpoint", id).text("url", &stored.endpoint.url);
    let facts = facts.instant("failing_since", stored.failing_since.unwrap_or(now)).text("why", why);
    let message = Message {
        id: format!("msg_{id}_{}", now.millis()),
        kind: Kind::EndpointDisabled,
        program: program.to_owned(),
        account: String::new(),
        host_id: None,
        at: now,
        facts: facts.done(),
    };
    let task = MessageTask { account: 0, message };
    let base = NewTask {
        key: String::new(),
        queue: Queue::Webhook,
        program: program.to_owned(),
        account: String::new(),
        to: String::new(),
        kind: Kind::EndpointDisabled.code().to_owned(),
        payload: serde_json::to_vec(&task).unwrap_or_default(),
        at: now,
        due: now,
    };
    let others = shared.endpoints.of(program).unwrap_or_default();
    let others = others.iter().filter(|other| other.endpoint.wants(Kind::EndpointDisabled));
    let mut tasks: Vec<NewTask> = others
        .map(|other| {
            let to = other.endpoint.id.clone();
            NewTask { key: format!("{}:{to}", task.message.id), to, ..base.clone() }
        })
        .collect();
    let support = shared.program(program).and_then(|published| published.program.brand.support_email.clone());
    if let Some(to) = support.filter(|_| shared.options.mailer.is_some()) {
        tasks.push(NewTask { key: format!("{}:mail", task.message.id), queue: Queue::Mail, to, ..base });
    }
    if tasks.is_empty() {
        return;
    }
    if let Err(error) = shared.outbox().add_by_hand(&tasks) {
        tracing::error!(%error, program, "nobody can be told of a disabled endpoint");
    }
    shared.look();
}

#[cfg(test)]
mod tests {
    use messages::webhook::{Endpoint, Secret};

    use super::*;

    const URL: &str = "https://host.example/hooks";
    const HOUR: i64 = 3_600_000;

    fn stored() -> StoredEndpoint {
        let endpoint = Endpoint {
            id: "end_1".to_owned(),
            url: URL.to_owned(),
            secret: Secret::from_bytes(&[1; 24]).unwrap(),
            old_secret: None,
            events: None,
            enabled: true,
        };
        let created_at = Instant::from_millis(0);
        let (description, failing_since) = (String::new(), None);
        StoredEndpoint { endpoint, description, created_at, failing_since, disabled_by_us: false }
    }

    fn attempted(hour: i64, arrived: bool, given_up: bool) -> Attempted<'static> {
        let now = Instant::from_millis(hour * HOUR);
        Attempted { url: URL, arrived, gone: false, given_up, now }
    }

    #[test]
    fn one_that_takes_other_messages_is_not_disabled_for_one_that_it_never_takes() {
        let mut stored = stored();
        for hour in 0..100 {
            assert_ne!(attempted(hour, true, true).tell(&mut stored), Became::Disabled);
            assert_eq!(attempted(hour, false, false).tell(&mut stored), Became::Other, "it begins to fail");
        }
        assert_eq!(attempted(100, false, true).tell(&mut stored), Became::Same, "for an hour");
        assert!(stored.endpoint.enabled);
        assert_eq!(attempted(101, true, true).tell(&mut stored), Became::Other);
        assert_eq!(stored.failing_since, None);
    }

    #[test]
    fn one_at_which_nothing_arrives_for_three_days_is_disabled_once() {
        let mut stored = stored();
        assert_eq!(attempted(0, false, false).tell(&mut stored), Became::Other);
        assert_eq!(attempted(71, false, true).tell(&mut stored), Became::Same, "not yet");
        assert_eq!(attempted(72, false, false).tell(&mut stored), Became::Same, "it is tried again");
        assert_eq!(attempted(72, false, true).tell(&mut stored), Became::Disabled);
        assert!(!stored.endpoint.enabled && stored.disabled_by_us);
        assert_eq!(attempted(73, false, true).tell(&mut stored), Became::Same, "it was told");
        assert_eq!(attempted(73, true, true).tell(&mut stored), Became::Same, "who disabled it enables it");
    }

    #[test]
    fn one_that_says_so_is_disabled_at_once() {
        let mut stored = stored();
        let gone = Attempted { gone: true, ..attempted(5, false, true) };
        assert_eq!(gone.tell(&mut stored), Became::Disabled);
        assert_eq!(stored.failing_since, Some(Instant::from_millis(5 * HOUR)));
    }

    #[test]
    fn what_another_address_did_says_nothing() {
        let mut stored = stored();
        stored.endpoint.url = "https://host.example/new".to_owned();
        let before = stored.clone();
        let gone = Attempted { gone: true, ..attempted(5, false, true) };
        assert_eq!(gone.tell(&mut stored), Became::Same);
        assert_eq!(attempted(5, false, false).tell(&mut stored), Became::Same);
        assert_eq!(stored, before);
    }
}
