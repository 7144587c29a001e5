use engine::StoreError;

use crate::WeakPassword;

/// Why something was not done about an operator.
#[derive(Debug)]
pub enum NotDone {
    /// That is no address.
    Address(String),
    /// That is no subject of a provider.
    Subject,
    /// The provider knows this other operator by the same.
    Taken(String),
    /// The password can't be used.
    Weak(WeakPassword),
    /// There is such an operator already.
    Exists(String),
    /// There is no such operator.
    Unknown(String),
    /// Whoever asked may not do that any more.
    NotAllowed,
    /// Whoever asked would lock themselves out.
    Yourself,
    /// No admin would be left who can sign in.
    LastAdmin,
    /// It can't be kept or read now.
    Store(StoreError),
}

impl From<StoreError> for NotDone {
    fn from(error: StoreError) -> NotDone {
        NotDone::Store(error)
    }
}

impl std::error::Error for NotDone {}

impl std::fmt::Display for NotDone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NotDone::Address(text) => {
                write!(f, "{text:?} is no address: it needs a name, an @ and a host")
            }
            NotDone::Subject => {
                f.write_str("the subject is 1 to 255 letters of ASCII, as the provider writes it")
            }
            NotDone::Taken(other) => write!(f, "{other} is known to the provider by the same"),
            NotDone::Weak(why) => write!(f, "the password can't be used: {why}"),
            NotDone::Exists(email) => write!(f, "{email} is an operator already"),
            NotDone::Unknown(email) => write!(f, "there is no operator {email}"),
            NotDone::NotAllowed => f.write_str("the role does not allow it"),
            NotDone::Yourself => f.write_str("nobody locks themselves out"),
            NotDone::LastAdmin => f.write_str("no admin would be left who can sign in"),
            NotDone::Store(error) => error.fmt(f),
        }
    }
}
