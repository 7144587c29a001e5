//! Subscribers who generate pictures: plan credits that end with each month, and add-ons that stay.

use account::{Command, Wanted};
use moment::{Instant, Period, Zone};
use payments::test::Card;

use super::diary::{DAY, Diary, Job, MINUTE};
use super::dice::Dice;
use super::errand::{Deal, GOOD, Pays};
use super::seed::{DAYS, History, Story};

/// The subscriber that is shown first.
pub const HERO: &str = "mila-novak";

/// A plan: its code, and its allotment.
#[derive(Clone, Copy)]
struct Plan(&'static str, i64);

const FREE: Plan = Plan("free", 5);
const PLUS: Plan = Plan("plus", 200);
const PRO: Plan = Plan("pro", 500);

/// What becomes of a plan.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Course {
    /// It is renewed month by month.
    Steady,
    /// After so many days it becomes the larger one.
    Grows(i64),
    /// After so many days it is cancelled.
    Ends(i64),
    /// Its card pays once and never again, so it is cancelled after the last attempt.
    Fails,
    /// Its card lacks the money for the first renewal, and has it at the third attempt.
    Stumbles,
}

/// The tools, with what each costs.
const TOOLS: [(&str, i64); 5] =
    [("ai_image", 1), ("background", 1), ("enhance", 2), ("replace", 3), ("expand", 3)];

/// Videos: resolution, seconds, and what they cost.
const VIDEOS: [(&str, &str, i64); 3] = [("1080p", "2", 20), ("1080p", "2.5", 30), ("4k", "3", 60)];

struct Subscriber {
    id: &'static str,
    name: &'static str,
    zone: &'static str,
    /// When the first cycle begins; the others follow month by month.
    anchor: Instant,
    plan: Plan,
    course: Course,
    /// Generations on a busy day.
    busy: i64,
    buys_addons: bool,
    /// When a worker takes a job and is never heard of again.
    lost: Option<Instant>,
    opened: bool,
    cycle: i32,
    of_plan: i64,
    of_addons: i64,
    dice: Dice,
}

/// The subscribers, and when each came.
pub fn cast(history: &History) -> Vec<Box<dyn Story>> {
    let subscriber = |id, name, zone, day, plan, busy, buys_addons, course| {
        let mut dice = Dice::of(id);
        let anchor = history.day(day).plus_millis(dice.between(6 * 60, 20 * 60) * MINUTE);
        let lost = (id == HERO).then(|| history.end().plus_millis(-20 * MINUTE));
        Subscriber {
            id,
            name,
            zone,
            anchor,
            plan,
            course,
            busy,
            buys_addons,
            lost,
            opened: false,
            cycle: 0,
            of_plan: 0,
            of_addons: 0,
            dice,
        }
    };
    let subscribers = [
        subscriber("mila-novak", "Mila Novak", "Europe/Ljubljana", 20, PRO, 18, true, Course::Steady),
        subscriber("arun-pillai", "Arun Pillai", "Asia/Kolkata", 0, PLUS, 9, true, Course::Steady),
        subscriber("sofia-marchetti", "Sofia Marchetti", "Europe/Rome", 8, PLUS, 4, false, Course::Ends(100)),
        subscriber("dmitri-aslan", "Dmitri Aslan", "Europe/Istanbul", 17, PLUS, 12, false, Course::Grows(45)),
        subscriber("hana-sato", "Hana Sato", "Asia/Tokyo", 25, PLUS, 10, true, Course::Steady),
        subscriber(
            "lucas-ferreira",
            "Lucas Ferreira",
            "America/Sao_Paulo",
            33,
            FREE,
            2,
            false,
            Course::Steady,
        ),
        subscriber("grace-adeyemi", "Grace Adeyemi", "Africa/Lagos", 41, PLUS, 5, false, Course::Fails),
        subscriber(
            "noah-lindgren",
            "Noah Lindgren",
            "Europe/Stockholm",
            58,
            PRO,
            18,
            false,
            Course::Stumbles,
        ),
        subscriber("camille-roux", "Camille Roux", "Europe/Paris", 70, FREE, 3, false, Course::Steady),
        subscriber("isaac-tan", "Isaac Tan", "Asia/Singapore", 96, PLUS, 9, true, Course::Steady),
        subscriber(
            "maya-goldberg",
            "Maya Goldberg",
            "America/Los_Angeles",
            120,
            PRO,
            12,
            false,
            Course::Stumbles,
        ),
        subscriber("theo-vance", "Theo Vance", "America/Chicago", DAYS - 8, FREE, 3, false, Course::Steady),
    ];
    subscribers.into_iter().map(|subscriber| Box::new(subscriber) as Box<dyn Story>).collect()
}

impl Story for Subscriber {
    fn host_id(&self) -> &str {
        self.id
    }

