//! A month's report by e-mail: to the account's own address, and nowhere else.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use dispatch::{NotMailed, Payer};
use engine::Failure;
use maud::{Markup, html};
use reports::Month;

use super::{page_with, wrong};
use crate::answer::see;
use crate::portal::layout::token_once;
use crate::portal::{Form, Visit, why};

/// The button, and where the report goes; where there is no address yet, the way to set one.
pub(super) fn form(visit: &Visit, month: Month) -> Markup {
    // Where no mail is sent there is nothing to press; but who tries a program out sees what there would be.
    if !visit.web.dispatch.sends_letters() && visit.published.test_clock.is_none() {
        return html! {};
    }
    let say = &visit.say;
    let monthly = visit.account.reporting.as_deref().is_some_and(|reporting| reporting.on);
    let profile = visit.account.profile.as_deref();
    let to = profile.and_then(|profile| profile.email.as_deref()).filter(|email| !email.is_empty());
    html! {
        @match to {
            Some(to) => {
                form.by-mail method="post" action=(format!("{}/{month}/email", visit.path("reports"))) {
                    (token_once(visit))
                    button.second type="submit" { (say.t("report-mail")) }
                    p.small { (say.with("report-mail-to", [("address", words::one_line(to).into())])) }
                }
            }
            None => {
                p.small {
                    (say.t("report-mail-no-address")) " "
                    a href={ (visit.path("alerts")) "#email" } { (say.t("report-mail-set-address")) }
                }
            }
        }
        p.small {
            @if monthly { (say.t("report-mail-each")) " " }
            a href={ (visit.path("alerts")) "#monthly-report" } {
                (say.t(if monthly { "report-mail-each-change" } else { "report-mail-monthly" }))
            }
        }
    }
}

/// Sends it.
pub(super) async fn send(visit: Visit, Path((_, month)): Path<(String, String)>, form: Form) -> Response {
    let month = month.parse().ok().filter(|month: &Month| *month <= visit.today().month());
    let Some(month) = month else { return wrong(&visit) };
    let unavailable = || Some((StatusCode::SERVICE_UNAVAILABLE, why(&visit.say, &Failure::Unavailable)));
    let Some(past) = visit.past(month.first()..=month.last(), false).await else {
        return page_with(&visit, month, unavailable()).await;
    };
    if past.complete && past.units().is_empty() {
        // The page says that there is nothing.
        return page_with(&visit, month, None).await;
    }
    let (dispatch, published) = (visit.web.dispatch.clone(), visit.published.clone());
    let (payer, once) = (Payer::of(&visit.account), visit.once_key(form.once()));
    let mailed = move || dispatch.mail_report(&published, &payer, month, once);
    let told = match tokio::task::spawn_blocking(mailed).await {
        Ok(Ok(Ok(_))) => return see(&format!("{}/{month}?done=report-mail", visit.path("reports"))),
        Ok(Ok(Err(not))) => Some((StatusCode::UNPROCESSABLE_ENTITY, visit.say.t(key(not)))),
        Ok(Err(error)) => {
            tracing::error!(%error, "a report can't be sent");
            unavailable()
        }
        Err(_) => unavailable(),
    };
    page_with(&visit, month, told).await
}

/// The text of why it is not sent.
fn key(not: NotMailed) -> &'static str {
    match not {
        NotMailed::NoServer => "report-mail-no-server",
        NotMailed::NoAddress => "report-mail-no-address",
        NotMailed::TooMany => "report-mail-too-many",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::say::Say;

    #[test]
    fn each_reason_has_words_of_its_own() {
        let say = Say::to(None, Some("de"));
        for not in [NotMailed::NoServer, NotMailed::NoAddress, NotMailed::TooMany] {
            assert_ne!(say.t(key(not)), key(not));
        }
    }
}
