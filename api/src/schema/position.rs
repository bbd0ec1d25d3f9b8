//! Places in the log as clients hold them: opaque, with the epoch of the log and, for subscriptions, a
//! mark of the filter that they belong to.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use event_store::Position;

use super::error::{Fault, FaultCode};
use crate::access::Access;
use crate::state::CATCH_UP;

/// A place in the log. Opaque: hand it back as it came, to resume a subscription or to read at least as
/// much as a mutation wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventPosition {
    pub(crate) epoch: u64,
    pub(crate) position: Position,
    /// A mark of the filter; empty: good for every filter.
    pub(crate) filter: String,
}

/// A place in the log. Opaque: hand it back as it came, to resume a subscription or to read at least as
/// much as a mutation wrote.
#[Scalar(name = "EventPosition")]
impl ScalarType for EventPosition {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => Self::from_text(text)
                .ok_or_else(|| InputValueError::custom("not a position of this API")),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        let text = format!("{}:{}:{}", self.epoch, self.position, self.filter);
        Value::String(URL_SAFE_NO_PAD.encode(text))
    }
}

impl EventPosition {
    fn from_text(text: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let mut parts = text.splitn(3, ':');
        Some(Self {
            epoch: parts.next()?.parse().ok()?,
            position: Position(parts.next()?.parse().ok()?),
            filter: parts.next()?.to_owned(),
        })
    }

    /// A place that is good for every filter.
    pub(crate) async fn of(access: &Access<'_>, position: Position) -> Result<Self, Fault> {
        let epoch = access.store().epoch().await?;
        Ok(Self {
            epoch,
            position,
            filter: String::new(),
        })
    }
}

/// Waits until the read tables hold a place that the client has seen.
pub(crate) async fn at_least(
    access: &Access<'_>,
    wanted: Option<EventPosition>,
) -> Result<(), Fault> {
    let Some(wanted) = wanted else { return Ok(()) };
    if wanted.epoch != access.store().epoch().await? {
        let message = "the log was restored from a backup since; ask again without a position";
        return Err(Fault::new(FaultCode::PositionExpired, message));
    }
    access
        .inner()
        .projections
        .at_least(wanted.position, CATCH_UP)
        .await
        .map_err(|behind| Fault::new(FaultCode::Behind, behind.to_string()))
}
