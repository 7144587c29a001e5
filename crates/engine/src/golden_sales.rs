//! The golden rows of what is bought.

use ledger::{
    Agreed, Carried, CheckoutOpened, Class, ClawedBack, DisputeClosed, Event, ExpiryNear, GivenAgain, Lot,
    Method, Move, OrderCredited, OrderDisputed, OrderFailed, OrderPaid, OrderRefunded, Ordered, Pause,
    PaymentAsked, PaymentDeclined, PaymentPending, Position, Purpose, QuoteEnded, Quoted, Sort, Subscription,
    SubscriptionMoved, SubscriptionState, TopUp, TopUpMove, TopUpMoved, YearMonth,
};
use moment::{Instant, Period};
use money::{Amount, Money};

use super::{TIME, part};

const ORDER: Position = Position::new(70, 5);

fn usd(amount: i64) -> Money {
    Money { amount, currency: "USD".parse().unwrap() }
}

fn agreed() -> Agreed {
    Agreed {
        sort: Sort::Plan,
        offer: "pro".into(),
        name: "Pro".into(),
        quantity: 3,
        unit: 1,
        allotment: Amount(1_500),
        bonus: Amount(7),
        price: Some(usd(4_500)),
        period: Period::Months(1),
        periods_billed: 12,
    }
}

fn ordered() -> Ordered {
    let lot = |class, credits, life| Lot {
        class,
        credits: Amount(credits),
        life,
        priority: -1,
        paid: Some(usd(900)),
    };
    Ordered {
        offer: "pro".into(),
        name: "Pro".into(),
        sort: Sort::Package,
        purpose: Purpose::Start,
        quantity: 2,
        lots: vec![lot(Class::Purchase, 500, None), lot(Class::Bonus, 50, Some(Period::days(30)))],
        price: usd(11_900),
        price_version: 4,
        provider: "test".into(),
        method: Some("card_1".into()),
        agreed: Some(Box::new(agreed())),
        restarts: true,
        quote: Some(Position::new(3, 1)),
        return_url: Some("https://host.example/back".into()),
        expires_at: TIME.plus_millis(86_400_000),
    }
}

fn subscription() -> Subscription {
    Subscription {
        id: ORDER,
        agreed: agreed(),
        since: TIME,
        anchor: TIME,
        count: 2,
        paid: 12,
        order: ORDER,
        taken_back: true,
        start: TIME,
        end: TIME.plus_millis(9),
        state: SubscriptionState::PastDue { order: ORDER },
        pending: Some(Box::new(Agreed { price: None, ..agreed() })),
        cancel_at_end: true,
        pause_at_end: Some(Instant::NEVER),
        provider: "test".into(),
        method: "card_1".into(),
        provider_renews: true,
        carried: vec![Carried { credits: Amount(8), times: 2 }],
        notice_at: Some(TIME),
    }
}

fn top_up() -> TopUp {
    TopUp {
        enabled: true,
        package: "small".into(),
        unit: 1,
        below: Amount(20),
        to: Amount(60),
        monthly_cap: Some(usd(50_000)),
        month: TIME,
        spent: 900,
        order: Some(ORDER),
        declines: 1,
        paused: Some(Pause::Capped { until: TIME }),
    }
}

/// One of each kind, by name.
pub(super) fn events() -> Vec<(&'static str, Event)> {
    let order = ORDER;
    let failed =
        || OrderFailed { order, name: "Pro".into(), reason: "no money".into(), purpose: Purpose::TopUp };
    let method =
        Method { provider: "test".into(), token: "card_1".into(), label: "Visa •••• 4242".into() };
    let paid =
        OrderPaid { order, reference: "pay_1".into(), amount: usd(11_900), receipt: 7, method: Some(method) };
    let moved = |how, now| Event::Subscription(Box::new(SubscriptionMoved { how, now }));
    vec![
        ("order_placed", Event::OrderPlaced(Box::new(ordered()))),
        (
            "checkout_opened",
            Event::CheckoutOpened(Box::new(CheckoutOpened {
                order,
                reference: "cs_1".into(),
                url: Some("https://pay.example/cs_1".into()),
            })),
        ),
        (
            "payment_asked",
            Event::PaymentAsked(Box::new(PaymentAsked {
                order,
                attempt: 2,
                provider: "test".into(),
                method: "card_1".into(),
                amount: usd(11_900),
                what: "Pro".into(),
            })),
        ),
        (
            "payment_pending",
            Event::PaymentPending(Box::new(PaymentPending { order, reference: "pay_1".into(), url: None })),
        ),
        (
            "payment_declined",
            Event::PaymentDeclined(Box::new(PaymentDeclined {
                order,
                attempt: 1,
                code: "card_declined".into(),
                message: "The card was declined".into(),
                next: Some(TIME),
                name: "Pro".into(),
                amount: usd(11_900),
                renewal: true,
            })),
        ),
        ("order_paid", Event::OrderPaid(Box::new(paid))),
        (
            "order_credited",
            Event::OrderCredited(Box::new(OrderCredited {
                order,
                name: "Pro".into(),
                credits: Amount(550),
                price: usd(11_900),
                receipt: 7,
                purpose: Purpose::Renewal,
            })),
        ),
        ("order_failed", Event::OrderFailed(Box::new(failed()))),
        ("order_canceled", Event::OrderCanceled(Box::new(failed()))),
        ("order_refunded", Event::OrderRefunded(OrderRefunded { order, total: usd(500) })),
        (
            "order_disputed",
            Event::OrderDisputed(Box::new(OrderDisputed {
                order,
                dispute: "dp_1".into(),
                amount: usd(11_900),
            })),
        ),
        (
            "dispute_closed",
            Event::DisputeClosed(Box::new(DisputeClosed { order, dispute: "dp_1".into(), won: true })),
        ),
        (
            "clawed_back",
            Event::ClawedBack(Box::new(ClawedBack {
                order,
                credits: Amount(22),
                parts: vec![part(7, 4)],
                holds: vec![(Position::new(71, 0), part(7, 5))],
                owed: Amount(6),
                lapsed: Amount(7),
                reclaimed: vec![Position::new(7, 3)],
                settled: vec![part(8, 1)],
            })),
        ),
        ("given_again", Event::GivenAgain(GivenAgain { order, credits: Amount(22), lapsed: Amount(7) })),
        (
            "quote_made",
            Event::QuoteMade(Box::new(Quoted {
                offer: "enterprise".into(),
                name: "Enterprise".into(),
                credits: Amount(25_000),
                price: usd(3_750_000),
                expires_at: TIME,
                note: "as agreed".into(),
            })),
        ),
        ("quote_ended", Event::QuoteEnded(QuoteEnded { quote: ORDER, order: Some(order), expired: false })),
        ("subscription", moved(Move::Renewed, subscription())),
        (
            "subscription-plain",
            moved(
                Move::Unpaid,
                Subscription {
                    state: SubscriptionState::Active,
                    pending: None,
                    carried: Vec::new(),
                    notice_at: None,
                    pause_at_end: None,
                    ..subscription()
                },
            ),
        ),
        ("top_up", Event::TopUp(Box::new(TopUpMoved { how: TopUpMove::Ordered, now: top_up() }))),
        (
            "expiry_near",
            Event::ExpiryNear(ExpiryNear {
                grant: Position::new(7, 3),
                credits: Amount(4),
                expires_at: TIME,
            }),
        ),
        ("reports_set", Event::ReportsSet(true)),
        ("report_due", Event::ReportDue(YearMonth { year: 2026, month: 12 })),
    ]
}
