//! What happens in an account on one day.

use account::{ActionWork, Command, HowMuch, Open, Spend, What};
use catalog::Attribute;
use engine::Published;
use ledger::{NameId, Position, Profile};
use moment::Instant;

use super::errand::{Deal, Errand};

/// A minute, in milliseconds.
pub const MINUTE: i64 = 60_000;
/// The minutes of a day.
pub const DAY: i64 = 24 * 60;

/// Something that happens.
#[derive(Clone, Debug)]
pub struct Act {
    /// When.
    pub at: Instant,
    /// Its place in the diary, by which later acts refer to it.
    pub place: usize,
    /// What.
    pub deed: Deed,
}

/// What happens. What refers to an earlier act of the day names its place.
#[derive(Clone, Debug)]
pub enum Deed {
    /// A command that stands by itself.
    Do(Command),
    /// A hold is captured.
    Capture(usize),
    /// A hold is released.
    Release(usize, &'static str),
    /// A charge is returned.
    Return(usize, &'static str),
}

impl Deed {
    /// The act that it refers to.
    pub fn after(&self) -> Option<usize> {
        match self {
            Deed::Do(_) => None,
            Deed::Capture(act) | Deed::Release(act, _) | Deed::Return(act, _) => Some(*act),
        }
    }

    /// The command, where the act that it refers to made the entry at `made`.
    pub fn command(self, made: Position) -> Command {
        match self {
            Deed::Do(command) => command,
            Deed::Capture(_) => Command::Capture { hold: made, how_much: HowMuch::All },
            Deed::Release(_, reason) => Command::Release { hold: made, reason: Some(reason.into()) },
            Deed::Return(_, reason) => Command::Return { charge: made, credits: None, reason: reason.into() },
        }
    }
}

/// What a spend is for.
#[derive(Clone, Debug, Default)]
pub struct Job<'a> {
    /// The action's code.
    pub action: &'a str,
    /// What its price is made by.
    pub attributes: &'a [(&'a str, &'a str)],
    /// The host's reference; empty for none.
    pub reference: String,
    /// Which person; empty for none.
    pub member: &'a str,
    /// Which part of the organisation; empty for none.
    pub department: &'a str,
}

/// The diary of an account for a day.
pub struct Diary<'a> {
    published: &'a Published,
    /// When the day begins.
    start: Instant,
    /// Nothing happens from here on.
    end: Instant,
    /// What happens, in the order in which it was written down.
    pub acts: Vec<Act>,
    /// What is bought, in the order in which it was written down.
    pub errands: Vec<Errand>,
}

impl<'a> Diary<'a> {
    /// An empty one.
    pub fn new(published: &'a Published, start: Instant, end: Instant) -> Diary<'a> {
        Diary { published, start, end, acts: Vec::new(), errands: Vec::new() }
    }

    /// The instant of a minute of the day.
    pub fn minute(&self, minute: i64) -> Instant {
        self.start.plus_millis(minute * MINUTE)
    }

    /// Whether the minute is one of this history.
    pub fn has(&self, minute: i64) -> bool {
        self.minute(minute) < self.end
    }

    /// Whether the instant is one of this day, and of this history.
    pub fn covers(&self, at: Instant) -> bool {
        self.start <= at && at < self.end.min(self.minute(DAY))
    }

    /// Writes down what happens at an instant; returns its place.
    pub fn write(&mut self, at: Instant, deed: Deed) -> usize {
        let place = self.acts.len();
        self.acts.push(Act { at, place, deed });
        place
    }

    /// Writes down an errand, unless it is beyond this history.
    pub fn errand(&mut self, at: Instant, deal: Deal) {
        let place = self.errands.len();
        if at < self.end {
            self.errands.push(Errand { at, place, deal });
        }
    }

    /// The account is opened.
    pub fn open(&mut self, minute: i64, name: &str, email: &str, zone: &str) {
        let profile = Profile {
            name: Some(name.into()),
            email: Some(email.into()),
            time_zone: Some(zone.into()),
            locale: None,
            metadata: Vec::new(),
        };
        let open = Open { profile, ..Open::default() };
        self.write(self.minute(minute), Deed::Do(Command::Open(Box::new(open))));
    }

    /// A session is seen.
    pub fn session(&mut self, minute: i64, action: &str, key: &str) {
        let work = self.work(action, &[]);
        self.write(self.minute(minute), Deed::Do(Command::Session { work, key: key.into() }));
    }

    /// Credits are set aside for a job; returns the place.
    pub fn hold(&mut self, at: Instant, job: &Job<'_>) -> usize {
        let text = |text: &str| (!text.is_empty()).then(|| text.into());
        let spend = Spend {
            what: What::Action(self.work(job.action, job.attributes)),
            open_for: None,
            reference: text(&job.reference),
            member: text(job.member),
            department: text(job.department),
            metadata: Vec::new(),
        };
        self.write(at, Deed::Do(Command::Hold(Box::new(spend))))
    }

    /// A job is begun, takes some minutes, and succeeds; returns the place of its charge.
    pub fn succeed(&mut self, minute: i64, takes: i64, job: &Job<'_>) -> usize {
        let hold = self.hold(self.minute(minute), job);
        self.write(self.minute(minute + takes), Deed::Capture(hold))
    }

    /// A job is begun, takes some minutes, and fails.
    pub fn fail(&mut self, minute: i64, takes: i64, job: &Job<'_>, reason: &'static str) {
        let hold = self.hold(self.minute(minute), job);
        self.write(self.minute(minute + takes), Deed::Release(hold, reason));
    }

    fn work(&self, action: &str, attributes: &[(&str, &str)]) -> ActionWork {
        let index = self.published.program.actions.iter().position(|known| known.code == action);
        // The programs of the demo have the actions that its stories name; any other is refused as unknown.
        let index = index.unwrap_or(usize::MAX);
        let attributes =
            attributes.iter().map(|(name, value)| ((*name).to_owned(), Attribute::Text((*value).to_owned())));
        ActionWork {
            index,
            name: self.published.actions.get(index).copied().unwrap_or(NameId::NONE),
            quantity: 1,
            attributes: attributes.collect(),
            quoted: None,
        }
    }
}
