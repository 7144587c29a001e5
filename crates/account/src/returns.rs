use ledger::{Event, Position, Returned, undo};
use money::Amount;

use crate::decide::Asks;
use crate::give_back::{GivenBack, give_back};
use crate::{Decision, Refusal, Stop};

impl Asks<'_> {
    pub(crate) fn give_back(
        &self,
        charge: Position,
        credits: Option<Amount>,
        reason: &str,
    ) -> Result<Decision, Stop> {
        if credits.is_some_and(|credits| !credits.is_positive() || credits > Amount::MAX) {
            return Err(Refusal::OutOfRange.into());
        }
        let (unit, charged) = self.context.facts.charge(charge)?;
        let before = self.returned(charge)?;
        let left = charged.credits.minus(before);
        let asked = credits.unwrap_or(left);
        // A charge of nothing can be returned, for the record.
        let nothing_left = asked.is_zero() && charged.credits.is_positive();
        if asked > left || nothing_left {
            return Err(Refusal::ExceedsCharge { left, asked }.into());
        }
        let mut draft = self.draft(unit);
        let total = draft.book().map_or(Amount::ZERO, |book| book.free.plus(book.held));
        if total.plus(asked) > Amount::MAX_TOTAL {
            return Err(Refusal::OutOfRange.into());
        }
        let (debt, parts) = undo(&charged.parts, charged.owed, before, asked);
        let (back, reissues) = give_back(&draft, self.rules, debt, &parts)?.into_parts();
        draft.push(Event::Returned(Box::new(Returned {
            charge,
            charged: charged.clone(),
            before,
            credits: asked,
            back,
            reason: reason.into(),
        })));
        GivenBack::push_reissues(reissues, &mut draft, self.rules);
        Ok(self.finish(draft))
    }

    /// How much of a charge was returned so far.
    fn returned(&self, charge: Position) -> Result<Amount, Stop> {
        if let Some(recent) = &self.account.recent {
            if let Ok(place) = recent.returned.binary_search_by_key(&charge, |(id, _)| *id) {
                return Ok(recent.returned.get(place).map_or(Amount::ZERO, |(_, total)| *total));
            }
            if charge <= recent.returns_forgotten {
                return Ok(self.context.facts.returned(charge)?);
            }
        }
        Ok(Amount::ZERO)
    }
}
