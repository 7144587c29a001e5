use moment::Instant;
use serde::{Deserialize, Serialize};

use crate::Code;

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
    /// The password's hash, in the PHC format.
    pub(crate) password: String,
    /// What makes their codes; `None` until they have set it up.
    pub code: Option<Code>,
    /// Whether they have to have one.
    pub needs_code: bool,
    /// The step of the code that was used last: no code is taken twice.
    pub(crate) last_step: u64,
    /// When they were added.
    pub created_at: Instant,
}
