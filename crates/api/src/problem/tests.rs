//! What a refusal becomes.

use account::Refusal;
use catalog::NoPrice;
use engine::Failure;
use ledger::{AccountNo, Position};
use moment::Instant;
use money::Amount;

use super::{Asked, Code, Problem, refused};
use crate::request_id::RequestId;
use crate::show::tests::known;

fn told(refusal: Refusal) -> (Code, serde_json::Value) {
    let asked = Asked { action: Some("upscal"), account: Some(AccountNo(7)) };
    let problem = refused(Failure::Refused(refusal), &known(), asked);
    (problem.code(), serde_json::to_value(problem.of(RequestId::from_bits(1))).unwrap())
}

#[test]
fn every_refusal_has_its_code_and_its_facts() {
    let at: Instant = "2026-01-31T09:30:00Z".parse().unwrap();
    let insufficient =
        Refusal::Insufficient { required: Amount(50), available: Amount(8), shortfall: Amount(42), unit: 0 };
    let captured = Refusal::HoldAlreadyCaptured { captured: Amount(3), at, charge: Position::new(6, 0) };
    let rows: [(Refusal, Code, &[&str]); 14] = [
        (Refusal::NotFound("hold"), Code::NotFound, &[]),
        (Refusal::AccountClosed, Code::AccountClosed, &[]),
        (Refusal::UnknownAction, Code::UnknownAction, &["action", "actions", "did_you_mean"]),
        (Refusal::NoPrice(NoPrice::Quantity), Code::InvalidRequest, &["errors"]),
        (Refusal::NoPrice(NoPrice::OutOfRange), Code::AmountOutOfRange, &[]),
        (Refusal::Invalid { pointer: "/expires_in", message: "…".into() }, Code::InvalidRequest, &["errors"]),
        (captured, Code::HoldAlreadyCaptured, &["captured", "charge", "at"]),
        (Refusal::HoldAlreadyReleased { at }, Code::HoldAlreadyReleased, &["at"]),
        (Refusal::HoldExpired { at }, Code::HoldExpired, &["at"]),
        (Refusal::ExceedsHold { held: Amount(5), asked: Amount(6) }, Code::ExceedsHold, &["held", "asked"]),
        (
            Refusal::ExceedsCharge { left: Amount(5), asked: Amount(6) },
            Code::ExceedsCharge,
            &["left", "asked"],
        ),
        (Refusal::Suspended { owed: Amount(5), since: at }, Code::AccountSuspended, &["owed", "since"]),
        (insufficient, Code::InsufficientCredits, &["required", "available", "shortfall", "unit", "offers"]),
        (Refusal::OutOfRange, Code::AmountOutOfRange, &[]),
    ];
    for (refusal, code, facts) in rows {
        let (said, told) = told(refusal);
        assert_eq!(said, code);
        assert!(facts.iter().all(|fact| told.get(fact).is_some()), "{told}");
        assert!(
            facts.iter().all(|fact| code.facts().contains(fact)),
            "{code:?}: the document names its facts"
        );
        assert!(told["detail"].as_str().unwrap().ends_with(['.', '?']), "{told}");
    }
}

#[test]
fn a_price_that_is_not_there_names_the_attribute() {
    let no_price = NoPrice::Attribute { name: "size/px".into(), expected: "one of \"hd\", \"4k\"".into() };
    let (_, told) = told(Refusal::NoPrice(no_price));
    assert_eq!(told["errors"][0]["pointer"], "/attributes/size~1px");
    assert_eq!(told["errors"][0]["message"], "must be one of \"hd\", \"4k\"");
}

#[test]
fn an_unknown_action_is_answered_with_the_nearest() {
    let (_, told) = told(Refusal::UnknownAction);
    assert_eq!(told["did_you_mean"], "upscale");
    assert_eq!(told["detail"], "The program has no action \"upscal\"; did you mean \"upscale\"?");
}

#[test]
fn what_the_engine_can_t_do_is_worth_a_retry() {
    let problem = |failure| -> Problem { refused(failure, &known(), Asked::default()) };
    assert_eq!(problem(Failure::Overloaded).code(), Code::Overloaded);
    assert_eq!(problem(Failure::Unavailable).code(), Code::Unavailable);
    assert_eq!(problem(Failure::KeyReused).code(), Code::IdempotencyKeyReused);
    assert_eq!(problem(Failure::NoAccount).code(), Code::NotFound);
}

#[test]
fn problems_say_what_is_wrong_and_where() {
    let problem = Problem::invalid("/quantity", "must be a whole number").within("/operations/3");
    let told = serde_json::to_value(problem.of(RequestId::from_bits(7))).unwrap();
    assert_eq!(
        told,
        serde_json::json!({
            "type": "/docs#invalid_request",
            "title": "The request is not valid",
            "status": 400,
            "code": "invalid_request",
            "detail": "/operations/3/quantity: must be a whole number.",
            "request_id": "req_0000000000007",
            "errors": [{ "pointer": "/operations/3/quantity", "message": "must be a whole number" }],
        })
    );
}

#[test]
fn who_should_come_again_is_told_when() {
    let response = Problem::new(Code::Overloaded, "Later.").render(RequestId::from_bits(1));
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()[axum::http::header::RETRY_AFTER], "1");
    assert_eq!(response.headers()[axum::http::header::CONTENT_TYPE], "application/problem+json");
}
