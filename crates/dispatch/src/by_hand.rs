//! The log of deliveries, and what is sent because somebody asks for it.

use engine::StoreError;
use engine::outbox::{NewTask, Queue, Task, TaskFilter};
use messages::{Kind, Message, sample};
use serde_json::json;

use crate::Dispatch;
use crate::derive::MessageTask;

/// A webhook message on its way to an endpoint, or there.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Where it stands, and what attempts at it have said.
    pub task: Task,
    /// What is sent.
    pub message: Message,
}

impl Delivery {
    /// `None` where the task can't be read: then nothing is sent either.
    fn of(task: Task) -> Option<Delivery> {
        let kept: MessageTask = serde_json::from_slice(&task.new.payload).ok()?;
        Some(Delivery { task, message: kept.message })
    }
}

/// These block for a moment.
impl Dispatch {
    /// The webhook deliveries of a program, newest first. Of the filter, the queue is set here.
    pub fn deliveries(&self, program: &str, filter: TaskFilter) -> Result<Vec<Delivery>, StoreError> {
        self.sent(Queue::Webhook, program, filter)
    }

    /// The letters of a program, newest first. Of the filter, the queue is set here.
    pub fn letters(&self, program: &str, filter: TaskFilter) -> Result<Vec<Delivery>, StoreError> {
        self.sent(Queue::Mail, program, filter)
    }

    fn sent(&self, queue: Queue, program: &str, filter: TaskFilter) -> Result<Vec<Delivery>, StoreError> {
        let filter = TaskFilter { program: Some(program.to_owned()), queue: Some(queue), ..filter };
        Ok(self.0.outbox().list(&filter)?.into_iter().filter_map(Delivery::of).collect())
    }

    /// Whether letters are sent at all: a mail server is set.
    pub fn sends_letters(&self) -> bool {
        self.0.options.mailer.is_some()
    }

    /// The webhook delivery of that number.
    pub fn delivery(&self, program: &str, number: u64) -> Result<Option<Delivery>, StoreError> {
        self.numbered(Queue::Webhook, program, number)
    }

    /// Sends it again, now, with the id that it had; `None`: there is none of that number.
    pub fn resend(&self, program: &str, number: u64) -> Result<Option<Delivery>, StoreError> {
        self.again(Queue::Webhook, program, number)
    }

    /// Sends the letter of that number again, now; `None`: there is none.
    pub fn resend_letter(&self, program: &str, number: u64) -> Result<Option<Delivery>, StoreError> {
        self.again(Queue::Mail, program, number)
    }

    fn numbered(&self, queue: Queue, program: &str, number: u64) -> Result<Option<Delivery>, StoreError> {
        let filter = TaskFilter { before: number.checked_add(1), limit: 1, ..TaskFilter::default() };
        let found = self.sent(queue, program, filter)?.pop();
        Ok(found.filter(|delivery| delivery.task.id == number))
    }

    fn again(&self, queue: Queue, program: &str, number: u64) -> Result<Option<Delivery>, StoreError> {
        if self.numbered(queue, program, number)?.is_none() {
            return Ok(None);
        }
        let now = self.0.now();
        self.0.outbox().again(number, now)?;
        self.wake();
        self.numbered(queue, program, number)
    }

    /// Sends a sample of a kind to an endpoint, marked as a test. `id` is what only this test is called.
    pub fn send_test(
        &self,
        program: &str,
        endpoint: &str,
        kind: Kind,
        id: &str,
    ) -> Result<Option<Delivery>, StoreError> {
        let now = self.0.now();
        let at = self.0.program(program).map_or(now, |published| self.0.engine.now(&published));
        let mut message = Message { id: id.to_owned(), program: program.to_owned(), at, ..sample(kind) };
        message.facts.insert("test".to_owned(), json!(true));
        let key = format!("{id}:{endpoint}");
        let task = NewTask {
            key: key.clone(),
            queue: Queue::Webhook,
            program: program.to_owned(),
            // Whom the sample names is nobody.
            account: String::new(),
            to: endpoint.to_owned(),
            kind: kind.code().to_owned(),
            payload: serde_json::to_vec(&MessageTask { account: 0, message }).unwrap_or_default(),
            at,
            due: now,
        };
        self.0.outbox().add_by_hand(&[task])?;
        self.wake();
        Ok(self.0.outbox().by_key(&key)?.and_then(Delivery::of))
    }
}
