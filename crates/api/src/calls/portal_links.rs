//! Links to the customer portal.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tickets::Link;
use utoipa::ToSchema;

use crate::access::{Rule, Scope, Use};
use crate::body::{Text, label};
use crate::incoming::Incoming;
use crate::problem::{Code, Problem};
use crate::reply::{Answer, json};
use crate::show::Time;

pub(crate) const CREATE_PORTAL_LINK: Rule = Rule {
    operation: "create_portal_link",
    scope: Scope::Manage,
    changes: false,
    clients: &[Use::Client],
    problems: &[Code::NotFound],
};

/// How long a link can be followed, in milliseconds: five minutes.
const LIFE: i64 = 5 * 60_000;

/// For whom a link is.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NewPortalLink<'a> {
    /// Scrip's id for the account, or your own.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, min_length = 1, max_length = 128, example = "shop-1")]
    account: Option<Text<'a>>,
    /// Which person of the account follows it: what they do is noted with this name.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 64, example = "ada")]
    member: Option<Text<'a>>,
    /// Which page is shown first; `overview` where it is left out.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "buy",
        pattern = "^(overview|buy|history|reports|prices|alerts|receipts)$")]
    page: Option<Text<'a>>,
}

/// A link to the portal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PortalLink {
    /// Send the customer there. It can be followed once.
    #[schema(example = "https://credits.example/portal/shop/enter/3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    url: String,
    /// Until when.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T09:35:00Z")]
    expires_at: Time,
}

/// As long as what spends say of who spent.
const LONGEST_MEMBER: usize = 64;

const PAGES: [&str; 7] = ["overview", "buy", "history", "reports", "prices", "alerts", "receipts"];

/// Make a link to the customer portal
///
/// It lets whoever follows it see and manage this one account for some hours, works once, and ends after five minutes: make
/// it when your customer asks for their credits, and redirect them there. With a client token it is for the token's
/// account and member, and `account` may be left out.
#[utoipa::path(
    post,
    path = "/v1/portal_links",
    tag = "Portal",
    request_body(content = NewPortalLink<'static>, example = json!({ "account": "shop-1", "page": "buy" })),
    responses((status = 201, description = "The link.", body = PortalLink))
)]
pub(crate) async fn create_portal_link(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CREATE_PORTAL_LINK).await?;
    call.no_query()?;
    let asked: NewPortalLink<'_> = call.body()?;
    let target = call.account_of(asked.account.as_deref()).await?;
    let page = asked.page.as_ref().map(|page| page.0.to_string());
    if let Some(page) = page.as_deref().filter(|page| !PAGES.contains(page)) {
        return Err(Problem::invalid("/page", format!("{page:?} is no page: one of {}", PAGES.join(", "))));
    }
    let member =
        asked.member.as_ref().map(|member| label("/member", &member.0, LONGEST_MEMBER)).transpose()?;
    // A token's link is for whom the token is.
    let own = call.client.as_ref().map(|pass| pass.member.as_deref());
    let member = match (own, member.as_deref()) {
        (Some(own), Some(member)) if own != Some(member) => {
            return Err(Problem::invalid(
                "/member",
                "must be left out with a client token: it is the token's",
            ));
        }
        (own, member) => own.flatten().or(member),
    };
    let (account, _) = call.find(target).await?;
    let now = call.state.engine.clock_now();
    let program = call.known.program().id.clone();
    let until = now.plus_millis(LIFE);
    let link = Link { program: program.clone(), account, member: member.map(str::to_owned), page, until };
    let links = call.state.links.clone();
    let code = call.block(move |_| Ok(links.make(&link, now)?)).await?;
    let url = format!("{}/portal/{program}/enter/{code}", call.state.dispatch.public_url());
    Ok(json(StatusCode::CREATED, &PortalLink { url, expires_at: Time(until) }))
}
