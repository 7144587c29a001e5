//! Stores whose shoppers try clothes on. Each begins with the starter credits of its program.

use payments::test::Card;

use super::diary::{DAY, Diary, Job};
use super::dice::Dice;
use super::errand::{Deal, GOOD, Pays};
use super::seed::{DAYS, History, Story};

/// The store that is shown first.
pub const HERO: &str = "maison-velours";

/// One that is below zero.
pub const LOW: &str = "nordlys-outdoor";

/// What a garment costs.
const GARMENT: i64 = 5;

/// A package: its code, and how many credits.
#[derive(Clone, Copy)]
struct Package(&'static str, i64);

const SMALL: Package = Package("credits_100", 100);
const MIDDLE: Package = Package("credits_500", 500);
const LARGE: Package = Package("credits_2000", 2_000);

/// How a store buys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Habit {
    /// One package at a time.
    Singly,
    /// Its first card is declined, and another one works.
    SecondCard,
    /// Its second purchase is disputed at its bank.
    Disputes,
    /// Its package is added every 30 days, and in between it buys a smaller one if need be.
    Renews,
}

struct Store {
    id: &'static str,
    name: &'static str,
    zone: &'static str,
    /// The hour of universal time at which its shoppers wake up.
    wakes: i64,
    opens: i64,
    /// Sessions on an ordinary day.
    sessions: i64,
    /// New garments in a week.
    garments: i64,
    buys: Option<Package>,
    habit: Habit,
    /// How often it has bought.
    bought: i64,
    /// The day of its first purchase.
    first: Option<i64>,
    /// The day of a disputed one.
    disputed: Option<i64>,
    /// The day on which it goes below zero, as nobody buys any more.
    dry: Option<i64>,
    balance: i64,
    counted: i64,
    dice: Dice,
}

/// The stores, and when each came.
pub fn cast(_: &History) -> Vec<Box<dyn Story>> {
    let store = |id, name, zone, wakes, opens, sessions, garments, buys, habit, dry| -> Box<dyn Story> {
        Box::new(Store {
            id,
            name,
            zone,
            wakes,
            opens,
            sessions,
            garments,
            buys,
            habit,
            bought: 0,
            first: None,
            disputed: None,
            dry,
            balance: 0,
            counted: 0,
            dice: Dice::of(id),
        })
    };
    vec![
        store(
            "maison-velours",
            "Maison Velours",
            "Europe/Paris",
            7,
            0,
            62,
            9,
            Some(LARGE),
            Habit::Renews,
            None,
        ),
        // Below zero now, with a week to go.
        store(
            LOW,
            "Nordlys Outdoor",
            "Europe/Oslo",
            6,
            12,
            30,
            6,
            Some(MIDDLE),
            Habit::SecondCard,
            Some(DAYS - 3),
        ),
        // Below zero for more than ten days: suspended.
        store(
            "atelier-brunet",
            "Atelier Brunet",
            "America/Toronto",
            12,
            31,
            11,
            3,
            Some(SMALL),
            Habit::Singly,
            Some(DAYS - 15),
        ),
        store(
            "salt-and-linen",
            "Salt & Linen",
            "Australia/Sydney",
            0,
            64,
            24,
            5,
            Some(MIDDLE),
            Habit::Disputes,
            None,
        ),
        // New, and still on its starter credits.
        store("kite-and-hare", "Kite & Hare", "Europe/London", 8, DAYS - 6, 2, 2, None, Habit::Singly, None),
    ]
}

impl Story for Store {
    fn host_id(&self) -> &str {
        self.id
    }

    fn day(&mut self, day: i64, diary: &mut Diary<'_>) {
        if day < self.opens {
            return;
        }
        if day == self.opens {
            let email = format!("hello@{}.example", self.id);
            diary.open(self.wakes * 60, self.name, &email, self.zone);
            self.balance = 50;
        }
        self.buy(day, diary);
        self.make_garments(day, diary);
        self.have_sessions(day, diary);
    }
}

