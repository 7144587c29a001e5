//! How requests name accounts and what accounts have.

use engine::Target;
use ledger::{AccountNo, Position};

use crate::ids::{self, Kind, Named};
use crate::problem::Problem;

/// The longest id of a host.
const LONGEST: usize = 128;

/// The account of this name: Scrip's id, or the host's own. `None` if it can't be either.
pub(crate) fn account(text: &str) -> Option<Target> {
    if text.starts_with(Kind::Account.prefix()) {
        return ids::read(Kind::Account, text).map(|named| Target::Number(named.account));
    }
    is_host_id(text).then(|| Target::Host(text.into()))
}

/// Whether a host may call an account so.
pub(crate) fn is_host_id(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/')
        && !text.starts_with(Kind::Account.prefix())
}

/// What a host id must be.
pub(crate) const HOST_ID: &str =
    "must have 1 to 128 visible ASCII characters, none of them a slash, and not begin with \"acct_\"";

/// The account that a path names.
pub(crate) fn path_account(text: &str) -> Result<Target, Problem> {
    account(text).ok_or_else(|| {
        Problem::new(
            crate::problem::Code::NotFound,
            format!("{text:?} is no id of an account: neither acct_ and 20 characters, nor an id that a host can give."),
        )
    })
}

/// The account that a body names.
pub(crate) fn body_account(text: Option<&str>) -> Result<Target, Problem> {
    let text =
        text.ok_or_else(|| Problem::invalid("/account", "must be given: the account's id, or your own"))?;
    account(text).ok_or_else(|| {
        Problem::invalid(
            "/account",
            format!("must be an id of an account (acct_…), or your own, which {HOST_ID}"),
        )
    })
}

/// What a path names.
pub(crate) fn path_id(kind: Kind, what: &str, text: &str) -> Result<Named, Problem> {
    ids::read(kind, text).ok_or_else(|| {
        let prefix = kind.prefix();
        Problem::new(
            crate::problem::Code::NotFound,
            format!("{text:?} is no id of a {what}: {prefix} and 20 characters, letter for letter."),
        )
    })
}

/// What a body names.
pub(crate) fn body_id(kind: Kind, what: &str, text: Option<&str>) -> Result<Named, Problem> {
    let pointer = format!("/{what}");
    let text = text
        .ok_or_else(|| Problem::invalid(pointer.as_str(), format!("must be given: the id of the {what}")))?;
    ids::read(kind, text).ok_or_else(|| {
        Problem::invalid(
            pointer.as_str(),
            format!("must be an id of a {what}: {} and 20 characters", kind.prefix()),
        )
    })
}

/// A position as clients send it: what `Scrip-Position` said.
pub(crate) fn position(text: &str) -> Option<Position> {
    let digits = (1..=16).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit());
    let number: u64 = text.parse().ok().filter(|_| digits)?;
    (number < Position::END).then_some(Position(number))
}

/// The number of an account, where the name says it.
pub(crate) fn number(target: &Target) -> Option<AccountNo> {
    match target {
        Target::Number(number) => Some(*number),
        Target::Host(_) | Target::New => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Id;

    #[test]
    fn accounts_are_named_two_ways() {
        let id = Id::new(Kind::Account, Position(7), AccountNo(3));
        assert_eq!(account(id.as_str()), Some(Target::Number(AccountNo(3))));
        assert_eq!(account("shop-1.example.com"), Some(Target::Host("shop-1.example.com".into())));
        for wrong in ["", "a b", "a/b", "acct_1", "acct_00000000000000000000", "ä", &"a".repeat(129)] {
            assert_eq!(account(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn positions_are_below_two_to_the_53() {
        assert_eq!(position("57344"), Some(Position(57_344)));
        for wrong in ["", "-1", "+1", "1.0", "9007199254740992", "99999999999999999999"] {
            assert_eq!(position(wrong), None, "{wrong}");
        }
    }
}
