//! What is published at an instant, and what became of it.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use catalog::Change;
use engine::Published;
use maud::{Markup, html};
use operators::Role;
use publishing::{NotTaken, Publication, State, Unfit};

use super::layout::{plain, token};
use super::{Desk, Signed};
use crate::answer::see;

/// So many that have ended are shown.
const ENDED: usize = 20;

/// One, with what it would change where it is still to come.
struct Shown {
    publication: Publication,
    changes: Option<Result<Vec<Change>, Unfit>>,
}

/// What is scheduled, what has failed, and what came to nothing; nothing where there is none.
pub(super) async fn sections(desk: &Desk, published: &Published) -> Result<Markup, Response> {
    let id = published.program.id.clone();
    let (all, failed) = desk
        .schedule(move |schedule| {
            let mut all = Vec::new();
            for publication in schedule.list(&id)? {
                let scheduled = publication.state == State::Scheduled;
                let changes = scheduled.then(|| schedule.changes(&publication).ok()).flatten();
                all.push(Shown { publication, changes });
            }
            Ok((all, schedule.failed(&id)?))
        })
        .await?;
    // What was published is among the versions.
    let all = all.into_iter().filter(|shown| !matches!(shown.publication.state, State::Published { .. }));
    let (mut to_come, ended): (Vec<_>, Vec<_>) =
        all.partition(|shown| shown.publication.state == State::Scheduled);
    to_come.sort_by_key(|shown| (shown.publication.effective_at, shown.publication.id.clone()));
    let say = &desk.say;
    Ok(html! {
        @for publication in &failed { (failure(desk, publication)) }
        @if !to_come.is_empty() {
            section {
                h2 { (say.t("scheduled")) }
                @for shown in &to_come { (coming(desk, shown)) }
            }
        }
        @if !ended.is_empty() {
            details {
                summary { (say.with("publication-ended", [("count", say.count(ended.len() as i64).into())])) }
                (past(desk, &ended))
            }
        }
    })
}

/// One that has failed: why, and its file to be mended.
pub(super) fn failure(desk: &Desk, publication: &Publication) -> Markup {
    let say = &desk.say;
    let State::Failed { why, .. } = &publication.state else { return html! {} };
    html! {
        div.notice.bad {
            p {
                strong { (say.with("publish-failed", [("program", publication.program.clone().into()), ("at", say.moment(publication.effective_at).into())])) }
            }
            p { (words::one_line(why)) }
            p.small {
                (say.with("scheduled-by", [("who", publication.by.clone().into())])) " "
                a href={ "/console/" (publication.program) "/program?from=" (publication.id) } { (say.t("publish-take-up")) }
            }
        }
    }
}

fn coming(desk: &Desk, Shown { publication, changes }: &Shown) -> Markup {
    let say = &desk.say;
    html! {
        article.planned {
            h3 { (say.moment(publication.effective_at)) }
            p.small { (say.with("scheduled-by", [("who", publication.by.clone().into())])) }
            @match changes {
                Some(Ok(changes)) => {
                    (super::program::changes(say, changes, "program-no-changes"))
                }
                Some(Err(unfit)) => {
                    p { span.tag.bad { (say.t("publish-will-fail")) } }
                    ul { @for reason in unfit.reasons() { li { (reason) } } }
                }
                None => p { span.tag.warn { (say.t("console-trouble")) } },
            }
            @if desk.operator.role.may(Role::Admin) {
                form.fields method="post" action={ "/console/" (publication.program) "/publications/" (publication.id) "/cancel" } {
                    (token(desk))
                    button.quiet type="submit" { (say.t("publish-cancel")) }
                    a href={ "/console/" (publication.program) "/program?from=" (publication.id) } { (say.t("publish-take-up")) }
                }
            }
        }
    }
}

fn past(desk: &Desk, ended: &[Shown]) -> Markup {
    let say = &desk.say;
    html! {
        div.scroll tabindex="0" role="group" aria-label=(say.t("table")) { table.figures {
            thead { tr {
                th scope="col" { (say.t("when")) }
                th scope="col" { (say.t("state")) }
                th scope="col" { (say.t("by")) }
                th scope="col" { (say.t("details")) }
            } }
            tbody { @for Shown { publication, .. } in ended.iter().take(ENDED) { tr {
                td { (say.moment(publication.effective_at)) }
                td { @match &publication.state {
                    State::Failed { .. } => span.tag.bad { (say.t("publication-failed")) },
                    _ => span.tag { (say.t("publication-canceled")) },
                } }
                td { (publication.by) }
                td.small { @match &publication.state {
                    State::Failed { why, .. } => (words::one_line(why)),
                    State::Canceled { by, .. } => (say.with("publication-canceled-by", [("who", by.clone().into())])),
                    State::Scheduled | State::Published { .. } => "",
                } }
            } } }
        } }
    }
}

/// Calls one off.
pub(super) async fn cancel(Path((_, id)): Path<(String, String)>, desk: Desk, form: Signed) -> Response {
    let _ = form;
    canceled(&desk, id).await.unwrap_or_else(IntoResponse::into_response)
}

async fn canceled(desk: &Desk, id: String) -> Result<Response, Response> {
    let program = desk.program()?.program.id.clone();
    desk.needs(Role::Admin, "program.unschedule", &program).await?;
    let (schedule, by) = (desk.web.dispatch.schedule().clone(), desk.operator.email.clone());
    let here = format!("/console/{program}/program?done=unschedule");
    // The schedule notes it.
    let done = tokio::task::spawn_blocking(move || schedule.cancel(&program, &id, &by)).await;
    match done.unwrap_or(Err(NotTaken::Unknown)) {
        Ok(_) => Ok(see(&here)),
        Err(NotTaken::Ended | NotTaken::Unknown) => {
            Err(plain(&desk.say, StatusCode::CONFLICT, "publish-not-canceled"))
        }
        Err(_) => Err(plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble")),
    }
}
