//! `openwatch rules schema`: the JSON Schema of rule files, for editors and for validators of others.

use engine::rule::schema::json_schema;

use crate::console::Console;
use crate::exit::{Exit, Failure};

/// Prints the schema; it is JSON in every format.
pub(super) fn run(console: Console) -> Result<Exit, Failure> {
    console.line(&text()?)?;
    Ok(Exit::Ok)
}

/// The schema as it is written to files, without a line end.
pub(super) fn text() -> Result<String, Failure> {
    serde_json::to_string_pretty(&json_schema())
        .map_err(|error| Failure::cannot("could not write the schema", error))
}
