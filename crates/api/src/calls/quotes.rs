//! Prices, asked for now and honoured later.

use account::Account;
use axum::http::StatusCode;
use catalog::Work;
use engine::Target;
use ledger::{Grant, NameId, draw};
use moment::Instant;
use money::Amount;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::spend::Asks;
use crate::access::{Rule, Scope, Use};
use crate::body::{Attributes, Text};
use crate::incoming::{Call, Incoming};
use crate::known::Known;
use crate::offers::{Offer, offers};
use crate::problem::{Asked, Code, Problem, of_no_price, refused};
use crate::quote_token::{QuoteToken, attributes_digest};
use crate::reply::{Answer, json};
use crate::show::Time;
use crate::target::number;

pub(crate) const CREATE_QUOTE: Rule = Rule {
    operation: "create_quote",
    scope: Scope::Spend,
    changes: false,
    clients: &[Use::Client],
    problems: &[Code::NotFound, Code::UnknownAction, Code::AmountOutOfRange],
};

/// What is to be priced.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NewQuote<'a> {
    /// Whose credits: Scrip's id or your own.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, min_length = 1, max_length = 128, example = "shop-1")]
    pub account: Option<Text<'a>>,
    /// The code of an action.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required, example = "image.upscale")]
    pub action: Option<Text<'a>>,
    /// How many; 1 where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 1)]
    pub quantity: Option<i64>,
    /// What the price is made by: strings (decimals among them), whole numbers and booleans, by name.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, crate::openapi::AttributeValue>>)]
    pub attributes: Option<Attributes<'a>>,
}

/// A price, now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Quote<'a> {
    /// Send it as `quote` with a hold or a charge for this price.
    #[schema(example = "quot_0123456789abcdefghjkmnpqrstvwxyz")]
    id: String,
    /// The unit's code.
    #[schema(example = "credit")]
    unit: &'a str,
    /// What it costs, in the unit's smallest part.
    #[schema(example = 5)]
    credits: i64,
    /// What can be spent on it.
    #[schema(example = 43)]
    available: i64,
    /// Whether a charge would be allowed now.
    sufficient: bool,
    /// What is missing; 0 where nothing is.
    #[schema(example = 0)]
    shortfall: i64,
    /// The price for people to read.
    #[schema(example = "5 credits")]
    formatted: String,
    /// The version of the prices.
    #[schema(example = 1)]
    price_version: u32,
    /// Until when the price is honoured.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T09:45:00Z")]
    expires_at: Time,
    /// The packages that would cover what is missing; empty where nothing is.
    offers: Vec<Offer<'a>>,
}

/// What there is for a price.
struct Means {
    number: ledger::AccountNo,
    now: Instant,
    available: Amount,
    shortfall: Amount,
}

/// What can be spent on it, and what is missing: as a charge would find it.
fn means(account: &Account, now: Instant, known: &Known, unit: u8, credits: Amount, action: NameId) -> Means {
    let book = account.book(unit);
    let grants: &[Grant] = book.map(|book| book.grants.as_slice()).unwrap_or_default();
    let drawn = draw(grants, credits, action);
    let available = book.map_or(Amount::ZERO, ledger::Book::available);
    let covered = drawn.short.is_zero() && credits <= available;
    let payable = if covered { available } else { available.min(credits.minus(drawn.short)) };
    let rules = known.published.rules();
    let may_overdraw = rules.action(action).is_some_and(|action| action.may_overdraw);
    let suspended =
        book.and_then(|book| book.overdraft.as_deref()).is_some_and(|below| below.suspended_at.is_some());
    let own = account.overdraft.as_deref().and_then(|own| own.limit);
    let limit = own.or(known.program().overdraft.limit);
    let within = limit.is_none_or(|limit| available.minus(credits) >= limit.negated());
    let missing = credits.minus(payable);
    let shortfall = if covered || credits.is_zero() || (may_overdraw && !suspended && within) {
        Amount::ZERO
    } else if may_overdraw && !suspended {
        missing.minus(limit.unwrap_or_default()).max(Amount(1))
    } else if may_overdraw {
        // Nothing is allowed before the debt is settled.
        available.negated().max(Amount(1))
    } else {
        missing
    };
    Means { number: account.no, now, available: payable, shortfall }
}

