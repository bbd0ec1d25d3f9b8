//! Columns that hold JSON or words of the domain, read back.

use std::str::FromStr;

use event_store::{Row, StoreError};
use serde::de::DeserializeOwned;

const WHAT: &str = "read a column of a read table";

/// A column with JSON.
pub(super) fn json<T: DeserializeOwned>(row: &Row, column: &str) -> Result<T, StoreError> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|_| StoreError::Inconsistent { what: WHAT })
}

/// A column with JSON, or NULL.
pub(super) fn optional_json<T: DeserializeOwned>(
    row: &Row,
    column: &str,
) -> Result<Option<T>, StoreError> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(|_| StoreError::Inconsistent { what: WHAT })
}

/// A column with a word that serde writes.
pub(super) fn word<T: DeserializeOwned>(row: &Row, column: &str) -> Result<T, StoreError> {
    let text: String = row.get(column)?;
    serde_json::from_value(text.into()).map_err(|_| StoreError::Inconsistent { what: WHAT })
}

/// A column with a word that serde writes, or NULL.
pub(super) fn optional_word<T: DeserializeOwned>(
    row: &Row,
    column: &str,
) -> Result<Option<T>, StoreError> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_value(text.into()))
        .transpose()
        .map_err(|_| StoreError::Inconsistent { what: WHAT })
}

/// A column with the text of a value: an id, a hash.
pub(super) fn parsed<T: FromStr>(row: &Row, column: &str) -> Result<T, StoreError> {
    let text: String = row.get(column)?;
    text.parse()
        .map_err(|_| StoreError::Inconsistent { what: WHAT })
}

/// A column with the text of a value, or NULL.
pub(super) fn optional_parsed<T: FromStr>(
    row: &Row,
    column: &str,
) -> Result<Option<T>, StoreError> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| text.parse())
        .transpose()
        .map_err(|_| StoreError::Inconsistent { what: WHAT })
}

/// A value that one of a closed list of words stands for.
pub(super) fn known<T>(found: Option<T>) -> Result<T, StoreError> {
    found.ok_or(StoreError::Inconsistent { what: WHAT })
}
