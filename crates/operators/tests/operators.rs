//! Signing in, and what is noted.

use std::sync::Arc;

use engine::{Engine, ManualClock, Options};
use moment::Instant;
use operators::{
    Act, Admitted, Audit, Identity, Known, Noted, Operator, Operators, People, Role, Session, Sessions,
    SignIn, fresh_code,
};
use testkit::MemoryStore;

const NOW: Instant = Instant::from_millis(1_800_000_000_000);
const PASSWORD: &str = "correct horse battery";

fn engine() -> Engine {
    let clock = Arc::new(ManualClock::at(NOW));
    Engine::start(Arc::new(MemoryStore::default()), clock, Options::default()).unwrap()
}

fn staff(engine: &Engine) -> (Operators, People) {
    let operators = Operators::of(engine).unwrap();
    let people = People::of(&operators, &Sessions::of(engine).unwrap());
    (operators, people)
}

#[test]
fn an_operator_signs_in_with_a_password_and_a_code_that_is_taken_once() {
    let engine = engine();
    let (operators, people) = staff(&engine);
    let ada = operators.set(" Ada@Ops.example ", Role::Admin, PASSWORD, true, NOW).unwrap();
    assert_eq!(ada.email, "ada@ops.example");
    assert_eq!(operators.sign_in("ada@ops.example", "wrong horse battery").unwrap(), SignIn::Wrong);
    assert_eq!(operators.sign_in("eve@ops.example", PASSWORD).unwrap(), SignIn::Wrong);
    assert_eq!(operators.sign_in("../x", PASSWORD).unwrap(), SignIn::Wrong);
    assert_eq!(operators.sign_in("ADA@ops.example", PASSWORD).unwrap(), SignIn::Enrol(ada.clone()));
    let session = begun(&engine, &ada);
    let code = fresh_code().unwrap();
    let shown = code.now(NOW).unwrap();
    assert!(operators.enrol(&session, code.clone(), "000000x", NOW).unwrap().is_none());
    assert!(operators.enrol(&session, code.clone(), &shown, NOW).unwrap().is_some());
    let again = operators.enrol(&session, fresh_code().unwrap(), &shown, NOW).unwrap();
    assert!(again.is_none(), "it is set up");
    assert!(matches!(operators.sign_in("ada@ops.example", PASSWORD).unwrap(), SignIn::Code(_)));
    assert!(operators.take_code(&session, &shown, NOW).unwrap().is_none(), "it was used to set them up");
    let later = NOW.plus_millis(30_000);
    let next = code.now(later).unwrap();
    assert!(operators.take_code(&session, &next, later).unwrap().is_some());
    assert!(operators.take_code(&session, &next, later).unwrap().is_none(), "twice");
    people.act("ada@ops.example", &Act::ForgetCode, None).unwrap();
    // Whoever had begun to sign in before begins anew: nobody else's app becomes theirs.
    let other = fresh_code().unwrap();
    assert!(operators.enrol(&session, other.clone(), &other.now(later).unwrap(), later).unwrap().is_none());
    assert!(matches!(operators.sign_in("ada@ops.example", PASSWORD).unwrap(), SignIn::Enrol(_)));
    assert_eq!(people.act("ada@ops.example", &Act::Remove, None).unwrap(), None);
    assert_eq!(operators.sign_in("ada@ops.example", PASSWORD).unwrap(), SignIn::Wrong);
}

#[test]
fn who_needs_no_code_is_in_with_the_password() {
    let operators = Operators::of(&engine()).unwrap();
    operators.set("demo@ops.example", Role::Viewer, PASSWORD, false, NOW).unwrap();
    assert!(matches!(operators.sign_in("demo@ops.example", PASSWORD).unwrap(), SignIn::Done(_)));
    assert!(operators.set("x", Role::Viewer, PASSWORD, false, NOW).is_err());
    assert!(operators.set("x@y", Role::Viewer, "short", false, NOW).is_err());
}

