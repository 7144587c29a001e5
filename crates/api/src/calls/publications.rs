//! Publishing versions of the program, at once or at an instant.

use axum::http::StatusCode;
use catalog::{Change, ChangeKind};
use publishing::{NotTaken, Publication as Kept, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::once::{Made, failed, made};
use super::webhook_moves::Nothing;
use crate::access::{Rule, Scope};
use crate::body::{Text, instant};
use crate::incoming::Incoming;
use crate::problem::{Code, Place, Problem};
use crate::reply::{Answer, List, read};
use crate::show::Time;

pub(crate) const CREATE_PUBLICATION: Rule = Rule {
    operation: "create_publication",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[],
};
pub(crate) const LIST_PUBLICATIONS: Rule =
    Rule { operation: "list_publications", scope: Scope::Read, changes: false, clients: &[], problems: &[] };
pub(crate) const GET_PUBLICATION: Rule = Rule {
    operation: "get_publication",
    scope: Scope::Read,
    changes: false,
    clients: &[],
    problems: &[Code::NotFound],
};
pub(crate) const CANCEL_PUBLICATION: Rule = Rule {
    operation: "cancel_publication",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound, Code::PublicationEnded],
};

/// A version of the program that is to be published.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NewPublication<'a> {
    /// The program file: at most 400 000 bytes.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, max_length = 400_000)]
    pub file: Option<Text<'a>>,
    /// When it is published, by the program's clock: in the future, within a year. At once where it is left out.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-03-02T09:30:00Z")]
    pub effective_at: Option<Text<'a>>,
}

/// A version of the program that is published at an instant, or was.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Publication {
    /// Its id.
    #[schema(example = "pub_019c1390f8400001")]
    id: String,
    /// Where it is.
    state: PublicationState,
    /// When it is published, by the program's clock.
    #[schema(value_type = String, format = DateTime, example = "2026-03-02T09:30:00Z")]
    effective_at: Time,
    /// When it was asked for, by the server's clock.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T09:30:00Z")]
    created_at: Time,
    /// Who asked for it: the id of a key, or an operator's address.
    #[schema(example = "key_0123456789abcdef")]
    created_by: String,
    /// The version that it became; `null` until it is published.
    version: Option<u32>,
    /// Why it was not published when its instant came.
    reason: Option<String>,
    /// What it changes of the version before. Lists, and those that ended, leave it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Vec<PublicationChange>>,
}

/// Where a publication is on its way.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PublicationState {
    /// Its instant is to come.
    Scheduled,
    /// It is the program, or was.
    Published,
    /// When its instant came, the file did not fit what had been published meanwhile.
    Failed,
    /// It was called off.
    Canceled,
}

/// What is another than before.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublicationChange {
    /// `added`, `removed` or `changed`.
    #[schema(example = "changed")]
    kind: &'static str,
    /// The key of the file.
    #[schema(example = "actions.upscale.price")]
    key: String,
    /// The change in words.
    #[schema(example = "from 5 credits to 6 credits")]
    text: String,
}

/// A program's publications.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublicationList {
    /// Newest first: 20 to come at most, and the last 50 that have ended.
    data: Vec<Publication>,
    /// Always `null`.
    next_cursor: Option<String>,
}

impl Publication {
    fn of(kept: Kept, changes: Option<Vec<Change>>) -> Publication {
        let (state, version, reason) = match kept.state {
            State::Scheduled => (PublicationState::Scheduled, None, None),
            State::Published { version, .. } => (PublicationState::Published, Some(version), None),
            State::Failed { why, .. } => (PublicationState::Failed, None, Some(why)),
            State::Canceled { .. } => (PublicationState::Canceled, None, None),
        };
        let change = |change: Change| PublicationChange {
            kind: match change.kind {
                ChangeKind::Added => "added",
                ChangeKind::Removed => "removed",
                ChangeKind::Changed => "changed",
            },
            key: change.key,
            text: change.text,
        };
        Publication {
            id: kept.id,
            state,
            effective_at: Time(kept.effective_at),
            created_at: Time(kept.asked_at),
            created_by: kept.by,
            version,
            reason,
            changes: changes.map(|changes| changes.into_iter().map(change).collect()),
        }
    }
}

