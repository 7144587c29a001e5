use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::outbox::Shelf;
use engine::{Engine, StoreError};
use moment::Instant;

use crate::password::{hashed, is_password};
use crate::{Code, Federated, Known, NotDone, Operator, Role, Session};

/// The operators of a server.
#[derive(Clone)]
pub struct Operators(Arc<dyn Shelf>, Arc<Mutex<()>>);

impl std::fmt::Debug for Operators {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Operators")
    }
}

/// How a new operator signs in.
#[derive(Clone, PartialEq, Eq)]
pub enum Way {
    /// With this password.
    Password(String),
    /// At the provider, which knows them by this.
    Known(Known),
}

impl std::fmt::Debug for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            // The password is not shown.
            Way::Password(_) => f.write_str("Password"),
            Way::Known(known) => f.debug_tuple("Known").field(known).finish(),
        }
    }
}

/// What came of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// It is not theirs, or there is no such operator: nobody is told which.
    Wrong,
    /// It is. Now the code is asked for.
    Code(Operator),
    /// It is. Now they set their codes up.
    Enrol(Operator),
    /// It is, and that is enough.
    Done(Operator),
}

/// Whether it can be an operator's address. It is never written to; it only names.
pub fn is_email(text: &str) -> bool {
    let plain =
        text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'/' | b'<' | b'>' | b'"'));
    plain
        && text.len() <= 200
        && text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
}

/// An address as it is kept.
pub(crate) fn address(text: &str) -> Result<String, NotDone> {
    let email = text.trim().to_lowercase();
    if is_email(&email) {
        return Ok(email);
    }
    Err(NotDone::Address(email))
}

impl Operators {
    /// The operators of this store.
    pub fn of(engine: &Engine) -> Result<Operators, StoreError> {
        Ok(Operators::on(engine.store().shelf("operators", true)?))
    }

    /// The operators on this shelf.
    pub fn on(shelf: Arc<dyn Shelf>) -> Operators {
        Operators(shelf, Arc::default())
    }

    /// Between what is read of an operator and what is written of them, nobody else writes.
    pub(crate) fn one_at_a_time(&self) -> MutexGuard<'_, ()> {
        self.1.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an operator, or sets the password and role of one that is there; what makes their codes stays.
    pub fn set(
        &self,
        email: &str,
        role: Role,
        password: &str,
        needs_code: bool,
        now: Instant,
    ) -> Result<Operator, NotDone> {
        let email = address(email)?;
        let password = hashed(password)?;
        let _one = self.one_at_a_time();
        let before = self.get(&email)?.unwrap_or_else(|| Operator::new(email, role, now));
        let mut operator = Operator { role, password, needs_code, ..before };
        operator.end_era();
        self.put(&operator)?;
        Ok(operator)
    }

    /// Adds an operator who is known to the provider by this, or has this password and sets codes up when they sign in.
    /// There must be none of that address.
    pub fn add(&self, email: &str, role: Role, way: &Way, now: Instant) -> Result<Operator, NotDone> {
        let mut operator = Operator::new(address(email)?, role, now);
        if let Way::Password(password) = way {
            operator.password = hashed(password)?;
        }
        let _one = self.one_at_a_time();
        if self.get(&operator.email)?.is_some() {
            return Err(NotDone::Exists(operator.email));
        }
        if let Way::Known(known) = way {
            let known = self.free(&operator.email, known)?;
            operator.more.federated = Some(Federated { known, bound: None });
        }
        self.put(&operator)?;
        Ok(operator)
    }

    /// By what an operator is to be known to the provider, if no other one is.
    pub(crate) fn free(&self, email: &str, known: &Known) -> Result<Known, NotDone> {
        let known = known.checked()?;
        let same = |other: &Operator| {
            other.email != email && other.federated().is_some_and(|federated| federated.known == known)
        };
        match self.list()?.into_iter().find(same) {
            Some(other) => Err(NotDone::Taken(other.email)),
            None => Ok(known),
        }
    }

