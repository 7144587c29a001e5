//! Keys and people in the console: who may, what is shown once, what is noted.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use dispatch::{Dispatch, Options};
use engine::{Engine, Scopes};
use futures_core::Stream;
use messages::webhook::{self, WebhookSender};
use operators::{Act, Audit, Noted, Operators, People, Role, Sessions, SignIn, Way};
use testkit::running::{START, TINY};
use testkit::{MemoryStore, Running};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tower::ServiceExt;
use web::{Web, router};

const PROGRAM: &str =
    "scrip = 1\nid = \"kiosk\"\nname = \"<b>Kiosk\"\n[units.credit]\n[actions.photo]\nprice = 5\n";
const PASSWORD: &str = "correct horse battery";
const HOSTILE: &str = "<script>alert(1)</script>";

struct Console {
    engine: Engine,
    router: Router,
    runtime: Runtime,
    operators: Operators,
    sessions: Sessions,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Console {
    /// A console with an operator of each role, named by it.
    fn open() -> Console {
        let Running { engine, .. } = Running::start(Arc::new(MemoryStore::default()), TINY, true).unwrap();
        let program = catalog::load("kiosk.toml", PROGRAM).unwrap();
        engine.publish(program, PROGRAM, Some(START)).unwrap();
        let sender = WebhookSender::new(webhook::Options::default(), || START).unwrap();
        let options =
            Options { public_url: "http://localhost".into(), allow_private: false, mailer: None, sender };
        let dispatch = Dispatch::start(&engine, options).unwrap();
        let (operators, sessions) = (Operators::of(&engine).unwrap(), Sessions::of(&engine).unwrap());
        for role in Role::ALL {
            let email = format!("{}@ops.example", role.code());
            operators.add(&email, role, &Way::Password(PASSWORD.into()), START).unwrap();
        }
        let router = router(Web::new(engine.clone(), dispatch, "http://localhost").unwrap());
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        Console { engine, router, runtime, operators, sessions }
    }

    /// The session of an operator who has signed in.
    fn enter(&self, name: &str) -> String {
        let operator = self.operators.get(&format!("{name}@ops.example")).unwrap().unwrap();
        self.sessions.begin(&operator, true, self.engine.clock_now()).unwrap()
    }

    fn ask(&self, session: &str, method: &str, path: &str, body: String) -> Answer {
        let request = Request::builder().method(method).uri(path);
        let request = request.header(header::COOKIE, format!("scrip_console={session}"));
        let request = request.body(Body::from(body)).unwrap();
        self.runtime.block_on(async {
            let (head, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
            let body = to_bytes(body, 1_000_000).await.unwrap();
            let text = String::from_utf8(body.to_vec()).unwrap();
            Answer { status: head.status, headers: head.headers, text }
        })
    }

    fn get(&self, session: &str, path: &str) -> Answer {
        self.ask(session, "GET", path, String::new())
    }

    /// Sends a form with the token of this session's pages.
    fn post(&self, session: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.get(session, "/console").text;
        let token = value(&page, "name=\"form\" value=\"").to_owned();
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.append_pair("form", &token).extend_pairs(fields);
        self.ask(session, "POST", path, body.finish())
    }

    /// The audit log of today, oldest first.
    fn noted(&self) -> Vec<Noted> {
        let audit = Audit::of(&self.engine).unwrap();
        audit.day(self.engine.clock_now()).unwrap().into_iter().rev().collect()
    }

    fn keys(&self) -> Vec<engine::StoredKey> {
        self.engine.control().keys("kiosk").unwrap()
    }
}

/// What stands between this and the next quotation mark.
fn value<'a>(page: &'a str, before: &str) -> &'a str {
    let (_, rest) = page.split_once(before).unwrap_or_else(|| panic!("{before} is not in {page}"));
    rest.split('"').next().unwrap()
}

