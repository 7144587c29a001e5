use std::sync::Arc;

use engine::outbox::Shelf;
use engine::{Engine, StoreError};
use moment::Instant;

use crate::password::is_password;
use crate::{Code, Operator, Role, check_password, hash_password};

/// The operators of a server.
#[derive(Clone)]
pub struct Operators(Arc<dyn Shelf>);

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

impl Operators {
    /// The operators of this store.
    pub fn of(engine: &Engine) -> Result<Operators, StoreError> {
        Ok(Operators::on(engine.store().shelf("operators", true)?))
    }

    /// The operators on this shelf.
    pub fn on(shelf: Arc<dyn Shelf>) -> Operators {
        Operators(shelf)
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
        let email = email.trim().to_lowercase();
        if !is_email(&email) {
            return Err(StoreError::new(format!(
                "{email:?} is no address: it needs a name, an @ and a host"
            )));
        }
        check_password(password)
            .map_err(|why| StoreError::new(format!("the password can't be used: {why}")))?;
        let before = self.get(&email)?;
        let operator = Operator {
            email,
            role,
            password: hash_password(password)?,
            code: before.as_ref().and_then(|before| before.code.clone()),
            needs_code,
            last_step: before.as_ref().map_or(0, |before| before.last_step),
            created_at: before.map_or(now, |before| before.created_at),
        };
        self.put(&operator)?;
        Ok(operator)
    }

    fn put(&self, operator: &Operator) -> Result<(), StoreError> {
        let value = postcard::to_stdvec(operator).map_err(|error| StoreError::new(error.to_string()))?;
        self.0.put(&operator.email, &value)
    }

    /// The operator of that address.
    pub fn get(&self, email: &str) -> Result<Option<Operator>, StoreError> {
        let Some(value) = self.0.get(&email.trim().to_lowercase())? else { return Ok(None) };
        let damaged = |_| StoreError::damage(format!("operator {email:?} can't be read: set them anew"));
        postcard::from_bytes(&value).map(Some).map_err(damaged)
    }

    /// All of them, by address.
    pub fn list(&self) -> Result<Vec<Operator>, StoreError> {
        let all = self.0.list("")?;
        Ok(all.into_iter().filter_map(|(_, value)| postcard::from_bytes(&value).ok()).collect())
    }

    /// Removes an operator; `false` if there was none.
    pub fn remove(&self, email: &str) -> Result<bool, StoreError> {
        self.0.remove(&email.trim().to_lowercase())
    }

    /// Looks whether a password is an operator's. Takes as long whether there is such an operator or not.
    pub fn sign_in(&self, email: &str, password: &str) -> Result<SignIn, StoreError> {
        let operator = if is_email(email.trim()) { self.get(email)? } else { None };
        let right = is_password(operator.as_ref().map(|operator| operator.password.as_str()), password);
        Ok(match operator.filter(|_| right) {
            None => SignIn::Wrong,
            Some(operator) if operator.code.is_some() => SignIn::Code(operator),
            Some(operator) if operator.needs_code => SignIn::Enrol(operator),
            Some(operator) => SignIn::Done(operator),
        })
    }

    /// Takes a code of an operator's: each is taken once, and none that is older.
    pub fn take_code(&self, email: &str, typed: &str, now: Instant) -> Result<bool, StoreError> {
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
        let Some(mut operator) = self.get(email)? else { return Ok(false) };
        operator.code = None;
        self.put(&operator)?;
        Ok(true)
    }
}
