//! What a program sells for money.

#[cfg(test)]
mod tests;

use catalog::{Package, Plan, Pricing, Program, Rollover, RolloverCap, Tiers};
use moment::Period;
use serde::Serialize;
use utoipa::ToSchema;

use crate::offers::{Price, fixed};

/// Credits for money, once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Package)]
pub(crate) struct PackageShown<'a> {
    #[schema(example = "small")]
    code: &'a str,
    #[schema(example = "100 credits")]
    name: &'a str,
    /// The unit's code.
    #[schema(example = "credit")]
    unit: &'a str,
    /// How many; where the customer chooses the number, or the price is by quote, the least that can be asked for.
    #[schema(example = 100)]
    credits: i64,
    /// What it costs; `null`: by `tiers`, or where they are `null` too, by quote.
    price: Option<Price<'a>>,
    /// The prices, where the customer chooses the number of credits.
    tiers: Option<TiersShown<'a>>,
    /// What one whole credit costs, in whole money such as dollars, rounded to 4 decimals; with `tiers`, at the best of
    /// them. `null`: by quote.
    #[schema(example = "0.29")]
    price_per_credit: Option<String>,
    /// How much less a credit costs than in the dearest package of the unit and currency, in whole percent rounded down;
    /// `null`: less than one.
    #[schema(example = 17)]
    saving_percent: Option<u8>,
    /// Credits on top of each package, which cost nothing.
    #[schema(example = 0)]
    bonus: i64,
    /// How long the bonus lives; `null`: as the program says for bonuses.
    #[schema(value_type = Option<String>, example = "90 days")]
    bonus_expires_in: Option<Period>,
    /// How long the credits live; `null`: as the program says for purchases.
    #[schema(value_type = Option<String>, example = "1 year")]
    expires_in: Option<Period>,
    /// The period of an auto-renewal; `null`: it can't be renewed.
    #[schema(value_type = Option<String>, example = "30 days")]
    renew_every: Option<Period>,
    /// How many of it one order may have; `null` where an order says how many credits.
    quantity: Option<BoundsShown>,
    /// The codes of plans of which the account needs one; `null`: none is needed.
    requires_plan: Option<&'a [String]>,
    /// What `available` plus the credits may not exceed; `null`: no bound.
    #[schema(example = 100_000)]
    balance_ceiling: Option<i64>,
}

/// Prices for a number of credits that the customer chooses.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tiers)]
pub(crate) struct TiersShown<'a> {
    /// The prices are for so many credits.
    #[schema(example = 100)]
    per: i64,
    /// Ascending by `from`.
    prices: Vec<TierShown<'a>>,
    /// Whether each price holds for its own share of the credits only: up to the next `from` one, beyond it the next.
    graduated: bool,
    /// The most that can be asked for.
    #[schema(example = 100_000)]
    maximum: i64,
    /// What is asked for is a multiple of it.
    #[schema(example = 50)]
    step: i64,
}

/// A price that holds from a number of credits on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tier)]
pub(crate) struct TierShown<'a> {
    /// From so many credits on.
    #[schema(example = 1_000)]
    from: i64,
    /// For as many credits as `per` says.
    price: Price<'a>,
}

/// The least and the most, both included.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Bounds)]
pub(crate) struct BoundsShown {
    #[schema(example = 1)]
    min: i64,
    #[schema(example = 100)]
    max: i64,
}

/// Credits per period, for money per billing period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Plan)]
pub(crate) struct PlanShown<'a> {
    #[schema(example = "plus")]
    code: &'a str,
    #[schema(example = "Plus")]
    name: &'a str,
    /// The unit's code.
    #[schema(example = "credit")]
    unit: &'a str,
    /// How many a period; with `seats`, for each.
    #[schema(example = 200)]
    credits: i64,
    /// What is paid each time, for as long as `billed` says; with `seats`, for each. `null`: nothing.
    price: Option<Price<'a>>,
    /// How long a period is.
    #[schema(value_type = String, example = "1 month")]
    period: Period,
    /// How long is paid for at once: a whole number of periods.
    #[schema(value_type = String, example = "1 year")]
    billed: Period,
    /// How many seats it can have; `null`: it has none, and counts as one.
    seats: Option<BoundsShown>,
    /// A first time at no cost.
    trial: Option<TrialShown>,
    /// What becomes of credits that are not used up in their period; `null`: they expire.
    rollover: Option<RolloverShown>,
}