    fn day(&mut self, _: i64, diary: &mut Diary<'_>) {
        if !self.opened {
            if !diary.covers(self.anchor) {
                return;
            }
            self.opened = true;
            let minute = self.anchor.millis_since(diary.minute(0)) / MINUTE;
            let email = format!("{}@mail.example", self.id.replace('-', "."));
            diary.open(minute, self.name, &email, self.zone);
        }
        self.begin_cycle(diary);
        self.change_plan(diary);
        for _ in 0..self.dice.between(0, self.busy) {
            self.generate(diary);
        }
        if let Some(at) = self.lost.filter(|at| diary.covers(*at)) {
            let attributes = &[("duration", "3"), ("resolution", "4k")];
            let job = Job { action: "video", attributes, reference: "gen-lost".into(), ..Job::default() };
            if self.can_pay(60, at.millis_since(diary.minute(0)) / MINUTE, diary) {
                diary.hold(at, &job);
                self.pay(60);
            }
        }
    }
}

impl Subscriber {
    /// When the plan is begun: a minute behind the account.
    fn starts(&self) -> Instant {
        self.anchor.plus_millis(MINUTE)
    }

    fn boundary(&self, cycle: i32) -> Instant {
        Period::Months(1).after(self.starts(), cycle, &Zone::named(self.zone).unwrap_or_else(Zone::utc))
    }

    /// The cycle that begins today, if one does. What is left of the last one ends by itself.
    fn begin_cycle(&mut self, diary: &mut Diary<'_>) {
        let begins = self.boundary(self.cycle);
        if !diary.covers(begins) {
            return;
        }
        self.cycle += 1;
        self.of_plan = self.plan.1;
        if self.cycle > 1 {
            diary.errand(begins, Deal::Wait);
        }
        match (self.cycle, self.course) {
            (1, Course::Fails) => diary.errand(begins, Pays::Cards(&[Card::DeclinesLater]).plan(self.plan.0)),
            (1, Course::Stumbles) => diary.errand(begins, Pays::Cards(&[Card::ShortTwice]).plan(self.plan.0)),
            (1, _) => diary.errand(begins, GOOD.plan(self.plan.0)),
            (_, Course::Fails) => self.of_plan = 0,
            (_, Course::Ends(after)) if begins > self.starts().plus_millis(after * DAY * MINUTE) => {
                self.of_plan = 0;
            }
            _ => {}
        }
    }

    /// The plan grows, or is cancelled.
    fn change_plan(&mut self, diary: &mut Diary<'_>) {
        let (Course::Grows(after) | Course::Ends(after)) = self.course else { return };
        let at = self.starts().plus_millis((after * DAY + 90) * MINUTE);
        if !diary.covers(at) {
            return;
        }
        if let Course::Ends(_) = self.course {
            return diary.errand(at, Deal::Do(Command::CancelSubscription));
        }
        let to = Pays::Stored.order(Wanted::Plan(PRO.0.into()), false);
        diary.errand(at, Deal::Do(Command::ChangeSubscription(Box::new(to))));
        self.of_plan += PRO.1 - self.plan.1;
        self.plan = PRO;
    }

    fn generate(&mut self, diary: &mut Diary<'_>) {
        // On the day of a renewal, after it.
        let from = self.anchor.millis().rem_euclid(DAY * MINUTE) / MINUTE + 61;
        let (minute, takes) = (self.dice.between(from.min(1_350), 1_430), self.dice.between(1, 3));
        let (resolution, duration, video) = VIDEOS[self.dice.between(0, 2) as usize];
        let (mut action, mut credits) = TOOLS[self.dice.between(0, 4) as usize];
        let mut attributes: &[(&str, &str)] = &[];
        let of_video = [("duration", duration), ("resolution", resolution)];
        if self.plan.1 > FREE.1 && self.dice.happens(4) {
            (action, credits, attributes) = ("video", video, &of_video);
        }
        let reference = format!("gen-{:08x}", self.dice.roll() as u32);
        if !diary.has(minute + takes) || !self.can_pay(credits, minute, diary) {
            return;
        }
        let job = Job { action, attributes, reference, ..Job::default() };
        if self.dice.happens(5) {
            diary.fail(minute, takes, &job, "The generation did not complete");
        } else {
            diary.succeed(minute, takes, &job);
            self.pay(credits);
        }
    }

    /// Whether there are credits, bought now if need be.
    fn can_pay(&mut self, credits: i64, minute: i64, diary: &mut Diary<'_>) -> bool {
        if self.of_plan + self.of_addons >= credits {
            return true;
        }
        if self.buys_addons {
            diary.errand(diary.minute(minute - 1), Pays::Stored.package("addon_100", false));
            self.of_addons += 100;
        }
        self.of_plan + self.of_addons >= credits
    }

    fn pay(&mut self, credits: i64) {
        let of_plan = credits.min(self.of_plan);
        self.of_plan -= of_plan;
        self.of_addons -= credits - of_plan;
    }
}
