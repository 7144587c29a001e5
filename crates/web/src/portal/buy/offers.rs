//! What can be bought: plans and packages, with what a credit costs and what is saved.

use account::{NotForSale, Refusal};
use catalog::{Package, Plan, Pricing, Tiers};
use ledger::{Agreed, Sort};
use maud::{Markup, html};
use moment::Period;
use money::{Amount, Unit};

use super::wish::{Wish, plan_wish};
use crate::portal::layout::mailto;
use crate::portal::refused::explain_refusal;
use crate::portal::{Visit, sold, typed};

/// The plans, where there are some.
pub(super) fn plans(visit: &Visit) -> Markup {
    let (say, plans) = (&visit.say, &visit.program().plans);
    html! {
        @if !plans.is_empty() {
            section {
                h2 { (say.t("deal-plans")) }
                ul.offers { @for plan in plans { li { (plan_row(visit, plan)) } } }
            }
        }
    }
}

/// The period of all packages that renew themselves, if they have one in common.
fn one_period(visit: &Visit) -> Option<Period> {
    let mut periods = visit.program().packages.iter().filter_map(|package| package.renew_every);
    let first = periods.next()?;
    periods.all(|other| other == first).then_some(first)
}

/// The packages.
pub(super) fn packages(visit: &Visit) -> Markup {
    let (say, program) = (&visit.say, visit.program());
    let rounded = program.packages.iter().any(|package| program.price_per_credit(package).is_some());
    html! {
        @if !program.packages.is_empty() {
            section {
                h2 { (say.t(if program.plans.is_empty() { "deal-packages" } else { "packages-on-top" })) }
                @if let Some(period) = one_period(visit) {
                    p.lead { (say.with("renews-every", [("every", sold::every(say, period).into())])) }
                }
                ul.offers { @for package in &program.packages { li { (package_row(visit, package)) } } }
                @if rounded { p.small { (say.t("per-credit-note")) } }
                p.small { (say.t("no-refunds")) }
            }
        }
    }
}

/// How an offer stands to the subscription: it is it, it will be it, or neither.
fn standing(visit: &Visit, sort: Sort, code: &str) -> Option<Markup> {
    let (say, one) = (&visit.say, visit.account.subscription()?);
    let is = |agreed: &Agreed| agreed.sort == sort && &*agreed.offer == code;
    if one.pending.as_deref().is_some_and(is) {
        let from = say.day(account::paid_until(&visit.account, one));
        return Some(html! { span.tag { (say.with("from-then", [("date", from.into())])) } });
    }
    let key = if sort == Sort::Plan { "your-plan" } else { "your-renewal" };
    is(&one.agreed).then(|| html! { span.tag { (say.t(key)) } })
}

fn plan_row(visit: &Visit, plan: &Plan) -> Markup {
    let (say, program) = (&visit.say, visit.program());
    let credits = say.credits_of(program, plan.unit, plan.credits);
    let every = sold::every(say, plan.period);
    let change = visit.account.subscription().is_some();
    let standing = standing(visit, Sort::Plan, &plan.code);
    let trialed = visit.account.sales.as_deref().is_some_and(|sales| sales.trialed);
    html! {
        div.what {
            h3 { (words::one_line(&plan.name)) " " @if let Some(tag) = &standing { (tag) } }
            p { (say.with(if plan.seats.is_some() { "credits-every-seat" } else { "credits-every" },
                [("credits", credits.into()), ("every", every.into())])) }
            @if let Some(trial) = plan.trial.filter(|_| !trialed && !change) {
                p.small { (say.with("deal-trial", [
                    ("length", sold::length(say, trial.length).into()),
                    ("credits", say.credits_of(program, plan.unit, trial.credits).into()),
                ])) }
            }
        }
        div.price {
            p.amount { (sold::price(say, plan.price)) }
            @if plan.price.is_some() {
                @let every = sold::every(say, plan.billing_period());
                p.small { @if plan.seats.is_some() { (say.with("each-seat", [("every", every.into())])) } @else { (every) } }
            }
        }
        div.do {
            @if standing.is_none() {
                @let key = if change { "change-to-this" } else { "deal-choose" };
                (go(visit, &plan_wish(plan, change), key, &plan.name, !change))
            }
        }
    }
}

/// A link to the page of a wish: many say the same, so each also says what it is for.
fn go(visit: &Visit, wish: &Wish, key: &str, name: &str, first: bool) -> Markup {
    let text = visit.say.t(key);
    let name = words::one_line(name);
    html! {
        a.button.second[!first] href=(wish.href(visit)) aria-label={ (text) ": " (name) } { (text) }
    }
}

fn package_row(visit: &Visit, package: &Package) -> Markup {
    let (say, program) = (&visit.say, visit.program());
    let Some(unit) = program.units.get(usize::from(package.unit)) else { return html! {} };
    let credits = say.credits(unit, package.credits);
    // Where the name says it already, it is not said twice.
    let said = is_same(&package.name, &credits);
    let per_credit = sold::per_credit(say, program, package);
    html! {
        div.what {
            h3 {
                (words::one_line(&package.name)) " "
                @if let Some(tag) = standing(visit, Sort::Package, &package.code) { (tag) }
            }
            @match &package.price {
                Pricing::Fixed(_) => @if !said { p { (credits) } },
                Pricing::Tiers(tiers) => p { (say.with("from-to", [
                    ("from", say.number(unit, package.credits).into()),
                    ("to", say.credits(unit, tiers.maximum).into()),
                ])) },
                Pricing::ByQuote => p { (say.with("at-least", [("credits", credits.into())])) },
            }
            @if package.bonus.is_positive() {
                p { (say.with("deal-bonus", [("credits", say.credits(unit, package.bonus).into())])) }
            }
            @if let Some(life) = package.life {
                p.small { (say.with("lives-for", [("length", sold::length(say, life).into())])) }
            }
            @if let Some(gate) = gate(visit, package) { p.small { (gate) } }
        }
        div.price {
            @match &package.price {
                Pricing::Fixed(price) => p.amount { (say.money(*price)) },
                Pricing::ByQuote => p.amount { (say.t("on-request")) },
                Pricing::Tiers(_) => {},
            }
            @if let Some(each) = per_credit {
                p.small {
                    (say.with(if matches!(package.price, Pricing::Tiers(_)) { "per-credit-from" } else { "per-credit" },
                        [("price", each.into())]))
                }
            }
            @if let Some(percent) = program.saving(package) {
                p { span.tag.good { (say.with("deal-saving", [("percent", i64::from(percent).into())])) } }
            }
        }
        div.do { (buttons(visit, package)) }
        @if let Pricing::Tiers(tiers) = &package.price { (tier_table(visit, package, tiers, unit)) }
    }
}