#[test]
fn sessions_end() {
    let engine = engine();
    let (operators, sessions) = (Operators::of(&engine).unwrap(), Sessions::of(&engine).unwrap());
    let ada = operators.set("ada@ops.example", Role::Admin, PASSWORD, false, NOW).unwrap();
    let token = sessions.begin(&ada, true, NOW).unwrap();
    let session = sessions.get(&token, NOW).unwrap().unwrap();
    assert_eq!((session.email.as_str(), session.complete), ("ada@ops.example", true));
    assert_eq!(sessions.get(&token, session.until).unwrap(), None);
    for wrong in ["", "x", &"x".repeat(1_000)] {
        assert_eq!(sessions.get(wrong, NOW).unwrap(), None);
    }
    sessions.end(&token).unwrap();
    assert_eq!(sessions.get(&token, NOW).unwrap(), None);
}

#[test]
fn a_new_way_in_ends_sessions_with_the_same_write() {
    let engine = engine();
    let operators = Operators::of(&engine).unwrap();
    let ada = operators.set("ada@ops.example", Role::Admin, PASSWORD, false, NOW).unwrap();
    let session = begun(&engine, &ada);
    assert!(session.goes_for(&ada));
    // As if it were cut off right behind: nobody has looked at the sessions.
    let other = operators.set("ada@ops.example", Role::Admin, "another horse battery", false, NOW).unwrap();
    assert!(!session.goes_for(&other));
    let session = begun(&engine, &other);
    let known = Known::Subject("ada-1".into());
    let known = operators.set_federated("ada@ops.example", Role::Admin, &known, NOW).unwrap();
    assert!(!session.goes_for(&known));
    assert!(begun(&engine, &known).goes_for(&operators.get("ada@ops.example").unwrap().unwrap()));
}

fn begun(engine: &Engine, operator: &Operator) -> Session {
    let sessions = Sessions::of(engine).unwrap();
    let token = sessions.begin(operator, false, NOW).unwrap();
    sessions.get(&token, NOW).unwrap().unwrap()
}

#[test]
fn what_was_done_is_there_by_day_newest_first() {
    let audit = Audit::of(&engine()).unwrap();
    for (hours, what) in [(0, "a"), (1, "b"), (1, "c"), (30, "d")] {
        let at = NOW.plus_millis(hours * 3_600_000);
        let noted = Noted {
            at,
            who: "ada@ops.example".into(),
            what: what.into(),
            on: "x".into(),
            detail: String::new(),
        };
        audit.note(&noted).unwrap();
    }
    let of = |at: Instant| audit.day(at).unwrap().into_iter().map(|noted| noted.what).collect::<Vec<_>>();
    let today = of(NOW);
    assert_eq!((today.len(), today.last().map(String::as_str)), (3, Some("a")));
    assert_eq!(of(NOW.plus_millis(30 * 3_600_000)), ["d"]);
}

const ISSUER: &str = "https://login.example";

fn who<'a>(subject: &'a str, email: &'a str, email_verified: bool) -> Identity<'a> {
    Identity { issuer: ISSUER, subject, email: (!email.is_empty()).then_some(email), email_verified }
}

