use account::{Done, NotForSale, Refusal};

/// A refusal as tables of cases write it: what is the case, and the figures.
pub fn refusal_text(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotFound(what) => format!("not found {what}"),
        Refusal::AccountClosed => "closed".into(),
        Refusal::UnknownAction => "unknown action".into(),
        Refusal::NoPrice(why) => format!("no price: {why}"),
        Refusal::Invalid { pointer, .. } => format!("invalid {pointer}"),
        Refusal::HoldAlreadyCaptured { captured, .. } => format!("already captured {captured}"),
        Refusal::HoldAlreadyReleased { .. } => "already released".into(),
        Refusal::HoldExpired { .. } => "hold expired".into(),
        Refusal::ExceedsHold { held, asked } => format!("exceeds hold {held} asked {asked}"),
        Refusal::ExceedsCharge { left, asked } => format!("exceeds charge {left} asked {asked}"),
        Refusal::Suspended { owed, .. } => format!("suspended owed {owed}"),
        Refusal::Insufficient { required, available, shortfall, .. } => {
            format!("insufficient required {required} available {available} short {shortfall}")
        }
        Refusal::OutOfRange => "out of range".into(),
        Refusal::UnknownOffer => "unknown offer".into(),
        Refusal::NoSale(why) => format!("no sale: {why}"),
        Refusal::NotForSale(why) => not_for_sale_text(why),
        Refusal::OrderClosed { state, asking } => {
            format!("order {}{}", state.code(), if *asking { ", being paid" } else { "" })
        }
        Refusal::WrongAmount { price, amount } => {
            format!("wrong amount {} of {}", amount.amount, price.amount)
        }
    }
}

fn not_for_sale_text(why: &NotForSale) -> String {
    match why {
        NotForSale::NeedsPlan(plans) => format!("needs plan {}", plans.join(" or ")),
        NotForSale::Ceiling { ceiling, available, .. } => format!("ceiling {ceiling} available {available}"),
        NotForSale::NotRenewable => "not renewable".into(),
        NotForSale::Subscribed { to } => format!("subscribed to {to}"),
        NotForSale::RenewalUnderWay => "renewal under way".into(),
        NotForSale::OtherUnit => "other unit".into(),
        NotForSale::OtherCurrency => "other currency".into(),
        NotForSale::NotByQuote => "not by quote".into(),
    }
}

/// What a command did, as tables of cases write it.
pub const fn done_text(done: Done) -> &'static str {
    match done {
        Done::Entry(_) => "done",
        Done::Already(_) => "already",
        Done::Nothing => "nothing",
    }
}
