//! What somebody sees who comes back from a provider.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use maud::html;
use oidc::{Failure, Foreign};

use super::federation::START;
use super::layout::alone;
use crate::say::Say;

/// Why somebody is not let in.
#[derive(Debug)]
pub(super) enum Refused {
    /// What they come back with was not begun in this browser, or is over.
    Foreign(Foreign),
    /// The provider does not say who they are.
    Provider(Failure),
    /// They are none of the operators.
    Unknown(String),
    /// Their address may be somebody else's.
    Unverified(String),
    /// Their address was somebody else's.
    Another(String),
    /// They are kept out for now.
    Disabled(String),
    /// It was our own fault.
    Trouble,
}

/// Answers of a provider by which somebody says no there.
const NO: [&str; 4] = ["access_denied", "login_required", "consent_required", "interaction_required"];

impl Refused {
    /// The status, the key of the page's texts, and what they name.
    fn shown(&self) -> (StatusCode, &'static str, &str) {
        match self {
            Refused::Foreign(_) => (StatusCode::BAD_REQUEST, "oidc-foreign", ""),
            Refused::Provider(Failure::Unreachable(_)) => (StatusCode::BAD_GATEWAY, "oidc-unreachable", ""),
            Refused::Provider(Failure::Refused(code)) if NO.contains(&code.as_str()) => {
                (StatusCode::FORBIDDEN, "oidc-denied", "")
            }
            Refused::Provider(Failure::Refused(code)) => (StatusCode::BAD_GATEWAY, "oidc-refused", code),
            Refused::Provider(Failure::Untrusted(_)) => (StatusCode::FORBIDDEN, "oidc-untrusted", ""),
            Refused::Unknown(who) => (StatusCode::FORBIDDEN, "oidc-unknown", who),
            Refused::Unverified(who) => (StatusCode::FORBIDDEN, "oidc-unverified", who),
            Refused::Another(who) => (StatusCode::FORBIDDEN, "oidc-another", who),
            Refused::Disabled(who) => (StatusCode::FORBIDDEN, "oidc-disabled", who),
            Refused::Trouble => (StatusCode::SERVICE_UNAVAILABLE, "console-trouble", ""),
        }
    }
}

/// The page that says why, and leads back.
pub(super) fn page(say: &Say, name: &str, refused: &Refused) -> Response {
    let (status, key, who) = refused.shown();
    let told = [("name", name.to_owned().into()), ("who", who.to_owned().into())];
    let body = html! {
        p.lead { (say.with(&format!("{key}-how"), told.clone())) }
        p.ways {
            a.button href=(START) { (say.t("oidc-again")) }
            a.button.second href="/console/sign_in" { (say.t("oidc-back")) }
        }
    };
    alone(say, status, &say.with(key, told), &body)
}

/// The page behind a sign-in. The session's cookie goes with no request that another site has begun, and a redirect is one
/// that the provider has begun: so this page begins it.
pub(super) fn onward(say: &Say) -> Response {
    let body = html! {
        p.lead { (say.t("oidc-done-how")) }
        p { a.button href="/console" { (say.t("oidc-go-on")) } }
    };
    let mut response = alone(say, StatusCode::OK, &say.t("oidc-done"), &body);
    response.headers_mut().insert(header::REFRESH, HeaderValue::from_static("0; url=/console"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use oidc::Distrust;

    #[test]
    fn each_reason_has_its_page_in_both_languages() {
        let all = [
            (Refused::Foreign(Foreign::State), 400),
            (Refused::Provider(Failure::Unreachable("x".into())), 502),
            (Refused::Provider(Failure::refused("access_denied")), 403),
            (Refused::Provider(Failure::refused("server_error")), 502),
            (Refused::Provider(Failure::Untrusted(Distrust::Nonce)), 403),
            (Refused::Unknown("<b>ada".into()), 403),
            (Refused::Unverified("ada".into()), 403),
            (Refused::Another("ada".into()), 403),
            (Refused::Disabled("ada".into()), 403),
            (Refused::Trouble, 503),
        ];
        for language in ["en", "de"] {
            let say = Say::to(None, Some(language));
            let mut titles = Vec::new();
            for (refused, status) in &all {
                let (found, key, _) = refused.shown();
                assert_eq!(found.as_u16(), *status, "{refused:?}");
                let title = say.with(key, [("name", "Login".into()), ("who", "ada".into())]);
                assert_ne!(title, key, "{language}");
                assert!(!titles.contains(&title), "{title} is said twice");
                titles.push(title);
                assert_eq!(page(&say, "Login", refused).status(), found);
            }
        }
    }
}
