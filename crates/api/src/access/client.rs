//! Tokens of browsers: bound to one account, and good for a few calls.

use engine::Scopes;
use tickets::Use;

use super::{Admitted, Rule, no_program};
use crate::problem::{Code, Problem};
use crate::state::ApiState;

const KINDS: [Use; 2] = [Use::Client, Use::Storefront];

/// Which kind of token a text looks like, by how it begins.
pub(crate) fn kind(token: &str) -> Option<Use> {
    KINDS.into_iter().find(|what| token.starts_with(what.prefix()))
}

/// Whether an `Authorization` header looks like one with a token of a browser.
pub(crate) fn is_client_token(header: &str) -> bool {
    super::bearer(header).is_some_and(|token| kind(token).is_some())
}

/// Lets in who has a token of a browser, if it is good for this call.
pub(super) async fn admit(
    state: &ApiState,
    what: Use,
    token: &str,
    rule: &Rule,
) -> Result<Admitted, Problem> {
    let Some(pass) = state.tickets.read(what, token, state.engine.clock_now()) else {
        let detail = "The token is not valid, or has ended. Ask your own server for a fresh one.";
        return Err(Problem::new(Code::Unauthenticated, detail));
    };
    if !rule.clients.contains(&what) {
        let detail = match what {
            Use::Storefront => {
                "A storefront token can open sessions, and nothing else. Make this call from your server."
            }
            _ => "A client token can't make this call. Make it from your server, with a secret key.",
        };
        return Err(Problem::new(Code::Forbidden, detail));
    }
    let known = state.known(&pass.program).ok_or_else(|| no_program("token"))?;
    let who = match (what, &pass.member) {
        (Use::Storefront, _) => "storefront".to_owned(),
        (_, Some(member)) => format!("client:{member}"),
        (_, None) => "client".to_owned(),
    };
    let by = state.engine.name_async(&who).await;
    let by = by
        .map_err(|_| Problem::new(Code::Unavailable, "Nothing can be written now. Try again in a second."))?;
    let scopes = Scopes { spend: false, read: false, manage: false };
    Ok(Admitted { by, known, client: Some(pass), scopes })
}
