//! Prices that are made for one account.

use account::{Command, MakeQuote};
use axum::http::StatusCode;
use engine::{Failure, Target};
use ledger::{Entry, Event};
use money::Amount;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked_money;
use super::subscription_moves::Nothing;
use crate::access::{Rule, Scope};
use crate::body::{Text, instant, label};
use crate::ids::Kind;
use crate::incoming::Incoming;
use crate::problem::{Code, Problem, missing};
use crate::reply::{Answer, List, read, written};
use crate::show::{CustomQuote, QuoteState};
use crate::target::path_id;

pub(crate) const CREATE_CUSTOM_QUOTE: Rule = Rule {
    operation: "create_custom_quote",
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
pub(crate) const LIST_CUSTOM_QUOTES: Rule = Rule {
    operation: "list_custom_quotes",
    scope: Scope::Read,
    changes: false,
    clients: &[],
    problems: &[Code::NotFound],
};
pub(crate) const WITHDRAW_CUSTOM_QUOTE: Rule = Rule {
    operation: "withdraw_custom_quote",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound],
};

/// A price to be made for an account.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NewCustomQuote<'a> {
    /// The code of a package that is sold by quote.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, example = "enterprise")]
    pub package: Option<Text<'a>>,
    /// How many credits, in the unit's smallest part.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64, required, minimum = 1, example = 50000)]
    pub credits: Option<i64>,
    /// For how much, in the currency's smallest part.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64, required, minimum = 1, example = 450_000)]
    pub amount: Option<i64>,
    /// Three letters of ISO 4217.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, example = "USD")]
    pub currency: Option<Text<'a>>,
    /// Until when it can be accepted; as the program says where it is left out.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-03-02T09:30:00Z")]
    pub expires_at: Option<Text<'a>>,
    /// For the customer to read: 1 to 500 characters.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500, example = "As discussed with Ms Berger")]
    pub note: Option<Text<'a>>,
}

impl NewCustomQuote<'_> {
    fn make(&self) -> Result<MakeQuote, Problem> {
        let missing = |pointer: &str| Problem::invalid(pointer, "must be given");
        let amount = self.amount.ok_or_else(|| missing("/amount"))?;
        let currency = self.currency.as_deref().ok_or_else(|| missing("/currency"))?;
        let note = self.note.as_deref().map(|note| label("/note", note, 500)).transpose()?;
        Ok(MakeQuote {
            package: self.package.as_ref().ok_or_else(|| missing("/package"))?.boxed(),
            credits: Amount(self.credits.ok_or_else(|| missing("/credits"))?),
            price: asked_money::of("", amount, currency)?,
            expires_at: self.expires_at.as_deref().map(|at| instant("/expires_at", at)).transpose()?,
            note: note.unwrap_or_default(),
        })
    }
}

/// A list of custom quotes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CustomQuoteList {
    /// Those that can be accepted, oldest first.
    #[schema(inline = false)]
    data: Vec<CustomQuote<'static>>,
    /// Send it as `cursor` for what follows; `null` at the end.
    next_cursor: Option<String>,
}

/// Make a price for an account
///
/// Of a package that is sold by quote. The customer accepts it with an order: `POST /v1/orders` with `quote`.
#[utoipa::path(
    post,
    path = "/v1/accounts/{account}/custom_quotes",
    tag = "Custom quotes",
    request_body(content = NewCustomQuote<'static>, example = json!({ "package": "enterprise", "credits": 50000,
        "amount": 450_000, "currency": "USD", "note": "As discussed with Ms Berger" })),
    responses((status = 201, description = "The quote.", body = CustomQuote<'static>))
)]
pub(crate) async fn create_custom_quote(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CREATE_CUSTOM_QUOTE).await?;
    call.no_query()?;
    let body: NewCustomQuote<'_> = call.body()?;
    let command = Command::MakeQuote(Box::new(body.make()?));
    let done = call.write(call.account()?, command, call.idempotency(&body), None).await?;
    let Event::QuoteMade(quoted) = &done.entry.event else { return Err(call.failed(Failure::Unavailable)) };
    let (whose, which) = ((done.entry.account, done.account), (done.position, done.entry.unit));
    let quote = CustomQuote::of(&call.known, whose, which, quoted, QuoteState::Open);
    Ok(written(StatusCode::CREATED, &quote, &done))
}

/// List an account's open custom quotes
///
/// Oldest first. Those that were accepted or withdrawn, or have expired, are in the history.
#[utoipa::path(
    get,
    path = "/v1/accounts/{account}/custom_quotes",
    tag = "Custom quotes",
    responses((status = 200, description = "Open quotes, oldest first.", body = CustomQuoteList))
)]
pub(crate) async fn list_custom_quotes(incoming: Incoming) -> Answer {
    let call = incoming.enter(&LIST_CUSTOM_QUOTES).await?;
    let mut query = call.query()?;
    let limit = query.whole("limit", 1, 200)?.unwrap_or(50) as usize;
    let after = match query.text("cursor") {
        None => None,
        Some(text) => {
            let wrong = || Problem::invalid("?cursor", "must be the next_cursor of an earlier answer");
            Some(crate::ids::read(Kind::Quote, &text).ok_or_else(wrong)?.position)
        }
    };
    call.wait(&mut query).await?;
    query.finish(&["limit", "cursor", "at_least"])?;
    let account = call.look(call.account()?, |account, _, _| account.clone()).await?;
    let open = account.sales.as_deref().map(|sales| sales.quotes.as_slice()).unwrap_or_default();
    let wanted: Vec<_> = open.iter().filter(|quote| after.is_none_or(|after| quote.id > after)).collect();
    let page: Vec<_> = wanted.iter().take(limit).collect();
    let data = page.iter().map(|quote| {
        // The program may have lost the package since; what was quoted stays.
        let unit = call.known.program().package(&quote.quoted.offer).map_or(0, |package| package.unit);
        let which = (quote.id, unit);
        CustomQuote::of(&call.known, (account.no, account.id), which, &quote.quoted, QuoteState::Open)
    });
    let last = page.last().filter(|_| wanted.len() > limit);
    let next_cursor = last.map(|quote| crate::ids::Id::new(Kind::Quote, quote.id, account.no).to_string());
    Ok(read(&List { data: data.collect(), next_cursor }))
}

/// Take a custom quote back
#[utoipa::path(
    post,
    path = "/v1/custom_quotes/{quote}/withdraw",
    tag = "Custom quotes",
    request_body(content = Nothing, example = json!({})),
    responses((status = 200, description = "The quote, withdrawn.", body = CustomQuote<'static>))
)]
pub(crate) async fn withdraw_custom_quote(incoming: Incoming) -> Answer {
    let call = incoming.enter(&WITHDRAW_CUSTOM_QUOTE).await?;
    call.no_query()?;
    let named = path_id(Kind::Quote, "quote", &call.segment(2)?)?;
    let body: Nothing = call.body()?;
    let command = Command::WithdrawQuote { quote: named.position };
    let done = call.write(Target::Number(named.account), command, call.idempotency(&body), None).await?;
    let made = call.block(move |engine| engine.entry(named.position)).await?;
    let Some(Entry { unit, event: Event::QuoteMade(quoted), .. }) = &made else {
        return Err(missing("quote"));
    };
    let (whose, which) = ((named.account, done.account), (named.position, *unit));
    let quote = CustomQuote::of(&call.known, whose, which, quoted, QuoteState::Withdrawn);
    Ok(written(StatusCode::OK, &quote, &done))
}
