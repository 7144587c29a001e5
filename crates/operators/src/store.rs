use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::outbox::Shelf;
use engine::{Engine, StoreError};
use moment::Instant;

use crate::federated::More;
use crate::password::is_password;
use crate::{Code, Federated, Known, Operator, Role, check_password, hash_password};

/// The operators of a server.
#[derive(Clone)]
pub struct Operators(Arc<dyn Shelf>, Arc<Mutex<()>>);

impl std::fmt::Debug for Operators {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Operators")
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

/// Whether it can be an address. It is never written to; it only names.
fn is_email(text: &str) -> bool {
    let plain =
        text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'/' | b'<' | b'>' | b'"'));
    plain
        && text.len() <= 200
        && text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
}

/// An address as it is kept.
fn address(text: &str) -> Result<String, StoreError> {
    let email = text.trim().to_lowercase();
    if is_email(&email) {
        return Ok(email);
    }
    Err(StoreError::new(format!("{email:?} is no address: it needs a name, an @ and a host")))
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
    ) -> Result<Operator, StoreError> {
        let email = address(email)?;
        check_password(password)
            .map_err(|why| StoreError::new(format!("the password can't be used: {why}")))?;
        let _one = self.one_at_a_time();
        let before = self.get(&email)?;
        let operator = Operator {
            email,
            role,
            password: hash_password(password)?,
            code: before.as_ref().and_then(|before| before.code.clone()),
            needs_code,
            last_step: before.as_ref().map_or(0, |before| before.last_step),
            created_at: before.as_ref().map_or(now, |before| before.created_at),
            more: before.map(|before| before.more).unwrap_or_default(),
        };
        self.put(&operator)?;
        Ok(operator)
    }

    /// Adds an operator who signs in at the provider, or sets how one that is there is known to it; who was bound to them
    /// is forgotten. A password that they have stays; a new operator has none.
    pub fn set_federated(
        &self,
        email: &str,
        role: Role,
        known: Known,
        now: Instant,
    ) -> Result<Operator, StoreError> {
        let email = address(email)?;
        let known = match known {
            Known::Email(email) => Known::Email(address(&email)?),
            Known::Subject(subject) => {
                let plain = subject.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
                if subject.is_empty() || subject.len() > 255 || !plain {
                    let why = "the subject is 1 to 255 letters of ASCII, as the provider writes it";
                    return Err(StoreError::new(why));
                }
                Known::Subject(subject)
            }
        };
        let _one = self.one_at_a_time();
        let same = |other: &Operator| {
            other.email != email && other.federated().is_some_and(|federated| federated.known == known)
        };
        if let Some(other) = self.list()?.into_iter().find(same) {
            return Err(StoreError::new(format!("{} is known to the provider by the same", other.email)));
        }
        let mut operator = self.get(&email)?.unwrap_or_else(|| Operator {
            email,
            role,
            password: String::new(),
            code: None,
            needs_code: true,
            last_step: 0,
            created_at: now,
            more: More::default(),
        });
        operator.role = role;
        operator.more.federated = Some(Federated { known, bound: None });
        self.put(&operator)?;
        Ok(operator)
    }

    /// An operator does not sign in at the provider any more; `false` if there is no such operator.
    pub fn unset_federated(&self, email: &str) -> Result<bool, StoreError> {
        self.change(email, |operator| operator.more.federated = None)
    }

    /// Keeps an operator out for now, however they sign in, or lets them in again; `false` if there is no such operator.
    pub fn disable(&self, email: &str, disabled: bool) -> Result<bool, StoreError> {
        self.change(email, |operator| operator.more.disabled = disabled)
    }

    fn change(&self, email: &str, change: impl FnOnce(&mut Operator)) -> Result<bool, StoreError> {
        let _one = self.one_at_a_time();
        let Some(mut operator) = self.get(email)? else { return Ok(false) };
        change(&mut operator);
        self.put(&operator)?;
        Ok(true)
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
    pub fn remove(&self, email: &str) -> Result<bool, StoreError> {
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

    /// Takes a code of an operator's: each is taken once, and none that is older.
    pub fn take_code(&self, email: &str, typed: &str, now: Instant) -> Result<bool, StoreError> {
        let _one = self.one_at_a_time();
        let Some(mut operator) = self.get(email)? else { return Ok(false) };
        let step = operator.code.as_ref().and_then(|code| code.step_of(typed, now));
        match step.filter(|step| *step > operator.last_step) {
            Some(step) => {
                operator.last_step = step;
                self.put(&operator)?;
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Keeps what makes an operator's codes, once they have shown that their app has it.
    pub fn enrol(&self, email: &str, code: Code, typed: &str, now: Instant) -> Result<bool, StoreError> {
        let _one = self.one_at_a_time();
        let Some(mut operator) = self.get(email)?.filter(|operator| operator.code.is_none()) else {
            return Ok(false);
        };
        let Some(step) = code.step_of(typed, now) else { return Ok(false) };
        (operator.code, operator.last_step) = (Some(code), step);
        self.put(&operator)?;
        Ok(true)
    }

    /// Forgets what makes an operator's codes: the next time that they sign in, they set them up anew.
    pub fn forget_code(&self, email: &str) -> Result<bool, StoreError> {
        self.change(email, |operator| operator.code = None)
    }
}
