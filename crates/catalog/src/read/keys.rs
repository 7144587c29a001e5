//! Every key that a file may have. The JSON Schema has the same, and a test compares them.

use crate::read::node::Keys;

/// Every table that a file may have with keys of its own, under its name in `docs/program.schema.json`, and its keys.
///
/// Tables whose keys are the file's own codes, such as `actions`, are not among them.
pub fn keys() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    ALL.iter().map(|table| (table.definition, table.keys))
}

macro_rules! keys {
    ($($name:ident $definition:literal [$($key:literal)*])*) => {
        $(pub(crate) const $name: Keys = Keys { definition: $definition, keys: &[$($key),*] };)*

        const ALL: &[&Keys] = &[$(&$name),*];
    };
}

keys! {
    PROGRAM "program" [
        "scrip" "id" "name" "late_return" "quote_life" "brand" "units" "actions" "classes" "starter" "overdraft"
        "sessions" "holds" "alerts" "packages" "plans" "renewal" "changes" "top_up" "orders"
    ]
    BRAND "brand" ["support_email" "support_url" "accent" "logo" "home" "origins"]
    UNIT "unit" ["name" "scale"]
    ACTION "action" ["name" "unit" "price" "free" "stages" "attributes" "overdraft" "settle" "session"]
    STAGE "stage" ["name" "price" "free"]
    ATTRIBUTE "attribute" ["kind" "one_of" "min" "max" "default" "priced"]
    PRICE "price" ["credits" "rows" "default" "expression" "round" "per" "label" "block" "included" "minimum" "summary"]
    RANGE "range" ["min" "max"]
    CLASS "class" ["priority" "life"]
    STARTER "starter" ["credits" "unit" "life"]
    OVERDRAFT "overdraft" ["grace" "limit" "warn_before"]
    SESSIONS "sessions" ["idle" "max"]
    HOLDS "holds" ["deadline" "max_deadline"]
    LATE_RETURN "late_return" ["reissue"]
    PACKAGE "package" [
        "name" "unit" "credits" "price" "bonus" "bonus_life" "minimum" "maximum" "step" "per" "tiers" "graduated" "life"
        "renew_every" "quantity" "requires_plan" "balance_ceiling"
    ]
    TIER "tier" ["from" "price"]
    QUANTITY "quantity" ["min" "max"]
    PLAN "plan" ["name" "unit" "credits" "price" "free" "period" "billed" "seats" "trial" "rollover"]
    SEATS "seats" ["min" "max"]
    TRIAL "trial" ["for" "credits"]
    ROLLOVER "rollover" ["cap" "share" "multiple" "life" "times"]
    RENEWAL "renewal" ["retry_after" "notice_before"]
    CHANGES "changes" ["up" "down"]
    TOP_UP "top_up" ["declines" "monthly_cap"]
    ORDERS "orders" ["unpaid_for" "quote_for" "expiry_notice"]
}
