//! Signing in, and what is noted.

use std::sync::Arc;

use engine::{Engine, ManualClock, Options};
use moment::Instant;
use operators::{Audit, Noted, Operators, Role, Sessions, SignIn, fresh_code};
use testkit::MemoryStore;

const NOW: Instant = Instant::from_millis(1_800_000_000_000);
const PASSWORD: &str = "correct horse battery";

fn engine() -> Engine {
    let clock = Arc::new(ManualClock::at(NOW));
    Engine::start(Arc::new(MemoryStore::default()), clock, Options::default()).unwrap()
}

#[test]
fn an_operator_signs_in_with_a_password_and_a_code_that_is_taken_once() {
    let operators = Operators::of(&engine()).unwrap();
    let ada = operators.set(" Ada@Ops.example ", Role::Admin, PASSWORD, true, NOW).unwrap();
    assert_eq!(ada.email, "ada@ops.example");
    assert_eq!(operators.sign_in("ada@ops.example", "wrong horse battery").unwrap(), SignIn::Wrong);
    assert_eq!(operators.sign_in("eve@ops.example", PASSWORD).unwrap(), SignIn::Wrong);
    assert_eq!(operators.sign_in("../x", PASSWORD).unwrap(), SignIn::Wrong);
    assert_eq!(operators.sign_in("ADA@ops.example", PASSWORD).unwrap(), SignIn::Enrol(ada));
    let code = fresh_code().unwrap();
    let shown = code.now(NOW).unwrap();
    assert!(!operators.enrol("ada@ops.example", code.clone(), "000000x", NOW).unwrap());
    assert!(operators.enrol("ada@ops.example", code.clone(), &shown, NOW).unwrap());
    assert!(!operators.enrol("ada@ops.example", fresh_code().unwrap(), &shown, NOW).unwrap(), "it is set up");
    assert!(matches!(operators.sign_in("ada@ops.example", PASSWORD).unwrap(), SignIn::Code(_)));
    assert!(!operators.take_code("ada@ops.example", &shown, NOW).unwrap(), "it was used to set them up");
    let later = NOW.plus_millis(30_000);
    let next = code.now(later).unwrap();
    assert!(operators.take_code("ada@ops.example", &next, later).unwrap());
    assert!(!operators.take_code("ada@ops.example", &next, later).unwrap(), "twice");
    assert!(operators.forget_code("ada@ops.example").unwrap());
    assert!(matches!(operators.sign_in("ada@ops.example", PASSWORD).unwrap(), SignIn::Enrol(_)));
    assert!(operators.remove("ada@ops.example").unwrap());
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
    let sessions = Sessions::of(&engine).unwrap();
    let token = sessions.begin("ada@ops.example", true, NOW).unwrap();
    let session = sessions.get(&token, NOW).unwrap().unwrap();
    assert_eq!((session.email.as_str(), session.complete), ("ada@ops.example", true));
    assert_eq!(sessions.get(&token, session.until).unwrap(), None);
    for wrong in ["", "x", &"x".repeat(1_000)] {
        assert_eq!(sessions.get(wrong, NOW).unwrap(), None);
    }
    let other = sessions.begin("ada@ops.example", true, NOW).unwrap();
    sessions.end(&token).unwrap();
    assert_eq!(sessions.get(&token, NOW).unwrap(), None);
    sessions.end_all("ada@ops.example").unwrap();
    assert_eq!(sessions.get(&other, NOW).unwrap(), None);
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
