//! What every provider must keep, as a suite that each is run through.
//!
//! A provider's tests give a [`Rig`]: the provider, what to ask of it, and how to make it fail. Providers in the same
//! process and those behind a network are run through the same.

use moment::Instant;
use money::Money;

use crate::{ChargeAsk, CheckoutAsk, Outcome, PaymentProvider, RefundAsk, Rejected};

/// A provider, set up to be tried.
pub trait Rig {
    /// The provider.
    fn provider(&self) -> &dyn PaymentProvider;

    /// The time at which it is tried.
    fn now(&self) -> Instant;

    /// A checkout that it can open.
    fn checkout(&self, key: &str) -> CheckoutAsk;

    /// A charge that succeeds, now or later. `None` where no method can be stored.
    fn charge(&self, key: &str) -> Option<ChargeAsk>;

    /// A charge that is declined. `None` where nothing ever is.
    fn declined_charge(&self, key: &str) -> Option<ChargeAsk>;

    /// Whether it keeps what it was asked. An invoice does not: it is known by its order.
    fn keeps_state(&self) -> bool;

    /// Makes it lose its next answer to a charge. `false` where an answer can't be lost.
    fn lose_next_answer(&self) -> bool;

    /// A genuine message, sent now. `None` where there are none.
    fn message(&self) -> Option<Message>;
}

/// A message as it comes in: its headers and its body.
pub type Message = (Vec<(String, String)>, Vec<u8>);

/// A promise that was not kept: which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken(pub String);

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Broken {}

/// Whether the provider keeps all promises of the port; otherwise the first that it breaks.
pub async fn holds(rig: &dyn Rig) -> Result<(), Broken> {
    checkouts(rig).await?;
    charges(rig).await?;
    declines(rig).await?;
    lost_answers(rig).await?;
    refunds(rig).await?;
    messages(rig)
}

async fn checkouts(rig: &dyn Rig) -> Result<(), Broken> {
    let provider = rig.provider();
    let ask = rig.checkout("contract-checkout");
    let first = fine(provider.open_checkout(&ask).await, "a checkout")?;
    let again = fine(provider.open_checkout(&ask).await, "the same checkout")?;
    must(first == again, "a checkout that is asked for twice is the same one")?;
    must(
        first.url.is_some() == provider.capabilities().hosted_checkout,
        "a hosted checkout has an address, and no other has",
    )?;
    if rig.keeps_state() {
        let more = CheckoutAsk { amount: more(ask.amount), ..ask };
        refused(provider.open_checkout(&more).await, "the key of a checkout is not used for another amount")?;
    }
    fine(provider.cancel_checkout(&first.reference).await, "to cancel a checkout")?;
    fine(provider.cancel_checkout(&first.reference).await, "to cancel it again")
}

async fn charges(rig: &dyn Rig) -> Result<(), Broken> {
    let provider = rig.provider();
    let ask = rig.charge("contract-charge");
    must(
        ask.is_some() == provider.capabilities().stored_method,
        "methods are charged if they can be stored",
    )?;
    let never = fine(provider.outcome("contract-never-asked").await, "to look for a charge")?;
    must(never.is_none(), "a charge that never arrived has no outcome")?;
    let Some(ask) = ask else { return Ok(()) };
    let first = fine(provider.charge(&ask).await, "a charge")?;
    must(!matches!(first, Outcome::Declined { .. }), "this charge is not declined")?;
    for _ in 0..3 {
        let again = fine(provider.charge(&ask).await, "the same charge")?;
        must(first == again, "a charge that is asked for again is the same one, answered the same")?;
    }
    if rig.keeps_state() {
        let found = fine(provider.outcome(&ask.key).await, "to look for a charge")?;
        must(found == Some(first), "the outcome of a charge is what it was answered")?;
        let more = ChargeAsk { amount: more(ask.amount), ..ask };
        refused(provider.charge(&more).await, "the key of a charge is not used for another amount")?;
    }
    Ok(())
}

