//! Values for columns: JSON, hashes as text.

use event_store::Value;
use serde::Serialize;

/// A value as JSON text.
pub(super) fn json(value: &impl Serialize) -> Value {
    serde_json::to_string(value)
        .unwrap_or_else(|_| "null".to_owned())
        .into()
}

/// The word that serde writes for a value without fields.
pub(super) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// A value as text, as ids and hashes are kept.
pub(super) fn text(value: impl std::fmt::Display) -> Value {
    value.to_string().into()
}
