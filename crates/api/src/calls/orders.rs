//! Placing an order.

use account::{Buy, Command, Wanted};
use axum::http::StatusCode;
use catalog::Ask;
use engine::Target;
use money::Amount;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::payment_terms::Payment;
use crate::access::{Rule, Scope};
use crate::body::Text;
use crate::ids::Kind;
use crate::incoming::{Call, Incoming};
use crate::problem::{Code, Problem};
use crate::reply::Answer;
use crate::show::Order;
use crate::target::{body_account, body_id, number};

pub(crate) const CREATE_ORDER: Rule = Rule {
    operation: "create_order",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[
        Code::NotFound,
        Code::AccountClosed,
        Code::UnknownOffer,
        Code::NotForSale,
        Code::AmountOutOfRange,
    ],
};

/// What is ordered: a package, a plan, or a custom quote.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NewOrder<'a> {
    /// Who buys: Scrip's id or your own.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, min_length = 1, max_length = 128, example = "shop-1")]
    pub account: Option<Text<'a>>,
    /// The code of a package; this, `plan` or `quote`.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "small")]
    pub package: Option<Text<'a>>,
    /// The code of a plan.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub plan: Option<Text<'a>>,
    /// The id of a custom quote, which is accepted with the order.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub quote: Option<Text<'a>>,
    /// How many packages, or seats of a plan; 1 where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 1)]
    pub quantity: Option<i64>,
    /// How many credits, of a package whose customers choose their number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    pub credits: Option<i64>,
    /// Whether the package is added again every period from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renew: Option<bool>,
    /// Which payment provider; where it is left out, whose stored method is charged, or the server's usual one.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "test")]
    pub provider: Option<Text<'a>>,
    /// Whether the stored payment method is charged, where there is one of the provider; else the customer pays at a
    /// checkout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_stored_method: Option<bool>,
    /// Where the customer is sent back to, with `order` added to the query.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 2000, example = "https://shop.example/credits")]
    pub return_url: Option<Text<'a>>,
}

impl NewOrder<'_> {
    /// What is wanted, and how much of it.
    fn wanted(&self, account: &Target) -> Result<(Wanted, Option<Ask>), Problem> {
        let one_of = "must be given, or else plan or quote";
        let offer = match (&self.package, &self.plan, &self.quote) {
            (Some(code), None, None) => Wanted::Package(code.boxed()),
            (None, Some(code), None) => Wanted::Plan(code.boxed()),
            (None, None, Some(quote)) => {
                let named = body_id(Kind::Quote, "quote", Some(quote))?;
                if number(account).is_some_and(|account| account != named.account) {
                    return Err(Problem::invalid("/quote", "must be a quote for this account"));
                }
                Wanted::Quote(named.position)
            }
            (None, None, None) => return Err(Problem::invalid("/package", one_of)),
            (None, Some(_), Some(_)) => {
                return Err(Problem::invalid("/quote", "must be left out where there is a plan"));
            }
            (Some(_), ..) => {
                let extra = if self.plan.is_some() { "/plan" } else { "/quote" };
                return Err(Problem::invalid(extra, "must be left out where there is a package"));
            }
        };
        let only = |pointer: &str, given: bool, fits: bool, what: &str| {
            let message = || format!("must be left out: it is only for {what}");
            if given && !fits { Err(Problem::invalid(pointer, message())) } else { Ok(()) }
        };
        let (package, quote) = (matches!(offer, Wanted::Package(_)), matches!(offer, Wanted::Quote(_)));
        only("/quantity", self.quantity.is_some(), !quote, "packages and plans")?;
        only("/credits", self.credits.is_some(), package, "packages")?;
        only("/renew", self.renew == Some(true), package, "packages")?;
        let how_many = match (self.quantity, self.credits) {
            (None, None) => None,
            (Some(count), None) => Some(Ask::Packages(count)),
            (None, Some(credits)) => Some(Ask::Credits(Amount(credits))),
            (Some(_), Some(_)) => {
                return Err(Problem::invalid("/credits", "must be left out where there is a quantity"));
            }
        };
        Ok((offer, how_many))
    }

    async fn buy(&self, call: &Call, account: &Target) -> Result<Buy, Problem> {
        let (offer, how_many) = self.wanted(account)?;
        let stored = self.use_stored_method == Some(true);
        let payment =
            Payment { provider: self.provider.as_ref(), stored, return_url: self.return_url.as_ref() };
        let terms = payment.terms(call, account).await?;
        Ok(Buy {
            offer,
            how_many,
            renew: self.renew == Some(true),
            provider: terms.provider,
            stored,
            return_url: terms.return_url,
        })
    }
}

/// Place an order
///
/// Send the customer to `checkout_url`; the credits are there the instant the payment is confirmed. What costs nothing
/// is credited at once, and a stored payment method is charged at once. A plan, or a package with `renew`, begins a
/// subscription when it is paid.
#[utoipa::path(
    post,
    path = "/v1/orders",
    tag = "Orders",
    request_body(content = NewOrder<'static>, example = json!({ "account": "shop-1", "package": "small",
        "return_url": "https://shop.example/credits" })),
    responses((status = 201, description = "The order.", body = Order<'static>))
)]
pub(crate) async fn create_order(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CREATE_ORDER).await?;
    call.no_query()?;
    let body: NewOrder<'_> = call.body()?;
    let account = body_account(body.account.as_deref())?;
    let buy = Box::new(body.buy(&call, &account).await?);
    let done = call.write(account, Command::Buy(buy), call.idempotency(&body), None).await?;
    let order = call.begin_payment(done.entry.account, done.position).await?;
    Ok(order.answer(&call, StatusCode::CREATED, &done))
}
