use std::fmt;
use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::is_global;

/// Looks names up as the machine does, and keeps the addresses that are everybody's.
///
/// It is the connection's own look-up: between it and the connection there is no second one, which could be answered
/// otherwise.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guard {
    /// Whether all addresses are kept.
    pub allow_private: bool,
}

/// A name that leads to addresses, none of which is everybody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NotPublic(String);

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = *self;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let kept: Vec<SocketAddr> = guard.keep(name.as_str(), found)?;
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}

impl Guard {
    fn keep(self, name: &str, found: impl Iterator<Item = SocketAddr>) -> Result<Vec<SocketAddr>, NotPublic> {
        let kept: Vec<SocketAddr> =
            found.filter(|address| self.allow_private || is_global(address.ip())).collect();
        if kept.is_empty() { Err(NotPublic(name.to_owned())) } else { Ok(kept) }
    }
}

impl fmt::Display for NotPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} leads to no address that everybody can reach", self.0)
    }
}

impl std::error::Error for NotPublic {}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 0)).collect()
    }

    #[test]
    fn of_mixed_addresses_the_public_ones_are_kept() {
        let guard = Guard { allow_private: false };
        let mixed = addresses(&["10.0.0.1", "9.9.9.9", "::1", "2606:4700::1", "169.254.169.254"]);
        let kept = guard.keep("mixed.example", mixed.into_iter()).unwrap();
        assert_eq!(kept, addresses(&["9.9.9.9", "2606:4700::1"]));
        let none = guard.keep("inside.example", addresses(&["10.0.0.1", "fd00::1"]).into_iter());
        assert_eq!(
            none.unwrap_err().to_string(),
            "inside.example leads to no address that everybody can reach"
        );
    }

    #[tokio::test]
    async fn a_name_that_leads_here_is_refused() {
        let look_up = |allow_private| Guard { allow_private }.resolve("localhost".parse().unwrap());
        let refused = look_up(false).await.map(Iterator::count).unwrap_err();
        assert!(refused.is::<NotPublic>(), "{refused}");
        assert!(look_up(true).await.unwrap().count() > 0);
    }
}
