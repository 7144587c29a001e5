//! What a new file changes: a row a case.

use catalog::{ChangeKind, Program, diff, load};

const FILE: &str = include_str!("files/every_key.toml");

fn program(text: &str) -> Program {
    load("p.toml", text).unwrap_or_else(|problems| panic!("{}", problems[0]))
}

/// What is told where one text of the file is another.
fn told(from: &str, to: &str) -> Vec<String> {
    assert!(FILE.contains(from), "{from}");
    diff(&program(FILE), &program(&FILE.replacen(from, to, 1))).iter().map(ToString::to_string).collect()
}

#[test]
fn nothing_differs_from_itself_or_in_comments() {
    assert!(told("# Every key", "# All keys").is_empty());
    assert!(told("price = 0.5", "price = \"0.50\"").is_empty());
}

#[test]
fn each_change_is_told_in_words() {
    for (from, to, expected) in [
        ("name = \"Every key\"", "name = \"All keys\"", "name: from Every key to All keys"),
        ("accent = \"#0b7a75\"\n", "", "brand.accent: from #0b7a75 to none"),
        (
            "late_return = { reissue = \"14 days\" }",
            "late_return = \"expire\"",
            "late_return: from reissue for 14 days to expire",
        ),
        ("quote_life = \"10 min\"", "", "quote_life: from 10 minutes to 15 minutes"),
        ("[5, \"2.5\"]", "[5]", "alerts.credit: from 5.00 credits, 2.50 credits to 5.00 credits"),
        ("price = 0.5", "price = 0.75", "actions.flat.price: from 0.5 credits to 0.75 credits"),
        ("overdraft = true", "overdraft = false", "actions.flat.overdraft: from true to false"),
        ("settle = \"may_exceed\"\n", "", "actions.flat.settle: from may_exceed to within_hold"),
        ("generate = 1", "generate = 2", "actions.photo.generate.price: from 1 credit to 2 credits"),
        (
            "name = \"Keep\"",
            "name = \"Take\"",
            "actions.photo.accept.name: from Photo · Keep to Photo · Take",
        ),
        ("[actions.free]\nfree = true\n", "", "actions.free: removed: Free, free"),
        (
            "[actions.free]\n",
            "[actions.new]\nprice = 1\n[actions.free]\n",
            "actions.new: added: New, 1 credit",
        ),
        (
            "credits = \"0.25\"",
            "credits = \"0.3\"",
            "actions.tokens.price: from 0.25 credits per started 1000 tokens, the next 2 after the first at no cost, at least 1 credit \
             to 0.3 credits per started 1000 tokens, the next 2 after the first at no cost, at least 1 credit",
        ),
        (
            "default = 20",
            "default = 25",
            "actions.video.price: from 5 credits per started second on Pro and at hd or 4k, 10 at hd, 20 otherwise \
             to 5 credits per started second on Pro and at hd or 4k, 10 at hd, 25 otherwise",
        ),
        ("0.75))", "0.8))", "actions.render.price: other terms: By megapixels"),
        ("max = 1000 }", "max = 2000 }", "actions.render.attributes: what a request may say is different"),
        ("priority = -1", "priority = 2", "classes.plan.priority: from -1 to 2"),
        ("life = \"90 days\"", "life = \"3 months\"", "classes.bonus.life: from 90 days to 3 months"),
        (
            "[[starter]]\ncredits = 10\nlife = \"30 days\"\n",
            "",
            "starter: from 10.00 credits for 30 days and 60.00 minutes to 60.00 minutes",
        ),
        ("grace = \"5 days\"", "grace = \"6 days\"", "overdraft.grace: from 5 days to 6 days"),
        ("limit = 100\n", "", "overdraft.limit: from 100.00 credits to no limit"),
        ("[\"12 h\", \"2 days\"]", "[]", "overdraft.warn_before: from 2 days, 12 hours to no warning"),
        ("idle = \"10 min\"", "idle = \"11 min\"", "sessions.idle: from 10 minutes to 11 minutes"),
        ("max_deadline = \"1 day\"", "max_deadline = \"2 days\"", "holds.max_deadline: from 1 day to 2 days"),
        (
            "\"19.90 EUR\"",
            "\"21 EUR\"",
            "packages.small: from 100.00 credits for 19.90 EUR to 100.00 credits for 21 EUR",
        ),
        (
            "renew_every = \"30 days\"",
            "renew_every = \"1 month\"",
            "packages.small.renew_every: from 30 days to 1 month",
        ),
        (
            "minimum = 10_000",
            "minimum = 5_000",
            "packages.large: from at least 10,000.00 credits for a quote to at least 5,000.00 credits for a quote",
        ),
        (
            "credits = 500.50",
            "credits = 600",
            "plans.pro: from 500.50 credits a seat every 1 month for 15 EUR every 1 year \
             to 600.00 credits a seat every 1 month for 15 EUR every 1 year",
        ),
        (
            "[plans.free]\nname = \"Free\"\ncredits = 5\nfree = true\nperiod = \"1 month\"\n",
            "",
            "plans.free: removed: 5.00 credits for nothing every 1 month",
        ),
        (
            "[plans.free]\n",
            "[plans.lite]\ncredits = 50\nprice = \"2 EUR\"\nperiod = \"1 month\"\n[plans.free]\n",
            "plans.lite: added: 50.00 credits for 2 EUR every 1 month",
        ),
    ] {
        assert_eq!(told(from, to), [expected], "{from:?} to {to:?}");
    }
}

