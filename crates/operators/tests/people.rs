//! What an admin does about the others, and what nobody may.

use std::sync::Arc;

use engine::{Engine, ManualClock, Options};
use moment::Instant;
use operators::{
    Act, Admitted, By, Identity, Known, NotDone, Operators, People, Role, Sessions, SignIn, Way, fresh_code,
};
use testkit::MemoryStore;

const NOW: Instant = Instant::from_millis(1_800_000_000_000);
const PASSWORD: &str = "correct horse battery";
const OTHER: &str = "staple battery horse";
const ADA: &str = "ada@ops.example";
const BO: &str = "bo@ops.example";

struct Office {
    operators: Operators,
    sessions: Sessions,
    people: People,
}

impl Office {
    /// An office with these operators, each with a password.
    fn with(all: &[(&str, Role)]) -> Office {
        let clock = Arc::new(ManualClock::at(NOW));
        let engine = Engine::start(Arc::new(MemoryStore::default()), clock, Options::default()).unwrap();
        let (operators, sessions) = (Operators::of(&engine).unwrap(), Sessions::of(&engine).unwrap());
        let people = People::of(&operators, &sessions);
        for (email, role) in all {
            operators.add(email, *role, &Way::Password(PASSWORD.into()), NOW).unwrap();
        }
        Office { operators, sessions, people }
    }

    /// Ada, an admin whom the provider knows by her address; she has signed in there.
    fn add_ada_of_the_provider(&self) {
        self.operators.add(ADA, Role::Admin, &Way::Known(Known::Email(ADA.into())), NOW).unwrap();
        let (issuer, subject) = ("https://id.example", "ada-1");
        let who = Identity { issuer, subject, email: Some(ADA), email_verified: true };
        assert!(matches!(self.operators.admit(&who).unwrap(), Admitted::Done(_)));
    }

    /// What comes of an act by somebody.
    fn does(&self, by: &str, email: &str, act: &Act) -> Result<(), NotDone> {
        self.does_beside(by, email, act, false)
    }

    fn does_beside(&self, by: &str, email: &str, act: &Act, provider: bool) -> Result<(), NotDone> {
        self.people.act(email, act, Some(By { email: by, session: "", provider })).map(drop)
    }

    fn session(&self, email: &str) -> String {
        self.sessions.begin(&self.operators.get(email).unwrap().unwrap(), true, NOW).unwrap()
    }

    fn lasts(&self, session: &str) -> bool {
        let Some(session) = self.sessions.get(session, NOW).unwrap() else { return false };
        self.operators.get(&session.email).unwrap().is_some_and(|operator| session.goes_for(&operator))
    }
}

#[test]
fn nobody_locks_themselves_out() {
    let office = Office::with(&[(ADA, Role::Admin), (BO, Role::Admin)]);
    let before = office.operators.list().unwrap();
    for act in [Act::Role(Role::Support), Act::Role(Role::Viewer), Act::Disable, Act::Remove] {
        let refused = office.does(ADA, " Ada@ops.example", &act);
        assert!(matches!(refused, Err(NotDone::Yourself)), "{act:?}: {refused:?}");
    }
    assert_eq!(office.operators.list().unwrap(), before, "what is refused changes nothing");
    for act in [Act::Role(Role::Admin), Act::Password(OTHER.into()), Act::ForgetCode, Act::Enable] {
        office.does(ADA, ADA, &act).unwrap();
    }
}

#[test]
fn who_signs_in_at_the_provider_alone_does_not_leave_it_themselves() {
    let office = Office::with(&[(BO, Role::Admin)]);
    office.add_ada_of_the_provider();
    // Nor to what may be a slip of the pen.
    for act in [Act::NotKnown, Act::Known(Known::Subject("ada-l".into()))] {
        let refused = office.does_beside(ADA, ADA, &act, true);
        assert!(matches!(refused, Err(NotDone::Yourself)), "{refused:?}");
    }
    office.does_beside(ADA, ADA, &Act::Password(PASSWORD.into()), true).unwrap();
    office.does_beside(ADA, ADA, &Act::NotKnown, true).unwrap();
}

#[test]
fn an_admin_who_can_sign_in_stays() {
    // Ada came in by a provider that the server has no more; Bo is the only one who has a way in.
    let office = Office::with(&[(BO, Role::Admin), ("cy@ops.example", Role::Support)]);
    office.add_ada_of_the_provider();
    for act in [Act::Role(Role::Support), Act::Disable, Act::Remove] {
        let refused = office.does(ADA, BO, &act);
        assert!(matches!(refused, Err(NotDone::LastAdmin)), "{act:?}: {refused:?}");
    }
    office.does(ADA, "cy@ops.example", &Act::Role(Role::Admin)).unwrap();
    office.does(ADA, BO, &Act::Role(Role::Support)).unwrap();
    // Where the provider is there, Ada has a way in herself; whom it has not shown yet may have none.
    let dee = Way::Known(Known::Subject("dee-1".into()));
    office.operators.add("dee@ops.example", Role::Admin, &dee, NOW).unwrap();
    office.does_beside(ADA, "cy@ops.example", &Act::Remove, true).unwrap();
    let refused = office.does_beside("dee@ops.example", ADA, &Act::Remove, true);
    assert!(matches!(refused, Err(NotDone::LastAdmin)), "{refused:?}");
}

