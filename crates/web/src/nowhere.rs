//! Addresses that no page has: cut off, mistyped, or of a form that was opened as a page.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use axum::routing::any;

use crate::answer::see;
use crate::portal::accept_language;
use crate::say::Say;
use crate::state::Web;
use crate::{console, portal};

pub(crate) fn routes() -> Router<Web> {
    let mut router = Router::new();
    for path in ["/portal", "/portal/", "/portal/{program}/", "/portal/{program}/{*rest}"] {
        router = router.route(path, any(of_portal));
    }
    for path in ["/console/", "/console/{program}/", "/console/{program}/{*rest}"] {
        router = router.route(path, any(of_console));
    }
    router
}

/// A page of a program's portal that there is not.
async fn of_portal(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    if let Some(page) = without_slash(&uri) {
        return see(&page);
    }
    let id = uri.path().split('/').nth(2).unwrap_or_default();
    let say = Say::to(None, accept_language(&headers));
    let published = web.engine.program(id);
    portal::no_page(published.as_ref().map(|published| &published.program), &say)
}

/// A page of the console that there is not.
async fn of_console(headers: HeaderMap, uri: Uri) -> Response {
    if let Some(page) = without_slash(&uri) {
        return see(&page);
    }
    console::no_page(&Say::to(None, accept_language(&headers)))
}

/// What was opened as a page is a form's address, and the other way round.
pub(crate) async fn wrong_method(state: State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    let mut answer = if uri.path().starts_with("/console") {
        of_console(headers, uri).await
    } else {
        of_portal(state, headers, uri).await
    };
    *answer.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    answer
}

/// The page that is meant by an address with a slash at its end.
fn without_slash(uri: &Uri) -> Option<String> {
    let page = uri.path().strip_suffix('/')?;
    // Two slashes at the beginning would lead to another host.
    let own = !page.contains("//") && (page.starts_with("/portal/") || page.starts_with("/console"));
    own.then(|| page.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_at_the_end_is_taken_off_and_leads_nowhere_else() {
        let cases = [
            ("/portal/shop/", Some("/portal/shop")),
            ("/portal/shop/buy/", Some("/portal/shop/buy")),
            ("/console/", Some("/console")),
            ("/portal/", None),
            ("/portal//evil.example/", None),
            ("/portal/shop/nothing", None),
        ];
        for (asked, meant) in cases {
            assert_eq!(without_slash(&asked.parse().unwrap()).as_deref(), meant, "{asked}");
        }
    }
}
