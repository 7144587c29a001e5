//! The program file: looked at, checked, compared, published at once or at an instant.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use catalog::Change;
use maud::{Markup, html};
use moment::Instant;
use operators::Role;
use publishing::{NotTaken, Publication, Schedule, Unfit};

use super::instant::{self, Typed};
use super::layout::{framed, plain, token};
use super::{Desk, Page, Signed, scheduled, versions};
use crate::answer::see;
use crate::say::Say;

/// What stands in the form.
struct Draft {
    text: String,
    at: Typed,
}

pub(super) async fn page(desk: Desk) -> Response {
    shown(&desk).await.unwrap_or_else(IntoResponse::into_response)
}

async fn shown(desk: &Desk) -> Result<Response, Response> {
    let text = running(desk).await?;
    let draft = Draft { text, at: Typed::default() };
    edit(desk, StatusCode::OK, &draft, &html! {}).await
}

/// The file of the version that runs, or of the publication or earlier version that is to be taken up again.
async fn running(desk: &Desk) -> Result<String, Response> {
    let id = desk.program()?.program.id.clone();
    let (control, from) = (desk.web.engine.control(), desk.asked("from"));
    let text = desk
        .schedule(move |schedule| {
            if let Some(from) = from {
                let text = match from.parse() {
                    Ok(number) => schedule.version(&id, number)?.map(|(_, text)| text),
                    Err(_) => schedule.file(&id, &from)?,
                };
                if text.is_some() {
                    return Ok(text);
                }
            }
            let stored = control.programs()?.into_iter().find(|stored| stored.id == id);
            Ok(stored.map(|stored| stored.text))
        })
        .await?;
    text.ok_or_else(|| plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble"))
}

impl Desk {
    /// Asks the schedule, which blocks for a moment.
    pub(super) async fn schedule<R: Send + 'static>(
        &self,
        ask: impl FnOnce(&Schedule) -> Result<R, engine::StoreError> + Send + 'static,
    ) -> Result<R, Response> {
        let schedule = self.web.dispatch.schedule().clone();
        let asked = tokio::task::spawn_blocking(move || ask(&schedule)).await;
        asked
            .ok()
            .and_then(Result::ok)
            .ok_or_else(|| plain(&self.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble"))
    }
}

async fn edit(desk: &Desk, status: StatusCode, draft: &Draft, told: &Markup) -> Result<Response, Response> {
    let say = &desk.say;
    let may = desk.operator.role.may(Role::Admin);
    let published = desk.program()?;
    let id = &published.program.id;
    let scheduled = scheduled::sections(desk, published).await?;
    let versions = versions::newest(desk, published).await?;
    let body = html! {
        p.lead { (say.with("program-runs", [("version", i64::from(published.version).into())])) }
        (told)
        (scheduled)
        form.stack method="post" action={ "/console/" (id) "/program" } {
            (token(desk))
            div.field {
                label for="file" { (say.t("program-file")) }
                textarea #file.file name="file" rows="24" spellcheck="false" readonly[!may] { (draft.text) }
            }
            @if may {
                p.actions {
                    button.second type="submit" name="what" value="check" { (say.t("program-check")) }
                    button type="submit" name="what" value="publish" { (say.t("program-publish")) }
                }
                p.small { (say.t("program-publish-how")) }
                fieldset.publish-at {
                    legend { (say.t("publish-at")) }
                    div.fields {
                        (instant::fields(say, &draft.at))
                        button.second type="submit" name="what" value="schedule" { (say.t("publish-then")) }
                    }
                    p.small {
                        (say.t("publish-at-how")) " "
                        @if published.test_clock.is_some() { (say.t("publish-at-test-clock")) " " }
                        (say.with("publish-at-now", [("now", say.moment(desk.web.engine.now(published)).into())]))
                    }
                }
            }
        }
        (versions)
    };
    Ok(framed(desk, status, &Page { name: "console-program", title: say.t("console-program"), body }))
}

pub(super) async fn submit(desk: Desk, form: Signed) -> Response {
    submitted(&desk, &form).await.unwrap_or_else(IntoResponse::into_response)
}

async fn submitted(desk: &Desk, form: &Signed) -> Result<Response, Response> {
    let published = desk.program()?;
    let id = published.program.id.clone();
    let what = form.get("what").unwrap_or("check");
    let noted = if what == "schedule" { "program.schedule" } else { "program.publish" };
    desk.needs(Role::Admin, noted, &id).await?;
    // Browsers send line ends as pairs.
    let text = form.whole("file").replace("\r\n", "\n");
    let draft = Draft { text, at: Typed::of(form) };
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let done = match what {
        "publish" => take(desk, &draft, None).await,
        "schedule" => match draft.at.instant() {
            Some(at) => take(desk, &draft, Some(at)).await,
            None => return edit(desk, unprocessable, &draft, &wrong(desk, "publish-at-wrong", &[])).await,
        },
        _ => {
            return match publishing::check(&published.program, &draft.text) {
                Ok((_, changes)) => edit(desk, StatusCode::OK, &draft, &compared(desk, &changes)).await,
                Err(unfit) => edit(desk, unprocessable, &draft, &told(desk, &unfit)).await,
            };
        }
    };
    match done {
        Ok(_) => Ok(see(&format!("/console/{id}/program?done={what}"))),
        Err(NotTaken::Unfit(unfit)) => edit(desk, unprocessable, &draft, &told(desk, &unfit)).await,
        Err(NotTaken::Instant) => {
            edit(desk, unprocessable, &draft, &wrong(desk, "publish-at-range", &[])).await
        }
        Err(NotTaken::TooMany) => {
            edit(desk, unprocessable, &draft, &wrong(desk, "publish-at-many", &[])).await
        }
        Err(_) => Err(plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble")),
    }
}

/// Publishes it, which the schedule notes.
async fn take(desk: &Desk, draft: &Draft, at: Option<Instant>) -> Result<Publication, NotTaken> {
    let Some(published) = desk.published.clone() else { return Err(NotTaken::Unknown) };
    let (schedule, by) = (desk.web.dispatch.schedule().clone(), desk.operator.email.clone());
    let text = draft.text.clone();
    let done = tokio::task::spawn_blocking(move || schedule.publish(&published, &text, at, &by)).await;
    done.unwrap_or(Err(NotTaken::Unknown)).map(|(publication, _)| publication)
}

fn told(desk: &Desk, unfit: &Unfit) -> Markup {
    wrong(desk, "program-wrong", unfit.reasons())
}

fn wrong(desk: &Desk, key: &str, reasons: &[String]) -> Markup {
    html! {
        div.notice.bad role="alert" {
            p { strong { (desk.say.t(key)) } }
            @if !reasons.is_empty() { ul { @for reason in reasons { li { (reason) } } } }
        }
    }
}

/// What a file would change.
fn compared(desk: &Desk, changes: &[Change]) -> Markup {
    let say = &desk.say;
    html! {
        section.stack {
            h2 { (say.t("program-changes")) }
            (self::changes(say, changes, "program-no-changes"))
        }
    }
}

/// Each change in a line, or what is said where there is none.
pub(super) fn changes(say: &Say, changes: &[Change], none: &str) -> Markup {
    html! {
        @if changes.is_empty() { p { (say.t(none)) } }
        @else { ul.plain { @for change in changes { li { (change) } } } }
    }
}
