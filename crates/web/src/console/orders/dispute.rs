//! Disputes of orders' payments: which are looked for, and what became of each.

use ledger::{Dispute, Order};
use maud::{Markup, html};
use money::Money;

use super::super::Desk;

/// Which disputed orders are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// With any dispute, whatever became of it.
    Any,
    /// With one that is open.
    Open,
    /// With one that was won.
    Won,
    /// With one that was lost.
    Lost,
}

impl Wanted {
    pub const ALL: [Wanted; 4] = [Wanted::Any, Wanted::Open, Wanted::Won, Wanted::Lost];

    pub fn of(code: &str) -> Option<Wanted> {
        Wanted::ALL.into_iter().find(|wanted| wanted.code() == code)
    }

    pub fn code(self) -> &'static str {
        match self {
            Wanted::Any => "any",
            Wanted::Open => "open",
            Wanted::Won => "won",
            Wanted::Lost => "lost",
        }
    }

    /// The key of its name.
    pub fn key(self) -> &'static str {
        match self {
            Wanted::Any => "dispute-any",
            Wanted::Open => "dispute-is-open",
            Wanted::Won => "dispute-is-won",
            Wanted::Lost => "dispute-is-lost",
        }
    }

    /// Whether an order that was disputed is looked for. One of which it is not read what became of it may be: it is not
    /// hidden, and says that it is further back.
    pub fn wants(self, order: &Order, known: bool) -> bool {
        !known || self.among(&order.disputes)
    }

    fn among(self, disputes: &[Dispute]) -> bool {
        disputes.iter().any(|dispute| match self {
            Wanted::Any => true,
            Wanted::Open => dispute.won.is_none(),
            Wanted::Won => dispute.won == Some(true),
            Wanted::Lost => dispute.won == Some(false),
        })
    }
}

/// What became of a dispute, as a tag looks and what it says.
fn became(dispute: &Dispute) -> (&'static str, &'static str) {
    match dispute.won {
        None => ("warn", "dispute-is-open"),
        Some(true) => ("good", "dispute-is-won"),
        Some(false) => ("bad", "dispute-is-lost"),
    }
}

/// What became of the disputes of an order, and how much each is about.
pub(super) fn tags(desk: &Desk, order: &Order) -> Markup {
    html! {
        @for dispute in &order.disputes {
            @let (kind, key) = became(dispute);
            " " span.tag.(kind) { (desk.say.t(key)) }
            " " span.small { (desk.say.money(Money { amount: dispute.amount, ..order.ordered.price })) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::say::Say;

    #[test]
    fn orders_are_found_by_what_became_of_their_disputes() {
        let disputes = |all: &[Option<bool>]| -> Vec<Dispute> {
            let dispute = |(number, won): (usize, &Option<bool>)| {
                let id = format!("dp_{number}").into();
                Dispute { id, amount: 500, won: *won }
            };
            all.iter().enumerate().map(dispute).collect()
        };
        for (all, found) in [
            (&[][..], &[][..]),
            (&[None], &["any", "open"]),
            (&[Some(true)], &["any", "won"]),
            (&[Some(false)], &["any", "lost"]),
            (&[Some(false), None, Some(true)], &["any", "open", "won", "lost"]),
        ] {
            let wanted = Wanted::ALL.into_iter().filter(|wanted| wanted.among(&disputes(all)));
            assert_eq!(wanted.map(Wanted::code).collect::<Vec<_>>(), found, "{all:?}");
        }
    }

    #[test]
    fn each_has_a_code_and_a_text() {
        let say = Say::to(None, Some("de"));
        for wanted in Wanted::ALL {
            assert_eq!(Wanted::of(wanted.code()), Some(wanted));
            assert_ne!(say.t(wanted.key()), wanted.key());
        }
        assert_eq!(Wanted::of("<script>"), None);
    }
}
