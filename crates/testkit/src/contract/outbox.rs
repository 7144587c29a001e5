//! The outbox: tasks made from the journal's entries, with the row up to which that was done.

use engine::outbox::{
    Attempt, KEPT_ATTEMPTS, NewTask, Outbox, Outcome, PRUNED_AT_ONCE, Queue, Task, TaskFilter, TaskState,
};
use moment::Instant;

use super::{Fresh, opened};

/// Every case.
pub fn all(fresh: Fresh<'_>) {
    it_begins_empty(fresh);
    tasks_come_with_the_row_or_not_at_all(fresh);
    a_key_makes_one_task_for_ever(fresh);
    what_is_due_comes_by_instant_and_number(fresh);
    outcomes_move_a_task(fresh);
    only_the_last_attempts_are_kept(fresh);
    a_task_that_has_ended_can_be_asked_for_again(fresh);
    lists_are_narrowed_and_paged(fresh);
    what_has_ended_is_dropped_in_parts(fresh);
    everything_is_kept(fresh);
}

fn at(millis: i64) -> Instant {
    Instant::from_millis(millis)
}

fn new(key: &str, queue: Queue, due: i64) -> NewTask {
    NewTask {
        key: key.into(),
        queue,
        program: "shop".into(),
        account: "acc_1".into(),
        to: "end_1".into(),
        kind: "charge.made".into(),
        payload: vec![0, 255, due as u8],
        at: at(due - 5),
        due: at(due),
    }
}

fn outcome(id: u64, state: TaskState, due: i64, said: &str) -> Outcome {
    Outcome { id, state, due: at(due), attempt: Attempt { at: at(due + 1), said: said.into() } }
}

fn keys(tasks: &[Task]) -> Vec<&str> {
    tasks.iter().map(|task| task.new.key.as_str()).collect()
}

fn id(outbox: &mut Box<dyn Outbox>, key: &str) -> u64 {
    outbox.by_key(key).unwrap().unwrap_or_else(|| panic!("no task of the key {key}")).id
}

/// A list that is not narrowed.
fn everything() -> TaskFilter {
    TaskFilter { limit: 1_000, ..TaskFilter::default() }
}

fn it_begins_empty(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let mut outbox = store.outbox().unwrap();
    assert_eq!(outbox.next_row().unwrap(), 1, "nothing before row 1");
    assert_eq!(outbox.list(&everything()).unwrap(), []);
    assert_eq!(outbox.due(Queue::Mail, Instant::NEVER, 10).unwrap(), []);
    assert_eq!(outbox.next_due(Queue::Mail).unwrap(), None);
    assert_eq!(outbox.by_key("a").unwrap(), None);
    assert!(!outbox.again(1, at(1)).unwrap());
    assert_eq!(outbox.prune(Instant::NEVER).unwrap(), 0);
}

fn tasks_come_with_the_row_or_not_at_all(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let mut outbox = store.outbox().unwrap();
    outbox.add(&[new("a", Queue::Webhook, 10), new("b", Queue::Mail, 20)], 7).unwrap();
    assert_eq!(outbox.next_row().unwrap(), 7);
    assert!(outbox.add(&[new("c", Queue::Mail, 30)], 6).is_err(), "rows are not gone back to");
    assert_eq!(outbox.by_key("c").unwrap(), None);
    assert_eq!(outbox.next_row().unwrap(), 7);
    outbox.add(&[], 9).unwrap();
    assert_eq!(outbox.next_row().unwrap(), 9, "rows that make no task");
    outbox.add_by_hand(&[new("d", Queue::Mail, 40)]).unwrap();
    assert_eq!(outbox.next_row().unwrap(), 9, "no entry made it");
    outbox.add(&[new("e", Queue::Mail, 50)], 9).unwrap();
    let all = outbox.list(&everything()).unwrap();
    assert_eq!(keys(&all), ["e", "d", "b", "a"]);
    let fresh_one = Task {
        id: all[2].id,
        new: new("b", Queue::Mail, 20),
        state: TaskState::Waiting,
        attempts: 0,
        log: Vec::new(),
    };
    assert_eq!(all[2], fresh_one);
    assert_eq!(outbox.by_key("b").unwrap(), Some(fresh_one));
}

