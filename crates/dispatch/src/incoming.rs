//! What payment providers tell by themselves.

use std::sync::Arc;

use account::{Account, Command, PaymentFact, Refusal};
use engine::{Failure, Op, Published, Step, Target};
use ids::{Kind, Named};
use ledger::Method;
use moment::Instant;
use payments::{Fact, Headers, Rejected};

use crate::{Dispatch, Shared};

/// Why a provider's message was not taken. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// There is no such provider.
    NoProvider,
    /// It is not from the provider, too old, or makes no sense.
    Rejected(Rejected),
    /// It speaks of an order that is none of this program's.
    UnknownOrder(String),
    /// The account's rules refuse it.
    Refused(Refusal),
    /// It could not be booked now: it should be sent again.
    Later,
}

impl std::fmt::Display for NotTaken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NotTaken::NoProvider => f.write_str("there is no payment provider of that name"),
            NotTaken::Rejected(rejected) => write!(f, "{rejected}"),
            NotTaken::UnknownOrder(order) => write!(f, "there is no order {order:?} in this program"),
            NotTaken::Refused(refusal) => write!(f, "it can't be booked: {refusal:?}"),
            NotTaken::Later => f.write_str("it could not be booked now: send it again"),
        }
    }
}

impl Dispatch {
    /// Takes a provider's message: verifies it, and books what it says, once.
    pub async fn take(
        &self,
        program: &str,
        provider: &str,
        headers: &(dyn Headers + Sync),
        body: &[u8],
    ) -> Result<(), NotTaken> {
        let taken = take(&self.0, program, provider, headers, body, None).await;
        if let Err(why) = &taken {
            tracing::warn!(program, provider, %why, "a payment provider's message was not taken");
        }
        taken
    }
}

/// Posts what the program's test provider has to tell by `now`.
pub(crate) async fn take_due(shared: &Shared, program: &str, now: Instant) {
    let Some(test) = shared.parties.test(program) else { return };
    loop {
        let due = match test.due_events(now) {
            Ok(due) if due.is_empty() => return,
            Ok(due) => due,
            Err(error) => {
                tracing::error!(%error, program, "the test provider's messages can't be read");
                return;
            }
        };
        let messages: Vec<Message<'_>> =
            due.iter().map(|sent| (&sent.headers as &(dyn Headers + Sync), &sent.body[..])).collect();
        let taken = take_all(shared, program, payments::test::ID, &messages, Some(now)).await;
        let mut later = false;
        let noted = |noted: Result<(), payments::ShelfError>| {
            if let Err(error) = noted {
                tracing::error!(%error, program, "the test provider can't note that messages were sent");
            }
        };
        noted(test.begin());
        for (sent, taken) in due.iter().zip(taken) {
            crate::after_others();
            match taken {
                Err(NotTaken::Later) => {
                    later = true;
                    continue;
                }
                Err(why) => tracing::warn!(program, %why, "a message of the test provider was not taken"),
                Ok(()) => {}
            }
            if let Err(error) = test.sent(&sent.id) {
                tracing::error!(%error, program, "the test provider can't note that a message was sent");
                later = true;
                break;
            }
        }
        noted(test.commit());
        if later {
            return;
        }
    }
}

/// Takes one message.
async fn take(
    shared: &Shared,
    program: &str,
    provider: &str,
    headers: &(dyn Headers + Sync),
    body: &[u8],
    now: Option<Instant>,
) -> Result<(), NotTaken> {
    let taken = take_all(shared, program, provider, &[(headers, body)], now).await;
    taken.into_iter().next().unwrap_or(Err(NotTaken::Later))
}

/// A message as it came: its headers and its body.
type Message<'a> = (&'a (dyn Headers + Sync), &'a [u8]);

/// Takes messages, in order, booked together as far as that changes nothing; what became of each.
async fn take_all(
    shared: &Shared,
    program: &str,
    provider: &str,
    messages: &[Message<'_>],
    now: Option<Instant>,
) -> Vec<Result<(), NotTaken>> {
    let mut batch = Batch { shared, taken: Vec::new(), ops: Vec::new() };
    for &(headers, body) in messages {
        let number = batch.taken.len();
        batch.taken.push(Ok(()));
        if let Err(why) = read(&mut batch, program, provider, headers, body, now).await {
            batch.taken[number] = Err(why);
        }
    }
    batch.book().await;
    batch.taken
}

/// What is to be booked together.
struct Batch<'a> {
    shared: &'a Shared,
    /// What became of each message so far.
    taken: Vec<Result<(), NotTaken>>,
    /// What is to be booked, of which message, and the order that it names.
    ops: Vec<(Op, usize, String)>,
}

