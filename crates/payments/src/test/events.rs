//! What the provider tells, and when.

use std::sync::PoisonError;

use moment::Instant;
use serde::{Deserialize, Serialize};

use super::TestProvider;
use super::keep::decoded;
use super::payment::{Payment, State};
use super::signature::{self, HEADER};
use super::waiting::{One, Waiting};
use crate::{Fact, ProviderEvent, Rejected, ShelfError};

/// A message to be sent to Scrip, signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The event's id, to mark it as [sent](TestProvider::sent) by.
    pub id: String,
    /// The headers of the request.
    pub headers: Vec<(String, String)>,
    /// Its body: a [`ProviderEvent`] as JSON.
    pub body: Vec<u8>,
}

/// An event on the shelf: under `due/` until it is sent, under `told/` from then on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Told {
    payment: String,
    /// Its place among the payment's own, for those of the same instant.
    place: usize,
    event: ProviderEvent,
}

impl Told {
    /// The payment that it is of.
    pub(super) fn payment(&self) -> &str {
        &self.payment
    }
}

/// So many messages at a time.
const AT_ONCE: usize = 128;

/// The longest body that is read.
const LONGEST: usize = 64 * 1_024;

const FACTS: [&str; 8] =
    ["paid", "declined", "abandoned", "refunded", "disputed", "dispute_closed", "renewed", "ended"];

/// An event as far as its kind.
#[derive(Deserialize)]
struct Kind {
    fact: Named,
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "type")]
    name: String,
}

pub(super) fn read(body: &[u8]) -> Result<ProviderEvent, Rejected> {
    let malformed = |error: serde_json::Error| Rejected::Malformed(error.to_string());
    if body.len() > LONGEST {
        return Err(Rejected::Malformed(format!("it is longer than {LONGEST} bytes")));
    }
    let Kind { fact: Named { name } } = serde_json::from_slice(body).map_err(malformed)?;
    if !FACTS.contains(&name.as_str()) {
        return Err(Rejected::Unknown(format!("a fact of type {name:?}")));
    }
    serde_json::from_slice(body).map_err(malformed)
}

impl TestProvider {
    /// The messages that are due and were not sent, oldest first, signed at this instant: so many at a time, and none only
    /// where there are none. They stay due until [`TestProvider::sent`] says otherwise.
    pub fn due_events(&self, now: Instant) -> Result<Vec<Sent>, ShelfError> {
        let faults = self.lock();
        let mut messages = Vec::new();
        while messages.is_empty() {
            let due = self.with_waiting(|waiting| waiting.until(now, AT_ONCE))?;
            if due.is_empty() {
                break;
            }
            // What is put aside and what comes true is kept at once.
            self.shelf.begin()?;
            let looked = due.iter().try_for_each(|one| {
                let Some((told, mut payment)) = self.owned(one)? else { return Ok(()) };
                if come_true(&mut payment, &told.event) {
                    self.keep(&mut payment)?;
                }
                messages.push(self.message(&told.event, now)?);
                Ok(())
            });
            self.shelf.commit()?;
            looked?;
        }
        if faults.duplicate_events {
            messages = messages.into_iter().flat_map(|message| [message.clone(), message]).collect();
        }
        if faults.reverse_events {
            messages.reverse();
        }
        Ok(messages)
    }

    /// When the next message falls due, if nothing else happens. It is in the past while messages are due.
    pub fn next_due(&self) -> Result<Option<Instant>, ShelfError> {
        let _alone = self.lock();
        while let Some(first) = self.with_waiting(|waiting| waiting.first())? {
            if self.owned(&first)?.is_some() {
                return Ok(Some(first.due));
            }
        }
        Ok(None)
    }

    /// Marks a message as sent. `false` if there was none of this id that was due.
    pub fn sent(&self, id: &str) -> Result<bool, ShelfError> {
        let _alone = self.lock();
        self.put_over(id, "due", "told")
    }

    /// Makes a message due again that was sent. `false` if there was none of this id.
    pub fn resend(&self, id: &str) -> Result<bool, ShelfError> {
        let _alone = self.lock();
        self.put_over(id, "told", "due")
    }

    fn put_over(&self, id: &str, from: &str, to: &str) -> Result<bool, ShelfError> {
        if !signature::is_name(id, "te_") {
            return Ok(false);
        }
        let key = format!("{from}/{id}");
        let Some(value) = self.shelf.get(&key)? else { return Ok(false) };
        let told: Told = decoded(&key, &value)?;
        // Cut off in between it is sent once more, and never lost.
        self.shelf.put(&format!("{to}/{id}"), &value)?;
        self.shelf.remove(&key)?;
        let Told { payment, place, event } = told;
        self.with_waiting(|waiting| match to {
            "due" => waiting.add(event.occurred_at, &payment, place, id),
            _ => waiting.remove(id),
        })?;
        Ok(true)
    }

