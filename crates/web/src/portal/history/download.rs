//! The history as a file for spreadsheets: what the filters show.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::response::Response;
use engine::Failure;
use futures_core::Stream;
use ids::{Id, Kind as IdKind};
use ledger::Position;
use moment::Instant;
use reports::csv;
use tokio::sync::mpsc;

use super::look::{Found, Looker};
use crate::answer::file;
use crate::portal::Visit;

/// So many rows at most.
const ROWS: usize = 100_000;
/// So many are made at once.
const AT_ONCE: usize = 500;
/// So many entries are looked at for a part of a file, where few of them are looked for.
const LOOKED_AT_ONCE: usize = 10_000;
/// So many are looked at for a file, at most.
const LOOKED_AT: usize = 10_000_000;
/// So long is waited for a reader to take a part.
const PATIENCE: Duration = Duration::from_secs(30);

struct Lines(mpsc::Receiver<String>);

impl Stream for Lines {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|text| text.map(|text| Ok(Bytes::from(text))))
    }
}

pub(super) async fn csv(visit: Visit) -> Response {
    let looker = visit.looker();
    let name = format!("{}-history-{}.csv", visit.program().id, visit.today());
    let (to, lines) = mpsc::channel(2);
    tokio::spawn(tell(Writer { looker, before: None, rows: 0, looked: 0, state: State::Begins }, to));
    let mut response = file("text/csv; charset=utf-8", &name, Vec::new());
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    *response.body_mut() = Body::from_stream(Lines(lines));
    response
}

/// Makes and sends the file, part by part. No thread waits for a reader, and none is waited for without an end.
async fn tell(mut writer: Writer, to: mpsc::Sender<String>) {
    while writer.state != State::Ended {
        let part = tokio::task::spawn_blocking(move || {
            let part = writer.part();
            (writer, part)
        });
        let Ok((back, part)) = part.await else { return };
        writer = back;
        let text = part.unwrap_or_else(|failure| {
            // What was sent so far stands, and the file says itself that it is not all.
            tracing::warn!(?failure, "a history can't be told to its end");
            writer.state = State::Ended;
            writer.looker.teller.say.t("csv-broken") + "\r\n"
        });
        if !matches!(tokio::time::timeout(PATIENCE, to.send(text)).await, Ok(Ok(()))) {
            return;
        }
    }
}

/// How far a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Begins,
    GoesOn,
    Ended,
}

/// What writes a file.
struct Writer {
    looker: Looker,
    before: Option<Position>,
    rows: usize,
    looked: usize,
    state: State,
}

const COLUMNS: [&str; 14] = [
    "csv-time",
    "csv-day",
    "history-what",
    "csv-kind",
    "csv-action",
    "history-change",
    "history-balance",
    "csv-unit",
    "filter-member",
    "filter-department",
    "csv-reference",
    "csv-why",
    "csv-grants",
    "csv-id",
];

impl Writer {
    /// The next part. Blocks, shortly.
    fn part(&mut self) -> Result<String, Failure> {
        let mut text = String::new();
        if self.state == State::Begins {
            // With a mark at the start, by which spreadsheets know that it is UTF-8.
            text.push('\u{feff}');
            let columns = COLUMNS.map(|key| self.looker.teller.say.t(key));
            csv::row(&mut text, columns.iter().map(String::as_str));
            self.state = State::GoesOn;
        }
        let seen = self.looker.look(self.before, AT_ONCE.min(ROWS - self.rows), LOOKED_AT_ONCE)?;
        self.rows += seen.found.len();
        self.looked += LOOKED_AT_ONCE;
        for found in &seen.found {
            line(&mut self.looker, found, &mut text)?;
        }
        self.before = seen.next;
        let is_long = self.rows >= ROWS || self.looked >= LOOKED_AT;
        if seen.next.is_some() && is_long {
            let say = &self.looker.teller.say;
            let cut = say.with("csv-cut", [("rows", say.count(ROWS as i64).into())]);
            csv::row(&mut text, [cut.as_str()]);
        }
        if seen.next.is_none() || is_long {
            self.state = State::Ended;
        }
        Ok(text)
    }
}

fn line(looker: &mut Looker, found: &Found, text: &mut String) -> Result<(), Failure> {
    let paid = looker.teller.paid_by(&found.listed.entry)?.join("; ");
    let (teller, entry) = (&looker.teller, &found.listed.entry);
    let Some(unit) = teller.unit(entry) else { return Ok(()) };
    let decimals = unit.scale.decimals();
    let work = entry.event.work();
    let tags = work.and_then(|work| work.tags.as_deref());
    let action = work.map(|work| teller.engine.text(work.action));
    let id = Id::new(IdKind::Entry, found.listed.position, looker.account).to_string();
    let change = csv::number(entry.change(found.listed.position).0, decimals);
    let after = csv::number(entry.after.settled.0, decimals);
    let at = entry.effective_at;
    let tag = |tag: Option<&str>| tag.map(words::one_line).unwrap_or_default();
    let cells = [
        time(at, &looker.zone),
        at.to_string(),
        found.told.what.clone(),
        teller.say.t(&format!("kind-{}", found.told.kind.code())),
        tag(action.as_deref()),
        change,
        after,
        unit.code.clone(),
        tag(tags.and_then(|tags| tags.member.as_deref())),
        tag(tags.and_then(|tags| tags.department.as_deref())),
        tag(tags.and_then(|tags| tags.reference.as_deref())),
        found.told.why.clone().unwrap_or_default(),
        paid,
        id,
    ];
    csv::row(text, cells.iter().map(String::as_str));
    Ok(())
}

/// A time as spreadsheets read it, in the account's zone.
fn time(at: Instant, zone: &moment::Zone) -> String {
    match zone.civil(at) {
        Some(civil) => format!(
            "{:04}-{:02}-{:02} {:02}:{:02}",
            civil.year, civil.month, civil.day, civil.hour, civil.minute
        ),
        None => at.to_string(),
    }
}
