//! What takes more than a command: buying, where a payment provider has its part in it. Time stands still for it.

use account::{Account, Buy, Command, MakeQuote, PaymentFact, Wanted};
use dispatch::Dispatch;
use engine::{Engine, Failure, Published, Target};
use ledger::{AccountNo, Order, Position};
use moment::Instant;
use money::{Amount, Money};
use payments::test::{Card, Form};
use std::sync::Arc;

/// Something that is done at an instant, when all before it is.
#[derive(Clone, Debug)]
pub struct Errand {
    /// When.
    pub at: Instant,
    /// Its place in the diary.
    pub place: usize,
    /// What.
    pub deal: Deal,
}

/// What is done.
#[derive(Clone, Debug)]
pub enum Deal {
    /// Nothing: what falls due at this instant is done before anything else happens.
    Wait,
    /// A command that stands by itself.
    Do(Command),
    /// Something is ordered, and paid.
    Buy(Buy, Pays),
    /// A price is made for the customer, who accepts it and pays, or does not.
    Quote(MakeQuote, Option<Pays>),
}

/// How an order is paid.
#[derive(Clone, Copy, Debug)]
pub enum Pays {
    /// At the checkout, by the first of these cards that works.
    Cards(&'static [Card]),
    /// By the card of last time.
    Stored,
    /// By bank, which the operator tells.
    Invoice,
}

/// A card that works.
pub const GOOD: Pays = Pays::Cards(&[Card::Good]);

impl Pays {
    fn provider(self) -> &'static str {
        if matches!(self, Pays::Invoice) { "invoice" } else { "test" }
    }

    /// The order of an offer that is paid so.
    pub fn order(self, offer: Wanted, renew: bool) -> Buy {
        let stored = matches!(self, Pays::Stored);
        Buy { offer, how_many: None, renew, provider: self.provider().into(), stored, return_url: None }
    }

    /// A package that is bought and paid so.
    pub fn package(self, code: &str, renew: bool) -> Deal {
        Deal::Buy(self.order(Wanted::Package(code.into()), renew), self)
    }

    /// A plan that is begun and paid so.
    pub fn plan(self, code: &str) -> Deal {
        Deal::Buy(self.order(Wanted::Plan(code.into()), false), self)
    }
}

/// A price for so many credits of the package that is sold by quote; in US cents.
pub fn quote(credits: i64, cents: i64, note: &str) -> Option<MakeQuote> {
    let price = Money { amount: cents, currency: "USD".parse().ok()? };
    let (package, credits) = ("enterprise".into(), Amount(credits));
    Some(MakeQuote { package, credits, price, expires_at: None, note: note.into() })
}

/// Who pays: what the stories know of the outside.
pub struct Till<'a> {
    pub engine: &'a Engine,
    pub dispatch: &'a Dispatch,
    pub published: Arc<Published>,
}

impl Till<'_> {
    /// Pays an order, or tries. What is paid already stays as it is, so it may be done again.
    ///
    /// The command is what the operator says where that is needed.
    pub async fn pay(
        &self,
        account: AccountNo,
        order: Position,
        pays: Pays,
    ) -> Result<Option<Command>, Failure> {
        let cards = match pays {
            Pays::Stored => {
                self.dispatch.ask_for_payments(order).await;
                return Ok(None);
            }
            Pays::Cards(cards) => cards,
            Pays::Invoice => &[],
        };
        let Some(known) = self.order(account, order).await? else { return Ok(None) };
        // An order that costs nothing needs no checkout, and one that is paid none any more.
        let opened = self.dispatch.open_checkout(&self.published, account, &known, None, None).await;
        let Ok((reference, url)) = opened else { return Ok(None) };
        if let Pays::Invoice = pays {
            let reference = format!("Bank transfer for {reference}").into();
            let fact = PaymentFact::Paid { reference, amount: known.ordered.price, method: None };
            return Ok(Some(Command::Payment { order, provider: None, fact: Box::new(fact) }));
        }
        let program = &self.published.program.id;
        let provider = self.dispatch.test_provider(program).ok_or(Failure::Unavailable)?;
        let now = self.published.test_now().unwrap_or_default();
        let session = url.as_deref().and_then(|url| url.rsplit('/').next()).unwrap_or_default();
        for card in cards {
            let form = format!("step=pay&card={}", card.number().replace(' ', "+"));
            provider.submit(session, &Form::read(form.as_bytes()), now);
            self.dispatch.hear(&self.published).await;
        }
        Ok(None)
    }

    async fn order(&self, account: AccountNo, order: Position) -> Result<Option<Order>, Failure> {
        let look = move |account: &Account, _| account.sales.as_deref()?.order(order).cloned();
        self.engine.read(Target::Number(account), Arc::clone(&self.published), look).await
    }
}
