use super::browser::Browser;
use crate::harness::Server;

#[test]
fn a_wrong_password_or_code_lets_nobody_in_and_is_noted() {
    let server = Server::selling();
    let host = server.host("store");
    let admin = Browser::signed_in(&server, &host, "admin");
    let stranger = Browser::of(&host);
    assert_eq!(stranger.sign_in("admin@scrip.example", "guessed").status, 401);
    assert_eq!(stranger.get("/console").header("location"), Some("/console/sign_in"));

    // Who has to set up a code is in only with one.
    let made = server.scrip(&["operators", "set", "--email", "new@scrip.example"]);
    let (_, password) = made.fine().split_once("password: ").unwrap();
    let begun = Browser::of(&host);
    let answer = begun.sign_in("new@scrip.example", password.lines().next().unwrap());
    assert_eq!(answer.header("location"), Some("/console/enrol"));
    for path in ["/console", "/console/store"] {
        assert_eq!(begun.get(path).header("location"), Some("/console/enrol"), "{path}");
    }
    let form = begun.form("/console/enrol", "/console/enrol").typed("code", "000000");
    assert_eq!(begun.submit(&form.clone().without("form")).status, 403);
    assert_eq!(stranger.submit(&form).header("location"), Some("/console/sign_in"));
    assert_eq!(begun.submit(&form).status, 401);
    assert_eq!(begun.get("/console").header("location"), Some("/console/enrol"));

    let noted =
        |who: &str, what: &str| admin.audit().iter().filter(|[by, did, ..]| by == who && did == what).count();
    assert_eq!(noted("admin@scrip.example", "sign_in.refused"), 1);
    assert_eq!(noted("new@scrip.example", "sign_in.password"), 1);
    assert_eq!(noted("new@scrip.example", "sign_in.wrong_code"), 1);
}

#[test]
fn who_signs_out_is_out_at_once_and_that_is_noted() {
    let server = Server::selling();
    let host = server.host("store");
    let (admin, viewer) =
        (Browser::signed_in(&server, &host, "admin"), Browser::signed_in(&server, &host, "viewer"));
    let form = viewer.form("/console", "/console/sign_out");
    let cookie = viewer.cookie.borrow().clone();
    assert_eq!(viewer.submit(&form.clone().without("form")).status, 403);
    viewer.page("/console");
    assert_eq!(viewer.submit(&form).header("location"), Some("/console/sign_in"));
    // The cookie that was in use is worth nothing, whoever kept it.
    *viewer.cookie.borrow_mut() = cookie;
    assert_eq!(viewer.get("/console").header("location"), Some("/console/sign_in"));
    let out = |[who, what, ..]: &[String; 4]| who == "viewer@scrip.example" && what == "sign_out";
    assert_eq!(admin.audit().iter().filter(|noted| out(noted)).count(), 1);
}
