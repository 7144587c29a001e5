//! Why something was not done, and what to do.

use account::{NotForSale, Refusal};
use catalog::NoSale;
use engine::Failure;
use ledger::OrderState;
use money::{Amount, Unit};

use super::Visit;
use crate::say::Say;

/// Why a form did nothing, in words, with the way out.
pub(crate) fn why(say: &Say, failure: &Failure) -> String {
    say.t(match failure {
        Failure::Refused(refusal) => key(refusal),
        Failure::KeyReused => "refused-twice",
        Failure::Overloaded | Failure::Unavailable => "refused-now",
        Failure::NoAccount | Failure::Undone { .. } => "refused",
    })
}

/// The same with the figures of what was refused.
pub(crate) fn explain(visit: &Visit, failure: &Failure) -> String {
    match failure {
        Failure::Refused(refusal) => explain_refusal(visit, refusal),
        _ => why(&visit.say, failure),
    }
}

/// Why the account does not do it, with its figures.
pub(crate) fn explain_refusal(visit: &Visit, refusal: &Refusal) -> String {
    let (say, program) = (&visit.say, visit.program());
    match refusal {
        Refusal::NoSale(why) => no_sale(say, program.units.first(), why),
        Refusal::NotForSale(NotForSale::NeedsPlan(plans)) => {
            let names = plans.iter().map(|code| program.plan(code).map_or(code.as_str(), |plan| &plan.name));
            let names: Vec<String> = names.map(words::one_line).collect();
            say.with("refused-needs-plan", [("plans", names.join(", ").into())])
        }
        Refusal::NotForSale(NotForSale::Ceiling { ceiling, available, unit }) => say.with(
            "refused-ceiling",
            [
                ("most", say.credits_of(program, *unit, *ceiling).into()),
                ("available", say.credits_of(program, *unit, *available).into()),
            ],
        ),
        Refusal::NotForSale(NotForSale::Subscribed { to }) => {
            say.with("refused-subscribed", [("name", words::one_line(to).into())])
        }
        Refusal::Insufficient { required, available, unit, .. } => say.with(
            "refused-insufficient",
            [
                ("required", say.credits_of(program, *unit, *required).into()),
                ("available", say.credits_of(program, *unit, *available).into()),
            ],
        ),
        _ => say.t(key(refusal)),
    }
}

/// Why so much of it is not sold, and how much is.
fn no_sale(say: &Say, unit: Option<&Unit>, why: &NoSale) -> String {
    let credits = |amount: Amount| unit.map_or_else(|| amount.to_string(), |unit| say.credits(unit, amount));
    match why {
        NoSale::Quantity { min, max } => {
            say.with("refused-quantity", [("min", say.count(*min).into()), ("max", say.count(*max).into())])
        }
        NoSale::Step { step } => say.with("refused-step", [("step", credits(*step).into())]),
        NoSale::BelowMinimum { minimum } => {
            say.with("refused-minimum", [("least", credits(*minimum).into())])
        }
        NoSale::AboveMaximum { maximum } => say.with("refused-maximum", [("most", credits(*maximum).into())]),
        NoSale::ByQuote => say.t("refused-by-quote"),
        NoSale::InPackages | NoSale::InCredits => say.t("refused-no-sale"),
        NoSale::OutOfRange => say.t("refused-range"),
    }
}

/// The text of a refusal without its figures.
fn key(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::AccountClosed => "refused-closed",
        Refusal::Suspended { .. } => "refused-suspended",
        Refusal::UnknownOffer | Refusal::NoSale(_) => "refused-no-sale",
        Refusal::NotForSale(why) => match why {
            NotForSale::NotRenewable => "refused-not-renewable",
            NotForSale::RenewalUnderWay => "refused-renewal-under-way",
            NotForSale::OtherUnit | NotForSale::OtherCurrency => "refused-other-kind",
            NotForSale::NotByQuote => "refused-no-sale",
            NotForSale::NeedsPlan(_) | NotForSale::Ceiling { .. } | NotForSale::Subscribed { .. } => {
                "refused-not-for-sale"
            }
        },
        Refusal::OrderClosed { asking: true, .. } => "refused-asking",
        Refusal::OrderClosed { state: OrderState::Credited | OrderState::Paid, .. } => "refused-order-paid",
        Refusal::OrderClosed { .. } | Refusal::NotFound(_) => "refused-gone",
        Refusal::OutOfRange => "refused-range",
        _ => "refused",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_has_words_of_its_own_in_each_language() {
        let refusals = [
            Refusal::AccountClosed,
            Refusal::UnknownOffer,
            Refusal::NotFound("quote"),
            Refusal::OutOfRange,
            Refusal::NotForSale(NotForSale::NotRenewable),
            Refusal::NotForSale(NotForSale::RenewalUnderWay),
            Refusal::NotForSale(NotForSale::OtherUnit),
            Refusal::NotForSale(NotForSale::OtherCurrency),
            Refusal::OrderClosed { state: OrderState::Credited, asking: false },
            Refusal::OrderClosed { state: OrderState::AwaitingPayment, asking: true },
        ];
        for language in ["en", "de"] {
            let say = Say::to(None, Some(language));
            for refusal in &refusals {
                let said = why(&say, &Failure::Refused(refusal.clone()));
                assert!(said.len() > 20 && !said.starts_with("refused"), "{refusal:?}: {said}");
            }
            assert_ne!(why(&say, &Failure::Unavailable), why(&say, &Failure::KeyReused));
        }
    }

    #[test]
    fn how_much_is_sold_is_said_in_figures() {
        let say = Say::to(None, Some("en"));
        let unit =
            Unit { code: "credit".into(), name: "credits".into(), scale: money::Scale::new(0).unwrap() };
        let said = |why| no_sale(&say, Some(&unit), &why);
        assert!(said(NoSale::Quantity { min: 1, max: 100 }).contains("1 to 100"));
        assert!(said(NoSale::BelowMinimum { minimum: Amount(1_000) }).contains("1,000 credits"));
        assert!(said(NoSale::Step { step: Amount(50) }).contains("50 credits"));
    }
}