fn a_key_makes_one_task_for_ever(fresh: Fresh<'_>) {
    let place = fresh();
    let mut highest;
    {
        let store = opened(place.as_ref());
        let mut outbox = store.outbox().unwrap();
        let first = [new("a", Queue::Mail, 10), new("b", Queue::Mail, 10), new("a", Queue::Webhook, 30)];
        outbox.add(&first, 2).unwrap();
        outbox.add(&[new("b", Queue::Payment, 40), new("c", Queue::Mail, 10)], 3).unwrap();
        outbox.add_by_hand(&[new("a", Queue::Mail, 50)]).unwrap();
        let all = outbox.list(&everything()).unwrap();
        assert_eq!(keys(&all), ["c", "b", "a"], "the first of each counts");
        assert!(all.iter().all(|task| task.new.queue == Queue::Mail && task.new.due == at(10)));
        highest = all[0].id;
        let ended = [TaskState::Done, TaskState::Dead, TaskState::Done];
        let outcomes = all.iter().zip(ended).map(|(task, state)| outcome(task.id, state, 0, "ended"));
        outbox.note(&outcomes.collect::<Vec<_>>()).unwrap();
        outbox.add(&first, 4).unwrap();
        assert_eq!(outbox.due(Queue::Mail, at(100), 10).unwrap(), [], "it has ended");
        assert_eq!(outbox.prune(at(100)).unwrap(), 3);
        outbox.add(&first, 5).unwrap();
        assert_eq!(outbox.list(&everything()).unwrap(), [], "and was dropped");
    }
    let store = opened(place.as_ref());
    let mut outbox = store.outbox().unwrap();
    outbox.add(&[new("c", Queue::Mail, 10), new("d", Queue::Mail, 10)], 6).unwrap();
    assert_eq!(outbox.by_key("c").unwrap(), None);
    let next = id(&mut outbox, "d");
    assert!(std::mem::replace(&mut highest, next) < next, "no number is given twice");
}

fn what_is_due_comes_by_instant_and_number(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let mut outbox = store.outbox().unwrap();
    let tasks = [
        new("a", Queue::Webhook, 30),
        new("b", Queue::Webhook, 10),
        new("c", Queue::Mail, 5),
        new("d", Queue::Webhook, 20),
        new("e", Queue::Webhook, 10),
        new("f", Queue::Webhook, 31),
    ];
    outbox.add(&tasks, 2).unwrap();
    let mut due = |now, limit| {
        let due = outbox.due(Queue::Webhook, at(now), limit).unwrap();
        due.into_iter().map(|task| task.new.key).collect::<Vec<_>>()
    };
    assert_eq!(due(9, 10), [""; 0]);
    assert_eq!(due(10, 10), ["b", "e"], "in the instant itself");
    assert_eq!(due(30, 10), ["b", "e", "d", "a"]);
    assert_eq!(due(30, 3), ["b", "e", "d"]);
    assert_eq!(due(30, 0), [""; 0]);
    assert_eq!(outbox.next_due(Queue::Webhook).unwrap(), Some(at(10)));
    assert_eq!(outbox.next_due(Queue::Mail).unwrap(), Some(at(5)));
    assert_eq!(outbox.next_due(Queue::Payment).unwrap(), None);
}

fn outcomes_move_a_task(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let mut outbox = store.outbox().unwrap();
    let tasks = ["a", "b", "c"].map(|key| new(key, Queue::Webhook, 10));
    outbox.add(&tasks, 2).unwrap();
    let [a, b, c] = ["a", "b", "c"].map(|key| id(&mut outbox, key));
    let outcomes = [
        outcome(a, TaskState::Waiting, 50, "503 ☃"),
        outcome(77, TaskState::Done, 0, "of none"),
        outcome(b, TaskState::Done, 0, ""),
        outcome(c, TaskState::Dead, 0, "410"),
    ];
    outbox.note(&outcomes).unwrap();
    let waits = outbox.by_key("a").unwrap().unwrap();
    assert_eq!((waits.state, waits.new.due, waits.attempts), (TaskState::Waiting, at(50), 1));
    assert_eq!(waits.log, [Attempt { at: at(51), said: "503 ☃".into() }]);
    assert_eq!(outbox.next_due(Queue::Webhook).unwrap(), Some(at(50)));
    assert_eq!(outbox.due(Queue::Webhook, at(49), 10).unwrap(), []);
    assert_eq!(outbox.due(Queue::Webhook, at(50), 10).unwrap(), [waits]);
    let (done, dead) = (outbox.by_key("b").unwrap().unwrap(), outbox.by_key("c").unwrap().unwrap());
    assert_eq!((done.state, done.new.due, done.attempts), (TaskState::Done, at(10), 1));
    assert_eq!(done.log, [Attempt { at: at(1), said: String::new() }]);
    assert_eq!((dead.state, dead.new.due, dead.attempts), (TaskState::Dead, at(10), 1));
    assert_eq!(outbox.by_key("of none").unwrap(), None);
    // Of a task that is there twice, one attempt after the other.
    outbox.note(&[outcome(a, TaskState::Waiting, 60, "2"), outcome(a, TaskState::Done, 70, "3")]).unwrap();
    let done = outbox.by_key("a").unwrap().unwrap();
    assert_eq!((done.state, done.new.due, done.attempts), (TaskState::Done, at(60), 3));
    assert_eq!(done.log.iter().map(|attempt| attempt.said.as_str()).collect::<Vec<_>>(), ["503 ☃", "2", "3"]);
    assert_eq!(outbox.next_due(Queue::Webhook).unwrap(), None);
}