    /// Adds an operator who signs in at the provider, or sets how one that is there is known to it; who was bound to them
    /// is forgotten. A password that they have stays; a new operator has none.
    pub fn set_federated(
        &self,
        email: &str,
        role: Role,
        known: &Known,
        now: Instant,
    ) -> Result<Operator, NotDone> {
        let email = address(email)?;
        let _one = self.one_at_a_time();
        let known = self.free(&email, known)?;
        let mut operator = self.get(&email)?.unwrap_or_else(|| Operator::new(email, role, now));
        operator.role = role;
        operator.more.federated = Some(Federated { known, bound: None });
        operator.end_era();
        self.put(&operator)?;
        Ok(operator)
    }

    pub(crate) fn put(&self, operator: &Operator) -> Result<(), StoreError> {
        let value = operator.to_bytes().map_err(|error| StoreError::new(error.to_string()))?;
        self.0.put(&operator.email, &value)
    }

    /// The operator of that address.
    pub fn get(&self, email: &str) -> Result<Option<Operator>, StoreError> {
        let Some(value) = self.0.get(&email.trim().to_lowercase())? else { return Ok(None) };
        let damaged = |_| StoreError::damage(format!("operator {email:?} can't be read: set them anew"));
        Operator::from_bytes(&value).map(Some).map_err(damaged)
    }

    /// All of them, by address.
    pub fn list(&self) -> Result<Vec<Operator>, StoreError> {
        let all = self.0.list("")?;
        Ok(all.into_iter().filter_map(|(_, value)| Operator::from_bytes(&value).ok()).collect())
    }

    /// Removes an operator; `false` if there was none.
    pub(crate) fn remove(&self, email: &str) -> Result<bool, StoreError> {
        self.0.remove(&email.trim().to_lowercase())
    }

    /// Looks whether a password is an operator's. Takes as long whether there is such an operator or not.
    pub fn sign_in(&self, email: &str, password: &str) -> Result<SignIn, StoreError> {
        let operator = if is_email(email.trim()) { self.get(email)? } else { None };
        let hash = operator.as_ref().filter(|operator| operator.has_password() && !operator.is_disabled());
        let right = is_password(hash.map(|operator| operator.password.as_str()), password);
        Ok(match operator.filter(|_| right) {
            None => SignIn::Wrong,
            Some(operator) if operator.code.is_some() => SignIn::Code(operator),
            Some(operator) if operator.needs_code => SignIn::Enrol(operator),
            Some(operator) => SignIn::Done(operator),
        })
    }

    /// Takes a code of the operator whose session it is: each is taken once, and none that is older. `None`: it is not
    /// right, or the session goes for nobody any more.
    pub fn take_code(
        &self,
        session: &Session,
        typed: &str,
        now: Instant,
    ) -> Result<Option<Operator>, StoreError> {
        let _one = self.one_at_a_time();
        let operator = self.get(&session.email)?.filter(|operator| session.goes_for(operator));
        let Some(mut operator) = operator else { return Ok(None) };
        let step = operator.code.as_ref().and_then(|code| code.step_of(typed, now));
        match step.filter(|step| *step > operator.last_step) {
            Some(step) => {
                operator.last_step = step;
                self.put(&operator)?;
                Ok(Some(operator))
            }
            None => Ok(None),
        }
    }

    /// Keeps what makes the codes of the operator whose session it is, once they have shown that their app has it.
    pub fn enrol(
        &self,
        session: &Session,
        code: Code,
        typed: &str,
        now: Instant,
    ) -> Result<Option<Operator>, StoreError> {
        let _one = self.one_at_a_time();
        let operator = self.get(&session.email)?.filter(|operator| session.goes_for(operator));
        let Some(mut operator) = operator.filter(|operator| operator.code.is_none()) else {
            return Ok(None);
        };
        let Some(step) = code.step_of(typed, now) else { return Ok(None) };
        (operator.code, operator.last_step) = (Some(code), step);
        self.put(&operator)?;
        Ok(Some(operator))
    }
}
