//! What an operator does about an account: each with a reason, and noted.

use std::sync::Arc;

use account::{Command, Issue, Until};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::{Op, Published, Step, Target};
use ledger::{AccountNo, Class, Position};
use money::Amount;
use operators::Role;
use smallvec::smallvec;
use tickets::Link;

use super::account::find;
use super::layout::plain;
use super::{Desk, Signed};
use crate::answer::see;

pub(super) async fn act(
    Path((_, number, what)): Path<(String, u64, String)>,
    desk: Desk,
    form: Signed,
) -> Response {
    done(&desk, AccountNo(number), &what, &form).await.unwrap_or_else(IntoResponse::into_response)
}

/// The reason, which every one of them needs.
pub(super) fn reason(desk: &Desk, form: &Signed) -> Result<Box<str>, Response> {
    let reason = form.get("reason").filter(|reason| reason.chars().count() <= 500);
    reason
        .map(Into::into)
        .ok_or_else(|| plain(&desk.say, StatusCode::UNPROCESSABLE_ENTITY, "console-no-reason"))
}

async fn done(desk: &Desk, number: AccountNo, what: &str, form: &Signed) -> Result<Response, Response> {
    let on = format!("{} account {}", desk.program()?.program.id, number.0);
    desk.needs(Role::Support, &format!("account.{what}"), &on).await?;
    let (published, account) = find(desk, number).await?;
    let here = super::accounts::account_path(&published, number);
    let command = match what {
        "adjust" => adjustment(desk, &published, form)?,
        "void" => {
            let grant = form.get("grant").and_then(|text| text.parse().ok()).map(Position);
            let grant =
                grant.ok_or_else(|| plain(&desk.say, StatusCode::UNPROCESSABLE_ENTITY, "refused-gone"))?;
            Command::Void { grant, reason: reason(desk, form)? }
        }
        "close" => Command::Close { reason: reason(desk, form)? },
        "reopen" => Command::Reopen { reason: reason(desk, form)? },
        "portal" => {
            let page = form.get("page").filter(|page| crate::PAGES.contains(page));
            return portal(desk, &published, account.no, &on, page).await;
        }
        _ => return Err(plain(&desk.say, StatusCode::NOT_FOUND, "console-no-account")),
    };
    let detail = format!("{command:?}");
    desk.note(&format!("account.{what}"), &on, &detail).await?;
    match write(desk, &published, number, command).await {
        Ok(()) => Ok(see(&format!("{here}?done={what}"))),
        Err(failure) => {
            desk.note(&format!("account.{what}.refused"), &on, &format!("{failure:?}")).await?;
            Err(plain(&desk.say, StatusCode::CONFLICT, "console-refused"))
        }
    }
}

fn adjustment(desk: &Desk, published: &Published, form: &Signed) -> Result<Command, Response> {
    let wrong = || plain(&desk.say, StatusCode::UNPROCESSABLE_ENTITY, "console-no-amount");
    let unit = match form.get("unit") {
        Some(code) => published.program.unit_index(code).ok_or_else(wrong)?,
        None => 0,
    };
    let scale = published.program.units.get(usize::from(unit)).ok_or_else(wrong)?.scale;
    let credits = form.get("credits").and_then(|text| parts(text, scale.decimals())).ok_or_else(wrong)?;
    let reason = reason(desk, form)?;
    Ok(match form.get("how") {
        Some("give") => Command::Issue(Box::new(Issue {
            unit,
            credits,
            class: Class::Adjustment,
            effective_at: None,
            until: Until::Default,
            priority: None,
            paid: None,
            scope: ledger::Scope::default(),
            reason,
        })),
        _ => Command::Adjust { unit, credits, reason },
    })
}

/// A number of credits as it is typed, in smallest parts: positive, with no more decimals than the unit has.
pub(super) fn parts(text: &str, decimals: u8) -> Option<Amount> {
    let plain: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let (whole, fraction) = plain.split_once(['.', ',']).unwrap_or((&plain, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > usize::from(decimals) {
        return None;
    }
    let fraction = format!("{fraction:0<width$}", width = usize::from(decimals));
    let amount = format!("{whole}{fraction}").parse().ok().map(Amount)?;
    (amount.is_positive() && amount <= Amount::MAX).then_some(amount)
}

pub(super) async fn write(
    desk: &Desk,
    published: &Arc<Published>,
    number: AccountNo,
    command: Command,
) -> Result<(), engine::Failure> {
    let by = desk.web.engine.name_async(&format!("operator:{}", desk.operator.email)).await?;
    let steps = smallvec![Step { command, idempotency: None }];
    let op = Op { target: Target::Number(number), published: Arc::clone(published), by, steps };
    let answers = desk.web.engine.write(op).await?;
    answers.into_iter().next().unwrap_or(Err(engine::Failure::Unavailable)).map(drop)
}

/// Shows the portal as the customer sees it.
async fn portal(
    desk: &Desk,
    published: &Published,
    account: AccountNo,
    on: &str,
    page: Option<&str>,
) -> Result<Response, Response> {
    desk.note("account.portal", on, "").await?;
    let now = desk.web.now();
    let program = published.program.id.clone();
    let member = Some(format!("operator:{}", desk.operator.email));
    let link = Link {
        program: program.clone(),
        account,
        member,
        page: page.map(str::to_owned),
        until: now.plus_millis(60_000),
    };
    let links = desk.web.links.clone();
    let made = tokio::task::spawn_blocking(move || links.make(&link, now)).await;
    let trouble = || plain(&desk.say, StatusCode::SERVICE_UNAVAILABLE, "console-trouble");
    let code = made.ok().and_then(Result::ok).ok_or_else(trouble)?;
    Ok(see(&format!("/portal/{program}/enter/{code}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_they_are_typed() {
        for (text, decimals, expected) in [
            ("5", 0, Some(5)),
            ("1 000", 0, Some(1_000)),
            ("2.5", 1, Some(25)),
            ("2,50", 2, Some(250)),
            ("2", 2, Some(200)),
            ("2.555", 2, None),
            ("2.5", 0, None),
            ("0", 0, None),
            ("-5", 0, None),
            ("", 0, None),
            (".5", 1, None),
            ("1e3", 0, None),
            ("99999999999999999999", 0, None),
        ] {
            assert_eq!(parts(text, decimals).map(|amount| amount.0), expected, "{text:?}");
        }
    }
}
