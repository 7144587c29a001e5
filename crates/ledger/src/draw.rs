use money::Amount;

use crate::{Grant, NameId, Part, Parts};

/// What a spend takes: parts of grants, and what they could not cover.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// From each grant, in draw order; each positive.
    pub parts: Parts,
    /// What no grant covered.
    pub short: Amount,
}

/// Picks the grants that pay `credits` for the action, in draw order (`grants` are kept in it).
///
/// Only free credits of grants whose scope admits the action are drawn.
pub fn draw(grants: &[Grant], credits: Amount, action: NameId) -> Drawn {
    let mut drawn = Drawn { parts: Parts::new(), short: credits };
    for grant in grants {
        if !drawn.short.is_positive() {
            break;
        }
        if grant.free.is_positive() && grant.pays_for(action) {
            let credits = grant.free.min(drawn.short);
            drawn.parts.push(Part { grant: grant.id, credits });
            drawn.short = drawn.short.minus(credits);
        }
    }
    drawn
}

/// What giving back `credits` of a spend undoes, after `before` of it was given back already: first the debt that
/// the spend made, then its parts, last drawn first (domain.md, "Holds", 5 and 6).
///
/// ```
/// use ledger::{Part, Position, undo};
/// use money::Amount;
/// let parts = [Part { grant: Position(1), credits: Amount(3) }, Part { grant: Position(2), credits: Amount(4) }];
/// let (debt, back) = undo(&parts, Amount(2), Amount(0), Amount(5));
/// assert_eq!(debt, Amount(2));
/// assert_eq!(back.as_slice(), [Part { grant: Position(2), credits: Amount(3) }]);
/// ```
pub fn undo(parts: &[Part], debt: Amount, before: Amount, credits: Amount) -> (Amount, Parts) {
    let mut skip = before;
    let mut left = credits;
    let mut take = |size: Amount| {
        let skipped = skip.min(size);
        skip = skip.minus(skipped);
        let taken = size.minus(skipped).min(left);
        left = left.minus(taken);
        taken
    };
    let debt = take(debt);
    let mut back = Parts::new();
    for part in parts.iter().rev() {
        let credits = take(part.credits);
        if credits.is_positive() {
            back.push(Part { grant: part.grant, credits });
        }
    }
    (debt, back)
}
