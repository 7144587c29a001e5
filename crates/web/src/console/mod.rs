//! The operator console: what those who run a server see and do. Whatever they do is noted.

// Where a step can't go on its answer is the page that says so; it is made once a request.
#![expect(clippy::result_large_err, reason = "an answer is passed on as it is")]

mod account;
mod account_forms;
mod accounts;
mod audit;
mod deliveries;
mod desk;
mod federation;
mod federation_pages;
mod health;
mod home;
mod instant;
mod keys;
mod layout;
mod mail;
mod orders;
mod people;
mod program;
mod quotes;
mod scheduled;
mod sign_in;
mod sold;
mod sure;
mod versions;

use axum::Router;
use axum::routing::{get, post};

use crate::state::Web;

pub(crate) use desk::{Desk, Signed};
pub(crate) use federation::{Federation, RETURN as OIDC_RETURN};
pub(crate) use health::LastCheck;
pub(crate) use layout::{Page, frame, no_page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/console", get(home::page))
        .route("/console/sign_in", get(sign_in::page).post(sign_in::password))
        .route("/console/oidc/start", get(federation::start))
        .route(OIDC_RETURN, get(federation::come_back))
        .route("/console/code", get(sign_in::code_page).post(sign_in::code))
        .route("/console/enrol", get(sign_in::enrol_page).post(sign_in::enrol))
        .route("/console/sign_out", post(sign_in::sign_out))
        .route("/console/audit", get(audit::page))
        .route("/console/health", get(health::page).post(health::check))
        .route("/console/{program}", get(accounts::page))
        .route("/console/{program}/accounts/{account}", get(account::page))
        .route("/console/{program}/accounts/{account}/{what}", post(account_forms::act))
        .route("/console/{program}/program", get(program::page).post(program::submit))
        .route("/console/{program}/publications/{id}/cancel", post(scheduled::cancel))
        .route("/console/{program}/deliveries", get(deliveries::page))
        .route("/console/{program}/deliveries/{number}", post(deliveries::resend))
        .route("/console/{program}/versions", get(versions::page))
        .route("/console/{program}/versions/{number}", get(versions::one))
        .merge(keys::routes())
        .merge(people::routes())
        .merge(orders::routes())
        .merge(quotes::routes())
        .merge(mail::routes())
}
