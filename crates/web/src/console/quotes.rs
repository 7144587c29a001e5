//! Prices that are made for one account: listed over all accounts, made, taken back.

use std::sync::Arc;

use account::{Command, MakeQuote};
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use catalog::{Package, Pricing};
use engine::{Published, SaleKind};
use ids::{Id, Kind};
use ledger::{AccountNo, Event, Position, Quoted};
use maud::{Markup, html};
use money::{Currency, Money};
use operators::Role;

use super::account_forms::{parts, write};
use super::accounts::{account_path, named};
use super::instant::{self, Typed};
use super::layout::{framed, plain, token};
use super::sold::{LOOKED_AT, Looking, QuoteState, Whose};
use super::{Desk, Page, Signed, orders};
use crate::answer::see;
use crate::state::Web;

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
        .route("/console/{program}/quotes", get(page).post(make))
        .route("/console/{program}/quotes/{quote}/withdraw", post(withdraw))
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

/// What stands in the form.
#[derive(Default)]
struct Draft {
    account: String,
    package: String,
    credits: String,
    amount: String,
    currency: String,
    at: Typed,
    note: String,
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

/// The packages that are sold by quote.
fn by_quote(published: &Published) -> impl Iterator<Item = &Package> {
    published.program.packages.iter().filter(|package| matches!(package.price, Pricing::ByQuote))
}

/// The currency in which the program sells its other packages.
fn currency(published: &Published) -> Option<Currency> {
    published.program.packages.iter().find_map(|package| match &package.price {
        Pricing::Fixed(price) => Some(price.currency),
        Pricing::Tiers(tiers) => tiers.tiers.first().map(|tier| tier.price.currency),
        Pricing::ByQuote => None,
    })
}

fn form(desk: &Desk, published: &Published, draft: &Draft, base: &str) -> Markup {
    let say = &desk.say;
    let usual = currency(published).map(|currency| currency.code().to_owned()).unwrap_or_default();
    let currency = if draft.currency.is_empty() { &usual } else { &draft.currency };
    html! {
        section {
            h2 { (say.t("quote-make")) }
            @if by_quote(published).next().is_none() { p { (say.t("quote-no-package")) } } @else {
                form.stack method="post" action=(base) {
                    (token(desk))
                    div.fields {
                        div.field { label for="account" { (say.t("account")) } input #account name="account" size="28" maxlength="128" value=(draft.account) required; }
                        div.field {
                            label for="package" { (say.t("quote-package")) }
                            select #package name="package" { @for package in by_quote(published) {
                                option value=(package.code) selected[package.code == draft.package] { (words::one_line(&package.name)) }
                            } }
                        }
                        div.field { label for="credits" { (say.t("credits-field")) } input #credits name="credits" inputmode="decimal" size="12" value=(draft.credits) required; }
                        div.field { label for="amount" { (say.t("order-price")) } input #amount name="amount" inputmode="decimal" size="12" value=(draft.amount) required; }
                        div.field { label for="currency" { (say.t("quote-currency")) } input #currency name="currency" size="4" maxlength="3" value=(currency) required; }
                    }
                    fieldset {
                        legend { (say.t("quote-ends")) }
                        div.fields { (instant::fields(say, &draft.at)) }
                        p.small { (say.t("quote-ends-how")) }
                    }
                    div.field { label for="note" { (say.t("quote-note")) } input #note name="note" maxlength="500" value=(draft.note); }
                    p.actions { button type="submit" { (say.t("quote-make-it")) } span.small { (say.t("quote-make-how")) } }
                }
            }
        }
    }
}

async fn make(desk: Desk, form: Signed) -> Response {
    made(&desk, &form).await.unwrap_or_else(IntoResponse::into_response)
}

async fn made(desk: &Desk, form: &Signed) -> Result<Response, Response> {
    let published = Arc::clone(desk.program()?);
    let program = &published.program.id;
    let text = |name| form.get(name).unwrap_or_default().to_owned();
    let draft = Draft {
        account: text("account"),
        package: text("package"),
        credits: text("credits"),
        amount: text("amount"),
        currency: text("currency"),
        at: Typed::of(form),
        note: text("note"),
    };
    desk.needs(Role::Support, "quote.make", program).await?;
    let wrong = |key| list(desk, StatusCode::UNPROCESSABLE_ENTITY, &draft, Some(key));
    let Some(account) = named(&desk.web.engine, &published, &draft.account).await else {
        return wrong("quote-no-account").await;
    };
    let quote = match quote(&published, &draft) {
        Ok(quote) => quote,
        Err(key) => return wrong(key).await,
    };
    let on = format!("{program} account {}", account.0);
    desk.note("quote.make", &on, &format!("{quote:?}")).await?;
    if let Err(failure) = write(desk, &published, account, Command::MakeQuote(Box::new(quote))).await {
        desk.note("quote.make.refused", &on, &format!("{failure:?}")).await?;
        return wrong("quote-refused").await;
    }
    Ok(see(&format!("/console/{program}/quotes?done=quote")))
}

/// The quote that was typed, or what is wrong about it.
fn quote(published: &Published, draft: &Draft) -> Result<MakeQuote, &'static str> {
    let package = by_quote(published).find(|package| package.code == draft.package);
    let package = package.ok_or("quote-no-package")?;
    let scale = published.program.units.get(usize::from(package.unit)).map(|unit| unit.scale);
    let credits = parts(&draft.credits, scale.unwrap_or_default().decimals()).ok_or("quote-no-credits")?;
    let currency: Currency = draft.currency.to_uppercase().parse().map_err(|_| "quote-no-price")?;
    let amount = parts(&draft.amount, currency.decimals()).ok_or("quote-no-price")?.0;
    let expires_at = match draft.at.is_empty() {
        true => None,
        false => Some(draft.at.instant().ok_or("publish-at-wrong")?),
    };
    if draft.note.chars().count() > 500 {
        return Err("quote-long-note");
    }
    let package = package.code.as_str().into();
    Ok(MakeQuote {
        package,
        credits,
        price: Money { amount, currency },
        expires_at,
        note: draft.note.as_str().into(),
    })
}

async fn withdraw(Path((_, id)): Path<(String, String)>, desk: Desk, form: Signed) -> Response {
    let _ = form;
    withdrawn(&desk, &id).await.unwrap_or_else(IntoResponse::into_response)
}

async fn withdrawn(desk: &Desk, id: &str) -> Result<Response, Response> {
    let published = Arc::clone(desk.program()?);
    let program = &published.program.id;
    let on = format!("{program} quote {id}");
    desk.needs(Role::Support, "quote.withdraw", &on).await?;
    let gone = || plain(&desk.say, StatusCode::NOT_FOUND, "console-no-quote");
    let named = ids::read(Kind::Quote, id).ok_or_else(gone)?;
    desk.note("quote.withdraw", &on, "").await?;
    let account: AccountNo = named.account;
    let command = Command::WithdrawQuote { quote: named.position };
    if write(desk, &published, account, command).await.is_err() {
        return Err(gone());
    }
    Ok(see(&format!("/console/{program}/quotes?done=quote-withdrawn")))
}
