//! When messages are tried, by a clock that is moved by hand, and what a disk that fails costs: nothing.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::thread;

use account::{Command, Until};
use dispatch::{Dispatch, Options, StoredEndpoint};
use engine::outbox::{TaskFilter, TaskState};
use engine::{Store, Target};
use messages::Kind;
use messages::webhook::{self, Endpoint, Secret, WebhookSender};
use money::Amount;
use testkit::running::{START, TINY, block_on};
use testkit::story::{charge, grant};
use testkit::wait::until;
use testkit::{Fault, FaultyStore, MemoryStore, Running};

/// A host that answers with the status that it is told, and counts.
#[derive(Clone)]
struct Host {
    url: String,
    status: Arc<AtomicU16>,
    seen: Arc<AtomicUsize>,
}

impl Host {
    fn answering(status: u16) -> Host {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let host = Host { url, status: Arc::new(AtomicU16::new(status)), seen: Arc::default() };
        let told = host.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, mut seen) = (stream.unwrap(), Vec::new());
                let mut part = [0; 4_096];
                while !seen.ends_with(b"}}") {
                    let read = stream.read(&mut part).unwrap();
                    seen.extend(&part[..read]);
                }
                told.seen.fetch_add(1, Ordering::SeqCst);
                let status = told.status.load(Ordering::SeqCst);
                let head = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                stream.write_all(head.as_bytes()).unwrap();
            }
        });
        host
    }

    fn seen(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }
}

struct Desk {
    running: Running,
    dispatch: Dispatch,
}

impl Desk {
    fn on(store: Arc<dyn Store>) -> Desk {
        let running = Running::start(store, TINY, true).unwrap();
        let options = webhook::Options { allow_private: true, ..webhook::Options::default() };
        let sender = WebhookSender::new(options, || START).unwrap();
        let public_url = "http://localhost".to_owned();
        let options = Options { public_url, allow_private: true, mailer: None, sender };
        let dispatch = Dispatch::start(&running.engine, options).unwrap();
        Desk { running, dispatch }
    }

    fn endpoint(&self, id: &str, host: &Host) {
        let endpoint = Endpoint {
            id: id.to_owned(),
            url: host.url.clone(),
            secret: Secret::from_bytes(&[7; 32]).unwrap(),
            old_secret: None,
            events: None,
            enabled: true,
        };
        let stored = StoredEndpoint {
            endpoint,
            description: String::new(),
            created_at: START,
            failing_since: None,
            disabled_by_us: false,
        };
        assert!(self.dispatch.endpoints().add("shop", &stored, 20).unwrap());
    }

    fn stored(&self, id: &str) -> StoredEndpoint {
        self.dispatch.endpoints().get("shop", id).unwrap().unwrap()
    }

    fn test(&self, endpoint: &str, id: &str) -> u64 {
        self.dispatch.send_test("shop", endpoint, Kind::BalanceLow, id).unwrap().unwrap().task.id
    }

    fn at(&self, millis: i64) {
        self.running.clock.set(START.plus_millis(millis));
        block_on(self.dispatch.work_off());
    }

    /// Where it is, how often it was tried, and when it is tried next, in milliseconds from the start.
    fn standing(&self, number: u64) -> (TaskState, u32, i64) {
        let task = self.dispatch.delivery("shop", number).unwrap().unwrap().task;
        (task.state, task.attempts, task.new.due.millis_since(START))
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.dispatch.stop();
        self.running.engine.stop();
    }
}

#[test]
fn ten_attempts_in_three_days_then_it_is_given_up_and_the_endpoint_disabled() {
    let desk = Desk::on(Arc::new(MemoryStore::default()));
    let (broken, fine) = (Host::answering(503), Host::answering(200));
    desk.endpoint("end_broken", &broken);
    desk.endpoint("end_fine", &fine);
    let number = desk.test("end_broken", "msg_1");
    let mut due = 0;
    for (attempt, wait) in
        [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400].into_iter().enumerate()
    {
        if due > 0 {
            // The first attempt is made at once, so the clock is not set back under it.
            desk.at(due - 1);
            assert_eq!(broken.seen(), attempt, "never early");
        }
        desk.at(due);
        assert_eq!(broken.seen(), attempt + 1);
        due += wait * 1_000;
        assert_eq!(desk.standing(number), (TaskState::Waiting, attempt as u32 + 1, due));
    }
    let failing = desk.stored("end_broken");
    assert!(failing.endpoint.enabled);
    assert_eq!(failing.failing_since, Some(START));
    desk.at(due);
    assert_eq!((desk.standing(number).0, desk.standing(number).1), (TaskState::Dead, 10));
    let off = desk.stored("end_broken");
    assert!(!off.endpoint.enabled && off.disabled_by_us);
    // The other is told, once, and nothing more goes to the one that is off.
    let told = until("the other endpoint to be told", || {
        desk.at(due);
        desk.dispatch
            .deliveries("shop", TaskFilter { limit: 9, ..TaskFilter::default() })
            .ok()
            .filter(|all| all.len() == 2)
    });
    assert_eq!((told[0].message.kind, told[0].task.new.to.as_str()), (Kind::EndpointDisabled, "end_fine"));
    assert_eq!((fine.seen(), broken.seen()), (1, 10));
    let late = desk.test("end_broken", "msg_2");
    desk.at(due);
    assert_eq!((desk.standing(late).0, broken.seen()), (TaskState::Dead, 10));
}

