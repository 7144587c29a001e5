//! The three programs: each fact that their files say, as the crate reads it.

use catalog::{Attribute, NoPrice, Pricing, Program, Work, load};
use moment::Period;
use money::{Amount, Money};

fn program(id: &str) -> Program {
    let text = match id {
        "pictofit" => include_str!("../../../programs/pictofit.toml"),
        "pictastic" => include_str!("../../../programs/pictastic.toml"),
        _ => include_str!("../../../programs/picsart.toml"),
    };
    load(&format!("programs/{id}.toml"), text).unwrap_or_else(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", problems.join("\n"))
    })
}

fn dollars(whole: i64) -> Money {
    Money { amount: whole * 100, currency: "USD".parse().unwrap() }
}

fn fixed(whole: i64) -> Pricing {
    Pricing::Fixed(dollars(whole))
}

fn prices(program: &Program) -> Vec<(&str, &str, String)> {
    let sentence = |action| program.price_view(action).sentence;
    program
        .actions
        .iter()
        .map(|action| (action.code.as_str(), action.name.as_str(), sentence(action)))
        .collect()
}

fn rows<'a>(rows: &[(&'a str, &'a str, &str)]) -> Vec<(&'a str, &'a str, String)> {
    rows.iter().map(|(code, name, sentence)| (*code, *name, (*sentence).to_owned())).collect()
}

#[test]
fn pf_1_to_15_are_in_the_file() {
    let program = program("pictofit");
    assert_eq!(
        prices(&program),
        rows(&[
            ("garment", "Virtual garment", "5 credits"),
            ("session", "Virtual try-on session", "1 credit"),
        ])
    );
    let [garment, session] = program.actions.as_slice() else { panic!() };
    assert!(!garment.may_overdraw && !garment.session);
    assert!(session.may_overdraw && session.session);
    assert_eq!(program.starter.iter().map(|starter| starter.credits).collect::<Vec<_>>(), [Amount(50)]);
    assert_eq!(program.overdraft.grace, Period::days(10));
    assert_eq!(program.overdraft.limit, None);
    assert_eq!(program.overdraft.warn_before, [Period::days(3), Period::days(1)]);
    let packages: Vec<_> =
        program.packages.iter().map(|one| (one.credits.0, one.price.clone(), one.renew_every)).collect();
    let every = Some(Period::days(30));
    assert_eq!(
        packages,
        [
            (100, fixed(29), every),
            (500, fixed(119), every),
            (2_000, fixed(399), every),
            (10_000, fixed(1_599), every),
        ]
    );
    assert!(program.plans.is_empty());
}

#[test]
fn pt_1_3_and_6_are_in_the_file() {
    let program = program("pictastic");
    assert_eq!(
        prices(&program),
        rows(&[
            ("basic_staging", "Basic room staging", "2 credits"),
            ("advanced_staging", "Advanced staging", "3 credits"),
            ("style_change", "Style change", "2 credits"),
            ("furniture_removal", "Furniture removal", "1 credit"),
            ("outdoor_staging", "Outdoor staging", "3 credits"),
        ])
    );
    assert_eq!(program.alerts.len(), 1);
    assert_eq!(program.alerts[0].thresholds, [Amount(20)]);
    let packages: Vec<_> =
        program.packages.iter().map(|one| (one.name.as_str(), one.credits.0, one.price.clone())).collect();
    assert_eq!(
        packages,
        [
            ("Starter", 100, fixed(199)),
            ("Professional", 500, fixed(899)),
            ("Enterprise", 1_000, Pricing::ByQuote),
        ]
    );
    assert!(program.actions.iter().all(|action| !action.may_overdraw));
    assert!(program.starter.is_empty());
}

#[test]
fn ps_1_2_and_4_are_in_the_file() {
    let program = program("picsart");
    assert_eq!(
        prices(&program),
        rows(&[
            ("ai_image", "AI image", "1 credit"),
            ("background", "Background", "1 credit"),
            ("enhance", "Enhance", "2 credits"),
            ("replace", "Replace", "3 credits"),
            ("expand", "Expand", "3 credits"),
            ("video", "Video", "10 credits per started second at 1080p, 20 at 4k"),
        ])
    );
    let plans: Vec<_> =
        program.plans.iter().map(|one| (one.code.as_str(), one.credits.0, one.price, one.period)).collect();
    let month = Period::Months(1);
    assert_eq!(
        plans,
        [
            ("free", 5, None, month),
            ("plus", 200, Some(dollars(7)), month),
            ("pro", 500, Some(dollars(15)), month)
        ]
    );
    let packages: Vec<_> =
        program.packages.iter().map(|one| (one.credits.0, one.price.clone(), one.life)).collect();
    assert_eq!(packages, [(100, fixed(5), None), (500, fixed(20), None), (2_000, fixed(60), None)]);
    assert!(program.classes.iter().all(|class| class.priority == 0 && class.life.is_none()));
}

#[test]
fn ps_1_video_costs_by_the_started_second() {
    let program = program("picsart");
    let video = program.action("video").unwrap();
    let price = |resolution: &str, duration: Attribute, quantity: i64| {
        let attributes = [
            ("duration".to_owned(), duration),
            ("resolution".to_owned(), Attribute::Text(resolution.to_owned())),
        ];
        program.price(video, &Work { quantity, attributes: &attributes, plan: None })
    };
    let text = |text: &str| Attribute::Text(text.to_owned());
    for (resolution, duration, quantity, credits) in [
        ("1080p", Attribute::Int(1), 1, 10),
        ("1080p", text("0.1"), 1, 10),
        ("1080p", text("2.5"), 1, 30),
        ("1080p", text("3.0"), 1, 30),
        ("4k", text("2.5"), 1, 60),
        ("4k", text("2.000000001"), 1, 60),
        ("4k", Attribute::Int(600), 1, 12_000),
        ("4k", text("2.5"), 4, 240),
    ] {
        assert_eq!(
            price(resolution, duration.clone(), quantity),
            Ok(Amount(credits)),
            "{resolution} {duration:?}"
        );
    }
    let wrong = |name: &str, expected: &str| {
        Err(NoPrice::Attribute { name: name.to_owned(), expected: expected.to_owned() })
    };
    assert_eq!(price("8k", Attribute::Int(1), 1), wrong("resolution", "one of \"1080p\", \"4k\""));
    for duration in
        [text("0"), text("600.1"), text("2.5s"), text("1e3"), Attribute::Bool(true), Attribute::Int(-1)]
    {
        assert_eq!(price("4k", duration, 1), wrong("duration", "a decimal from 0.1 to 600, such as \"600\""));
    }
    assert_eq!(price("4k", Attribute::Int(1), 0), Err(NoPrice::Quantity));
    assert_eq!(
        program.price(video, &Work { quantity: 1, ..Work::default() }),
        wrong("resolution", "one of \"1080p\", \"4k\"")
    );
}

#[test]
fn what_the_files_leave_out_is_as_the_domain_says() {
    let program = program("pictastic");
    assert_eq!(
        (program.sessions.idle, program.sessions.max),
        (Period::Exact(30 * 60_000), Period::hours(24))
    );
    assert_eq!((program.holds.deadline, program.holds.max_deadline), (Period::hours(1), Period::days(7)));
    assert_eq!(program.late_return, catalog::LateReturn::Reissue { life: Period::days(7) });
    assert_eq!(program.quote_life, Period::Exact(15 * 60_000));
    assert_eq!(program.overdraft.grace, Period::days(10));
    assert_eq!(program.overdraft.warn_before, [Period::days(3), Period::days(1)]);
}
