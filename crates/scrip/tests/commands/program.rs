use crate::harness::{Folder, scrip};

const SHOP: &str = include_str!("../harness/shop.toml");

#[test]
fn validate_says_what_a_file_is() {
    let folder = Folder::new();
    let file = folder.write("shop.toml", SHOP);
    let ran = scrip(&[&"program", &"validate", &file]);
    let expected = format!("{}: Shop (shop), 2 units, 6 actions, 2 packages, 0 plans\n", file.display());
    assert_eq!(ran.fine(), expected);
}

#[test]
fn validate_tells_everything_that_is_wrong() {
    let folder = Folder::new();
    let wrong = SHOP.replacen("price = 5", "prise = 5", 1).replace("29 USD", "29 usd");
    let file = folder.write("wrong.toml", &wrong);
    let good = folder.write("good.toml", SHOP);
    let ran = scrip(&[&"program", &"validate", &file, &good]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("good.toml: Shop"), "{ran:?}");
    for said in [
        "wrong.toml:14:1: actions.photo.prise: there is no such key; did you mean \"price\"?",
        "did you mean \"USD\"?",
    ] {
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    let ran = scrip(&[&"program", &"validate", &folder.join("nothing.toml")]);
    assert!(ran.code == 1 && ran.err.contains("nothing.toml"), "{ran:?}");
}

#[test]
fn diff_tells_what_changes() {
    let folder = Folder::new();
    let old = folder.write("old.toml", SHOP);
    let new = SHOP.replacen("price = 5", "price = 6", 1).replace("29 USD", "31 USD");
    let new = folder.write("new.toml", &new);
    assert_eq!(scrip(&[&"program", &"diff", &old, &old]).fine(), "nothing changes\n");
    let expected = "actions.photo.price: from 5 credits to 6 credits\n\
                    packages.small: from 100 credits for 29 USD to 100 credits for 31 USD\n";
    assert_eq!(scrip(&[&"program", &"diff", &old, &new]).fine(), expected);
}

#[test]
fn diff_tells_what_a_live_program_would_refuse() {
    let folder = Folder::new();
    let old = folder.write("old.toml", SHOP);
    let new = folder.write("new.toml", &SHOP.replace("scale = 2", "scale = 3"));
    let ran = scrip(&[&"program", &"diff", &old, &new]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("units.token.scale") && ran.out.contains("not on a live program"), "{ran:?}");
}
