use ledger::{Captured, Event, Held, Hold, Parts, Position, Released, Resolution, Resolved, Work, undo};
use money::Amount;

use crate::decide::Asks;
use crate::draft::Draft;
use crate::give_back::{GivenBack, give_back};
use crate::spend::{draw_for, price, price_action};
use crate::{ActionWork, Decision, HowMuch, Need, Refusal, Rules, Spend, Stop, attribute_value};

impl<'a> Asks<'a> {
    pub(crate) fn hold(&self, spend: &Spend) -> Result<Decision, Stop> {
        self.must_be_open()?;
        let priced = price(self.account, self.rules, spend)?;
        let rule = &self.rules.program.holds;
        let latest = self.after(rule.max_deadline, self.context.now);
        let deadline = self.after(spend.open_for.unwrap_or(rule.deadline), self.context.now);
        if deadline > latest {
            return Err(Refusal::Invalid {
                pointer: "/expires_in",
                message: format!("a hold stays open for at most {}", rule.max_deadline),
            }
            .into());
        }
        let mut draft = self.draft(priced.unit);
        let overdraw = priced.action.is_some_and(|action| action.may_overdraw);
        let (parts, owed) = draw_for(&draft, self.rules, priced.credits, priced.work.action, overdraw)?;
        draft.push(Event::Held(Held { work: priced.work, credits: priced.credits, parts, owed, deadline }));
        Ok(self.finish(draft))
    }

