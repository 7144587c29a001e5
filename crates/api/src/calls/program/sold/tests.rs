//! What is shown of an offer.

use serde_json::{Value, json};

use super::{PackageShown, PlanShown};

const TEXT: &str = "scrip = 1\nid = \"a\"\nname = \"A\"\n[units.credit]\nscale = 2\n[actions.a]\nprice = 1\n\
    [packages.small]\ncredits = 100\nprice = \"20 USD\"\nbonus = 5\nbonus_life = \"90 days\"\nquantity = { max = 9 }\n\
    requires_plan = [\"team\"]\nbalance_ceiling = 1_000\n\
    [packages.any]\nminimum = 50\nmaximum = 500\ntiers = [{ from = 50, price = \"0.15 USD\" }]\nrenew_every = \"1 month\"\n\
    [packages.quote]\nminimum = 1\nprice = \"by quote\"\n\
    [plans.team]\ncredits = 10\nprice = \"70 USD\"\nperiod = \"1 month\"\nbilled = \"1 year\"\nseats = { max = 5 }\n\
    trial = { for = \"14 days\", credits = 1 }\nrollover = { share = \"50%\", times = 2 }\n\
    [plans.free]\ncredits = 1\nfree = true\nperiod = \"1 month\"";

#[test]
fn all_that_the_file_says_of_an_offer_is_shown() {
    let program = catalog::load("a.toml", TEXT).unwrap();
    let package = |code: &str| shown(&PackageShown::of(program.package(code).unwrap(), &program));
    let usd = |cents: i64| json!({ "amount": cents, "currency": "USD" });
    assert_eq!(
        package("small"),
        json!({
            "code": "small", "name": "Small", "unit": "credit", "credits": 10_000, "price": usd(2_000), "tiers": null,
            "price_per_credit": "0.20", "saving_percent": null, "bonus": 500, "bonus_expires_in": "90 days",
            "expires_in": null, "renew_every": null, "quantity": { "min": 1, "max": 9 },
            "requires_plan": ["team"], "balance_ceiling": 100_000,
        })
    );
    let any = package("any");
    assert_eq!(
        any["tiers"],
        json!({
            "per": 100, "prices": [{ "from": 5_000, "price": usd(15) }], "graduated": false, "maximum": 50_000, "step": 100,
        })
    );
    assert_eq!((&any["price"], &any["quantity"]), (&Value::Null, &Value::Null));
    assert_eq!((&any["price_per_credit"], &any["saving_percent"]), (&json!("0.15"), &json!(25)));
    let quote = package("quote");
    assert_eq!([&quote["price"], &quote["tiers"], &quote["price_per_credit"]], [&Value::Null; 3]);
    let plan = |code: &str| shown(&PlanShown::of(program.plan(code).unwrap(), &program));
    assert_eq!(
        plan("team"),
        json!({
            "code": "team", "name": "Team", "unit": "credit", "credits": 1_000, "price": usd(7_000), "period": "1 month",
            "billed": "1 year", "seats": { "min": 1, "max": 5 }, "trial": { "length": "14 days", "credits": 100 },
            "rollover": { "kind": "share", "percent": 50, "expires_in": null, "times": 2 },
        })
    );
    assert_eq!((&plan("free")["billed"], &plan("free")["rollover"]), (&json!("1 month"), &Value::Null));
}

fn shown(what: &impl serde::Serialize) -> Value {
    serde_json::to_value(what).unwrap()
}
