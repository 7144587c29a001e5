//! What a program sells, for everybody who may know.

mod sold;

use catalog::PriceView;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Rule, Scope, Use};
use crate::incoming::Incoming;
use crate::known::Known;
use crate::reply::{Answer, read};
use sold::{PackageShown, PlanShown};

pub(crate) const GET_PROGRAM: Rule = Rule {
    operation: "get_program",
    scope: Scope::Read,
    changes: false,
    clients: &[Use::Client],
    problems: &[],
};

/// A program, as everybody may see it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Program<'a> {
    /// What keys and files call it.
    #[schema(example = "shop")]
    id: &'a str,
    /// What people call it.
    #[schema(example = "Shop")]
    name: &'a str,
    /// The version of the prices.
    #[schema(example = 1)]
    price_version: u32,
    /// Whether it runs on a test clock.
    test: bool,
    /// How its pages look, and where its customers find help.
    brand: Brand<'a>,
    /// The kinds of credit; the first is the default.
    units: Vec<UnitShown<'a>>,
    /// What is sold for credits.
    actions: Vec<ActionShown<'a>>,
    /// Credits for money, once.
    packages: Vec<PackageShown<'a>>,
    /// Credits per period, for money per billing period.
    plans: Vec<PlanShown<'a>>,
}

/// How a program's pages look, and where its customers find help.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Brand<'a> {
    support_email: Option<&'a str>,
    support_url: Option<&'a str>,
    /// `#` and six hexadecimal digits.
    accent: Option<&'a str>,
    logo: Option<&'a str>,
}

/// A kind of credit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Unit)]
pub(crate) struct UnitShown<'a> {
    #[schema(example = "credit")]
    code: &'a str,
    #[schema(example = "credits")]
    name: &'a str,
    /// Amounts are in the smallest part: with 2 decimals, 1250 is 12.50.
    #[schema(example = 0)]
    decimals: u8,
}

/// What is sold for credits.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Action)]
pub(crate) struct ActionShown<'a> {
    /// What requests call it.
    #[schema(example = "image.upscale")]
    code: &'a str,
    /// What people call it.
    #[schema(example = "Upscale an image")]
    name: &'a str,
    /// The unit's code.
    #[schema(example = "credit")]
    unit: &'a str,
    /// What it costs, in words and numbers.
    #[schema(value_type = PriceShown)]
    price: PriceView,
    /// Whether it may take `available` below zero.
    may_overdraw: bool,
    /// Whether a capture may exceed its hold.
    may_exceed_hold: bool,
    /// Whether it is metered by session.
    session: bool,
}

/// What an action costs: `sentence` in words; `kind` says which of the other fields there are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ActionPrice)]
pub(crate) struct PriceShown {
    /// The price in words.
    #[schema(example = "5 credits")]
    sentence: String,
    /// `flat`, `quantity`, `table` or `expression`.
    #[schema(example = "flat")]
    kind: String,
    /// For one, or for a block of what is counted.
    #[schema(example = 5)]
    credits: Option<i64>,
    /// What is counted: `quantity`, or the name of an attribute.
    per: Option<String>,
    /// How many make a block, as a decimal.
    block: Option<String>,
    /// How many blocks after the first cost nothing more.
    included: Option<i64>,
    /// The least that it costs.
    minimum: Option<i64>,
    /// The rows of a table, in the order in which they are tried.
    rows: Option<Vec<std::collections::HashMap<String, crate::openapi::Anything>>>,
    /// How it is computed.
    expression: Option<String>,
    /// How the result is rounded.
    round: Option<String>,
    /// What a request may say about the work.
    attributes: Option<Vec<std::collections::HashMap<String, crate::openapi::Anything>>>,
}

fn shown(known: &Known) -> Program<'_> {
    let program = known.program();
    let brand = &program.brand;
    Program {
        id: &program.id,
        name: &program.name,
        price_version: known.published.version,
        test: known.published.test_clock.is_some(),
        brand: Brand {
            support_email: brand.support_email.as_deref(),
            support_url: brand.support_url.as_deref(),
            accent: brand.accent.as_deref(),
            logo: brand.logo.as_deref(),
        },
        units: program
            .units
            .iter()
            .map(|unit| UnitShown { code: &unit.code, name: &unit.name, decimals: unit.scale.decimals() })
            .collect(),
        actions: program
            .actions
            .iter()
            .map(|action| ActionShown {
                code: &action.code,
                name: &action.name,
                unit: known.unit(action.unit),
                price: program.price_view(action),
                may_overdraw: action.may_overdraw,
                may_exceed_hold: action.may_exceed_hold,
                session: action.session,
            })
            .collect(),
        packages: program.packages.iter().map(|package| PackageShown::of(package, program)).collect(),
        plans: program.plans.iter().map(|plan| PlanShown::of(plan, program)).collect(),
    }
}

/// Look at the program
///
/// The program of the key: its units, actions with their prices, packages and plans.
#[utoipa::path(
    get,
    path = "/v1/program",
    tag = "Program",
    responses((status = 200, description = "The program.", body = Program<'static>))
)]
pub(crate) async fn get_program(incoming: Incoming) -> Answer {
    let call = incoming.enter(&GET_PROGRAM).await?;
    call.no_query()?;
    Ok(read(&shown(&call.known)))
}