fn only_the_last_attempts_are_kept(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let mut outbox = store.outbox().unwrap();
    outbox.add(&[new("a", Queue::Payment, 10)], 2).unwrap();
    let a = id(&mut outbox, "a");
    for number in 0..20 {
        let said = format!("{number} {}", "ö".repeat(100));
        outbox.note(&[outcome(a, TaskState::Waiting, number, &said)]).unwrap();
    }
    let task = outbox.by_key("a").unwrap().unwrap();
    assert_eq!((task.attempts, task.log.len()), (20, KEPT_ATTEMPTS));
    let numbers = task.log.iter().map(|attempt| attempt.at.millis());
    assert_eq!(numbers.collect::<Vec<_>>(), (9..=20).collect::<Vec<_>>(), "newest last");
    assert_eq!(task.log[11].said, format!("19 {}", "ö".repeat(100)));
    assert_eq!(task.new.payload, new("a", Queue::Payment, 10).payload);
}

fn a_task_that_has_ended_can_be_asked_for_again(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let mut outbox = store.outbox().unwrap();
    let tasks = ["a", "b", "c", "d"].map(|key| new(key, Queue::Webhook, 10));
    outbox.add(&tasks, 2).unwrap();
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|key| id(&mut outbox, key));
    let ended = [outcome(a, TaskState::Done, 0, "200"), outcome(b, TaskState::Dead, 0, "500")];
    outbox.note(&ended).unwrap();
    for (number, task) in [a, b, c].into_iter().enumerate() {
        assert!(outbox.again(task, at(40 - number as i64)).unwrap());
    }
    assert!(!outbox.again(d + 1, at(9)).unwrap(), "there is none");
    let due = outbox.due(Queue::Webhook, at(40), 10).unwrap();
    assert_eq!(keys(&due), ["d", "c", "b", "a"], "one that waits is due then too");
    let to = due[0].new.to.clone();
    assert_eq!(outbox.due_but(Queue::Webhook, at(40), 10, &["other".to_owned()]).unwrap(), due);
    assert_eq!(outbox.due_but(Queue::Webhook, at(40), 10, &["other".to_owned(), to]).unwrap(), []);
    assert_eq!(due[3].attempts, 1, "it keeps its attempts");
    assert_eq!(due[3].log.len(), 1);
    // What was dropped is no more.
    outbox.note(&[outcome(d, TaskState::Done, 0, "200")]).unwrap();
    assert_eq!(outbox.prune(at(100)).unwrap(), 1);
    assert!(!outbox.again(d, at(50)).unwrap());
    assert_eq!(outbox.by_key("d").unwrap(), None);
}

fn lists_are_narrowed_and_paged(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let mut outbox = store.outbox().unwrap();
    // Every combination of what a list is narrowed by, and how each stands.
    let pick = |number: usize, of: usize, texts: [&str; 2]| texts[number / of % 2].to_owned();
    let tasks = (0..72).map(|number| NewTask {
        queue: [Queue::Payment, Queue::Webhook, Queue::Mail][number % 3],
        program: pick(number, 3, ["shop", "game"]),
        account: pick(number, 6, ["acc_1", ""]),
        to: pick(number, 12, ["end_1", "end_2"]),
        ..new(&format!("k{number}"), Queue::Mail, number as i64)
    });
    outbox.add(&tasks.collect::<Vec<_>>(), 2).unwrap();
    let states = [TaskState::Waiting, TaskState::Done, TaskState::Dead];
    let all = outbox.list(&everything()).unwrap();
    let moved = all.iter().enumerate().map(|(place, task)| outcome(task.id, states[place / 24], 0, ""));
    outbox.note(&moved.collect::<Vec<_>>()).unwrap();
    let all = outbox.list(&everything()).unwrap();
    assert_eq!(all.len(), 72);
    assert!(all.is_sorted_by_key(|task| std::cmp::Reverse(task.id)), "newest first");

    let text = |number: usize, texts: [&str; 2]| (number > 0).then(|| texts[number - 1].to_owned());
    let queues = [None, Some(Queue::Payment), Some(Queue::Webhook), Some(Queue::Mail)];
    for number in 0..4 * 3 * 3 * 3 * 4 {
        let filter = TaskFilter {
            queue: queues[number % 4],
            program: text(number / 4 % 3, ["shop", "game"]),
            account: text(number / 12 % 3, ["acc_1", ""]),
            to: text(number / 36 % 3, ["end_1", "end_2"]),
            state: (number / 108 > 0).then(|| states[number / 108 - 1]),
            ..everything()
        };
        let fits = |task: &&Task| {
            filter.queue.is_none_or(|queue| task.new.queue == queue)
                && filter.program.as_ref().is_none_or(|program| task.new.program == *program)
                && filter.account.as_ref().is_none_or(|account| task.new.account == *account)
                && filter.to.as_ref().is_none_or(|to| task.new.to == *to)
                && filter.state.is_none_or(|state| task.state == state)
        };
        let wanted: Vec<Task> = all.iter().filter(fits).cloned().collect();
        assert_eq!(outbox.list(&filter).unwrap(), wanted, "{filter:?}");
        let mut pages = Vec::new();
        loop {
            let before = pages.last().map(|task: &Task| task.id);
            let page = outbox.list(&TaskFilter { before, limit: 5, ..filter.clone() }).unwrap();
            assert!(page.len() <= 5);
            if page.is_empty() {
                break;
            }
            pages.extend(page);
        }
        assert_eq!(pages, wanted, "in pages: {filter:?}");
    }
    let far = TaskFilter { before: Some(u64::MAX), limit: usize::MAX, ..TaskFilter::default() };
    assert_eq!(outbox.list(&far).unwrap().len(), 72);
    assert_eq!(outbox.list(&TaskFilter { before: Some(0), ..far }).unwrap(), []);
    assert_eq!(outbox.list(&TaskFilter::default()).unwrap(), [], "so many as were asked for: none");
}

