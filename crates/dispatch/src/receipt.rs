//! The receipt of an order, from what the account and its program say.

use account::Account;
use catalog::Program;
use ids::{Id, Kind};
use ledger::{AccountNo, Order, Position, Profile};
use moment::Zone;
use money::Money;
use papers::{Line, Receipt, receipt_number};
use words::{Language, credits};

/// Who has paid, as receipts say it.
#[derive(Clone, Debug)]
pub struct Payer {
    /// Its number.
    pub account: AccountNo,
    /// The entry that opened it.
    pub id: Position,
    /// Name, address, language and time zone.
    pub profile: Profile,
    /// The token and the label of the payment method that was stored last.
    pub method: Option<(Box<str>, Box<str>)>,
}

impl Payer {
    /// The account, as it is.
    pub fn of(account: &Account) -> Payer {
        let method = account.sales.as_deref().and_then(|sales| sales.method.as_ref());
        Payer {
            account: account.no,
            id: account.id,
            profile: account.profile.as_deref().cloned().unwrap_or_default(),
            method: method.map(|method| (method.token.clone(), method.label.clone())),
        }
    }

    /// Its language: what it chose, or English.
    pub fn locale(&self) -> &str {
        self.profile.locale.as_deref().unwrap_or("en")
    }

    /// Its time zone: what it chose, or UTC.
    pub fn zone(&self) -> Zone {
        self.profile.time_zone.as_deref().and_then(Zone::named).unwrap_or_else(Zone::utc)
    }
}

/// The receipt of an order that was paid; `None` for one that was not, or cost nothing.
pub fn receipt(program: &Program, payer: &Payer, order: &Order) -> Option<Receipt> {
    let (number, paid_at) = (order.receipt?, order.paid_at?);
    let account = Id::new(Kind::Account, payer.id, payer.account).to_string();
    let ordered = &*order.ordered;
    let language = Language::of(payer.locale());
    let unit = program.units.get(usize::from(order.unit));
    let said = unit.and_then(|unit| credits(language, ordered.credits().0, unit.scale, &unit.name));
    let money = |amount: i64| Money { amount, currency: ordered.price.currency };
    let method = ordered.method.as_deref().zip(payer.method.as_ref());
    Some(Receipt {
        number: receipt_number(&account, number),
        program: program.name.clone(),
        accent: program.brand.accent.clone(),
        support_email: program.brand.support_email.clone(),
        support_url: program.brand.support_url.clone(),
        account_name: payer.profile.name.as_deref().map(str::to_owned),
        account_email: payer.profile.email.as_deref().map(str::to_owned),
        account_id: account,
        order: Id::new(Kind::Order, order.id, payer.account).to_string(),
        paid_at,
        method: method
            .filter(|(token, (stored, _))| **token == **stored)
            .map(|(_, (_, label))| label.to_string()),
        lines: vec![Line {
            what: ordered.name.to_string(),
            quantity: ordered.quantity,
            credits: said.unwrap_or_default(),
            amount: ordered.price,
        }],
        total: ordered.price,
        refunded: (order.refunded > 0).then(|| money(order.refunded)),
        disputed: order.disputed() > 0,
        test: &*ordered.provider == payments::test::ID,
        reference: order.reference.as_deref().filter(|text| !text.is_empty()).map(str::to_owned),
    })
}
