//! The accounts of a file that are there already.

use std::collections::HashMap;
use std::sync::Arc;

use account::{Account, Change};
use engine::{Engine, Failure, Published, Target};
use ledger::Profile;
use tokio::task::JoinSet;

use super::write::{Job, broken_off};
use crate::Trouble;

/// What an account that is there has.
pub struct Seen {
    /// Whether it takes no more requests.
    pub closed: bool,
    profile: Profile,
}

impl Seen {
    /// What is to change of it; what the file leaves out stays.
    pub fn change(&self, new: &Profile) -> Option<Change> {
        let old = &self.profile;
        let other = |new: &Option<Box<str>>, old: &Option<Box<str>>| {
            new.clone().filter(|new| Some(new) != old.as_ref())
        };
        let change = Change {
            name: other(&new.name, &old.name),
            email: other(&new.email, &old.email),
            time_zone: other(&new.time_zone, &old.time_zone),
            locale: other(&new.locale, &old.locale),
            metadata: Some(new.metadata.clone()).filter(|new| !new.is_empty() && *new != old.metadata),
            overdraft: None,
        };
        (change != Change::default()).then_some(change)
    }
}

/// The accounts of some lines, by the host's ids; those that are not there are left out. All are asked for at once: one
/// after the other each would wait for the lane's next turn.
pub async fn there(
    engine: &Engine,
    published: &Arc<Published>,
    jobs: &[Job],
) -> Result<HashMap<Box<str>, Seen>, Trouble> {
    let mut ids: Vec<&str> = jobs.iter().map(|job| &*job.wanted.host_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut asked: JoinSet<(Box<str>, Result<Seen, Failure>)> = JoinSet::new();
    for id in ids {
        let (engine, published, id) = (engine.clone(), Arc::clone(published), Box::<str>::from(id));
        asked.spawn(async move {
            let look = |account: &Account, _| Seen {
                closed: account.closed,
                profile: account.profile.as_deref().cloned().unwrap_or_default(),
            };
            let seen = engine.read(Target::Host(id.clone()), published, look).await;
            (id, seen)
        });
    }
    let mut found = HashMap::new();
    while let Some(answer) = asked.join_next().await {
        match answer.map_err(|error| Trouble::new(format!("an account can't be read: {error}")))? {
            (id, Ok(seen)) => {
                found.insert(id, seen);
            }
            (_, Err(Failure::NoAccount)) => {}
            (_, Err(failure)) => return Err(broken_off(failure)),
        }
    }
    Ok(found)
}
