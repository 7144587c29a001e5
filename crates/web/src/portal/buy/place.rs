//! Doing what was looked at: the order is placed, and the customer is sent to where it is paid.

use std::sync::Arc;
use std::time::Duration;

use account::Command;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use dispatch::NoCheckout;
use engine::{Failure, Target};
use ids::{Id, Kind};
use ledger::{Event, Order, OrderState, Position};

use super::review;
use super::wish::{Outcome, Wish, shown};
use crate::answer::see;
use crate::portal::refused::explain;
use crate::portal::{Form, Visit};

/// How long an answer waits for what a stored payment method's provider says.
const PATIENCE: Duration = Duration::from_secs(5);

/// Does what the form says, if it still is what was shown.
pub(super) async fn submit(visit: Visit, headers: &HeaderMap, form: &Form, change: bool) -> Response {
    let Some(wish) = Wish::read(&visit, form, change) else {
        let told = visit.say.t("refused-no-sale");
        return super::page_with(&visit, Some((StatusCode::UNPROCESSABLE_ENTITY, told)), None);
    };
    let looks = form.get("step") != Some("buy");
    let outcome = wish.outcome(&visit);
    if looks {
        return review::page(&visit, &wish, None);
    }
    // Only what was seen is bought. What is refused now, or is so already, may have been done by this very form before: the
    // account tells that by the form's `once`.
    if let Ok(Outcome::Order(_) | Outcome::Planned(_)) = &outcome
        && let Ok(outcome) = &outcome
        && form.get("seen") != Some(shown(outcome).as_str())
    {
        let told = (StatusCode::CONFLICT, visit.say.t("review-changed"));
        return review::page(&visit, &wish, Some(told));
    }
    match visit.write(command(&visit, headers, form, &wish), form.once()).await {
        Ok(written) => match &written.entry.event {
            Event::OrderPlaced(_) => to_payment(&visit, headers, written.position).await,
            _ => see(&format!("{}?done=changed", visit.path("buy"))),
        },
        Err(failure) => {
            let told = (status(&failure), explain(&visit, &failure));
            review::page(&visit, &wish, Some(told))
        }
    }
}

/// The status of a page that says why something was not done.
pub(in crate::portal) fn status(failure: &Failure) -> StatusCode {
    match failure {
        Failure::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Failure::KeyReused | Failure::Undone { .. } => StatusCode::CONFLICT,
        Failure::NoAccount => StatusCode::NOT_FOUND,
        Failure::Overloaded | Failure::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn command(visit: &Visit, headers: &HeaderMap, form: &Form, wish: &Wish) -> Command {
    let stored = visit.account.sales.as_deref().and_then(|sales| sales.method.as_ref());
    let stored = stored.filter(|_| form.get("method") == Some("stored"));
    let usual = visit.web.dispatch.usual_provider();
    let provider = stored.map_or_else(|| usual.into(), |method| method.provider.clone());
    wish.command(provider, stored.is_some(), Some(return_url(visit, headers)))
}

/// Where the customer is sent back to: to the order. In a frame there is no session outside of it, so it is the host's page.
fn return_url(visit: &Visit, headers: &HeaderMap) -> Box<str> {
    let home = visit.program().brand.home.as_deref().filter(|_| is_framed(headers));
    match home {
        Some(home) => home.into(),
        None => format!("{}{}", visit.web.dispatch.public_url(), visit.path("orders")).into(),
    }
}

/// Whether the page is in a frame of another one: a payment page would refuse to be shown there.
fn is_framed(headers: &HeaderMap) -> bool {
    let into = headers.get("sec-fetch-dest").and_then(|value| value.to_str().ok());
    matches!(into, Some("iframe" | "frame" | "embed" | "object"))
}

/// Sends the browser to where an order is paid. What a browser sends a form to, and is led on to from there, is bounded by the
/// page's policy; so it is led to another site by a page of ours in between.
pub(in crate::portal) async fn to_payment(visit: &Visit, headers: &HeaderMap, order: Position) -> Response {
    let begun = begin(visit, order).await;
    let own = visit.path(&format!("orders/{}", Id::new(Kind::Order, order, visit.pass.account)));
    let url = begun.filter(|order| order.state == OrderState::AwaitingPayment);
    let Some(url) = url.and_then(|order| order.checkout_url) else { return see(&own) };
    let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_here = !origin.is_empty() && url.strip_prefix(origin).is_some_and(|path| path.starts_with('/'));
    if is_framed(headers) {
        see(&own)
    } else if is_here {
        see(&url)
    } else {
        see(&format!("{own}/pay"))
    }
}

/// Has an order paid that was just placed: asks the stored payment method, or opens a checkout. The order as it then is.
async fn begin(visit: &Visit, id: Position) -> Option<Order> {
    let dispatch = &visit.web.dispatch;
    let mut order = now(visit, id).await?;
    if order.asking && order.reference.is_none() {
        // Where it takes longer, the order's page says that an answer is awaited, and follows.
        if tokio::time::timeout(PATIENCE, dispatch.ask_for_payments(id)).await.is_ok() {
            order = now(visit, id).await?;
        }
    }
    let waits = order.state == OrderState::AwaitingPayment && !order.asking;
    // Where a stored method was declined, the reference may be of that attempt.
    let was_asked = order.attempts > 0 && order.declined.is_some();
    if !waits || (order.reference.is_some() && !was_asked) {
        return Some(order);
    }
    let profile = visit.account.profile.as_deref();
    let text = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    let email = text(profile.and_then(|profile| profile.email.as_deref()));
    let locale = Some(visit.say.language.code().to_owned());
    if order.ordered.return_url.is_none() {
        // A renewal was placed by nobody who could have said where they come back to.
        let back = format!("{}{}", visit.web.dispatch.public_url(), visit.path("orders"));
        order.ordered.return_url = Some(back.into());
    }
    match dispatch.open_checkout(&visit.published, visit.pass.account, &order, email, locale).await {
        Ok((reference, url)) => {
            order.reference = Some(reference.into());
            order.checkout_url = url.map(Into::into);
        }
        Err(NoCheckout::NotNeeded) => {}
        Err(why) => tracing::warn!(program = visit.program().id, ?why, "a checkout could not be opened"),
    }
    Some(order)
}

/// An order as the account has it now, if it keeps it.
pub(in crate::portal) async fn now(visit: &Visit, id: Position) -> Option<Order> {
    let look = move |account: &account::Account, _| account.sales.as_deref()?.order(id).cloned();
    let target = Target::Number(visit.pass.account);
    visit.web.engine.read(target, Arc::clone(&visit.published), look).await.ok().flatten()
}
