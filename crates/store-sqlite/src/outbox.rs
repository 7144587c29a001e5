use std::path::{Path, PathBuf};

use engine::StoreError;
use engine::outbox::{
    Attempt, KEPT_ATTEMPTS, NewTask, Outbox, Outcome, PRUNED_AT_ONCE, Queue, Task, TaskFilter, TaskState,
};
use moment::Instant;
use rusqlite::{
    Connection, OptionalExtension, Row, ToSql, Transaction, TransactionBehavior, params, params_from_iter,
};

use crate::{after_others, failed, for_scattered_writes, open_file};

/// The version of the tables.
const VERSION: i32 = 1;

/// Each index of a list ends with the number of the task, as all do: a page is read, newest first, and nothing sorted.
/// A key outlives its task: `ended` says how, once the task was dropped. The payload is last, behind what is looked at.
const TABLES: &str = "
    CREATE TABLE tasks (
        id INTEGER PRIMARY KEY, queue INTEGER NOT NULL, state INTEGER NOT NULL, due INTEGER NOT NULL,
        at INTEGER NOT NULL, attempts INTEGER NOT NULL, key TEXT NOT NULL, program TEXT NOT NULL,
        account TEXT NOT NULL, goes_to TEXT NOT NULL, kind TEXT NOT NULL, log BLOB NOT NULL, payload BLOB NOT NULL
    ) STRICT;
    CREATE INDEX by_due ON tasks (queue, due) WHERE state = 0;
    CREATE INDEX by_end ON tasks (at) WHERE state <> 0;
    CREATE INDEX dead ON tasks (id) WHERE state = 2;
    CREATE INDEX by_account ON tasks (account) WHERE account <> '';
    CREATE INDEX by_to ON tasks (goes_to);
    CREATE INDEX by_both ON tasks (program, queue);
    CREATE INDEX by_program ON tasks (program);
    CREATE INDEX by_queue ON tasks (queue);
    CREATE TABLE keys (key TEXT PRIMARY KEY, id INTEGER NOT NULL, ended INTEGER) STRICT, WITHOUT ROWID;
    CREATE TABLE marks (next_row INTEGER NOT NULL, next_id INTEGER NOT NULL) STRICT;
    INSERT INTO marks VALUES (1, 1);
";

const TASK: &str =
    "SELECT id, queue, state, due, at, attempts, key, program, account, goes_to, kind, log, payload";

/// What is to be done outside, in `outbox.db`. One process adds tasks; another may look at them, and ask for one again.
pub(crate) struct SqliteOutbox {
    connection: Connection,
    path: PathBuf,
}

impl SqliteOutbox {
    pub fn open(path: &Path) -> Result<SqliteOutbox, StoreError> {
        let connection = open_file(path, "FULL", TABLES, VERSION)?;
        for_scattered_writes(&connection, path)?;
        Ok(SqliteOutbox { connection, path: path.to_owned() })
    }

    fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        read(&self.connection).map_err(failed("can't read", &self.path))
    }

    fn write<T>(
        &mut self,
        write: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let done = || {
            // Immediate: what reads first and then writes would be refused, not kept waiting, if another wrote meanwhile.
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let answer = write(&transaction)?;
            transaction.commit()?;
            Ok(answer)
        };
        done().map_err(failed("can't write", &self.path))
    }
}

fn queue_number(queue: Queue) -> i64 {
    match queue {
        Queue::Payment => 0,
        Queue::Webhook => 1,
        Queue::Mail => 2,
        Queue::Report => 3,
    }
}

fn state_number(state: TaskState) -> i64 {
    match state {
        TaskState::Waiting => 0,
        TaskState::Done => 1,
        TaskState::Dead => 2,
    }
}

