//! A link that can't be followed any more says so, and leads back to the host.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use dispatch::{Dispatch, Options};
use ledger::AccountNo;
use messages::webhook::{self, WebhookSender};
use testkit::running::{START, TINY};
use testkit::{MemoryStore, Running};
use tickets::{Link, Links};
use tokio::runtime::Builder;
use tower::ServiceExt;
use web::{Web, router};

const PROGRAM: &str = "scrip = 1\nid = \"kiosk\"\nname = \"Kiosk\"\n[brand]\nhome = \"https://kiosk.example/account\"\n\
                       [units.credit]\n[actions.photo]\nprice = 5\n";

#[test]
fn a_link_that_has_expired_says_so_and_leads_back_to_the_host() {
    let Running { engine, clock, .. } = Running::start(Arc::new(MemoryStore::default()), TINY, true).unwrap();
    let program = catalog::load("kiosk.toml", PROGRAM).unwrap();
    engine.publish(program, PROGRAM, Some(START)).unwrap();
    let sender = WebhookSender::new(webhook::Options::default(), || START).unwrap();
    let options =
        Options { public_url: "http://localhost".into(), allow_private: false, mailer: None, sender };
    let dispatch = Dispatch::start(&engine, options).unwrap();
    let links = Links::of(&engine).unwrap();
    let router = router(Web::new(engine.clone(), dispatch, "http://localhost").unwrap());
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let follow = |code: &str, language: &str| {
        let request = Request::get(format!("/portal/kiosk/enter/{code}")).header("accept-language", language);
        let request = request.body(Body::empty()).unwrap();
        runtime.block_on(async {
            let answer = router.clone().oneshot(request).await.unwrap();
            let (head, body) = answer.into_parts();
            let body = to_bytes(body, 100_000).await.unwrap();
            (head.status, head.headers.contains_key("set-cookie"), String::from_utf8(body.to_vec()).unwrap())
        })
    };
    let make = || {
        let now = engine.clock_now();
        let until = now.plus_millis(600_000);
        let link = Link { program: "kiosk".into(), account: AccountNo(1), member: None, page: None, until };
        links.make(&link, now).unwrap()
    };
    let (good, late, later) = (make(), make(), make());
    let (status, session, _) = follow(&good, "en");
    assert_eq!((status, session), (StatusCode::SEE_OTHER, true));
    clock.set(engine.clock_now().plus_millis(600_000));
    // Used, too old, too old, and never made: each time the same page, and no session.
    for (code, language, title, back) in [
        (good.as_str(), "en", "This link has been used, or is too old", "Kiosk"),
        (late.as_str(), "en", "This link has been used, or is too old", "Kiosk"),
        (later.as_str(), "de", "Dieser Link", "Kiosk"),
        ("made-up", "en", "This link has been used, or is too old", "Kiosk"),
    ] {
        let (status, session, body) = follow(code, language);
        assert_eq!((status, session), (StatusCode::GONE, false), "{body}");
        assert!(body.contains(title), "{body}");
        let button = body.split("<a class=\"button\" href=\"").nth(1).expect("a way back");
        assert!(button.starts_with("https://kiosk.example/account\">"), "{button}");
        assert!(button.split("</a>").next().unwrap().contains(back), "{button}");
    }
}
