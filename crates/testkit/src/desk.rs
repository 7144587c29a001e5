use account::{Account, Command, Context, Done, Facts, Need, Open, Refusal, Stop, execute, rolled};
use ledger::{AccountNo, Balance, Book, Entry, Event, NameId, Position};
use moment::Instant;

use crate::step::Made;
use crate::{Journal, ManualClock, Shop, Step};

/// One account with its journal and a clock that is moved by hand.
#[derive(Clone, Debug, PartialEq)]
pub struct Desk<'a> {
    /// The program.
    pub shop: &'a Shop,
    /// The account.
    pub account: Account,
    /// All that happened to it.
    pub journal: Journal,
    /// The time.
    pub clock: ManualClock,
    /// What was looked up for the last request.
    pub needs: Vec<Need>,
    made: Made,
}

/// What a request did.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// What each of its commands did, and how many entries there are.
    Done(Vec<Done>, usize),
    /// Which of its commands was refused, and why.
    Refused(usize, Refusal),
}

impl<'a> Desk<'a> {
    /// An account that is opened at `now`.
    pub fn open(shop: &'a Shop, now: Instant) -> Desk<'a> {
        Desk::open_with(shop, now, Open::default())
    }

    /// An account that is opened with particulars.
    pub fn open_with(shop: &'a Shop, now: Instant, open: Open) -> Desk<'a> {
        let mut desk = Desk {
            shop,
            account: Account::unopened(AccountNo(1)),
            journal: Journal::default(),
            clock: ManualClock::at(now),
            needs: Vec::new(),
            made: Made::default(),
        };
        desk.commands(&[Command::Open(Box::new(open))]);
        desk
    }

    /// The time.
    pub const fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Where the next entry goes: each request begins a row of the journal.
    pub fn next(&self) -> Position {
        Position::new(self.account.last.seq() + 1, 0)
    }

    /// Puts steps to the account as one request.
    pub fn ask(&mut self, steps: &[Step]) -> Answer {
        let now = self.now();
        let commands: Vec<Command> =
            steps.iter().map(|step| step.command(self.shop, &self.made, now)).collect();
        self.commands(&commands)
    }

    /// Puts commands to the account as one request. What was decided is recorded.
    ///
    /// # Panics
    /// Where the same is needed again, though it was looked up.
    pub fn commands(&mut self, commands: &[Command]) -> Answer {
        let (next, now) = (self.next(), self.now());
        let commands: Vec<&Command> = commands.iter().collect();
        let mut facts = Facts::default();
        self.needs.clear();
        loop {
            let context = Context { now, recorded_at: now, by: NameId(1), next, facts: &facts };
            let rules = self.shop.rules();
            match execute(&mut self.account, &rules, &commands, &context) {
                Ok(outcome) => {
                    let count = outcome.entries.len();
                    self.record(next, outcome.entries);
                    return Answer::Done(outcome.done.into_vec(), count);
                }
                Err((number, Stop::Refused(refusal))) => return Answer::Refused(number, refusal),
                Err((number, Stop::Need(need))) => {
                    assert!(!self.needs.contains(&need), "{need:?} is needed again");
                    self.needs.push(need);
                    if let Err(refusal) = self.journal.look_up(need, &mut facts) {
                        return Answer::Refused(number, refusal);
                    }
                }
                Err((_, Stop::Already(position))) => {
                    return Answer::Done(vec![Done::Already(position)], 0);
                }
            }
        }
    }

    fn record(&mut self, next: Position, entries: impl IntoIterator<Item = Entry>) {
        let from = self.journal.entries().len();
        self.journal.record(next, entries);
        for (id, entry) in &self.journal.entries()[from..] {
            match &entry.event {
                Event::Issued(_) => self.made.grants.push(*id),
                Event::Held(_) => self.made.holds.push(*id),
                event if event.charge().is_some() => self.made.charges.push(*id),
                _ => {}
            }
        }
    }

    /// The account as a reader sees it now.
    pub fn read(&self) -> Account {
        self.read_at(self.now())
    }

    /// The account as a reader sees it at an instant.
    ///
    /// # Panics
    /// Where a grant is needed that the journal does not have.
    pub fn read_at(&self, now: Instant) -> Account {
        let mut facts = Facts::default();
        loop {
            match rolled(&self.account, &self.shop.rules(), now, &facts) {
                Ok(account) => return account,
                Err(need) => self.journal.look_up(need, &mut facts).expect("what a roll needs is there"),
            }
        }
    }

    /// The balance of a unit, as a reader sees it now.
    pub fn balance(&self, unit: u8) -> Balance {
        self.read().book(unit).map(Book::balance).unwrap_or_default()
    }

    /// The positions of all grants, in the order in which they were issued.
    pub fn grants(&self) -> &[Position] {
        &self.made.grants
    }

    /// The positions of all holds.
    pub fn holds(&self) -> &[Position] {
        &self.made.holds
    }

    /// The positions of all charges.
    pub fn charges(&self) -> &[Position] {
        &self.made.charges
    }
}
