use std::borrow::Cow;

use ledger::{Entry, Position};
use smallvec::SmallVec;

use crate::{Account, Command, Context, Facts, Rules, Stop, apply, decide, roll, roll_to_question};

/// What a command did.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The entries, in order, what fell due before among them.
    pub entries: SmallVec<[Entry; 1]>,
    /// For each command, what it did.
    pub done: SmallVec<[Done; 1]>,
}

/// What one command of a request did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It made the entry at this place of the outcome's entries; others may follow from it behind.
    Entry(u32),
    /// It had been done before, by the entry at this position.
    Already(Position),
    /// There was nothing to do.
    Nothing,
}

/// Rolls the account forward, decides the commands one after another, and applies what was decided: all of it, or
/// nothing. On a stop the account is as it was, and the number of the command that stopped is told.
pub fn execute(
    account: &mut Account,
    rules: &Rules<'_>,
    commands: &[&Command],
    context: &Context<'_>,
) -> Result<Outcome, (usize, Stop)> {
    if let [command] = commands
        && account.due.0 > context.now
    {
        return execute_one(account, rules, command, context);
    }
    let mut copy = account.clone();
    let mut outcome = Outcome { entries: SmallVec::new(), done: SmallVec::new() };
    let mut facts = Cow::Borrowed(context.facts);
    for (number, command) in commands.iter().enumerate() {
        // What a command did may have made something fall due at once.
        if copy.due.0 <= context.now {
            let next = position(context, &outcome);
            let roll = if matches!(command, Command::RollToQuestion) { roll_to_question } else { roll };
            let rolled = roll(&mut copy, rules, context.now, next, &facts);
            let rolled = rolled.map_err(|need| (number, Stop::Need(need)))?;
            if !facts.orders.is_empty() {
                // What is known of orders was looked up before this.
                learn(facts.to_mut(), next, &rolled);
            }
            outcome.entries.extend(rolled);
        }
        let next = position(context, &outcome);
        let context = Context { next, facts: &facts, ..context.clone() };
        let one = execute_one(&mut copy, rules, command, &context).map_err(|(_, stop)| (number, stop))?;
        let base = outcome.entries.len() as u32;
        outcome.done.extend(one.done.into_iter().map(|done| match done {
            Done::Entry(place) => Done::Entry(base + place),
            other => other,
        }));
        if number + 1 < commands.len() {
            learn(facts.to_mut(), next, &one.entries);
        }
        outcome.entries.extend(one.entries);
    }
    *account = copy;
    Ok(outcome)
}

fn learn(facts: &mut Facts, next: Position, entries: &[Entry]) {
    for (place, entry) in entries.iter().enumerate() {
        facts.learn(Position(next.0 + place as u64), entry);
    }
}

/// The position of the next entry.
fn position(context: &Context<'_>, outcome: &Outcome) -> Position {
    Position(context.next.0 + outcome.entries.len() as u64)
}

fn execute_one(
    account: &mut Account,
    rules: &Rules<'_>,
    command: &Command,
    context: &Context<'_>,
) -> Result<Outcome, (usize, Stop)> {
    let mut done = SmallVec::new();
    let entries = match decide(account, rules, command, context) {
        Ok(entries) => entries,
        Err(Stop::Already(position)) => {
            done.push(Done::Already(position));
            return Ok(Outcome { entries: SmallVec::new(), done });
        }
        Err(stop) => return Err((0, stop)),
    };
    for (place, entry) in entries.iter().enumerate() {
        apply(account, Position(context.next.0 + place as u64), entry);
    }
    done.push(if entries.is_empty() { Done::Nothing } else { Done::Entry(0) });
    Ok(Outcome { entries, done })
}
