use money::{Currency, Money};

/// An amount of money, for people: `$1,990.00`, `−€5.00`, `¥500`, `CHF 12.50`.
pub(super) fn shown(money: Money) -> String {
    let decimals = usize::from(money.currency.decimals());
    let digits = format!("{:0>width$}", money.amount.unsigned_abs(), width = decimals + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals);
    let point = if part.is_empty() { "" } else { "." };
    let minus = if money.amount < 0 { "−" } else { "" };
    format!("{minus}{}{}{point}{part}", sign(money.currency), grouped(whole))
}

/// What stands before the number. Signs that many currencies share are told apart, or not used.
fn sign(currency: Currency) -> String {
    let sign = match currency.code() {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        "INR" => "₹",
        "AUD" => "A$",
        "CAD" => "C$",
        code => return format!("{code}\u{a0}"),
    };
    sign.to_owned()
}

fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_shown_in_their_currency() {
        let cases = [
            (1_990, "USD", "$19.90"),
            (5, "EUR", "€0.05"),
            (0, "GBP", "£0.00"),
            (-500, "EUR", "−€5.00"),
            (123_456_789, "USD", "$1,234,567.89"),
            (500, "JPY", "¥500"),
            (0, "JPY", "¥0"),
            (1_500, "KWD", "KWD\u{a0}1.500"),
            (1_250, "CHF", "CHF\u{a0}12.50"),
            (i64::MIN, "USD", "−$92,233,720,368,547,758.08"),
        ];
        for (amount, currency, expected) in cases {
            let currency = currency.parse().unwrap();
            assert_eq!(shown(Money { amount, currency }), expected);
        }
    }
}
