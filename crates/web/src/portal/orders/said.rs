//! An order in words: where it is on its way, and what to do next.

use account::Wanted;
use catalog::Ask;
use ledger::{Order, OrderState, Purpose};
use maud::{Markup, html};
use money::Money;

use super::href;
use crate::portal::layout::token_once;
use crate::portal::{Visit, buy, receipts, sold};
use crate::say::Say;

/// The state in short, how it is felt, and what it means.
pub(super) fn words(visit: &Visit, order: &Order) -> (String, &'static str, String) {
    let say = &visit.say;
    let (key, class) = state(order, visit.asked("back").is_some());
    let credits = say.credits_of(visit.program(), order.unit, order.ordered.credits());
    let next = order.next_attempt_at.map(|at| say.moment(at)).unwrap_or_default();
    let (title, text) = in_words(say, key, [say.money(order.ordered.price), credits, next]);
    (title, class, text)
}

/// The key of where an order is, and how that is felt. `back`: somebody has just come back from paying.
fn state(order: &Order, back: bool) -> (&'static str, &'static str) {
    match order.state {
        OrderState::AwaitingApproval => ("approval", "warn"),
        // The bank wants the card's holder to confirm it.
        OrderState::AwaitingPayment if order.asking && order.checkout_url.is_some() => ("confirm", "warn"),
        OrderState::AwaitingPayment if order.asking => ("asking", "warn"),
        OrderState::AwaitingPayment if order.next_attempt_at.is_some() => ("retry", "bad"),
        // One is often back before the provider has told.
        OrderState::AwaitingPayment if back && order.declined.is_none() => ("confirming", "warn"),
        OrderState::AwaitingPayment if order.checkout_url.is_some() => ("unpaid", "warn"),
        // It was paid in a way that takes time.
        OrderState::AwaitingPayment if order.reference.is_some() && order.declined.is_none() => {
            ("coming", "warn")
        }
        OrderState::AwaitingPayment => ("unpaid", "warn"),
        OrderState::Paid => ("paid", "good"),
        OrderState::Credited if order.ordered.price.amount == 0 => ("free", "good"),
        OrderState::Credited => ("credited", "good"),
        OrderState::Failed => ("failed", "bad"),
        OrderState::Declined => ("declined", "bad"),
        OrderState::Canceled => ("canceled", "warn"),
        OrderState::Disputed => ("disputed", "bad"),
    }
}

fn in_words(say: &Say, key: &str, [price, credits, date]: [String; 3]) -> (String, String) {
    let named = [("price", price.into()), ("credits", credits.into()), ("date", date.into())];
    (say.t(&format!("order-{key}")), say.with(&format!("order-{key}-how"), named))
}

pub(super) fn part(visit: &Visit, order: &Order) -> Markup {
    let say = &visit.say;
    let (title, class, text) = words(visit, order);
    let ordered = &order.ordered;
    let refunded = Money { amount: order.refunded, ..ordered.price };
    html! {
        p { span.tag.(class) { (title) } }
        p.lead role="status" { (text) }
        @if let Some(why) = &order.declined {
            p { (say.with("declined-because", [("reason", words::one_line(why).into())])) }
        }
        @if order.refunded > 0 { p { (say.with("order-refunded", [("price", say.money(refunded).into())])) } }
        dl.facts {
            div { dt { (say.t("deal-what")) } dd { (sold::ordered_name(ordered)) } }
            div { dt { (say.t("order-credits")) } dd { (say.credits_of(visit.program(), order.unit, ordered.credits())) } }
            div { dt { (say.t("order-price")) } dd { (sold::price(say, Some(ordered.price))) } }
            div { dt { (say.t("order-placed-at")) } dd { (say.moment(order.placed_at)) } }
            @if let Some(at) = order.paid_at { div { dt { (say.t("order-paid-at")) } dd { (say.moment(at)) } } }
            @if let Some(agreed) = ordered.agreed.as_deref() {
                div { dt { (say.t("deal-renews")) } dd { (sold::price_every(say, agreed)) } }
            }
        }
        (next(visit, order))
    }
}

/// What to do now.
fn next(visit: &Visit, order: &Order) -> Markup {
    let say = &visit.say;
    let own = href(visit, order.id);
    let framed = !visit.program().brand.origins.is_empty();
    match order.state {
        OrderState::AwaitingPayment if !order.asking || order.checkout_url.is_some() => html! {
            div.actions {
                @if let Some(url) = order.checkout_url.as_deref().filter(|url| is_web(url)) {
                    // A payment page is never shown in a frame of ours: it gets a window.
                    a.button href=(url) target=[framed.then_some("_blank")] rel="noopener" { (say.t("go-to-payment")) }
                } @else if order.reference.is_none() || order.declined.is_some() {
                    form method="post" action={ (own) "/pay" } {
                        (token_once(visit))
                        button type="submit" { (say.t("go-to-payment")) }
                    }
                } @else {
                    a.button.second href=(own) { (say.t("look-again")) }
                }
                @if !order.asking && order.ordered.purpose != Purpose::Renewal { (give_up(visit, &own)) }
            }
        },
        OrderState::AwaitingApproval => html! { div.actions { (give_up(visit, &own)) } },
        OrderState::AwaitingPayment | OrderState::Paid => {
            html! { div.actions { a.button.second href=(own) { (say.t("look-again")) } } }
        }
        OrderState::Credited | OrderState::Disputed => html! {
            div.actions {
                @if order.receipt.is_some() {
                    a.button.second href=(receipts::href(visit, order)) { (say.t("see-receipt")) }
                }
                @if order.state == OrderState::Credited { a.button href=(visit.path("")) { (say.t("to-credits")) } }
            }
        },
        OrderState::Failed | OrderState::Declined | OrderState::Canceled => html! {
            div.actions { a.button href=(again(visit, order)) { (say.t("try-again")) } }
        },
    }
}

