//! The examples of the documentation load, and cost what it says.

mod common;

use catalog::load;
use common::{HEAD, price, problems};

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
    assert_eq!((examples(FILE).count(), examples(PRICES).count()), (1, 2));
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
