//! What tables of cases can't say: particulars of an account, and what entries carry.

use account::{Change, Command, HowMuch, Open};
use ledger::{Class, Event, LedgerAccount, OverdraftTerms, Profile};
use money::Amount;
use testkit::{Answer, Desk, Give, Pay, Shop, Step, audit};

use crate::histories::start;

fn with_plan(shop: &Shop, credits: i64) -> Desk<'_> {
    let mut desk = Desk::open(shop, start());
    desk.ask(&[Step::Grant(Give::new(Class::Plan, credits))]);
    desk
}

#[test]
fn an_account_is_opened_once() {
    let shop = Shop::with("starter = { credits = 5 }");
    let mut desk = Desk::open(&shop, start());
    let before = desk.account.clone();
    let answer = desk.commands(&[Command::Open(Box::default())]);
    assert_eq!(answer, Answer::Done(vec![account::Done::Already(before.id)], 0));
    assert_eq!(desk.account, before);
}

#[test]
fn a_starter_lives_by_the_time_zone_that_the_account_is_opened_with() {
    let shop = Shop::with("starter = { credits = 5, life = \"1 month\" }");
    let profile = Profile { time_zone: Some("Europe/Vienna".into()), ..Profile::default() };
    // 1 March, 00:30 in Vienna; a month later there is summer time.
    let at = "2026-02-28T23:30:00Z".parse().unwrap();
    let desk = Desk::open_with(&shop, at, Open { profile, ..Open::default() });
    assert_eq!(desk.account.books[0].grants[0].expires_at.to_string(), "2026-03-31T22:30:00Z");
}

#[test]
fn an_account_may_be_opened_without_starter_credits() {
    let shop = Shop::with("starter = { credits = 5 }");
    let desk = Desk::open_with(&shop, start(), Open { without_starter: true, ..Open::default() });
    assert_eq!((desk.account.entries, desk.account.books.len()), (1, 0));
    audit::check(&desk);
}

#[test]
fn a_grace_below_zero_is_none() {
    let shop = Shop::default();
    let mut desk = Desk::open(&shop, start());
    let overdraft = Some(OverdraftTerms { grace_millis: Some(-5), limit: None });
    desk.commands(&[Command::Change(Box::new(Change { overdraft, ..Change::default() }))]);
    desk.ask(&[Step::Charge(Pay::action(2, 1))]);
    desk.ask(&[Step::Roll]);
    assert_eq!(desk.account.standing(), account::Standing::Suspended);
    audit::check(&desk);
}

#[test]
fn what_falls_due_at_once_is_seen_by_the_next_command_of_a_request() {
    let shop = Shop::default();
    let mut desk = Desk::open(&shop, start());
    let overdraft = Some(OverdraftTerms { grace_millis: Some(0), limit: None });
    desk.commands(&[Command::Change(Box::new(Change { overdraft, ..Change::default() }))]);
    let scan = || Step::Charge(Pay::action(2, 1));
    assert!(matches!(desk.ask(&[scan(), scan()]), Answer::Refused(1, account::Refusal::Suspended { .. })));
}

#[test]
fn a_capture_by_quantity_says_how_many() {
    let shop = Shop::default();
    let mut desk = with_plan(&shop, 100);
    desk.ask(&[Step::Hold { pay: Pay::action(0, 3), open_for: None }]);
    desk.ask(&[Step::Capture { hold: 0, how_much: HowMuch::Quantity(2) }]);
    let charge = desk.journal.at(desk.charges()[0]).unwrap().event.charge().unwrap();
    assert_eq!((charge.work.quantity, charge.credits), (2, Amount(10)));
}

