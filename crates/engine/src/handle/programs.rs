//! Programs, names and clocks.

use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError};

use catalog::Program;
use ledger::NameId;
use moment::Instant;
use tokio::sync::oneshot;

use super::Engine;
use crate::lane::{Message, Reply};
use crate::{Control, Failure, Published, StoreError, StoredProgram};

/// How often accounts may ask on the way of a test clock: each a thousand times.
const MOST_ROUNDS: usize = 1_000;

/// Those outside whom accounts ask: payment providers.
pub trait Outside: Send + Sync {
    /// Asks and books the answers of all that is in the journal up to this row.
    fn answer(&self, row: u64) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
    /// When somebody outside next has something to tell a program by its clock.
    fn next_due(&self, program: &str) -> Option<Instant>;
    /// Books what they have to tell by then.
    fn tick(&self, program: &str, now: Instant) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

impl Engine {
    /// Says who answers what accounts ask while a test clock moves.
    pub fn set_outside(&self, outside: Arc<dyn Outside>) {
        *self.inner.outside.lock().unwrap_or_else(PoisonError::into_inner) = Some(outside);
    }

    fn outside(&self) -> Option<Arc<dyn Outside>> {
        self.inner.outside.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn load_programs(&self) -> Result<(), StoreError> {
        for stored in self.control().programs()? {
            let file = format!("{} (version {})", stored.id, stored.version);
            let program = catalog::load(&file, &stored.text).map_err(|problems| {
                let first = problems.first().map(ToString::to_string).unwrap_or_default();
                StoreError::new(format!("the program that was published can't be read any more: {first}"))
            })?;
            self.run_program(program, stored.version, None)?;
        }
        Ok(())
    }

    /// The programs that run, in their latest versions, by id.
    pub fn programs(&self) -> Vec<Arc<Published>> {
        self.shared().programs.all()
    }

    /// The program of that id.
    pub fn program(&self, id: &str) -> Option<Arc<Published>> {
        self.shared().programs.get(id)
    }

    /// Publishes a program: as a new version, if its file differs from the latest one. With `test_clock` it runs on a
    /// test clock, which starts there or goes on from where it stood.
    pub fn publish(
        &self,
        program: Program,
        text: &str,
        test_clock: Option<Instant>,
    ) -> Result<Arc<Published>, StoreError> {
        let _one_at_a_time = self.inner.publishing.lock().unwrap_or_else(PoisonError::into_inner);
        let stored = self.control().programs()?.into_iter().find(|stored| stored.id == program.id);
        let version = match stored {
            Some(stored) if stored.text == text => stored.version,
            stored => {
                let version = stored.map_or(1, |stored| stored.version + 1);
                let published_at = self.shared().clock.now();
                let text = text.to_owned();
                self.control().publish(&StoredProgram {
                    id: program.id.clone(),
                    version,
                    text,
                    published_at,
                })?;
                version
            }
        };
        self.run_program(program, version, test_clock)
    }

    fn run_program(
        &self,
        program: Program,
        version: u32,
        test_clock: Option<Instant>,
    ) -> Result<Arc<Published>, StoreError> {
        let unavailable = |_| StoreError::new("the journal can't be written");
        let name = self.name(&program.id).map_err(unavailable)?;
        let actions = program.actions.iter().map(|action| self.name(&action.code));
        let actions = actions.collect::<Result<Vec<_>, _>>().map_err(unavailable)?;
        let running = self.program(&program.id).and_then(|running| running.test_clock.clone());
        let test_clock = match (running, self.control().test_clock(&program.id)?, test_clock) {
            (Some(running), ..) => Some(running),
            (None, Some(stood), _) => Some(Arc::new(AtomicI64::new(stood.millis()))),
            (None, None, Some(start)) => {
                self.control().set_test_clock(&program.id, start)?;
                Some(Arc::new(AtomicI64::new(start.millis())))
            }
            (None, None, None) => None,
        };
        let published = Arc::new(Published { name, version, program, actions, test_clock });
        self.shared().programs.put(Arc::clone(&published));
        Ok(published)
    }

    /// The store.
    pub fn store(&self) -> Arc<dyn crate::Store> {
        Arc::clone(&self.shared().store)
    }

    /// What the machine's clock says.
    pub fn clock_now(&self) -> Instant {
        self.shared().clock.now()
    }

    /// The secret of that name, made when it is asked for first.
    pub fn fresh_secret(&self, name: &str) -> Result<[u8; 32], StoreError> {
        let mut fresh = [0; 32];
        getrandom::fill(&mut fresh)
            .map_err(|error| StoreError::new(format!("no random numbers: {error}")))?;
        self.control().secret(name, fresh)
    }

    /// Programs, keys, test clocks, secrets.
    pub fn control(&self) -> Arc<dyn Control> {
        self.shared().store.control()
    }

    /// The number of a name, made durable when it is new. Blocks for it then.
    pub fn name(&self, text: &str) -> Result<NameId, Failure> {
        if let Some(id) = self.known_name(text) {
            return Ok(id);
        }
        let (to, answer) = oneshot::channel();
        self.send(Message::Name { text: text.to_owned(), reply: Reply { to, via: None } })?;
        answer.blocking_recv().unwrap_or(Err(Failure::Unavailable))
    }

    /// The number of a name, made durable when it is new.
    pub async fn name_async(&self, text: &str) -> Result<NameId, Failure> {
        if let Some(id) = self.known_name(text) {
            return Ok(id);
        }
        let (to, answer) = oneshot::channel();
        self.send(Message::Name { text: text.to_owned(), reply: Reply { to, via: None } })?;
        answer.await.unwrap_or(Err(Failure::Unavailable))
    }

    /// The number of a name, if it has one.
    pub fn known_name(&self, text: &str) -> Option<NameId> {
        self.shared().names.get(text)
    }

    /// The text of a name.
    pub fn text(&self, name: NameId) -> Arc<str> {
        self.shared().names.text(name)
    }

    /// The time that a program's requests count from: its test clock's, or the machine's.
    pub fn now(&self, published: &Published) -> Instant {
        published.test_now().unwrap_or_else(|| self.shared().clock.now())
    }

    /// Moves a test clock forward to an instant; what falls due on the way is booked, in order, when it returns.
    /// Never back: an earlier instant changes nothing. Returns what the clock says then.
    pub async fn advance(&self, published: &Published, to: Instant) -> Result<Instant, Failure> {
        let Some(clock) = &published.test_clock else { return Err(Failure::Unavailable) };
        let id = published.program.id.as_str();
        // Each time anew: on the way another version of the program may be published.
        let running = || self.program(id).ok_or(Failure::Unavailable);
        let outside = self.outside();
        if let Some(outside) = &outside {
            // What was asked before is answered before time goes on.
            outside.answer(self.head()).await;
        }
        loop {
            // As far as nobody outside has something to tell on the way.
            let now = Instant::from_millis(clock.load(Ordering::SeqCst));
            let told = outside.as_ref().and_then(|outside| outside.next_due(id)).filter(|due| *due > now);
            let stop = told.unwrap_or(to).min(to);
            self.advance_accounts(&running()?, stop).await?;
            if stop > now {
                // First what lasts: after a crash the clock stands there. It moves behind the accounts: what was booked
                // meanwhile counts from the instants at which they stand.
                self.control().set_test_clock(id, stop)?;
                clock.fetch_max(stop.millis(), Ordering::SeqCst);
            }
            if let Some(outside) = &outside {
                outside.tick(id, stop).await;
            }
            if stop >= to {
                break;
            }
        }
        // What was told last may have made something fall due.
        self.advance_accounts(&running()?, to).await?;
        Ok(Instant::from_millis(clock.load(Ordering::SeqCst)))
    }

    /// Rolls a program's accounts forward, as far as each gets before it asks somebody outside; then the answers; and on.
    async fn advance_accounts(&self, published: &Arc<Published>, to: Instant) -> Result<(), Failure> {
        for _ in 0..MOST_ROUNDS {
            let published = Arc::clone(published);
            let asked = self.ask(|reply| Message::Advance { published, to, reply }).await??;
            match self.outside() {
                Some(outside) if asked => outside.answer(self.head()).await,
                _ => break,
            }
        }
        Ok(())
    }
}
