//! Prices that are made for one account: listed over all accounts, made, taken back.

mod make;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use engine::{Published, SaleKind};
use ids::{Id, Kind};
use ledger::{Event, Position, Quoted};
use maud::{Markup, html};
use operators::Role;

use super::accounts::account_path;
use super::layout::{framed, plain, token};
use super::sold::{LOOKED_AT, Looking, QuoteState, Whose};
use super::{Desk, Page, orders};
use crate::state::Web;

use make::{Draft, form};

/// How many a page has, and how many are asked for at a time.
const SHOWN: usize = 50;
const AT_ONCE: usize = 200;

/// The states that can be looked for, and their texts.
const STATES: [(&str, &str); 4] = [
    ("open", "quote-open"),
    ("accepted", "quote-accepted"),
    ("expired", "quote-expired"),
    ("withdrawn", "quote-withdrawn"),
];

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/console/{program}/quotes", get(page).post(make::make))
        .route("/console/{program}/quotes/{quote}/withdraw", post(make::withdraw))
}

/// A quote, as the list shows it.
struct Line {
    whose: Arc<Whose>,
    id: Position,
    made_at: moment::Instant,
    unit: u8,
    quoted: Box<Quoted>,
    state: Option<QuoteState>,
}

fn code(state: QuoteState) -> &'static str {
    match state {
        QuoteState::Open => "open",
        QuoteState::Accepted(_) => "accepted",
        QuoteState::Expired => "expired",
        QuoteState::Withdrawn => "withdrawn",
    }
}

async fn page(desk: Desk) -> Response {
    list(&desk, StatusCode::OK, &Draft::default(), None).await.unwrap_or_else(IntoResponse::into_response)
}

async fn list(
    desk: &Desk,
    status: StatusCode,
    draft: &Draft,
    wrong: Option<&str>,
) -> Result<Response, Response> {
    let published = Arc::clone(desk.program()?);
    let asked = desk.asked("state");
    let before = desk.asked("before").and_then(|text| text.parse().ok()).map(Position);
    let trouble = || plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble");
    let (lines, next) = lines(desk, &published, asked.as_deref(), before).await.ok_or_else(trouble)?;
    let say = &desk.say;
    let base = format!("/console/{}/quotes", published.program.id);
    let state = asked.unwrap_or_default();
    let body = html! {
        @if let Some(key) = wrong { div.notice.bad role="alert" { p { (say.t(key)) } } }
        nav.actions aria-label=(say.t("state")) {
            a href=(base) aria-current=[state.is_empty().then_some("true")] { (say.t("all")) }
            @for (code, key) in STATES {
                a href={ (base) "?state=" (code) } aria-current=[(state == code).then_some("true")] { (say.t(key)) }
            }
        }
        @if lines.is_empty() { p.empty { (say.t("quotes-none")) } } @else { (table(desk, &published, &lines, &base)) }
        @if let Some(next) = next { p { a href={ (base) "?before=" (next.0) "&state=" (state) } { (say.t("next")) } } }
        @if desk.operator.role.may(Role::Support) { (form(desk, &published, draft, &base)) }
    };
    Ok(framed(desk, status, &Page { name: "console-quotes", title: say.t("console-quotes"), body }))
}

/// Quotes of the program, newest first, and where to go on.
async fn lines(
    desk: &Desk,
    published: &Arc<Published>,
    wanted: Option<&str>,
    mut before: Option<Position>,
) -> Option<(Vec<Line>, Option<Position>)> {
    let mut looking = Looking::new(&desk.web.engine, published);
    let (mut lines, mut looked) = (Vec::new(), 0);
    while looked < LOOKED_AT {
        let sales = looking.sales(SaleKind::Quote, before, AT_ONCE).await?;
        for sale in &sales {
            before = Some(sale.position);
            looked += 1;
            let Some(whose) = looking.whose(sale.account).await else { continue };
            let Some((entry, state)) = looking.quote(&whose, *sale).await else { continue };
            let Event::QuoteMade(quoted) = entry.event else { continue };
            if wanted.is_none_or(|wanted| state.is_some_and(|state| code(state) == wanted)) {
                let (id, made_at, unit) = (sale.position, entry.effective_at, entry.unit);
                lines.push(Line { whose, id, made_at, unit, quoted, state });
            }
            if lines.len() == SHOWN {
                return Some((lines, before));
            }
        }
        if sales.len() < AT_ONCE {
            return Some((lines, None));
        }
    }
    Some((lines, before))
}

fn table(desk: &Desk, published: &Published, lines: &[Line], base: &str) -> Markup {
    let say = &desk.say;
    let (may, id) = (desk.operator.role.may(Role::Support), &published.program.id);
    html! {
        div.scroll.console-list tabindex="0" role="group" aria-label=(say.t("table")) { table.figures {
            thead { tr {
                th scope="col" { (say.t("when")) }
                th scope="col" { (say.t("account")) }
                th scope="col" { (say.t("what")) }
                th scope="col" { (say.t("state")) }
                th.number scope="col" { (say.t("order-credits")) }
                th.number scope="col" { (say.t("order-price")) }
                @if may { th scope="col" { span.unseen { (say.t("help-customer")) } } }
            } }
            tbody { @for line in lines {
                @let quoted = &line.quoted;
                tr {
                    td { (say.day(line.made_at)) }
                    th scope="row" { (line.whose.link(published)) }
                    td {
                        (words::one_line(&quoted.name))
                        @if !quoted.note.is_empty() { " " span.small { (words::one_line(&quoted.note)) } }
                    }
                    td { (standing(desk, id, line)) }
                    td.number { (say.credits_of(&published.program, line.unit, quoted.credits)) }
                    td.number { (say.money(quoted.price)) }
                    @if may { td { @if line.state == Some(QuoteState::Open) { (actions(desk, published, line, base)) } } }
                }
            } }
        } }
    }
}

fn standing(desk: &Desk, program: &str, line: &Line) -> Markup {
    let say = &desk.say;
    html! {
        @match line.state {
            Some(QuoteState::Open) => {
                span.tag.warn { (say.t("quote-open")) }
                " " span.small { (say.with("quote-runs-until", [("date", say.moment(line.quoted.expires_at).into())])) }
            }
            Some(QuoteState::Accepted(order)) => {
                span.tag.good { (say.t("quote-accepted")) }
                @if let Some(order) = order { " " a.small href=(orders::href(program, line.whose.no, order)) { (say.t("order")) } }
            }
            Some(QuoteState::Expired) => span.tag { (say.t("quote-expired")) },
            Some(QuoteState::Withdrawn) => span.tag { (say.t("quote-withdrawn")) },
            None => span.tag { (say.t("order-is-old")) },
        }
    }
}

/// What may be done about an open one: seen as the customer sees it, and taken back.
fn actions(desk: &Desk, published: &Published, line: &Line, base: &str) -> Markup {
    let say = &desk.say;
    let (no, name) = (line.whose.no, words::one_line(&line.quoted.name));
    html! {
        form method="post" action={ (account_path(published, no)) "/portal" } {
            (token(desk))
            input type="hidden" name="page" value="buy";
            button.quiet type="submit" aria-label={ (say.t("see-as-customer")) ": " (name) } { (say.t("see-as-customer")) }
        }
        form method="post" action={ (base) "/" (Id::new(Kind::Quote, line.id, no)) "/withdraw" } {
            (token(desk))
            button.quiet type="submit" aria-label={ (say.t("quote-withdraw")) ": " (name) } { (say.t("quote-withdraw")) }
        }
    }
}