fn task(row: &Row<'_>) -> rusqlite::Result<Task> {
    let unknown = |column: usize, number: i64| rusqlite::Error::IntegralValueOutOfRange(column, number);
    let instant = |column: usize| row.get(column).map(Instant::from_millis);
    Ok(Task {
        id: row.get::<_, i64>(0)? as u64,
        state: match row.get(2)? {
            0 => TaskState::Waiting,
            1 => TaskState::Done,
            2 => TaskState::Dead,
            other => return Err(unknown(2, other)),
        },
        attempts: row.get(5)?,
        log: unpacked(row.get_ref(11)?.as_blob()?),
        new: NewTask {
            key: row.get(6)?,
            queue: match row.get(1)? {
                0 => Queue::Payment,
                1 => Queue::Webhook,
                2 => Queue::Mail,
                3 => Queue::Report,
                other => return Err(unknown(1, other)),
            },
            program: row.get(7)?,
            account: row.get(8)?,
            to: row.get(9)?,
            kind: row.get(10)?,
            payload: row.get(12)?,
            at: instant(4)?,
            due: instant(3)?,
        },
    })
}

/// The last attempts, each as its instant, the length of its text, and the text.
fn packed(log: &[Attempt]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for attempt in &log[log.len().saturating_sub(KEPT_ATTEMPTS)..] {
        bytes.extend(attempt.at.millis().to_le_bytes());
        bytes.extend((attempt.said.len() as u32).to_le_bytes());
        bytes.extend(attempt.said.as_bytes());
    }
    bytes
}

/// As many attempts as can be made out: a task is not lost for what was said about it.
fn unpacked(mut bytes: &[u8]) -> Vec<Attempt> {
    let mut log = Vec::new();
    while let Some((attempt, rest)) = first(bytes) {
        log.push(attempt);
        bytes = rest;
    }
    log
}

fn first(bytes: &[u8]) -> Option<(Attempt, &[u8])> {
    let (at, rest) = bytes.split_first_chunk()?;
    let (length, rest) = rest.split_first_chunk()?;
    let (said, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let at = Instant::from_millis(i64::from_le_bytes(*at));
    Some((Attempt { at, said: String::from_utf8_lossy(said).into_owned() }, rest))
}

/// Adds tasks whose keys are new, and says which row had been reached. `None` leaves it.
fn add(transaction: &Transaction<'_>, tasks: &[NewTask], next_row: Option<u64>) -> rusqlite::Result<u64> {
    let marks = transaction.query_row("SELECT next_row, next_id FROM marks", [], |row| {
        Ok((row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)?))
    });
    let (reached, mut id) = marks?;
    let next_row = next_row.unwrap_or(reached);
    if next_row < reached {
        return Ok(reached);
    }
    let mut keep = transaction.prepare_cached("INSERT OR IGNORE INTO keys VALUES (?1, ?2, NULL)")?;
    let mut insert = transaction
        .prepare_cached("INSERT INTO tasks VALUES (?1, ?2, 0, ?3, ?4, 0, ?5, ?6, ?7, ?8, ?9, x'', ?10)")?;
    for task in tasks {
        after_others();
        if keep.execute(params![task.key, id])? == 0 {
            continue;
        }
        let NewTask { key, program, account, to, kind, payload, .. } = task;
        let (queue, due, at) = (queue_number(task.queue), task.due.millis(), task.at.millis());
        insert.execute(params![id, queue, due, at, key, program, account, to, kind, payload])?;
        id += 1;
    }
    let mut mark = transaction.prepare_cached("UPDATE marks SET next_row = ?1, next_id = ?2")?;
    mark.execute(params![next_row as i64, id])?;
    Ok(reached)
}

fn note(transaction: &Transaction<'_>, outcome: &Outcome) -> rusqlite::Result<()> {
    after_others();
    let mut select = transaction.prepare_cached("SELECT log FROM tasks WHERE id = ?1")?;
    let id = outcome.id as i64;
    let log = select.query_row([id], |row| Ok(unpacked(row.get_ref(0)?.as_blob()?))).optional()?;
    let Some(mut log) = log else { return Ok(()) };
    log.push(outcome.attempt.clone());
    let mut update = transaction.prepare_cached(
        "UPDATE tasks SET state = ?2, due = CASE ?2 WHEN 0 THEN ?3 ELSE due END, attempts = attempts + 1, log = ?4
         WHERE id = ?1",
    )?;
    update.execute(params![id, state_number(outcome.state), outcome.due.millis(), packed(&log)]).map(drop)
}

