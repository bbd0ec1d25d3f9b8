//! How requests come in: HTTP and WebSocket on one endpoint, downloads, files of the web UI, health.

mod assets;
mod download;
mod headers;
mod http;
mod metrics;
mod negotiation;
mod operation;
mod origin;
mod refused;
mod websocket;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::middleware;
use axum::routing::get;

use crate::schema::{ApiSchema, schema};
use crate::state::ApiState;

/// The longest body of a request, in bytes.
const BODY: usize = 1024 * 1024;

/// What handlers need.
#[derive(Clone)]
pub(crate) struct Endpoint {
    pub(crate) state: ApiState,
    pub(crate) schema: ApiSchema,
}

/// All routes. Serve it with the address of the peer: `into_make_service_with_connect_info::<SocketAddr>()`.
pub fn router(state: ApiState) -> Router {
    let endpoint = Endpoint {
        schema: schema(state.clone()),
        state,
    };
    Router::new()
        .route(
            "/graphql",
            get(http::get).post(http::post).fallback(http::other),
        )
        .route("/exports/scans/{id}/{format}", get(download::scan))
        .route(
            "/exports/fleet-scans/{id}/{format}",
            get(download::fleet_scan),
        )
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics::metrics))
        .fallback(assets::file)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(middleware::from_fn(headers::protect))
        .with_state(endpoint)
}

/// Whether requests can be answered: the database answers.
async fn ready(State(endpoint): State<Endpoint>) -> (StatusCode, &'static str) {
    match endpoint.state.inner.store.db().now().await {
        Ok(_) => (StatusCode::OK, "ready"),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer",
        ),
    }
}
