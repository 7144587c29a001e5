//! The auto top-up: what is bought by itself when the balance falls below a level.

use account::{Command, SetTopUp};
use axum::http::StatusCode;
use axum::response::Response;
use catalog::{Ask, Package};
use ledger::{Pause, TopUp};
use maud::{Markup, html};
use moment::Period;
use money::{Amount, Money, Unit};

use super::current::stored;
use super::place::status;
use crate::answer::see;
use crate::portal::layout::token_once;
use crate::portal::refused::explain;
use crate::portal::{Form, Visit, sold, typed};

/// The packages that can be bought by themselves: those with a price for a fixed number.
fn packages(visit: &Visit) -> impl Iterator<Item = &Package> {
    let fits = |package: &&Package| package.sale(Ask::Packages(package.quantity.min)).is_ok();
    visit.program().packages.iter().filter(fits)
}

fn set_so_far(visit: &Visit) -> Option<&TopUp> {
    visit.account.sales.as_deref()?.top_up.as_deref()
}

fn unit_of<'a>(visit: &'a Visit, package: &Package) -> Option<&'a Unit> {
    visit.program().units.get(usize::from(package.unit))
}

/// The form, with what was typed before where it could not be set.
pub(super) fn section(visit: &Visit, typed: Option<&Form>) -> Markup {
    let say = &visit.say;
    let now = set_so_far(visit);
    let Some(package) = packages(visit).next() else { return html! {} };
    let chosen = now.and_then(|now| visit.program().package(&now.package)).unwrap_or(package);
    let (Some(unit), Some(currency)) = (unit_of(visit, chosen), sold::currency(chosen)) else {
        return html! {};
    };
    let decimals = unit.scale.decimals();
    let value = |name: &str, now: Option<String>| match typed {
        Some(form) => form.get(name).unwrap_or_default().to_owned(),
        None => now.unwrap_or_default(),
    };
    let usual = visit.program().alerts.get(usize::from(chosen.unit)).and_then(|rule| rule.thresholds.first());
    let plain = |amount: Amount| typed::plain(amount.0, decimals);
    let below = value("below", now.map(|now| now.below).or(usual.copied()).map(plain));
    let to =
        value("to", now.map(|now| now.to).filter(|to| now.is_some_and(|now| *to != now.below)).map(plain));
    let cap = now.and_then(|now| now.monthly_cap).or(visit.program().top_up.monthly_cap);
    let cap = value("cap", cap.map(|cap| typed::plain(cap.amount, currency.decimals())));
    let code = typed.and_then(|form| form.get("package")).unwrap_or(&chosen.code);
    let on = match typed {
        Some(form) => form.get("enabled").is_some(),
        None => now.is_some_and(|now| now.enabled),
    };
    html! {
        section #top-up {
            h2 { (say.t("top-up")) }
            p.lead { (say.t("top-up-how")) }
            (state(visit, now))
            form.stack method="post" action=(visit.path("buy/top-up")) {
                (token_once(visit))
                p { label.inline { input type="checkbox" name="enabled" value="yes" checked[on]; (say.t("top-up-on")) } }
                div.fields {
                    div.field {
                        label for="top-up-package" { (say.t("top-up-package")) }
                        select #top-up-package name="package" {
                            @for one in packages(visit) {
                                option value=(one.code) selected[one.code == code] {
                                    (words::one_line(&one.name)) " – " (price(visit, one))
                                }
                            }
                        }
                    }
                    (number("top-up-below", "below", &say.t("top-up-below"), &below, decimals, true))
                    (number("top-up-to", "to", &say.t("top-up-to"), &to, decimals, false))
                    (number("top-up-cap", "cap",
                        &say.with("top-up-cap", [("currency", currency.code().to_owned().into())]), &cap, currency.decimals(), false))
                }
                p.small { (say.t("top-up-hints")) }
                div.actions { button.second type="submit" { (say.t("save")) } }
            }
        }
    }
}

