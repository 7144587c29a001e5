//! The calls, a family a file: what they take, what they do, how they are documented.

pub(crate) mod accounts;
pub(crate) mod adjustments;
pub(crate) mod alerts;
pub(crate) mod balance;
pub(crate) mod batches;
pub(crate) mod changes;
pub(crate) mod charges;
pub(crate) mod entries;
pub(crate) mod events;
pub(crate) mod grant_list;
pub(crate) mod grants;
pub(crate) mod health;
pub(crate) mod holds;
pub(crate) mod one_hold;
pub(crate) mod operation;
pub(crate) mod program;
pub(crate) mod quotes;
pub(crate) mod resolutions;
pub(crate) mod sessions;
pub(crate) mod spend;
pub(crate) mod test_clock;

pub(crate) use test_clock::Advances;

use crate::access::Rule;

/// The rules of all calls that need a key.
pub(crate) const RULES: [&Rule; 27] = [
    &program::GET_PROGRAM,
    &accounts::CREATE_ACCOUNT,
    &accounts::GET_ACCOUNT,
    &changes::CHANGE_ACCOUNT,
    &changes::CLOSE_ACCOUNT,
    &changes::REOPEN_ACCOUNT,
    &adjustments::ADJUST_ACCOUNT,
    &alerts::GET_ALERTS,
    &alerts::SET_ALERTS,
    &balance::GET_BALANCE,
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
    &events::LISTEN,
    &test_clock::GET_TEST_CLOCK,
    &test_clock::ADVANCE_TEST_CLOCK,
];
