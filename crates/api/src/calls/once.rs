//! Changes of what is set rather than booked: no journal entry remembers that they were made, so this does.

use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderValue, StatusCode};
use dispatch::Dispatch;
use engine::{Failure, StoreError};
use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::incoming::Call;
use crate::problem::{Code, Problem};
use crate::reply::{Answer, bytes};

/// What such requests were answered. In memory only: a server that was started anew makes a change again, and the host
/// sees it in the list of what is set.
#[derive(Debug, Default)]
pub(crate) struct Remembered(Mutex<FxHashMap<[u8; 16], Earlier>>);

#[derive(Clone, Debug)]
struct Earlier {
    digest: [u8; 8],
    status: StatusCode,
    body: Vec<u8>,
}

impl Remembered {
    const MOST: usize = 1_000;
}

/// An answer: its status and what it shows.
pub(crate) type Made = Result<(StatusCode, Vec<u8>), Problem>;

/// An answer that shows this.
pub(crate) fn made(status: StatusCode, value: &impl Serialize) -> Made {
    serde_json::to_vec(value).map(|body| (status, body)).map_err(|error| {
        tracing::error!(%error, "an answer could not be written");
        unavailable()
    })
}

/// What is set can't be read or written.
pub(crate) fn failed(error: &StoreError) -> Problem {
    tracing::error!(%error, "what is set can't be read or written");
    unavailable()
}

fn unavailable() -> Problem {
    Problem::new(
        Code::Unavailable,
        "The answer can't be given now. Send the same request again, with the same Idempotency-Key.",
    )
}

impl Call {
    /// Asks what is kept outside the journal, which blocks for a moment.
    pub async fn outside<R: Send + 'static>(
        &self,
        ask: impl FnOnce(&Dispatch) -> Result<R, StoreError> + Send + 'static,
    ) -> Result<R, Problem> {
        let dispatch = self.state.dispatch.clone();
        let asked = tokio::task::spawn_blocking(move || ask(&dispatch)).await;
        asked.map_err(|_| unavailable())?.map_err(|error| failed(&error))
    }

    /// Makes a change, once for each idempotency key. Changes are made one after another, and to their end even if who
    /// asked has gone: so a repeat finds what was made of the first.
    pub async fn once(
        &self,
        body: &impl Serialize,
        make: impl FnOnce(&Dispatch) -> Made + Send + 'static,
    ) -> Answer {
        let asked = self.idempotency(body);
        let state = self.state.clone();
        let done = tokio::task::spawn_blocking(move || {
            let mut answers = state.remembered.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(asked) = asked
                && let Some(earlier) = answers.get(&asked.key)
            {
                return Ok(
                    Some((earlier.clone(), true)).filter(|(earlier, _)| earlier.digest == asked.digest)
                );
            }
            let (status, body) = make(&state.dispatch)?;
            let digest = asked.map(|asked| asked.digest).unwrap_or_default();
            let answer = Earlier { digest, status, body };
            if let Some(asked) = asked {
                if answers.len() >= Remembered::MOST {
                    answers.clear();
                }
                answers.insert(asked.key, answer.clone());
            }
            Ok(Some((answer, false)))
        });
        let done = done.await.map_err(|_| unavailable())??;
        let (answer, replayed) = done.ok_or_else(|| self.failed(Failure::KeyReused))?;
        let mut response = bytes(answer.status, answer.body);
        if replayed {
            response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
        }
        Ok(response)
    }
}
