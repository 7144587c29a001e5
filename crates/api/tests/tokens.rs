//! Tokens of browsers end, and so do the streams that they opened.

use std::sync::Arc;

use api::{ApiState, router};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use dispatch::{Dispatch, Options};
use ledger::AccountNo;
use messages::webhook::{self, WebhookSender};
use moment::Instant;
use testkit::running::{START, TINY};
use testkit::{MemoryStore, Running};
use tickets::{Pass, Tickets, Use};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

const PROGRAM: &str =
    "scrip = 1\nid = \"kiosk\"\nname = \"Kiosk\"\n[units.credit]\n[actions.photo]\nprice = 5\n";

/// A server in this process, and what signs its tokens.
struct Kiosk {
    runtime: Runtime,
    router: Router,
    tickets: Tickets,
    now: Instant,
}

impl Kiosk {
    fn open() -> Kiosk {
        let running = Running::start(Arc::new(MemoryStore::default()), TINY, true).unwrap();
        let engine = running.engine;
        let program = catalog::load("kiosk.toml", PROGRAM).unwrap();
        engine.publish(program, PROGRAM, Some(START)).unwrap();
        let sender = WebhookSender::new(webhook::Options::default(), || START).unwrap();
        let options =
            Options { public_url: "http://localhost".into(), allow_private: false, mailer: None, sender };
        let dispatch = Dispatch::start(&engine, options).unwrap();
        let (tickets, now) = (Tickets::of(&engine).unwrap(), engine.clock_now());
        let state = ApiState::new(engine, dispatch, api::Options::default()).unwrap();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        Kiosk { runtime, router: router(state), tickets, now }
    }

    /// A token of a program that ends so many milliseconds from now.
    fn token(&self, program: &str, left: i64) -> String {
        let until = self.now.plus_millis(left);
        let pass = Pass { program: program.into(), account: AccountNo(1), member: None, until };
        self.tickets.sign(Use::Client, &pass)
    }

    fn get(&self, path: &str, token: &str) -> StatusCode {
        let request = Request::get(path).header("authorization", format!("Bearer {token}"));
        let request = request.body(Body::empty()).unwrap();
        self.runtime.block_on(self.router.clone().oneshot(request)).unwrap().status()
    }
}

#[test]
fn a_token_lets_nobody_in_when_it_has_ended_or_its_program_does_not_run_here() {
    let kiosk = Kiosk::open();
    assert_eq!(kiosk.get("/v1/program", &kiosk.token("kiosk", 60_000)), 200);
    assert_eq!(kiosk.get("/v1/program", &kiosk.token("kiosk", 0)), 401);
    assert_eq!(kiosk.get("/v1/program", &kiosk.token("other", 60_000)), 401);
    let portal = Pass {
        program: "kiosk".into(),
        account: AccountNo(1),
        member: None,
        until: kiosk.now.plus_millis(60_000),
    };
    let portal = kiosk.tickets.sign(Use::Portal, &portal);
    assert_eq!(kiosk.get("/v1/program", &portal), 401, "a session of the portal is no token");
}

#[test]
fn a_token_of_an_account_that_there_is_not_finds_nothing() {
    let kiosk = Kiosk::open();
    let bearer = format!("Bearer {}", kiosk.token("kiosk", 60_000));
    let request = Request::get("/v1/events").header("authorization", bearer).body(Body::empty()).unwrap();
    let answer = kiosk.runtime.block_on(kiosk.router.clone().oneshot(request)).unwrap();
    assert_eq!(answer.status(), 404);
    let body = kiosk.runtime.block_on(to_bytes(answer.into_body(), 10_000)).unwrap();
    assert!(!body.is_empty());
}
