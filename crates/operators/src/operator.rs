use moment::Instant;
use serde::{Deserialize, Serialize};

use crate::federated::More;
use crate::{Code, Federated};

/// What an operator may do; each may what the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Look at everything.
    Viewer,
    /// Help customers: corrections, orders, deliveries.
    Support,
    /// Everything: programs, keys, operators.
    Admin,
}

impl Role {
    /// Every role, in order.
    pub const ALL: [Role; 3] = [Role::Viewer, Role::Support, Role::Admin];

    /// What commands and pages call it.
    pub const fn code(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Support => "support",
            Role::Admin => "admin",
        }
    }

    /// The role of that code.
    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Whether whoever has it may do what needs another one.
    ///
    /// ```
    /// use operators::Role;
    /// assert!(Role::Admin.may(Role::Support) && !Role::Viewer.may(Role::Support));
    /// ```
    pub fn may(self, needed: Role) -> bool {
        self >= needed
    }
}

/// Somebody who runs the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// By which they sign in: in small letters.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// The password's hash, in the PHC format; empty if they have none.
    pub(crate) password: String,
    /// What makes their codes; `None` until they have set it up.
    pub code: Option<Code>,
    /// Whether they have to have one.
    pub needs_code: bool,
    /// The step of the code that was used last: no code is taken twice.
    pub(crate) last_step: u64,
    /// When they were added.
    pub created_at: Instant,
    /// What came later, and is kept behind the rest.
    #[serde(skip)]
    pub(crate) more: More,
    /// How often their sessions were ended for good.
    #[serde(skip)]
    pub(crate) ended: u32,
}

/// What a session was begun in: another way in, or another operator of the same address, is another era, and no session
/// goes over from one to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Era(Instant, u32);

/// How it stands with an operator's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeState {
    /// They have no password, so none is asked for.
    NoPassword,
    /// It is asked for.
    SetUp,
    /// They set it up when they sign in next.
    ToBeSetUp,
    /// It is not asked for.
    NotAskedFor,
}

impl Operator {
    /// Somebody who can't sign in yet.
    pub(crate) fn new(email: String, role: Role, now: Instant) -> Operator {
        Operator {
            email,
            role,
            password: String::new(),
            code: None,
            needs_code: true,
            last_step: 0,
            created_at: now,
            more: More::default(),
            ended: 0,
        }
    }

    /// The era that their sessions are of now.
    pub fn era(&self) -> Era {
        Era(self.created_at, self.ended)
    }

    /// Ends all of their sessions, by ending the era: it is kept with what changes, or not at all.
    pub(crate) fn end_era(&mut self) {
        self.ended = self.ended.wrapping_add(1);
    }

    /// How it stands with their code.
    pub fn code_state(&self) -> CodeState {
        match (self.has_password(), self.code.is_some(), self.needs_code) {
            (false, ..) => CodeState::NoPassword,
            (true, true, _) => CodeState::SetUp,
            (true, false, true) => CodeState::ToBeSetUp,
            (true, false, false) => CodeState::NotAskedFor,
        }
    }

    /// Whether there is a way in for them, on a server with a provider of OpenID Connect or without.
    pub fn can_sign_in(&self, provider: bool) -> bool {
        !self.is_disabled() && (self.has_password() || (provider && self.federated().is_some()))
    }

    /// Their account at the provider of OpenID Connect, if they may sign in by it.
    pub fn federated(&self) -> Option<&Federated> {
        self.more.federated.as_ref()
    }

    /// Whether they have a password.
    pub fn has_password(&self) -> bool {
        !self.password.is_empty()
    }

    /// Whether they are kept out for now.
    pub fn is_disabled(&self) -> bool {
        self.more.disabled
    }

    /// As it is kept. What came later stands behind what was there first, so that each version reads what the other has
    /// written.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        let mut bytes = postcard::to_stdvec(self)?;
        bytes.extend(postcard::to_stdvec(&self.more)?);
        if self.ended > 0 {
            bytes.extend(postcard::to_stdvec(&self.ended)?);
        }
        Ok(bytes)
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Operator, postcard::Error> {
        let (mut operator, mut rest) = postcard::take_from_bytes::<Operator>(bytes)?;
        if !rest.is_empty() {
            (operator.more, rest) = postcard::take_from_bytes(rest)?;
        }
        if !rest.is_empty() {
            operator.ended = postcard::from_bytes(rest)?;
        }
        Ok(operator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Known;

    /// An operator as it was written before there was more.
    #[derive(Serialize, Deserialize)]
    struct Before {
        email: String,
        role: Role,
        password: String,
        code: Option<Code>,
        needs_code: bool,
        last_step: u64,
        created_at: Instant,
    }

    #[test]
    fn who_can_sign_in_and_how() {
        let new = || Operator::new("ada@ops.example".into(), Role::Viewer, Instant::from_millis(0));
        let with = |change: fn(&mut Operator)| {
            let mut operator = new();
            change(&mut operator);
            operator
        };
        for (operator, state, without, beside) in [
            (new(), CodeState::NoPassword, false, false),
            (with(|one| one.password = "x".into()), CodeState::ToBeSetUp, true, true),
            (
                with(|one| {
                    one.password = "x".into();
                    one.needs_code = false;
                }),
                CodeState::NotAskedFor,
                true,
                true,
            ),
            (
                with(|one| {
                    one.password = "x".into();
                    one.code = Some(Code(vec![7; 20]));
                }),
                CodeState::SetUp,
                true,
                true,
            ),
            (
                with(|one| {
                    let known = Known::Subject("s".into());
                    one.more.federated = Some(Federated { known, bound: None });
                }),
                CodeState::NoPassword,
                false,
                true,
            ),
            (
                with(|one| {
                    one.password = "x".into();
                    one.more.disabled = true;
                }),
                CodeState::ToBeSetUp,
                false,
                false,
            ),
        ] {
            let found = (operator.code_state(), operator.can_sign_in(false), operator.can_sign_in(true));
            assert_eq!(found, (state, without, beside), "{operator:?}");
        }
    }

    #[test]
    fn what_was_written_before_is_read_and_the_other_way_round() {
        let before = Before {
            email: "ada@ops.example".into(),
            role: Role::Support,
            password: "$argon2id$".into(),
            code: Some(Code(vec![7; 20])),
            needs_code: true,
            last_step: 300,
            created_at: Instant::from_millis(1_800_000_000_000),
        };
        let mut operator = Operator::from_bytes(&postcard::to_stdvec(&before).unwrap()).unwrap();
        assert_eq!((operator.email.as_str(), operator.last_step), ("ada@ops.example", 300));
        assert!(operator.federated().is_none() && !operator.is_disabled());
        let known = Known::Subject("s1".into());
        operator.more = More { federated: Some(Federated { known, bound: None }), disabled: true };
        let bytes = operator.to_bytes().unwrap();
        assert_eq!(Operator::from_bytes(&bytes).unwrap(), operator);
        let back: Before = postcard::from_bytes(&bytes).unwrap();
        assert_eq!((back.role, back.last_step, back.created_at), (Role::Support, 300, before.created_at));
        assert!(Operator::from_bytes(&bytes[..bytes.len() - 1]).is_err(), "half of it is none");
    }
}
