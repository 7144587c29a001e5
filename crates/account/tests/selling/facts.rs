//! Every set of up to five facts that a provider may tell of one order, in every order, each told twice, with no time
//! and with three days in between: the end is the same, as facts are absolute and only the set matters.

use std::collections::BTreeMap;

use account::{Command, PaymentFact};
use ledger::{Balance, Class};
use testkit::{Pay, Shop, Step};

use super::till::*;

const OFFERS: &str = r#"
overdraft.grace = "300 days"
[packages.small]
credits = 100
price = "20 USD"
[packages.gift]
credits = 100
bonus = 30
price = "20 USD"
[plans.year]
credits = 100
price = "20 USD"
period = "12 months"
[plans.trial]
credits = 100
price = "20 USD"
period = "12 months"
trial = { for = "1 day", credits = 1 }
"#;

/// What the order is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sold {
    Package,
    /// With a bonus, so that two grants come with it.
    Gift,
    Plan,
    /// The first period that is paid, after a trial, with a stored card.
    Renewal,
    TopUp,
}

/// What the customer does meanwhile.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Use {
    Nothing,
    /// Spends 70 before anything is told: a debt.
    Before,
    /// Spends 40 and holds 30 as the money has come. The hold ends after an hour.
    AsPaid,
    /// Spends 70 at the end.
    After,
}

/// The facts. A provider does not tell of one dispute that it was won and that it was lost, so these two are never in a
/// set together; all else is, also what makes no sense as long as something is missing.
fn facts(sold: Sold) -> Vec<PaymentFact> {
    // A stored card is declined at the first attempt; a checkout at none.
    let attempt = u32::from(matches!(sold, Sold::Renewal | Sold::TopUp));
    vec![
        PaymentFact::Paid { reference: "pay".into(), amount: usd(2_000), method: None },
        declined(attempt),
        PaymentFact::Abandoned,
        refunded(500),
        refunded(2_000),
        disputed(2_000),
        dispute_closed(true, 2_000),
        dispute_closed(false, 2_000),
    ]
}

const PAID: usize = 0;
const WON: usize = 6;
const LOST: usize = 7;

/// All that must be the same: everything but the instants.
#[derive(Clone, Debug, PartialEq)]
struct End {
    balance: Balance,
    order: String,
    receipts: u32,
    subscription: Option<&'static str>,
    /// What was spent, how often it was declined, and whether it buys.
    top_up: Option<(i64, u8, bool)>,
    /// What is left, by class.
    left: Vec<(Class, i64)>,
}

struct Search {
    sold: Sold,
    uses: Use,
    gap: i64,
    facts: Vec<PaymentFact>,
    /// By the set: how it ended, and for which order of its facts.
    ends: BTreeMap<Vec<usize>, (End, Vec<usize>)>,
    order: usize,
    told: usize,
}

/// An action that may overdraw, so that it is never refused and the same is spent in every order.
fn scans(till: &mut Till<'_>, count: i64, hold: bool) {
    let pay = Pay::action(till.desk.shop.action("scan").unwrap(), count);
    till.desk.ask(&[if hold { Step::Hold { pay, open_for: None } } else { Step::Charge(pay) }]);
}

impl Search {
    fn run(shop: &Shop, sold: Sold, uses: Use, gap: i64) -> usize {
        let mut till = Till::open(shop, "2026-01-01");
        till.card = Card::Silent;
        let order = match sold {
            Sold::Package => till.buys(package("small")),
            Sold::Gift => till.buys(package("gift")),
            Sold::Plan => till.buys(plan("year")),
            Sold::Renewal => {
                // Nothing else is left, as what pays for what would depend on the order.
                till.buys_at_checkout(package("small"));
                till.spends(100);
                till.buys(by_card(plan("trial")));
                till.to("2026-01-02");
                2
            }
            Sold::TopUp => {
                till.buys_at_checkout(package("small"));
                till.spends(100);
                till.does(Command::SetTopUp(Box::new(top_up("small", 1))));
                1
            }
        };
        assert_eq!(till.orders().len(), order + 1);
        if uses == Use::Before {
            scans(&mut till, 14, false);
        }
        let facts = facts(sold);
        let mut search = Search { sold, uses, gap, facts, ends: BTreeMap::new(), order, told: 0 };
        till.audits = false;
        search.go_on(&till, &[]);
        search.told
    }