pub(super) fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

fn give_up(visit: &Visit, own: &str) -> Markup {
    html! {
        form method="post" action={ (own) "/cancel" } {
            (token_once(visit))
            button.second type="submit" { (visit.say.t("give-up-order")) }
        }
    }
}

/// Where the same can be ordered once more.
fn again(visit: &Visit, order: &Order) -> String {
    let ordered = &order.ordered;
    let what = match ordered.sort {
        ledger::Sort::Package => Wanted::Package(ordered.offer.clone()),
        ledger::Sort::Plan => Wanted::Plan(ordered.offer.clone()),
    };
    let package = visit.program().package(&ordered.offer);
    let by_credits = package.is_some_and(|package| matches!(package.price, catalog::Pricing::Tiers(_)));
    let how_many = if by_credits { Ask::Credits(ordered.credits()) } else { Ask::Packages(ordered.quantity) };
    let (renew, change) = match ordered.purpose {
        Purpose::Once => (false, false),
        Purpose::Start => (ordered.sort == ledger::Sort::Package, false),
        Purpose::Change => (false, true),
        Purpose::Renewal | Purpose::TopUp | Purpose::Quote => return visit.path("buy"),
    };
    buy::href(visit, what, Some(how_many), renew, change)
}

/// Orders that somebody has to do something about.
pub(in crate::portal) fn open(visit: &Visit) -> Markup {
    let say = &visit.say;
    let orders = visit.account.sales.as_deref().map(|sales| sales.orders.as_slice()).unwrap_or_default();
    let open: Vec<&Order> = orders.iter().filter(|order| order.state.is_open()).collect();
    html! {
        @if !open.is_empty() {
            section {
                h2 { (say.t("open-orders")) }
                ul.offers {
                    @for order in open {
                        @let (title, class, text) = words(visit, order);
                        li {
                            div.what {
                                h3 { (sold::ordered_name(&order.ordered)) " " span.tag.(class) { (title) } }
                                p.small { (text) }
                            }
                            div.price { p.amount { (sold::price(say, Some(order.ordered.price))) } }
                            div.do {
                                a.button.second href=(href(visit, order.id))
                                    aria-label={ (say.t("look-at-order")) ": " (sold::ordered_name(&order.ordered)) } { (say.t("look-at-order")) }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ledger::{Ordered, Position, Sort};
    use moment::Instant;

    use super::*;

    fn order(change: impl FnOnce(&mut Order)) -> Order {
        let ordered = Ordered {
            offer: "small".into(),
            name: "Small".into(),
            sort: Sort::Package,
            purpose: Purpose::Once,
            quantity: 1,
            lots: Vec::new(),
            price: Money { amount: 2_900, currency: "USD".parse().unwrap() },
            price_version: 1,
            provider: "test".into(),
            method: None,
            agreed: None,
            restarts: false,
            quote: None,
            return_url: None,
            expires_at: Instant::NEVER,
        };
        let mut order = Order::placed(Position(1), 0, Instant::default(), &ordered);
        change(&mut order);
        order
    }

    #[test]
    fn each_state_is_said_in_each_language() {
        let moved = |state| order(move |order| order.state = state);
        let url = |order: &mut Order| order.checkout_url = Some("https://pay.example".into());
        let cases = [
            (moved(OrderState::AwaitingApproval), false, "waits for approval", "wartet auf Freigabe"),
            (order(|order| order.asking = true), false, "payment under way", "Zahlung läuft"),
            (
                order(|order| {
                    (order.asking, order.checkout_url) = (true, Some("https://pay.example".into()));
                }),
                false,
                "waits for you",
                "wartet auf Sie",
            ),
            (
                order(|order| order.next_attempt_at = Some(Instant::default())),
                false,
                "not paid yet",
                "noch nicht bezahlt",
            ),
            (order(url), false, "not paid yet", "noch nicht bezahlt"),
            (order(url), true, "waiting for confirmation", "wartet auf Bestätigung"),
            (
                order(|order| order.reference = Some("p".into())),
                false,
                "payment on its way",
                "Zahlung unterwegs",
            ),
            (moved(OrderState::Paid), false, "paid", "bezahlt"),
            (moved(OrderState::Credited), false, "paid", "bezahlt"),
            (moved(OrderState::Failed), false, "not paid", "nicht bezahlt"),
            (moved(OrderState::Declined), false, "not approved", "nicht freigegeben"),
            (moved(OrderState::Canceled), false, "cancelled", "storniert"),
            (moved(OrderState::Disputed), false, "disputed", "rückbelastet"),
        ];
        for (order, back, english, german) in cases {
            for (language, expected) in [("en", english), ("de", german)] {
                let named = ["$29.00", "100 credits", "1 March"].map(str::to_owned);
                let (title, text) = in_words(&Say::to(None, Some(language)), state(&order, back).0, named);
                assert_eq!(title, expected);
                assert!(text.len() > 20 && !text.contains("-how"), "{text}");
            }
        }
    }
}