impl Batch<'_> {
    async fn book(&mut self) {
        let (mut ops, mut whose) = (Vec::with_capacity(self.ops.len()), Vec::with_capacity(self.ops.len()));
        for (op, number, order) in self.ops.drain(..) {
            ops.push(op);
            whose.push((number, order));
        }
        if ops.is_empty() {
            return;
        }
        let answers = self.shared.book(ops).await;
        for ((number, order), answers) in whose.into_iter().zip(answers) {
            let answer = answers.ok().and_then(|answers| answers.into_iter().next());
            let taken = match answer {
                Some(Ok(_)) => continue,
                Some(Err(Failure::NoAccount | Failure::Refused(Refusal::NotFound(_)))) => {
                    NotTaken::UnknownOrder(order)
                }
                Some(Err(Failure::Refused(refusal))) => NotTaken::Refused(refusal),
                _ => NotTaken::Later,
            };
            if let Some(place) = self.taken.get_mut(number).filter(|place| place.is_ok()) {
                *place = Err(taken);
            }
        }
    }
}

/// Verifies a message, and adds what it says to what is to be booked.
async fn read(
    batch: &mut Batch<'_>,
    program: &str,
    provider: &str,
    headers: &(dyn Headers + Sync),
    body: &[u8],
    now: Option<Instant>,
) -> Result<(), NotTaken> {
    let shared = batch.shared;
    let published = shared.program(program).ok_or(NotTaken::NoProvider)?;
    let party = shared.parties.provider(program, provider).ok_or(NotTaken::NoProvider)?;
    let now = now.unwrap_or_else(|| shared.engine.now(&published));
    let events = party.read_event(headers, body, now).map_err(NotTaken::Rejected)?;
    let by = shared.engine.name_async(&format!("provider:{provider}")).await;
    let by = by.map_err(|_| NotTaken::Later)?;
    for event in events {
        if event.program != program {
            return Err(NotTaken::UnknownOrder(event.order));
        }
        let Some(named) = ids::read(Kind::Order, &event.order) else {
            return Err(NotTaken::UnknownOrder(event.order));
        };
        let attempt = match &event.fact {
            Fact::Declined { reference, .. } => {
                // What was told before decides what it means.
                batch.book().await;
                attempt_of(shared, &published, named, reference).await?
            }
            _ => 0,
        };
        let Some(fact) = fact(provider, event.fact, attempt) else { continue };
        let command =
            Command::Payment { order: named.position, provider: Some(provider.into()), fact: Box::new(fact) };
        let steps = smallvec::smallvec![Step { command, idempotency: None }];
        let target = Target::Number(named.account);
        let op = Op { target, published: Arc::clone(&published), by, steps };
        batch.ops.push((op, batch.taken.len() - 1, event.order));
    }
    Ok(())
}

/// Which attempt of a stored method was declined: the one that the provider had said it would tell of later. 0: none, it
/// was at a checkout.
async fn attempt_of(
    shared: &Shared,
    published: &Arc<Published>,
    named: Named,
    reference: &str,
) -> Result<u32, NotTaken> {
    let reference = reference.to_owned();
    let look = move |account: &Account, _| {
        let order = account.sales.as_deref()?.order(named.position)?;
        let awaited = order.asking && order.reference.as_deref() == Some(&*reference);
        awaited.then_some(order.attempts)
    };
    let target = Target::Number(named.account);
    match shared.engine.read(target, Arc::clone(published), look).await {
        Ok(attempt) => Ok(attempt.unwrap_or(0)),
        Err(Failure::NoAccount) => Ok(0),
        Err(_) => Err(NotTaken::Later),
    }
}

/// The fact as accounts book it; `None`: it means nothing to them.
fn fact(provider: &str, fact: Fact, attempt: u32) -> Option<PaymentFact> {
    Some(match fact {
        Fact::Paid { reference, amount, method } => PaymentFact::Paid {
            reference: reference.into(),
            amount,
            method: method.map(|stored| Method {
                provider: provider.into(),
                token: stored.token.into(),
                label: stored.label.into(),
            }),
        },
        Fact::Declined { code, message, .. } => {
            PaymentFact::Declined { attempt, code: code.into(), message: message.into() }
        }
        Fact::Abandoned => PaymentFact::Abandoned,
        Fact::Refunded { total } => PaymentFact::Refunded { total },
        Fact::Disputed { dispute, amount } => PaymentFact::Disputed { dispute: dispute.into(), amount },
        Fact::DisputeClosed { dispute, won, amount } => {
            PaymentFact::DisputeClosed { dispute: dispute.into(), won, amount }
        }
        // The provider took the money for the period that the order asks for.
        Fact::Renewed { reference, amount, .. } => {
            PaymentFact::Paid { reference: reference.into(), amount, method: None }
        }
        Fact::Ended { .. } => return None,
    })
}