/// Where a list is looked for: by what leaves the fewest tasks to pass over.
fn index(filter: &TaskFilter) -> &'static str {
    let TaskFilter { program, queue, to, account, state, .. } = filter;
    match (program, queue) {
        _ if account.as_deref().is_some_and(|account| !account.is_empty()) => "INDEXED BY by_account",
        _ if *state == Some(TaskState::Dead) => "INDEXED BY dead",
        _ if to.is_some() => "INDEXED BY by_to",
        (Some(_), Some(_)) => "INDEXED BY by_both",
        (Some(_), None) => "INDEXED BY by_program",
        (None, Some(_)) => "INDEXED BY by_queue",
        (None, None) => "NOT INDEXED",
    }
}

/// The statement of a list. Each value has its number, whether it is asked for or not.
fn listing(filter: &TaskFilter) -> String {
    let mut sql = format!("{TASK} FROM tasks {} WHERE id < ?1", index(filter));
    let mut of = |wanted: bool, what: &str| {
        if wanted {
            sql.push_str(" AND ");
            sql.push_str(what);
        }
    };
    of(filter.program.is_some(), "program = ?2");
    of(filter.queue.is_some(), "queue = ?3");
    of(filter.to.is_some(), "goes_to = ?4");
    of(filter.account.is_some(), "account = ?5");
    // An index with a condition is used where the statement has the same words.
    of(filter.account.as_deref().is_some_and(|account| !account.is_empty()), "account <> ''");
    of(filter.state == Some(TaskState::Dead), "state = 2");
    of(filter.state.is_some(), "state = ?6");
    sql.push_str(" ORDER BY id DESC LIMIT ?7");
    sql
}

impl Outbox for SqliteOutbox {
    fn next_row(&mut self) -> Result<u64, StoreError> {
        self.read(|connection| {
            connection.query_row("SELECT next_row FROM marks", [], |row| Ok(row.get::<_, i64>(0)? as u64))
        })
    }

    fn add(&mut self, tasks: &[NewTask], next_row: u64) -> Result<(), StoreError> {
        let reached = self.write(|transaction| add(transaction, tasks, Some(next_row)))?;
        if next_row < reached {
            return Err(StoreError::new(format!(
                "{} has the tasks of the rows before {reached}: it can't go back to row {next_row}",
                self.path.display()
            )));
        }
        Ok(())
    }

    fn add_by_hand(&mut self, tasks: &[NewTask]) -> Result<(), StoreError> {
        self.write(|transaction| add(transaction, tasks, None)).map(drop)
    }

    fn due_but(
        &mut self,
        queue: Queue,
        now: Instant,
        limit: usize,
        but: &[String],
    ) -> Result<Vec<Task>, StoreError> {
        self.read(|connection| {
            let places: Vec<String> = (4..4 + but.len()).map(|place| format!("?{place}")).collect();
            let places = places.join(", ");
            let mut select = connection.prepare_cached(&format!(
                "{TASK} FROM tasks INDEXED BY by_due WHERE queue = ?1 AND state = 0 AND due <= ?2
                 AND goes_to NOT IN ({places}) ORDER BY due, id LIMIT ?3"
            ))?;
            let (queue, now, limit) = (queue_number(queue), now.millis(), most(limit));
            let first: [&dyn ToSql; 3] = [&queue, &now, &limit];
            let values = first.into_iter().chain(but.iter().map(|to| to as &dyn ToSql));
            select.query_map(params_from_iter(values), task)?.collect()
        })
    }