fn number(id: &str, name: &str, label: &str, value: &str, decimals: u8, required: bool) -> Markup {
    html! {
        div.field {
            label for=(id) { (label) }
            input id=(id) type="number" inputmode="decimal" name=(name) value=(value) step=(typed::step(decimals)) required[required];
        }
    }
}

fn price(visit: &Visit, package: &Package) -> String {
    let sale = package.sale(Ask::Packages(package.quantity.min)).ok();
    sold::price(&visit.say, sale.map(|sale| sale.price))
}

/// Whether it is on, what it is paid with, what it has spent, and why it rests and how it is woken.
fn state(visit: &Visit, now: Option<&TopUp>) -> Markup {
    let say = &visit.say;
    let method = stored(visit);
    let Some(now) = now.filter(|now| now.enabled) else {
        return html! {
            p.small {
                @match method {
                    Some(method) => (say.with("top-up-method", [("method", method.into())])),
                    None => (say.t("top-up-no-method")),
                }
            }
        };
    };
    let rests = now.paused.map(|why| match why {
        Pause::Declined => say.t("top-up-declined"),
        Pause::Capped { until } => say.with("top-up-capped", [("date", say.day(until).into())]),
        Pause::NoMethod => say.t("top-up-needs-method"),
    });
    let this_month = visit.now < Period::Months(1).after(now.month, 1, &say.zone);
    let spent = if this_month { now.spent } else { 0 };
    let sold_in = visit.program().package(&now.package).and_then(sold::currency);
    html! {
        @match rests {
            Some(why) => { div.notice.bad role="status" { p { (why) } } }
            None => { p { span.tag.good { (say.t("top-up-is-on")) } } }
        }
        p.small {
            @if let Some(method) = method { (say.with("top-up-method", [("method", method.into())])) " " }
            @if let Some(currency) = sold_in {
                (say.with("top-up-spent", [("price", say.money(Money { amount: spent, currency }).into())]))
            }
        }
        @if let Some(order) = now.order {
            p { a href=(crate::portal::orders::href(visit, order)) { (say.t("top-up-under-way")) } }
        }
    }
}

/// Sets it as the form says, which wakes one that rests.
pub(super) async fn set(visit: Visit, form: Form) -> Response {
    let wanted = match read(&visit, &form) {
        Ok(wanted) => wanted,
        Err(key) => {
            let told = (StatusCode::UNPROCESSABLE_ENTITY, visit.say.t(key));
            return super::page_with(&visit, Some(told), Some(&form));
        }
    };
    let done = if wanted.enabled { "top-up-on" } else { "top-up-off" };
    match visit.write(Command::SetTopUp(Box::new(wanted)), form.once()).await {
        Ok(_) => see(&format!("{}?done={done}", visit.path("buy"))),
        Err(failure) => {
            let told = (status(&failure), explain(&visit, &failure));
            super::page_with(&visit, Some(told), Some(&form))
        }
    }
}

/// What the form says, or the key of what is wrong with it.
fn read(visit: &Visit, form: &Form) -> Result<SetTopUp, &'static str> {
    let code = form.get("package").ok_or("refused-no-sale")?;
    let package = visit.program().package(code).ok_or("refused-no-sale")?;
    let unit = unit_of(visit, package).ok_or("refused-no-sale")?;
    let credits = |name: &str| form.get(name).map(|text| typed::credits(unit, text).ok_or("typed-credits"));
    let below = credits("below").ok_or("typed-credits")??;
    let to = credits("to").transpose()?;
    if to.is_some_and(|to| to < below) {
        return Err("typed-target");
    }
    let currency = sold::currency(package).ok_or("refused-no-sale")?;
    let cap = form.get("cap").map(|text| typed::money(currency, text).ok_or("typed-money")).transpose()?;
    let enabled = form.get("enabled").is_some();
    Ok(SetTopUp { enabled, package: code.into(), below, to, monthly_cap: cap })
}
