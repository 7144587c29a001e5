//! Receipts of what was paid.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use dispatch::Payer;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Rule, Scope};
use crate::ids::{Id, Kind};
use crate::incoming::Incoming;
use crate::problem::{Code, Problem};
use crate::reply::{Answer, read};
use crate::show::Time;
use crate::target::path_id;

pub(crate) const GET_RECEIPT: Rule = Rule {
    operation: "get_receipt",
    scope: Scope::Read,
    changes: false,
    clients: &[],
    problems: &[Code::NotFound],
};

/// The receipt of an order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Receipt {
    /// Its number: the last characters of the account's id, and the account's own count, without a gap.
    #[schema(example = "4KX9-0007")]
    number: String,
    /// The order.
    #[schema(value_type = String, example = "ord_00000001000000000w1d")]
    order: Id,
    /// When it was paid.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T09:30:00Z")]
    paid_at: Time,
    /// What was bought.
    #[schema(example = "100 credits")]
    description: String,
    /// How many of it.
    #[schema(example = 1)]
    quantity: i64,
    /// What was paid, in the currency's smallest part.
    #[schema(example = 2900)]
    amount: i64,
    /// Three letters of ISO 4217.
    #[schema(example = "USD")]
    currency: String,
    /// How much of it was given back since.
    #[schema(example = 0)]
    refunded: i64,
    /// Whether the payer's bank has asked for it back.
    disputed: bool,
    /// Whether no money moved.
    test: bool,
}

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    Html,
    Pdf,
}

/// The first of our forms that is accepted; JSON where none is named.
fn form(accept: Option<&str>) -> Form {
    let mut kinds =
        accept.unwrap_or_default().split(',').map(|part| part.split(';').next().unwrap_or_default().trim());
    kinds
        .find_map(|kind| match kind.to_ascii_lowercase().as_str() {
            "application/json" => Some(Form::Json),
            "text/html" => Some(Form::Html),
            "application/pdf" => Some(Form::Pdf),
            _ => None,
        })
        .unwrap_or(Form::Json)
}

/// Get an order's receipt
///
/// As JSON, as a page (`Accept: text/html`) or as a PDF (`Accept: application/pdf`), in the account's language and time
/// zone. An order that is not paid, or costs nothing, has none.
#[utoipa::path(
    get,
    path = "/v1/orders/{order}/receipt",
    tag = "Orders",
    params(("Accept" = Option<String>, Header, description = "`application/json`, `text/html` or `application/pdf`.")),
    responses((status = 200, description = "The receipt.", content(
        (Receipt = "application/json"), (String = "text/html"), (Vec<u8> = "application/pdf"),
    )))
)]
pub(crate) async fn get_receipt(incoming: Incoming) -> Answer {
    let call = incoming.enter(&GET_RECEIPT).await?;
    let mut query = call.query()?;
    let named = path_id(Kind::Order, "order", &call.segment(2)?)?;
    let form = form(call.header("accept"));
    call.wait(&mut query).await?;
    query.finish(&["at_least"])?;
    let shown = call.order_shown(named.account, named.position).await?;
    let look = |account: &account::Account, _, _: &_| Payer::of(account);
    let payer = call.look(engine::Target::Number(named.account), look).await?;
    let receipt = dispatch::receipt(call.known.program(), &payer, &shown.order).ok_or_else(|| {
        Problem::new(Code::NotFound, "The order has no receipt: it is not paid, or cost nothing.")
    })?;
    match form {
        Form::Json => Ok(read(&Receipt {
            number: receipt.number,
            order: Id::new(Kind::Order, shown.order.id, named.account),
            paid_at: Time(receipt.paid_at),
            description: shown.order.ordered.name.to_string(),
            quantity: shown.order.ordered.quantity,
            amount: receipt.total.amount,
            currency: receipt.total.currency.code().to_owned(),
            refunded: shown.order.refunded,
            disputed: receipt.disputed,
            test: receipt.test,
        })),
        Form::Html => {
            let page = papers::receipt::html(&receipt, payer.locale(), &payer.zone());
            // Alone in a file it has no style sheet beside it.
            let page = page.replacen(LINK, &format!("<style>{}</style>", papers::style()), 1);
            Ok(paper("text/html; charset=utf-8", page.into_bytes()))
        }
        Form::Pdf => {
            let pdf = papers::receipt::pdf(&receipt, payer.locale(), &payer.zone());
            let pdf = pdf.map_err(|error| {
                tracing::error!(%error, "a receipt can't be made");
                Problem::new(Code::Unavailable, "The receipt can't be made now.")
            })?;
            Ok(paper("application/pdf", pdf))
        }
    }
}

/// How a page of `papers` names its style sheet.
const LINK: &str = "<link rel=\"stylesheet\" href=\"style.css\">";

fn paper(kind: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    if kind.starts_with("text/html") {
        let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_the_first_that_is_accepted() {
        for (accept, expected) in [
            ("", Form::Json),
            ("*/*", Form::Json),
            ("application/pdf", Form::Pdf),
            ("text/html,application/xhtml+xml;q=0.9", Form::Html),
            ("image/png, Application/PDF;q=0.5, text/html", Form::Pdf),
            ("image/png", Form::Json),
        ] {
            assert_eq!(form(Some(accept)), expected, "{accept}");
        }
    }
}
