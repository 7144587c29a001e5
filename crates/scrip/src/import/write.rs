//! What lines ask for, done by the engine: some hundred in one go, each line all or not at all.

use std::collections::HashMap;
use std::sync::Arc;

use account::{Command, Open, Refusal};
use engine::{Answers, Engine, Failure, Idempotency, Op, Published, Step, Target};
use ledger::NameId;
use money::Amount;
use smallvec::{SmallVec, smallvec};

use super::row::{Field, Row, Wrong};
use super::there::there;
use super::wanted::Wanted;
use crate::Trouble;

/// A line that was checked, and is to be done.
pub struct Job {
    /// The line.
    pub row: Row,
    /// What it asks for.
    pub wanted: Wanted,
    /// What makes a repeat of its grant harmless.
    pub key: Option<Idempotency>,
    /// Whether it is the first line of its account: that one says the particulars.
    pub first: bool,
}

/// What a line came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// Whether the account was opened by it.
    pub opened: bool,
    /// Whether the account's particulars were changed by it.
    pub changed: bool,
    /// The grant.
    pub given: Option<Given>,
}

/// What came of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// It was issued.
    Now,
    /// An earlier import of this name has issued it.
    Before,
}

/// Does jobs.
pub struct Writer<'a> {
    /// The engine.
    pub engine: &'a Engine,
    /// The program.
    pub published: Arc<Published>,
    /// Who the history says did it.
    pub by: NameId,
    /// Whether new accounts get the program's starter grants.
    pub starter: bool,
    /// Whether accounts that are there get the particulars of the file.
    pub update: bool,
    /// Whether nothing is to be done.
    pub dry_run: bool,
}

