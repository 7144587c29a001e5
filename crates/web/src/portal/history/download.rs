//! The history as a file for spreadsheets: what the filters show.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
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
/// So many entries are looked at for a file.
const LOOKED_AT: usize = 1_000_000;

struct Lines(mpsc::Receiver<String>);

impl Stream for Lines {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|text| text.map(|text| Ok(Bytes::from(text))))
    }
}

pub(super) async fn csv(visit: Visit) -> Response {
    let mut looker = visit.looker();
    let name = format!("{}-history-{}.csv", visit.program().id, visit.today());
    let (to, lines) = mpsc::channel(4);
    tokio::task::spawn_blocking(move || {
        if let Err(failure) = write(&mut looker, &to) {
            // What was sent so far stands, and says itself that it is not all.
            tracing::warn!(?failure, "a history can't be told to its end");
            let _ = to.blocking_send(looker.teller.say.t("csv-broken") + "\r\n");
        }
    });
    let mut response = file("text/csv; charset=utf-8", &name, Vec::new());
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    *response.body_mut() = Body::from_stream(Lines(lines));
    response
}

fn write(looker: &mut Looker, to: &mpsc::Sender<String>) -> Result<(), Failure> {
    // With a mark at the start, by which spreadsheets know that it is UTF-8.
    let mut text = String::from("\u{feff}");
    let columns = [
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
    let columns = columns.map(|key| looker.teller.say.t(key));
    csv::row(&mut text, columns.iter().map(String::as_str));
    let (mut before, mut rows, mut looked): (Option<Position>, usize, usize) = (None, 0, 0);
    loop {
        let seen = looker.look(before, AT_ONCE.min(ROWS - rows), 10_000)?;
        rows += seen.found.len();
        looked += 10_000.max(seen.found.len());
        for found in &seen.found {
            line(looker, found, &mut text)?;
        }
        let more = seen.next.is_some();
        if more && (rows >= ROWS || looked >= LOOKED_AT * 10) {
            let rows = looker.teller.say.count(rows as i64);
            let cut = looker.teller.say.with("csv-cut", [("rows", rows.into())]);
            csv::row(&mut text, [cut.as_str()]);
        }
        // Nobody reads on.
        if to.blocking_send(std::mem::take(&mut text)).is_err() {
            return Ok(());
        }
        if !more || rows >= ROWS || looked >= LOOKED_AT * 10 {
            return Ok(());
        }
        before = seen.next;
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
