//! Before a spend is refused for want of credits, the account's top-up is looked at: the refusal stands, but an order is
//! on its way when the request is repeated.

use account::{Command, Refusal};

use super::Lane;
use super::steps::{Found, Halt};
use crate::{Failure, Op, StoreError};

impl Lane {
    /// Places the order that the account's top-up makes for what was just refused, if it has one.
    pub(super) fn top_up_after(&mut self, op: &Op, failure: &Failure) -> Result<(), StoreError> {
        let Failure::Refused(Refusal::Insufficient { required, unit, .. }) = failure else { return Ok(()) };
        let Ok(Found::Slot(slot)) = self.locate(op, None) else { return Ok(()) };
        if self.cache.slot(slot).is_none_or(|slot| slot.account.top_up(*unit).is_none()) {
            return Ok(());
        }
        let now = self.now_for(slot, &op.published);
        let command = Command::TopUpFor { unit: *unit, needed: *required };
        match self.execute(slot, &op.published, op.by, &[&command], now) {
            Err((_, Halt::Store(error))) if !error.is_damage() => Err(error),
            Err((_, halt)) => {
                tracing::error!(reason = %halt.text(), "a top-up could not be looked at");
                Ok(())
            }
            Ok(_) => Ok(()),
        }
    }
}
