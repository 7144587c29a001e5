use catalog::Pricing;
use ledger::{Event, Position, Purpose, QuoteEnded, Quoted, Sort};
use money::Amount;

use crate::decide::Asks;
use crate::{Buy, Decision, MakeQuote, NotForSale, Refusal, Stop};

impl Asks<'_> {
    /// Makes a price for this account (PT-1): the customer may accept it until it expires.
    pub(crate) fn make_quote(&self, make: &MakeQuote) -> Result<Decision, Stop> {
        self.must_be_open()?;
        let package = self.rules.program.package(&make.package).ok_or(Refusal::UnknownOffer)?;
        if !matches!(package.price, Pricing::ByQuote) {
            return Err(NotForSale::NotByQuote.into());
        }
        if make.credits < package.credits {
            return Err(Refusal::NoSale(catalog::NoSale::BelowMinimum { minimum: package.credits }).into());
        }
        if make.credits > Amount::MAX || make.price.amount <= 0 {
            return Err(Refusal::OutOfRange.into());
        }
        let now = self.context.now;
        let expires_at = match make.expires_at {
            Some(at) if at <= now => {
                let message = "a quote ends after now".into();
                return Err(Refusal::Invalid { pointer: "/expires_at", message }.into());
            }
            Some(at) => at,
            None => self.after(self.rules.program.orders.quote_for, now),
        };
        Ok(self.single(
            package.unit,
            Event::QuoteMade(Box::new(Quoted {
                offer: package.code.as_str().into(),
                name: package.name.as_str().into(),
                credits: make.credits,
                price: make.price,
                expires_at,
                note: make.note.clone(),
            })),
        ))
    }

    /// Accepts a quote: an order at its price.
    pub(crate) fn accept(&self, buy: &Buy, id: Position) -> Result<Decision, Stop> {
        let quotes = self.account.sales.as_deref().map(|sales| sales.quotes.as_slice()).unwrap_or_default();
        let quote = quotes.iter().find(|quote| quote.id == id).ok_or(Refusal::NotFound("quote"))?;
        let quoted = &quote.quoted;
        let package = self.rules.program.package(&quoted.offer).ok_or(Refusal::UnknownOffer)?;
        let mut ordered =
            self.ordered(buy, (&quoted.offer, &quoted.name), Sort::Package, Purpose::Quote, quoted.price);
        ordered.lots = billing::for_quote(&self.rules.program.classes, package, quoted.credits, quoted.price);
        ordered.quote = Some(id);
        let mut draft = self.draft(package.unit);
        let order = self.place(&mut draft, ordered);
        draft.push(Event::QuoteEnded(QuoteEnded { quote: id, order: Some(order), expired: false }));
        Ok(self.finish(draft))
    }

    /// Withdraws a quote.
    pub(crate) fn withdraw_quote(&self, id: Position) -> Result<Decision, Stop> {
        let quotes = self.account.sales.as_deref().map(|sales| sales.quotes.as_slice()).unwrap_or_default();
        if !quotes.iter().any(|quote| quote.id == id) {
            return Err(Refusal::NotFound("quote").into());
        }
        Ok(self.single(0, Event::QuoteEnded(QuoteEnded { quote: id, order: None, expired: false })))
    }
}
