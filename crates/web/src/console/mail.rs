//! Letters to customers: what was sent and what became of it, and how each of them looks.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use dispatch::Delivery;
use engine::outbox::{TaskFilter, TaskState};
use maud::{Markup, html};
use messages::mail::{Letter, Look, languages, render};
use messages::{Kind, letter_sample};
use moment::Zone;
use operators::Role;

use super::layout::{plain, token};
use super::{Desk, Page, Signed, frame};
use crate::answer::{self, see};
use crate::state::Web;

const SHOWN: usize = 50;

/// A letter has a style of its own and nothing else: whatever is in it, it does nothing, and loads nothing.
const LETTER: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'self'; sandbox";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/console/{program}/mail", get(page))
        .route("/console/{program}/mail/{number}", post(resend))
        .route("/console/{program}/mail/preview/{kind}/{locale}", get(preview))
        .route("/console/{program}/mail/preview/{kind}/{locale}/html", get(as_sent))
}

async fn page(desk: Desk) -> Response {
    list(&desk).await.unwrap_or_else(IntoResponse::into_response)
}

/// The states, by what the query calls them.
const STATES: [(&str, &str, Option<TaskState>); 4] = [
    ("", "all", None),
    ("waiting", "delivery-waiting", Some(TaskState::Waiting)),
    ("done", "mail-sent", Some(TaskState::Done)),
    ("dead", "delivery-dead", Some(TaskState::Dead)),
];

async fn list(desk: &Desk) -> Result<Response, Response> {
    let program = desk.program()?.program.id.clone();
    let asked = desk.asked("state").unwrap_or_default();
    let state = STATES.iter().find(|(code, ..)| *code == asked).and_then(|(.., state)| *state);
    let (before, to) = (desk.asked("before").and_then(|text| text.parse().ok()), desk.asked("to"));
    let filter = TaskFilter { state, before, to: to.clone(), limit: SHOWN + 1, ..TaskFilter::default() };
    let (dispatch, id) = (desk.web.dispatch.clone(), program.clone());
    let found = tokio::task::spawn_blocking(move || dispatch.letters(&id, filter)).await;
    let trouble = || plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble");
    let mut found = found.ok().and_then(Result::ok).ok_or_else(trouble)?;
    let more = found.len() > SHOWN;
    found.truncate(SHOWN);
    let next = found.last().filter(|_| more).map(|letter| letter.task.id);
    let say = &desk.say;
    let base = format!("/console/{program}/mail");
    let going_on = |before: u64| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("before", &before.to_string()).append_pair("state", &asked);
        if let Some(to) = &to {
            query.append_pair("to", to);
        }
        format!("{base}?{}", query.finish())
    };
    let body = html! {
        @if !desk.web.dispatch.sends_letters() { p.notice.plain { (say.t("mail-off")) } }
        form.fields method="get" action=(base) role="search" {
            div.field {
                label for="state" { (say.t("state")) }
                select #state name="state" {
                    @for (code, key, _) in STATES { option value=(code) selected[code == asked] { (say.t(key)) } }
                }
            }
            div.field { label for="to" { (say.t("mail-to")) } input #to name="to" type="search" size="32" value=[to.as_deref()]; }
            button.second type="submit" { (say.t("find")) }
        }
        @if found.is_empty() { p.empty { (say.t("mail-none")) } } @else { (table(desk, &found, &base)) }
        @if let Some(next) = next { p { a href=(going_on(next)) { (say.t("next")) } } }
        section {
            h2 { (say.t("mail-previews")) }
            p.small { (say.t("mail-previews-how")) }
            (previews(desk, &base))
        }
    };
    Ok(frame(desk, &Page { name: "console-mail", title: say.t("console-mail"), body }))
}

fn table(desk: &Desk, found: &[Delivery], base: &str) -> Markup {
    let say = &desk.say;
    let may = desk.operator.role.may(Role::Support);
    html! {
        div.scroll.console-list tabindex="0" role="group" aria-label=(say.t("table")) { table.figures {
            thead { tr {
                th scope="col" { (say.t("when")) }
                th scope="col" { (say.t("mail-to")) }
                th scope="col" { (say.t("what")) }
                th scope="col" { (say.t("state")) }
                th.number scope="col" { (say.t("attempts")) }
                @if may { th scope="col" { span.unseen { (say.t("resend")) } } }
            } }
            tbody { @for Delivery { task, message } in found { tr {
                td { (say.moment(message.at)) }
                th scope="row" {
                    (words::one_line(&task.new.to))
                    @if !task.new.account.is_empty() {
                        " " a.small href={ "/console/" (task.new.program) "?find=" (task.new.account) } { (say.t("account")) }
                    }
                }
                td { (message.kind.code()) }
                td {
                    @let (kind, key) = match task.state {
                        TaskState::Waiting => ("warn", "delivery-waiting"),
                        TaskState::Done => ("good", "mail-sent"),
                        TaskState::Dead => ("bad", "delivery-dead"),
                    };
                    span.tag.(kind) { (say.t(key)) }
                    @if task.log.len() > 1 {
                        details {
                            summary.small { (words::one_line(task.log.last().map_or("", |last| &last.said))) }
                            ul.small { @for attempt in &task.log { li { (say.moment(attempt.at)) ": " (words::one_line(&attempt.said)) } } }
                        }
                    } @else if let Some(last) = task.log.last() { " " span.small { (words::one_line(&last.said)) } }
                }
                td.number { (say.count(i64::from(task.attempts))) }
                @if may { td {
                    form method="post" action={ (base) "/" (task.id) } {
                        (token(desk))
                        button.quiet type="submit" aria-label={ (say.t("resend")) ": " (words::one_line(&task.new.to)) } { (say.t("resend")) }
                    }
                } }
            } } }
        } }
    }
}

