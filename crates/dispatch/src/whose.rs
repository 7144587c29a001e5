//! Whose an account is: its program, and what messages say of it.

use std::sync::{Arc, Mutex, PoisonError};

use engine::{Failure, Published, StoreError, Target};
use ledger::{AccountNo, Position, Profile};
use rustc_hash::FxHashMap;

use crate::Shared;

/// What messages need to know of an account.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    pub id: Position,
    pub host_id: Option<String>,
    pub profile: Profile,
}

/// Which program an account is of: that never changes.
#[derive(Default)]
pub(crate) struct Whose(Mutex<FxHashMap<AccountNo, Arc<str>>>);

/// So many are remembered before all are forgotten.
const MOST: usize = 100_000;

/// There is none, or it can't be told now: that must not be mistaken for the other, or what is due would be dropped.
fn told<T>(read: Result<T, Failure>) -> Result<Option<T>, StoreError> {
    match read {
        Ok(told) => Ok(Some(told)),
        Err(Failure::Overloaded | Failure::Unavailable) => {
            Err(StoreError::new("an account can't be looked at now".to_owned()))
        }
        Err(_) => Ok(None),
    }
}

impl Shared {
    /// The program that an account is of.
    pub async fn program_of(&self, account: AccountNo) -> Result<Option<Arc<Published>>, StoreError> {
        let programs = self.engine.programs();
        if let [only] = programs.as_slice() {
            return Ok(Some(Arc::clone(only)));
        }
        let known = self.whose.0.lock().unwrap_or_else(PoisonError::into_inner).get(&account).cloned();
        if let Some(known) = known {
            return Ok(self.engine.program(&known));
        }
        for published in programs {
            let seen = self.engine.read(Target::Number(account), Arc::clone(&published), |_, _| ()).await;
            if told(seen)?.is_some() {
                let mut whose = self.whose.0.lock().unwrap_or_else(PoisonError::into_inner);
                if whose.len() >= MOST {
                    whose.clear();
                }
                whose.insert(account, published.program.id.as_str().into());
                return Ok(Some(published));
            }
        }
        Ok(None)
    }

    /// What messages need to know of an account.
    pub async fn owner(
        &self,
        published: &Arc<Published>,
        account: AccountNo,
    ) -> Result<Option<Owner>, StoreError> {
        let look = |account: &account::Account, _| Owner {
            id: account.id,
            host_id: Some(account.host_id.to_string()).filter(|id| !id.is_empty()),
            profile: account.profile.as_deref().cloned().unwrap_or_default(),
        };
        told(self.engine.read(Target::Number(account), Arc::clone(published), look).await)
    }
}
