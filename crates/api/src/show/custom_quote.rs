use ledger::{AccountNo, Position, Quoted};
use serde::Serialize;
use utoipa::ToSchema;

use super::Time;
use crate::ids::{Id, Kind};
use crate::known::Known;

/// A price that was made for one account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CustomQuote<'a> {
    /// Its id: `POST /v1/orders` with it accepts it.
    #[schema(value_type = String, example = "quot_00000001000000000w7h")]
    pub id: Id,
    /// Whom it is for.
    #[schema(value_type = String, example = "acct_00000001000000000w3c")]
    pub account: Id,
    /// Where it stands.
    pub state: QuoteState,
    /// The code of the package.
    #[schema(example = "enterprise")]
    pub package: &'a str,
    /// What people read.
    #[schema(example = "Enterprise")]
    pub name: &'a str,
    /// The unit's code.
    #[schema(example = "credit")]
    pub unit: &'a str,
    /// How many credits, in the unit's smallest part.
    #[schema(example = 50000)]
    pub credits: i64,
    /// For how much, in the currency's smallest part.
    #[schema(example = 450_000)]
    pub amount: i64,
    /// Three letters of ISO 4217.
    #[schema(example = "USD")]
    pub currency: &'a str,
    /// What was said about it.
    #[schema(example = "As discussed with Ms Berger")]
    pub note: Option<&'a str>,
    /// Until when it can be accepted.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-03-02T09:30:00Z")]
    pub expires_at: Option<Time>,
}

/// Where a custom quote stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QuoteState {
    /// It can be accepted.
    Open,
    /// It was taken back.
    Withdrawn,
}

impl<'a> CustomQuote<'a> {
    /// The quote that the entry at `id` made.
    pub fn of(
        known: &'a Known,
        (account, account_id): (AccountNo, Position),
        (id, unit): (Position, u8),
        quoted: &'a Quoted,
        state: QuoteState,
    ) -> CustomQuote<'a> {
        CustomQuote {
            id: Id::new(Kind::Quote, id, account),
            account: Id::new(Kind::Account, account_id, account),
            state,
            package: &quoted.offer,
            name: &quoted.name,
            unit: known.unit(unit),
            credits: quoted.credits.0,
            amount: quoted.price.amount,
            currency: quoted.price.currency.code(),
            note: Some(&*quoted.note).filter(|note| !note.is_empty()),
            expires_at: Time::unless_never(quoted.expires_at),
        }
    }
}
