use catalog::{Action, Program};
use ledger::{NameId, Scope};

/// A program as decisions need it: with the numbers that entries know its actions by.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The program.
    pub program: &'a Program,
    /// Which version of it.
    pub version: u32,
    /// The name of each action, in the program's order.
    pub actions: &'a [NameId],
}

impl<'a> Rules<'a> {
    /// The action that entries know by this name, if the program still has it.
    pub fn action(&self, name: NameId) -> Option<&'a Action> {
        let place = self.actions.iter().position(|action| *action == name)?;
        self.program.actions.get(place)
    }

    /// Whether grants of this scope settle debts: they must pay for every action that may make one.
    pub fn settles_debts(&self, scope: &Scope) -> bool {
        scope.0.as_deref().is_none_or(|names| self.pays_for_overdraws(names))
    }

    pub(crate) fn pays_for_overdraws(&self, names: &[NameId]) -> bool {
        self.program
            .actions
            .iter()
            .zip(self.actions)
            .filter(|(action, _)| action.may_overdraw)
            .all(|(_, name)| names.binary_search(name).is_ok())
    }
}