#[test]
fn a_live_program_keeps_its_id_and_its_units() {
    let minute = "[units.minute]\nname = \"minutes\"\nscale = 2\n\n";
    let forbidden = |to: &str| {
        let changes = diff(&program(FILE), &program(to));
        changes
            .into_iter()
            .filter(|change| change.forbidden.is_some())
            .map(|change| (change.kind, change.to_string()))
            .collect::<Vec<_>>()
    };
    assert_eq!(forbidden(&FILE.replace("id = \"full\"", "id = \"other\"")), [(
        ChangeKind::Changed,
        "id: from \"full\" to \"other\" (not on a live program: keys and accounts belong to the program of the old id)".to_owned(),
    )]);
    assert_eq!(forbidden(&FILE.replace("minutes\"\nscale = 2", "minutes\"\nscale = 3").replace("limit = 100\n", "")), [(
        ChangeKind::Changed,
        "units.minute.scale: from 2 to 3 decimals (not on a live program: amounts in the journal are counted in the smallest part)".to_owned(),
    )]);
    let short =
        "scrip = 1\nid = \"p\"\nname = \"P\"\n[units.a]\n[units.b]\n[actions.x]\nunit = \"a\"\nprice = 1\n";
    let moved = short.replace("[units.a]\n[units.b]", "[units.b]\n[units.a]");
    let moved: Vec<String> =
        diff(&program(short), &program(&moved)).iter().map(ToString::to_string).collect();
    let place = "the journal knows units by their place; add new ones behind";
    assert_eq!(
        moved,
        [
            format!("units.a: from place 1 to place 2 (not on a live program: {place})"),
            format!("units.b: from place 2 to place 1 (not on a live program: {place})"),
        ]
    );
    let renamed = FILE
        .replace("units.minute", "units.hour")
        .replace("\"minute\"", "\"hour\"")
        .replace("minute = [60]", "hour = [60]");
    assert_eq!(
        forbidden(&renamed),
        [(
            ChangeKind::Removed,
            "units.minute: removed (not on a live program: accounts may hold credits of it)".to_owned()
        ),]
    );
    let added = FILE.replace(minute, &format!("{minute}[units.token]\nscale = 2\n\n"));
    assert!(forbidden(&added).is_empty());
    assert_eq!(diff(&program(FILE), &program(&added))[0].to_string(), "units.token: added: token");
}
