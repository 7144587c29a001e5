//! Operators whom a provider of OpenID Connect knows.

use engine::StoreError;
use serde::{Deserialize, Serialize};

use crate::store::address;
use crate::{NotDone, Operator, Operators};

/// By what an operator is known at the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Known {
    /// An address, in small letters, that the provider has verified.
    Email(String),
    /// The subject: what the provider calls them for ever.
    Subject(String),
}

impl std::fmt::Display for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Known::Email(email) => f.write_str(email),
            Known::Subject(subject) => write!(f, "subject {subject}"),
        }
    }
}

impl Known {
    /// As it is kept, if it can be one.
    pub(crate) fn checked(&self) -> Result<Known, NotDone> {
        match self {
            Known::Email(email) => address(email).map(Known::Email),
            Known::Subject(subject) => {
                let plain = subject.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
                if subject.is_empty() || subject.len() > 255 || !plain {
                    return Err(NotDone::Subject);
                }
                Ok(Known::Subject(subject.clone()))
            }
        }
    }
}

/// An operator's account at the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Federated {
    /// By what they are known before they have signed in.
    pub known: Known,
    /// Issuer and subject of whoever signed in first: from then on nobody else does.
    pub bound: Option<(String, String)>,
}

/// What is kept of an operator behind what was kept of them at first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct More {
    pub federated: Option<Federated>,
    pub disabled: bool,
}

/// Who somebody is, as a provider says it, and has been seen to.
#[derive(Clone, Copy, Debug)]
pub struct Identity<'a> {
    /// Who says it.
    pub issuer: &'a str,
    /// What it calls them.
    pub subject: &'a str,
    /// Their address.
    pub email: Option<&'a str>,
    /// Whether the provider has seen that it is theirs.
    pub email_verified: bool,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admitted {
    /// They are in.
    Done(Operator),
    /// No operator is known by that.
    Unknown,
    /// They are an operator by their address, but the provider has not seen that it is theirs.
    Unverified(Operator),
    /// An operator has that address, and somebody else at the provider signed in by it before.
    Another(Operator),
    /// They are an operator who was disabled.
    Disabled(Operator),
}

impl Federated {
    fn matches(&self, who: &Identity<'_>) -> Option<Match> {
        if let Some((issuer, subject)) = &self.bound
            && issuer == who.issuer
            && subject == who.subject
        {
            return Some(Match::Bound);
        }
        match &self.known {
            Known::Subject(subject) if subject == who.subject => Some(Match::Subject),
            Known::Email(email) if who.email.is_some_and(|told| told.eq_ignore_ascii_case(email)) => {
                Some(Match::Email)
            }
            _ => None,
        }
    }
}

/// How somebody was recognised, the surest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    Bound,
    Subject,
    Email,
}

impl Operators {
    /// Lets in whoever a provider has identified, if they are an operator. The first time binds the operator to the
    /// subject: an address may be given to somebody else later, a subject never is. Who is known by an address needs one
    /// that is verified, each time.
    pub fn admit(&self, who: &Identity<'_>) -> Result<Admitted, StoreError> {
        let _one = self.one_at_a_time();
        let found = |operator: Operator| {
            let how = operator.federated()?.matches(who)?;
            Some((how, operator))
        };
        let best = self.list()?.into_iter().filter_map(found).min_by_key(|(how, _)| *how);
        let Some((how, mut operator)) = best else { return Ok(Admitted::Unknown) };
        let by_email =
            operator.federated().is_some_and(|federated| matches!(federated.known, Known::Email(_)));
        if by_email && !(who.email_verified && who.email.is_some()) {
            return Ok(Admitted::Unverified(operator));
        }
        if how != Match::Bound && operator.federated().is_some_and(|federated| federated.bound.is_some()) {
            return Ok(Admitted::Another(operator));
        }
        if operator.is_disabled() {
            return Ok(Admitted::Disabled(operator));
        }
        if let Some(federated) = operator.more.federated.as_mut().filter(|_| how != Match::Bound) {
            federated.bound = Some((who.issuer.to_owned(), who.subject.to_owned()));
            self.put(&operator)?;
        }
        Ok(Admitted::Done(operator))
    }
}
