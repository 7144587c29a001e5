use std::sync::Arc;

use engine::{Checked, Options, Store, Target, check};
use ledger::AccountNo;
use testkit::running::Running;

/// Room for everything.
pub const HUGE: Options =
    Options { cached_accounts: 1_000_000, snapshot_every: 1_000_000, run_size: 1_000_000, queue: 65_536 };

pub fn start(store: &(impl Store + Clone), options: Options) -> Running {
    Running::start(Arc::new(store.clone()), options, true).unwrap()
}

/// Checks a store: nothing is off.
#[expect(clippy::needless_pass_by_value, reason = "the last thing that a test does with a store")]
pub fn clean(store: Arc<dyn Store>) -> Checked {
    let checked = check(&store).unwrap();
    assert!(checked.places.is_empty(), "{:#?}", checked.places);
    checked
}

pub fn no(account: AccountNo) -> Target {
    Target::Number(account)
}