impl Writer<'_> {
    /// Does the jobs, and says what came of each.
    pub async fn write(&self, jobs: &[Job]) -> Result<Vec<Result<Done, Wrong>>, Trouble> {
        let there = if self.dry_run || self.update {
            there(self.engine, &self.published, jobs).await?
        } else {
            HashMap::new()
        };
        let ops = jobs.iter().map(|job| self.op(&job.wanted.host_id, self.steps(job)));
        let all = self.engine.write_many(ops.collect()).await.map_err(broken_off)?;
        let mut results: Vec<Result<Done, Wrong>> = Vec::with_capacity(jobs.len());
        let mut changes = Vec::new();
        for (job, answers) in jobs.iter().zip(all) {
            let seen = there.get(&job.wanted.host_id);
            let mut result = self.done(job, &answers, seen.is_some())?;
            let change =
                seen.filter(|_| self.update && job.first).and_then(|seen| seen.change(&job.wanted.profile));
            if let (Some(change), Ok(done)) = (change, &mut result) {
                if seen.is_some_and(|seen| seen.closed) {
                    result = Err(refused(&Refusal::AccountClosed));
                } else {
                    done.changed = true;
                    changes.push((
                        results.len(),
                        self.op(&job.wanted.host_id, step(Command::Change(Box::new(change)))),
                    ));
                }
            }
            results.push(result);
        }
        if !self.dry_run && !changes.is_empty() {
            self.change(changes, &mut results).await?;
        }
        Ok(results)
    }

    /// What the answers to a line say. `there`: the account was seen, in a dry run.
    fn done(&self, job: &Job, answers: &Answers, there: bool) -> Result<Result<Done, Wrong>, Trouble> {
        let given = |given| job.key.map(|_| given);
        let failed = answers.iter().enumerate().find_map(|(number, answer)| match answer {
            Err(Failure::Undone { .. }) | Ok(_) => None,
            Err(failure) => Some((number, failure)),
        });
        let done = match failed {
            None => {
                let mut written = answers.iter().flatten();
                let opened = written.next().is_some_and(|opened| !opened.already);
                let before = written.next().is_some_and(|issued| issued.replayed);
                let given = given(if before { Given::Before } else { Given::Now });
                Done { opened, changed: false, given }
            }
            // In a dry run only the step at the end is refused, where the line is right, …
            Some((number, Failure::Refused(_))) if self.dry_run && number + 1 == answers.len() => {
                Done { opened: !there, changed: false, given: given(Given::Now) }
            }
            // … and the steps are other ones than those that the key was used for.
            Some((_, Failure::KeyReused)) if self.dry_run => {
                Done { opened: false, changed: false, given: given(Given::Before) }
            }
            Some((_, Failure::Refused(refusal))) => return Ok(Err(refused(refusal))),
            Some((_, failure)) => return Err(broken_off(failure.clone())),
        };
        Ok(Ok(done))
    }

    fn op(&self, host_id: &str, steps: SmallVec<[Step; 1]>) -> Op {
        let target = Target::Host(host_id.into());
        Op { target, published: Arc::clone(&self.published), by: self.by, steps }
    }

    /// The steps of a line. In a dry run there is one more that is always refused: all is looked up and decided as it
    /// will be, and as an op is done all or not at all, nothing happens.
    fn steps(&self, job: &Job) -> SmallVec<[Step; 1]> {
        let Wanted { host_id, profile, grant } = &job.wanted;
        let open = Open {
            host_id: host_id.clone(),
            profile: profile.clone(),
            without_starter: !self.starter,
            ..Open::default()
        };
        let mut steps = step(Command::Open(Box::new(open)));
        if let Some(issue) = grant {
            let command = Command::Issue(Box::new(issue.clone()));
            steps.push(Step { command, idempotency: job.key });
        }
        if self.dry_run {
            let nothing = Command::Adjust { unit: 0, credits: Amount::ZERO, reason: "dry run".into() };
            steps.extend(step(nothing));
        }
        steps
    }

    /// Changes particulars, of the lines that were done. Apart from them, as a grant that was issued before would keep
    /// the change from being done.
    async fn change(
        &self,
        changes: Vec<(usize, Op)>,
        results: &mut [Result<Done, Wrong>],
    ) -> Result<(), Trouble> {
        let (places, ops): (Vec<usize>, Vec<Op>) = changes.into_iter().unzip();
        let all = self.engine.write_many(ops).await.map_err(broken_off)?;
        for (place, answers) in places.into_iter().zip(all) {
            match answers.into_iter().next() {
                Some(Ok(_)) | None => {}
                Some(Err(Failure::Refused(refusal))) => {
                    if let Some(result) = results.get_mut(place) {
                        *result = Err(refused(&refusal));
                    }
                }
                Some(Err(failure)) => return Err(broken_off(failure)),
            }
        }
        Ok(())
    }
}

fn step(command: Command) -> SmallVec<[Step; 1]> {
    smallvec![Step { command, idempotency: None }]
}

fn refused(refusal: &Refusal) -> Wrong {
    match refusal {
        Refusal::AccountClosed => {
            Wrong::line("the account is closed: reopen it first, or leave the line out")
        }
        Refusal::OutOfRange => Wrong::at(
            Field::Balance,
            format!("the account would have more than {} of the unit's smallest parts", Amount::MAX_TOTAL),
        ),
        Refusal::Invalid { pointer: "/expires_at", .. } => Wrong::at(
            Field::ExpiresAt,
            "must be later than now: leave the line out if its credits have ended",
        ),
        Refusal::Invalid { pointer, message } => {
            Wrong { field: pointer.trim_start_matches('/').to_owned(), why: message.clone() }
        }
        other => Wrong::line(format!("it was refused: {other:?}")),
    }
}

/// What is said where the engine can't go on.
pub fn broken_off(failure: Failure) -> Trouble {
    let why = match failure {
        Failure::Overloaded => "there is too much to do".to_owned(),
        Failure::Unavailable => "what was asked can't be made durable, or read; the log says more".to_owned(),
        other => format!("{other:?}"),
    };
    Trouble::new(format!(
        "the import broke off: {why}. Import the same file again once that is mended: what was done is not done twice"
    ))
}
