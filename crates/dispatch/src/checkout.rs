//! Opening the page on which a customer pays for an order.

use std::sync::Arc;

use account::Command;
use engine::{Op, Published, Step, Target};
use ids::{Id, Kind};
use ledger::{AccountNo, Order, OrderState};
use payments::{CheckoutAsk, Driver};

use crate::Dispatch;

/// Why there is no checkout. The order stays as it is, and it can be asked for again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoCheckout {
    /// The order needs none: it is paid, ended, or charged to a stored method.
    NotNeeded,
    /// There is no such provider.
    NoProvider,
    /// The provider did not answer, or refused: in words.
    Outage(String),
    /// It could not be booked.
    Later,
}

impl Dispatch {
    /// Opens the checkout of an order that awaits its payment, and books where it is. Asked again, it is the same one.
    pub async fn open_checkout(
        &self,
        published: &Arc<Published>,
        account: AccountNo,
        order: &Order,
        email: Option<String>,
        locale: Option<String>,
    ) -> Result<(String, Option<String>), NoCheckout> {
        if order.state != OrderState::AwaitingPayment || order.asking {
            return Err(NoCheckout::NotNeeded);
        }
        let ordered = &order.ordered;
        let program = published.program.id.as_str();
        let provider = self.provider(program, &ordered.provider).ok_or(NoCheckout::NoProvider)?;
        let capabilities = provider.capabilities();
        let id = Id::new(Kind::Order, order.id, account).to_string();
        let agreed = ordered.agreed.as_deref();
        let ask = CheckoutAsk {
            key: format!("checkout_{id}"),
            order: id,
            program: program.to_owned(),
            account: account.0.to_string(),
            email,
            locale,
            description: ordered.name.to_string(),
            lines: vec![(line(order), ordered.price)],
            amount: ordered.price,
            store_method: capabilities.stored_method,
            return_url: ordered.return_url.as_deref().map(str::to_owned),
            renews: agreed.filter(|_| capabilities.renewals == Driver::Provider).map(|agreed| agreed.period),
            now: self.0.engine.now(published),
        };
        let checkout =
            provider.open_checkout(&ask).await.map_err(|outage| NoCheckout::Outage(outage.to_string()))?;
        let by = self.0.engine.name_async(&format!("provider:{}", ordered.provider)).await;
        let by = by.map_err(|_| NoCheckout::Later)?;
        let command = Command::CheckoutOpened {
            order: order.id,
            reference: checkout.reference.as_str().into(),
            url: checkout.url.as_deref().map(Into::into),
        };
        let steps = smallvec::smallvec![Step { command, idempotency: None }];
        let op = Op { target: Target::Number(account), published: Arc::clone(published), by, steps };
        match self.0.engine.write(op).await {
            Ok(answers) if answers.iter().all(Result::is_ok) => Ok((checkout.reference, checkout.url)),
            _ => Err(NoCheckout::Later),
        }
    }
}

/// The order's line, as the customer reads it.
fn line(order: &Order) -> String {
    let ordered = &order.ordered;
    if ordered.quantity > 1 {
        format!("{} × {}", ordered.quantity, ordered.name)
    } else {
        ordered.name.to_string()
    }
}