async fn declines(rig: &dyn Rig) -> Result<(), Broken> {
    let Some(ask) = rig.declined_charge("contract-decline") else { return Ok(()) };
    let first = fine(rig.provider().charge(&ask).await, "a charge that is declined")?;
    let Outcome::Declined { code, message } = &first else { return broken("this charge is declined") };
    must(!code.is_empty() && !message.is_empty(), "a decline says why")?;
    let again = fine(rig.provider().charge(&ask).await, "the same charge")?;
    must(first == again, "a decline is final: the same key is declined the same")
}

async fn lost_answers(rig: &dyn Rig) -> Result<(), Broken> {
    let provider = rig.provider();
    let Some(ask) = rig.charge("contract-lost").filter(|_| rig.lose_next_answer()) else { return Ok(()) };
    match provider.charge(&ask).await {
        Ok(_) => return broken("an answer that was lost is no answer"),
        Err(outage) => must(!outage.is_refusal(), "an answer that was lost is no refusal")?,
    }
    let found = fine(provider.outcome(&ask.key).await, "to look for a charge whose answer was lost")?;
    must(found.is_some(), "a charge whose answer was lost is found again")?;
    let again = fine(provider.charge(&ask).await, "the same charge")?;
    must(found == Some(again), "asked again, it is the charge that was found")
}

async fn refunds(rig: &dyn Rig) -> Result<(), Broken> {
    let provider = rig.provider();
    let Some(charge) = rig.charge("contract-refund") else { return Ok(()) };
    let Outcome::Paid { reference } = fine(provider.charge(&charge).await, "a charge")? else {
        return Ok(());
    };
    let key = "contract-refund-1".to_owned();
    let ask = RefundAsk { key, reference, amount: charge.amount, now: rig.now() };
    if !provider.capabilities().refunds {
        return refused(provider.refund(&ask).await, "who gives nothing back says so");
    }
    fine(provider.refund(&ask).await, "a refund")?;
    fine(provider.refund(&ask).await, "the same refund, which is done once")?;
    let more = RefundAsk { key: "contract-refund-2".to_owned(), ..ask };
    refused(provider.refund(&more).await, "no more is given back than was paid")
}

fn messages(rig: &dyn Rig) -> Result<(), Broken> {
    let (provider, now) = (rig.provider(), rig.now());
    must(provider.read_event(&[("", ""); 0], b"{}", now).is_err(), "what is not signed is not read")?;
    let Some((headers, body)) = rig.message() else { return Ok(()) };
    let read = provider.read_event(&headers, &body, now);
    let Ok(events) = &read else { return broken("a genuine message is read") };
    must(events.iter().all(|event| !event.id.is_empty() && !event.order.is_empty()), "events are named")?;
    must(read == provider.read_event(&headers, &body, now), "the same message says the same")?;

    let unsigned = provider.read_event(&[("", ""); 0], &body, now);
    must(unsigned == Err(Rejected::Signature), "a message without signature is not read")?;
    let changed = [body.as_slice(), b" "].concat();
    must(
        provider.read_event(&headers, &changed, now) == Err(Rejected::Signature),
        "a message that was changed is not read",
    )?;
    let later = now.plus_millis(24 * 60 * 60 * 1_000);
    must(
        provider.read_event(&headers, &body, later) == Err(Rejected::Stale),
        "a message that was overheard yesterday is not read",
    )
}

fn more(money: Money) -> Money {
    Money { amount: money.amount.saturating_add(1), ..money }
}

fn must(kept: bool, promise: &str) -> Result<(), Broken> {
    if kept { Ok(()) } else { broken(promise) }
}

fn broken<T>(promise: &str) -> Result<T, Broken> {
    Err(Broken(promise.to_owned()))
}

fn fine<T>(answer: Result<T, crate::Outage>, what: &str) -> Result<T, Broken> {
    answer.map_err(|outage| Broken(format!("{what}: {outage}")))
}

fn refused<T>(answer: Result<T, crate::Outage>, promise: &str) -> Result<(), Broken> {
    must(answer.is_err_and(|outage| outage.is_refusal()), promise)
}