/// Ask for a price
///
/// Changes nothing. The price is honoured until `expires_at` for the same account, action, quantity and attributes.
#[utoipa::path(
    post,
    path = "/v1/quotes",
    tag = "Spending",
    request_body(content = NewQuote<'static>, example = json!({ "account": "shop-1", "action": "image.upscale" })),
    responses((status = 200, description = "The price, and whether the account has it.", body = Quote<'static>))
)]
pub(crate) async fn create_quote(incoming: Incoming) -> Answer {
    let call = incoming.enter(&CREATE_QUOTE).await?;
    call.no_query()?;
    let body: NewQuote<'_> = call.body()?;
    let target = call.account_of(body.account.as_deref()).await?;
    let code = body.action.as_deref().ok_or_else(|| Problem::invalid("/action", "must be given"))?;
    let Some((_, name, action)) = call.known.action(code) else {
        let refusal = account::Refusal::UnknownAction;
        return Err(refused(refusal.into(), &call.known, Asked { action: Some(code), account: None }));
    };
    let attributes = body.attributes.as_ref().map(Attributes::owned).unwrap_or_default();
    let quantity = body.quantity.unwrap_or(1);
    let work = Work { quantity, attributes: &attributes, plan: None };
    let program = call.known.program();
    let credits = program.price(action, &work).map_err(|no_price| of_no_price(&no_price))?;
    let unit = action.unit;
    let means =
        call.look(target, move |account, now, known| means(account, now, known, unit, credits, name)).await?;
    let expires_at = program.quote_life.after(means.now, 1, &moment::Zone::utc());
    let token = QuoteToken {
        program: call.known.published.name,
        account: means.number,
        action: name,
        quantity,
        attributes: attributes_digest(body.attributes.as_ref()),
        credits,
        price_version: call.known.published.version,
        expires_at,
    };
    let sufficient = means.shortfall.is_zero();
    let quote = Quote {
        id: token.write(call.state.quote_key()),
        unit: call.known.unit(unit),
        credits: credits.0,
        available: means.available.0,
        sufficient,
        shortfall: means.shortfall.0,
        formatted: call.known.format(unit, credits),
        price_version: token.price_version,
        expires_at: Time(expires_at),
        offers: if sufficient { Vec::new() } else { offers(program, unit, means.shortfall) },
    };
    Ok(json(StatusCode::OK, &quote))
}

/// What a request's quote says.
#[derive(Clone, Debug)]
pub(crate) enum Quoted {
    /// There is none.
    No,
    /// The price, and the version of the prices.
    At(Amount, u32),
    /// Its time has passed: only a replay of an earlier request is answered.
    Expired(Problem),
}

/// Finds out what the quote of a spend says, if it has one. It must be for what is asked.
pub(crate) async fn quoted(call: &Call, target: &Target, asks: &Asks<'_>) -> Result<Quoted, Problem> {
    let Some(text) = asks.quote else { return Ok(Quoted::No) };
    let wrong = |message: &str| Problem::invalid("/quote", message);
    let token = QuoteToken::read(text, call.state.quote_key());
    let token = token.filter(|token| token.program == call.known.published.name);
    let token = token.ok_or_else(|| wrong("must be the id of a quote of this program, letter for letter"))?;
    let account = match number(target) {
        Some(number) => number,
        None => call.find(target.clone()).await?.0,
    };
    if token.account != account {
        return Err(wrong("must be a quote for this account"));
    }
    let action = asks.action().and_then(|code| call.known.action(code)).map(|(_, name, _)| name);
    if action.is_some_and(|action| action != token.action) {
        return Err(wrong("must be a quote for this action"));
    }
    if token.quantity != asks.quantity() {
        return Err(wrong(&format!("must be a quote for this quantity; it is for {}", token.quantity)));
    }
    if token.attributes != attributes_digest(asks.attributes) {
        return Err(wrong("must be a quote for these attributes"));
    }
    if token.expires_at <= call.now() {
        let problem = Problem::new(
            Code::QuoteExpired,
            format!(
                "The quote was honoured until {}. Ask for a new one, and show its price.",
                token.expires_at
            ),
        );
        return Ok(Quoted::Expired(problem.fact("expired_at", token.expires_at.to_string())));
    }
    Ok(Quoted::At(token.credits, token.price_version))
}
