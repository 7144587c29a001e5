//! What the provider is asked to do, and does. Events are put before the payment that causes them, and count once it
//! names them; so a payment happens as a whole, when its record is put.

use moment::Instant;
use money::Money;

use super::TestProvider;
use super::cards::{Card, Decline, Verdict};
use super::payment::{EXPIRES, Payment, State, StoredCard};
use super::visit;
use crate::{ChargeAsk, Checkout, CheckoutAsk, Fact, Outage, Outcome, RefundAsk, ShelfError, StoredMethod};

const DAY: i64 = 24 * 60 * 60 * 1_000;
const LONGEST_KEY: usize = 200;
/// How often a checkout may be declined before it is closed. Whoever has the address could go on for ever.
const MOST_DECLINES: u32 = 10;

impl TestProvider {
    pub(super) fn open(&self, ask: &CheckoutAsk) -> Result<Checkout, Outage> {
        check_key(&ask.key)?;
        if ask.amount.amount < 0 {
            return Err(Outage::refused("a checkout can't be of less than nothing"));
        }
        if ask.amount.amount == 0 && !ask.store_method {
            return Err(Outage::refused("a checkout of nothing that stores nothing does nothing"));
        }
        if ask.return_url.as_deref().is_some_and(|url| visit::return_to(url, &ask.order).is_none()) {
            return Err(Outage::refused("the customer can be sent back to http and https addresses only"));
        }
        let reference = self.reference("checkout", &ask.key);
        let mut payment = Payment::of_checkout(reference.clone(), ask);
        if let Some(known) = self.payment(&reference)? {
            same(&known, &payment)?;
        } else {
            self.tell(&mut payment, "over", ask.now.plus_millis(EXPIRES), Fact::Abandoned)?;
            self.keep(&mut payment)?;
        }
        Ok(Checkout { url: Some(self.url(&reference)), reference })
    }

    pub(super) fn charge_stored(&self, ask: &ChargeAsk) -> Result<Outcome, Outage> {
        check_key(&ask.key)?;
        if ask.amount.amount <= 0 {
            return Err(Outage::refused("a charge is of more than nothing"));
        }
        let mut payment = Payment::of_charge(self.reference("charge", &ask.key), ask);
        if let Some(known) = self.payment(&payment.reference)? {
            same(&known, &payment)?;
            let first = known.first.clone();
            return Ok(first.unwrap_or_else(|| known.outcome(self.url(&known.reference))));
        }
        self.decide(&mut payment, &ask.method, ask.now)?;
        let outcome = payment.outcome(self.url(&payment.reference));
        payment.first = Some(outcome.clone());
        self.keep(&mut payment)?;
        Ok(outcome)
    }

    fn decide(&self, payment: &mut Payment, token: &str, now: Instant) -> Result<(), ShelfError> {
        let stored = self.card(token)?;
        let own =
            |stored: &StoredCard| stored.program == payment.program && stored.account == payment.account;
        let Some(mut stored) = stored.filter(own) else {
            return self.decline(payment, Decline::method(), now);
        };
        // The charge itself may be among them, if it was cut off before its record was put.
        let before = stored.short.iter().position(|one| *one == payment.reference);
        match stored.card.later(before.unwrap_or(stored.short.len())) {
            Verdict::Pays => self.pay(payment, stored.card, now, now),
            Verdict::Late => self.pay(payment, stored.card, now, now.plus_millis(2 * DAY)),
            Verdict::Asks => {
                payment.state = State::Asking { card: stored.card };
                let Decline { code, message } = Decline::refused();
                let fact = Fact::Declined { reference: payment.reference.clone(), code, message };
                self.tell(payment, "over", now.plus_millis(EXPIRES), fact)
            }
            Verdict::Declines(why) => {
                if stored.card == Card::ShortTwice && before.is_none() {
                    stored.short.push(payment.reference.clone());
                    self.keep_card(token, &stored)?;
                }
                self.decline(payment, why, now)
            }
        }
    }

    pub(super) fn look_up(&self, key: &str) -> Result<Option<Outcome>, Outage> {
        let known = self.payment(&self.reference("charge", key))?;
        Ok(known.map(|payment| payment.outcome(self.url(&payment.reference))))
    }

    pub(super) fn give_back(&self, ask: &RefundAsk) -> Result<(), Outage> {
        check_key(&ask.key)?;
        let Some(mut payment) = self.payment(&ask.reference)? else {
            return Err(Outage::refused("there is no such payment"));
        };
        let Money { amount, currency } = ask.amount;
        if let Some(before) = payment.refunds.get(&ask.key) {
            let same = *before == amount && currency == payment.amount.currency;
            return same.then_some(()).ok_or_else(|| Outage::refused("the key was used for another refund"));
        }
        if payment.state != State::Paid {
            return Err(Outage::refused("what is not paid can't be given back"));
        }
        let total = payment.refunded().saturating_add(amount);
        if amount <= 0 || total > payment.amount.amount || currency != payment.amount.currency {
            return Err(Outage::refused("no more can be given back than was paid"));
        }
        payment.refunds.insert(ask.key.clone(), amount);
        payment.touched = ask.now;
        let fact = Fact::Refunded { total: Money { amount: total, currency } };
        self.tell(&mut payment, &format!("refunded {}", ask.key), ask.now, fact)?;
        Ok(self.keep(&mut payment)?)
    }

