//! Making a quote, and taking one back.

use std::sync::Arc;

use account::{Command, MakeQuote};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use catalog::{Package, Pricing};
use engine::Published;
use ids::Kind;
use ledger::AccountNo;
use maud::{Markup, html};
use money::{Currency, Money};
use operators::Role;

use super::super::account_forms::{parts, write};
use super::super::accounts::named;
use super::super::instant::{self, Typed};
use super::super::layout::{plain, token};
use super::super::{Desk, Signed};
use super::list;
use crate::answer::see;

/// What stands in the form.
#[derive(Default)]
pub(super) struct Draft {
    account: String,
    package: String,
    credits: String,
    amount: String,
    currency: String,
    at: Typed,
    note: String,
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

pub(super) fn form(desk: &Desk, published: &Published, draft: &Draft, base: &str) -> Markup {
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

pub(super) async fn make(desk: Desk, form: Signed) -> Response {
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
    let ends = (!draft.at.is_empty()).then(|| draft.at.instant().ok_or("publish-at-wrong"));
    let expires_at = ends.transpose()?;
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

pub(super) async fn withdraw(Path((_, id)): Path<(String, String)>, desk: Desk, form: Signed) -> Response {
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
