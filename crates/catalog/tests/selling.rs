//! What a file says of selling, as the crate reads it.

use catalog::{
    ChangeAt, Gate, Pricing, QuantityRule, Rollover, RolloverCap, Seats, Tier, Tiers, Trial, load,
};
use moment::Period;
use money::{Amount, Money};

#[test]
fn what_the_files_leave_out_of_selling_is_as_the_documentation_says() {
    let program = load("p.toml", include_str!("../../../programs/picsart.toml")).unwrap();
    let days = |days: &[i64]| days.iter().map(|days| Period::days(*days)).collect::<Vec<_>>();
    assert_eq!(program.renewal.retry_after, days(&[1, 3, 5, 7]));
    assert_eq!(program.renewal.notice_before, Some(Period::days(3)));
    assert_eq!((program.changes.up, program.changes.down), (ChangeAt::Now, ChangeAt::AtPeriodEnd));
    assert_eq!((program.top_up.declines, program.top_up.monthly_cap), (2, None));
    assert_eq!((program.orders.unpaid_for, program.orders.quote_for), (Period::hours(24), Period::days(30)));
    assert_eq!(program.orders.expiry_notice, Some(Period::days(7)));
    for package in &program.packages {
        assert_eq!((package.quantity, &package.gate), (QuantityRule { min: 1, max: 100 }, &Gate::default()));
        assert_eq!((package.bonus, package.bonus_life), (Amount::ZERO, None));
    }
    for plan in &program.plans {
        assert_eq!((plan.periods_billed, plan.seats, plan.trial), (1, None, None));
        assert_eq!(plan.rollover, Rollover { cap: RolloverCap::Nothing, life: None, times: 1 });
    }
}

#[test]
fn what_a_file_says_of_selling_is_read() {
    let program = load("p.toml", include_str!("files/every_key.toml")).unwrap();
    let small = program.package("small").unwrap();
    assert_eq!((small.bonus, small.bonus_life), (Amount(750), Some(Period::days(60))));
    assert_eq!(small.quantity, QuantityRule { min: 2, max: 20 });
    let plans = vec!["pro".to_owned(), "keep".to_owned()];
    assert_eq!(small.gate, Gate { plans: Some(plans), balance_ceiling: Some(Amount(500_000)) });
    let euros = |cents| Money { amount: cents, currency: "EUR".parse().unwrap() };
    let any = program.package("any").unwrap();
    assert_eq!((any.credits, any.quantity), (Amount(5_000), QuantityRule { min: 1, max: 1 }));
    let one = Tiers {
        per: Amount(10_000),
        tiers: vec![Tier { from: Amount(5_000), price: euros(2_000) }],
        graduated: false,
        maximum: Amount(1_000_000),
        step: Amount(1_000),
    };
    assert_eq!(any.price, Pricing::Tiers(one));
    let tiered = Tiers {
        per: Amount(100),
        tiers: vec![
            Tier { from: Amount(10_000), price: euros(20) },
            Tier { from: Amount(100_000), price: euros(18) },
        ],
        graduated: true,
        maximum: Amount(1_000_000),
        step: Amount(100),
    };
    assert_eq!(program.package("tiered").unwrap().price, Pricing::Tiers(tiered));
    let pro = program.plan("pro").unwrap();
    assert_eq!((pro.periods_billed, pro.seats), (12, Some(Seats { min: 2, max: 500 })));
    assert_eq!(pro.trial, Some(Trial { length: Period::days(14), credits: Amount(5_000) }));
    for (plan, cap, life, times) in [
        ("pro", RolloverCap::Amount(Amount(25_000)), Some(Period::Months(2)), 3),
        ("half", RolloverCap::Share { percent: 50 }, None, 1),
        ("double", RolloverCap::Multiple { times: 2 }, None, 1),
        ("keep", RolloverCap::All, None, 1),
        ("free", RolloverCap::Nothing, None, 1),
    ] {
        assert_eq!(program.plan(plan).unwrap().rollover, Rollover { cap, life, times }, "{plan}");
    }
    assert_eq!(program.renewal.retry_after, [Period::hours(12), Period::days(2)]);
    assert_eq!(program.renewal.notice_before, Some(Period::days(7)));
    assert_eq!((program.changes.up, program.changes.down), (ChangeAt::AtPeriodEnd, ChangeAt::Now));
    assert_eq!((program.top_up.declines, program.top_up.monthly_cap), (3, Some(euros(50_000))));
    assert_eq!((program.orders.unpaid_for, program.orders.quote_for), (Period::hours(1), Period::days(14)));
    assert_eq!(program.orders.expiry_notice, Some(Period::days(30)));
}