fn not_taken(why: NotTaken) -> Problem {
    match why {
        NotTaken::Unfit(unfit) => {
            let reasons = unfit.reasons().iter();
            Problem::invalid_places(
                reasons
                    .map(|message| Place { pointer: "/file".to_owned(), message: message.clone() })
                    .collect(),
            )
        }
        NotTaken::Instant => Problem::invalid(
            "/effective_at",
            "must be in the future by the program's clock, and within a year",
        ),
        NotTaken::TooMany => Problem::invalid(
            "/effective_at",
            format!("can't be set: {} versions are scheduled already; cancel one first", publishing::MOST),
        ),
        NotTaken::Unknown => Problem::not_found("publication"),
        NotTaken::Ended => Problem::new(
            Code::PublicationEnded,
            "The publication is not scheduled any more: it was published, has failed, or was cancelled before.",
        ),
        NotTaken::Store(error) => failed(&error),
    }
}

/// Publish a version of the program
///
/// At once, or at an instant by the program's clock. It is checked now, and again when its instant comes: where another
/// version was published meanwhile that it does not fit, it has `failed`, and says why.
#[utoipa::path(
    post,
    path = "/v1/publications",
    tag = "Program",
    request_body(content = NewPublication<'static>, example = json!({ "file": "scrip = 1\nid = \"shop\"\n…",
        "effective_at": "2026-03-02T09:30:00Z" })),
    responses((status = 201, description = "The publication, with what it changes.", body = Publication))
)]
pub(crate) async fn create_publication(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CREATE_PUBLICATION).await?;
    call.no_query()?;
    let body: NewPublication<'_> = call.body()?;
    let file = body.file.as_deref().ok_or_else(|| Problem::invalid("/file", "must be given"))?.to_owned();
    let at = body.effective_at.as_deref().map(|at| instant("/effective_at", at)).transpose()?;
    let (published, by) = (call.known.published.clone(), call.state.engine.text(call.by));
    call.once(&body, move |dispatch| {
        let (kept, changes) = dispatch.schedule().publish(&published, &file, at, &by).map_err(not_taken)?;
        made(StatusCode::CREATED, &Publication::of(kept, Some(changes)))
    })
    .await
}

/// List publications
#[utoipa::path(
    get,
    path = "/v1/publications",
    tag = "Program",
    responses((status = 200, description = "Publications, newest first.", body = PublicationList))
)]
pub(crate) async fn list_publications(incoming: Incoming) -> Answer {
    let call = incoming.enter(&LIST_PUBLICATIONS).await?;
    call.no_query()?;
    let program = call.known.program().id.clone();
    let all = call.outside(move |dispatch| dispatch.schedule().list(&program)).await?;
    let data: Vec<_> = all.into_iter().map(|kept| Publication::of(kept, None)).collect();
    Ok(read(&List { data, next_cursor: None }))
}

/// Look at a publication
#[utoipa::path(
    get,
    path = "/v1/publications/{publication}",
    tag = "Program",
    responses((status = 200, description = "The publication.", body = Publication))
)]
pub(crate) async fn get_publication(incoming: Incoming) -> Answer {
    let call = incoming.enter(&GET_PUBLICATION).await?;
    call.no_query()?;
    let (program, id) = (call.known.program().id.clone(), call.segment(2)?.into_owned());
    let found = call.outside(move |dispatch| {
        let Some(kept) = dispatch.schedule().get(&program, &id)? else { return Ok(None) };
        let scheduled = kept.state == State::Scheduled;
        let changes = scheduled.then(|| dispatch.schedule().changes(&kept).ok()?.ok()).flatten();
        Ok(Some(Publication::of(kept, changes)))
    });
    Ok(read(&found.await?.ok_or_else(|| Problem::not_found("publication"))?))
}

/// Call a scheduled publication off
#[utoipa::path(
    post,
    path = "/v1/publications/{publication}/cancel",
    tag = "Program",
    request_body(content = Nothing, example = json!({})),
    responses((status = 200, description = "The publication, cancelled.", body = Publication))
)]
pub(crate) async fn cancel_publication(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CANCEL_PUBLICATION).await?;
    call.no_query()?;
    let body: Nothing = call.body()?;
    let (program, id) = (call.known.program().id.clone(), call.segment(2)?.into_owned());
    let by = call.state.engine.text(call.by);
    call.once(&body, move |dispatch| -> Made {
        let kept = dispatch.schedule().cancel(&program, &id, &by).map_err(not_taken)?;
        made(StatusCode::OK, &Publication::of(kept, None))
    })
    .await
}
