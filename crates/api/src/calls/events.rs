//! What happens to an account, as it happens: server-sent events.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use engine::{Listed, Target};
use futures_core::Stream;
use ledger::{AccountNo, EventKind, Position};
use serde::Serialize;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use super::client_streams::ClientStream;
use crate::access::{Rule, Scope, Use};
use crate::incoming::{Call, Incoming};
use crate::problem::{Code, Problem};
use crate::show::{self, Balance, UnitBalance};
use crate::target::{self, path_account};

pub(crate) const LISTEN: Rule = Rule {
    operation: "listen",
    scope: Scope::Read,
    changes: false,
    clients: &[Use::Client],
    problems: &[Code::NotFound, Code::Overloaded],
};

/// How many events wait for a slow listener before entries are left out.
const WAITING: usize = 64;
/// How far back a stream resumes, in entries; further back it starts anew with a balance.
const RESUMED: usize = 10_000;
const PAGE: usize = 500;
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Listen to an account
///
/// Server-sent events: `account` with the account and `balance` with what it has of a unit, at the start and after
/// each change; `entry` with each new entry of the history. With `Last-Event-ID` the stream goes on behind that event.
/// A listener that is too slow is spared entries, gets a fresh `balance`, and goes on from there.
///
/// A browser on your pages listens with a client token, by `fetch`: an `EventSource` can send no `Authorization`. It gets
/// `balance`, and `account` with its `id`, `state` and `overdraft`, but no `entry`; `account` may be left out.
#[utoipa::path(
    get,
    path = "/v1/events",
    tag = "History",
    params(
        ("account" = String, Query, description = "Scrip's id for the account, or your own.", example = "shop-1"),
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was seen."),
    ),
    responses((status = 200, description = "A stream that ends when the listener or the server goes.",
        body = String, content_type = "text/event-stream", example = json!(EXAMPLE)))
)]
pub(crate) async fn listen(incoming: Incoming) -> Result<Response, Problem> {
    let call = incoming.enter(&LISTEN).await?;
    let mut query = call.query()?;
    let account = query.text("account").map(std::borrow::Cow::into_owned);
    query.finish(&["account"])?;
    let target = match (&account, &call.client) {
        (Some(account), _) => path_account(account)?,
        (None, Some(pass)) => Target::Number(pass.account),
        (None, None) => return Err(Problem::invalid("?account", "must be given: whom to listen to")),
    };
    let after =
        match call.header("last-event-id").filter(|id| !id.is_empty()) {
            None => None,
            Some(text) => Some(target::position(text).ok_or_else(|| {
                Problem::invalid("Last-Event-ID", "must be the id of an event of this stream")
            })?),
        };
    let overloaded = |whose: &str| {
        Problem::new(
            Code::Overloaded,
            format!("As many streams {whose}are open as the server allows. Try again in a second."),
        )
    };
    let permit = Arc::clone(&call.state.streams).try_acquire_owned().map_err(|_| overloaded(""))?;
    let client = match &call.client {
        Some(pass) => {
            let counted = call.state.client_streams.open(pass.account);
            Some(counted.ok_or_else(|| overloaded("of this account "))?)
        }
        None => None,
    };
    let (number, _) = call.find(target).await?;
    let (to, events) = mpsc::channel(WAITING);
    tokio::spawn(Streaming { call, number, to, _permit: permit, _client: client }.run(after));
    Ok(Sse::new(Events(events)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response())
}

const EXAMPLE: &str = "event: entry\ndata: {\"id\":\"entry_…\",\"kind\":\"charged\",\"credits\":-5, …}\n\n\
                       event: balance\nid: 57344\ndata: {\"unit\":\"credit\",\"settled\":48,\"held\":0, …}\n\n";

struct Events(mpsc::Receiver<Event>);

impl Stream for Events {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|event| event.map(Ok))
    }
}

/// A stream, as long as it is open.
struct Streaming {
    call: Call,
    number: AccountNo,
    to: mpsc::Sender<Event>,
    _permit: OwnedSemaphorePermit,
    _client: Option<ClientStream>,
}

/// The listener has gone, or the engine has: nothing is left to do.
struct Ended;

impl From<Problem> for Ended {
    fn from(_: Problem) -> Ended {
        Ended
    }
}