    fn open_hold(&self, id: Position) -> Option<&'a Hold> {
        self.account.books.iter().find_map(|book| book.hold(id))
    }

    /// How a hold ended that is no longer open.
    fn resolved(&self, id: Position) -> Result<Resolved, Stop> {
        let recent = self.account.recent.iter().flat_map(|recent| &recent.resolved);
        if let Some(resolved) = recent.rev().find(|resolved| resolved.hold == id) {
            return Ok(*resolved);
        }
        match self.context.facts.resolved(id)? {
            Some(resolved) => Ok(resolved),
            None => Err(Refusal::NotFound("hold").into()),
        }
    }

    pub(crate) fn capture(&self, id: Position, how_much: HowMuch) -> Result<Decision, Stop> {
        let Some(hold) = self.open_hold(id) else {
            return Err(self.captured_before(id, how_much)?);
        };
        let action = self.rules.action(hold.work.action);
        let asked = match how_much {
            HowMuch::All => hold.credits,
            HowMuch::Credits(credits) if credits.is_negative() || credits > Amount::MAX => {
                return Err(Refusal::OutOfRange.into());
            }
            HowMuch::Credits(credits) => credits,
            HowMuch::Quantity(quantity) => self.price_for(&hold.work, quantity)?,
        };
        if asked.is_zero() && hold.credits.is_positive() {
            return self.release(id, None);
        }
        let may_exceed = action.is_some_and(|action| action.may_exceed_hold);
        if asked > hold.credits && !may_exceed {
            return Err(Refusal::ExceedsHold { held: hold.credits, asked }.into());
        }
        let mut draft = self.draft(hold.unit);
        let rest = hold.credits.minus(asked).max(Amount::ZERO);
        let (debt_back, parts_back) = undo(&hold.parts, hold.owed, Amount::ZERO, rest);
        let (back, reissues) = if rest.is_positive() {
            let (back, reissues) = give_back(&draft, self.rules, debt_back, &parts_back)?.into_parts();
            (Some(Box::new(back)), reissues)
        } else {
            (None, Vec::new())
        };
        let excess = asked.minus(hold.credits).max(Amount::ZERO);
        let (excess_parts, excess_owed) = if excess.is_positive() {
            let overdraw = action.is_some_and(|action| action.may_overdraw);
            draw_for(&draft, self.rules, excess, hold.work.action, overdraw)?
        } else {
            (Parts::new(), Amount::ZERO)
        };
        let mut work = hold.work.clone();
        if let HowMuch::Quantity(quantity) = how_much {
            // The history says how many were done, not how many were planned.
            (work.quantity, work.price_version) = (quantity, self.rules.version);
        }
        draft.push(Event::Captured(Captured {
            hold: id,
            work,
            credits: asked,
            taken: without(&hold.parts, &parts_back),
            taken_owed: hold.owed.minus(debt_back),
            excess: excess_parts.into_vec(),
            excess_owed,
            back,
        }));
        GivenBack::push_reissues(reissues, &mut draft, self.rules);
        Ok(self.finish(draft))
    }

    /// What so many of the work cost now.
    fn price_for(&self, work: &Work, quantity: i64) -> Result<Amount, Stop> {
        let name = work.action;
        let place = self.rules.actions.iter().position(|action| *action == name);
        let Some(index) = place.filter(|_| name.is_some()) else {
            return Err(Refusal::Invalid {
                pointer: "/quantity",
                message: "this hold is for credits, not for an action: name credits".into(),
            }
            .into());
        };
        let attributes = work.tags.iter().flat_map(|tags| &tags.attributes);
        let attributes = attributes.map(|(name, value)| (name.to_string(), attribute_value(value))).collect();
        let work = ActionWork { index, name, quantity, attributes, quoted: None };
        Ok(price_action(self.account, self.rules, &work)?.credits)
    }

    /// A capture of a hold that is no longer open: the same again, or refused with what did happen.
    fn captured_before(&self, id: Position, how_much: HowMuch) -> Result<Stop, Stop> {
        let resolved = self.resolved(id)?;
        Ok(match resolved.how {
            Resolution::Captured(captured) => {
                let asked = match how_much {
                    HowMuch::All => resolved.held,
                    HowMuch::Credits(credits) => credits,
                    HowMuch::Quantity(quantity) => {
                        let (_, charged) = self.context.facts.charge(resolved.by)?;
                        self.price_for(&charged.work, quantity)?
                    }
                };
                if asked == captured {
                    Stop::Already(resolved.by)
                } else {
                    Refusal::HoldAlreadyCaptured { captured, at: resolved.at, charge: resolved.by }.into()
                }
            }
            Resolution::Released if how_much == HowMuch::Credits(Amount::ZERO) => Stop::Already(resolved.by),
            Resolution::Released => Refusal::HoldAlreadyReleased { at: resolved.at }.into(),
            Resolution::Expired => Refusal::HoldExpired { at: resolved.at }.into(),
        })
    }

    pub(crate) fn release(&self, id: Position, reason: Option<&str>) -> Result<Decision, Stop> {
        let Some(hold) = self.open_hold(id) else {
            let resolved = self.resolved(id)?;
            return Err(match resolved.how {
                Resolution::Captured(captured) => {
                    Refusal::HoldAlreadyCaptured { captured, at: resolved.at, charge: resolved.by }.into()
                }
                Resolution::Released => Stop::Already(resolved.by),
                Resolution::Expired => Refusal::HoldExpired { at: resolved.at }.into(),
            });
        };
        let mut draft = self.draft(hold.unit);
        push_release(&mut draft, self.rules, hold, false, reason)?;
        Ok(self.finish(draft))
    }
}

/// Releases an open hold: all of it comes back.
pub(crate) fn push_release(
    draft: &mut Draft<'_>,
    rules: &Rules<'_>,
    hold: &Hold,
    expired: bool,
    reason: Option<&str>,
) -> Result<(), Need> {
    let (debt, parts) = undo(&hold.parts, hold.owed, Amount::ZERO, hold.credits);
    let (back, reissues) = give_back(draft, rules, debt, &parts)?.into_parts();
    draft.push(Event::Released(Released {
        hold: hold.id,
        work: hold.work.clone(),
        credits: hold.credits,
        expired,
        back: Box::new(back),
        reason: reason.map(Box::from),
    }));
    GivenBack::push_reissues(reissues, draft, rules);
    Ok(())
}

/// What is left of `parts` when `back` is taken out.
fn without(parts: &Parts, back: &Parts) -> Parts {
    parts
        .iter()
        .filter_map(|part| {
            let gone = back
                .iter()
                .find(|other| other.grant == part.grant)
                .map_or(Amount::ZERO, |other| other.credits);
            let credits = part.credits.minus(gone);
            credits.is_positive().then_some(ledger::Part { grant: part.grant, credits })
        })
        .collect()
}
