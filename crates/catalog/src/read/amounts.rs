//! Exact numbers: amounts of credits, money, decimals. Read from the file's own digits.

use money::{Amount, Currency, Money, Unit};
use toml::de::DeValue;

use crate::rational::{DECIMAL_DIGITS, Rational, WHOLE_DIGITS};
use crate::read::node::Node;
use crate::suggest::nearest;

/// The currencies of ISO 4217 that are in use.
const CURRENCIES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN \
    BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ \
    GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL \
    LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN \
    PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD \
    TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

const MONEY: &str = "an amount and a currency in quotes, such as \"19.90 USD\"";

impl<'d> Node<'d> {
    /// An exact decimal, written as a number or in quotes.
    pub(crate) fn decimal(&self) -> Option<Rational> {
        let digits = match self.value {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            DeValue::String(text) => text,
            _ => {
                self.wrong_kind("a number, such as 5 or \"0.5\"");
                return None;
            }
        };
        let number = Rational::parse(digits.strip_prefix('+').unwrap_or(digits));
        if number.is_none() {
            let shown: String = digits.chars().take(80).collect();
            let help = format!(
                "write it in digits, such as 5 or \"0.5\", at most {WHOLE_DIGITS} before the point and \
                 {DECIMAL_DIGITS} after it"
            );
            self.problem(format!("{shown:?} is no exact number"), help);
        }
        number
    }

    /// Credits, in whole ones or with decimals up to the unit's scale: zero or more.
    pub(crate) fn credits(&self, unit: &Unit) -> Option<Amount> {
        let number = self.decimal()?;
        let decimals = unit.scale.decimals();
        if number.is_negative() {
            self.problem("credits can't be negative", "it must be 0 or more");
            return None;
        }
        let parts = number.times(Rational::whole(unit.scale.parts())).filter(|parts| parts.is_whole());
        let Some(parts) = parts else {
            let may = match decimals {
                0 => "no decimals".to_owned(),
                1 => "1 decimal".to_owned(),
                more => format!("{more} decimals"),
            };
            self.problem(
                format!("{number} has more decimals than the unit"),
                format!("the unit {:?} has {may} (its scale)", unit.code),
            );
            return None;
        };
        let amount = parts.to_whole().map(Amount).filter(|amount| *amount <= Amount::MAX);
        if amount.is_none() {
            let most = Amount::MAX.0 / unit.scale.parts();
            self.problem("that is more than an amount can be", format!("it may be {most} at most"));
        }
        amount
    }

    /// Credits above zero.
    pub(crate) fn some_credits(&self, unit: &Unit) -> Option<Amount> {
        let amount = self.credits(unit)?;
        if amount.is_zero() {
            self.problem("no credits", "it must be above 0");
            return None;
        }
        Some(amount)
    }

    /// Money above zero, such as `"19.90 USD"`.
    pub(crate) fn money(&self) -> Option<Money> {
        self.money_or("a plan that costs nothing says free = true")
    }

    /// Money above zero; what to say instead of zero.
    pub(crate) fn money_or(&self, instead: &str) -> Option<Money> {
        let DeValue::String(text) = self.value else {
            self.wrong_kind(MONEY);
            return None;
        };
        let shown: String = text.chars().take(80).collect();
        let Some((digits, code)) = text.trim().split_once(' ') else {
            self.problem(format!("{shown:?} is no price"), format!("it must be {MONEY}"));
            return None;
        };
        let code = code.trim();
        let Some(currency) = known_currency(code) else {
            let help = match nearest(code, CURRENCIES.split(' ')) {
                Some(nearest) => format!("did you mean {nearest:?}?"),
                None => "use a code of ISO 4217, such as USD or EUR".to_owned(),
            };
            let code: String = code.chars().take(80).collect();
            self.problem(format!("{code:?} is no currency"), help);
            return None;
        };
        let Some(number) = Rational::parse(digits) else {
            self.problem(format!("{shown:?} is no price"), format!("it must be {MONEY}"));
            return None;
        };
        let decimals = currency.decimals();
        let parts =
            number.times(Rational::whole(10_i64.pow(u32::from(decimals)))).filter(|parts| parts.is_whole());
        let Some(parts) = parts else {
            self.problem(
                format!("{digits} has more decimals than {currency}"),
                format!("{currency} has {decimals}"),
            );
            return None;
        };
        if parts.is_zero() || parts.is_negative() {
            self.problem("the price is not above 0", instead);
            return None;
        }
        let amount = parts.to_whole().filter(|amount| *amount <= Amount::MAX.0);
        if amount.is_none() {
            let most = Amount::MAX.0 / 10_i64.pow(u32::from(decimals));
            self.problem("that is more than a price can be", format!("it may be {most} at most"));
        }
        amount.map(|amount| Money { amount, currency })
    }

    /// A list of credits, of bounded length.
    pub(crate) fn list_of_credits(&self, unit: &Unit, most: usize) -> Option<Vec<Amount>> {
        let items: Vec<Node<'d>> = self.items("a list of credits, such as [20]")?;
        if items.len() > most {
            self.problem(format!("{} values", items.len()), format!("there may be {most}"));
            return None;
        }
        let read: Vec<Option<Amount>> = items.iter().map(|item| item.credits(unit)).collect();
        read.into_iter().collect()
    }
}

fn known_currency(code: &str) -> Option<Currency> {
    CURRENCIES.split(' ').find(|known| *known == code).and_then(|known| known.parse().ok())
}