#[test]
fn the_secret_of_a_key_is_in_one_answer_and_nowhere_else() {
    let console = Console::open();
    let admin = console.enter("admin");
    let fields = [("program", "kiosk"), ("spend", "yes"), ("label", HOSTILE), ("seen", "0")];
    let made = console.post(&admin, "/console/keys", &fields);
    assert_eq!(made.status, StatusCode::OK);
    assert_eq!(made.headers[header::CACHE_CONTROL], "no-store");
    let secret = value(&made.text, "id=\"secret\" value=\"").to_owned();
    assert!(secret.starts_with("sk_test_") && tickets::keys::is_secret(&secret), "{secret}");
    let [key] = &console.keys()[..] else { panic!("one key") };
    assert_eq!((key.hash, key.scopes), (tickets::keys::hash(&secret), Scopes::named(["spend"])));
    // Sent twice it makes one; what is wrong makes none.
    for (status, fields) in [
        (409, &fields[..]),
        (422, &[("program", "kiosk"), ("label", "x"), ("seen", "1")]),
        (422, &[("program", "nothing"), ("read", "yes"), ("seen", "1")]),
        (409, &[("program", "kiosk"), ("read", "yes")]),
    ] {
        assert_eq!(console.post(&admin, "/console/keys", fields).status, status, "{fields:?}");
    }
    assert_eq!(console.keys().len(), 1);
    let list = console.get(&admin, "/console/keys").text;
    let noted = console.noted();
    assert!(list.contains(&key.id) && !list.contains(&secret[8..]));
    assert!(list.contains("&lt;script&gt;") && !list.contains(HOSTILE) && list.contains("&lt;b&gt;Kiosk"));
    assert!(!format!("{noted:?}").contains(&secret[8..]), "{noted:?}");
    let [by] = &noted[..] else { panic!("{noted:?}") };
    assert_eq!((by.what.as_str(), by.on.as_str()), ("key.make", format!("kiosk {}", key.id).as_str()));
}

#[test]
fn a_key_is_revoked_behind_a_question() {
    let console = Console::open();
    let admin = console.enter("admin");
    let control = console.engine.control();
    let (key, _) = tickets::keys::create(&*control, "kiosk", Scopes::named(["read"]), "", START).unwrap();
    let path = format!("/console/keys/{}/revoke", key.id);
    assert!(console.get(&admin, &path).text.contains(&key.id));
    assert_eq!(console.keys()[0].revoked_at, None, "nothing is done by looking at it");
    assert_eq!(console.post(&admin, &path, &[]).status, StatusCode::SEE_OTHER);
    assert!(console.keys()[0].revoked_at.is_some());
    assert_eq!(console.post(&admin, &path, &[]).status, StatusCode::NOT_FOUND, "once");
    let what: Vec<_> = console.noted().into_iter().map(|noted| noted.what).collect();
    assert_eq!(what, ["key.revoke"]);
}

#[test]
fn a_password_that_is_made_is_in_one_answer_and_works() {
    let console = Console::open();
    let admin = console.enter("admin");
    let fields = [("email", "New@ops.example"), ("role", "support")];
    let added = console.post(&admin, "/console/people", &fields);
    assert_eq!(
        (added.status, &added.headers[header::CACHE_CONTROL]),
        (StatusCode::OK, &"no-store".parse().unwrap())
    );
    let first = value(&added.text, "id=\"secret\" value=\"").to_owned();
    let SignIn::Enrol(new) = console.operators.sign_in("new@ops.example", &first).unwrap() else {
        panic!("in")
    };
    assert_eq!((new.role, new.needs_code), (Role::Support, true));
    assert_eq!(console.post(&admin, "/console/people", &fields).status, StatusCode::UNPROCESSABLE_ENTITY);
    let session = console.enter("new");
    let again = console.post(&admin, "/console/people/new%40ops.example/password", &[]);
    let second = value(&again.text, "id=\"secret\" value=\"").to_owned();
    assert_eq!(console.operators.sign_in("new@ops.example", &first).unwrap(), SignIn::Wrong);
    assert!(matches!(console.operators.sign_in("new@ops.example", &second).unwrap(), SignIn::Enrol(_)));
    assert_eq!(console.get(&session, "/console").status, StatusCode::SEE_OTHER, "signed out");
    let noted = format!("{:?}", console.noted());
    assert!(!noted.contains(&first) && !noted.contains(&second), "{noted}");
    let list = console.get(&admin, "/console/people").text;
    assert!(list.contains("new@ops.example") && !list.contains(&second));
}

