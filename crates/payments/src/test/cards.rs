//! The test cards. Each does one thing, always.

use serde::{Deserialize, Serialize};

/// A card that the test provider knows.
///
/// | number | at the checkout | when charged later |
/// |---|---|---|
/// | 4242 4242 4242 4242 | pays | pays |
/// | 4000 0025 0000 3155 | asks for a second step | asks for a second step |
/// | 4000 0000 0000 0077 | pays two days later | pays two days later |
/// | 4000 0000 0000 0259 | pays, is disputed a day later | pays, is disputed a day later |
/// | 4000 0000 0000 0341 | pays | declined (`card_declined`) |
/// | 4000 0000 0000 9995 | pays | two charges are declined (`insufficient_funds`), further ones pay |
/// | 4000 0000 0000 0002 | declined (`card_declined`) | can't be stored |
///
/// Any other number is declined (`unknown_test_card`). Where nothing is to be paid and the card is only stored, `0077`
/// is stored at once, and `0259` is not disputed until it is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Card {
    /// Pays.
    Good,
    /// Has to be approved by its holder each time.
    Asks,
    /// Pays two days later.
    Late,
    /// Pays, and is disputed one day later.
    Disputed,
    /// Pays while its holder is there, and never again.
    DeclinesLater,
    /// Pays while its holder is there, lacks the money twice, and then pays again.
    ShortTwice,
    /// Is declined.
    Declined,
}

/// What a card does when it is charged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Pays,
    Late,
    Asks,
    Declines(Decline),
}

/// Why a card does not pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Decline {
    pub code: String,
    pub message: String,
}

impl Card {
    /// All of them, in the order in which the page shows them.
    pub const ALL: [Card; 7] = [
        Card::Good,
        Card::Asks,
        Card::Late,
        Card::Disputed,
        Card::DeclinesLater,
        Card::ShortTwice,
        Card::Declined,
    ];

    /// The number, as it is written on cards.
    pub fn number(self) -> &'static str {
        match self {
            Card::Good => "4242 4242 4242 4242",
            Card::Asks => "4000 0025 0000 3155",
            Card::Late => "4000 0000 0000 0077",
            Card::Disputed => "4000 0000 0000 0259",
            Card::DeclinesLater => "4000 0000 0000 0341",
            Card::ShortTwice => "4000 0000 0000 9995",
            Card::Declined => "4000 0000 0000 0002",
        }
    }

    /// What it does, in a few words.
    pub fn does(self) -> &'static str {
        match self {
            Card::Good => "Works",
            Card::Asks => "Works after a second step",
            Card::Late => "Works, the money comes two days later",
            Card::Disputed => "Works, is disputed a day later",
            Card::DeclinesLater => "Works now, declines every later charge",
            Card::ShortTwice => "Works now, lacks funds for the next two charges",
            Card::Declined => "Is declined",
        }
    }

    /// What its holder knows it by.
    pub fn label(self) -> String {
        let last = self.number().rsplit(' ').next().unwrap_or_default();
        format!("Visa •••• {last}")
    }

    /// The card with this number, however it is spaced.
    pub fn with_number(text: &str) -> Option<Card> {
        let digits = |text: &str| text.chars().filter(|c| !matches!(c, ' ' | '-')).collect::<String>();
        let wanted = digits(text);
        Card::ALL.into_iter().find(|card| digits(card.number()) == wanted)
    }

    /// What it does on the page, with its holder there. A card that is only stored is not charged.
    pub(super) fn at_checkout(self, only_stored: bool) -> Verdict {
        match self {
            Card::Asks => Verdict::Asks,
            Card::Late if !only_stored => Verdict::Late,
            Card::Declined => Verdict::Declines(Decline::card()),
            _ => Verdict::Pays,
        }
    }

    /// What it does when it is charged with nobody there, and has lacked the money so many times before.
    pub(super) fn later(self, short_before: usize) -> Verdict {
        match self {
            Card::Asks => Verdict::Asks,
            Card::Late => Verdict::Late,
            Card::Declined | Card::DeclinesLater => Verdict::Declines(Decline::card()),
            Card::ShortTwice if short_before < 2 => Verdict::Declines(Decline::funds()),
            Card::Good | Card::Disputed | Card::ShortTwice => Verdict::Pays,
        }
    }
}

impl Decline {
    /// The code of a number that is no test card's.
    pub(super) const UNKNOWN: &str = "unknown_test_card";

    fn new(code: &str, message: impl Into<String>) -> Decline {
        Decline { code: code.to_owned(), message: message.into() }
    }

    fn card() -> Decline {
        Decline::new("card_declined", "The card was declined.")
    }

    fn funds() -> Decline {
        Decline::new("insufficient_funds", "There is not enough money on the card.")
    }

    /// For a token that was never given, or that is another account's.
    pub(super) fn method() -> Decline {
        Decline::new("unknown_method", "This account has stored no such method.")
    }

    /// For a second step that its holder refused, or never took.
    pub(super) fn refused() -> Decline {
        Decline::new("authentication_required", "The payment was not approved by the card's holder.")
    }

    /// For a number that is no test card's.
    pub(super) fn unknown() -> Decline {
        let numbers: Vec<&str> = Card::ALL.into_iter().map(Card::number).collect();
        Decline::new(
            Decline::UNKNOWN,
            format!(
                "This is no test card, and no other card works here. The test cards are {}.",
                numbers.join(", ")
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_are_known_by_their_numbers_however_spaced() {
        for card in Card::ALL {
            assert_eq!(Card::with_number(card.number()), Some(card));
            assert_eq!(Card::with_number(&card.number().replace(' ', "")), Some(card));
            assert_eq!(Card::with_number(&card.number().replace(' ', "-")), Some(card));
        }
        for other in ["", "4242", "4242 4242 4242 4243", "٤242424242424242", "4242 4242 4242 4242 4"] {
            assert_eq!(Card::with_number(other), None, "{other}");
        }
    }

    #[test]
    fn labels_tell_the_last_four() {
        assert_eq!(Card::Good.label(), "Visa •••• 4242");
        assert_eq!(Card::ShortTwice.label(), "Visa •••• 9995");
    }

    #[test]
    fn an_unknown_number_is_told_which_there_are() {
        let Decline { message, .. } = Decline::unknown();
        assert!(Card::ALL.into_iter().all(|card| message.contains(card.number())));
    }
}
