//! JSON (RFC 8259) and JSON lines: the reports as they are.

use serde::Serialize;

use crate::error::WriteError;

/// What stands around the objects of a list: before it, before the first, between two, after the last, after it.
pub(super) const LIST: (&str, &str, &str, &str, &str) = ("[", "\n", ",\n", "\n", "]\n");

/// One object, over many lines.
pub(super) fn object(value: &impl Serialize) -> Result<String, WriteError> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

/// The same as part of something larger, so many levels deep. Text within JSON has no line breaks of its own.
pub(super) fn member(value: &impl Serialize, level: usize) -> Result<String, WriteError> {
    let indent = "  ".repeat(level);
    let text = serde_json::to_string_pretty(value)?;
    Ok(indent.clone() + &text.replace('\n', &format!("\n{indent}")))
}

/// One object on its line.
pub(super) fn line(value: &impl Serialize) -> Result<String, WriteError> {
    Ok(serde_json::to_string(value)? + "\n")
}
