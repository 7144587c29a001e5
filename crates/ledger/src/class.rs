use serde::{Deserialize, Serialize};

/// Where a grant's credits come from. The order is the order of the program file's class rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Came with opening the account.
    Starter,
    /// A plan's allotment for a period.
    Plan,
    /// Bought.
    Purchase,
    /// Given on top of a purchase.
    Bonus,
    /// Given to attract or to thank.
    Promotion,
    /// Left over from a plan's earlier period.
    Rollover,
    /// Given again by the operator for credits that had ended.
    Reissue,
    /// Set right by the operator, with a reason.
    Adjustment,
}

impl Class {
    /// Every class, in order.
    pub const ALL: [Class; 8] = [
        Class::Starter,
        Class::Plan,
        Class::Purchase,
        Class::Bonus,
        Class::Promotion,
        Class::Rollover,
        Class::Reissue,
        Class::Adjustment,
    ];

    /// What files and the API call it.
    pub const fn code(self) -> &'static str {
        match self {
            Class::Starter => "starter",
            Class::Plan => "plan",
            Class::Purchase => "purchase",
            Class::Bonus => "bonus",
            Class::Promotion => "promotion",
            Class::Rollover => "rollover",
            Class::Reissue => "reissue",
            Class::Adjustment => "adjustment",
        }
    }

    /// The class of that code.
    pub fn from_code(code: &str) -> Option<Class> {
        Class::ALL.into_iter().find(|class| class.code() == code)
    }

    /// Its place in a program's class rules.
    pub const fn index(self) -> usize {
        self as usize
    }
}