/// Whether two names are the same but for what stands between letters and digits: `2,000 credits`, `2.000 Credits`.
fn is_same(one: &str, other: &str) -> bool {
    let letters =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    letters(one) == letters(other)
}

/// What is needed to buy a package, where the account does not have it, or has enough.
fn gate(visit: &Visit, package: &Package) -> Option<String> {
    match Wish::package(package, false).outcome(visit) {
        Err(refusal @ Refusal::NotForSale(NotForSale::NeedsPlan(_) | NotForSale::Ceiling { .. })) => {
            Some(explain_refusal(visit, &refusal))
        }
        _ => None,
    }
}

fn buttons(visit: &Visit, package: &Package) -> Markup {
    let say = &visit.say;
    if let Pricing::ByQuote = package.price {
        return ask_for_quote(visit, package);
    }
    if gate(visit, package).is_some() {
        return html! {};
    }
    let once = Wish::package(package, false);
    let renews = package.renew_every.is_some();
    let one = visit.account.subscription();
    let is_it = standing(visit, Sort::Package, &package.code).is_some();
    let changes = one.is_some_and(|one| one.agreed.unit == package.unit) && !is_it;
    html! {
        @if let Pricing::Tiers(tiers) = &package.price { (choose_number(visit, package, tiers)) }
        @else { (go(visit, &once, if renews { "buy-once" } else { "deal-buy" }, &package.name, true)) }
        @if renews && one.is_none() {
            (go(visit, &Wish { renew: true, ..once }, "auto-renew", &package.name, false))
        } @else if renews && changes {
            (go(visit, &Wish { change: true, ..once }, "renew-this", &package.name, false))
        }
        @if let Some(period) = package.renew_every.filter(|_| one.is_none() && one_period(visit).is_none()) {
            p.small { (say.with("renews-every", [("every", sold::every(say, period).into())])) }
        }
    }
}

/// The field for how many credits, of a package whose customers choose it.
fn choose_number(visit: &Visit, package: &Package, tiers: &Tiers) -> Markup {
    let Some(unit) = visit.program().units.get(usize::from(package.unit)) else { return html! {} };
    let plain = |amount: Amount| typed::plain(amount.0, unit.scale.decimals());
    let id = format!("credits-{}", package.code);
    html! {
        form.fields method="get" action=(visit.path("buy/order")) {
            input type="hidden" name="package" value=(package.code);
            div.field {
                label for=(id) { (unit.name) }
                input id=(id) type="number" inputmode="decimal" name="credits" required
                    value=(plain(package.credits)) min=(plain(package.credits)) max=(plain(tiers.maximum)) step=(plain(tiers.step));
            }
            button type="submit" { (visit.say.t("deal-continue")) }
        }
    }
}

fn tier_table(visit: &Visit, package: &Package, tiers: &Tiers, unit: &Unit) -> Markup {
    let say = &visit.say;
    html! {
        table.figures.tiers {
            caption { (say.t(if tiers.graduated { "tiers-graduated" } else { "tiers-all" })) }
            thead { tr {
                th scope="col" { (say.t("tier-from")) }
                th.number scope="col" { (say.with("price-for", [("credits", say.credits(unit, tiers.per).into())])) }
                th.number scope="col" { (say.t("price-each")) }
            } }
            tbody {
                @for tier in &tiers.tiers {
                    tr {
                        th scope="row" { (say.credits(unit, tier.from)) }
                        td.number { (say.money(tier.price)) }
                        td.number { (sold::per_credit_of(visit, package.unit, tiers.per, tier.price).unwrap_or_default()) }
                    }
                }
            }
        }
    }
}

/// The way to a price that the operator makes.
fn ask_for_quote(visit: &Visit, package: &Package) -> Markup {
    let (say, program) = (&visit.say, visit.program());
    let name = words::one_line(&package.name);
    let subject =
        say.with("quote-subject", [("program", program.name.clone().into()), ("name", name.clone().into())]);
    let account = ids::Id::new(ids::Kind::Account, visit.account.id, visit.account.no).to_string();
    let body = say.with("support-body", [("account", account.into())]);
    let text = say.t("ask-for-quote");
    html! {
        @if let Some(email) = &program.brand.support_email {
            a.button.second href=(mailto(email, &subject, &body)) aria-label={ (text) ": " (name) } { (text) }
        } @else if let Some(url) = &program.brand.support_url {
            a.button.second href=(url) aria-label={ (text) ": " (name) } { (text) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn a_name_that_says_the_credits_is_known_in_each_language() {
        assert!(is_same("2,000 credits", "2.000 Credits") && !is_same("Starter", "100 credits"));
    }
}
