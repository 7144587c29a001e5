//! Whether each month's report is sent by itself.

use account::Command;
use axum::response::Response;
use maud::{Markup, html};

use super::done;
use crate::portal::layout::token_once;
use crate::portal::{Form, Visit};

/// The switch: what is now, and a button for the other.
pub(super) fn section(visit: &Visit) -> Markup {
    let say = &visit.say;
    let on = visit.account.reporting.as_deref().is_some_and(|reporting| reporting.on);
    let (now, step, label) = if on {
        ("monthly-report-on", "off", "monthly-report-switch-off")
    } else {
        ("monthly-report-off", "on", "monthly-report-switch-on")
    };
    // Nobody is promised letters where none are sent; but who tries a program out sees what there would be.
    if !on && !visit.web.dispatch.sends_letters() && visit.published.test_clock.is_none() {
        return html! {};
    }
    let profile = visit.account.profile.as_deref();
    let reached = profile.and_then(|profile| profile.email.as_deref()).is_some_and(|email| !email.is_empty());
    html! {
        section #monthly-report {
            h2 { (say.t("monthly-report")) }
            p.lead { (say.t(now)) }
            p.small { (say.t("monthly-report-how")) @if !reached { " " (say.t("settings-no-email")) } }
            form method="post" action=(visit.path("alerts/reports")) {
                (token_once(visit))
                div.actions {
                    button.second[on] type="submit" name="step" value=(step) { (say.t(label)) }
                }
            }
        }
    }
}

/// Sets it as the form says.
pub(super) async fn set(visit: Visit, form: Form) -> Response {
    let on = form.get("step") == Some("on");
    done(&visit, Command::SetReports(on), &form, if on { "report-on" } else { "report-off" }).await
}
