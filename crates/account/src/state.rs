use ledger::{
    AccountNo, Book, NameId, OverdraftTerms, Position, Profile, Reporting, Resolved, Sales, Sessions,
    Subscription, TopUp, YearMonth,
};
use moment::{Instant, Zone};
use money::Amount;
use serde::{Deserialize, Serialize};

/// The state of an account: the fold of its journal.
///
/// It is kept in memory by the million, so what most accounts do not have is behind a box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its number.
    pub no: AccountNo,
    /// Which program it is an account of.
    pub program: NameId,
    /// Whether it takes requests.
    pub closed: bool,
    /// The host's id for it; empty where the host gave none.
    pub host_id: Box<str>,
    /// The entry that opened it.
    pub id: Position,
    /// When it was opened.
    pub opened_at: Instant,
    /// The instant of its latest entry.
    pub time: Instant,
    /// How many entries it has.
    pub entries: u64,
    /// The position of its latest entry.
    pub last: Position,
    /// The hash of its latest entry: what the next one carries.
    pub head: [u8; 16],
    /// Its credits, by unit; units beyond the last one are untouched.
    pub books: Vec<Book>,
    /// Its particulars.
    pub profile: Option<Box<Profile>>,
    /// Its own overdraft.
    pub overdraft: Option<Box<OverdraftTerms>>,
    /// Its sessions.
    pub sessions: Option<Box<Sessions>>,
    /// What was returned and resolved lately.
    pub recent: Option<Box<Recent>>,
    /// What it has bought, and what it buys by itself.
    pub sales: Option<Box<Sales>>,
    /// Whether its reports are sent by themselves.
    pub reporting: Option<Box<Reporting>>,
    /// When something next falls due, or a little earlier. Not part of the state: it follows from it.
    #[serde(skip)]
    pub due: Due,
}

/// A lower bound of when something next falls due by itself.
#[derive(Clone, Copy, Debug)]
pub struct Due(pub Instant);

impl Default for Due {
    fn default() -> Due {
        Due(Instant::from_millis(i64::MIN))
    }
}

impl PartialEq for Due {
    fn eq(&self, _: &Due) -> bool {
        true
    }
}

impl Eq for Due {}

/// What was returned and resolved lately, so that most repeats are answered without a look at the disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent {
    /// Holds that ended, by id.
    pub resolved: Vec<Resolved>,
    /// Charges of which something was returned, by id: how much in all.
    pub returned: Vec<(Position, Amount)>,
    /// Of charges up to this one, not all that was returned is remembered here.
    pub returns_forgotten: Position,
}

impl Recent {
    const RESOLVED_KEPT: usize = 6;
    const RETURNED_KEPT: usize = 32;

    /// Remembers the end of a hold.
    pub fn resolve(&mut self, resolved: Resolved) {
        if self.resolved.len() >= Recent::RESOLVED_KEPT {
            self.resolved.remove(0);
        }
        self.resolved.push(resolved);
    }

    /// Remembers how much of a charge was returned in all.
    pub fn give_back(&mut self, charge: Position, total: Amount) {
        match self.returned.binary_search_by_key(&charge, |(id, _)| *id) {
            Ok(place) => {
                if let Some(entry) = self.returned.get_mut(place) {
                    entry.1 = total;
                }
            }
            Err(place) => self.returned.insert(place, (charge, total)),
        }
        if self.returned.len() > Recent::RETURNED_KEPT {
            let (oldest, _) = self.returned.remove(0);
            self.returns_forgotten = self.returns_forgotten.max(oldest);
        }
    }
}

/// How an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It takes requests, and is not below zero.
    Active,
    /// It is below zero, before the deadline.
    Overdrawn,
    /// It was below zero for too long.
    Suspended,
    /// It takes no requests.
    Closed,
}

impl Standing {
    /// What the API calls it.
    pub const fn code(self) -> &'static str {
        match self {
            Standing::Active => "active",
            Standing::Overdrawn => "overdrawn",
            Standing::Suspended => "suspended",
            Standing::Closed => "closed",
        }
    }
}

impl Account {
    /// An account of which nothing is known but its number; the entry that opens it tells the rest.
    pub fn unopened(no: AccountNo) -> Account {
        Account {
            no,
            program: NameId::NONE,
            closed: false,
            host_id: Box::default(),
            id: Position::default(),
            opened_at: Instant::default(),
            time: Instant::from_millis(i64::MIN),
            entries: 0,
            last: Position::default(),
            head: [0; 16],
            books: Vec::new(),
            profile: None,
            overdraft: None,
            sessions: None,
            recent: None,
            sales: None,
            reporting: None,
            due: Due(Instant::NEVER),
        }
    }

    /// The book of a unit, if anything was ever booked there.
    pub fn book(&self, unit: u8) -> Option<&Book> {
        self.books.get(usize::from(unit))
    }

    /// The book of a unit, to be changed.
    pub(crate) fn book_mut(&mut self, unit: u8) -> &mut Book {
        let place = usize::from(unit);
        if self.books.len() <= place {
            self.books.reserve_exact(place + 1 - self.books.len());
            self.books.resize_with(place + 1, Book::default);
        }
        // The line above has made it.
        &mut self.books[place]
    }

    /// How it stands.
    pub fn standing(&self) -> Standing {
        let overdrafts = || self.books.iter().filter_map(|book| book.overdraft.as_deref());
        if self.closed {
            Standing::Closed
        } else if overdrafts().any(|overdraft| overdraft.suspended_at.is_some()) {
            Standing::Suspended
        } else if overdrafts().next().is_some() {
            Standing::Overdrawn
        } else {
            Standing::Active
        }
    }

    /// Its time zone; coordinated universal time where it has none.
    pub fn zone(&self) -> Zone {
        self.profile
            .as_deref()
            .and_then(|profile| profile.time_zone.as_deref())
            .and_then(Zone::named)
            .unwrap_or_else(Zone::utc)
    }

    /// The month whose report is next, if they are sent by themselves, and when it is over.
    pub fn report_due(&self) -> Option<(YearMonth, Instant)> {
        // Most accounts have none: their zone need not be looked up.
        self.reporting.as_deref().filter(|reporting| reporting.since.is_some())?.due(&self.zone())
    }

    /// Finds anew when something next falls due.
    pub fn refresh_due(&mut self) {
        self.due = Due(self.next_due());
    }

    /// When something next falls due by itself, exactly.
    pub fn next_due(&self) -> Instant {
        let books = self.books.iter().map(Book::next_due).min().unwrap_or(Instant::NEVER);
        let sales = self.sales.as_deref().map_or(Instant::NEVER, Sales::next_due);
        let report = self.report_due().map_or(Instant::NEVER, |(_, over)| over);
        books.min(sales).min(report)
    }

    /// The plan or auto-renewal that it is on.
    pub fn subscription(&self) -> Option<&Subscription> {
        self.sales.as_deref()?.subscription.as_deref()
    }

    /// What is bought of a unit when its balance falls below a level, if that is on.
    pub fn top_up(&self, unit: u8) -> Option<&TopUp> {
        let top_up = self.sales.as_deref()?.top_up.as_deref()?;
        Some(top_up).filter(|top_up| top_up.enabled && top_up.unit == unit)
    }
}
