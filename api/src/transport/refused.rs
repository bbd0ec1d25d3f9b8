//! A request that is refused before anything is carried out. Knows no schema.

use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::negotiation::Media;
use crate::schema::error::{Fault, FaultCode};

/// A request that is refused before anything is carried out.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Refused {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", message)
    }

    /// What the door of the API says to a route beside GraphQL.
    pub(super) fn of_fault(fault: &Fault) -> Self {
        let status = match fault.code() {
            FaultCode::Unauthenticated => StatusCode::UNAUTHORIZED,
            FaultCode::Forbidden => StatusCode::FORBIDDEN,
            FaultCode::NotFound => StatusCode::NOT_FOUND,
            FaultCode::BadUserInput | FaultCode::BadCursor => StatusCode::BAD_REQUEST,
            FaultCode::PositionExpired | FaultCode::Behind => StatusCode::SERVICE_UNAVAILABLE,
            FaultCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, fault.code().as_str(), fault.message())
    }

    /// The answer.
    pub(super) fn respond(self, media: Media) -> Response {
        let body = serde_json::json!({
            "errors": [{ "message": self.message, "extensions": { "code": self.code } }]
        });
        let mut response = (
            self.status,
            [(CONTENT_TYPE, media.content_type())],
            body.to_string(),
        )
            .into_response();
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            response
                .headers_mut()
                .insert(ALLOW, HeaderValue::from_static("GET, POST"));
        }
        response
    }

    /// What is wrong, for other transports.
    pub(super) fn message(&self) -> &str {
        &self.message
    }
}
