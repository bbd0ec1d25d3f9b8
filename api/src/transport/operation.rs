//! What both transports have in common: an operation from its fields, its caller, its answer as JSON.

use std::net::SocketAddr;

use async_graphql::parser::types::{DocumentOperations, OperationType};
use async_graphql::{Request, Response as GraphQlResponse, Variables};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use super::Endpoint;
use super::refused::Refused;
use crate::access;
use crate::auth::caller::{Caller, Identity, Proof, identify};
use crate::auth::cookie;

/// The longest text of a document, in bytes.
const DOCUMENT: usize = 16 * 1024;

/// A request from the fields of the specification, each of the right type.
pub(super) fn from_fields(mut fields: Map<String, Value>) -> Result<Request, Refused> {
    let query = match fields.remove("query") {
        Some(Value::String(query)) => query,
        None => return Err(Refused::bad("the field query is missing")),
        Some(_) => return Err(Refused::bad("the field query must be text")),
    };
    if query.len() > DOCUMENT {
        let message = format!("a document may have {DOCUMENT} bytes");
        return Err(Refused::new(
            StatusCode::BAD_REQUEST,
            "QUERY_TOO_EXPENSIVE",
            message,
        ));
    }
    let mut request = Request::new(query);
    match fields.remove("operationName") {
        None | Some(Value::Null) => {}
        Some(Value::String(name)) if name.is_empty() => {}
        Some(Value::String(name)) => request = request.operation_name(name),
        Some(_) => return Err(Refused::bad("the field operationName must be text")),
    }
    match fields.remove("variables") {
        None | Some(Value::Null) => {}
        Some(variables @ Value::Object(_)) => {
            request = request.variables(Variables::from_json(variables));
        }
        Some(_) => return Err(Refused::bad("the field variables must be an object")),
    }
    match fields.remove("extensions") {
        None | Some(Value::Null | Value::Object(_)) => Ok(request),
        Some(_) => Err(Refused::bad("the field extensions must be an object")),
    }
}

/// What kind of operation it is; nothing when the document does not hold, which the schema will say.
pub(super) fn kind_of(request: &Request) -> Option<OperationType> {
    let document = async_graphql::parser::parse_query(&request.query).ok()?;
    match &document.operations {
        DocumentOperations::Single(operation) => Some(operation.node.ty),
        DocumentOperations::Multiple(operations) => {
            let name = request.operation_name.as_deref()?;
            operations
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, one)| one.node.ty)
        }
    }
}

/// Who calls, by a bearer token or by the session cookie.
pub(super) async fn caller(
    endpoint: &Endpoint,
    headers: &HeaderMap,
    peer: SocketAddr,
) -> Result<(Caller, Proof), Refused> {
    let inner = &endpoint.state.inner;
    let address = peer.ip().to_string();
    let proof = match headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
    {
        Some(value) => match value.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
                Proof::Bearer(token.trim().to_owned())
            }
            _ => {
                let message = "the Authorization header must be: Bearer TOKEN";
                return Err(Refused::new(
                    StatusCode::UNAUTHORIZED,
                    "UNAUTHENTICATED",
                    message,
                ));
            }
        },
        None => cookie::find(headers, inner.secure)
            .map_or(Proof::None, |secret| Proof::Session(secret.to_owned())),
    };
    match identify(&inner.store, &proof, &address).await {
        Ok(Some(caller)) => Ok((caller, proof)),
        // The cookie of a session that has ended: who has it may log in again.
        Ok(None) if matches!(proof, Proof::Session(_)) => {
            Ok((Caller::anonymous(address), Proof::None))
        }
        Ok(None) => {
            let message = "the token does not count: it was revoked, has run out, or never existed";
            Err(Refused::new(
                StatusCode::UNAUTHORIZED,
                "UNAUTHENTICATED",
                message,
            ))
        }
        Err(error) => {
            tracing::error!(%error, "callers cannot be identified");
            let message = "the database does not answer";
            Err(Refused::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "INTERNAL",
                message,
            ))
        }
    }
}

/// A request in the name of a caller. Who has not logged in does not get to see the schema.
pub(super) fn prepare(
    endpoint: &Endpoint,
    request: Request,
    caller: Caller,
    proof: Proof,
) -> Request {
    let anonymous = caller.identity == Identity::Anonymous;
    let request = request.data(access::request_data(&endpoint.state, caller, proof));
    if anonymous {
        request.disable_introspection()
    } else {
        request
    }
}

/// Nothing was carried out: the document or the variables do not hold.
pub(super) fn is_request_error(response: &GraphQlResponse) -> bool {
    !response.errors.is_empty()
        && response.data == async_graphql::Value::Null
        && response.errors.iter().all(|error| error.path.is_empty())
}

/// The answer as JSON; without `data` when nothing was carried out.
pub(super) fn body(response: &GraphQlResponse, refused: bool) -> String {
    let mut value = serde_json::to_value(response).unwrap_or_default();
    if refused && let Some(fields) = value.as_object_mut() {
        fields.remove("data");
    }
    value.to_string()
}