    pub(super) fn cancel(&self, reference: &str) -> Result<(), Outage> {
        let Some(mut payment) = self.payment(reference)?.filter(|payment| !payment.is_charge()) else {
            return Err(Outage::refused("there is no such checkout"));
        };
        if matches!(payment.state, State::Open | State::Asking { .. }) {
            // Nobody says what time it is; it is at least what it was when something last happened.
            let now = payment.touched;
            self.leave(&mut payment, now)?;
            self.keep(&mut payment)?;
        }
        Ok(())
    }

    /// Tries a card on a checkout's page. Says why, if it is declined.
    pub(super) fn attempt(
        &self,
        payment: &mut Payment,
        card: Option<Card>,
        now: Instant,
    ) -> Result<Option<Decline>, ShelfError> {
        let only_stored = payment.amount.amount == 0;
        let why = match card.map(|card| (card, card.at_checkout(only_stored))) {
            Some((card, Verdict::Pays)) => return self.pay(payment, card, now, now).map(|()| None),
            Some((card, Verdict::Late)) => {
                return self.pay(payment, card, now, now.plus_millis(2 * DAY)).map(|()| None);
            }
            Some((card, Verdict::Asks)) => {
                payment.state = State::Asking { card };
                return Ok(None);
            }
            Some((_, Verdict::Declines(why))) => why,
            None => Decline::unknown(),
        };
        self.decline(payment, why.clone(), now)?;
        Ok(Some(why))
    }

    /// It is paid by this card, and the money comes at an instant that may be later.
    pub(super) fn pay(
        &self,
        payment: &mut Payment,
        card: Card,
        now: Instant,
        comes: Instant,
    ) -> Result<(), ShelfError> {
        self.untell(payment, "over");
        let method = if payment.store_method {
            let token = self.token(payment);
            let (program, account) = (payment.program.clone(), payment.account.clone());
            self.keep_card(&token, &StoredCard { program, account, card, short: Vec::new() })?;
            Some(StoredMethod { token, label: card.label() })
        } else {
            None
        };
        let (reference, amount) = (payment.reference.clone(), payment.amount);
        self.tell(payment, "paid", comes, Fact::Paid { reference, amount, method })?;
        if card == Card::Disputed && amount.amount > 0 {
            let fact = Fact::Disputed { dispute: dispute(payment), amount };
            self.tell(payment, "disputed", comes.plus_millis(DAY), fact)?;
        }
        payment.state = if comes > now { State::Late } else { State::Paid };
        payment.touched = now;
        Ok(())
    }

    /// It was declined: a charge is over, a checkout waits for another card.
    pub(super) fn decline(
        &self,
        payment: &mut Payment,
        why: Decline,
        now: Instant,
    ) -> Result<(), ShelfError> {
        payment.declines += 1;
        payment.touched = now;
        let Decline { code, message } = why.clone();
        let fact = Fact::Declined { reference: payment.reference.clone(), code, message };
        self.tell(payment, &format!("declined {}", payment.declines), now, fact)?;
        if payment.is_charge() {
            self.untell(payment, "over");
            payment.state = State::Declined(why);
        } else if payment.declines < MOST_DECLINES {
            payment.state = State::Open;
        } else {
            self.leave(payment, now)?;
        }
        Ok(())
    }

    /// The checkout is over, unpaid.
    pub(super) fn leave(&self, payment: &mut Payment, now: Instant) -> Result<(), ShelfError> {
        payment.state = State::Left;
        payment.touched = now;
        self.untell(payment, "over");
        self.tell(payment, "over", now, Fact::Abandoned)
    }

    /// Decides the dispute of a payment, as its bank would. `false` if there is none that is open.
    pub fn close_dispute(&self, dispute: &str, won: bool, now: Instant) -> Result<bool, ShelfError> {
        let _alone = self.lock();
        let of = dispute.strip_prefix("dp_").map(|hex| format!("tp_{hex}")).unwrap_or_default();
        let Some(mut payment) = self.payment(&of)? else { return Ok(false) };
        if !self.has_told(&payment, "disputed")?
            || payment.events.contains(&self.event_id(&payment, "closed"))
        {
            return Ok(false);
        }
        let fact = Fact::DisputeClosed { dispute: dispute.to_owned(), won, amount: payment.amount };
        self.tell(&mut payment, "closed", now, fact)?;
        self.keep(&mut payment)?;
        Ok(true)
    }
}

fn dispute(payment: &Payment) -> String {
    payment.reference.replacen("tp_", "dp_", 1)
}

fn check_key(key: &str) -> Result<(), Outage> {
    let fits = (1..=LONGEST_KEY).contains(&key.len());
    fits.then_some(()).ok_or_else(|| Outage::refused("a key has 1 to 200 bytes"))
}

fn same(known: &Payment, asked: &Payment) -> Result<(), Outage> {
    let what = |payment: &Payment| {
        let Payment { order, program, account, amount, store_method, charged, .. } = payment.clone();
        (order, program, account, amount, store_method, charged)
    };
    let same = what(known) == what(asked);
    same.then_some(()).ok_or_else(|| Outage::refused("the key was used for something else"))
}
