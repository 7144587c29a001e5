//! At which levels the account is told that credits run low, and where and how it is told things.

use account::{Change, Command};
use axum::Router;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use maud::{Markup, html};
use moment::Zone;
use money::{Amount, Unit};
use words::Language;

use super::buy::status;
use super::layout::{framed, token_once};
use super::{Form, Page, Visit, typed, why};
use crate::answer::see;
use crate::state::Web;

/// The most levels that there can be.
const MOST: usize = 16;
/// How many empty fields there are for more of them.
const MORE: usize = 2;

/// Zones that are offered; any other of the database can be typed.
const ZONES: [&str; 40] = [
    "UTC",
    "Europe/Vienna",
    "Europe/Berlin",
    "Europe/Zurich",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/Madrid",
    "Europe/Paris",
    "Europe/Brussels",
    "Europe/Amsterdam",
    "Europe/Rome",
    "Europe/Ljubljana",
    "Europe/Prague",
    "Europe/Warsaw",
    "Europe/Budapest",
    "Europe/Copenhagen",
    "Europe/Oslo",
    "Europe/Stockholm",
    "Europe/Helsinki",
    "Europe/Athens",
    "Europe/Istanbul",
    "Europe/Kyiv",
    "Africa/Lagos",
    "Africa/Johannesburg",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Hong_Kong",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Australia/Sydney",
    "Pacific/Auckland",
    "America/Sao_Paulo",
    "America/New_York",
    "America/Toronto",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
];

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/portal/{program}/alerts", get(page).post(set_levels))
        .route("/portal/{program}/alerts/contact", post(set_contact))
}

async fn page(visit: Visit) -> Response {
    page_with(&visit, None, None)
}

/// The page, with why something was not done, and with what was typed.
fn page_with(visit: &Visit, told: Option<(StatusCode, String)>, typed: Option<&Form>) -> Response {
    let say = &visit.say;
    let (status, told) = told.unzip();
    let status = status.unwrap_or(StatusCode::OK);
    let units = visit.program().units.iter().zip(0_u8..);
    let several = visit.program().units.len() > 1;
    let body = html! {
        @if let Some(told) = &told { p.notice.bad role="alert" { (told) } }
        @for (unit, place) in units {
            section {
                h2 {
                    (say.t("low-balance"))
                    @if several { ": " (unit.name) }
                }
                (levels(visit, unit, place, typed))
            }
        }
        (contact(visit, typed))
    };
    framed(visit, status, Page { name: "alerts", title: say.t("alerts-title"), body })
}

/// The levels of the program for a unit.
fn usual(visit: &Visit, place: u8) -> Vec<Amount> {
    let rule = visit.program().alerts.get(usize::from(place));
    let mut usual = rule.map(|rule| rule.thresholds.clone()).unwrap_or_default();
    usual.sort_unstable_by(|one, other| other.cmp(one));
    usual
}

fn listed(visit: &Visit, unit: &Unit, levels: &[Amount]) -> String {
    let all: Vec<String> = levels.iter().map(|level| visit.say.credits(unit, *level)).collect();
    all.join(", ")
}

fn levels(visit: &Visit, unit: &Unit, place: u8, typed: Option<&Form>) -> Markup {
    let say = &visit.say;
    let usual = usual(visit, place);
    let own = visit.account.book(place).and_then(|book| book.thresholds.as_deref());
    let now = own.unwrap_or(&usual);
    let name = format!("level-{place}");
    let typed: Option<Vec<String>> = typed
        .filter(|form| form.get("unit") == Some(&unit.code))
        .map(|form| form.all(&name).map(str::to_owned).collect());
    let values = typed.unwrap_or_else(|| {
        let shown = now.iter().map(|level| typed::plain(level.0, unit.scale.decimals()));
        let empty = std::iter::repeat_n(String::new(), MORE.min(MOST.saturating_sub(now.len())));
        shown.chain(empty).collect()
    });
    html! {
        p.lead {
            @if now.is_empty() { (say.t("alerts-off")) }
            @else { (say.with("alerts-now", [("levels", listed(visit, unit, now).into())])) }
        }
        @if usual.is_empty() { p.small { (say.t("alerts-no-usual")) } }
        @else {
            p.small { (say.with(if own.is_none() { "alerts-usual" } else { "alerts-recommended" },
                [("levels", listed(visit, unit, &usual).into())])) }
        }
        form.stack method="post" action=(visit.path("alerts")) {
            (token_once(visit))
            input type="hidden" name="unit" value=(unit.code);
            fieldset {
                legend { (say.t("alert-levels")) }
                div.fields.levels {
                    @for (number, value) in values.iter().enumerate() {
                        div.field {
                            label.small for={ (name) "-" (number) } { (say.with("alert-level", [("number", say.count(number as i64 + 1).into())])) }
                            input id={ (name) "-" (number) } type="number" inputmode="decimal" name=(name) value=(value)
                                step=(typed::step(unit.scale.decimals()));
                        }
                    }
                }
            }
            p.small { (say.t("alerts-hints")) }
            div.actions {
                button type="submit" name="step" value="save" { (say.t("save")) }
                @if own.is_some() {
                    button.second type="submit" name="step" value="usual" {
                        @if usual.is_empty() { (say.t("alerts-reset-off")) }
                        @else { (say.with("alerts-reset", [("levels", listed(visit, unit, &usual).into())])) }
                    }
                }
            }
        }
    }
}