#[test]
fn each_version_of_a_program_has_a_page_with_what_it_changed() {
    let console = Console::open();
    let viewer = console.enter("viewer");
    let dearer = PROGRAM.replace("price = 5", "price = 7");
    let program = catalog::load("kiosk.toml", &dearer).unwrap();
    console.engine.publish(program, &dearer, None).unwrap();
    let page = |path: &str| console.get(&viewer, &format!("/console/kiosk/{path}"));
    let list = page("versions").text;
    let (second, first) = (list.find("versions/2\"").unwrap(), list.find("versions/1\"").unwrap());
    assert!(second < first, "newest first");
    assert!(!page("versions?before=2").text.contains("versions/2\""));
    let (one, two) = (page("versions/1").text, page("versions/2").text);
    for text in [&one, &two] {
        assert!(text.contains("actions.photo.price: from 5 credit to 7 credit"), "{text}");
        assert!(text.contains("name = &quot;&lt;b&gt;Kiosk&quot;") && !text.contains("<b>Kiosk"), "{text}");
    }
    assert!(one.contains("price = 5") && two.contains("price = 7"));
    assert!(!two.contains("up to version"), "nothing has changed since the one that runs");
    for nothing in ["versions/0", "versions/3", "versions/99999999"] {
        assert_eq!(page(nothing).status, StatusCode::NOT_FOUND, "{nothing}");
    }
    for nothing in ["versions/-1", "versions/x"] {
        assert!(page(nothing).status.is_client_error(), "{nothing}");
    }
    // An old one is taken up again, in the form of whoever may publish.
    let form = console.get(&console.enter("admin"), "/console/kiosk/program?from=1").text;
    assert!(form.contains("price = 5</textarea>") || form.contains("price = 5\n</textarea>"), "{form}");
}