#[test]
fn who_is_no_admin_any_more_does_nothing_even_if_their_request_was_let_in_before() {
    let office = Office::with(&[(ADA, Role::Admin), (BO, Role::Admin), ("cy@ops.example", Role::Admin)]);
    office.does(ADA, BO, &Act::Role(Role::Support)).unwrap();
    office.does(ADA, "cy@ops.example", &Act::Disable).unwrap();
    for by in [BO, "cy@ops.example", "nobody@ops.example"] {
        let refused = office.does(by, ADA, &Act::Disable);
        assert!(matches!(refused, Err(NotDone::NotAllowed)), "{by}: {refused:?}");
    }
    let gone = office.does(ADA, "nobody@ops.example", &Act::Disable);
    assert!(matches!(gone, Err(NotDone::Unknown(_))), "{gone:?}");
    // Whoever has the server itself may do everything.
    for email in [ADA, BO, "cy@ops.example"] {
        office.people.act(email, &Act::Remove, None).unwrap();
    }
    assert_eq!(office.operators.list().unwrap(), []);
}

#[test]
fn sessions_end_with_the_way_in_and_not_with_the_role() {
    let office = Office::with(&[(ADA, Role::Admin), (BO, Role::Support)]);
    let known = Act::Known(Known::Subject("bo-1".into()));
    for (act, ends) in [
        (Act::Role(Role::Viewer), false),
        (Act::Password(OTHER.into()), true),
        (Act::ForgetCode, true),
        (known, true),
        (Act::NotKnown, true),
        (Act::Disable, true),
        (Act::Enable, false),
        (Act::Remove, true),
    ] {
        let (adas, bos) = (office.session(ADA), office.session(BO));
        office.does(ADA, BO, &act).unwrap();
        assert_eq!((office.lasts(&bos), office.lasts(&adas)), (!ends, true), "{act:?}");
    }
    // A new password of one's own ends all one's sessions but the one that it was set by.
    let (here, elsewhere) = (office.session(ADA), office.session(ADA));
    let by = By { email: ADA, session: &here, provider: false };
    office.people.act(ADA, &Act::Password(OTHER.into()), Some(by)).unwrap();
    assert_eq!((office.lasts(&here), office.lasts(&elsewhere)), (true, false));
    assert!(matches!(office.operators.sign_in(ADA, OTHER).unwrap(), SignIn::Enrol(_)));
    assert_eq!(office.operators.sign_in(ADA, PASSWORD).unwrap(), SignIn::Wrong);
}

#[test]
fn a_new_password_leaves_role_and_code_as_they_are() {
    let office = Office::with(&[(ADA, Role::Admin), (BO, Role::Support)]);
    let code = fresh_code().unwrap();
    let session = office.sessions.get(&office.session(BO), NOW).unwrap().unwrap();
    assert!(office.operators.enrol(&session, code.clone(), &code.now(NOW).unwrap(), NOW).unwrap().is_some());
    office.does(ADA, BO, &Act::Password(OTHER.into())).unwrap();
    let SignIn::Code(bo) = office.operators.sign_in(BO, OTHER).unwrap() else {
        panic!("the code is asked for")
    };
    assert_eq!((bo.role, bo.code), (Role::Support, Some(code)));
    let weak = office.does(ADA, BO, &Act::Password("short".into())).unwrap_err();
    assert!(matches!(weak, NotDone::Weak(_)), "{weak}");
}

#[test]
fn one_is_added_once_and_the_provider_knows_each_by_something_else() {
    let office = Office::with(&[(ADA, Role::Admin)]);
    let add = |email: &str, way: Way| office.operators.add(email, Role::Viewer, &way, NOW);
    let password = || Way::Password(PASSWORD.into());
    assert!(matches!(add(" ADA@ops.example", password()), Err(NotDone::Exists(_))));
    for wrong in ["", "ada", "@x", "x@", "<script>@x", "a b@x", "a/b@x"] {
        assert!(matches!(add(wrong, password()), Err(NotDone::Address(_))), "{wrong}");
    }
    assert!(matches!(add(BO, Way::Password("short".into())), Err(NotDone::Weak(_))));
    assert!(matches!(add(BO, Way::Known(Known::Subject(String::new()))), Err(NotDone::Subject)));
    let known = || Way::Known(Known::Email("Bo@corp.example".into()));
    let bo = add(BO, known()).unwrap();
    assert!(bo.needs_code && !bo.has_password() && bo.federated().is_some());
    assert!(matches!(add("cy@ops.example", known()), Err(NotDone::Taken(other)) if other == BO));
    let taken = Act::Known(Known::Email("bo@CORP.example".into()));
    assert!(matches!(office.does(ADA, ADA, &taken), Err(NotDone::Taken(_))));
    assert!(office.operators.get("cy@ops.example").unwrap().is_none());
}
