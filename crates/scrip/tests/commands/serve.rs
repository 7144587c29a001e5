use std::path::Path;

use serde_json::json;

use crate::harness::{Folder, Server, scrip};

#[test]
fn a_second_server_on_the_same_folder_is_refused() {
    let server = Server::new();
    let host = server.host("shop");
    host.open("anna");
    let second = server.scrip(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!((second.code, second.out.as_str()), (1, ""));
    for said in ["is in use by process", &server.process().to_string(), &server.data().display().to_string()]
    {
        assert!(second.err.contains(said), "{}", second.err);
    }
    host.give("anna", 5);
}

#[test]
fn a_server_that_crashed_leaves_no_lock() {
    let mut server = Server::new();
    server.host("shop").open("anna");
    server.crash();
    assert_eq!(server.host("shop").account("anna")["host_id"], "anna");
}

#[test]
fn an_address_that_is_taken_is_named() {
    let server = Server::new();
    let folder = Folder::new();
    let file = folder.write("shop.toml", include_str!("../harness/shop.toml"));
    let address = server.address().to_string();
    let ran = scrip(&[&"serve", &"--data", &folder.join("data"), &"--listen", &address, &"--program", &file]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains(&address) && ran.err.contains("--listen"), "{}", ran.err);
}

#[test]
fn there_must_be_something_to_serve() {
    let folder = Folder::new();
    let ran = scrip(&[&"serve", &"--data", &folder.join("data"), &"--listen", &"127.0.0.1:0"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("--program"), "{}", ran.err);
}

#[test]
fn a_program_file_that_is_wrong_is_not_served() {
    let folder = Folder::new();
    let file = folder.write(
        "shop.toml",
        "scrip = 1\nid = \"shop\"\nnme = \"Shop\"\n[units.credit]\n[actions.a]\nprice = 5.5\n",
    );
    let ran =
        scrip(&[&"serve", &"--data", &folder.join("data"), &"--listen", &"127.0.0.1:0", &"--program", &file]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    for said in
        ["shop.toml:3:1: nme: there is no such key; did you mean \"name\"?", "shop.toml:6:9: actions.a.price"]
    {
        assert!(ran.err.contains(said), "{}", ran.err);
    }
}

#[test]
fn a_change_that_accounts_do_not_allow_is_not_published() {
    let mut server = Server::new();
    let host = server.host("shop");
    host.open_with("anna", 50);
    server.stop();
    let folder = Folder::new();
    let shop = include_str!("../harness/shop.toml");
    let other = folder.write("shop.toml", &shop.replace("scale = 2", "scale = 3"));
    let refused = server.scrip(&["serve", "--listen", "127.0.0.1:0", "--program", other.to_str().unwrap()]);
    assert_eq!((refused.code, refused.out.as_str()), (1, ""));
    assert!(refused.err.contains("units.token"), "{}", refused.err);
    server.start();
    assert_eq!(host.available("anna"), 50);
}

#[test]
fn new_prices_are_a_new_version_and_quotes_keep_theirs() {
    let folder = Folder::new();
    let shop = include_str!("../harness/shop.toml");
    let file = folder.write("shop.toml", shop);
    let mut server = Server::of(vec![file], Some("2026-01-01T00:00:00Z"));
    let host = server.host("shop");
    host.open_with("anna", 50);
    let quote = host.post("/v1/quotes", &json!({ "account": "anna", "action": "photo" })).done();
    let hold = host.hold("anna", "photo").made();
    server.stop();
    folder.write("shop.toml", &shop.replacen("price = 5", "price = 6", 1));
    server.start();
    assert_eq!(host.read("/v1/program")["price_version"], 2);
    let charge = host.charge("anna", "photo").made();
    assert_eq!((&charge["credits"], &charge["price_version"]), (&json!(6), &json!(2)));
    let quoted = json!({ "account": "anna", "action": "photo", "quote": quote["id"] });
    let charge = host.post("/v1/charges", &quoted).made();
    assert_eq!((&charge["credits"], &charge["price_version"]), (&json!(5), &json!(1)));
    assert_eq!(host.capture(&hold).done()["captured"], 5);
}

#[test]
fn the_first_line_says_the_address() {
    let server = Server::new();
    let host = server.host("shop");
    assert_ne!(server.address().port(), 0);
    assert_eq!(host.send_bare("GET", "/healthz", &[], b"").status, 200);
    assert!(Path::new(&server.data()).is_dir());
}
