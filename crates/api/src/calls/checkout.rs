//! How an order is paid: its checkout, and the order as it is answered.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;
use dispatch::NoCheckout;
use engine::{Listed, Target, Written};
use ledger::{AccountNo, Balance, Event, Order, OrderState, Position};

use crate::incoming::Call;
use crate::problem::Problem;
use crate::reply::written;
use crate::show::{self, Buyer};

/// How long an answer waits for what a stored payment method's provider says.
const PATIENCE: Duration = Duration::from_secs(5);

const NO_CHECKOUT: &str =
    "The payment provider did not open a checkout. GET the order in a while: that asks again.";

/// What became of an order's checkout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checkout {
    /// It has one, or needs none.
    NotNeeded,
    /// It is booked where it is.
    Opened,
    /// There is none yet: it can be asked for again.
    Failed,
}

/// An order as it is answered.
pub(crate) struct Shown {
    pub order: Order,
    pub buyer: Buyer,
    /// The account's balance right after it.
    pub balance: Option<Balance>,
    /// The last entry of it that is shown.
    pub last: Position,
    pub retry: bool,
}

impl Shown {
    /// The order, to be written.
    pub fn show<'a>(&'a self, call: &'a Call) -> show::Order<'a> {
        let shown = show::Order::of(&call.known, self.buyer, &self.order);
        let unit = self.order.unit;
        show::Order {
            retry: self.retry.then_some(NO_CHECKOUT),
            balance: self.balance.map(|balance| show::Balance::of(&call.known, unit, balance)),
            ..shown
        }
    }

    /// The answer to the write that made it so.
    pub fn answer(&self, call: &Call, status: StatusCode, done: &Written) -> Response {
        written(status, &self.show(call), done)
    }
}

impl Call {
    /// Has an order paid that was just placed: asks the stored method, or opens a checkout. Then it is shown as it was when
    /// that was answered; a repeat of the request shows the same.
    pub async fn begin_payment(&self, account: AccountNo, placed: Position) -> Result<Shown, Problem> {
        let (buyer, mut now) = self.order_now(account, placed).await?;
        if now.as_ref().is_some_and(|order| order.asking && order.reference.is_none()) {
            // Where it takes longer, the order says that an answer is awaited.
            let asked = self.state.dispatch.ask_for_payments(placed);
            if tokio::time::timeout(PATIENCE, asked).await.is_ok() {
                now = self.order_now(account, placed).await?.1;
            }
        }
        let retry = match &now {
            Some(order) => self.open_checkout(account, order).await? == Checkout::Failed,
            None => false,
        };
        let shown = self.order_until(buyer, placed, |order, _| is_answered(order)).await?;
        Ok(Shown { retry: retry && shown.order.checkout_url.is_none(), ..shown })
    }

    /// An order, as the account has it now; none where it has let go of it.
    pub async fn order_now(
        &self,
        account: AccountNo,
        id: Position,
    ) -> Result<(Buyer, Option<Order>), Problem> {
        let look = move |account: &account::Account, _, _: &_| {
            let order = account.sales.as_deref().and_then(|sales| sales.order(id)).cloned();
            (Buyer::of(account), order)
        };
        self.look(Target::Number(account), look).await
    }

    /// Opens the checkout of an order that lacks one.
    pub async fn open_checkout(&self, account: AccountNo, order: &Order) -> Result<Checkout, Problem> {
        let waits = order.state == OrderState::AwaitingPayment && !order.asking;
        // Where a stored method was declined, the reference may be of that attempt. A checkout that is open is answered as
        // it is.
        let was_asked = order.attempts > 0 && order.declined.is_some();
        if !waits || (order.reference.is_some() && !was_asked) {
            return Ok(Checkout::NotNeeded);
        }
        let look = |account: &account::Account, _, _: &_| {
            let profile = account.profile.as_deref();
            let text = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
            let email = text(profile.and_then(|profile| profile.email.as_deref()));
            (email, text(profile.and_then(|profile| profile.locale.as_deref())))
        };
        let (email, locale) = self.look(Target::Number(account), look).await?;
        let published = &self.known.published;
        let opened = self.state.dispatch.open_checkout(published, account, order, email, locale).await;
        Ok(match opened {
            Ok(_) => Checkout::Opened,
            Err(NoCheckout::NotNeeded) => Checkout::NotNeeded,
            Err(why) => {
                tracing::warn!(program = self.known.program().id, ?why, "a checkout could not be opened");
                Checkout::Failed
            }
        })
    }

    /// An order as it is now: as the account has it, or as the history tells it.
    pub async fn order_shown(&self, account: AccountNo, id: Position) -> Result<Shown, Problem> {
        let (buyer, order) = self.order_now(account, id).await?;
        match order {
            Some(order) => Ok(Shown { order, buyer, balance: None, last: id, retry: false }),
            None => Ok(Shown { balance: None, ..self.order_until(buyer, id, |_, _| false).await? }),
        }
    }

    /// An order as it was with the commit of this write.
    pub async fn order_after(&self, done: &Written, id: Position) -> Result<Shown, Problem> {
        let (account, commit) = (done.entry.account, done.position.seq());
        if done.already {
            return self.order_shown(account, id).await;
        }
        let (buyer, _) = self.order_now(account, id).await?;
        self.order_until(buyer, id, move |_, next| next.seq() > commit).await
    }

    /// An order, folded from its entries, whole commits of them, up to the first after which it is `done`. That gets the
    /// order so far, and the position of the entry that comes next.
    pub async fn order_until(
        &self,
        buyer: Buyer,
        id: Position,
        done: impl Fn(&Order, Position) -> bool,
    ) -> Result<Shown, Problem> {
        let account = buyer.account;
        let entries = self.block(move |engine| engine.order_entries(account, id)).await?;
        fold(&entries, done)
            .map(|(order, balance, last)| Shown { order, buyer, balance: Some(balance), last, retry: false })
            .ok_or_else(|| Problem::not_found("order"))
    }
}

/// Whether the customer knows what to do next, or the provider has spoken.
fn is_answered(order: &Order) -> bool {
    match order.state {
        OrderState::AwaitingPayment => order.reference.is_some(),
        OrderState::Paid => false,
        _ => true,
    }
}

fn fold(entries: &[Listed], done: impl Fn(&Order, Position) -> bool) -> Option<(Order, Balance, Position)> {
    let (first, rest) = entries.split_first()?;
    let Event::OrderPlaced(ordered) = &first.entry.event else { return None };
    let mut order = Order::placed(first.position, first.entry.unit, first.entry.effective_at, ordered);
    let (mut balance, mut last) = (first.entry.after, first.position);
    for listed in rest {
        if listed.position.seq() != last.seq() && done(&order, listed.position) {
            break;
        }
        order.apply(listed.position, listed.entry.effective_at, &listed.entry.event);
        (balance, last) = (listed.entry.after, listed.position);
    }
    Some((order, balance, last))
}
