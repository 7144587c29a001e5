//! The calls, a family a file: what they take, what they do, how they are documented.

pub(crate) mod accounts;
pub(crate) mod adjustments;
pub(crate) mod alerts;
pub(crate) mod asked_money;
pub(crate) mod auto_top_up;
pub(crate) mod balance;
pub(crate) mod batches;
pub(crate) mod changes;
pub(crate) mod charges;
pub(crate) mod checkout;
pub(crate) mod client_streams;
pub(crate) mod client_tokens;
pub(crate) mod custom_quotes;
pub(crate) mod dev_messages;
pub(crate) mod entries;
pub(crate) mod events;
pub(crate) mod grant_list;
pub(crate) mod grants;
pub(crate) mod health;
pub(crate) mod holds;
pub(crate) mod once;
pub(crate) mod one_hold;
pub(crate) mod operation;
pub(crate) mod order_moves;
pub(crate) mod order_reads;
pub(crate) mod order_refund;
pub(crate) mod orders;
pub(crate) mod payment_terms;
pub(crate) mod portal_links;
pub(crate) mod program;
pub(crate) mod provider_events;
pub(crate) mod publications;
pub(crate) mod quotes;
pub(crate) mod receipts;
pub(crate) mod report_mail;
pub(crate) mod reports;
pub(crate) mod resolutions;
pub(crate) mod sessions;
pub(crate) mod spend;
pub(crate) mod subscription_moves;
pub(crate) mod subscriptions;
pub(crate) mod test_checkout;
pub(crate) mod test_clock;
pub(crate) mod webhook_deliveries;
pub(crate) mod webhook_endpoints;
pub(crate) mod webhook_moves;

pub(crate) use client_streams::ClientStreams;
pub(crate) use once::Remembered;
pub(crate) use test_clock::Advances;

use crate::access::Rule;

/// The rules of all calls that need a key.
pub(crate) const RULES: [&Rule; 63] = [
    &program::GET_PROGRAM,
    &publications::CREATE_PUBLICATION,
    &publications::LIST_PUBLICATIONS,
    &publications::GET_PUBLICATION,
    &publications::CANCEL_PUBLICATION,
    &accounts::CREATE_ACCOUNT,
    &accounts::GET_ACCOUNT,
    &changes::CHANGE_ACCOUNT,
    &changes::CLOSE_ACCOUNT,
    &changes::REOPEN_ACCOUNT,
    &adjustments::ADJUST_ACCOUNT,
    &alerts::GET_ALERTS,
    &alerts::SET_ALERTS,
    &alerts::SET_MONTHLY_REPORT,
    &balance::GET_BALANCE,
    &orders::CREATE_ORDER,
    &order_reads::GET_ORDER,
    &receipts::GET_RECEIPT,
    &portal_links::CREATE_PORTAL_LINK,
    &client_tokens::CREATE_CLIENT_TOKEN,
    &order_reads::LIST_ORDERS,
    &order_moves::CANCEL_ORDER,
    &order_moves::MARK_ORDER_PAID,
    &order_refund::REFUND_ORDER,
    &custom_quotes::CREATE_CUSTOM_QUOTE,
    &custom_quotes::LIST_CUSTOM_QUOTES,
    &custom_quotes::WITHDRAW_CUSTOM_QUOTE,
    &subscriptions::GET_SUBSCRIPTION,
    &subscriptions::CHANGE_SUBSCRIPTION,
    &subscription_moves::CANCEL_SUBSCRIPTION,
    &subscription_moves::RESUME_SUBSCRIPTION,
    &subscription_moves::PAUSE_SUBSCRIPTION,
    &auto_top_up::GET_AUTO_TOP_UP,
    &auto_top_up::SET_AUTO_TOP_UP,
    &grants::CREATE_GRANT,
    &grant_list::LIST_GRANTS,
    &grants::VOID_GRANT,
    &quotes::CREATE_QUOTE,
    &holds::CREATE_HOLD,
    &one_hold::GET_HOLD,
    &resolutions::CAPTURE_HOLD,
    &resolutions::RELEASE_HOLD,
    &charges::CREATE_CHARGE,
    &charges::GET_CHARGE,
    &charges::RETURN_CHARGE,
    &sessions::CREATE_SESSION,
    &batches::CREATE_BATCH,
    &entries::LIST_ENTRIES,
    &reports::GET_REPORT,
    &report_mail::EMAIL_REPORT,
    &events::LISTEN,
    &webhook_endpoints::CREATE_WEBHOOK_ENDPOINT,
    &webhook_endpoints::LIST_WEBHOOK_ENDPOINTS,
    &webhook_endpoints::GET_WEBHOOK_ENDPOINT,
    &webhook_endpoints::CHANGE_WEBHOOK_ENDPOINT,
    &webhook_endpoints::DELETE_WEBHOOK_ENDPOINT,
    &webhook_moves::ROTATE_WEBHOOK_SECRET,
    &webhook_moves::TEST_WEBHOOK_ENDPOINT,
    &webhook_deliveries::LIST_WEBHOOK_DELIVERIES,
    &webhook_deliveries::GET_WEBHOOK_DELIVERY,
    &webhook_deliveries::RESEND_WEBHOOK_DELIVERY,
    &test_clock::GET_TEST_CLOCK,
    &test_clock::ADVANCE_TEST_CLOCK,
];
