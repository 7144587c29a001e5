//! Charging stored payment methods.

use account::{Command, PaymentFact};
use engine::outbox::{Attempt, Outcome, Queue, Task, TaskState};
use engine::{Failure, Op, Step, StoreError, Target};
use ids::Id;
use ledger::{AccountNo, Position};
use moment::Instant;
use payments::{ChargeAsk, Outcome as Paid};

use crate::Shared;
use crate::derive::PaymentTask;

/// So many are asked for before their answers are booked together.
const AT_ONCE: usize = 128;

/// How long an unknown outcome waits before it is asked for again, by how often it was: in seconds, the last for good.
const AGAIN: [i64; 7] = [1, 5, 30, 120, 600, 3_600, 21_600];

/// Asks for the payments that are due, and books the answers; says whether there may be more.
pub(crate) async fn pay(shared: &Shared) -> Result<bool, StoreError> {
    let now = shared.now();
    let tasks = shared.outbox().due(Queue::Payment, now, AT_ONCE)?;
    if tasks.is_empty() {
        return Ok(false);
    }
    let more = tasks.len() == AT_ONCE;
    let mut outcomes = Vec::with_capacity(tasks.len());
    let mut ops = Vec::with_capacity(tasks.len());
    let mut asked = Vec::with_capacity(tasks.len());
    // What the test providers note of so many charges is kept at once, and before anything is booked of it.
    let failed = |error: payments::ShelfError| StoreError::with("a test provider", error);
    let mut tests = shared.parties.tests();
    tests.retain(|test| test.begin_charges().is_ok());
    for task in &tasks {
        crate::after_others();
        match ask(shared, task, now).await {
            Asked::Known(op, said) => {
                ops.push(*op);
                asked.push((task, said));
            }
            Asked::Unknown(why) => outcomes.push(again(task, now, why)),
            Asked::Never(why) => {
                tracing::error!(task = task.new.key, why, "a payment can't be asked for");
                outcomes.push(ended(task, TaskState::Dead, now, why));
            }
        }
    }
    let kept = tests.iter().try_for_each(|test| test.commit());
    if let Err(error) = kept {
        // What they were answered is not kept, so nothing may be told of it; they are asked again.
        let all: Vec<&str> = tasks.iter().map(|task| task.new.key.as_str()).collect();
        tests.iter().try_for_each(|test| test.end_charges(all.iter().copied())).map_err(failed)?;
        return Err(failed(error));
    }
    let answers = shared.book(ops).await;
    let mut arrived = Vec::with_capacity(asked.len());
    for ((task, said), answers) in asked.into_iter().zip(answers) {
        // Where it could not be booked nothing is lost: the provider gives the same answer again.
        let answer = answers.ok().and_then(|mut answers| answers.pop());
        outcomes.push(match answer {
            Some(Ok(_)) => {
                arrived.push(task.new.key.as_str());
                ended(task, TaskState::Done, now, said)
            }
            Some(Err(Failure::Refused(refusal))) => {
                tracing::error!(task = task.new.key, ?refusal, "what a provider said can't be booked");
                ended(task, TaskState::Dead, now, format!("{said}; refused: {refusal:?}"))
            }
            _ => again(task, now, format!("{said}; it could not be booked yet")),
        });
    }
    for test in &tests {
        test.end_charges(arrived.iter().copied()).map_err(failed)?;
    }
    shared.outbox().note(&outcomes)?;
    Ok(more)
}

enum Asked {
    /// The provider has answered: what is to be booked, and in words.
    Known(Box<Op>, String),
    /// What became of it is not known. It is not a decline.
    Unknown(String),
    /// It can't be asked, now or later.
    Never(String),
}

async fn ask(shared: &Shared, task: &Task, now: Instant) -> Asked {
    let Ok(payment) = serde_json::from_slice::<PaymentTask>(&task.new.payload) else {
        return Asked::Never("the task is malformed".to_owned());
    };
    let Some(published) = shared.program(&task.new.program) else {
        return Asked::Unknown(format!("program {:?} does not run", task.new.program));
    };
    let Some(provider) = shared.parties.provider(&task.new.program, &payment.provider) else {
        return Asked::Unknown(format!("there is no payment provider {:?}", payment.provider));
    };
    let account = AccountNo(payment.account);
    let order = Position(payment.order);
    let at = shared.engine.now(&published);
    let ask = ChargeAsk {
        key: task.new.key.clone(),
        order: Id::new(ids::Kind::Order, order, account).to_string(),
        program: task.new.program.clone(),
        account: payment.account.to_string(),
        description: payment.what.clone(),
        amount: payment.amount,
        method: payment.method.clone(),
        // By the program's clock, and never before it was asked.
        now: at.max(task.new.at).max(Instant::from_millis(now.millis().min(task.new.at.millis()))),
    };
    let outcome = match provider.charge(&ask).await {
        Ok(outcome) => outcome,
        Err(outage) if outage.is_refusal() => {
            let (code, message) = ("refused".to_owned(), outage.to_string());
            Paid::Declined { code, message }
        }
        Err(outage) => return Asked::Unknown(outage.to_string()),
    };
    let (said, fact) = match outcome {
        Paid::Paid { reference } => {
            let said = format!("paid: {reference}");
            (said, PaymentFact::Paid { reference: reference.into(), amount: payment.amount, method: None })
        }
        Paid::Declined { code, message } => (
            format!("declined: {code}"),
            PaymentFact::Declined { attempt: payment.attempt, code: code.into(), message: message.into() },
        ),
        Paid::Pending { reference } => {
            (format!("pending: {reference}"), PaymentFact::Pending { reference: reference.into(), url: None })
        }
        Paid::NeedsAction { reference, url } => (
            format!("needs action: {reference}"),
            PaymentFact::Pending { reference: reference.into(), url: Some(url.into()) },
        ),
    };
    let Ok(by) = shared.engine.name_async(&format!("provider:{}", payment.provider)).await else {
        return Asked::Unknown("the engine is busy".to_owned());
    };
    let command =
        Command::Payment { order, provider: Some(payment.provider.as_str().into()), fact: Box::new(fact) };
    let steps = smallvec::smallvec![Step { command, idempotency: None }];
    Asked::Known(Box::new(Op { target: Target::Number(account), published, by, steps }), said)
}

fn ended(task: &Task, state: TaskState, at: Instant, said: String) -> Outcome {
    Outcome { id: task.id, state, due: at, attempt: Attempt { at, said } }
}

fn again(task: &Task, at: Instant, said: String) -> Outcome {
    let wait = AGAIN.get(task.attempts as usize).or(AGAIN.last()).copied().unwrap_or(60);
    let due = at.plus_millis(wait * 1_000);
    Outcome { id: task.id, state: TaskState::Waiting, due, attempt: Attempt { at, said } }
}
