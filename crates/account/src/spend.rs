use catalog::Action;
use ledger::{Drawn, NameId, Parts, Tags, Work, draw};
use money::Amount;

use crate::draft::Draft;
use crate::edges::overdraft_limit;
use crate::{Account, ActionWork, Refusal, Rules, Spend, What, attribute_text};

/// What a spend costs, and by which rules it is drawn.
pub(crate) struct Priced<'a> {
    pub unit: u8,
    pub credits: Amount,
    pub work: Work,
    pub action: Option<&'a Action>,
}

/// Prices a spend by the program, or by the quote that it honours.
pub(crate) fn price<'a>(account: &Account, rules: &Rules<'a>, spend: &Spend) -> Result<Priced<'a>, Refusal> {
    let mut priced = match &spend.what {
        What::Action(work) => price_action(account, rules, work)?,
        What::Credits { unit, credits } => {
            if credits.is_negative() || *credits > Amount::MAX {
                return Err(Refusal::OutOfRange);
            }
            let work = Work { action: NameId::NONE, price_version: rules.version, quantity: 1, tags: None };
            Priced { unit: *unit, credits: *credits, work, action: None }
        }
    };
    let tagged = spend.reference.is_some()
        || spend.member.is_some()
        || spend.department.is_some()
        || !spend.metadata.is_empty();
    if tagged {
        let tags = priced.work.tags.get_or_insert_default();
        tags.reference.clone_from(&spend.reference);
        tags.member.clone_from(&spend.member);
        tags.department.clone_from(&spend.department);
        tags.metadata.clone_from(&spend.metadata);
    }
    Ok(priced)
}

/// Prices an action.
pub(crate) fn price_action<'a>(
    _account: &Account,
    rules: &Rules<'a>,
    work: &ActionWork,
) -> Result<Priced<'a>, Refusal> {
    let action = rules.program.actions.get(work.index).ok_or(Refusal::UnknownAction)?;
    let (credits, price_version) = if let Some(quoted) = work.quoted {
        quoted
    } else {
        let asked = catalog::Work { quantity: work.quantity, attributes: &work.attributes, plan: None };
        (rules.program.price(action, &asked).map_err(Refusal::NoPrice)?, rules.version)
    };
    let tags = (!work.attributes.is_empty()).then(|| {
        let attributes =
            work.attributes.iter().map(|(name, value)| (name.as_str().into(), attribute_text(value)));
        Box::new(Tags { attributes: attributes.collect(), ..Tags::default() })
    });
    let work = Work { action: work.name, price_version, quantity: work.quantity, tags };
    Ok(Priced { unit: action.unit, credits, work, action: Some(action) })
}

/// What a spend draws: all or nothing. What grants do not cover becomes a debt, where the action may make one.
pub(crate) fn draw_for(
    draft: &Draft<'_>,
    rules: &Rules<'_>,
    credits: Amount,
    action: NameId,
    may_overdraw: bool,
) -> Result<(Parts, Amount), Refusal> {
    let book = draft.book();
    if may_overdraw
        && let Some(overdraft) = book.and_then(|book| book.overdraft.as_deref())
        && overdraft.suspended_at.is_some()
    {
        return Err(Refusal::Suspended { owed: draft.owed(), since: overdraft.since });
    }
    let grants = book.map(|book| book.grants.as_slice()).unwrap_or_default();
    let Drawn { parts, short } = draw(grants, credits, action);
    let available = draft.available();
    if credits.is_zero() || (short.is_zero() && credits <= available) {
        return Ok((parts, Amount::ZERO));
    }
    let payable = available.min(credits.minus(short));
    let insufficient = |shortfall: Amount| Refusal::Insufficient {
        required: credits,
        available: payable,
        shortfall,
        unit: draft.unit,
    };
    if !may_overdraw {
        return Err(insufficient(credits.minus(payable)));
    }
    if let Some(limit) = overdraft_limit(draft.account, rules)
        && available.minus(credits) < limit.negated()
    {
        return Err(insufficient(credits.minus(available).minus(limit)));
    }
    if draft.owed().plus(short) > Amount::MAX_TOTAL {
        return Err(Refusal::OutOfRange);
    }
    Ok((parts, short))
}
