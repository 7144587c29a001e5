//! How the server is: for those who watch over it. No key is needed.

use std::fmt::Write;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::{Code, Problem};
use crate::reply::{Answer, read};
use crate::state::ApiState;

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Ask whether the server runs
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "Server",
    responses((status = 200, description = "It runs.", body = Health))
)]
pub(crate) async fn get_health() -> Answer {
    Ok(read(&Health { status: "ok" }))
}

/// Ask whether the server answers requests
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "Server",
    responses((status = 200, description = "It does.", body = Health))
)]
pub(crate) async fn get_readiness(State(state): State<ApiState>) -> Answer {
    if state.engine.metrics().healthy {
        Ok(read(&Health { status: "ok" }))
    } else {
        Err(Problem::new(
            Code::Unavailable,
            "The engine has stopped, as it could not write. The server must be restarted.",
        ))
    }
}

/// Ask for figures
///
/// In the text format of Prometheus.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "Server",
    responses((status = 200, description = "The figures.", body = String, content_type = "text/plain"))
)]
pub(crate) async fn get_metrics(State(state): State<ApiState>) -> Response {
    let (engine, schedule) = (state.engine.clone(), state.dispatch.schedule().clone());
    // What can't be read now is no figure.
    let failed = tokio::task::spawn_blocking(move || {
        let programs = engine.programs();
        let failed = programs.iter().map(|published| schedule.failed(&published.program.id));
        failed.map(|failed| failed.map_or(0, |failed| failed.len() as u64)).sum()
    });
    let figures = figures(&state.engine.metrics(), failed.await.unwrap_or(0));
    let mut response = Response::new(Body::from(figures));
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

fn figures(metrics: &engine::Metrics, failed: u64) -> String {
    let rows = [
        ("operations_total", "counter", "Steps that were asked of accounts.", metrics.operations),
        ("entries_total", "counter", "Entries that were written.", metrics.entries),
        ("commits_total", "counter", "Durable appends.", metrics.commits),
        ("replays_total", "counter", "Steps that were answered with an earlier answer.", metrics.replays),
        ("refusals_total", "counter", "Operations that were refused.", metrics.refusals),
        ("cached_accounts", "gauge", "Accounts in memory.", metrics.cached_accounts),
        ("queued_operations", "gauge", "Steps that wait.", metrics.queued),
        ("projector_lag_entries", "gauge", "Entries that lists do not show yet.", metrics.projector_lag),
        ("append_microseconds_total", "counter", "Time in durable appends.", metrics.append_us),
        ("longest_append_microseconds", "gauge", "The longest durable append.", metrics.longest_append_us),
        ("disk_bytes", "gauge", "Bytes on disk.", metrics.bytes_on_disk),
        (
            "failed_publications",
            "gauge",
            "Scheduled versions of programs that could not be published.",
            failed,
        ),
        ("healthy", "gauge", "1 where requests can be answered.", u64::from(metrics.healthy)),
    ];
    let mut text = String::new();
    for (name, kind, help, value) in rows {
        // Writing to a string does not fail.
        let written =
            write!(text, "# HELP scrip_{name} {help}\n# TYPE scrip_{name} {kind}\nscrip_{name} {value}\n");
        debug_assert!(written.is_ok());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::figures;

    #[test]
    fn figures_are_in_the_format_of_prometheus() {
        let text = figures(&engine::Metrics { operations: 7, healthy: true, ..Default::default() }, 1);
        assert!(text.starts_with(
            "# HELP scrip_operations_total Steps that were asked of accounts.\n\
             # TYPE scrip_operations_total counter\nscrip_operations_total 7\n"
        ));
        assert!(text.contains("scrip_failed_publications 1\n"));
        assert!(text.ends_with("scrip_healthy 1\n"));
    }
}
