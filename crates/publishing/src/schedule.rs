use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use catalog::{Change, Program};
use engine::outbox::Shelf;
use engine::{Engine, Published, StoreError};
use moment::Instant;
use operators::{Audit, Noted};

use crate::{Publication, State, Unfit, check};

/// So many may be scheduled for a program at a time.
pub const MOST: usize = 20;
/// So many that have ended are kept of each program.
const KEPT: usize = 50;
/// How far ahead an instant may be: a year, in milliseconds.
const FARTHEST: i64 = 366 * 86_400_000;

/// What is published when. A clone is the same; a server has one.
#[derive(Clone)]
pub struct Schedule(Arc<Inner>);

struct Inner {
    engine: Engine,
    shelf: Arc<dyn Shelf>,
    audit: Audit,
    number: AtomicU32,
    /// What is still to come, by program and in order. Whoever changes anything holds it until that is done.
    to_come: Mutex<ToCome>,
}

type ToCome = BTreeMap<String, Vec<(Instant, String)>>;

/// Why something was not taken.
#[derive(Debug)]
pub enum NotTaken {
    /// The file can't be published.
    Unfit(Unfit),
    /// The instant is not in the future by the program's clock, or more than a year ahead.
    Instant,
    /// There are as many as there may be.
    TooMany,
    /// There is no publication of that id.
    Unknown,
    /// It was published, has failed, or was called off.
    Ended,
    /// It can't be kept now.
    Store(StoreError),
}

impl From<StoreError> for NotTaken {
    fn from(error: StoreError) -> NotTaken {
        NotTaken::Store(error)
    }
}

impl std::fmt::Debug for Schedule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Schedule")
    }
}

