//! The examples of the documentation load, and cost what it says.

mod common;

use catalog::{Ask, load};
use common::{HEAD, price, problems};
use money::Amount;

const FILE: &str = include_str!("../../../docs/domain/program-file.md");
const PRICES: &str = include_str!("../../../docs/domain/prices.md");

fn examples(document: &str) -> impl Iterator<Item = &str> {
    document.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next())
}

#[test]
fn every_example_loads() {
    for example in examples(FILE) {
        assert_eq!(problems(example), [""; 0], "{example}");
    }
    assert_eq!((examples(FILE).count(), examples(PRICES).count()), (2, 2));
}

#[test]
fn the_figures_are_those_of_the_prices() {
    let program = |example: &str| {
        let plan = "[plans.pro]\nfree = true\ncredits = 1\nperiod = \"1 month\"\n";
        load("p.toml", &format!("{HEAD}{example}{plan}")).unwrap_or_else(|problems| panic!("{}", problems[0]))
    };
    let programs: Vec<_> = examples(PRICES).map(program).collect();
    let [video, render] = programs.as_slice() else { panic!() };
    assert_eq!(price(video, 1, "duration=2.5 resolution=4k", None), Ok(60));
    assert_eq!(price(video, 4, "duration=2.5 resolution=4k", None), Ok(240));
    assert_eq!(price(render, 2, "megapixels=3.3", None), Ok(5));
    assert_eq!(price(render, 2, "megapixels=3.3", Some("pro")), Ok(3));
    let sentence = video.price_view(&video.actions[0]).sentence;
    assert!(PRICES.contains(&format!("*{sentence}*")), "{sentence}");
}

#[test]
fn the_figures_are_those_of_the_offers() {
    let text = examples(FILE).nth(1).unwrap();
    let program = load("p.toml", text).unwrap_or_else(|problems| panic!("{}", problems[0]));
    for (code, ask, credits, bonus, cents) in [
        ("small", Ask::Packages(3), 300, 30, 8_700),
        ("any", Ask::Credits(Amount(150)), 150, 0, 3_750),
        ("volume", Ask::Credits(Amount(950)), 950, 0, 19_000),
        ("volume", Ask::Credits(Amount(1_050)), 1_050, 0, 18_900),
        ("shares", Ask::Credits(Amount(1_050)), 1_050, 0, 20_900),
    ] {
        let sale = program.package(code).unwrap().sale(ask).unwrap();
        assert_eq!((sale.credits, sale.bonus, sale.price.amount), (Amount(credits), Amount(bonus), cents));
    }
    let compared = |code: &str| {
        let package = program.package(code).unwrap();
        (program.price_per_credit(package).unwrap(), program.saving(package))
    };
    assert_eq!(compared("small"), ("0.29".to_owned(), None));
    assert_eq!(compared("addon"), ("0.20".to_owned(), Some(31)));
    let team = program.plan("team").unwrap();
    assert_eq!((team.periods_billed, team.allotment(5)), (12, Some(Amount(1_000))));
    assert_eq!(team.charge(5).unwrap().amount, 35_000);
}

/// What the documentation calls defaults is what is read where a file leaves it out.
#[test]
fn the_rules_of_the_example_are_the_defaults() {
    let text = examples(FILE).nth(1).unwrap();
    let load = |text: &str| load("p.toml", text).unwrap_or_else(|problems| panic!("{}", problems[0]));
    let (program, usual) = (load(text), load(text.split("[renewal]").next().unwrap()));
    assert_eq!(
        (&program.renewal, program.changes, program.orders),
        (&usual.renewal, usual.changes, usual.orders)
    );
    assert_eq!(program.top_up.declines, usual.top_up.declines);
}
