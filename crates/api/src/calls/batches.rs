//! Many operations in one request.

use axum::http::StatusCode;
use engine::{Failure, Op, Step, Target, Written};
use ledger::Position;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use utoipa::ToSchema;

use super::holds::or_expired;
use super::operation::{Operation, Understood};
use crate::access::{Rule, Scope};
use crate::body::Object;
use crate::incoming::{Call, Incoming, idempotency_of};
use crate::json::Json;
use crate::problem::{Asked, Code, Problem, refused};
use crate::reply::{Answer, bytes, mark};
use crate::target::number;

pub(crate) const CREATE_BATCH: Rule = Rule {
    operation: "create_batch",
    scope: Scope::Spend,
    changes: true,
    clients: &[],
    problems: &[
        Code::InsufficientCredits,
        Code::AccountSuspended,
        Code::NotFound,
        Code::HoldAlreadyCaptured,
        Code::HoldAlreadyReleased,
        Code::HoldExpired,
        Code::AccountClosed,
        Code::UnknownAction,
        Code::ExceedsHold,
        Code::ExceedsCharge,
        Code::QuoteExpired,
        Code::AmountOutOfRange,
    ],
};

const MOST: usize = 1_000;

/// Operations, each on its own or all or none.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Batch<'a> {
    /// Whether all of it happens or nothing; all operations are then of one account. `false` where it is left out.
    #[serde(default)]
    pub atomic: bool,
    /// 1 to 1 000 of them.
    #[serde(borrow)]
    #[schema(value_type = Vec<Operation<'static>>, min_items = 1, max_items = 1000)]
    pub operations: Vec<Object<Operation<'a>>>,
}

/// What the operations came to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BatchAnswer {
    /// In the order of the operations.
    results: Vec<BatchResult>,
}

/// What one operation came to: `status`, and the fields of the hold or charge, or `problem`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BatchResult {
    /// As the status of a call.
    #[schema(example = 201)]
    status: u16,
    /// Why it was refused; left out where it was not.
    problem: Option<crate::openapi::Problem>,
}

/// Do many operations
///
/// Each happens on its own, and has a result of its own in the same place; or, with `atomic`, all or none, and then
/// the problem of the first that is refused is the answer, with its place in `failed_operation`. The key of the
/// request makes each operation repeatable: a batch that is sent again does what was not done before, once.
#[utoipa::path(
    post,
    path = "/v1/batches",
    tag = "Spending",
    request_body(content = Batch<'static>, example = json!({ "atomic": true, "operations": [
        { "op": "hold", "account": "shop-1", "action": "image.upscale", "reference": "photo-1" },
        { "op": "hold", "account": "shop-1", "action": "image.upscale", "reference": "photo-2" } ] })),
    responses((status = 200, description = "A result for each operation, in order.", body = BatchAnswer))
)]
pub(crate) async fn create_batch(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CREATE_BATCH).await?;
    call.no_query()?;
    let batch: Batch<'_> = call.body()?;
    if !(1..=MOST).contains(&batch.operations.len()) {
        return Err(Problem::invalid("/operations", format!("must have 1 to {MOST} operations")));
    }
    if batch.atomic { all_or_none(&call, &batch).await } else { each_on_its_own(&call, &batch).await }
}

async fn each_on_its_own(call: &Call, batch: &Batch<'_>) -> Answer {
    let key = call.key_hash();
    let mut scratch = Json::with_capacity(512);
    let mut ops: Vec<Op> = Vec::with_capacity(batch.operations.len());
    let mut expired: Vec<(u32, Problem)> = Vec::new();
    let mut wrong: Vec<(u32, Problem)> = Vec::new();
    for (operation, place) in batch.operations.iter().zip(0_u32..) {
        match operation.understand(call).await {
            Ok(understood) => {
                let idempotency = key
                    .map(|key| idempotency_of(key, place, &mut scratch, |json| operation.write_asked(json)));
                ops.push(call.op(understood.target, understood.command, idempotency));
                expired.extend(understood.expired.map(|problem| (place, problem)));
            }
            Err(problem) => wrong.push((place, problem.within(&pointer(place)))),
        }
    }
    let numbers: Vec<_> = ops.iter().map(|op| number(&op.target)).collect();
    let answers = call.state.engine.write_many(ops).await.map_err(|failure| call.failed(failure))?;
    let mut out = Results::new(batch.operations.len());
    let mut wrong = wrong.into_iter().peekable();
    // By reference: an answer is large, and there are a thousand.
    let mut answers = answers.iter().zip(numbers);
    for (operation, place) in batch.operations.iter().zip(0_u32..) {
        if let Some((_, problem)) = wrong.next_if(|(at, _)| *at == place) {
            out.problem(call, &problem);
            continue;
        }
        let (answer, account) =
            answers.next().map_or((None, None), |(steps, account)| (steps.first(), account));
        match answer {
            Some(Ok(done)) => out.done(call, operation, done),
            failed => {
                let failure = failed.and_then(|failed| failed.clone().err()).unwrap_or(Failure::Unavailable);
                let asked = Asked { action: operation.action(), account };
                let late = expired.iter().find(|(at, _)| *at == place).map(|(_, problem)| problem.clone());
                let problem = or_expired(refused(failure, &call.known, asked), late);
                out.problem(call, &problem.within(&pointer(place)));
            }
        }
    }
    Ok(out.finish())
}

