//! The rules of selling.

use crate::Program;
use crate::diff::Changes;
use crate::diff::parts::{period, periods};
use crate::sentence::money_in_words;

pub(super) fn rules(old: &Program, new: &Program, changes: &mut Changes) {
    let (was, is) = (&old.renewal, &new.renewal);
    let retries = (periods(&was.retry_after), periods(&is.retry_after));
    changes.compare("renewal.retry_after", retries.0, retries.1, "no retry");
    let notice = (period(was.notice_before), period(is.notice_before));
    changes.compare("renewal.notice_before", notice.0, notice.1, "no notice");
    for (key, was, is) in
        [("changes.up", old.changes.up, new.changes.up), ("changes.down", old.changes.down, new.changes.down)]
    {
        changes.compare(key, Some(was.code().to_owned()), Some(is.code().to_owned()), "");
    }
    let declines = (old.top_up.declines.to_string(), new.top_up.declines.to_string());
    changes.compare("top_up.declines", Some(declines.0), Some(declines.1), "");
    let cap = |program: &Program| program.top_up.monthly_cap.map(money_in_words);
    changes.compare("top_up.monthly_cap", cap(old), cap(new), "no cap");
    let (was, is) = (&old.orders, &new.orders);
    for (key, was, is) in [
        ("orders.unpaid_for", Some(was.unpaid_for), Some(is.unpaid_for)),
        ("orders.quote_for", Some(was.quote_for), Some(is.quote_for)),
        ("orders.expiry_notice", was.expiry_notice, is.expiry_notice),
    ] {
        changes.compare(key, period(was), period(is), "no notice");
    }
}