#[test]
fn the_log_of_deliveries_goes_back_30_days() {
    const DAY: i64 = 24 * 3_600_000;
    let desk = Desk::on(Arc::new(MemoryStore::default()));
    let host = Host::answering(200);
    desk.endpoint("end_1", &host);
    let number = desk.test("end_1", "msg_1");
    desk.at(0);
    until("it to be delivered", || (desk.standing(number).0 == TaskState::Done).then_some(()));
    // The program's clock counts, and that is still where it was.
    desk.at(40 * DAY);
    assert!(desk.dispatch.delivery("shop", number).unwrap().is_some());
    desk.running.advance_to(29 * DAY).unwrap();
    desk.at(41 * DAY);
    assert!(desk.dispatch.delivery("shop", number).unwrap().is_some());
    desk.running.advance_to(31 * DAY).unwrap();
    desk.at(42 * DAY);
    assert!(desk.dispatch.delivery("shop", number).unwrap().is_none());
}

#[test]
fn one_message_that_is_never_taken_disables_nothing() {
    let desk = Desk::on(Arc::new(MemoryStore::default()));
    let host = Host::answering(400);
    desk.endpoint("end_1", &host);
    let poison = desk.test("end_1", "msg_poison");
    let mut number = 0;
    desk.at(0);
    while desk.standing(poison).0 == TaskState::Waiting {
        // Another is taken an hour before each further attempt.
        let due = desk.standing(poison).2;
        host.status.store(200, Ordering::SeqCst);
        number += 1;
        desk.test("end_1", &format!("msg_{number}"));
        desk.at(due - 1);
        host.status.store(400, Ordering::SeqCst);
        desk.at(due);
    }
    assert_eq!(desk.standing(poison).1, 10);
    let stored = desk.stored("end_1");
    assert!(stored.endpoint.enabled && !stored.disabled_by_us);
    // A message that is sent again is tried once more.
    host.status.store(204, Ordering::SeqCst);
    desk.dispatch.resend("shop", poison).unwrap().unwrap();
    let now = desk.standing(poison).2;
    desk.at(now);
    assert_eq!((desk.standing(poison).0, desk.standing(poison).1), (TaskState::Done, 11));
    assert_eq!(desk.stored("end_1").failing_since, None);
}

#[test]
fn what_the_outbox_could_not_keep_is_made_again() {
    let (store, faults) = FaultyStore::over(Arc::new(MemoryStore::default()));
    let desk = Desk::on(store);
    let host = Host::answering(200);
    desk.endpoint("end_1", &host);
    let account = desk.running.open("a");
    let ask = |command| desk.running.ask(Target::Number(account), command, None).unwrap();
    ask(grant(100, Until::Never));
    ask(Command::SetAlerts { unit: 0, thresholds: Some(Box::new([Amount(50)])) });
    faults.outbox_writes([Some(Fault::Before), Some(Fault::Before)]);
    ask(charge(60));
    let all = TaskFilter { limit: 9, ..TaskFilter::default() };
    let made = until("the message to be made", || {
        block_on(desk.dispatch.work_off());
        let made = desk.dispatch.deliveries("shop", all.clone()).unwrap();
        made.first().is_some_and(|first| first.task.state == TaskState::Done).then_some(made)
    });
    assert_eq!((made.len(), made[0].message.kind), (1, Kind::BalanceLow));
    assert_eq!(made[0].message.facts["available"], 40);
    assert_eq!(host.seen(), 1);
}

#[test]
fn an_endpoint_with_a_long_queue_holds_up_no_other() {
    let desk = Desk::on(Arc::new(MemoryStore::default()));
    // It takes connections, and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let (fine, none) = (Host::answering(200), Arc::default());
    desk.endpoint("end_silent", &Host { url, status: Arc::default(), seen: none });
    desk.endpoint("end_fine", &fine);
    for number in 0..100 {
        desk.test("end_silent", &format!("msg_{number}"));
    }
    let last = desk.test("end_fine", "msg_last");
    until("the other's message to arrive", || (desk.standing(last).0 == TaskState::Done).then_some(()));
    let waiting = TaskFilter { state: Some(TaskState::Waiting), limit: 200, ..TaskFilter::default() };
    assert_eq!(desk.dispatch.deliveries("shop", waiting).unwrap().len(), 100);
}
