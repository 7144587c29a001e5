//! Random histories: steps with the time that passes before them.

use std::fmt;

use account::{HowMuch, Until};
use ledger::Class;
use moment::Period;
use money::Amount;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::{Desk, Give, Pay, Step};

/// A step that names what it is about by an index into what there will be.
#[derive(Clone)]
pub struct Draw {
    /// How much time passes before it, in milliseconds.
    pub wait: i64,
    step: Step,
    about: Index,
    recent: bool,
}

impl fmt::Debug for Draw {
    /// On one line, as histories are long.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Draw { wait, step, about, recent } = self;
        f.write_str(&format!("after {wait} ms: {step:?} ({about:?}, recent {recent})"))
    }
}

/// The number of what there never is.
const NONE: usize = usize::MAX;

impl Draw {
    /// The step, about one of the grants, holds and charges that there are; now and then one that there is not.
    pub fn step(&self, desk: &Desk<'_>) -> Step {
        let pick = |count: usize| {
            // Mostly one of the last few.
            let window = if self.recent { count.min(4) } else { count };
            match self.about.index(window + 1) {
                place if place == window => NONE,
                place => count - window + place,
            }
        };
        let mut step = self.step.clone();
        match &mut step {
            Step::Void { grant } => *grant = pick(desk.grants().len()),
            Step::Capture { hold, .. } | Step::Release { hold } => *hold = pick(desk.holds().len()),
            Step::Return { charge, .. } => *charge = pick(desk.charges().len()),
            _ => {}
        }
        step
    }
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Times that meet: a few lengths, so that things often fall due at one instant.
fn span() -> impl Strategy<Value = i64> {
    select(vec![10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, DAY, 3 * DAY, 7 * DAY, 9 * DAY, 10 * DAY])
}

fn wait() -> impl Strategy<Value = i64> {
    prop_oneof![6 => Just(0), 4 => span(), 1 => span().prop_map(|span| span - 1), 1 => 1..20 * MINUTE]
}

fn until() -> impl Strategy<Value = Until> {
    prop_oneof![1 => Just(Until::Never), 1 => Just(Until::Default), 4 => span().prop_map(|span| Until::After(Period::Exact(span)))]
}

fn scope() -> impl Strategy<Value = Option<Vec<usize>>> {
    let scopes: Vec<Option<Vec<usize>>> = vec![
        None,
        None,
        None,
        Some(vec![0]),
        Some(vec![2]),
        Some(vec![0, 1]),
        Some(vec![2, 3, 6, 9]),
        Some(vec![0, 2, 3, 6, 9]),
    ];
    select(scopes)
}

/// A grant of the classes and sizes that there are.
pub fn give() -> impl Strategy<Value = Give> {
    let class =
        prop_oneof![3 => Just(Class::Plan), 3 => Just(Class::Purchase), 1 => select(Class::ALL.to_vec())];
    let starts_in = prop_oneof![6 => Just(0), 1 => span(), 1 => Just(-HOUR), 1 => Just(1)];
    let priority = prop_oneof![4 => Just(None), 1 => (-1..2_i16).prop_map(Some)];
    let paid = prop_oneof![2 => Just(None), 1 => Just(Some(0)), 1 => (1..2_000_i64).prop_map(Some)];
    let unit = prop_oneof![5 => Just(0_u8), 1 => Just(1)];
    (unit, class, 1..30_i64, starts_in, until(), priority, paid, scope()).prop_map(
        |(unit, class, credits, starts_in, until, priority, paid, scope)| Give {
            unit,
            class,
            credits,
            starts_in,
            until,
            priority,
            paid,
            scope,
        },
    )
}

/// Something to pay.
pub fn pay() -> impl Strategy<Value = Pay> {
    prop_oneof![
        2 => (0..10_usize, 1..3_i64).prop_map(|(action, quantity)| Pay::action(action, quantity)),
        3 => (0..10_usize, 0..25_i64).prop_map(|(action, credits)| Pay::quoted(action, credits)),
        2 => (0..25_i64, 0..2_u8).prop_map(|(credits, unit)| Pay { unit, ..Pay::credits(credits) }),
    ]
}

fn how_much() -> impl Strategy<Value = HowMuch> {
    prop_oneof![
        2 => Just(HowMuch::All),
        4 => (0..25_i64).prop_map(|credits| HowMuch::Credits(Amount(credits))),
        1 => (1..4_i64).prop_map(HowMuch::Quantity),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let open_for = prop_oneof![2 => Just(None), 2 => span().prop_map(|span| Some(Period::Exact(span)))];
    let thresholds = prop_oneof![
        1 => Just(None),
        2 => Just(Some(vec![20, 10, 0])),
        1 => Just(Some(vec![5, -5])),
    ];
    let credits = prop_oneof![1 => Just(None), 3 => (1..12_i64).prop_map(Some)];
    let grace = prop_oneof![1 => Just(None), 1 => span().prop_map(|span| Some(Period::Exact(span)))];
    let limit = prop_oneof![2 => Just(None), 1 => (0..30_i64).prop_map(Some)];
    prop_oneof![
        20 => give().prop_map(Step::Grant),
        2 => Just(Step::Void { grant: 0 }),
        1 => (0..2_u8, 1..8_i64).prop_map(|(unit, credits)| Step::Adjust { unit, credits }),
        14 => (pay(), open_for).prop_map(|(pay, open_for)| Step::Hold { pay, open_for }),
        12 => how_much().prop_map(|how_much| Step::Capture { hold: 0, how_much }),
        6 => Just(Step::Release { hold: 0 }),
        20 => pay().prop_map(Step::Charge),
        14 => credits.prop_map(|credits| Step::Return { charge: 0, credits }),
        6 => (3..5_usize, "[ab]").prop_map(|(action, key)| Step::Visit { action, key }),
        2 => (0..2_u8, thresholds).prop_map(|(unit, thresholds)| Step::SetAlerts { unit, thresholds }),
        1 => (grace, limit).prop_map(|(grace, limit)| Step::SetOverdraft { grace, limit }),
        1 => proptest::bool::weighted(0.7).prop_map(Step::SetReports),
        1 => select(vec![Step::Close, Step::Reopen, Step::Reopen, Step::Reopen]),
        4 => Just(Step::Roll),
    ]
}

/// A request: mostly of one step.
pub fn request() -> impl Strategy<Value = Vec<Draw>> {
    let draw = || {
        (step(), any::<Index>(), proptest::bool::weighted(0.8)).prop_map(|(step, about, recent)| Draw {
            wait: 0,
            step,
            about,
            recent,
        })
    };
    let steps = prop_oneof![
        9 => proptest::collection::vec(draw(), 1),
        1 => proptest::collection::vec(draw(), 2..4),
    ];
    (wait(), steps).prop_map(|(wait, mut steps)| {
        if let Some(first) = steps.first_mut() {
            first.wait = wait;
        }
        steps
    })
}

/// A history of so many requests.
pub fn history(
    requests: impl Into<proptest::collection::SizeRange>,
) -> impl Strategy<Value = Vec<Vec<Draw>>> {
    proptest::collection::vec(request(), requests)
}

/// Many charges, and then many returns of any of them: more than an account remembers.
pub fn many_returns() -> impl Strategy<Value = Vec<Vec<Draw>>> {
    let draw = |step: BoxedStrategy<Step>| {
        (step, any::<Index>()).prop_map(|(step, about)| vec![Draw { wait: 0, step, about, recent: false }])
    };
    let grants = draw(Just(Step::Grant(Give::new(Class::Purchase, 200))).boxed());
    let charges = draw((1..5_i64).prop_map(|credits| Step::Charge(Pay::credits(credits))).boxed());
    let returns = prop_oneof![2 => 1..4_i64, 1 => Just(1)]
        .prop_map(|credits| Step::Return { charge: 0, credits: Some(credits) });
    let returns = draw(returns.boxed());
    let all = (
        proptest::collection::vec(grants, 1),
        proptest::collection::vec(charges, 38..50),
        proptest::collection::vec(returns, 60..120),
    );
    all.prop_map(|(grants, charges, returns)| [grants, charges, returns].concat())
}