    fn next_due(&mut self, queue: Queue) -> Result<Option<Instant>, StoreError> {
        self.read(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT due FROM tasks INDEXED BY by_due WHERE queue = ?1 AND state = 0 ORDER BY due LIMIT 1",
            )?;
            let due = select.query_row([queue_number(queue)], |row| row.get(0)).optional()?;
            Ok(due.map(Instant::from_millis))
        })
    }

    fn note(&mut self, outcomes: &[Outcome]) -> Result<(), StoreError> {
        self.write(|transaction| outcomes.iter().try_for_each(|outcome| note(transaction, outcome)))
    }

    fn list(&mut self, filter: &TaskFilter) -> Result<Vec<Task>, StoreError> {
        self.read(|connection| {
            let mut select = connection.prepare_cached(&listing(filter))?;
            let before = filter.before.and_then(|id| i64::try_from(id).ok()).unwrap_or(i64::MAX);
            let queue = filter.queue.map(queue_number);
            let state = filter.state.map(state_number);
            let TaskFilter { program, to, account, .. } = filter;
            let values = params![before, program, queue, to, account, state, most(filter.limit)];
            select.query_map(values, task)?.collect()
        })
    }

    fn by_key(&mut self, key: &str) -> Result<Option<Task>, StoreError> {
        self.read(|connection| {
            let mut select = connection.prepare_cached(&format!(
                "{TASK} FROM tasks WHERE id = (SELECT id FROM keys WHERE key = ?1)"
            ))?;
            select.query_row([key], task).optional()
        })
    }

    fn again(&mut self, id: u64, due: Instant) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let wait = "UPDATE tasks SET state = 0, due = ?2 WHERE id = ?1";
            Ok(transaction.execute(wait, params![id as i64, due.millis()])? > 0)
        })
    }

    fn prune(&mut self, before: Instant) -> Result<usize, StoreError> {
        self.write(|transaction| {
            let mut select = transaction.prepare_cached(
                "SELECT id FROM tasks INDEXED BY by_end WHERE state <> 0 AND at < ?1 ORDER BY at, id LIMIT ?2",
            )?;
            let values = params![before.millis(), most(PRUNED_AT_ONCE)];
            let ended: Vec<i64> =
                select.query_map(values, |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            let mut keep = transaction.prepare_cached(
                "UPDATE keys SET ended = tasks.state FROM tasks WHERE tasks.id = ?1 AND keys.key = tasks.key",
            )?;
            let mut delete = transaction.prepare_cached("DELETE FROM tasks WHERE id = ?1")?;
            for id in &ended {
                keep.execute([id])?;
                delete.execute([id])?;
            }
            Ok(ended.len())
        })
    }
}

fn most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_in_its_order_and_never_sorted() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(TABLES).unwrap();
        let text = |wanted: bool| wanted.then(|| "x".to_owned());
        for number in 0..64 {
            let filter = TaskFilter {
                program: text(number & 1 > 0),
                queue: (number & 2 > 0).then_some(Queue::Mail),
                to: text(number & 4 > 0),
                account: text(number & 8 > 0),
                state: [None, Some(TaskState::Waiting), Some(TaskState::Done), Some(TaskState::Dead)]
                    [number >> 4],
                ..TaskFilter::default()
            };
            let mut select = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", listing(&filter))).unwrap();
            let values = params![9, "x", 2, "x", "x", 0, 5];
            let plan = select.query_map(values, |row| row.get::<_, String>(3)).unwrap();
            let plan: Vec<String> = plan.map(Result::unwrap).collect();
            assert!(plan.len() == 1 && !plan[0].contains("TEMP"), "{plan:?} for {filter:?}");
        }
    }

    #[test]
    fn a_damaged_log_costs_what_was_said_and_no_more() {
        let log: Vec<Attempt> =
            (0..3).map(|at| Attempt { at: Instant::from_millis(at), said: format!("said {at}") }).collect();
        let bytes = packed(&log);
        assert_eq!(unpacked(&bytes), log);
        for length in 0..bytes.len() {
            assert_eq!(unpacked(&bytes[..length]), log[..length / 18]);
        }
        assert_eq!(unpacked(&[255; 40]), []);
    }
}
