use crate::password::hashed;
use crate::{Federated, Known, NotDone, Operator, Operators, Role, Sessions};

/// The operators and their sessions: what is done about one of them, and who may do it.
#[derive(Clone, Debug)]
pub struct People {
    operators: Operators,
    sessions: Sessions,
}

/// What is done about an operator.
#[derive(Clone, PartialEq, Eq)]
pub enum Act {
    /// They get another role. It holds from their next request on.
    Role(Role),
    /// They get this password; what makes their codes stays.
    Password(String),
    /// They set their codes up anew.
    ForgetCode,
    /// The provider knows them by this. Who was bound to them is forgotten.
    Known(Known),
    /// They don't sign in at the provider any more.
    NotKnown,
    /// They are kept out for now, however they sign in.
    Disable,
    /// They may come in again.
    Enable,
    /// They are no operator any more.
    Remove,
}

impl std::fmt::Debug for Act {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Act::Role(role) => f.debug_tuple("Role").field(role).finish(),
            // The password is not shown.
            Act::Password(_) => f.write_str("Password"),
            Act::Known(known) => f.debug_tuple("Known").field(known).finish(),
            Act::ForgetCode => f.write_str("ForgetCode"),
            Act::NotKnown => f.write_str("NotKnown"),
            Act::Disable => f.write_str("Disable"),
            Act::Enable => f.write_str("Enable"),
            Act::Remove => f.write_str("Remove"),
        }
    }
}

impl Act {
    /// Whether whoever it is about is signed out everywhere: their way in is another one, or none.
    fn ends_sessions(&self) -> bool {
        !matches!(self, Act::Role(_) | Act::Enable)
    }
}

/// The operator who does it.
#[derive(Clone, Copy)]
pub struct By<'a> {
    /// Their address.
    pub email: &'a str,
    /// The token of their own session, which goes on.
    pub session: &'a str,
    /// Whether this server has a provider of OpenID Connect.
    pub provider: bool,
}

impl std::fmt::Debug for By<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The session is not shown.
        f.debug_struct("By").field("email", &self.email).finish_non_exhaustive()
    }
}

impl People {
    /// The operators and sessions of one store.
    pub fn of(operators: &Operators, sessions: &Sessions) -> People {
        People { operators: operators.clone(), sessions: sessions.clone() }
    }

    /// Does something about an operator: who they are then, if they still are one. Without a `by` it is done by who has
    /// the server itself, and may lock out whomever they want.
    pub fn act(&self, email: &str, act: &Act, by: Option<By<'_>>) -> Result<Option<Operator>, NotDone> {
        let hash = match act {
            Act::Password(password) => Some(hashed(password)?),
            _ => None,
        };
        let after = {
            let _one = self.operators.one_at_a_time();
            let unknown = || NotDone::Unknown(email.trim().to_lowercase());
            let before = self.operators.get(email)?.ok_or_else(unknown)?;
            let mut after = self.changed(&before, act, hash)?;
            if let Some(operator) = after.as_mut().filter(|_| act.ends_sessions()) {
                operator.end_era();
            }
            if let Some(by) = by {
                guard(by, &before, after.as_ref(), &self.operators.list()?)?;
            }
            match &after {
                Some(operator) => self.operators.put(operator)?,
                None => drop(self.operators.remove(&before.email)?),
            }
            after
        };
        if act.ends_sessions() {
            // None of them is worth anything any more; the one by which they do it themselves goes on.
            let email = email.trim().to_lowercase();
            let own = by.filter(|by| by.email.trim().to_lowercase() == email).map(|by| by.session);
            self.sessions.end_all(&email, after.as_ref(), own)?;
        }
        Ok(after)
    }

    fn changed(
        &self,
        before: &Operator,
        act: &Act,
        hash: Option<String>,
    ) -> Result<Option<Operator>, NotDone> {
        let mut after = before.clone();
        match act {
            Act::Role(role) => after.role = *role,
            Act::Password(_) => after.password = hash.unwrap_or_default(),
            Act::ForgetCode => after.code = None,
            Act::Known(known) => {
                let known = self.operators.free(&before.email, known)?;
                after.more.federated = Some(Federated { known, bound: None });
            }
            Act::NotKnown => after.more.federated = None,
            Act::Disable => after.more.disabled = true,
            Act::Enable => after.more.disabled = false,
            Act::Remove => return Ok(None),
        }
        Ok(Some(after))
    }
}

/// Nobody locks themselves out, and nobody everybody.
fn guard(by: By<'_>, before: &Operator, after: Option<&Operator>, all: &[Operator]) -> Result<(), NotDone> {
    let own = by.email.trim().to_lowercase();
    // They may have been demoted or disabled since their request was let in.
    if !all.iter().any(|one| one.email == own && one.role.may(Role::Admin) && !one.is_disabled()) {
        return Err(NotDone::NotAllowed);
    }
    // Whom the provider has not shown yet may be known by what nobody is called there.
    let seen = |one: &Operator| one.federated().is_some_and(|federated| federated.bound.is_some());
    let holds = |one: &Operator| {
        one.role.may(Role::Admin) && one.can_sign_in(by.provider) && (one.has_password() || seen(one))
    };
    let loses = holds(before) && !after.is_some_and(holds);
    if before.email == own
        && (loses || after.is_none_or(|after| after.is_disabled() || after.role < before.role))
    {
        return Err(NotDone::Yourself);
    }
    if loses && !all.iter().any(|one| one.email != before.email && holds(one)) {
        return Err(NotDone::LastAdmin);
    }
    Ok(())
}