#[test]
fn whom_the_provider_knows_is_let_in_and_bound_to_them() {
    let (operators, people) = staff(&engine());
    let email = |text: &str| Known::Email(text.into());
    operators.set_federated("Ada@ops.example", Role::Support, &email("Ada@Corp.example"), NOW).unwrap();
    operators.set_federated("bo@ops.example", Role::Admin, &Known::Subject("bo-1".into()), NOW).unwrap();
    operators.set("pass@ops.example", Role::Viewer, PASSWORD, true, NOW).unwrap();
    let named = |admitted: Admitted| match admitted {
        Admitted::Done(operator) => ("done", operator.email),
        Admitted::Unverified(operator) => ("unverified", operator.email),
        Admitted::Another(operator) => ("another", operator.email),
        Admitted::Disabled(operator) => ("disabled", operator.email),
        Admitted::Unknown => ("unknown", String::new()),
    };
    let admit = |who: &Identity<'_>| named(operators.admit(who).unwrap());
    let (ada, bo, none) = ("ada@ops.example".to_owned(), "bo@ops.example".to_owned(), String::new());
    // In this order: what came before counts.
    for (who, expected) in [
        (who("a-1", "eve@corp.example", true), ("unknown", &none)),
        // An operator's own address is not what they are known by at the provider.
        (who("a-1", "ada@ops.example", true), ("unknown", &none)),
        // Who signs in with a password only does not sign in otherwise.
        (who("p-1", "pass@ops.example", true), ("unknown", &none)),
        (who("a-1", "", true), ("unknown", &none)),
        (who("a-1", "ada@corp.example", false), ("unverified", &ada)),
        (who("a-1", "ADA@corp.example", true), ("done", &ada)),
        (who("a-1", "ada@corp.example", true), ("done", &ada)),
        (who("a-2", "ada@corp.example", true), ("another", &ada)),
        (who("a-1", "ada@corp.example", false), ("unverified", &ada)),
        (who("a-1", "", true), ("unverified", &ada)),
        // The subject is who they are: the address may change.
        (who("a-1", "ada.lovelace@corp.example", true), ("done", &ada)),
        (who("bo-1", "", false), ("done", &bo)),
        (Identity { issuer: "https://other.example", ..who("bo-1", "", false) }, ("another", &bo)),
        (Identity { issuer: "https://other.example", ..who("a-1", "", false) }, ("unknown", &none)),
    ] {
        assert_eq!(admit(&who), (expected.0, expected.1.clone()), "{who:?}");
    }
    people.act("ada@ops.example", &Act::Disable, None).unwrap();
    assert_eq!(admit(&who("a-1", "ada@corp.example", true)).0, "disabled");
    people.act("ada@ops.example", &Act::Enable, None).unwrap();
    // Setting it anew forgets who was bound.
    operators.set_federated("ada@ops.example", Role::Support, &email("ada@corp.example"), NOW).unwrap();
    assert_eq!(admit(&who("a-2", "ada@corp.example", true)).0, "done");
    people.act("ada@ops.example", &Act::NotKnown, None).unwrap();
    assert_eq!(admit(&who("a-2", "ada@corp.example", true)).0, "unknown");
    let nobody = people.act("nobody@ops.example", &Act::Disable, None).unwrap_err();
    assert_eq!(nobody.to_string(), "there is no operator nobody@ops.example");
}

#[test]
fn a_password_and_the_provider_stand_beside_each_other() {
    let (operators, people) = staff(&engine());
    let email = |text: &str| Known::Email(text.into());
    let ada =
        operators.set_federated("ada@ops.example", Role::Viewer, &email("ada@ops.example"), NOW).unwrap();
    assert!(!ada.has_password());
    for guess in ["", PASSWORD] {
        assert_eq!(operators.sign_in("ada@ops.example", guess).unwrap(), SignIn::Wrong, "there is none");
    }
    operators.set("ada@ops.example", Role::Viewer, PASSWORD, false, NOW).unwrap();
    assert!(matches!(operators.sign_in("ada@ops.example", PASSWORD).unwrap(), SignIn::Done(_)));
    assert!(matches!(operators.admit(&who("a", "ada@ops.example", true)).unwrap(), Admitted::Done(_)));
    people.act("ada@ops.example", &Act::Disable, None).unwrap();
    assert_eq!(operators.sign_in("ada@ops.example", PASSWORD).unwrap(), SignIn::Wrong, "kept out either way");
    for wrong in [email("no address"), Known::Subject(String::new()), Known::Subject("a\nb".into())] {
        assert!(operators.set_federated("bo@ops.example", Role::Viewer, &wrong, NOW).is_err(), "{wrong:?}");
    }
    let taken = operators.set_federated("bo@ops.example", Role::Viewer, &email("Ada@ops.example"), NOW);
    assert!(taken.unwrap_err().to_string().contains("ada@ops.example"), "two can't be known by the same");
}
