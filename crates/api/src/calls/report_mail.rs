//! A month's report, sent to the account's own address because somebody asks for it.

use axum::http::StatusCode;
use dispatch::{NotMailed, Payer};
use reports::Day;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::once::{failed, made};
use super::reports::{month, past};
use super::webhook_moves::Nothing;
use crate::access::{Rule, Scope};
use crate::ids::{Id, Kind};
use crate::incoming::Incoming;
use crate::problem::{Code, Problem};
use crate::reply::Answer;

pub(crate) const EMAIL_REPORT: Rule = Rule {
    operation: "email_report",
    scope: Scope::Manage,
    changes: true,
    clients: &[],
    problems: &[Code::NotFound, Code::NotMailable],
};

/// A report that is on its way.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EmailedReport {
    /// The account.
    #[schema(value_type = String, example = "acct_00000001000000004kx9")]
    account: Id,
    /// The month.
    #[schema(example = "2027-03")]
    month: String,
    /// Where it goes: the account's `email`.
    #[schema(example = "office@bluedoor.example")]
    to: String,
}

fn not_mailable(reason: &str, detail: &str) -> Problem {
    Problem::new(Code::NotMailable, detail).fact("reason", json!(reason))
}

fn refused(why: NotMailed) -> Problem {
    match why {
        NotMailed::NoServer => not_mailable(
            "no_mail_server",
            "This server sends no mail: start it with --smtp and --mail-from, or get the report as a PDF.",
        ),
        NotMailed::NoAddress => {
            not_mailable("no_address", "The account has no e-mail address. Set its `email` first.")
        }
        NotMailed::TooMany => not_mailable(
            "too_many",
            "Five reports were sent to this account within a day. Get the report as a PDF, or wait until tomorrow.",
        ),
    }
}

/// Send a month's report by e-mail
///
/// To the account's `email`, and nowhere else: a letter with what was spent, and the report as a PDF, in the account's
/// language. The month may be the current one. At most five a day are sent to an account. To have each month's report
/// sent by itself, see `PUT /v1/accounts/{account}/alerts/monthly_report`.
#[utoipa::path(
    post,
    path = "/v1/accounts/{account}/reports/{month}/email",
    tag = "History",
    request_body(content = Nothing, example = json!({})),
    responses((status = 200, description = "The report, on its way.", body = EmailedReport))
)]
pub(crate) async fn email_report(incoming: Incoming) -> Answer {
    let call = incoming.enter(&EMAIL_REPORT).await?;
    call.no_query()?;
    let month = month(&call)?;
    let body: Nothing = call.body()?;
    let look = |account: &account::Account, now, _: &_| (Payer::of(account), now);
    let (payer, now) = call.look(call.account()?, look).await?;
    if Day::at(now, &payer.zone()).is_none_or(|today| month > today.month()) {
        return Err(Problem::new(Code::NotFound, "There is no report of a month that has not begun."));
    }
    let past = past(&call, &payer, month).await?;
    if past.complete && past.units().is_empty() {
        return Err(not_mailable("nothing_spent", "Nothing was spent in that month: there is no report."));
    }
    let once = call.key_hash().ok_or_else(|| {
        Problem::new(Code::IdempotencyKeyMissing, "Send an Idempotency-Key header: new for each report.")
    })?;
    let (published, account) =
        (call.known.published.clone(), Id::new(Kind::Account, payer.id, payer.account));
    call.once(&body, move |dispatch| {
        let sent = dispatch.mail_report(&published, &payer, month, once).map_err(|error| failed(&error))?;
        let to = sent.map_err(refused)?;
        made(StatusCode::OK, &EmailedReport { account, month: month.to_string(), to })
    })
    .await
}