async fn set_levels(visit: Visit, form: Form) -> Response {
    let place = form.get("unit").and_then(|code| visit.program().unit_index(code));
    let unit =
        place.and_then(|place| visit.program().units.get(usize::from(place)).cloned().zip(Some(place)));
    let Some((unit, place)) = unit else {
        return page_with(&visit, Some((StatusCode::UNPROCESSABLE_ENTITY, visit.say.t("refused"))), None);
    };
    let thresholds = if form.get("step") == Some("usual") {
        None
    } else {
        let levels = read_levels(&unit, &form, &format!("level-{place}"));
        if levels.is_none() {
            let told = (StatusCode::UNPROCESSABLE_ENTITY, visit.say.t("typed-levels"));
            return page_with(&visit, Some(told), Some(&form));
        }
        levels
    };
    done(&visit, Command::SetAlerts { unit: place, thresholds }, &form, "alerts").await
}

/// The levels that were typed, highest first; empty fields are none.
fn read_levels(unit: &Unit, form: &Form, name: &str) -> Option<Box<[Amount]>> {
    let typed = form.all(name).filter(|text| !text.is_empty());
    let mut levels = typed.map(|text| typed::credits(unit, text)).collect::<Option<Vec<Amount>>>()?;
    levels.sort_unstable_by(|one, other| other.cmp(one));
    levels.dedup();
    (levels.len() <= MOST).then(|| levels.into())
}

async fn done(visit: &Visit, command: Command, form: &Form, done: &str) -> Response {
    match visit.write(command, form.once()).await {
        Ok(_) => see(&format!("{}?done={done}", visit.path("alerts"))),
        Err(failure) => page_with(visit, Some((status(&failure), why(&visit.say, &failure))), Some(form)),
    }
}

/// Where messages go, in which language, and in which time zone.
fn contact(visit: &Visit, typed: Option<&Form>) -> Markup {
    let say = &visit.say;
    let typed = typed.filter(|form| form.get("unit").is_none());
    let profile = visit.account.profile.as_deref();
    let value = |name: &str, now: Option<&str>| match typed {
        Some(form) => form.get(name).unwrap_or_default().to_owned(),
        None => now.unwrap_or_default().to_owned(),
    };
    let email = value("email", profile.and_then(|profile| profile.email.as_deref()));
    let zone = value("zone", profile.and_then(|profile| profile.time_zone.as_deref()));
    let chosen = profile.and_then(|profile| profile.locale.as_deref()).filter(|tag| !tag.is_empty());
    let chosen = chosen.map(|tag| Language::of(tag).code());
    html! {
        section {
            h2 { (say.t("settings-contact")) }
            p.lead { (say.t("settings-contact-how")) }
            form.stack.settings method="post" action=(visit.path("alerts/contact")) {
                (token_once(visit))
                div.field {
                    label for="email" { (say.t("settings-email")) }
                    input #email type="email" name="email" value=(email) autocomplete="email" maxlength="254";
                    @if email.is_empty() { p.small { (say.t("settings-no-email")) } }
                }
                div.field {
                    label for="language" { (say.t("settings-language")) }
                    select #language name="language" {
                        option value="" selected[chosen.is_none()] { (say.t("language-of-browser")) }
                        @for language in Language::ALL {
                            option value=(language.code()) lang=(language.code()) selected[chosen == Some(language.code())] {
                                (say.t(&format!("language-{}", language.code())))
                            }
                        }
                    }
                }
                div.field {
                    label for="zone" { (say.t("settings-zone")) }
                    input #zone type="text" name="zone" value=(zone) list="zones" autocomplete="off" maxlength="64"
                        aria-describedby="zone-how";
                    p.small #zone-how { (say.t("settings-zone-how")) }
                    datalist #zones { @for zone in ZONES { option value=(zone) {} } }
                }
                div.actions { button type="submit" { (say.t("save")) } }
            }
        }
    }
}

async fn set_contact(visit: Visit, form: Form) -> Response {
    let wrong = |key: &str| Some((StatusCode::UNPROCESSABLE_ENTITY, visit.say.t(key)));
    let email = form.get("email").unwrap_or_default();
    if !email.is_empty() && !is_email(email) {
        return page_with(&visit, wrong("typed-email"), Some(&form));
    }
    let zone = form.get("zone").unwrap_or_default();
    if !zone.is_empty() && (zone.len() > 64 || Zone::named(zone).is_none()) {
        return page_with(&visit, wrong("typed-zone"), Some(&form));
    }
    let language = form.get("language").unwrap_or_default();
    if !language.is_empty() && !Language::ALL.iter().any(|one| one.code() == language) {
        return page_with(&visit, wrong("refused"), Some(&form));
    }
    let profile = visit.account.profile.as_deref();
    let tag = profile.and_then(|profile| profile.locale.as_deref()).unwrap_or_default();
    // `de-AT` stays what it is where German is chosen.
    let stays = !tag.is_empty() && !language.is_empty() && Language::of(tag).code() == language;
    let change = Change {
        email: Some(email.into()),
        time_zone: Some(zone.into()),
        locale: (!stays).then(|| language.into()),
        ..Change::default()
    };
    done(&visit, Command::Change(Box::new(change)), &form, "contact").await
}

/// The shape of an address to write to: no look at it tells whether it works.
fn is_email(text: &str) -> bool {
    let shaped = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    shaped && text.len() <= 254 && !text.chars().any(|letter| letter.is_whitespace() || letter.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zones_that_are_offered_are_there() {
        for zone in ZONES {
            assert!(Zone::named(zone).is_some(), "{zone}");
        }
    }

    #[test]
    fn addresses_have_a_shape() {
        for fine in ["a@b.example", "ä@ö.example"] {
            assert!(is_email(fine), "{fine}");
        }
        for wrong in ["", "a", "@b.example", "a@b", "a b@c.example", "a@b.example\r\nBcc: x@y.z"] {
            assert!(!is_email(wrong), "{wrong}");
        }
    }
}
