//! Where messages go, in which language, and in which time zone.

use account::{Change, Command};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use moment::Zone;
use words::Language;

use super::{done, page_with};
use crate::portal::layout::token_once;
use crate::portal::{Form, Visit};

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

/// Where messages go, in which language, and in which time zone.
pub(super) fn section(visit: &Visit, typed: Option<&Form>) -> Markup {
    let say = &visit.say;
    let typed = typed.filter(|form| form.get("unit").or(form.get("step")).is_none());
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

/// Sets them as the form says.
pub(super) async fn set(visit: Visit, form: Form) -> Response {
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