impl Streaming {
    async fn run(self, after: Option<Position>) {
        let mut closing = self.call.state.closing();
        let to = self.to.clone();
        let engine = &self.call.state.engine;
        // A stream ends with the token that it was opened by.
        let left = self.call.client.as_ref().map(|pass| pass.until.millis_since(engine.clock_now()).max(0));
        let ended = async {
            match left {
                Some(left) => tokio::time::sleep(Duration::from_millis(left.unsigned_abs())).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = ended => {}
            _ = closing.wait_for(|closing| *closing) => {}
            () = to.closed() => {}
            _ = self.stream(after) => {}
        }
    }

    async fn stream(&self, after: Option<Position>) -> Result<(), Ended> {
        // Listening begins before anything is looked at, so nothing is lost in between.
        let mut feed = self.call.state.engine.listen(self.number);
        let mut seen = Position::default();
        match after {
            Some(after) => seen = self.resume(after).await?,
            None => self.afresh().await?,
        }
        loop {
            match feed.recv().await {
                Ok(listed) if listed.position <= seen => {}
                Ok(listed) => {
                    seen = listed.position;
                    self.entry(&listed).await?;
                }
                Err(RecvError::Lagged(_)) => self.afresh().await?,
                Err(RecvError::Closed) => return Err(Ended),
            }
        }
    }

    /// Sends what happened after a position, and says up to where.
    async fn resume(&self, after: Position) -> Result<Position, Ended> {
        let number = self.number;
        let mut seen = after;
        for _ in 0..RESUMED / PAGE {
            let page = self.call.block(move |engine| engine.entries_after(number, seen, PAGE)).await?;
            for listed in &page {
                seen = listed.position;
                self.entry(listed).await?;
            }
            if page.len() < PAGE {
                return Ok(seen);
            }
        }
        self.afresh().await?;
        Ok(seen)
    }

    /// Sends how the account is now.
    async fn afresh(&self) -> Result<(), Ended> {
        let account = self.look().await?;
        let known = &self.call.known;
        self.account(&account).await?;
        for balance in UnitBalance::all(known, &account) {
            self.send("balance", None, &balance).await?;
        }
        Ok(())
    }

    /// Sends an entry and what follows from it. Only the last event has the id, so that a stream which is cut in
    /// between resumes with the whole of it.
    async fn entry(&self, listed: &Listed) -> Result<(), Ended> {
        let known = &self.call.known;
        let entry = &listed.entry;
        let kind = entry.event.kind();
        if kind == EventKind::SessionSeen {
            return Ok(());
        }
        if self.call.client.is_none() {
            self.send("entry", None, &show::Entry::of(known, listed.position, entry)).await?;
        }
        if is_about_the_account(kind) {
            let account = self.look().await?;
            self.account(&account).await?;
        }
        let balance = Balance::of(known, entry.unit, entry.after);
        let formatted = known.format(entry.unit, entry.after.available());
        let balance = UnitBalance {
            unit: balance.unit,
            settled: balance.settled,
            held: balance.held,
            owed: balance.owed,
            available: balance.available,
            formatted,
        };
        self.send("balance", Some(listed.position), &balance).await
    }

    /// Sends the account: to a browser, what its page needs of it.
    async fn account(&self, account: &account::Account) -> Result<(), Ended> {
        let known = &self.call.known;
        if self.call.client.is_some() {
            return self.send("account", None, &show::AccountInShort::of(known, account)).await;
        }
        self.send("account", None, &show::Account::of(known, account)).await
    }

    async fn look(&self) -> Result<account::Account, Ended> {
        Ok(self.call.look(Target::Number(self.number), |account, _, _| account.clone()).await?)
    }

    async fn send(&self, name: &str, id: Option<Position>, value: &impl Serialize) -> Result<(), Ended> {
        let data = serde_json::to_string(value).map_err(|_| Ended)?;
        let event = Event::default().event(name).data(data);
        let event = match id {
            Some(id) => event.id(id.0.to_string()),
            None => event,
        };
        self.to.send(event).await.map_err(|_| Ended)
    }
}

fn is_about_the_account(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Opened
            | EventKind::Changed
            | EventKind::Closed
            | EventKind::Reopened
            | EventKind::Overdrawn
            | EventKind::Recovered
            | EventKind::Suspended
            | EventKind::Restored
            | EventKind::OrderPaid
            | EventKind::Subscription
    )
}