async fn all_or_none(call: &Call, batch: &Batch<'_>) -> Answer {
    let failed =
        |problem: Problem, place: u32| problem.within(&pointer(place)).fact("failed_operation", place);
    let key = call.key_hash();
    let mut scratch = Json::with_capacity(512);
    let mut steps: SmallVec<[Step; 1]> = SmallVec::with_capacity(batch.operations.len());
    let mut all: Option<Target> = None;
    let mut expired: Vec<(u32, Problem)> = Vec::new();
    for (operation, place) in batch.operations.iter().zip(0_u32..) {
        let understood = operation.understand(call).await.map_err(|problem| failed(problem, place))?;
        let Understood { target, command, expired: late } = understood;
        match &mut all {
            None => all = Some(target),
            Some(first) if *first == target => {}
            Some(first) => {
                // The same account may be named in two ways.
                let one = call.find(first.clone()).await.map_err(|problem| failed(problem, 0))?;
                let other = call.find(target).await.map_err(|problem| failed(problem, place))?;
                if one != other {
                    let message = "must be of the same account as the others, as the batch is atomic";
                    return Err(failed(Problem::invalid("", message), place));
                }
                *first = Target::Number(one.0);
            }
        }
        let idempotency =
            key.map(|key| idempotency_of(key, place, &mut scratch, |json| operation.write_asked(json)));
        steps.push(Step { command, idempotency });
        expired.extend(late.map(|problem| (place, problem)));
    }
    let Some(target) = all else { return Err(Problem::invalid("/operations", "must have an operation")) };
    let account = number(&target);
    let op = Op { target, published: call.known.published.clone(), by: call.by, steps };
    let answers = call.state.engine.write(op).await.map_err(|failure| call.failed(failure))?;
    let refusal = answers.iter().zip(0_u32..).find_map(|(answer, place)| match answer {
        Ok(_) | Err(Failure::Undone { .. }) => None,
        Err(failure) => Some((failure.clone(), place)),
    });
    if let Some((failure, place)) = refusal {
        let action = batch.operations.get(place as usize).and_then(|operation| operation.action());
        let late = expired.into_iter().find(|(at, _)| *at == place).map(|(_, problem)| problem);
        let problem = refused(failure, &call.known, Asked { action, account });
        return Err(failed(or_expired(problem, late), place));
    }
    let mut out = Results::new(batch.operations.len());
    let mut answers = answers.into_iter();
    for operation in &batch.operations {
        match answers.next() {
            Some(Ok(done)) => out.done(call, operation, &done),
            Some(Err(failure)) => return Err(call.failed(failure)),
            None => return Err(call.failed(Failure::Unavailable)),
        }
    }
    Ok(out.finish())
}

fn pointer(place: u32) -> String {
    format!("/operations/{place}")
}

/// The results, as they are written.
struct Results {
    body: Json,
    last: Position,
    done: usize,
    replayed: usize,
}

impl Results {
    fn new(count: usize) -> Results {
        // A charge that draws on one grant has 365 bytes and what the host says about it.
        let mut body = Json::with_capacity(64 + count * 400);
        body.raw("{\"results\":[");
        Results { body, last: Position::default(), done: 0, replayed: 0 }
    }

    fn done(&mut self, call: &Call, operation: &Operation<'_>, done: &Written) {
        self.body.separate();
        if !operation.write(&call.known, done, &mut self.body) {
            self.write_problem(call, &call.failed(Failure::Unavailable));
        }
        self.last = self.last.max(done.position);
        self.done += 1;
        self.replayed += usize::from(done.replayed);
    }

    fn problem(&mut self, call: &Call, problem: &Problem) {
        self.body.separate();
        self.write_problem(call, problem);
    }

    fn write_problem(&mut self, call: &Call, problem: &Problem) {
        self.body.raw("{\"status\":").raw(problem.code().status().as_str());
        self.body.raw(",\"problem\":").value(&problem.of(call.request_id)).raw("}");
    }

    fn finish(mut self) -> axum::response::Response {
        self.body.raw("]}");
        let response = bytes(StatusCode::OK, self.body.finish());
        if self.done == 0 {
            return response;
        }
        mark(response, self.last, self.replayed == self.done)
    }
}
