//! The program file: looked at, checked, compared, published.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use catalog::Program;
use maud::{Markup, html};
use operators::Role;

use super::layout::{framed, plain, token};
use super::{Desk, Page, Signed};
use crate::answer::see;

pub(super) async fn page(desk: Desk) -> Response {
    shown(&desk).await.unwrap_or_else(IntoResponse::into_response)
}

async fn shown(desk: &Desk) -> Result<Response, Response> {
    let text = running(desk).await?;
    Ok(edit(desk, StatusCode::OK, &text, &html! {}))
}

/// The file of the version that runs.
async fn running(desk: &Desk) -> Result<String, Response> {
    let id = desk.program()?.program.id.clone();
    let control = desk.web.engine.control();
    let stored = tokio::task::spawn_blocking(move || control.programs()).await;
    let stored =
        stored.ok().and_then(Result::ok).and_then(|all| all.into_iter().find(|stored| stored.id == id));
    stored
        .map(|stored| stored.text)
        .ok_or_else(|| plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble"))
}

fn edit(desk: &Desk, status: StatusCode, text: &str, told: &Markup) -> Response {
    let say = &desk.say;
    let may = desk.operator.role.may(Role::Admin);
    let (id, version) = match desk.published.as_ref() {
        Some(published) => (published.program.id.as_str(), published.version),
        None => ("", 0),
    };
    let body = html! {
        p.lead { (say.with("program-runs", [("version", i64::from(version).into())])) }
        (told)
        form.stack method="post" action={ "/console/" (id) "/program" } {
            (token(desk))
            div.field {
                label for="file" { (say.t("program-file")) }
                textarea #file.file name="file" rows="24" spellcheck="false" readonly[!may] { (text) }
            }
            @if may {
                p.actions {
                    button.second type="submit" name="what" value="check" { (say.t("program-check")) }
                    button type="submit" name="what" value="publish" { (say.t("program-publish")) }
                }
                p.small { (say.t("program-publish-how")) }
            }
        }
    };
    framed(desk, status, &Page { name: "console-program", title: say.t("console-program"), body })
}

pub(super) async fn submit(desk: Desk, form: Signed) -> Response {
    submitted(&desk, &form).await.unwrap_or_else(IntoResponse::into_response)
}

async fn submitted(desk: &Desk, form: &Signed) -> Result<Response, Response> {
    let published = desk.program()?;
    let id = published.program.id.clone();
    desk.needs(Role::Admin, "program.publish", &id).await?;
    // Browsers send line ends as pairs.
    let text = form.whole("file").replace("\r\n", "\n");
    let program = match catalog::load(&format!("{id}.toml"), &text) {
        Ok(program) => program,
        Err(problems) => {
            let told = html! {
                div.notice.bad role="alert" {
                    p { strong { (desk.say.t("program-wrong")) } }
                    ul { @for problem in &problems { li { (problem) } } }
                }
            };
            return Ok(edit(desk, StatusCode::UNPROCESSABLE_ENTITY, &text, &told));
        }
    };
    let changes = catalog::diff(&published.program, &program);
    let forbidden = changes.iter().any(|change| change.forbidden.is_some());
    if form.get("what") != Some("publish") || forbidden {
        let status = if forbidden { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        return Ok(edit(desk, status, &text, &compared(desk, &changes)));
    }
    publish(desk, program, text, &changes).await
}

/// What a file would change.
fn compared(desk: &Desk, changes: &[catalog::Change]) -> Markup {
    let say = &desk.say;
    html! {
        section.stack {
            h2 { (say.t("program-changes")) }
            @if changes.is_empty() { p { (say.t("program-no-changes")) } }
            ul { @for change in changes {
                li {
                    (change)
                    @if change.forbidden.is_some() { " " span.tag.bad { (say.t("program-forbidden")) } }
                }
            } }
        }
    }
}

async fn publish(
    desk: &Desk,
    program: Program,
    text: String,
    changes: &[catalog::Change],
) -> Result<Response, Response> {
    let id = program.id.clone();
    let changed: Vec<String> = changes.iter().map(ToString::to_string).collect();
    desk.note("program.publish", &id, &changed.join("; ")).await?;
    let engine = desk.web.engine.clone();
    let done = tokio::task::spawn_blocking(move || engine.publish(program, &text, None)).await;
    match done {
        Ok(Ok(_)) => Ok(see(&format!("/console/{id}/program?done=publish"))),
        Ok(Err(_)) | Err(_) => Err(plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble")),
    }
}
