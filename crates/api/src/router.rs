//! All paths, and what is around them.

use std::future::ready;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, Uri, header};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::browsers::Browsers;
use crate::calls::{
    accounts, adjustments, alerts, auto_top_up, balance, batches, changes, charges, client_tokens,
    custom_quotes, dev_messages, entries, events, grant_list, grants, health, holds, one_hold, order_moves,
    order_reads, order_refund, orders, portal_links, program, provider_events, publications, quotes,
    receipts, report_mail, reports, resolutions, sessions, subscription_moves, subscriptions, test_checkout,
    test_clock, webhook_deliveries, webhook_endpoints, webhook_moves,
};
use crate::layer::wrap;
use crate::openapi;
use crate::problem::{Code, Problem};
use crate::reference;
use crate::reply::{Answer, read};
use crate::state::ApiState;

/// The calls of the API, with what is documented of them.
pub(crate) fn calls() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(openapi::frame())
        .routes(routes!(program::get_program))
        .routes(routes!(publications::create_publication, publications::list_publications))
        .routes(routes!(publications::get_publication))
        .routes(routes!(publications::cancel_publication))
        .routes(routes!(accounts::create_account))
        .routes(routes!(accounts::get_account, changes::change_account))
        .routes(routes!(changes::close_account))
        .routes(routes!(changes::reopen_account))
        .routes(routes!(balance::get_balance))
        .routes(routes!(grants::create_grant, grant_list::list_grants))
        .routes(routes!(grants::void_grant))
        .routes(routes!(adjustments::adjust_account))
        .routes(routes!(alerts::get_alerts, alerts::set_alerts))
        .routes(routes!(alerts::set_monthly_report))
        .routes(routes!(orders::create_order))
        .routes(routes!(order_reads::get_order))
        .routes(routes!(order_reads::list_orders))
        .routes(routes!(receipts::get_receipt))
        .routes(routes!(order_moves::cancel_order))
        .routes(routes!(order_moves::mark_order_paid))
        .routes(routes!(order_refund::refund_order))
        .routes(routes!(custom_quotes::create_custom_quote, custom_quotes::list_custom_quotes))
        .routes(routes!(custom_quotes::withdraw_custom_quote))
        .routes(routes!(
            subscriptions::get_subscription,
            subscriptions::change_subscription,
            subscription_moves::cancel_subscription
        ))
        .routes(routes!(subscription_moves::resume_subscription))
        .routes(routes!(subscription_moves::pause_subscription))
        .routes(routes!(auto_top_up::get_auto_top_up, auto_top_up::set_auto_top_up))
        .routes(routes!(portal_links::create_portal_link))
        .routes(routes!(client_tokens::create_client_token))
        .routes(routes!(provider_events::take_provider_event))
        .routes(routes!(quotes::create_quote))
        .routes(routes!(holds::create_hold))
        .routes(routes!(one_hold::get_hold))
        .routes(routes!(resolutions::capture_hold))
        .routes(routes!(resolutions::release_hold))
        .routes(routes!(charges::create_charge))
        .routes(routes!(charges::get_charge))
        .routes(routes!(charges::return_charge))
        .routes(routes!(sessions::create_session))
        .routes(routes!(batches::create_batch))
        .routes(routes!(entries::list_entries))
        .routes(routes!(reports::get_report))
        .routes(routes!(report_mail::email_report))
        .routes(routes!(events::listen))
        .routes(routes!(
            webhook_endpoints::create_webhook_endpoint,
            webhook_endpoints::list_webhook_endpoints
        ))
        .routes(routes!(
            webhook_endpoints::get_webhook_endpoint,
            webhook_endpoints::change_webhook_endpoint,
            webhook_endpoints::delete_webhook_endpoint
        ))
        .routes(routes!(webhook_moves::rotate_webhook_secret))
        .routes(routes!(webhook_moves::test_webhook_endpoint))
        .routes(routes!(webhook_deliveries::list_webhook_deliveries))
        .routes(routes!(webhook_deliveries::get_webhook_delivery))
        .routes(routes!(webhook_deliveries::resend_webhook_delivery))
        .routes(routes!(test_clock::get_test_clock))
        .routes(routes!(test_clock::advance_test_clock))
        .routes(routes!(health::get_health))
        .routes(routes!(health::get_readiness))
        .routes(routes!(health::get_metrics))
}

/// The whole API, as a service.
pub fn router(state: ApiState) -> Router {
    let (router, document) = calls().split_for_parts();
    let document = openapi::document(&document);
    let page = reference::page(&document);
    let browsers = Browsers::of(&document);
    let document = document.to_string();
    let router = router
        .merge(test_checkout::routes())
        .merge(dev_messages::routes())
        .route("/openapi.json", get(move || ready(constant("application/json", document.clone()))))
        .route("/docs", get(move || ready(constant("text/html; charset=utf-8", page.clone()))));
    around(router, state, browsers)
}

/// A server of nothing but an empty answer, with all that is around the API's handlers: what a measurement of the
/// API is compared with.
pub fn empty_router(state: ApiState) -> Router {
    async fn empty() -> Answer {
        #[derive(serde::Serialize)]
        struct Empty {}
        Ok(read(&Empty {}))
    }
    let router = Router::new().route("/v1/empty", get(empty).post(empty));
    around(router, state, Browsers::default())
}

fn around(router: Router<ApiState>, state: ApiState, browsers: Browsers) -> Router {
    let layer = from_fn_with_state((state.clone(), Arc::new(browsers)), wrap);
    router.fallback(no_such_path).layer(layer).with_state(state)
}

async fn no_such_path(uri: Uri) -> Problem {
    Problem::new(
        Code::NotFound,
        format!("There is no path {:?} here. The paths that there are: /docs.", uri.path()),
    )
}

fn constant(kind: &'static str, body: String) -> Response {
    let mut response = Response::new(axum::body::Body::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if kind.starts_with("text/html") {
        // The page needs nothing but its own style.
        let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
    response
}