#[test]
fn credits_of_a_settler_that_was_voided_are_void_not_breakage() {
    let shop = Shop::default();
    let mut desk = Desk::open(&shop, start());
    desk.ask(&[Step::Charge(Pay::action(2, 1))]);
    desk.ask(&[Step::Grant(Give::new(Class::Purchase, 8))]);
    desk.ask(&[Step::Void { grant: 0 }]);
    desk.ask(&[Step::Return { charge: 0, credits: None }]);
    let (id, entry) = desk.journal.entries().last().unwrap();
    let mut to = Vec::new();
    entry.flows(*id, &mut |flow| to.push((flow.to.account, flow.to.grant, flow.credits)));
    assert_eq!(to, [(LedgerAccount::Voided, Some(desk.grants()[0]), Amount(5))]);
    audit::check(&desk);
}

#[test]
fn an_excess_from_the_grant_of_the_hold_is_one_part_of_the_charge() {
    let shop = Shop::default();
    let mut desk = with_plan(&shop, 100);
    desk.ask(&[Step::Hold { pay: Pay::action(5, 1), open_for: None }]);
    desk.ask(&[Step::Capture { hold: 0, how_much: HowMuch::Credits(Amount(15)) }]);
    let charge = desk.journal.at(desk.charges()[0]).unwrap().event.charge().unwrap();
    assert_eq!(charge.parts.len(), 1);
}

/// More returns in one request than the account remembers: the journal does not have them yet.
#[test]
fn returns_of_one_request_are_bounded_beyond_the_accounts_memory() {
    let shop = Shop::default();
    let mut desk = with_plan(&shop, 1_000);
    for _ in 0..40 {
        desk.ask(&[Step::Charge(Pay::credits(3))]);
    }
    let give_back = |charge: usize| Step::Return { charge, credits: Some(2) };
    for charge in 1..40 {
        desk.ask(&[give_back(charge)]);
    }
    // The oldest charge is beyond what is remembered, and stays so.
    let answer = desk.ask(&[give_back(0), give_back(0)]);
    let refused = account::Refusal::ExceedsCharge { left: Amount(1), asked: Amount(2) };
    assert_eq!(answer, Answer::Refused(1, refused));
}

/// A hold that ended in this request, and is not remembered any more.
#[test]
fn ends_of_one_request_are_known_beyond_the_accounts_memory() {
    let shop = Shop::default();
    let mut desk = with_plan(&shop, 1_000);
    for _ in 0..10 {
        desk.ask(&[Step::Hold { pay: Pay::credits(3), open_for: None }]);
    }
    let mut steps: Vec<Step> = (0..10).map(|hold| Step::Release { hold }).collect();
    steps.push(Step::Release { hold: 0 });
    let answer = desk.ask(&steps);
    assert!(matches!(answer, Answer::Done(done, 10) if matches!(done[10], account::Done::Already(_))));
}

#[test]
fn amounts_stay_within_range() {
    let shop = Shop::default();
    let mut desk = Desk::open(&shop, start());
    let most = || Step::Grant(Give::new(Class::Purchase, Amount::MAX.0));
    for _ in 0..3_999 {
        desk.account.books.iter_mut().for_each(|book| book.grants.truncate(1));
        assert!(matches!(desk.ask(&[most()]), Answer::Done(..)));
    }
    assert!(matches!(desk.ask(&[most()]), Answer::Done(..)), "4 × 10^18 is the most");
    assert_eq!(
        desk.ask(&[Step::Grant(Give::new(Class::Bonus, 1))]),
        Answer::Refused(0, account::Refusal::OutOfRange)
    );
    assert_eq!(desk.balance(0).settled, Amount::MAX_TOTAL);
}

#[test]
fn an_entry_says_how_much_it_changed() {
    let shop = Shop::default();
    let mut desk = with_plan(&shop, 10);
    desk.ask(&[Step::Hold { pay: Pay::credits(4), open_for: None }]);
    desk.ask(&[Step::Capture { hold: 0, how_much: HowMuch::Credits(Amount(3)) }]);
    let changes: Vec<i64> = desk.journal.entries().iter().map(|(id, entry)| entry.change(*id).0).collect();
    assert_eq!(changes, [0, 10, 0, -3]);
    assert!(matches!(desk.journal.entries()[3].1.event, Event::Captured(_)));
}