fn previews(desk: &Desk, base: &str) -> Markup {
    let say = &desk.say;
    html! {
        div.scroll tabindex="0" role="group" aria-label=(say.t("mail-previews")) { table.figures {
            thead { tr {
                th scope="col" { (say.t("what")) }
                @for locale in languages() { th scope="col" { (say.t(&format!("mail-in-{locale}"))) } }
            } }
            tbody { @for kind in Kind::ALL.into_iter().filter(|kind| kind.has_letter()) { tr {
                th scope="row" { code { (kind.code()) } }
                @for locale in languages() { td {
                    @if let Some(letter) = letter(desk, kind, locale) {
                        a lang=(locale) href={ (base) "/preview/" (kind.code()) "/" (locale) } { (letter.subject) }
                    }
                } }
            } } }
        } }
    }
}

/// The letter of a kind as the program's customers get it, with facts that are made up.
fn letter(desk: &Desk, kind: Kind, locale: &str) -> Option<Letter> {
    let program = &desk.published.as_ref()?.program;
    let locale = languages().find(|one| *one == locale)?;
    let look = Look {
        program_name: program.name.clone(),
        accent: program.brand.accent.clone(),
        // Nothing is loaded from elsewhere to look at it.
        logo: None,
        support_email: program.brand.support_email.clone(),
        portal_url: None,
    };
    render(&letter_sample(kind), &look, "customer@example.com", locale, &Zone::utc())
}

async fn preview(Path((_, kind, locale)): Path<(String, String, String)>, desk: Desk) -> Response {
    let say = &desk.say;
    let found = kind.parse().ok().and_then(|kind| Some((kind, letter(&desk, kind, &locale)?)));
    let Some((kind, letter)) = found else { return plain(say, StatusCode::NOT_FOUND, "mail-no-letter") };
    let id = desk.published.as_ref().map_or("", |published| &published.program.id);
    let base = format!("/console/{id}/mail");
    let body = html! {
        p { code { (kind.code()) } " · " (say.t("mail-made-up")) }
        nav.actions aria-label=(say.t("language")) {
            @for other in languages() {
                a href={ (base) "/preview/" (kind.code()) "/" (other) } aria-current=[(other == letter.language).then_some("true")] { (say.t(&format!("mail-in-{other}"))) }
            }
            a href=(base) { (say.t("console-mail")) }
        }
        section {
            h2 { (say.t("mail-as-html")) }
            iframe.letter sandbox="" title={ (say.t("mail-as-html")) ": " (letter.subject) } src={ (base) "/preview/" (kind.code()) "/" (letter.language) "/html" } {}
        }
        section {
            h2 { (say.t("mail-as-text")) }
            pre.letter tabindex="0" role="region" aria-label=(say.t("mail-as-text")) lang=(letter.language) { (letter.text) }
        }
    };
    let mut response = frame(&desk, &Page { name: "console-mail", title: letter.subject.clone(), body });
    // The one page that frames something: the letter beside it.
    let policy =
        response.headers().get(header::CONTENT_SECURITY_POLICY).and_then(|value| value.to_str().ok());
    let policy = policy.and_then(|policy| HeaderValue::from_str(&format!("{policy}; frame-src 'self'")).ok());
    if let Some(policy) = policy {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

async fn as_sent(Path((_, kind, locale)): Path<(String, String, String)>, desk: Desk) -> Response {
    let found = kind.parse().ok().and_then(|kind| letter(&desk, kind, &locale));
    let Some(letter) = found else { return plain(&desk.say, StatusCode::NOT_FOUND, "mail-no-letter") };
    let mut response = answer::bytes(StatusCode::OK, "text/html; charset=utf-8", letter.html.into_bytes());
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(LETTER));
    response
}

/// Sends one again.
async fn resend(Path((_, number)): Path<(String, u64)>, desk: Desk, form: Signed) -> Response {
    let _ = form;
    again(&desk, number).await.unwrap_or_else(IntoResponse::into_response)
}

async fn again(desk: &Desk, number: u64) -> Result<Response, Response> {
    let program = desk.program()?.program.id.clone();
    let on = format!("{program} letter {number}");
    desk.needs(Role::Support, "mail.resend", &on).await?;
    desk.note("mail.resend", &on, "").await?;
    let (dispatch, id) = (desk.web.dispatch.clone(), program.clone());
    let done = tokio::task::spawn_blocking(move || dispatch.resend_letter(&id, number)).await;
    match done.ok().and_then(Result::ok) {
        Some(Some(_)) => Ok(see(&format!("/console/{program}/mail?done=resend"))),
        Some(None) => Err(plain(&desk.say, StatusCode::NOT_FOUND, "mail-no-letter")),
        None => Err(plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble")),
    }
}
