//! What a request says about how its order is paid.

use account::Account;
use engine::Target;

use crate::body::Text;
use crate::incoming::Call;
use crate::problem::Problem;

/// The longest address that a customer is sent back to.
const LONGEST_URL: usize = 2_000;

/// What a request says about the payment.
pub(crate) struct Payment<'a> {
    pub provider: Option<&'a Text<'a>>,
    pub stored: bool,
    pub return_url: Option<&'a Text<'a>>,
}

/// The payment provider and the way back that an order gets.
pub(crate) struct Terms {
    pub provider: Box<str>,
    pub return_url: Option<Box<str>>,
}

impl Payment<'_> {
    /// Finds out by whom the order of an account is paid. Where the request does not say: whose stored method is to be
    /// charged, or the usual one.
    pub async fn terms(&self, call: &Call, account: &Target) -> Result<Terms, Problem> {
        let return_url = self.return_url.map(|url| return_url(url)).transpose()?;
        if let Some(name) = self.provider {
            let provider = known_provider(call, name)?;
            return Ok(Terms { provider, return_url });
        }
        let whose = |account: &Account, _, _: &_| {
            account.sales.as_deref()?.method.as_ref().map(|method| method.provider.clone())
        };
        let stored = if self.stored { call.look(account.clone(), whose).await? } else { None };
        let provider = stored.unwrap_or_else(|| call.state.dispatch.usual_provider().into());
        Ok(Terms { provider, return_url })
    }
}

fn known_provider(call: &Call, name: &str) -> Result<Box<str>, Problem> {
    let names = call.state.dispatch.providers();
    if names.contains(&name) {
        return Ok(name.into());
    }
    Err(Problem::invalid("/provider", format!("must be one of {}", names.join(", "))))
}

/// Where the customer is sent back to: an address of the web, as it stands in a `Location` header.
fn return_url(url: &str) -> Result<Box<str>, Problem> {
    let host = ["https://", "http://"].iter().find_map(|scheme| url.strip_prefix(scheme));
    let has_host = host.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#', ':', '@']));
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b'<' | b'>');
    if has_host && url.len() <= LONGEST_URL && url.bytes().all(plain) {
        return Ok(url.into());
    }
    let message = format!(
        "must be an address that begins with https:// or http://, of at most {LONGEST_URL} characters"
    );
    Err(Problem::invalid("/return_url", message))
}

#[cfg(test)]
mod tests {
    use super::return_url;

    #[test]
    fn customers_are_sent_back_to_addresses_of_the_web() {
        for fine in ["https://shop.example/done?a=b#c", "http://localhost:3000"] {
            assert_eq!(&*return_url(fine).unwrap(), fine);
        }
        let long = format!("https://shop.example/{}", "a".repeat(2_000));
        let wrong = [
            "",
            "shop.example",
            "javascript:alert(1)",
            "https://",
            "https:///a",
            "https://a b",
            "ftp://a",
            &long,
        ];
        for wrong in wrong {
            assert_eq!(return_url(wrong).unwrap_err().places()[0].0, "/return_url", "{wrong}");
        }
    }
}
