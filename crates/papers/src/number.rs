/// How many characters of an account's id stand before the number.
const OF_ACCOUNT: usize = 4;

/// The number of an account's receipt: the last characters of the account's id, and its own count: `4KX9-0007`.
///
/// Receipts are numbered per account, from 1, without gaps: a customer who keeps all of theirs sees that none is missing.
/// A series over all accounts could have no gaps and no two alike only if one transaction gave the number and took it
/// from the others, and a transaction never spans two accounts. The characters of the id tell the papers of two accounts
/// apart for whoever files both; they are too few to tell all accounts apart, so what a receipt is looked up by is the
/// account's id, which it also says.
///
/// The characters are taken from the id's end, where ids that were made one after the other differ.
///
/// ```
/// assert_eq!(papers::receipt_number("acct_00000001000000004kx9", 7), "4KX9-0007");
/// assert_eq!(papers::receipt_number("acct_00000001000000004kx9", 12_345), "4KX9-12345");
/// ```
pub fn receipt_number(account: &str, number: u32) -> String {
    let letters = || account.chars().filter(char::is_ascii_alphanumeric);
    let before = letters().count().saturating_sub(OF_ACCOUNT);
    let series: String = letters().skip(before).map(|letter| letter.to_ascii_uppercase()).collect();
    format!("{series:0>OF_ACCOUNT$}-{number:04}")
}

#[cfg(test)]
mod tests {
    use super::receipt_number;

    #[test]
    fn numbers() {
        for (account, number, expected) in [
            ("acct_00000001000000004kx9", 1, "4KX9-0001"),
            ("acct_00000001000000004kx9", 9_999, "4KX9-9999"),
            ("acct_00000001000000004kx9", u32::MAX, "4KX9-4294967295"),
            ("acct_a", 3, "CCTA-0003"),
            ("a", 3, "000A-0003"),
            ("", 0, "0000-0000"),
            ("<b>ä\n", 1, "000B-0001"),
        ] {
            assert_eq!(receipt_number(account, number), expected, "{account}");
        }
    }
}
