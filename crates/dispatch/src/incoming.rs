//! What payment providers tell by themselves.

use std::sync::Arc;

use account::{Account, Command, PaymentFact, Refusal};
use engine::{Failure, Op, Published, Step, Target};
use ids::{Kind, Named};
use ledger::{Method, NameId};
use moment::Instant;
use payments::{Fact, Headers, ProviderEvent, Rejected};

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
    let due = match test.due_events(now) {
        Ok(due) => due,
        Err(error) => {
            tracing::error!(%error, program, "the test provider's messages can't be read");
            return;
        }
    };
    for sent in due {
        match take(shared, program, payments::test::ID, &sent.headers, &sent.body, Some(now)).await {
            Err(NotTaken::Later) => return,
            Err(why) => tracing::warn!(program, %why, "a message of the test provider was not taken"),
            Ok(()) => {}
        }
        if let Err(error) = test.sent(&sent.id) {
            tracing::error!(%error, program, "the test provider can't note that a message was sent");
        }
    }
}

async fn take(
    shared: &Shared,
    program: &str,
    provider: &str,
    headers: &(dyn Headers + Sync),
    body: &[u8],
    now: Option<Instant>,
) -> Result<(), NotTaken> {
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
        book(shared, &published, provider, by, event).await?;
    }
    Ok(())
}

async fn book(
    shared: &Shared,
    published: &Arc<Published>,
    provider: &str,
    by: NameId,
    event: ProviderEvent,
) -> Result<(), NotTaken> {
    let Some(named) = ids::read(Kind::Order, &event.order) else {
        return Err(NotTaken::UnknownOrder(event.order));
    };
    let attempt = match &event.fact {
        Fact::Declined { reference, .. } => attempt_of(shared, published, named, reference).await?,
        _ => 0,
    };
    let Some(fact) = fact(provider, event.fact, attempt) else { return Ok(()) };
    let command = Command::Payment { order: named.position, fact: Box::new(fact) };
    let steps = smallvec::smallvec![Step { command, idempotency: None }];
    let op = Op { target: Target::Number(named.account), published: Arc::clone(published), by, steps };
    let answers = shared.engine.write(op).await.map_err(|_| NotTaken::Later)?;
    match answers.into_iter().next() {
        Some(Ok(_)) => Ok(()),
        Some(Err(Failure::NoAccount | Failure::Refused(Refusal::NotFound(_)))) => {
            Err(NotTaken::UnknownOrder(event.order))
        }
        Some(Err(Failure::Refused(refusal))) => Err(NotTaken::Refused(refusal)),
        _ => Err(NotTaken::Later),
    }
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