#[test]
fn a_role_needs_a_session_an_admin_and_the_page_and_what_is_refused_is_noted() {
    let console = Console::open();
    let key = ("/console/keys", &[("program", "kiosk"), ("read", "yes"), ("seen", "0")][..]);
    let person = |what: &str| format!("/console/people/viewer%40ops.example/{what}");
    let acts = ["role", "password", "forget-code", "oidc", "without-oidc", "disable", "enable", "remove"];
    let acts: Vec<String> = acts.into_iter().map(person).collect();
    let mut all = vec![key, ("/console/people", &[("email", "eve@ops.example"), ("role", "admin")])];
    all.extend(acts.iter().map(|path| (path.as_str(), &[("role", "admin")][..])));
    let before = console.operators.list().unwrap();
    for (path, fields) in &all {
        let out = console.ask("", "POST", path, String::new());
        assert_eq!(out.headers[header::LOCATION], "/console/sign_in", "{path}");
        for role in ["viewer", "support"] {
            let session = console.enter(role);
            let noted = console.noted().len();
            assert_eq!(console.post(&session, path, fields).status, StatusCode::FORBIDDEN, "{path} {role}");
            let refused = console.noted().split_off(noted);
            let [refused] = &refused[..] else { panic!("{path}: {refused:?}") };
            assert!(refused.who.starts_with(role) && refused.detail.starts_with("refused"), "{refused:?}");
        }
        // An admin's browser, without the token of the admin's pages.
        let admin = console.enter("admin");
        for body in [String::new(), "form=x&role=admin".to_owned()] {
            assert_eq!(console.ask(&admin, "POST", path, body).status, StatusCode::FORBIDDEN, "{path}");
        }
    }
    assert_eq!(console.operators.list().unwrap(), before);
    assert!(console.keys().is_empty());
    for path in ["/console/people", "/console/people/viewer%40ops.example"] {
        assert_eq!(console.get(&console.enter("support"), path).status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[test]
fn nobody_locks_themselves_out_and_a_role_holds_at_the_next_request() {
    let console = Console::open();
    let (admin, support) = (console.enter("admin"), console.enter("support"));
    let own = "/console/people/admin%40ops.example";
    for (what, fields) in [("role", &[("role", "viewer")][..]), ("disable", &[]), ("remove", &[])] {
        let refused = console.post(&admin, &format!("{own}/{what}"), fields);
        assert_eq!(refused.status, StatusCode::CONFLICT, "{what}");
        let last = console.noted().pop().unwrap();
        assert_eq!(last.what, format!("operator.{what}.refused"));
    }
    let their = "/console/people/support%40ops.example";
    assert_eq!(console.get(&support, "/console/people").status, StatusCode::FORBIDDEN);
    console.post(&admin, &format!("{their}/role"), &[("role", "admin")]);
    assert_eq!(console.get(&support, "/console/people").status, StatusCode::OK);
    console.post(&admin, &format!("{their}/role"), &[("role", "viewer")]);
    assert_eq!(console.get(&support, "/console/people").status, StatusCode::FORBIDDEN);
    console.post(&admin, &format!("{their}/disable"), &[]);
    console.post(&admin, &format!("{their}/enable"), &[]);
    assert_eq!(
        console.get(&support, "/console").status,
        StatusCode::SEE_OTHER,
        "the session is over for good"
    );
}

/// A form whose last bytes come when they are sent for; `begun` is told when it is read.
fn slow(first: String, begun: oneshot::Sender<()>, last: oneshot::Receiver<String>) -> Body {
    let mut first = Some((first, begun));
    let mut last = Some(Box::pin(last));
    let parts = std::future::poll_fn(move |context| {
        if let Some((first, begun)) = first.take() {
            begun.send(()).unwrap();
            return Poll::Ready(Some(Ok::<_, Infallible>(first)));
        }
        let Some(waiting) = last.as_mut() else { return Poll::Ready(None) };
        let sent = ready!(waiting.as_mut().poll(context));
        last = None;
        Poll::Ready(sent.ok().map(Ok))
    });
    Body::from_stream(Parts(Box::pin(parts)))
}

/// What comes, part by part.
struct Parts<F>(Pin<Box<F>>);

impl<F: Future<Output = Option<Result<String, Infallible>>>> Stream for Parts<F> {
    type Item = Result<String, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll(context)
    }
}

#[test]
fn a_form_that_comes_slowly_does_only_what_is_still_allowed_when_it_has_come() {
    let console = Console::open();
    let people = People::of(&console.operators, &console.sessions);
    let acts = [(Act::Role(Role::Viewer), 403), (Act::Disable, 303), (Act::Remove, 303)];
    let forms = [
        ("/console/keys", "program=kiosk&manage=yes&seen=0"),
        ("/console/people", "email=evil%40ops.example&role=admin"),
    ];
    for ((act, status), (path, fields)) in acts.iter().flat_map(|act| forms.map(|form| (act, form))) {
        let email = "late@ops.example";
        let _ = people.act(email, &Act::Remove, None);
        console.operators.add(email, Role::Admin, &Way::Password(PASSWORD.into()), START).unwrap();
        let late = console.enter("late");
        let page = console.get(&late, "/console").text;
        let token = value(&page, "name=\"form\" value=\"").to_owned();
        let ((began, begun), (send, last)) = (oneshot::channel(), oneshot::channel());
        let request = Request::post(path).header(header::COOKIE, format!("scrip_console={late}"));
        let request = request.body(slow(format!("form={token}&"), began, last)).unwrap();
        let (people, act) = (people.clone(), act.clone());
        let answer = console.runtime.block_on(async {
            let asked = tokio::spawn(console.router.clone().oneshot(request));
            // It is let in, and waits for the rest of its form.
            begun.await.unwrap();
            let acts = move || people.act(email, &act, None).unwrap();
            tokio::task::spawn_blocking(acts).await.unwrap();
            send.send(fields.to_owned()).unwrap();
            asked.await.unwrap().unwrap()
        });
        assert_eq!(answer.status().as_u16(), *status, "{path}");
        assert!(console.keys().is_empty(), "{status}");
        assert_eq!(console.operators.get("evil@ops.example").unwrap(), None, "{status}");
    }
}