    pub(super) fn event_id(&self, payment: &Payment, name: &str) -> String {
        format!("te_{}", signature::name(&self.secret, "event", &format!("{} {name}", payment.reference)))
    }

    /// Puts an event that is true as soon as its payment is put.
    pub(super) fn tell(
        &self,
        payment: &mut Payment,
        name: &str,
        due: Instant,
        fact: Fact,
    ) -> Result<(), ShelfError> {
        let id = self.event_id(payment, name);
        let event = ProviderEvent {
            id: id.clone(),
            occurred_at: due,
            program: payment.program.clone(),
            order: payment.order.clone(),
            fact,
        };
        let told = Told { payment: payment.reference.clone(), place: payment.caused, event };
        // Told at another time than it was going to be, it is the same event.
        payment.untold.retain(|own| *own != id);
        payment.events.push(id);
        payment.caused += 1;
        // What a charge is answered at once may be kept back until it is known whether the answer arrived.
        if payment.is_charge()
            && due <= payment.opened
            && let Some(held) = self.held().as_mut()
        {
            held.push(told);
            return Ok(());
        }
        self.put(&told)
    }

    /// Puts an event among those that wait to be sent.
    pub(super) fn put(&self, told: &Told) -> Result<(), ShelfError> {
        let Told { payment, place, event } = told;
        self.write(&format!("due/{}", event.id), told)?;
        self.with_waiting(|waiting| waiting.add(event.occurred_at, payment, *place, &event.id))
    }

    /// Takes an event back that did not come to be.
    pub(super) fn untell(&self, payment: &mut Payment, name: &str) {
        let id = self.event_id(payment, name);
        if let Some(place) = payment.events.iter().position(|own| *own == id) {
            payment.untold.push(payment.events.remove(place));
        }
    }

    /// Whether an event was sent.
    pub(super) fn has_told(&self, payment: &Payment, name: &str) -> Result<bool, ShelfError> {
        Ok(self.shelf.get(&format!("told/{}", self.event_id(payment, name)))?.is_some())
    }

    /// Looks into what waits, which is read from the shelf once.
    fn with_waiting<T>(&self, look: impl FnOnce(&mut Waiting) -> T) -> Result<T, ShelfError> {
        let mut known = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waiting) = known.as_mut() {
            return Ok(look(waiting));
        }
        let mut waiting = Waiting::default();
        for (key, value) in self.shelf.list("due/")? {
            let told: Told = decoded(&key, &value)?;
            waiting.add(told.event.occurred_at, &told.payment, told.place, &told.event.id);
        }
        Ok(look(known.insert(waiting)))
    }

    /// A message that waits, with its payment. One whose payment was cut off before it happened, or went another way, is
    /// put aside.
    fn owned(&self, one: &One) -> Result<Option<(Told, Payment)>, ShelfError> {
        let key = format!("due/{}", one.id);
        let Some(told) = self.read::<Told>(&key)? else {
            // It is always on the shelf first.
            return Err(ShelfError::new(format!("{key} is not there")));
        };
        let owner = self.payment(&told.payment)?.filter(|payment| payment.events.contains(&one.id));
        if let Some(payment) = owner {
            return Ok(Some((told, payment)));
        }
        self.put_aside(&one.id)?;
        Ok(None)
    }

    pub(super) fn put_aside(&self, id: &str) -> Result<(), ShelfError> {
        self.shelf.remove(&format!("due/{id}"))?;
        self.with_waiting(|waiting| waiting.remove(id))
    }

    fn message(&self, event: &ProviderEvent, now: Instant) -> Result<Sent, ShelfError> {
        let body = serde_json::to_vec(event).map_err(|error| ShelfError::with("an event", error))?;
        let headers = [
            ("content-type".to_owned(), "application/json".to_owned()),
            (HEADER.to_owned(), signature::sign(&self.secret, &body, now)),
        ];
        Ok(Sent { id: event.id.clone(), headers: headers.into(), body })
    }
}

/// What is told of late happens when it is told. Whether that changed the payment.
fn come_true(payment: &mut Payment, event: &ProviderEvent) -> bool {
    let state = match (&event.fact, &payment.state) {
        (Fact::Paid { .. }, State::Late) => State::Paid,
        (Fact::Abandoned, State::Open | State::Asking { .. }) => State::Left,
        (Fact::Declined { code, message, .. }, State::Asking { .. }) if payment.is_charge() => {
            let (code, message) = (code.clone(), message.clone());
            State::Declined(super::cards::Decline { code, message })
        }
        _ => return false,
    };
    payment.state = state;
    payment.touched = event.occurred_at;
    true
}
