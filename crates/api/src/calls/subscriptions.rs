//! The plan or auto-renewal that an account is on: looking at it, and changing to another.

use account::{Account, Buy, Command, Wanted};
use axum::http::StatusCode;
use catalog::Ask;
use engine::{Target, Written};
use ledger::{Event, SubscriptionMoved};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::payment_terms::Payment;
use crate::access::{Rule, Scope};
use crate::body::Text;
use crate::incoming::{Call, Incoming};
use crate::problem::{Code, Problem, missing};
use crate::reply::{Answer, read, written};
use crate::show::{Buyer, Order, Subscription, under_way};

pub(crate) const GET_SUBSCRIPTION: Rule = Rule {
    operation: "get_subscription",
    scope: Scope::Read,
    changes: false,
    clients: &[],
    problems: &[Code::NotFound],
};
pub(crate) const CHANGE_SUBSCRIPTION: Rule = Rule {
    operation: "change_subscription",
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

/// What a subscription becomes: a plan, or a package that renews itself.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SubscriptionChange<'a> {
    /// The code of a plan; this or `package`.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "studio")]
    pub plan: Option<Text<'a>>,
    /// The code of a package that can be renewed.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub package: Option<Text<'a>>,
    /// How many seats, or packages; 1 where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 1)]
    pub quantity: Option<i64>,
    /// Whether the stored payment method is charged, where something is to be paid at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_stored_method: Option<bool>,
    /// Which payment provider; where it is left out, whose stored method is charged, or the server's usual one.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "test")]
    pub provider: Option<Text<'a>>,
    /// Where the customer is sent back to, with `order` added to the query.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 2000)]
    pub return_url: Option<Text<'a>>,
}

impl SubscriptionChange<'_> {
    async fn buy(&self, call: &Call, account: &Target) -> Result<Buy, Problem> {
        let offer = match (&self.plan, &self.package) {
            (Some(code), None) => Wanted::Plan(code.boxed()),
            (None, Some(code)) => Wanted::Package(code.boxed()),
            (None, None) => return Err(Problem::invalid("/plan", "must be given, or else package")),
            (Some(_), Some(_)) => {
                return Err(Problem::invalid("/package", "must be left out where there is a plan"));
            }
        };
        let stored = self.use_stored_method == Some(true);
        let payment =
            Payment { provider: self.provider.as_ref(), stored, return_url: self.return_url.as_ref() };
        let terms = payment.terms(call, account).await?;
        let how_many = self.quantity.map(Ask::Packages);
        let (provider, return_url) = (terms.provider, terms.return_url);
        Ok(Buy { offer, how_many, renew: false, provider, stored, return_url })
    }
}

impl Call {
    /// The account as it is, or as it was right after a write.
    pub async fn account_with(&self, done: &Written) -> Result<Account, Problem> {
        if done.already {
            let target = Target::Number(done.entry.account);
            return self.look(target, |account, _, _| account.clone()).await;
        }
        self.after(done).await
    }

    /// The subscription with the order that is under way for it, as the answer to a write.
    pub async fn subscribed(&self, done: &Written) -> Answer {
        let mut account = self.account_with(done).await?;
        let mut order = None;
        if let Some(id) = under_way(&account) {
            if !done.already && id.seq() == done.position.seq() {
                // What became of the order counts: it may be paid already, and the subscription be changed by it.
                let begun = self.begin_payment(account.no, id).await?;
                let (number, last) = (account.no, begun.last.max(done.position));
                account = self.block(move |engine| engine.account_after(number, last)).await?;
                order = Some(begun);
            } else {
                order = Some(self.order_shown(account.no, id).await?);
            }
        }
        let Some(one) = account.subscription() else { return self.ended(done, &account).await };
        let order = order.as_ref().map(|order| order.show(self));
        Ok(written(StatusCode::OK, &Subscription::of(&self.known, &account, one, order), done))
    }

    /// The subscription that ended with a write, as it stood then.
    async fn ended(&self, done: &Written, account: &Account) -> Answer {
        let ended = |event: &Event| match event {
            Event::Subscription(moved) => Some((**moved).clone()),
            _ => None,
        };
        let mut found: Option<SubscriptionMoved> = ended(&done.entry.event);
        if found.is_none() {
            // It stands behind the order that was given up with it.
            let (number, after) = (account.no, done.position);
            let next = self.block(move |engine| engine.entries_after(number, after, 8)).await?;
            found = next.iter().find_map(|listed| ended(&listed.entry.event));
        }
        let one = found.ok_or_else(|| missing("subscription"))?.now;
        let shown = Subscription::of(&self.known, account, &one, None);
        Ok(written(StatusCode::OK, &shown.ended(), done))
    }
}

/// Look at an account's subscription
#[utoipa::path(
    get,
    path = "/v1/accounts/{account}/subscription",
    tag = "Subscriptions",
    responses((status = 200, description = "The subscription, as it is now.", body = Subscription<'static>))
)]
pub(crate) async fn get_subscription(incoming: Incoming) -> Answer {
    let call = incoming.enter(&GET_SUBSCRIPTION).await?;
    let mut query = call.query()?;
    call.wait(&mut query).await?;
    query.finish(&["at_least"])?;
    let account = call.look(call.account()?, |account, _, _| account.clone()).await?;
    let one = account.subscription().ok_or_else(|| missing("subscription"))?;
    let order = under_way(&account).and_then(|id| account.sales.as_deref()?.order(id));
    let order = order.map(|order| Order::of(&call.known, Buyer::of(&account), order));
    Ok(read(&Subscription::of(&call.known, &account, one, order)))
}

/// Change an account's subscription
///
/// To another plan or package, or to another number of seats: with the next period, or at once for the difference, as the
/// program says. Where something is to be paid at once, `order` has the checkout, and the change happens when it is paid.
/// What the account is on already withdraws a change that was planned, and a cancellation.
#[utoipa::path(
    put,
    path = "/v1/accounts/{account}/subscription",
    tag = "Subscriptions",
    request_body(content = SubscriptionChange<'static>, example = json!({ "plan": "studio", "quantity": 3 })),
    responses((status = 200, description = "The subscription, with the change.", body = Subscription<'static>))
)]
pub(crate) async fn change_subscription(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CHANGE_SUBSCRIPTION).await?;
    call.no_query()?;
    let body: SubscriptionChange<'_> = call.body()?;
    let account = call.account()?;
    let command = Command::ChangeSubscription(Box::new(body.buy(&call, &account).await?));
    let done = call.write(account, command, call.idempotency(&body), None).await?;
    call.subscribed(&done).await
}
