//! Agents, and an enterprise, who have photos of rooms staged.

use account::Command;
use money::Amount;
use payments::test::Card;

use super::diary::{Deed, Diary, Job};
use super::dice::Dice;
use super::errand::{Deal, GOOD, Pays, quote};
use super::seed::{DAYS, History, Story};

/// The customer that is shown first.
pub const HERO: &str = "harbor-street";

/// The services, with what each costs.
const SERVICES: [(&str, i64); 5] = [
    ("basic_staging", 2),
    ("advanced_staging", 3),
    ("style_change", 2),
    ("furniture_removal", 1),
    ("outdoor_staging", 3),
];

/// What is bought: its code, and how many credits.
#[derive(Clone, Copy)]
struct Bought(&'static str, i64);

const STARTER: Bought = Bought("starter", 100);
const PROFESSIONAL: Bought = Bought("professional", 500);
/// By a quote that is made each time, at so many US cents.
const ENTERPRISE: Bought = Bought("enterprise", 3_000);
const AGREED: i64 = 465_000;

struct Customer {
    id: &'static str,
    name: &'static str,
    zone: &'static str,
    /// The hour of universal time at which work begins.
    begins: i64,
    opens: i64,
    /// How likely a listing is on a working day, in percent; an enterprise has several.
    listings: i64,
    buys: Bought,
    /// The day of the last purchase, for one who lets it run low.
    last_purchase: i64,
    /// Who works there, and in which department.
    members: &'static [(&'static str, &'static str)],
    alert: Option<i64>,
    balance: i64,
    listing: i64,
    dice: Dice,
}

const SOLO: &[(&str, &str)] = &[("", "")];

const HARBOR: &[(&str, &str)] = &[("dana.whitlock", ""), ("marcus.oyelaran", "")];

const LINDQVIST: &[(&str, &str)] = &[
    ("elsa.nyberg", "stockholm"),
    ("johan.aker", "stockholm"),
    ("petra.sand", "gothenburg"),
    ("amir.haddad", "gothenburg"),
    ("linnea.berg", "malmo"),
    ("oskar.dahl", "malmo"),
];

/// The customers, and when each came.
pub fn cast(_: &History) -> Vec<Box<dyn Story>> {
    let customer =
        |id, name, zone, begins, opens, listings, buys, last_purchase, members, alert| -> Box<dyn Story> {
            Box::new(Customer {
                id,
                name,
                zone,
                begins,
                opens,
                listings,
                buys,
                last_purchase,
                members,
                alert,
                balance: 0,
                listing: 1_000,
                dice: Dice::of(id),
            })
        };
    vec![
        customer(
            "harbor-street",
            "Harbor Street Realty",
            "America/New_York",
            13,
            2,
            90,
            PROFESSIONAL,
            DAYS,
            HARBOR,
            None,
        ),
        customer("ines-carvalho", "Inês Carvalho", "Europe/Lisbon", 8, 9, 40, STARTER, DAYS, SOLO, None),
        // Below 20 credits now: the alert has fired.
        customer("tomas-okafor", "Tomás Okafor", "Europe/Dublin", 9, 40, 60, STARTER, DAYS - 20, SOLO, None),
        customer(
            "lindqvist-group",
            "Lindqvist Group",
            "Europe/Stockholm",
            7,
            20,
            270,
            ENTERPRISE,
            DAYS,
            LINDQVIST,
            Some(250),
        ),
    ]
}

impl Story for Customer {
    fn host_id(&self) -> &str {
        self.id
    }

    fn day(&mut self, day: i64, diary: &mut Diary<'_>) {
        if day < self.opens {
            return;
        }
        let morning = self.begins * 60;
        if day == self.opens {
            let email = format!("office@{}.example", self.id);
            diary.open(morning, self.name, &email, self.zone);
            if let Some(threshold) = self.alert {
                let thresholds: Box<[Amount]> = [Amount(threshold)].into();
                let set = Command::SetAlerts { unit: 0, thresholds: Some(thresholds) };
                diary.write(diary.minute(morning + 4), Deed::Do(set));
            }
        }
        let low = (self.buys.1 / 8).max(16);
        if self.balance < low && day <= self.last_purchase && diary.has(morning + 12) {
            self.buy(morning + 12, diary);
        }
        // Every seventh day is free; who runs low saves what is left.
        if day % 7 == 6 || (day > self.last_purchase && self.balance < 20) {
            return;
        }
        let sure = self.listings / 100;
        let today = sure + i64::from(self.dice.happens(self.listings % 100));
        for _ in 0..today {
            let minute = morning + self.dice.between(20, 420);
            self.stage(minute, diary);
        }
    }
}

impl Customer {
    fn buy(&mut self, minute: i64, diary: &mut Diary<'_>) {
        let Bought(code, credits) = self.buys;
        let at = diary.minute(minute);
        if code == ENTERPRISE.0 {
            // The larger offer is never taken up.
            let larger = quote(8_000, 1_160_000, "For all three offices, as discussed with Ms Nyberg");
            let wanted = quote(credits, AGREED, "The price that was agreed in autumn");
            if let (Some(larger), true) = (larger, self.balance == 0) {
                diary.errand(diary.minute(minute - 5), Deal::Quote(larger, None));
            }
            if let Some(wanted) = wanted {
                diary.errand(at, Deal::Quote(wanted, Some(Pays::Invoice)));
            }
        } else if self.dice.happens(25) {
            diary.errand(at, Pays::Cards(&[Card::Declined, Card::Good]).package(code, false));
        } else {
            diary.errand(at, GOOD.package(code, false));
        }
        self.balance += credits;
    }

    /// Stages the photos of a listing: all are begun at once.
    fn stage(&mut self, minute: i64, diary: &mut Diary<'_>) {
        self.listing += self.dice.between(1, 9);
        let &(member, department) = self.dice.pick(&self.members.iter().collect::<Vec<_>>());
        for photo in 1..=self.dice.between(3, 9) {
            let (action, credits) = SERVICES[self.dice.between(0, 4) as usize];
            let takes = self.dice.between(1, 6);
            if self.balance < credits || !diary.has(minute + takes) {
                return;
            }
            let reference = format!("listing-{}/{photo:02}", self.listing);
            let job = Job { action, reference, member, department, ..Job::default() };
            if self.dice.happens(6) {
                diary.fail(minute, takes, &job, "The photo was too dark to be staged");
                continue;
            }
            let charge = diary.succeed(minute, takes, &job);
            self.balance -= credits;
            let later = minute + self.dice.between(60, 240);
            if self.dice.happens(3) && diary.has(later) {
                diary.write(diary.minute(later), Deed::Return(charge, "A window was staged over"));
                self.balance += credits;
            }
        }
    }
}