    /// Tells each fact that was not told yet, and goes on from there: so every order of every set is an end once.
    fn go_on(&mut self, till: &Till<'_>, told: &[usize]) {
        if told.len() == 5 {
            return;
        }
        for fact in 0..self.facts.len() {
            let both = |one, other| fact == one && told.contains(&other);
            if told.contains(&fact) || both(WON, LOST) || both(LOST, WON) {
                continue;
            }
            let mut till = till.clone();
            till.desk.clock.advance_millis(self.gap * 86_400_000);
            till.tells(self.order, self.facts[fact].clone());
            if fact == PAID && self.uses == Use::AsPaid {
                scans(&mut till, 8, false);
                scans(&mut till, 6, true);
            }
            let told = [told, &[fact]].concat();
            self.compare(&till, &told);
            self.go_on(&till, &told);
        }
    }

    fn compare(&mut self, till: &Till<'_>, told: &[usize]) {
        let mut till = till.clone();
        // Beyond all deadlines, and before the plan's end.
        till.desk.clock.set(at("2026-02-20"));
        till.desk.ask(&[Step::Roll]);
        if self.uses == Use::After {
            scans(&mut till, 14, false);
        }
        self.told += 1;
        if self.told.is_multiple_of(40) {
            testkit::audit::check(&till.desk);
            super::checks::check(&till.desk);
        }
        let end = self.end(&till);
        let mut set = told.to_vec();
        set.sort_unstable();
        match self.ends.get(&set) {
            None => {
                self.ends.insert(set, (end, told.to_vec()));
            }
            Some((first, order)) => {
                let names = |order: &[usize]| order.iter().map(|fact| &self.facts[*fact]).collect::<Vec<_>>();
                assert_eq!(
                    *first,
                    end,
                    "{:?}, {:?}, {} days:\n{:#?}\nend otherwise than\n{:#?}",
                    self.sold,
                    self.uses,
                    self.gap,
                    names(order),
                    names(told)
                );
            }
        }
    }

    fn end(&self, till: &Till<'_>) -> End {
        let sales = till.desk.account.sales.as_deref().unwrap();
        let order = till.order(self.order);
        let mut left: BTreeMap<Class, i64> = BTreeMap::new();
        for grant in till.desk.account.books.iter().flat_map(|book| &book.grants) {
            // Of a gift, which of its two grants pays for a spend depends on when that is.
            let class = if self.sold == Sold::Gift { Class::Purchase } else { grant.class };
            *left.entry(class).or_default() += grant.remaining().0;
        }
        left.retain(|_, credits| *credits > 0);
        End {
            balance: till.desk.account.book(0).map(ledger::Book::balance).unwrap_or_default(),
            order: format!(
                "{}, receipt {:?}, refunded {}, clawed {}",
                order.state.code(),
                order.receipt,
                order.refunded,
                order.clawed
            ),
            receipts: sales.receipts,
            subscription: sales.subscription.as_deref().map(|one| one.state.code()),
            top_up: sales
                .top_up
                .as_deref()
                .map(|top_up| (top_up.spent, top_up.declines, top_up.order.is_some())),
            left: left.into_iter().collect(),
        }
    }
}

/// How many orders of how many facts there are: of sets of up to five out of eight, without those that have both ends of a
/// dispute.
const ORDERS: usize = 6_002;

macro_rules! sets {
    ($($name:ident $sold:ident $uses:ident $gap:literal)*) => {$(
        #[test]
        fn $name() {
            assert_eq!(Search::run(&shop(OFFERS), Sold::$sold, Use::$uses, $gap), ORDERS);
        }
    )*};
}

sets! {
    a_package_slowly Package Nothing 3
    a_package_for_a_debt Package Before 0
    a_package_that_is_used Package AsPaid 0
    a_package_that_is_used_slowly Package AsPaid 3
    a_gift Gift AsPaid 0
    a_plan Plan AsPaid 3
    a_renewal_at_once Renewal Nothing 0
    a_renewal_slowly Renewal AsPaid 3
    a_top_up TopUp After 3
}
