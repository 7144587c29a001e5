//! What holds and charges have in common: what they are for, at which price, and what the host says about it.

use account::{ActionWork, Spend, What};
use ledger::NameId;
use money::Amount;

use super::quotes::Quoted;
use crate::body::{Attributes, Metadata, Text, label, period};
use crate::known::Known;
use crate::problem::Problem;
use crate::units::unit;

/// A spend, as a body asks for it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Asks<'a> {
    pub action: Option<&'a Text<'a>>,
    pub quantity: Option<i64>,
    pub attributes: Option<&'a Attributes<'a>>,
    pub unit: Option<&'a Text<'a>>,
    pub credits: Option<i64>,
    pub quote: Option<&'a Text<'a>>,
    pub expires_in: Option<&'a Text<'a>>,
    pub reference: Option<&'a Text<'a>>,
    pub member: Option<&'a Text<'a>>,
    pub department: Option<&'a Text<'a>>,
    pub metadata: Option<&'a Metadata<'a>>,
}

impl Asks<'_> {
    /// The action, as it was written.
    pub fn action(&self) -> Option<&str> {
        self.action.map(|action| &**action)
    }

    /// How many.
    pub fn quantity(&self) -> i64 {
        self.quantity.unwrap_or(1)
    }

    /// The spend, at the price of its quote, if there is one.
    pub fn spend(&self, known: &Known, quoted: &Quoted) -> Result<Spend, Problem> {
        let text = |pointer: &str, text: Option<&Text<'_>>, most: usize| {
            text.map(|text| label(pointer, text, most)).transpose()
        };
        Ok(Spend {
            what: self.what(known, quoted)?,
            open_for: self.expires_in.map(|text| period("/expires_in", text)).transpose()?,
            reference: text("/reference", self.reference, 200)?,
            member: text("/member", self.member, 128)?,
            department: text("/department", self.department, 128)?,
            metadata: self.metadata.map(Metadata::boxed).transpose()?.unwrap_or_default(),
        })
    }

    fn what(&self, known: &Known, quoted: &Quoted) -> Result<What, Problem> {
        let wrong = |pointer: &str, message: &str| Err(Problem::invalid(pointer, message));
        match (self.action, self.credits) {
            (None, None) => wrong("/action", "must be given, or else credits"),
            (Some(_), Some(_)) => {
                wrong("/credits", "must be left out where there is an action: its price says them")
            }
            (None, Some(_)) if self.quantity.is_some() => {
                wrong("/quantity", "must be left out where there is no action")
            }
            (None, Some(_)) if self.attributes.is_some() => {
                wrong("/attributes", "must be left out where there is no action")
            }
            (None, Some(_)) if self.quote.is_some() => {
                wrong("/quote", "must be left out where there is no action")
            }
            (None, Some(credits)) => {
                Ok(What::Credits { unit: unit(known, self.unit)?, credits: Amount(credits) })
            }
            (Some(_), None) if self.unit.is_some() => {
                wrong("/unit", "must be left out where there is an action")
            }
            (Some(action), None) => {
                let mut work = action_work(known, action, self.quantity(), self.attributes);
                match quoted {
                    Quoted::No => {}
                    Quoted::At(credits, version) => work.quoted = Some((*credits, *version)),
                    Quoted::Expired(_) => work.index = UNKNOWN,
                }
                Ok(What::Action(work))
            }
        }
    }
}

/// The place of an action that is none of the program's. The engine refuses it, unless the request is a replay: so
/// a replay is answered although the action, or the quote, is no longer there.
pub(crate) const UNKNOWN: usize = usize::MAX;

/// The work that an action, a quantity and attributes ask for.
pub(crate) fn action_work(
    known: &Known,
    action: &str,
    quantity: i64,
    attributes: Option<&Attributes<'_>>,
) -> ActionWork {
    let (index, name) =
        known.action(action).map_or((UNKNOWN, NameId::NONE), |(index, name, _)| (index, name));
    let attributes = attributes.map(Attributes::owned).unwrap_or_default();
    ActionWork { index, name, quantity, attributes, quoted: None }
}
