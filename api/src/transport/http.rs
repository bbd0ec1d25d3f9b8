//! GraphQL over HTTP (specification of the GraphQL foundation, working draft): one operation a request,
//! queries by GET, everything by POST with JSON.

use std::net::SocketAddr;
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response as GraphQlResponse};
use axum::body::Bytes;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{ConnectInfo, RawQuery, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value};
use tokio::time::timeout;

use super::negotiation::{Media, is_json};
use super::operation::{body, caller, from_fields, is_request_error, kind_of, prepare};
use super::refused::Refused;
use super::{Endpoint, origin, websocket};
use crate::auth::cookie;
use crate::schema::cost::add_codes;

/// Queries may take this long.
const QUERY_TIME: Duration = Duration::from_secs(10);
/// Mutations may take this long: one of them tries a connection to a host.
const MUTATION_TIME: Duration = Duration::from_secs(75);
/// Pages send this with requests that carry the cookie: other sites cannot, unless they are let.
const CSRF_HEADER: &str = "x-openwatch-csrf";

/// A query by GET, or the upgrade to a WebSocket.
pub(crate) async fn get(
    State(endpoint): State<Endpoint>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    if let Ok(upgrade) = upgrade {
        return websocket::accept(endpoint, upgrade, &headers, peer);
    }
    let Some(media) = Media::accepted(&headers) else {
        return not_acceptable();
    };
    let request = match from_query(query.as_deref().unwrap_or_default()) {
        Ok(request) => request,
        Err(refused) => return refused.respond(media),
    };
    match kind_of(&request) {
        Some(OperationType::Query) | None => {}
        Some(_) => {
            let message = "only queries may be sent by GET; send this by POST";
            let status = StatusCode::METHOD_NOT_ALLOWED;
            return Refused::new(status, "BAD_USER_INPUT", message).respond(media);
        }
    }
    run(&endpoint, request, &headers, peer, media).await
}

/// Any operation by POST.
pub(crate) async fn post(
    State(endpoint): State<Endpoint>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Response {
    let Some(media) = Media::accepted(&headers) else {
        return not_acceptable();
    };
    match read_post(&endpoint, &headers, body) {
        Ok(request) => run(&endpoint, request, &headers, peer, media).await,
        Err(refused) => refused.respond(media),
    }
}

/// Any other method.
pub(crate) async fn other(headers: HeaderMap) -> Response {
    let media = Media::accepted(&headers).unwrap_or(Media::Json);
    let status = StatusCode::METHOD_NOT_ALLOWED;
    Refused::new(status, "BAD_USER_INPUT", "use GET or POST").respond(media)
}

fn not_acceptable() -> Response {
    let message = "this endpoint answers application/graphql-response+json or application/json";
    Refused::new(StatusCode::NOT_ACCEPTABLE, "BAD_USER_INPUT", message).respond(Media::Json)
}

fn read_post(
    endpoint: &Endpoint,
    headers: &HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Request, Refused> {
    if !is_json(headers) {
        let message = "send JSON, with Content-Type: application/json";
        return Err(Refused::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "BAD_USER_INPUT",
            message,
        ));
    }
    if !origin::allowed(&endpoint.state.inner, headers) {
        let message = "this request comes from a page of another site";
        return Err(Refused::new(StatusCode::FORBIDDEN, "FORBIDDEN", message));
    }
    let cookie = cookie::find(headers, endpoint.state.inner.secure).is_some();
    if cookie && !headers.contains_key(AUTHORIZATION) && !headers.contains_key(CSRF_HEADER) {
        let message = format!("requests with the session cookie need the header {CSRF_HEADER}: 1");
        return Err(Refused::new(StatusCode::FORBIDDEN, "FORBIDDEN", message));
    }
    let body = body.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refused::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "RESOURCE_EXHAUSTED",
            "the request is longer than 1 MiB",
        ),
        status => Refused::new(status, "BAD_USER_INPUT", "the body could not be read"),
    })?;
    let value: Value = serde_json::from_slice(&body)
        .map_err(|error| Refused::bad(format!("the body is not JSON: {error}")))?;
    match value {
        Value::Object(fields) => from_fields(fields),
        Value::Array(_) => Err(Refused::bad("send one operation a request, not a list")),
        _ => Err(Refused::bad("the body must be a JSON object with a query")),
    }
}

fn from_query(query: &str) -> Result<Request, Refused> {
    let mut fields = Map::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let value = match name.as_ref() {
            "query" | "operationName" => Value::String(value.into_owned()),
            "variables" | "extensions" => serde_json::from_str(&value)
                .map_err(|_| Refused::bad(format!("{name} is not JSON")))?,
            "access_token" => return Err(Refused::bad("send tokens in the Authorization header")),
            _ => continue,
        };
        fields.insert(name.into_owned(), value);
    }
    from_fields(fields)
}

async fn run(
    endpoint: &Endpoint,
    request: Request,
    headers: &HeaderMap,
    peer: SocketAddr,
    media: Media,
) -> Response {
    let (caller, proof) = match caller(endpoint, headers, peer).await {
        Ok(found) => found,
        Err(refused) => return refused.respond(media),
    };
    let time = match kind_of(&request) {
        Some(OperationType::Mutation) => MUTATION_TIME,
        Some(OperationType::Subscription) => {
            return Refused::bad("subscriptions need a WebSocket (graphql-transport-ws)")
                .respond(media);
        }
        _ => QUERY_TIME,
    };
    let request = prepare(endpoint, request, caller, proof);
    let work = async {
        // Closed never: the semaphore lives as long as the endpoint.
        let _slot = endpoint.state.inner.in_flight.acquire().await.ok();
        endpoint.schema.execute(request).await
    };
    let Ok(mut response) = timeout(time, work).await else {
        let message = format!("it took longer than {} s; ask for less", time.as_secs());
        let status = StatusCode::SERVICE_UNAVAILABLE;
        return Refused::new(status, "RESOURCE_EXHAUSTED", message).respond(media);
    };
    add_codes(&mut response);
    respond(&response, media)
}

fn respond(response: &GraphQlResponse, media: Media) -> Response {
    let refused = is_request_error(response);
    let status = match (refused, media) {
        (true, Media::GraphQl) => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    let mut answer = (
        status,
        [(CONTENT_TYPE, media.content_type())],
        body(response, refused),
    )
        .into_response();
    for (name, value) in &response.http_headers {
        answer.headers_mut().append(name.clone(), value.clone());
    }
    answer
}
