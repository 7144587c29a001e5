//! What is live on a page: it is told when something happened, and how much there is now.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use account::Account;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use engine::Target;
use futures_core::Stream;
use ledger::EventKind;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use super::Visit;
use crate::answer::bytes;

const KEEP_ALIVE: Duration = Duration::from_secs(15);

struct Events(mpsc::Receiver<Event>);

impl Stream for Events {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|event| event.map(Ok))
    }
}

/// Tells of the account until the page is left: `balance` with what can be spent of a unit, as the page says it, and
/// `at` with the position, behind which a page that shows less looks again.
pub(super) async fn listen(visit: Visit) -> Response {
    let Ok(permit) = Arc::clone(&visit.web.live).try_acquire_owned() else {
        return bytes(StatusCode::SERVICE_UNAVAILABLE, "text/plain", Vec::new());
    };
    let (to, events) = mpsc::channel(16);
    tokio::spawn(until_left(visit, to, permit));
    let mut response =
        Sse::new(Events(events)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    let no = axum::http::HeaderValue::from_static("no");
    response.headers_mut().insert("x-accel-buffering", no);
    response
}

async fn until_left(visit: Visit, to: mpsc::Sender<Event>, _permit: OwnedSemaphorePermit) {
    let mut closing = visit.web.closing();
    let left = visit.pass.until.millis_since(visit.web.now()).max(0);
    tokio::select! {
        _ = closing.wait_for(|closing| *closing) => {}
        () = to.closed() => {}
        // With the session the stream ends.
        () = tokio::time::sleep(Duration::from_millis(left.unsigned_abs())) => {}
        () = stream(&visit, &to) => {}
    }
}

async fn stream(visit: &Visit, to: &mpsc::Sender<Event>) {
    let engine = &visit.web.engine;
    let mut feed = engine.listen(visit.pass.account);
    let at = |position: u64| Event::default().event("at").data(position.to_string());
    // Looked at once more behind that: what happened since the visit was let in has been told to nobody.
    let look = |account: &Account, _| account.last.0;
    let last = engine.read(Target::Number(visit.pass.account), Arc::clone(&visit.published), look).await;
    if to.send(at(last.unwrap_or(u64::MAX))).await.is_err() {
        return;
    }
    loop {
        match feed.recv().await {
            Ok(listed) => {
                let entry = &listed.entry;
                if entry.event.kind() == EventKind::SessionSeen {
                    continue;
                }
                if let Some(unit) = visit.program().units.get(usize::from(entry.unit)) {
                    let said = visit.say.number(unit, entry.after.available());
                    let balance = serde_json::json!({ "unit": unit.code, "available": said });
                    let event = Event::default().event("balance").data(balance.to_string());
                    if to.send(event).await.is_err() {
                        return;
                    }
                }
                if to.send(at(listed.position.0)).await.is_err() {
                    return;
                }
            }
            // It was too slow, and looks again.
            Err(RecvError::Lagged(_)) => {
                if to.send(at(u64::MAX)).await.is_err() {
                    return;
                }
            }
            Err(RecvError::Closed) => return,
        }
    }
}
