//! The sums of an account's past, as pages ask for them.

use std::ops::RangeInclusive;

use engine::{Engine, Published};
use ledger::NameId;
use maud::{Markup, html};
use money::Amount;
use reports::{Asked, Day, Month, Past};

use super::Visit;
use crate::say::Say;

/// So many entries are counted while somebody waits; the others in the background.
const AT_ONCE: usize = 20_000;

impl Visit {
    /// The name of the account's time zone.
    pub(super) fn zone_name(&self) -> String {
        let own = self.account.profile.as_deref().and_then(|profile| profile.time_zone.as_deref());
        own.unwrap_or("UTC").to_owned()
    }

    /// The day that it is, to the account.
    pub(super) fn today(&self) -> Day {
        Day::at(self.now, &self.say.zone).unwrap_or_default()
    }

    /// What was spent on some days; `None` where it can't be told now. What is not counted yet is counted in the
    /// background.
    pub(super) async fn past(&self, days: RangeInclusive<Day>, balances: bool) -> Option<Past> {
        let asked =
            Asked { account: self.pass.account, zone: self.zone_name(), days, balances, most: AT_ONCE };
        let reports = self.web.reports.clone();
        let past = self.block(move |_| reports.look(&asked)).await.ok()?;
        if !past.complete {
            let (reports, account, zone) = (self.web.reports.clone(), self.pass.account, self.zone_name());
            tokio::task::spawn_blocking(move || {
                if let Err(failure) = reports.go_on(account, &zone) {
                    tracing::warn!(?failure, account = account.0, "the older entries can't be counted now");
                }
            });
        }
        Some(past)
    }
}

/// That figures are missing still. The page looks again by itself.
pub(super) fn counting(say: &Say) -> Markup {
    html! { p.notice.plain role="status" data-again="1000" { (say.t("still-counting")) } }
}

/// What people call an action: as the program does, or by its code where it is no longer in it.
pub(super) fn action_name(engine: &Engine, published: &Published, say: &Say, action: NameId) -> String {
    if !action.is_some() {
        return say.t("no-action");
    }
    let place = published.actions.iter().position(|name| *name == action);
    match place.and_then(|place| published.program.actions.get(place)) {
        Some(action) => words::one_line(&action.name),
        None => words::one_line(&engine.text(action)),
    }
}

/// A month, as people say it: `March 2027`.
pub(super) fn month_name(say: &Say, month: Month) -> String {
    words::month(say.language, month.year(), month.number()).unwrap_or_else(|| month.to_string())
}

/// A day, as people say it.
pub(super) fn day_name(say: &Say, day: Day) -> String {
    day.start(&say.zone).map_or_else(|| day.to_string(), |start| say.day(start))
}

/// A part of a whole, in whole percent: `12 %`. Nothing of nothing.
pub(super) fn share(say: &Say, part: Amount, whole: Amount) -> String {
    if !part.is_positive() || !whole.is_positive() {
        return String::new();
    }
    let percent = (i128::from(part.0) * 200 + i128::from(whole.0)) / (i128::from(whole.0) * 2);
    let said = if percent == 0 { "<1".to_owned() } else { percent.to_string() };
    say.with("percent", [("number", said.into())])
}
