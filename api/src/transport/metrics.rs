//! `/metrics`: what this process measured and how much there is to do, in the text format of Prometheus, for whoever may
//! see hosts: by a bearer token, as scrapers send it.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use domain::causes::in_full;
use domain::event::Position;
use domain::permission::Permission;
use event_store::StoreError;
use metrics::gauge;

use super::Endpoint;
use super::negotiation::Media;
use super::operation::caller;
use super::refused::Refused;
use crate::access::admit;
use crate::schema::error::Fault;
use crate::state::Inner;

/// Version 0.0.4 of the format.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The figures of now.
pub(crate) async fn metrics(
    State(endpoint): State<Endpoint>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    let answer = async {
        let (caller, _) = caller(&endpoint, &headers, peer).await?;
        let inner = admit(&endpoint.state, &caller, Permission::HostRead)
            .map_err(|fault| Refused::of_fault(&fault))?;
        look(inner)
            .await
            .map_err(|error| Refused::of_fault(&Fault::internal(in_full(&error))))?;
        Ok(([(CONTENT_TYPE, TEXT)], (inner.metrics)()).into_response())
    };
    answer
        .await
        .unwrap_or_else(|refused: Refused| refused.respond(Media::Json))
}

/// Sets what is not counted as it happens.
async fn look(inner: &Inner) -> Result<(), StoreError> {
    let figures = inner.read.figures().await?;
    // Read after the tables: no projection is ahead of it.
    let head = *inner.store.head().borrow();
    gauge!("openwatch_log_position").set(number(head.0));
    for (projection, Position(at)) in figures.projections {
        let lag = head.0.saturating_sub(at);
        gauge!("openwatch_projection_lag_events", "projection" => projection).set(number(lag));
    }
    let open = [
        ("waiting", figures.scans_waiting),
        ("running", figures.scans_running),
    ];
    for (state, count) in open {
        gauge!("openwatch_scans_open", "state" => state).set(number(count));
    }
    gauge!("openwatch_hosts").set(number(figures.hosts));
    gauge!("openwatch_fleet_scans_open").set(number(figures.fleet_scans));
    gauge!("openwatch_fleet_scan_hosts_waiting").set(number(figures.fleet_hosts_waiting));
    Ok(())
}

/// Exact up to 2^53, which no log reaches.
#[expect(clippy::cast_precision_loss, reason = "see above")]
fn number(count: u64) -> f64 {
    count as f64
}
