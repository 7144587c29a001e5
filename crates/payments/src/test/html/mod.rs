//! The pages as HTML. Whatever comes in is escaped by maud; nothing here is put in unescaped.

mod amount;

use maud::{DOCTYPE, Markup, html};

use super::cards::{Card, Decline};
use super::look::Look;
use super::payment::Payment;
use amount::shown;

/// What a page is about.
pub(super) enum View<'a> {
    /// Choosing a card, perhaps after another was declined.
    Pay {
        declined: Option<&'a Decline>,
    },
    /// The second step.
    Approve,
    Paid,
    /// Paid, and the money is under way.
    Late,
    /// A charge that its customer has refused.
    Refused,
    /// Left, cancelled or expired.
    Left,
    /// There is no such page.
    Unknown,
    /// The provider's own trouble.
    Trouble,
}

/// The page of a payment.
pub(super) fn of(payment: &Payment, look: &Look, view: &View<'_>, back: Option<&str>) -> String {
    let body = html! {
        main.desk {
            (summary(payment, look))
            section.work {
                @match view {
                    View::Pay { declined } => (pay(payment, *declined)),
                    View::Approve => (approve(payment, look)),
                    _ => (told(payment, look, view, back)),
                }
            }
        }
    };
    page(&title(payment, look, view), Some(look), &body)
}

/// A page without a payment.
pub(super) fn of_nothing(view: &View<'_>) -> String {
    let (title, text) = match view {
        View::Unknown => (
            "There is no such checkout",
            "The address may be cut off. Go back to where you came from, and begin the payment again.",
        ),
        _ => {
            ("The test provider is not well", "Nothing was paid by what you just did. Try again in a minute.")
        }
    };
    let body = html! {
        main.desk.alone {
            section.work {
                h1 { (title) }
                p.lead { (text) }
            }
        }
    };
    page(title, None, &body)
}

fn page(title: &str, look: Option<&Look>, body: &Markup) -> String {
    let accent = look.and_then(|look| look.accent);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="stylesheet" href="style.css";
                @if let Some(accent) = accent {
                    link rel="stylesheet" href={ "accent/" (accent.digits()) ".css" };
                }
            }
            body {
                aside { p.notice { strong { "Test payment." } " No money moves, and no real card works here." } }
                (body)
            }
        }
    };
    page.into_string()
}

fn title(payment: &Payment, look: &Look, view: &View<'_>) -> String {
    let what = match view {
        View::Pay { declined: None } if payment.amount.amount == 0 => "Save a card",
        View::Pay { declined: None } => "Pay",
        View::Pay { declined: Some(_) } => "Declined",
        View::Approve => "Approve",
        View::Paid | View::Late => "Thank you",
        _ => "Not paid",
    };
    format!("{what} – {} (test)", look.merchant)
}

fn summary(payment: &Payment, look: &Look) -> Markup {
    html! {
        header.bill {
            p.merchant { (look.merchant) }
            @if payment.amount.amount == 0 {
                p.total { "Save a card" }
                p.what { (payment.description) }
                p.small.today { "Nothing is to be paid today." }
            } @else {
                p.total { (shown(payment.amount)) }
                p.what { (payment.description) }
            }
            @if !payment.lines.is_empty() {
                dl.lines {
                    @for (name, amount) in &payment.lines {
                        div { dt { (name) } dd { (shown(*amount)) } }
                    }
                    div.sum { dt { "Total" } dd { (shown(payment.amount)) } }
                }
            }
            p.small.order { "Order " span.id { (payment.order) } }
        }
    }
}

fn pay(payment: &Payment, declined: Option<&Decline>) -> Markup {
    let stores_only = payment.amount.amount == 0;
    html! {
        h1 { @if stores_only { "Choose a card to save" } @else { "Choose a card" } }
        @if let Some(Decline { code, message }) = declined {
            div.error role="alert" id="declined" {
                p { strong { @if stores_only { "Not saved." } @else { "Not paid." } } " " (why(code, message)) }
                p.small { "Code " code { (code) } ". You can try another card." }
            }
        }
        form method="post" {
            fieldset.cards {
                legend { "Each test card always does the same" }
                @for card in Card::ALL {
                    label.card {
                        input type="radio" name="card" value=(card.number()) checked[card == Card::Good];
                        span.number { (card.number()) }
                        span.does { (card.does()) }
                    }
                }
            }
            div.field {
                label for="number" { "Or type a number" }
                input #number type="text" name="number" inputmode="numeric" autocomplete="off" maxlength="32"
                    spellcheck="false" aria-describedby="typed";
                p.small #typed { "Used instead of the card above, if there is one." }
            }
            @if payment.store_method && !stores_only {
                p.small { "The card is saved for later payments." }
            }
            div.buttons {
                button.main type="submit" name="step" value="pay" {
                    @if stores_only { "Save card" } @else { "Pay " (shown(payment.amount)) }
                }
                button.quiet type="submit" name="step" value="leave" { "Cancel" }
            }
        }
    }
}

/// What is said of a decline where the test cards are on the same page.
fn why<'a>(code: &str, message: &'a str) -> &'a str {
    if code == Decline::UNKNOWN {
        "That is no test card. The cards below work, and no others."
    } else {
        message
    }
}

fn approve(payment: &Payment, look: &Look) -> Markup {
    html! {
        p.step { @if payment.is_charge() { "Your approval is needed" } @else { "Second step" } }
        h1 {
            @if payment.amount.amount == 0 {
                "Do you let " (look.merchant) " save this card?"
            } @else {
                "Do you approve " (shown(payment.amount)) " to " (look.merchant) "?"
            }
        }
        p.lead { "This is where the bank of a real card would ask its holder." }
        form method="post" {
            div.buttons {
                button.main type="submit" name="step" value="approve" { "Approve" }
                button.other type="submit" name="step" value="refuse" { "Refuse" }
            }
        }
    }
}

fn told(payment: &Payment, look: &Look, view: &View<'_>, back: Option<&str>) -> Markup {
    let amount = shown(payment.amount);
    let nothing = payment.amount.amount == 0;
    let (mark, title, text) = match view {
        View::Paid if nothing => {
            ("good", "Card saved", format!("{} can charge it from now on.", look.merchant))
        }
        View::Paid => ("good", "Paid", format!("{} is told that {amount} is paid.", look.merchant)),
        View::Late => (
            "good",
            "On its way",
            format!("{amount} arrives in two days by the test clock. {} is told then.", look.merchant),
        ),
        View::Refused => ("bad", "Not paid", "The payment was not approved. Nothing was taken.".to_owned()),
        _ => (
            "bad",
            "This checkout is closed",
            "It was cancelled, or has expired. Nothing was taken.".to_owned(),
        ),
    };
    html! {
        p class={ "mark " (mark) } aria-hidden="true" {}
        h1 { (title) }
        p.lead { (text) }
        @if let Some(url) = back {
            div.buttons { a.main href=(url) rel="noreferrer" { "Back to " (look.merchant) } }
        } @else {
            p.small { "You can close this page." }
        }
    }
}