/// A first time of a plan at no cost.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Trial)]
pub(crate) struct TrialShown {
    /// How long it is.
    #[schema(value_type = String, example = "14 days")]
    length: Period,
    /// The credits for it in all, whatever the seats.
    #[schema(example = 50)]
    credits: i64,
}

/// How much of what is left at the end of a period rolls over; `kind` says which of the other fields there are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rollover)]
pub(crate) struct RolloverShown {
    /// `all`, `amount`, `share` or `multiple`.
    #[schema(example = "multiple")]
    kind: &'static str,
    /// So many at most, for `amount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    credits: Option<i64>,
    /// So much of what is left, for `share`.
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<u8>,
    /// So many allotments at most, for `multiple`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 2)]
    multiple: Option<u16>,
    /// How long it lives; `null`: one period.
    #[schema(value_type = Option<String>, example = "1 month")]
    expires_in: Option<Period>,
    /// How many times the same credits can roll over.
    #[schema(example = 1)]
    times: u16,
}

impl<'a> PackageShown<'a> {
    pub fn of(package: &'a Package, program: &'a Program) -> PackageShown<'a> {
        let quantity = package.quantity;
        let counted = matches!(package.price, Pricing::Fixed(_));
        PackageShown {
            code: &package.code,
            name: &package.name,
            unit: unit(program, package.unit),
            credits: package.credits.0,
            price: fixed(package),
            tiers: match &package.price {
                Pricing::Tiers(tiers) => Some(tiers_shown(tiers)),
                Pricing::Fixed(_) | Pricing::ByQuote => None,
            },
            price_per_credit: program.price_per_credit(package),
            saving_percent: program.saving(package),
            bonus: package.bonus.0,
            bonus_expires_in: package.bonus_life,
            expires_in: package.life,
            renew_every: package.renew_every,
            quantity: counted.then_some(BoundsShown { min: quantity.min, max: quantity.max }),
            requires_plan: package.gate.plans.as_deref(),
            balance_ceiling: package.gate.balance_ceiling.map(|ceiling| ceiling.0),
        }
    }
}

fn unit(program: &Program, place: u8) -> &str {
    program.units.get(usize::from(place)).map_or("", |unit| &unit.code)
}

fn tiers_shown(tiers: &Tiers) -> TiersShown<'_> {
    let prices =
        tiers.tiers.iter().map(|tier| TierShown { from: tier.from.0, price: Price::of(&tier.price) });
    TiersShown {
        per: tiers.per.0,
        prices: prices.collect(),
        graduated: tiers.graduated,
        maximum: tiers.maximum.0,
        step: tiers.step.0,
    }
}

impl<'a> PlanShown<'a> {
    pub fn of(plan: &'a Plan, program: &'a Program) -> PlanShown<'a> {
        PlanShown {
            code: &plan.code,
            name: &plan.name,
            unit: unit(program, plan.unit),
            credits: plan.credits.0,
            price: plan.price.as_ref().map(Price::of),
            period: plan.period,
            billed: plan.billing_period(),
            seats: plan.seats.map(|seats| BoundsShown { min: seats.min, max: seats.max }),
            trial: plan.trial.map(|trial| TrialShown { length: trial.length, credits: trial.credits.0 }),
            rollover: rollover_shown(plan.rollover),
        }
    }
}

fn rollover_shown(rollover: Rollover) -> Option<RolloverShown> {
    let (kind, credits, percent, multiple) = match rollover.cap {
        RolloverCap::Nothing => return None,
        RolloverCap::All => ("all", None, None, None),
        RolloverCap::Amount(most) => ("amount", Some(most.0), None, None),
        RolloverCap::Share { percent } => ("share", None, Some(percent), None),
        RolloverCap::Multiple { times } => ("multiple", None, None, Some(times)),
    };
    let (expires_in, times) = (rollover.life, rollover.times);
    Some(RolloverShown { kind, credits, percent, multiple, expires_in, times })
}