/// These block for a moment, and must not be called on a runtime's own thread.
impl Schedule {
    /// The schedule of this engine's store.
    pub fn of(engine: &Engine) -> Result<Schedule, StoreError> {
        let shelf = engine.store().shelf("publications", true)?;
        let mut to_come = ToCome::new();
        for (_, value) in shelf.list("meta/")? {
            let publication = read(&value)?;
            if publication.state == State::Scheduled {
                let due = (publication.effective_at, publication.id);
                to_come.entry(publication.program).or_default().push(due);
            }
        }
        for due in to_come.values_mut() {
            due.sort();
        }
        let mut start = [0; 4];
        getrandom::fill(&mut start)
            .map_err(|error| StoreError::new(format!("no random numbers: {error}")))?;
        Ok(Schedule(Arc::new(Inner {
            engine: engine.clone(),
            shelf,
            audit: Audit::of(engine)?,
            number: AtomicU32::new(u32::from_le_bytes(start)),
            to_come: Mutex::new(to_come),
        })))
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    fn to_come(&self) -> MutexGuard<'_, ToCome> {
        self.0.to_come.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When the next one of a program is due.
    pub fn next_due(&self, program: &str) -> Option<Instant> {
        self.to_come().get(program)?.first().map(|(at, _)| *at)
    }

    /// Publishes a file at an instant, or at once. It is checked now, against what runs then as far as is known.
    pub fn publish(
        &self,
        running: &Published,
        text: &str,
        effective_at: Option<Instant>,
        by: &str,
    ) -> Result<(Publication, Vec<Change>), NotTaken> {
        let mut to_come = self.to_come();
        let id = &running.program.id;
        // Another version may have been published while this one waited.
        let running = self.0.engine.program(id).ok_or(NotTaken::Unknown)?;
        let (now, asked_at) = (self.0.engine.now(&running), self.0.engine.clock_now());
        let at = effective_at.unwrap_or(now);
        let mut publication = Publication {
            id: self.fresh_id(asked_at),
            program: id.clone(),
            effective_at: at,
            asked_at,
            by: by.to_owned(),
            state: State::Scheduled,
        };
        if effective_at.is_none() {
            let (program, changes) = check(&running.program, text).map_err(NotTaken::Unfit)?;
            self.note(by, "program.publish", id, &said(&changes))?;
            let version = self.0.engine.publish(program, text, None)?.version;
            publication.state = State::Published { version, at: self.0.engine.clock_now() };
            self.put(&publication)?;
            return Ok((publication, changes));
        }
        if at <= now || at.millis_since(now) > FARTHEST {
            return Err(NotTaken::Instant);
        }
        let due = to_come.entry(id.clone()).or_default();
        if due.len() >= MOST {
            return Err(NotTaken::TooMany);
        }
        let before = self.before(&running, due, at)?;
        let before = before.as_ref().unwrap_or(&running.program);
        let (_, changes) = check(before, text).map_err(NotTaken::Unfit)?;
        let detail = format!("{} at {at}: {}", publication.id, said(&changes));
        self.note(by, "program.schedule", id, &detail)?;
        // The file first: what is listed has one.
        self.0.shelf.put(&format!("file/{id}/{}", publication.id), text.as_bytes())?;
        self.put(&publication)?;
        due.push((at, publication.id.clone()));
        due.sort();
        Ok((publication, changes))
    }

    /// What runs right before an instant, as far as is known; `None`: what runs now.
    fn before(
        &self,
        running: &Published,
        due: &[(Instant, String)],
        at: Instant,
    ) -> Result<Option<Program>, StoreError> {
        let id = &running.program.id;
        let mut program: Option<Program> = None;
        for (_, earlier) in due.iter().filter(|(earlier, _)| *earlier <= at) {
            let Some(text) = self.file(id, earlier)? else { continue };
            if let Ok((next, _)) = check(program.as_ref().unwrap_or(&running.program), &text) {
                program = Some(next);
            }
        }
        Ok(program)
    }

    /// What a scheduled publication would change, against what runs right before it as far as is known.
    pub fn changes(&self, publication: &Publication) -> Result<Result<Vec<Change>, Unfit>, NotTaken> {
        let (program, id) = (&publication.program, &publication.id);
        let running = self.0.engine.program(program).ok_or(NotTaken::Unknown)?;
        let due = self.to_come().get(program).cloned().unwrap_or_default();
        let mine = (publication.effective_at, id.clone());
        let earlier: Vec<_> = due.into_iter().filter(|other| *other < mine).collect();
        let before = self.before(&running, &earlier, publication.effective_at)?;
        let text = self.file(program, id)?.ok_or(NotTaken::Unknown)?;
        Ok(check(before.as_ref().unwrap_or(&running.program), &text).map(|(_, changes)| changes))
    }

    /// Calls one off whose instant is still to come.
    pub fn cancel(&self, program: &str, id: &str, by: &str) -> Result<Publication, NotTaken> {
        let mut to_come = self.to_come();
        let mut publication = self.get(program, id)?.ok_or(NotTaken::Unknown)?;
        if publication.state != State::Scheduled {
            return Err(NotTaken::Ended);
        }
        self.note(by, "program.unschedule", program, &format!("{id} at {}", publication.effective_at))?;
        publication.state = State::Canceled { by: by.to_owned(), at: self.0.engine.clock_now() };
        self.put(&publication)?;
        if let Some(due) = to_come.get_mut(program) {
            due.retain(|(_, other)| other != id);
        }
        Ok(publication)
    }

    /// All of a program, newest first: at most [`MOST`] to come, and those that ended last.
    pub fn list(&self, program: &str) -> Result<Vec<Publication>, StoreError> {
        let all = self.0.shelf.list(&format!("meta/{program}/"))?;
        all.iter().rev().map(|(_, value)| read(value)).collect()
    }

    /// The one of that id.
    pub fn get(&self, program: &str, id: &str) -> Result<Option<Publication>, StoreError> {
        let value = self.0.shelf.get(&format!("meta/{program}/{id}"))?;
        value.as_deref().map(read).transpose()
    }

    /// The file of one that is scheduled, has failed or was called off.
    pub fn file(&self, program: &str, id: &str) -> Result<Option<String>, StoreError> {
        let file = self.0.shelf.get(&format!("file/{program}/{id}"))?;
        Ok(file.and_then(|file| String::from_utf8(file).ok()))
    }

    /// Those of a program that have failed since a version of it was published: somebody has to look at them.
    pub fn failed(&self, program: &str) -> Result<Vec<Publication>, StoreError> {
        let stored = self.0.engine.control().programs()?.into_iter().find(|stored| stored.id == program);
        let since = stored.map_or(Instant::from_millis(i64::MIN), |stored| stored.published_at);
        let is_news = |one: &Publication| matches!(one.state, State::Failed { at, .. } if at >= since);
        Ok(self.list(program)?.into_iter().filter(is_news).collect())
    }

    /// Publishes what is due at an instant of the program's clock, in order. What can't be done now for reasons of the
    /// disk stays scheduled.
    pub fn run_due(&self, program: &str, now: Instant) {
        let mut to_come = self.to_come();
        let Some(due) = to_come.get_mut(program) else { return };
        while let Some((_, id)) = due.first().filter(|(at, _)| *at <= now) {
            if let Err(error) = self.run(program, id) {
                tracing::error!(%error, program, id, "a program can't be published now: trying again");
                return;
            }
            due.remove(0);
        }
    }

    fn run(&self, program: &str, id: &str) -> Result<(), StoreError> {
        let Some(mut publication) = self.get(program, id)? else { return Ok(()) };
        let Some(running) = self.0.engine.program(program) else { return Ok(()) };
        let text = self.file(program, id)?;
        let fits = match &text {
            Some(text) => check(&running.program, text).map_err(|unfit| unfit.to_string()),
            None => Err("its file is lost".to_owned()),
        };
        let when = publication.effective_at;
        match fits {
            Ok((next, changes)) => {
                let detail = format!("{id}, scheduled for {when}: {}", said(&changes));
                self.note(&publication.by, "program.publish", program, &detail)?;
                let version = self.0.engine.publish(next, text.as_deref().unwrap_or_default(), None)?.version;
                publication.state = State::Published { version, at: self.0.engine.clock_now() };
                tracing::info!(program, id, version, "a scheduled program was published");
            }
            Err(why) => {
                let detail = format!("{id}, scheduled for {when}: {why}");
                self.note(&publication.by, "program.publish.failed", program, &detail)?;
                tracing::warn!(program, id, why, "a scheduled program can't be published");
                publication.state = State::Failed { why, at: self.0.engine.clock_now() };
            }
        }
        self.put(&publication)
    }

    fn put(&self, publication: &Publication) -> Result<(), StoreError> {
        let Publication { program, id, .. } = publication;
        let value = postcard::to_stdvec(publication).map_err(|error| StoreError::new(error.to_string()))?;
        self.0.shelf.put(&format!("meta/{program}/{id}"), &value)?;
        if matches!(publication.state, State::Published { .. }) {
            // The control has it.
            self.0.shelf.remove(&format!("file/{program}/{id}"))?;
        }
        let ended = self.list(program)?.into_iter().filter(|one| one.state != State::Scheduled);
        for old in ended.skip(KEPT) {
            self.0.shelf.remove(&format!("meta/{program}/{}", old.id))?;
            self.0.shelf.remove(&format!("file/{program}/{}", old.id))?;
        }
        Ok(())
    }

    fn note(&self, who: &str, what: &str, on: &str, detail: &str) -> Result<(), StoreError> {
        self.0.audit.note(&Noted {
            at: self.0.engine.clock_now(),
            who: who.to_owned(),
            what: what.to_owned(),
            on: on.to_owned(),
            detail: detail.to_owned(),
        })
    }

    fn fresh_id(&self, now: Instant) -> String {
        let number = self.0.number.fetch_add(1, Ordering::Relaxed) & 0xffff;
        format!("pub_{:012x}{number:04x}", now.millis().max(0))
    }
}

/// What changes, in one line.
fn said(changes: &[Change]) -> String {
    if changes.is_empty() {
        return "nothing changes".to_owned();
    }
    changes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn read(value: &[u8]) -> Result<Publication, StoreError> {
    postcard::from_bytes(value).map_err(|_| StoreError::damage("a publication can't be read"))
}
