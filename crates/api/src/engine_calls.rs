//! Asking the engine.

use std::time::Duration;

use account::{Account, Command, Refusal};
use engine::{Engine, Failure, Idempotency, Op, Step, Target, Written};
use ledger::{AccountNo, Position};
use moment::Instant;
use smallvec::smallvec;

use crate::ids::{Id, Kind};
use crate::incoming::Call;
use crate::known::Known;
use crate::problem::{Asked, Code, Problem, refused};
use crate::query::Query;
use crate::target;

/// How long a read waits for the position that it asks for.
const PATIENCE: Duration = Duration::from_secs(2);

impl Call {
    /// One command to one account.
    pub fn op(&self, target: Target, command: Command, idempotency: Option<Idempotency>) -> Op {
        let steps = smallvec![Step { command, idempotency }];
        // A browser's token writes to its own account, whatever was named.
        let target = self.client.as_ref().map_or(target, |pass| Target::Number(pass.account));
        Op { target, published: self.known.published.clone(), by: self.by, steps }
    }

    /// Asks one thing of one account, and waits until it is durable.
    pub async fn write(
        &self,
        target: Target,
        command: Command,
        idempotency: Option<Idempotency>,
        action: Option<&str>,
    ) -> Result<Written, Problem> {
        let asked = Asked { action, account: target::number(&target) };
        let answers = self.state.engine.write(self.op(target.clone(), command, idempotency)).await;
        let answer =
            answers.and_then(|answers| answers.into_iter().next().unwrap_or(Err(Failure::Unavailable)));
        let short = match &answer {
            Err(Failure::Refused(Refusal::Insufficient { unit, .. })) => Some(*unit),
            _ => None,
        };
        let answer = answer.map_err(|failure| refused(failure, &self.known, asked));
        match (answer, short) {
            (Err(problem), Some(unit)) => Err(self.with_top_up(problem, target, unit).await),
            (answer, _) => answer,
        }
    }

    /// The problem of too few credits, with the order of the account's auto top-up, if one is on its way.
    async fn with_top_up(&self, problem: Problem, target: Target, unit: u8) -> Problem {
        let look = move |account: &Account, _, _: &_| Some((account.no, account.top_up(unit)?.order?));
        match self.look(target, look).await {
            Ok(Some((account, order))) => {
                let order = Id::new(Kind::Order, order, account);
                problem.fact("top_up", serde_json::json!({ "order": order }))
            }
            Ok(None) | Err(_) => problem,
        }
    }

    /// Looks at an account as it is now. `look` gets the program too. For a browser's token there is its own only.
    pub async fn look<R: Send + 'static>(
        &self,
        target: Target,
        look: impl FnOnce(&Account, Instant, &Known) -> R + Send + 'static,
    ) -> Result<R, Problem> {
        let known = self.known.clone();
        let own = self.client.as_ref().map(|pass| pass.account);
        let look = move |account: &Account, now: Instant| {
            own.is_none_or(|own| own == account.no).then(|| look(account, now, &known))
        };
        let seen = self.state.engine.read(target, self.known.published.clone(), look).await;
        seen.and_then(|seen| seen.ok_or(Failure::NoAccount)).map_err(|failure| self.failed(failure))
    }

    /// The number and the opening entry of an account, if it is one of the program's.
    pub async fn find(&self, target: Target) -> Result<(AccountNo, Position), Problem> {
        self.look(target, |account, _, _| (account.no, account.id)).await
    }

    /// Asks something that blocks.
    pub async fn block<R: Send + 'static>(
        &self,
        ask: impl FnOnce(&Engine) -> Result<R, Failure> + Send + 'static,
    ) -> Result<R, Problem> {
        let engine = self.state.engine.clone();
        let asked = tokio::task::spawn_blocking(move || ask(&engine)).await;
        asked.unwrap_or(Err(Failure::Unavailable)).map_err(|failure| self.failed(failure))
    }

    /// The account as it was right after a write: the same for the first answer and for every replay.
    pub async fn after(&self, written: &Written) -> Result<Account, Problem> {
        let (account, position) = (written.entry.account, written.position);
        self.block(move |engine| engine.account_after(account, position)).await
    }

    /// What the engine could not do.
    pub fn failed(&self, failure: Failure) -> Problem {
        refused(failure, &self.known, Asked::default())
    }

    /// Waits for what the request asks to see: `?at_least=`.
    pub async fn wait(&self, query: &mut Query<'_>) -> Result<(), Problem> {
        let Some(text) = query.text("at_least") else { return Ok(()) };
        let wrong =
            || Problem::invalid("?at_least", "must be what Scrip-Position said in an answer to a write");
        let position = target::position(&text).ok_or_else(wrong)?;
        match tokio::time::timeout(PATIENCE, self.state.engine.wait_for(position)).await {
            Ok(waited) => waited.map_err(|failure| self.failed(failure)),
            Err(_) if self.state.engine.metrics().projector_lag > 0 => Err(Problem::new(
                Code::Unavailable,
                "What was written at this position is not shown yet. Ask again in a second.",
            )),
            // All that was written is shown, so no answer ever said this position.
            Err(_) => Err(wrong()),
        }
    }

    /// The program's time now.
    pub fn now(&self) -> Instant {
        self.state.engine.now(&self.known.published)
    }
}