impl Store {
    fn is_dry(&self, day: i64) -> bool {
        // Nobody buys in the three weeks before it goes below zero.
        self.dry.is_some_and(|dry| day > dry - 21)
    }

    fn buy(&mut self, day: i64, diary: &mut Diary<'_>) {
        let Some(package) = self.buys else { return };
        let at = diary.minute((self.wakes + 1) * 60 + 7);
        if self.habit == Habit::Renews && self.first.is_some_and(|first| (day - first) % 30 == 0) {
            diary.errand(at, Deal::Wait);
            self.balance += package.1;
        }
        if self.disputed == Some(day - 1) {
            self.balance -= package.1;
        }
        let enough = self.sessions * 2 + GARMENT * 2;
        if self.balance >= enough || self.is_dry(day) || !diary.has((self.wakes + 1) * 60 + 7) {
            return;
        }
        self.bought += 1;
        let renews = self.habit == Habit::Renews && self.bought == 1;
        let Package(code, credits) = if self.habit == Habit::Renews && !renews { MIDDLE } else { package };
        let pays = match (self.habit, self.bought) {
            (Habit::SecondCard, 1) => Pays::Cards(&[Card::Declined, Card::Good]),
            (Habit::Disputes, 2) => Pays::Cards(&[Card::Disputed]),
            (Habit::Disputes, _) | (_, 1) => GOOD,
            _ => Pays::Stored,
        };
        if (self.habit, self.bought) == (Habit::Disputes, 2) {
            self.disputed = Some(day);
        }
        self.first.get_or_insert(day);
        diary.errand(at, pays.package(code, renews));
        self.balance += credits;
    }

    fn make_garments(&mut self, day: i64, diary: &mut Diary<'_>) {
        let first_days = if day - self.opens < 2 { 3 } else { 0 };
        let today = self.dice.between(0, self.garments * 2 / 5) + first_days;
        for _ in 0..today {
            let minute = self.wakes * 60 + self.dice.between(90, 500);
            let takes = self.dice.between(1, 4);
            if self.is_dry(day) || self.balance < GARMENT || !diary.has(minute + takes) {
                continue;
            }
            let reference = format!("sku-{}", self.dice.between(10_000, 99_999));
            let job = Job { action: "garment", reference, ..Job::default() };
            if self.dice.happens(8) {
                diary.fail(minute, takes, &job, "The garment could not be cut out of the photo");
            } else {
                diary.succeed(minute, takes, &job);
                self.balance -= GARMENT;
            }
        }
    }

    fn have_sessions(&mut self, day: i64, diary: &mut Diary<'_>) {
        let usual = self.sessions + self.dice.between(-self.sessions / 3, self.sessions / 3);
        let today = match self.dry {
            // What is left lasts until that day; then shoppers go on until the dressing room is closed to them.
            Some(dry) if self.is_dry(day) && day < dry => (self.balance / (dry - day + 1)).min(usual),
            Some(dry) if day == dry => self.balance + self.dice.between(2, 6),
            Some(dry) if day > dry + 9 => 0,
            // A sale now and then.
            _ if self.dice.happens(3) => usual * 3,
            _ => usual,
        };
        for _ in 0..today.max(0) {
            // Shoppers come mostly in the evening.
            let minute =
                (self.wakes * 60 + self.dice.between(0, 840).max(self.dice.between(0, 840))).min(DAY - 40);
            if !diary.has(minute) {
                continue;
            }
            self.counted += 1;
            let key = format!("visit-{:08x}", self.dice.roll() as u32);
            diary.session(minute, "session", &key);
            self.balance -= 1;
            // Another tab, a reload: the same session.
            let again = if self.dice.happens(18) { self.dice.between(1, 2) } else { 0 };
            for time in 1..=again {
                let later = minute + time * self.dice.between(2, 14);
                if diary.has(later) {
                    diary.session(later, "session", &key);
                }
            }
        }
    }
}