fn what_has_ended_is_dropped_in_parts(fresh: Fresh<'_>) {
    let place = fresh();
    let store = opened(place.as_ref());
    let mut outbox = store.outbox().unwrap();
    let many = PRUNED_AT_ONCE + 10;
    // `at` is five before: the last that end are the ones that were made first.
    let tasks: Vec<NewTask> = (0..many + 2)
        .map(|number| new(&format!("k{number}"), Queue::Mail, (5 + many - number.min(many)) as i64))
        .collect();
    outbox.add(&tasks, 2).unwrap();
    let ids: Vec<u64> = tasks.iter().map(|task| id(&mut outbox, &task.key)).collect();
    let ended = ids[..many].iter().zip([TaskState::Done, TaskState::Dead].into_iter().cycle());
    outbox.note(&ended.map(|(id, state)| outcome(*id, state, 0, "")).collect::<Vec<_>>()).unwrap();
    assert_eq!(outbox.prune(at(1)).unwrap(), 0, "an instant before which none was made that has ended");
    assert_eq!(outbox.prune(at(3)).unwrap(), 2);
    assert_eq!(outbox.prune(at(many as i64)).unwrap(), PRUNED_AT_ONCE);
    let rest = outbox.list(&everything()).unwrap();
    assert_eq!(rest.iter().filter(|task| task.state != TaskState::Waiting).count(), 8, "the newest");
    assert!(rest.iter().all(|task| task.state == TaskState::Waiting || task.new.at > at(1_000)));
    assert_eq!(outbox.prune(Instant::NEVER).unwrap(), 8);
    assert_eq!(outbox.prune(Instant::NEVER).unwrap(), 0);
    let rest = outbox.list(&everything()).unwrap();
    assert_eq!(
        keys(&rest),
        [tasks[many + 1].key.as_str(), tasks[many].key.as_str()],
        "what waits is not dropped"
    );
}

fn everything_is_kept(fresh: Fresh<'_>) {
    let place = fresh();
    let kept = {
        let store = opened(place.as_ref());
        let mut outbox = store.outbox().unwrap();
        let tasks = [new("a", Queue::Payment, 10), new("b", Queue::Webhook, 20), new("c", Queue::Mail, 30)];
        outbox.add(&tasks, 12).unwrap();
        let [a, b, c] = ["a", "b", "c"].map(|key| id(&mut outbox, key));
        let outcomes = [outcome(a, TaskState::Waiting, 90, "later"), outcome(b, TaskState::Dead, 0, "never")];
        outbox.note(&outcomes).unwrap();
        assert!(outbox.again(c, at(80)).unwrap());
        outbox.add_by_hand(&[new("d", Queue::Mail, 85)]).unwrap();
        outbox.list(&everything()).unwrap()
    };
    let store = opened(place.as_ref());
    let mut outbox = store.outbox().unwrap();
    assert_eq!(outbox.list(&everything()).unwrap(), kept);
    assert_eq!(outbox.next_row().unwrap(), 12);
    assert_eq!(keys(&outbox.due(Queue::Mail, at(100), 10).unwrap()), ["c", "d"]);
    assert_eq!(outbox.next_due(Queue::Payment).unwrap(), Some(at(90)));
}
